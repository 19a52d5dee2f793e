"""Gated recurrent unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import layer
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic, Recurrent


@layer
class Gru(Recurrent):
    """Gated recurrent unit over a sequence.

    Formula: r, z = sigmoid(W x + b + R h + d); n = tanh(W x + b + r * (R h + d)); h = (1 - z) * n + z * h
    Source: torch.nn.GRU; ONNX GRU
    Example:
        input x: float32[N, T, 64]
        y, h = x -> gru(128, bidirectional=true)
    """

    name: ClassVar[str] = "gru"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
    )
    fused: ClassVar[Fused] = Fused("GRU", (1, 0, 2), {"linear_before_reset": 1})
    arithmetic: ClassVar[Arithmetic] = Arithmetic(10, 6)
