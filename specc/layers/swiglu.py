"""Gated linear unit with the sigmoid linear unit as its gate."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.gated import Gated


@layer
class Swiglu(Gated):
    """Gated linear unit with silu in place of the sigmoid. The first half is the gate, as in the paper; `gate=second`
    takes the second, as `glu` does.

    Formula: y = silu(a) * b, with a and b the halves of x
    Source: Shazeer 2020, eq. 6; the order of transformers (Phi-3, DINOv2); ONNX Split, Sigmoid, Mul
    Example:
        input x: float32[N, T, 128]
        y = x -> swiglu -> linear(32, bias=false)
    """

    name: ClassVar[str] = "swiglu"
    gate_flops: ClassVar[int] = 4

    def opened(self, build: Builder, gate: str) -> str:
        """ONNX Sigmoid and Mul."""
        return build.op("Mul", gate, build.op("Sigmoid", gate))
