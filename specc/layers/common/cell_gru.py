"""The cell of gated recurrent units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.ir.builder import Builder
from specc.layers.common.cell import Cell
from specc.layers.common.cell_activations import activate, unlike
from specc.layers.common.fused import Fused

RESET_DOC = "whether the reset gate is applied to R h + d (PyTorch, cuDNN), or to h before R (Cho et al. 2014)"


@dataclass(frozen=True, slots=True)
class GruForm(Cell):
    """r, z = f(W x + b + R h + d); n = g(W x + b + r * (R h + d)); h' = (1 - z) * n + z * h

    Without `reset_after`, n = g(W x + b + R (r * h) + d).
    """

    reset_after: bool
    activation: str
    recurrent_activation: str

    @property
    def gates(self) -> int:
        """r, z, n."""
        return 3

    @property
    def arithmetic(self) -> int:
        """Three sums and activations, the reset, and the mean of old and new."""
        return 10 * self.hidden

    def fused(self) -> Fused:
        """ONNX GRU."""
        activations = unlike((self.recurrent_activation, self.activation), ("sigmoid", "tanh"))
        return Fused("GRU", (1, 0, 2), activations, {"linear_before_reset": int(self.reset_after)})

    def step(
        self, build: Builder, weights: Mapping[str, str], entered: str, states: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The next `h`, twice."""
        left = build.ops("Split", (entered,), 3, attributes={"axis": 1, "num_outputs": 3})
        turned = self._after if self.reset_after else self._before
        fresh, update = turned(build, weights, left, states[0])
        after = build.op("Add", fresh, build.op("Mul", update, build.op("Sub", states[0], fresh)))
        return after, after

    def _gate(self, build: Builder, left: str, right: str) -> str:
        return activate(build, self.recurrent_activation, build.op("Add", left, right), self.dtype)

    def _after(self, build: Builder, weights: Mapping[str, str], left: tuple[str, ...], state: str) -> tuple[str, str]:
        """n and z."""
        product = self.from_state(build, weights, state)
        right = build.ops("Split", (product,), 3, attributes={"axis": 1, "num_outputs": 3})
        reset, update = (self._gate(build, left[index], right[index]) for index in (0, 1))
        total = build.op("Add", left[2], build.op("Mul", reset, right[2]))
        return activate(build, self.activation, total, self.dtype), update

    def _before(self, build: Builder, weights: Mapping[str, str], left: tuple[str, ...], state: str) -> tuple[str, str]:
        """n and z."""
        gates, fresh = self._cut(build, weights["weight_hh"])
        second = weights.get("bias_hh")
        gate_bias, fresh_bias = (None, None) if second is None else self._cut(build, second)
        product = build.op("Gemm", state, gates, gate_bias, transB=1)
        right = build.ops("Split", (product,), 2, attributes={"axis": 1, "num_outputs": 2})
        reset, update = (self._gate(build, left[index], right[index]) for index in (0, 1))
        product = build.op("Gemm", build.op("Mul", reset, state), fresh, fresh_bias, transB=1)
        return activate(build, self.activation, build.op("Add", left[2], product), self.dtype), update

    def _cut(self, build: Builder, weight: str) -> tuple[str, str]:
        """The rows of r and z, and those of n."""
        sizes = build.ints(2 * self.hidden, self.hidden)
        first, second = build.ops("Split", (weight, sizes), 2, attributes={"axis": 0})
        return first, second
