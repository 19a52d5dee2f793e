"""Simple recurrent network (Elman)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.operation import Port
from specc.ir.operators import Attribute
from specc.layers.common.attributes import attribute, choice, layer
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic, Recurrent


@layer
class Rnn(Recurrent):
    """Simple recurrent network (Elman) over a sequence.

    Formula: h = tanh(W x + b + R h + d)
    Source: torch.nn.RNN; ONNX RNN
    Example:
        input x: float32[N, T, 64]
        y, h = x -> rnn(128, bidirectional=true)
    """

    name: ClassVar[str] = "rnn"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
    )
    fused: ClassVar[Fused] = Fused("RNN", (0,))
    arithmetic: ClassVar[Arithmetic] = Arithmetic(2, 2)

    nonlinearity: str = attribute(choice("tanh", "relu"), "activation", default="tanh")

    def options(self) -> Mapping[str, Attribute]:
        """Activations, where they are not the default."""
        if self.nonlinearity == "tanh":
            return {}
        return {"activations": ("Relu",) * (2 if self.bidirectional else 1)}
