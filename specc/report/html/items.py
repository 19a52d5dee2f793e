"""The blocks of a page as a list of items, each before what is in it, with the runs that `--tree` folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from specc.analysis.cost import LayerCost
from specc.base.jsonable import Json
from specc.report.blocks import Block, folded, tree


@dataclass(slots=True)
class _Items:
    """Columns: the item around each one, its name, its layer (-1 for a block), and how many equal ones it begins."""

    numbers: dict[str, int]
    parent: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    layer: list[int] = field(default_factory=list)
    run: list[int] = field(default_factory=list)

    def add(self, parent: int, name: str, layer: int, run: int) -> int:
        """The number of a new item."""
        self.parent.append(parent)
        self.name.append(name)
        self.layer.append(layer)
        self.run.append(run)
        return len(self.parent) - 1

    def walk(self, parent: int, blocks: Sequence[Block], short: Sequence[Block]) -> None:
        """Add `blocks` and what is in them; `short` are the same ones folded."""
        for block, fold, run in _paired(blocks, short):
            own = self.numbers[block.path] if block.layer is not None else -1
            if not block.parts:
                self.add(parent, block.name, own, run)
                continue
            item = self.add(parent, block.name, -1, run)
            if own >= 0:
                self.add(item, block.name, own, 1)
            self.walk(item, block.parts, fold.parts)


def _paired(blocks: Sequence[Block], short: Sequence[Block]) -> Iterator[tuple[Block, Block, int]]:
    """Each block with the folded one that stands for it; the first of a run with how many it has, the others with 1."""
    place = 0
    for fold in short:
        for index in range(fold.count):
            yield blocks[place], fold, fold.count if index == 0 else 1
            place += 1


def items_json(layers: Sequence[LayerCost]) -> dict[str, Json]:
    """The field `items`."""
    items = _Items({layer.path: index for index, layer in enumerate(layers)})
    whole = tree(layers)
    items.walk(-1, whole, folded(whole))
    return {"parent": items.parent, "name": items.name, "layer": items.layer, "run": items.run}
