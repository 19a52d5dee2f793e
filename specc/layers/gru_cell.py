"""One step of a gated recurrent unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Port
from specc.layers.common.attributes import layer
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic
from specc.layers.common.recurrent_cell import RecurrentCell


@layer
class GruCell(RecurrentCell):
    """One step of a gated recurrent unit; the result is the next `h`.

    Formula: r, z = sigmoid(W x + b + R h + d); n = tanh(W x + b + r * (R h + d)); h' = (1 - z) * n + z * h
    Source: torch.nn.GRUCell
    Example:
        input x: float32[N, 64]
        state h: float32[N, 128] = 0
        next h = gru_cell(x, h, 128)
    """

    name: ClassVar[str] = "gru_cell"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, size]"), Port("h", doc="[N, hidden]"))
    fused: ClassVar[Fused] = Fused("GRU", (1, 0, 2), {"linear_before_reset": 1})
    arithmetic: ClassVar[Arithmetic] = Arithmetic(10, 6)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Two Gemm, two Split, and the gates."""
        attributes = {"axis": 1, "num_outputs": 3}
        left, right = (build.ops("Split", (name,), 3, attributes=attributes) for name in self.products(build, site))
        reset, update = (build.op("Sigmoid", build.op("Add", left[index], right[index])) for index in (0, 1))
        fresh = build.op("Tanh", build.op("Add", left[2], build.op("Mul", reset, right[2])))
        return (build.op("Add", fresh, build.op("Mul", update, build.op("Sub", site.inputs["h"], fresh))),)
