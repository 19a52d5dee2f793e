"""Long short-term memory."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import layer
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic, Recurrent


@layer
class Lstm(Recurrent):
    """Long short-term memory over a sequence.

    Formula: i, f, o = sigmoid(W x + R h + b); g = tanh(W x + R h + b); c = f * c + i * g; h = o * tanh(c)
    Source: torch.nn.LSTM; ONNX LSTM
    Example:
        input x: float32[N, T, 64]
        y, (h, c) = x -> lstm(128, bidirectional=true)
    """

    name: ClassVar[str] = "lstm"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
        Port("c0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
    )
    fused: ClassVar[Fused] = Fused("LSTM", (0, 3, 1, 2))
    states: ClassVar[tuple[str, ...]] = ("h0", "c0")
    arithmetic: ClassVar[Arithmetic] = Arithmetic(13, 8)
