"""Remainder of a division."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.division import Division, harmless


@layer
class Mod(Division):
    """Remainder of a division, with the sign of the divisor. An integer divisor of 0 fails when the model runs.

    Formula: y = a - b * floor(a / b)
    Source: torch.remainder; ONNX Mod, with Sign, Less and Where for floating point
    Example:
        input a: int64[N, T]
        y = mod(a, 7)
    """

    name: ClassVar[str] = "mod"

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Mod; of floating point it has the sign of the dividend, and the divisor is added where signs differ."""
        dividend, divisor = site.inputs[0], site.inputs[1]
        dtype = site.outputs[0].dtype
        if not dtype.is_float:
            return (build.op("Mod", dividend, harmless(build, divisor, dtype)),)
        rest = build.op("Mod", dividend, divisor, fmod=1)
        signs = build.op("Mul", build.op("Sign", rest), build.op("Sign", divisor))
        differ = build.op("Less", signs, build.scalar(0, dtype))
        return (build.op("Where", differ, build.op("Add", rest, divisor), rest),)
