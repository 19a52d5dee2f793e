"""A report as a table for a terminal, a pipe, a spreadsheet or a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest

from specc.analysis.bindings import Binder
from specc.arena.use import ArenaUse
from specc.report.columns import View, chosen, in_order
from specc.report.grid import Column, Grid, markdown, plain
from specc.report.record import Report
from specc.report.rows import block_rows, layer_rows
from specc.report.training_text import training_rows
from specc.report.units import amount, exact_count, formula, short_bytes, short_seconds
from specc.report.values import raw_text
from specc.tensor.dims import Dim

USUAL_VIEW = View()
CSV_FIELDS = ("path", "layer", "source", "output_shape", "params", "macs", "flops", "bytes")
TRAINING_FIELDS = ("input_gradient_macs", "weight_gradient_macs", "backward_flops", "kept_bytes")


def title(report: Report) -> str:
    """The model, its parameters, the bound sizes: `resnet(depth = 50) at N = 1`."""
    parameters = ", ".join(f"{name} = {raw_text(raw)}" for name, raw in report.parameters.items())
    sizes = ", ".join(f"{name} = {value}" for name, value in report.bindings.items())
    return f"{report.model}{f'({parameters})' if parameters else ''}{f' at {sizes}' if sizes else ''}"


def layer_grid(report: Report, view: View = USUAL_VIEW) -> Grid:
    """One row for each layer, or for each block of the tree."""
    columns = chosen(view, report.roofline is not None)
    rows = block_rows(report, view.depth) if view.tree else in_order(layer_rows(report), view.sort)
    return Grid(tuple(one.column for one in columns), tuple(tuple(c.cell(row) for c in columns) for row in rows))


def shape_text(shape: tuple[int | str, ...]) -> str:
    """`[N, 64, 56, 56]`."""
    return f"[{', '.join(map(str, shape))}]"


def totals(report: Report) -> tuple[tuple[str, str], ...]:
    """What stands below the layers: a word and its exact value."""
    params, cost, binder = report.params, report.cost, Binder(report.bindings)
    peak = report.memory.formula and f"{report.memory.formula} bytes"
    outputs = ", ".join(f"{o.name}: {o.dtype}{shape_text(o.shape)}" for o in report.outputs)
    rows = (
        ("parameters", exact_count(params.trainable)),
        ("buffers", exact_count(params.buffers) if params.buffers else ""),
        ("weights", short_bytes(params.bytes)),
        ("MACs", amount(report.macs, cost.macs_formula)),
        ("FLOPs", amount(report.flops, cost.flops_formula)),
        *_whole(report),
        ("peak activations", peak if report.memory.peak is None else short_bytes(report.memory.peak)),
        ("arena", "" if report.arena is None else _arena(report.arena)),
        ("cache per token", "" if report.cache is None else _size(report.cache.per_token, binder)),
        ("largest batch", "" if report.largest_batch is None else f"{report.largest_batch:,}"),
        *(() if report.training is None else training_rows(report.training, cost, binder)),
        ("outputs", outputs),
    )
    return tuple(row for row in rows if row[1])


def _arena(use: ArenaUse) -> str:
    """`7.46 MiB, of which 5.55 MiB are in use at once`."""
    return f"{short_bytes(use.total)}, of which {short_bytes(use.used)} are in use at once"


def _size(dim: Dim, binder: Binder) -> str:
    value = binder.value(dim)
    return f"{formula(dim)} bytes" if value is None else short_bytes(value)


def _whole(report: Report) -> Iterator[tuple[str, str]]:
    """Predicted time, and what it means."""
    if report.roofline is None or report.flops is None:
        return
    seconds, machine = report.roofline.seconds, report.roofline.machine
    rate = report.flops / seconds if seconds else 0.0
    yield "predicted time", short_seconds(seconds)
    yield "of peak", f"{rate / max(machine.peak.get(report.dtype, rate), 1.0):.1%}"


def as_text(report: Report, view: View = USUAL_VIEW) -> str:
    """Plain aligned text."""
    width = max(len(word) for word, _ in totals(report))
    below = "".join(f"{word:<{width}}  {value}\n" for word, value in totals(report))
    return f"{title(report)}\n\n{plain(layer_grid(report, view))}\n{below}"


def as_markdown(report: Report, view: View = USUAL_VIEW) -> str:
    """A heading, the layers, the totals."""
    facts = Grid((Column("total"), Column("value")), totals(report))
    return f"# {title(report)}\n\n{markdown(layer_grid(report, view))}\n{markdown(facts)}"


def as_csv(report: Report, view: View = USUAL_VIEW) -> str:
    """One line for each layer with exact numbers, one that a free symbol leaves open being empty; for a view that is
    asked for, the cells of its table."""
    if view != USUAL_VIEW:
        return grid_csv(layer_grid(report, view))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    further, binder = report.training.layers if report.training else (), Binder(report.bindings)
    writer.writerow((*CSV_FIELDS, *(TRAINING_FIELDS if further else ())))
    for layer, more in zip_longest(report.layers, further):
        shape = shape_text(layer.output_shape)
        numbers = (layer.params, layer.macs, layer.flops, layer.bytes)
        dims = (more.input_macs, more.weight_macs, more.flops, more.kept) if more else ()
        writer.writerow((layer.path, layer.layer, layer.source, shape, *numbers, *map(binder.value, dims)))
    return text.getvalue()


def grid_csv(grid: Grid) -> str:
    """The cells of a grid as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.heading for column in grid.columns])
    writer.writerows(grid.rows)
    return text.getvalue()
