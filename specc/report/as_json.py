"""A report as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.analysis.bindings import Binder
from specc.analysis.cost import LayerCost
from specc.analysis.roofline import LayerTime
from specc.base.jsonable import Json
from specc.report.advice_text import bottlenecks_json, critical_json, stretches_json
from specc.report.convention_text import conventions_json
from specc.report.training_text import training_json
from specc.report.values import raw_json

if TYPE_CHECKING:
    from specc.report.record import Report


def report_json(report: Report) -> dict[str, Json]:
    """All of `report`, formulas as text in the symbols."""
    cost, binder = report.cost, Binder(report.bindings)
    times = report.roofline.layers if report.roofline else (None,) * len(cost.layers)
    return {
        "model": report.model,
        "parameters": {name: raw_json(raw) for name, raw in report.parameters.items()},
        "bindings": dict(report.bindings),
        "dtype": report.dtype,
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
            "cache_bytes_per_token": None if report.cache is None else binder.value(report.cache.per_token),
            "largest_batch": report.largest_batch,
            "arena_bytes": None if report.arena is None else report.arena.total,
            "arena_used_bytes": None if report.arena is None else report.arena.used,
        },
        "outputs": [{"name": o.name, "dtype": o.dtype, "shape": list(o.shape)} for o in cost.outputs],
        "layers": [_layer(layer, time, binder) for layer, time in zip(cost.layers, times, strict=True)],
        "training": None if report.training is None else training_json(report.training, binder),
        "seconds": report.roofline.seconds if report.roofline else None,
        "critical_path": critical_json(report),
        "stretches": stretches_json(report),
        "bottlenecks": bottlenecks_json(report, binder),
        "conventions": conventions_json(report, binder),
    }


def _layer(layer: LayerCost, time: LayerTime | None, binder: Binder) -> dict[str, Json]:
    return {
        "path": layer.path,
        "layer": layer.layer,
        "source": layer.source,
        "output_shape": list(layer.output_shape),
        "params": layer.params,
        "macs": layer.macs,
        "macs_formula": binder.text(layer.macs_formula),
        "flops": layer.flops,
        "flops_formula": binder.text(layer.flops_formula),
        "bytes": layer.bytes,
        "bytes_formula": binder.text(binder.total((layer.read_formula, layer.written_formula))),
        "intensity": time.intensity if time else None,
        "bound": time.bound if time else None,
        "seconds": time.seconds if time else None,
        "share": time.share if time else None,
    }
