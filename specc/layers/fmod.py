"""Remainder of a division, with the sign of the dividend."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.division import Division, harmless
from specc.layers.common.element_types import SIGNED


@layer
class Fmod(Division):
    """Remainder of a division, with the sign of the dividend. An integer divisor of 0 fails when the model runs.

    Formula: y = a - b * trunc(a / b)
    Source: torch.fmod; ONNX Mod; for integers also Less, Xor, Sub
    Example:
        input a: float32[N, T]
        y = fmod(a, 2.5)
    """

    name: ClassVar[str] = "fmod"
    flops_per_element: ClassVar[int] = 6

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Mod with fmod; of integers, which the runtime would make float64, Mod without it and a correction."""
        a, b, dtype = site.inputs[0], site.inputs[1], site.outputs[0].dtype
        if dtype.is_float:
            return (build.op("Mod", a, b, fmod=1),)
        divisor = harmless(build, b, dtype)
        rest = build.op("Mod", a, divisor)
        if dtype not in SIGNED.members:
            return (rest,)
        zero = build.scalar(0, dtype)
        differ = build.op("Xor", build.op("Less", a, zero), build.op("Less", divisor, zero))
        wrong = build.op("And", differ, build.op("Not", build.op("Equal", rest, zero)))
        return (build.op("Sub", rest, build.op("Mul", divisor, converted(build, wrong, dtype))),)
