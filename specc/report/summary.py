"""A model in one line."""

from __future__ import annotations

from collections.abc import Mapping

from specc.analysis.cost import CostReport
from specc.report.units import formula
from specc.tensor.dims import symbols

WIDTH = 60


def summary(cost: CostReport, bindings: Mapping[str, int]) -> str:
    """`61,706 parameters, 416,520 MACs at N = 1`."""
    return f"{cost.params.trainable:,} parameters, {macs(cost, bindings)}"


def macs(cost: CostReport, bindings: Mapping[str, int]) -> str:
    """The MACs at the bindings, or their formula where it is short."""
    used = symbols(cost.macs_formula)
    if cost.macs is not None:
        sizes = ", ".join(f"{name} = {value}" for name, value in bindings.items() if name in used)
        return f"{cost.macs:,} MACs{f' at {sizes}' if sizes else ''}"
    text = formula(cost.macs_formula)
    return f"{text} MACs" if len(text) <= WIDTH else f"MACs that depend on {', '.join(sorted(used))}"
