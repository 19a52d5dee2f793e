"""Layers gathered by the blocks that their paths name, with equal neighbours folded into one row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from specc.analysis.cost import LayerCost

COUNTED = re.compile(r"^(.*?)(\d+)$")


@dataclass(slots=True)
class Block:
    """A part of a dotted path with what is below it; `layer` where it is a layer, `count` of equal blocks in a row."""

    name: str
    path: str
    layer: LayerCost | None = None
    parts: list[Block] = field(default_factory=list)
    count: int = 1
    last: str = ""

    @property
    def title(self) -> str:
        """`layer1`, or `0-2` where several are folded."""
        return f"{self.name}..{self.last}" if self.count > 1 else self.name

    def layers(self) -> Iterator[LayerCost]:
        """The layers in it, each as often as it is there."""
        for _ in range(self.count):
            if self.layer is not None:
                yield self.layer
            for part in self.parts:
                yield from part.layers()


def tree(layers: Iterable[LayerCost]) -> tuple[Block, ...]:
    """The blocks of a model in the order in which a run enters them."""
    root = Block("", "")
    known: dict[str, Block] = {"": root}
    for layer in layers:
        names = layer.path.split(".")
        for depth in range(1, len(names) + 1):
            path = ".".join(names[:depth])
            if path not in known:
                known[path] = Block(names[depth - 1], path)
                known[".".join(names[: depth - 1])].parts.append(known[path])
        known[layer.path].layer = layer
    return tuple(root.parts)


def folded(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Neighbours that are counted up and equal in all but their numbers as one, here and inside."""
    made: list[Block] = []
    for block in blocks:
        inside = Block(block.name, block.path, block.layer, list(folded(block.parts)))
        if made and _follows(made[-1], inside):
            made[-1].count += 1
            made[-1].last = inside.name
        else:
            made.append(inside)
    return tuple(made)


def _follows(first: Block, second: Block) -> bool:
    """Whether `second` has the next number and is otherwise equal."""
    before, after = COUNTED.match(first.last or first.name), COUNTED.match(second.name)
    if before is None or after is None or before[1] != after[1] or int(after[2]) != int(before[2]) + 1:
        return False
    return _shape(first, True) == _shape(second, True)


def _shape(block: Block, outermost: bool = False) -> tuple[object, ...]:
    layer = block.layer
    facts = None
    if layer is not None:
        facts = (layer.layer, layer.output_shape, layer.params, layer.macs_formula, layer.flops_formula)
    name = "" if outermost else block.title
    return name, facts, 1 if outermost else block.count, tuple(_shape(part) for part in block.parts)
