"""Attention between blocks of a sequence: which blocks each one reads, and the operators."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Blame, Rejected
from specc.layers.arange import counted
from specc.layers.common.attention_mask import HIDDEN, seen_keys
from specc.layers.common.errors_attention import BlocksDoNotFit, RandomBlocksUnknown, TooManyRandomBlocks
from specc.layers.common.heads import Heads
from specc.tensor.dims import Dim, at_least, exact_quotient

WINDOW = 3
FIXED = WINDOW + 2
"""Blocks that are read besides the random ones: the first, the neighbours and the block itself, the last."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Sizes of a block-sparse attention: `count` blocks of `size`, of which `random` random ones are read by each."""

    sizes: Heads
    size: int
    count: Dim
    random: Dim

    @property
    def read(self) -> Dim:
        """Blocks that one in the middle reads."""
        return self.random + FIXED

    @property
    def scores(self) -> Dim:
        """Scores of one head."""
        return 2 * self.size * self.sizes.keys + (self.count - 2) * self.read * self.size**2


def whole_blocks(layer: str, length: Dim, size: int) -> Dim:
    """The number of blocks; rejects a length that is not at least three of them."""
    count = exact_quotient(length, size)
    if count is None or not at_least(count, 3):
        raise Rejected(BlocksDoNotFit(layer, length, size), Blame(0))
    return count


def need_drawable(layer: str, blocks: Blocks) -> None:
    """Reject random blocks that cannot be drawn: their number has to be known, and small enough."""
    count, wanted = blocks.count, blocks.random
    if not isinstance(count, int) or not isinstance(wanted, int):
        raise Rejected(RandomBlocksUnknown(layer, blocks.sizes.keys), Blame(0))
    left = max(count - 2 - WINDOW, 0)
    if left < wanted:
        raise Rejected(TooManyRandomBlocks(layer, wanted, left), Blame(0))


DRAWING_STEPS = 4
"""What drawing a random block costs."""


def drawn(blocks: Blocks, seed: int) -> tuple[int, ...]:
    """Random blocks of each head and each block but the first and the last, in order."""
    count, wanted = blocks.count, blocks.random
    assert isinstance(count, int)
    assert isinstance(wanted, int)
    spend(DRAWING_STEPS * blocks.sizes.heads * count * wanted)
    rows = ((head, row) for head in range(blocks.sizes.heads) for row in range(1, count - 1))
    return tuple(pick for head, row in rows for pick in _drawn(count, wanted, (seed, head, row)))


def _drawn(count: int, wanted: int, key: tuple[int, int, int]) -> list[int]:
    """`wanted` different blocks in the middle, no neighbours of the block `key[2]`: the same for the same key."""
    picks: list[int] = []
    for attempt in itertools.count():
        if len(picks) == wanted:
            break
        digest = sha256("/".join(map(str, (*key, attempt))).encode()).digest()
        pick = 1 + int.from_bytes(digest[:8], "big") % (count - 2)
        if abs(pick - key[2]) > 1 and pick not in picks:
            picks.append(pick)
    return picks


def random_share(build: Builder, random: str, blocks: Blocks, rank: int) -> str:
    """Random blocks that are given, as [heads, blocks - 2, r]."""
    if rank == 3:
        return random
    shape = build.shape((blocks.sizes.heads, blocks.count - 2, blocks.random))
    return build.op("Expand", random, shape)


def attend_blocks(
    build: Builder,
    site: Site,
    operands: tuple[str, str, str],
    blocks: Blocks,
    random: str | None,
    scale: float | None,
) -> str:
    """[N, heads, T, value size] of queries, keys and values [N, heads, T, size]; `random` is [heads, blocks - 2, r]."""
    sizes, size = blocks.sizes, blocks.size
    factor = build.scalar(1 / sqrt(sizes.key_size) if scale is None else scale, site.types[0].dtype)
    query = build.op("Mul", operands[0], factor)
    axis, first, last = build.ints(2), build.ints(size), build.dim(sizes.keys - size)
    head = build.op("Slice", query, build.ints(0), first, axis)
    tail = build.op("Slice", query, last, build.dim(sizes.keys), axis)
    ends = _ends(build, site, build.op("Concat", head, tail, axis=2), operands)
    middle = _middle(build, site, build.op("Slice", query, first, last, axis), operands, blocks, random)
    head, tail = build.ops("Split", (ends,), 2, attributes={"axis": 2, "num_outputs": 2})
    return build.op("Concat", head, middle, tail, axis=2)


def _ends(build: Builder, site: Site, query: str, operands: tuple[str, str, str]) -> str:
    """What the queries of the first and the last block take of all values."""
    scores = build.op("MatMul", query, build.op("Transpose", operands[1], perm=(0, 1, 3, 2)))
    if site.inputs.get("key_mask") is not None:
        scores = _hidden(build, site, scores, build.op("Unsqueeze", seen_keys(build, site), build.ints(1, 2)))
    return build.op("MatMul", build.op("Softmax", scores, axis=-1), operands[2])


