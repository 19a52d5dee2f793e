"""Predicted time of each layer on a device: what bounds it, arithmetic, memory or the start of a node.

The roofline of Williams, Waterman and Patterson 2009, doi:10.1145/1498765.1498785.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from specc.analysis.cost import LayerCost
from specc.base.machine import Machine

Bound = Literal["compute", "memory", "overhead"]


@dataclass(frozen=True, slots=True)
class LayerTime:
    """Time of one layer: `intensity` in FLOPs per byte, `seconds` predicted, `share` of the whole."""

    intensity: float
    bound: Bound
    seconds: float
    share: float


@dataclass(frozen=True, slots=True)
class Roofline:
    """Times of the layers in the order of a run; empty where a size is free or the device has no figures."""

    layers: tuple[LayerTime, ...]
    seconds: float
    machine: Machine


def predict(layers: Sequence[LayerCost], machine: Machine, dtype: str = "float32") -> Roofline | None:
    """Times at the bindings of `layers`; None where a size is free or the device has no peak for the element type."""
    peak = machine.peak.get(dtype)
    if peak is None:
        return None
    bare: list[tuple[float, Bound, float]] = []
    for layer in layers:
        if layer.flops is None or layer.bytes is None:
            return None
        compute, memory = layer.flops / peak, layer.bytes / machine.bandwidth
        longest = max(compute, memory)
        bound: Bound = "compute" if compute >= memory else "memory"
        if machine.overhead > longest:
            bound = "overhead"
        bare.append((layer.flops / layer.bytes if layer.bytes else 0.0, bound, longest + machine.overhead))
    whole = sum(seconds for _, _, seconds in bare)
    times = (LayerTime(intensity, bound, seconds, seconds / whole) for intensity, bound, seconds in bare)
    return Roofline(tuple(times), whole, machine)
