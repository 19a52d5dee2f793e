"""One step of long short-term memory."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Port
from specc.layers.common.attributes import layer
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic
from specc.layers.common.recurrent_cell import RecurrentCell


@layer
class LstmCell(RecurrentCell):
    """One step of long short-term memory; results are the next `h` and `c`.

    Formula: i, f, o = sigmoid(W x + R h + b); g = tanh(W x + R h + b); c' = f * c + i * g; h' = o * tanh(c')
    Source: torch.nn.LSTMCell
    Example:
        input x: float32[N, 64]
        state h: float32[N, 128] = 0
        state c: float32[N, 128] = 0
        next_h, next_c = lstm_cell(x, h, c, 128)
        next h = next_h
        next c = next_c
    """

    name: ClassVar[str] = "lstm_cell"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, size]"),
        Port("h", doc="[N, hidden]"),
        Port("c", doc="[N, hidden]"),
    )
    fused: ClassVar[Fused] = Fused("LSTM", (0, 3, 1, 2))
    arithmetic: ClassVar[Arithmetic] = Arithmetic(13, 8)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Two Gemm, Split, and the gates."""
        from_input, from_state = self.products(build, site)
        gates = build.op("Add", from_input, from_state)
        parts = build.ops("Split", (gates,), 4, attributes={"axis": 1, "num_outputs": 4})
        enter, forget, leave = (build.op("Sigmoid", parts[index]) for index in (0, 1, 3))
        fresh = build.op("Mul", enter, build.op("Tanh", parts[2]))
        cell = build.op("Add", build.op("Mul", forget, site.inputs["c"]), fresh)
        return build.op("Mul", leave, build.op("Tanh", cell)), cell