def _hidden(build: Builder, site: Site, scores: str, seen: str) -> str:
    dtype = site.types[0].dtype
    return build.op("Where", seen, scores, build.scalar(HIDDEN.get(dtype, -1e30), dtype))


def _middle(
    build: Builder, site: Site, query: str, operands: tuple[str, str, str], blocks: Blocks, random: str | None
) -> str:
    """What the queries of the blocks in the middle take of the blocks that they read: [N, heads, T - 2 size, ...]."""
    sizes, rows = blocks.sizes, blocks.count - 2
    lead = (sizes.batch, sizes.heads)
    flat, apart = (*lead, rows * blocks.size), (*lead, rows, blocks.size)
    picks, seen = _reads(build, blocks, random)
    key = _gathered(build, operands[1], picks, blocks, sizes.key_size)
    value = _gathered(build, operands[2], picks, blocks, sizes.value_size)
    query = build.reshape(query, (*flat, sizes.key_size), (*apart, sizes.key_size))
    scores = build.op("MatMul", query, build.op("Transpose", key, perm=(0, 1, 2, 4, 3)))
    scores = _hidden(build, site, scores, _seen(build, site, picks, seen, blocks))
    mixed = build.op("MatMul", build.op("Softmax", scores, axis=-1), value)
    return build.reshape(mixed, (*apart, sizes.value_size), (*flat, sizes.value_size))


def _reads(build: Builder, blocks: Blocks, random: str | None) -> tuple[str, str]:
    """[heads, blocks - 2, read], the blocks that each one reads; [blocks - 2, read, 1], whether they are to be seen:
    neighbours that are the first or the last block are there already."""
    rows = blocks.count - 2
    row = build.op("Unsqueeze", build.op("Add", counted(build, rows), build.ints(1)), build.ints(1))
    last = build.dim(blocks.count - 1)
    near = build.op("Add", row, build.ints(-1, 0, 1))
    inner = build.op("And", build.op("Greater", near, build.ints(0)), build.op("Less", near, last))
    edge = build.shape((rows, 1))
    sides = build.op("Expand", build.ints(0), edge), build.op("Expand", last, edge)
    reads = build.op("Expand", build.op("Concat", sides[0], near, sides[1], axis=1), _fixed(build, blocks))
    always = build.op("Equal", row, row)
    seen = [always, inner, always]
    if random is not None:
        reads = build.op("Concat", reads, random, axis=2)
        seen.append(build.op("Expand", always, build.shape((rows, blocks.random))))
    return reads, build.op("Unsqueeze", build.op("Concat", *seen, axis=1), build.ints(2))


def _fixed(build: Builder, blocks: Blocks) -> str:
    return build.shape((blocks.sizes.heads, blocks.count - 2, FIXED))


def _gathered(build: Builder, tensor: str, picks: str, blocks: Blocks, width: int) -> str:
    """Keys or values that each block reads: [N, heads, blocks - 2, read * size, width]."""
    sizes = blocks.sizes
    flat = (sizes.batch, sizes.heads * blocks.count, blocks.size, width)
    tensor = build.reshape(tensor, (sizes.batch, sizes.heads, sizes.keys, width), flat)
    heads = build.op("Reshape", build.ints(*range(sizes.heads)), build.ints(sizes.heads, 1, 1))
    places = build.op("Add", picks, build.op("Mul", heads, build.number(blocks.count)))
    read = build.op("Gather", tensor, places, axis=1)
    before = (sizes.batch, sizes.heads, blocks.count - 2, blocks.read, blocks.size, width)
    return build.reshape(read, before, (*before[:3], blocks.read * blocks.size, width))


def _seen(build: Builder, site: Site, picks: str, seen: str, blocks: Blocks) -> str:
    """Whether each block may see each of the keys that it reads: [..., blocks - 2, 1, read * size]."""
    sizes, rows, keys = blocks.sizes, blocks.count - 2, blocks.read * blocks.size
    if site.inputs.get("key_mask") is None:
        before: tuple[Dim, ...] = (rows, blocks.read, blocks.size)
        whole = build.op("Expand", seen, build.shape(before))
        return build.reshape(whole, before, (rows, 1, keys))
    mask = build.op("Expand", seen_keys(build, site), build.shape((sizes.batch, sizes.keys)))
    mask = build.reshape(mask, (sizes.batch, sizes.keys), (sizes.batch, blocks.count, blocks.size))
    read = build.op("And", build.op("Gather", mask, picks, axis=1), seen)
    before = (sizes.batch, sizes.heads, rows, blocks.read, blocks.size)
    return build.reshape(read, before, (*before[:3], 1, keys))
