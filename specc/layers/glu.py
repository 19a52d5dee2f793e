"""Gated linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.gated import Halved


@layer
class Glu(Halved):
    """Gated linear unit: the first half along an axis, gated by the second.

    Formula: y = a * sigmoid(b), with a and b the halves of x
    Source: Dauphin et al. 2016; torch.nn.GLU; ONNX Split, Sigmoid, Mul
    Example:
        input x: float32[N, 16]
        y = x -> glu
    """

    name: ClassVar[str] = "glu"
    gate_flops: ClassVar[int] = 3

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Split, Sigmoid and Mul."""
        value, gate = self.halves(build, site)
        return (build.op("Mul", value, build.op("Sigmoid", gate)),)
