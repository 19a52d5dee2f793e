"""The fused recurrent operators of ONNX: weights in their layout, one operator for all steps of one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specc.ir.builder import Builder
from specc.ir.graph import Weight
from specc.ir.initial import Constant
from specc.ir.operators import Attribute
from specc.ir.relayout import Blocks, Filled, Joined, Relayout, Reshaped, Stored
from specc.layers.common.cell_activations import activation_attributes
from specc.tensor.dtypes import DType


@dataclass(frozen=True, slots=True)
class Fused:
    """An ONNX operator; `order` are PyTorch's gates, by number, in the order of ONNX.

    `activations` are words where they are not its own, `peepholes` names of weights in the order of ONNX's P.
    """

    operator: str
    order: tuple[int, ...]
    activations: tuple[str, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    peepholes: tuple[str, ...] = ()

    @property
    def gates(self) -> int:
        """Number of gates."""
        return len(self.order)


@dataclass(frozen=True, slots=True)
class CellWeights:
    """Weights of one cell as PyTorch lays them out, under `weight_ih`, `weight_hh`, `bias_ih`, ...: names of the
    tensors, and those that are stored."""

    names: Mapping[str, str]
    stored: Mapping[str, Weight]


@dataclass(frozen=True, slots=True)
class Run:
    """What one operator runs over: `steps` [T, N, I], initial states [directions, N, H], and perhaps int32 `lengths`
    [N]. `options` are further attributes."""

    steps: str
    starts: tuple[str | None, ...]
    hidden: int
    dtype: DType
    lengths: str | None = None
    options: Mapping[str, Attribute] = field(default_factory=dict)


def run_fused(build: Builder, fused: Fused, cells: tuple[CellWeights, ...], run: Run) -> tuple[str, ...]:
    """All steps [T, directions, N, H] and the last states [directions, N, H] of one layer, `cells` by direction."""
    packing = _Packing(build, fused, cells, run)
    names = cells[0].names
    matrices = [packing.gates("weight_ih"), packing.gates("weight_hh")]
    bias = None
    if "bias" in names:
        bias = packing.gates("bias", padded=True)
    elif "bias_ih" in names:
        bias = packing.gates("bias_ih", "bias_hh")
    peepholes = packing.vectors(fused.peepholes) if fused.peepholes else None
    attributes: dict[str, Attribute] = {
        "direction": "bidirectional" if len(cells) == 2 else "forward",
        "hidden_size": run.hidden,
        **activation_attributes(fused.activations, len(cells)),
        **fused.attributes,
        **run.options,
    }
    inputs = (run.steps, *matrices, bias, run.lengths, *run.starts, peepholes)
    return build.ops(fused.operator, inputs, 1 + len(run.starts), attributes=attributes)


@dataclass(frozen=True, slots=True)
class _Packing:
    """Weights of all directions in one tensor each."""

    build: Builder
    fused: Fused
    cells: tuple[CellWeights, ...]
    run: Run

    def gates(self, *parts: str, padded: bool = False) -> str:
        """`parts` one after another, gates in the order of ONNX; where it is `padded`, as many zeros come after it."""
        stored = self._stored(parts)
        if stored is None:
            return self._at_run_time(parts, padded)
        zeros = (Filled((self.fused.gates * self.run.hidden,), 0.0),) if padded else ()
        directions = [(*(Blocks(Stored(w.name), self.fused.order) for w in weights), *zeros) for weights in stored]
        count = len(parts) + len(zeros)
        first = stored[0][0].dims
        return self._derived(stored[0][0], directions, (count * first[0], *first[1:]), self.fused.operator)

    def vectors(self, parts: tuple[str, ...]) -> str:
        """`parts` one after another as they are."""
        stored = self._stored(parts)
        if stored is not None:
            directions = [tuple(Stored(w.name) for w in weights) for weights in stored]
            return self._derived(stored[0][0], directions, (len(parts) * self.run.hidden,), "P")
        return self._directions(
            [self.build.op("Concat", *(c.names[part] for part in parts), axis=0) for c in self.cells]
        )

    def _stored(self, parts: tuple[str, ...]) -> list[list[Weight]] | None:
        """The stored weights `parts` by direction; None where one is computed."""
        found = [[cell.stored[part] for part in parts if part in cell.stored] for cell in self.cells]
        return found if all(len(weights) == len(parts) for weights in found) else None

    def _derived(
        self, first: Weight, directions: Sequence[tuple[Relayout, ...]], shape: tuple[int, ...], what: str
    ) -> str:
        made = tuple(Reshaped(_one(parts), (1, *shape)) for parts in directions)
        return self.build.derived(f"{first.name}/{what}", _one(made), self.run.dtype, (len(directions), *shape))

    def _at_run_time(self, parts: tuple[str, ...], padded: bool) -> str:
        build, gates = self.build, self.fused.gates
        directions = []
        for cell in self.cells:
            blocks: list[str] = []
            for part in parts:
                cut: tuple[str, ...] = (cell.names[part],)
                if gates > 1:
                    cut = build.ops("Split", cut, gates, attributes={"axis": 0, "num_outputs": gates})
                blocks.extend(cut[index] for index in self.fused.order)
            if padded:
                size = gates * self.run.hidden
                blocks.append(build.table("filled", Constant(0.0), self.run.dtype, (size,)))
            directions.append(blocks[0] if len(blocks) == 1 else build.op("Concat", *blocks, axis=0))
        return self._directions(directions)

    def _directions(self, parts: list[str]) -> str:
        """Tensors of each direction, with an axis for the direction in front."""
        made = [self.build.op("Unsqueeze", part, self.build.ints(0)) for part in parts]
        return made[0] if len(made) == 1 else self.build.op("Concat", *made, axis=0)


def _one(sources: tuple[Relayout, ...]) -> Relayout:
    return sources[0] if len(sources) == 1 else Joined(sources, 0)
