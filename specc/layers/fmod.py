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
    Source: torch.fmod; ONNX Mod with fmod
    Example:
        input a: float32[N, T]
        y = fmod(a, 2.5)
    """

    name: ClassVar[str] = "fmod"

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Mod with fmod."""
        dividend, divisor = site.inputs[0], harmless(build, site.inputs[1], site.types[1].dtype)
        return (build.op("Mod", dividend, divisor, fmod=1),)
