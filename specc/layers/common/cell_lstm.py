"""The cell of long short-term memory, with all that was published around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.ir.builder import Builder
from specc.ir.operation import Blame, Rejected
from specc.layers.common.cell import Cell
from specc.layers.common.cell_activations import activate, unlike
from specc.layers.common.errors_recurrent import NoProjection
from specc.layers.common.fused import Fused

PEEPHOLE_DOC = "whether the gates also see the cell, each unit its own (Graves 2013)"
COUPLED_DOC = "whether the forget gate is 1 - i, and has no weights (Greff et al. 2015)"
CELL_CLIP_DOC = "bound of the cell's magnitude, applied before the output gate (as in ELMo)"
PROJ_CLIP_DOC = "bound of the projection's magnitude"
PROJECTION_DOC = "size of `h`, which is then projected by `weight_hr` (Sak et al. 2014, arXiv:1402.1128); 0 for none"


@dataclass(frozen=True, slots=True)
class LstmForm(Cell):
    """i, f, o = s(W x + R h + b); g = t(W x + R h + b); c' = f * c + i * g; h' = o * t(c')

    With peepholes, i and f also have P c in their sums, and o has P c'.
    """

    projected: int
    peephole: bool
    coupled: bool
    cell_clip: float | None
    proj_clip: float | None
    activation: str
    recurrent_activation: str

    @property
    def gates(self) -> int:
        """i, f, g, o; coupled i, g, o."""
        return 3 if self.coupled else 4

    @property
    def states(self) -> tuple[int, ...]:
        """h, c."""
        return self.projected or self.hidden, self.hidden

    @property
    def peepholes(self) -> tuple[str, ...]:
        """Names of the peepholes in the order of the gates."""
        if not self.peephole:
            return ()
        return ("weight_ci", "weight_co") if self.coupled else ("weight_ci", "weight_cf", "weight_co")

    def need_projection(self, layer: str) -> None:
        """Reject a bound of a projection that there is not."""
        if self.proj_clip is not None and not self.projected:
            raise Rejected(NoProjection(layer, self.proj_clip), Blame(0))

    def further(self) -> Mapping[str, tuple[int, ...]]:
        """Projection and peepholes."""
        made: dict[str, tuple[int, ...]] = {"weight_hr": (self.projected, self.hidden)} if self.projected else {}
        return made | dict.fromkeys(self.peepholes, (self.hidden,))

    @property
    def further_macs(self) -> int:
        """The projection."""
        return self.projected * self.hidden

    @property
    def arithmetic(self) -> int:
        """Sums, activations, two products for the cell and their sum, one for the result; peepholes and bounds."""
        plain = (12 if self.coupled else 13) + 2 * len(self.peepholes) + int(self.cell_clip is not None)
        return plain * self.hidden + (self.projected if self.proj_clip is not None else 0)

    def fused(self) -> Fused | None:
        """ONNX LSTM, which has no projection and does not bound its cell."""
        if self.projected or self.coupled or self.cell_clip is not None:
            return None
        words = self.recurrent_activation, self.activation, self.activation
        peepholes = ("weight_ci", "weight_co", "weight_cf") if self.peephole else ()
        return Fused("LSTM", (0, 3, 1, 2), unlike(words, ("sigmoid", "tanh", "tanh")), peepholes=peepholes)

    def step(
        self, build: Builder, weights: Mapping[str, str], entered: str, states: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The next `h`, twice, and the next `c`."""
        before, old = states
        total = build.op("Add", entered, self.from_state(build, weights, before))
        parts = build.ops("Split", (total,), self.gates, attributes={"axis": 1, "num_outputs": self.gates})
        enter = self._gate(build, parts[0], weights.get("weight_ci"), old)
        if self.coupled:
            forget = build.op("Sub", build.scalar(1.0, self.dtype), enter)
        else:
            forget = self._gate(build, parts[1], weights.get("weight_cf"), old)
        fresh = build.op("Mul", enter, activate(build, self.activation, parts[-2], self.dtype))
        cell = self._bounded(build, build.op("Add", build.op("Mul", forget, old), fresh), self.cell_clip)
        leave = self._gate(build, parts[-1], weights.get("weight_co"), cell)
        after = build.op("Mul", leave, activate(build, self.activation, cell, self.dtype))
        if self.projected:
            after = self._bounded(build, build.op("Gemm", after, weights["weight_hr"], transB=1), self.proj_clip)
        return after, after, cell

    def _gate(self, build: Builder, total: str, peephole: str | None, cell: str) -> str:
        if peephole is not None:
            total = build.op("Add", total, build.op("Mul", cell, peephole))
        return activate(build, self.recurrent_activation, total, self.dtype)

    def _bounded(self, build: Builder, tensor: str, bound: float | None) -> str:
        if bound is None:
            return tensor
        return build.op("Clip", tensor, build.scalar(-bound, self.dtype), build.scalar(bound, self.dtype))
