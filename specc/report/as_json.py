"""A report as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.analysis.cost import LayerCost
from specc.base.jsonable import Json
from specc.report.values import raw_json

if TYPE_CHECKING:
    from specc.report.record import Report


def report_json(report: Report) -> dict[str, Json]:
    """All of `report`, formulas as text in the symbols."""
    cost = report.cost
    return {
        "model": report.model,
        "parameters": {name: raw_json(raw) for name, raw in report.parameters.items()},
        "bindings": dict(report.bindings),
        "params": {
            "trainable": cost.params.trainable,
            "buffers": cost.params.buffers,
            "total": cost.params.total,
            "bytes": cost.params.bytes,
        },
        "macs": {"value": cost.macs, "formula": str(cost.macs_formula)},
        "flops": {"value": cost.flops, "formula": str(cost.flops_formula)},
        "memory": {
            "weights_bytes": cost.params.bytes,
            "peak_activation_bytes": report.memory.peak,
            "formula": report.memory.formula,
        },
        "outputs": [{"name": o.name, "dtype": o.dtype, "shape": list(o.shape)} for o in cost.outputs],
        "layers": [_layer(layer) for layer in cost.layers],
        "bottlenecks": [],
    }


def _layer(layer: LayerCost) -> dict[str, Json]:
    return {
        "path": layer.path,
        "layer": layer.layer,
        "source": layer.source,
        "output_shape": list(layer.output_shape),
        "params": layer.params,
        "macs": layer.macs,
        "macs_formula": str(layer.macs_formula),
        "flops": layer.flops,
        "flops_formula": str(layer.flops_formula),
        "bytes": layer.bytes,
        "intensity": None,
        "bound": None,
        "seconds": None,
        "share": None,
    }
