"""The cells of simple recurrent networks: Elman's and Jordan's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.ir.builder import Builder
from specc.layers.common.attributes import Kind, choice
from specc.layers.common.cell import Cell
from specc.layers.common.cell_activations import ACTIVATIONS, activate, unlike
from specc.layers.common.fused import Fused

IDENTITY = "identity"
OUT_DOC = "size of the output, which is fed back; by default `hidden_size`"
DECAY_DOC = "share of the state that stays in it beside the new output"
OUTPUT_ACTIVATION: Kind[str] = choice(IDENTITY, *ACTIVATIONS)


@dataclass(frozen=True, slots=True)
class ElmanForm(Cell):
    """h' = f(W x + b + R h + d)"""

    nonlinearity: str

    @property
    def gates(self) -> int:
        """One."""
        return 1

    @property
    def arithmetic(self) -> int:
        """A sum and an activation."""
        return 2 * self.hidden

    def fused(self) -> Fused:
        """ONNX RNN."""
        return Fused("RNN", (0,), unlike((self.nonlinearity,), ("tanh",)))

    def step(
        self, build: Builder, weights: Mapping[str, str], entered: str, states: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The next `h`, twice."""
        total = build.op("Add", entered, self.from_state(build, weights, states[0]))
        after = activate(build, self.nonlinearity, total, self.dtype)
        return after, after


@dataclass(frozen=True, slots=True)
class JordanForm(Cell):
    """h = f(W x + U s + b); y = g(V h + c); s' = decay * s + y"""

    out: int
    nonlinearity: str
    output_nonlinearity: str
    decay: float

    @property
    def gates(self) -> int:
        """One."""
        return 1

    @property
    def states(self) -> tuple[int, ...]:
        """The state is as large as the output."""
        return (self.out,)

    @property
    def fed_back(self) -> str:
        """From the output to the hidden units."""
        return "weight_oh"

    @property
    def biases(self) -> tuple[str, ...]:
        """That of the hidden units."""
        return ("bias_h",) if self.bias else ()

    def further(self) -> Mapping[str, tuple[int, ...]]:
        """From the hidden units to the output."""
        made: dict[str, tuple[int, ...]] = {"weight_ho": (self.out, self.hidden)}
        return made | {"bias_o": (self.out,)} if self.bias else made

    @property
    def further_macs(self) -> int:
        """The matrix to the output."""
        return self.out * self.hidden

    @property
    def arithmetic(self) -> int:
        """Sums, activations and the decay of the state."""
        per_output = int(bool(self.bias)) + int(self.output_nonlinearity != IDENTITY) + (2 if self.decay else 0)
        return 2 * self.hidden + per_output * self.out

    def step(
        self, build: Builder, weights: Mapping[str, str], entered: str, states: tuple[str, ...]
    ) -> tuple[str, ...]:
        """`y` and the next `s`."""
        total = build.op("Add", entered, self.from_state(build, weights, states[0]))
        hidden = activate(build, self.nonlinearity, total, self.dtype)
        made = build.op("Gemm", hidden, weights["weight_ho"], weights.get("bias_o"), transB=1)
        if self.output_nonlinearity != IDENTITY:
            made = activate(build, self.output_nonlinearity, made, self.dtype)
        if not self.decay:
            return made, made
        return made, build.op("Add", build.op("Mul", states[0], build.scalar(self.decay, self.dtype)), made)
