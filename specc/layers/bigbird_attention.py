"""Block-sparse attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Elements, Operation, Port, Rejected
from specc.layers.common.attention_mask import KEY_MASK, need_key_mask
from specc.layers.common.attributes import FLOAT, INT, NON_NEGATIVE, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_equal
from specc.layers.common.block_sparse import Blocks, attend_blocks, drawn, need_drawable, random_share, whole_blocks
from specc.layers.common.errors_attention import RandomBlocksDoNotFit
from specc.layers.common.query_key_value import QUERY_KEY_VALUE, join_heads, mixed_type, need_heads, split_heads
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class BigbirdAttention(Operation):
    """Attention in blocks: the first and the last block see all and are seen by all; the others see their neighbours
    and some random blocks besides.

    Random blocks are drawn by `seed` from those that a block does not see anyway, for each head, or given; one that is
    given and seen anyway counts twice, as in transformers. Only what is seen is computed. A query that may see no key
    takes the mean of the values that it reads.

    Formula: y_b = softmax(scale * q_b k_S^T) v_S, S = blocks 0, b - 1, b, b + 1, last, random of block b
    Source: Zaheer et al. 2020, arXiv:2007.14062
    Example:
        input x: float32[N, 1024, 256]
        y = x -> bigbird_attention(64, num_heads=4, num_random=3)
    """

    name: ClassVar[str] = "bigbird_attention"
    ports: ClassVar[tuple[Port, ...]] = (
        *QUERY_KEY_VALUE,
        KEY_MASK,
        Port("random_blocks", optional=True, doc="[blocks - 2, r] or [heads, blocks - 2, r], int64"),
    )

    block: int = attribute(POSITIVE, "queries and keys of a block")
    num_heads: int = attribute(POSITIVE, "number of heads", default=1)
    num_random: int = attribute(NON_NEGATIVE, "random blocks to be drawn for each block", default=0)
    seed: int = attribute(INT, "which random blocks are drawn", default=0)
    scale: float | None = attribute(optional(FLOAT), "factor of the scores, 1 / sqrt(size) by default", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, T, heads * value size] or [N, heads, T, value size]."""
        blocks = self._blocks(inputs)
        need_key_mask(self.name, inputs, blocks.sizes.batch, blocks.sizes.keys)
        given = inputs.get("random_blocks")
        if given is not None:
            self._need_random(given, blocks)
        elif self.num_random:
            need_drawable(self.name, blocks)
        return (mixed_type(inputs[0], blocks.sizes),)

    def _need_random(self, given: TensorType, blocks: Blocks) -> None:
        port = Blame([port.name for port in self.ports].index("random_blocks"))
        rows = (blocks.count - 2,)
        if given.dtype is not DType.INT64 or given.shape[:-1] not in (rows, (blocks.sizes.heads, *rows)):
            wanted = f"int64[{rows[0]}, r] or int64[{blocks.sizes.heads}, {rows[0]}, r]"
            raise Rejected(RandomBlocksDoNotFit(self.name, f"are {given}, and have to be {wanted}"), port)
        if self.num_random:
            raise Rejected(RandomBlocksDoNotFit(self.name, "stand beside `num_random`: they are given or drawn"), port)

    def _blocks(self, inputs: Arguments[TensorType]) -> Blocks:
        sizes = need_heads(self.name, inputs, self.num_heads, None)
        need_equal(self.name, "the heads of queries and of keys", sizes.heads, sizes.kv_heads, Blame(0), Blame(1))
        need_equal(self.name, "the numbers of queries and of keys", sizes.queries, sizes.keys, Blame(0), Blame(1))
        given = inputs.get("random_blocks")
        drawn_: Dim = self.num_random if given is None or not given.rank else given.shape[-1]
        return Blocks(sizes, self.block, whole_blocks(self.name, sizes.keys, self.block), drawn_)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Random blocks that are written down are there."""
        port = [port.name for port in self.ports].index("random_blocks")
        count = self._blocks(inputs).count
        for index in known[port].written if port in known else ():
            if index < 0 or not at_least(count, index + 1):
                raise Rejected(RandomBlocksDoNotFit(self.name, f"name block {index} of {count}"), Blame(port))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x (2 block x T + (T - 2 block) x (5 + random) block) x (size + value size), which counts the
        neighbours of the second and of the second last block that are the first and the last one."""
        blocks = self._blocks(inputs)
        sizes = blocks.sizes
        scores = sizes.batch * sizes.heads * blocks.scores
        macs = scores * (sizes.key_size + sizes.value_size)
        return Cost(macs, 2 * macs + 7 * scores)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather of blocks, MatMul, Softmax, MatMul."""
        blocks = self._blocks(site.types)
        operands = split_heads(build, site, blocks.sizes)
        random = site.inputs.get("random_blocks")
        if random is not None:
            random = random_share(build, random, blocks, site.types["random_blocks"].rank)
        elif self.num_random:
            shape = build.shape((blocks.sizes.heads, blocks.count - 2, self.num_random))
            random = build.op("Reshape", build.ints(*drawn(blocks, self.seed)), shape)
        mixed = attend_blocks(build, site, operands, blocks, random, self.scale)
        return (join_heads(build, site, mixed, blocks.sizes),)
