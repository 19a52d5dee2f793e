"""What was quantised, and how far the outputs are off, as text and as JSON."""

from __future__ import annotations

from math import isfinite

from specc.base.jsonable import Json
from specc.quantise.accuracy import Accuracy
from specc.quantise.record import Quantisation
from specc.report.grid import Column, Grid, plain

_COLUMNS = (
    Column("output"),
    Column("max |error|", True),
    Column("mean |error|", True),
    Column("cosine", True),
    Column("top-1", True),
)


def accuracy_text(record: Quantisation) -> str:
    """A line on what was done, the table of outputs, and the layers that are kept in floating point."""
    lines = [f"\n{_headline(record)}\n"]
    if record.accuracy:
        kind = "random inputs" if record.random else "samples"
        lines.append(f"\nbeside float32, over {record.samples} {kind}\n\n{plain(_grid(record.accuracy))}")
    if record.kept:
        lines.append(f"\nkept in float32: {', '.join(record.kept)}\n")
    if record.culprits:
        lines.append(
            f"\nkept in float32 for the accuracy, of {record.runs} models that were tried\n\n{plain(_kept(record))}"
        )
    return "".join(lines)


def _headline(record: Quantisation) -> str:
    words = [record.dtype, record.form, *([record.method] if record.method else [])]
    return f"{', '.join(words)}: {len(record.layers):,} layers"


def _grid(accuracy: tuple[Accuracy, ...]) -> Grid:
    rows = tuple((one.output, f"{one.max:.3g}", f"{one.mean:.3g}", _cosine(one), f"{one.top1:.1%}") for one in accuracy)
    return Grid(_COLUMNS, rows)


def _cosine(one: Accuracy) -> str:
    return f"{one.cosine:.6f}" if one.floating else "-"


def _kept(record: Quantisation) -> Grid:
    rows = tuple((one.layer, "-" if one.gain is None else f"{one.gain:+.6f}") for one in record.culprits)
    return Grid((Column("layer"), Column("cosine", True)), rows)


def accuracy_json(record: Quantisation) -> dict[str, Json]:
    """The same for programs."""
    return {
        "dtype": record.dtype,
        "form": record.form,
        "method": record.method,
        "layers": list(record.layers),
        "kept": list(record.kept),
        "culprits": [{"layer": one.layer, "gain": one.gain} for one in record.culprits],
        "samples": record.samples,
        "random": record.random,
        "float_bytes": record.float_bytes,
        "accuracy": [
            {
                "output": one.output,
                "max": one.max if isfinite(one.max) else None,
                "mean": one.mean if isfinite(one.mean) else None,
                "cosine": one.cosine if one.floating else None,
                "top1": one.top1,
            }
            for one in record.accuracy
        ],
    }
