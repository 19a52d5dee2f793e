"""Remainder of a division, with the sign of the dividend."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.division import Division, harmless


@layer
class Fmod(Division):
    """Remainder of a division, with the sign of the dividend. An integer divisor of 0 fails when the model runs.

    Formula: y = a - b * trunc(a / b)
    Source: torch.fmod; ONNX Mod; for integers Div, Mul, Sub
    Example:
        input a: float32[N, T]
        y = fmod(a, 2.5)
    """

    name: ClassVar[str] = "fmod"
    flops_per_element: ClassVar[int] = 3

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Mod with fmod; of integers, which the runtime would take through float64, what the quotient leaves."""
        a, b, dtype = site.inputs[0], site.inputs[1], site.outputs[0].dtype
        if dtype.is_float:
            return (build.op("Mod", a, b, fmod=1),)
        divisor = harmless(build, b, dtype)
        return (build.op("Sub", a, build.op("Mul", build.op("Div", a, divisor), divisor)),)
