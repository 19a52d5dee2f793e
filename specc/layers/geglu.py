"""Gated linear unit with the Gaussian error linear unit as its gate."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import attribute, choice, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.gated import Gated


@layer
class Geglu(Gated):
    """Gated linear unit with gelu in place of the sigmoid. The first half is the gate, as in the paper; `gate=second`
    takes the second, as `glu` does.

    Formula: y = gelu(a) * b, with a and b the halves of x
    Source: Shazeer 2020, eq. 6; transformers (ModernBERT the first half, CLVP the second); ONNX Split, Gelu, Mul
    Example:
        input x: float32[N, T, 128]
        y = x -> geglu -> linear(32, bias=false)
    """

    name: ClassVar[str] = "geglu"
    element_types: ClassVar[ElementTypes] = SINGLE
    gate_flops: ClassVar[int] = 5

    approximate: str = attribute(
        choice("none", "tanh"), "the exact function, or its approximation by tanh", default="none"
    )

    def opened(self, build: Builder, gate: str) -> str:
        """ONNX Gelu."""
        return build.op("Gelu", gate, approximate=self.approximate)
