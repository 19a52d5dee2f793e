"""A report as a table for a terminal, a pipe, a spreadsheet or a page."""

from __future__ import annotations

import csv
import io

from specc.analysis.cost import LayerCost
from specc.report.grid import Column, Grid, markdown, plain
from specc.report.record import Report
from specc.report.units import amount, cell, exact_count, short_bytes
from specc.report.values import raw_text

COLUMNS = (
    Column("path"),
    Column("layer"),
    Column("output"),
    Column("params", True),
    Column("MACs", True),
    Column("FLOPs", True),
)
CSV_FIELDS = ("path", "layer", "source", "output_shape", "params", "macs", "flops", "bytes")


def title(report: Report) -> str:
    """The model, its parameters, the bound sizes: `resnet(depth = 50) at N = 1`."""
    parameters = ", ".join(f"{name} = {raw_text(raw)}" for name, raw in report.parameters.items())
    sizes = ", ".join(f"{name} = {value}" for name, value in report.bindings.items())
    return f"{report.model}{f'({parameters})' if parameters else ''}{f' at {sizes}' if sizes else ''}"


def layer_grid(report: Report) -> Grid:
    """One row for each layer."""
    return Grid(COLUMNS, tuple(_row(layer) for layer in report.layers))


def _row(layer: LayerCost) -> tuple[str, ...]:
    return (
        layer.path,
        layer.layer,
        shape_text(layer.output_shape),
        f"{layer.params:,}" if layer.params else "",
        cell(layer.macs, layer.macs_formula) if layer.macs_formula else "",
        cell(layer.flops, layer.flops_formula) if layer.flops_formula else "",
    )


def shape_text(shape: tuple[int | str, ...]) -> str:
    """`[N, 64, 56, 56]`."""
    return f"[{', '.join(map(str, shape))}]"


def totals(report: Report) -> tuple[tuple[str, str], ...]:
    """What stands below the layers: a word and its exact value."""
    params, cost = report.params, report.cost
    peak = report.memory.formula and f"{report.memory.formula} bytes"
    outputs = ", ".join(f"{o.name}: {o.dtype}{shape_text(o.shape)}" for o in report.outputs)
    rows = (
        ("parameters", exact_count(params.trainable)),
        ("buffers", exact_count(params.buffers) if params.buffers else ""),
        ("weights", short_bytes(params.bytes)),
        ("MACs", amount(report.macs, cost.macs_formula)),
        ("FLOPs", amount(report.flops, cost.flops_formula)),
        ("peak activations", peak if report.memory.peak is None else short_bytes(report.memory.peak)),
        ("outputs", outputs),
    )
    return tuple(row for row in rows if row[1])


def as_text(report: Report) -> str:
    """Plain aligned text."""
    width = max(len(word) for word, _ in totals(report))
    below = "".join(f"{word:<{width}}  {value}\n" for word, value in totals(report))
    return f"{title(report)}\n\n{plain(layer_grid(report))}\n{below}"


def as_markdown(report: Report) -> str:
    """A heading, the layers, the totals."""
    facts = Grid((Column("total"), Column("value")), totals(report))
    return f"# {title(report)}\n\n{markdown(layer_grid(report))}\n{markdown(facts)}"


def as_csv(report: Report) -> str:
    """One line for each layer; a number that a free symbol leaves open is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_FIELDS)
    for layer in report.layers:
        shape = shape_text(layer.output_shape)
        numbers = (layer.params, layer.macs, layer.flops, layer.bytes)
        writer.writerow((layer.path, layer.layer, layer.source, shape, *numbers))
    return text.getvalue()
