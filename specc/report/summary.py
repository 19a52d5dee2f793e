"""A model in one line."""

from __future__ import annotations

from specc.report.record import Report
from specc.report.units import formula
from specc.tensor.dims import symbols

WIDTH = 60


def summary(report: Report) -> str:
    """`61,706 parameters, 416,520 MACs at N = 1`."""
    return f"{report.params.trainable:,} parameters, {macs(report)}"


def macs(report: Report) -> str:
    """The MACs at the bindings, or their formula where it is short."""
    if report.macs is not None:
        used = symbols(report.cost.macs_formula)
        sizes = ", ".join(f"{name} = {value}" for name, value in report.bindings.items() if name in used)
        return f"{report.macs:,} MACs{f' at {sizes}' if sizes else ''}"
    text = formula(report.cost.macs_formula)
    if len(text) <= WIDTH:
        return f"{text} MACs"
    return f"MACs that depend on {', '.join(sorted(symbols(report.cost.macs_formula)))}"
