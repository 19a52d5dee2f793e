"""The fused recurrent operators of ONNX: weights in their layout, one operator for all steps of one layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.ir.builder import Builder
from specc.ir.graph import Weight
from specc.ir.operators import Attribute
from specc.ir.relayout import Blocks, Joined, Relayout, Reshaped, Stored


@dataclass(frozen=True, slots=True)
class Fused:
    """An ONNX operator; `order` are PyTorch's gates, by number, in the order of ONNX."""

    operator: str
    order: tuple[int, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def gates(self) -> int:
        """Number of gates."""
        return len(self.order)


@dataclass(frozen=True, slots=True)
class CellWeights:
    """Weights of one cell as PyTorch lays them out, under `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`: names of the
    tensors, and those that are stored."""

    names: Mapping[str, str]
    stored: Mapping[str, Weight]

    def ready(self, *parts: str) -> list[Weight] | None:
        """The stored weights `parts`, None where one is computed."""
        found = [self.stored[part] for part in parts if part in self.stored]
        return found if len(found) == len(parts) else None


def run_fused(
    build: Builder,
    fused: Fused,
    cells: tuple[CellWeights, ...],
    steps: str,
    starts: tuple[str | None, ...],
    options: Mapping[str, Attribute],
) -> tuple[str, ...]:
    """All steps [T, directions, N, H] and the last states [directions, N, H] of one layer, `cells` by direction.

    `steps` is [T, N, I].
    """
    matrices = [_packed(build, fused, cells, (part,)) for part in ("weight_ih", "weight_hh")]
    bias = _packed(build, fused, cells, ("bias_ih", "bias_hh")) if "bias_ih" in cells[0].names else None
    direction = "bidirectional" if len(cells) == 2 else "forward"
    attributes: dict[str, Attribute] = {"direction": direction, **fused.attributes, **options}
    return build.ops(fused.operator, (steps, *matrices, bias, None, *starts), 1 + len(starts), attributes=attributes)


def _packed(build: Builder, fused: Fused, cells: tuple[CellWeights, ...], parts: tuple[str, ...]) -> str:
    """`parts` of each cell one after another, gates in the order of ONNX, with an axis for the direction in front."""
    ready = [cell.ready(*parts) for cell in cells]
    stored = [weights for weights in ready if weights is not None]
    if len(stored) < len(cells):
        return _packed_at_run_time(build, fused, cells, parts)
    first = stored[0][0]
    shape = (len(parts) * first.dims[0], *first.dims[1:])
    cut = [tuple(Blocks(Stored(weight.name), fused.order) for weight in weights) for weights in stored]
    directions = tuple(Reshaped(_one(blocks), (1, *shape)) for blocks in cut)
    name = f"{first.name}/{fused.operator}"
    return build.derived(name, _one(directions), first.type.dtype, (len(cells), *shape))


def _one(sources: tuple[Relayout, ...]) -> Relayout:
    return sources[0] if len(sources) == 1 else Joined(sources, 0)


def _packed_at_run_time(build: Builder, fused: Fused, cells: tuple[CellWeights, ...], parts: tuple[str, ...]) -> str:
    directions = []
    for cell in cells:
        blocks: list[str] = []
        for part in parts:
            gates: tuple[str, ...] = (cell.names[part],)
            if fused.gates > 1:
                gates = build.ops("Split", gates, fused.gates, attributes={"axis": 0, "num_outputs": fused.gates})
            blocks.extend(gates[index] for index in fused.order)
        joined = blocks[0] if len(blocks) == 1 else build.op("Concat", *blocks, axis=0)
        directions.append(build.op("Unsqueeze", joined, build.ints(0)))
    return directions[0] if len(directions) == 1 else build.op("Concat", *directions, axis=0)
