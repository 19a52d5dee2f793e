"""Gated linear unit with the rectified linear unit as its gate."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.gated import Gated


@layer
class Reglu(Gated):
    """Gated linear unit with relu in place of the sigmoid. The first half is the gate, as in the paper; `gate=second`
    takes the second, as `glu` does.

    Formula: y = max(a, 0) * b, with a and b the halves of x
    Source: Shazeer 2020, eq. 6; ONNX Split, Relu, Mul
    Example:
        input x: float32[N, T, 128]
        y = x -> reglu -> linear(32, bias=false)
    """

    name: ClassVar[str] = "reglu"
    gate_flops: ClassVar[int] = 1

    def opened(self, build: Builder, gate: str) -> str:
        """ONNX Relu."""
        return build.op("Relu", gate)
