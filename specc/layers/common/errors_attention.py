"""Mistakes that attention and mixtures of experts find."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
class SinkTokensWithoutWindow(Mistake):
    """First tokens are to stay visible, and nothing hides them.

    Why: `sink_tokens` are the first keys, which every query sees beside those of its window. Without a window, it sees
    them anyway. For a learned logit in the softmax, give `sinks`.

    Wrong:
        input x: float32[N, T, 64]
        y = x -> attention(num_heads=4, causal=true, sink_tokens=4)
    Right:
        input x: float32[N, T, 64]
        y = x -> attention(num_heads=4, causal=true, window=128, sink_tokens=4)
    """

    code = "SP3340"
    title = "sink tokens without a window"
    layer: str
    count: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` keeps {self.count} first tokens visible, and has no `window` that would hide them"

    def hint(self) -> str | None:
        """What to do."""
        return "give a `window`; a learned logit of each head is `sinks`"


@mistake
class SinksDoNotFit(Mistake):
    """The sinks of an attention are not one logit for each head of the queries.

    Why: the logit of a head takes part in the softmax of all of its rows.

    Wrong:
        input x: float32[N, T, 64]
        param sinks: float32[2]
        y = x -> attention(num_heads=4, sinks=sinks)
    Right:
        input x: float32[N, T, 64]
        param sinks: float32[4]
        y = x -> attention(num_heads=4, sinks=sinks)
    """

    code = "SP3341"
    title = "sinks do not fit the heads"
    given: TensorType
    wanted: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"`sinks` is {self.given}, and has to be {self.wanted}"

    def hint(self) -> str | None:
        """What to do."""
        return "there is one logit for each head of the queries"


@mistake
class HardSinks(Mistake):
    """Hard attention is to have sinks.

    Why: a sink takes a part of the softmax, and hard attention has none: the key with the largest score takes all.

    Wrong:
        input x: float32[N, T, 64]
        param sinks: float32[4]
        y = x -> attention(num_heads=4, sinks=sinks, hard=true)
    Right:
        input x: float32[N, T, 64]
        y = x -> attention(num_heads=4, hard=true)
    """

    code = "SP3342"
    title = "hard attention with sinks"
    layer: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` is hard, and `sinks` need a softmax"

    def hint(self) -> str | None:
        """What to do."""
        return "leave `hard` or the sinks out"


@mistake
class BlocksDoNotFit(Mistake):
    """A sequence is not whole blocks, or fewer than three.

    Why: block-sparse attention has a first, a last and at least one block in between, all of one size.

    Wrong:
        input x: float32[N, T, 64]
        y = x -> bigbird_attention(16, num_heads=4)
    Right:
        input x: float32[N, T, 64]
        require T % 16 == 0 and T >= 48
        y = x -> bigbird_attention(16, num_heads=4)
    """

    code = "SP3349"
    title = "not whole blocks"
    layer: str
    length: Dim
    block: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs three or more whole blocks of {self.block}, and {self.length} may be none such"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.length, int):
            return None
        return f"promise it, as in `require {self.length} % {self.block} == 0 and {self.length} >= {3 * self.block}`"


@mistake
class RandomBlocksUnknown(Mistake):
    """Random blocks are to be drawn for a sequence whose length is known only when the model runs.

    Why: the blocks are drawn from those that there are, when the spec is compiled.

    Wrong:
        input x: float32[N, T, 64]
        require T % 16 == 0 and T >= 128
        y = x -> bigbird_attention(16, num_heads=4, num_random=2)
    Right:
        input x: float32[N, 256, 64]
        y = x -> bigbird_attention(16, num_heads=4, num_random=2)
    """

    code = "SP3350"
    title = "random blocks of an unknown length"
    layer: str
    length: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` draws random blocks for a known length, and got {self.length}"

    def hint(self) -> str | None:
        """What to do."""
        return "fix the length in the input's type, or give the blocks as `random_blocks`"


@mistake
class TooManyRandomBlocks(Mistake):
    """There are fewer blocks than are to be drawn at random.

    Why: random blocks are drawn from those that a block does not see anyway.

    Wrong:
        input x: float32[N, 80, 64]
        y = x -> bigbird_attention(16, num_heads=4, num_random=3)
    Right:
        input x: float32[N, 256, 64]
        y = x -> bigbird_attention(16, num_heads=4, num_random=3)
    """

    code = "SP3351"
    title = "too many random blocks"
    layer: str
    wanted: int
    left: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` is to draw {self.wanted} random blocks, and some block has only {self.left} left"

    def hint(self) -> str | None:
        """What to do."""
        return f"take at most {self.left} random blocks, or a longer sequence"


@mistake
class RandomBlocksDoNotFit(Mistake):
    """Random blocks that are given do not fit the sequence.

    Why: they are [blocks - 2, r] or [heads, blocks - 2, r] integers: for each block but the first and the last, `r`
    blocks that it sees. Each is between 0 and the number of blocks.

    Wrong:
        input x: float32[N, 80, 64]
        const seen: int64[3, 1] = [[4], [0], [5]]
        y = x -> bigbird_attention(16, num_heads=4, random_blocks=seen)
    Right:
        input x: float32[N, 80, 64]
        const seen: int64[3, 1] = [[4], [0], [1]]
        y = x -> bigbird_attention(16, num_heads=4, random_blocks=seen)
    """

    code = "SP3352"
    title = "random blocks do not fit"
    layer: str
    reason: str

    def message(self) -> str:
        """One sentence."""
        return f"`random_blocks` of `{self.layer}` {self.reason}"

    def hint(self) -> str | None:
        """What to do."""
        return "name, for each head and each block of queries, blocks of keys that are there"


@mistake
class TooManyChosen(Mistake):
    """More experts are to be chosen than there are.

    Why: each token goes to `top_k` different experts.

    Wrong:
        input x: float32[N, T, 64]
        y = x -> moe(4, 128, top_k=8)
    Right:
        input x: float32[N, T, 64]
        y = x -> moe(8, 128, top_k=2)
    """

    code = "SP3353"
    title = "more choices than experts"
    chosen: int
    experts: int

    def message(self) -> str:
        """One sentence."""
        return f"`moe` cannot choose {self.chosen} of {self.experts} experts"

    def hint(self) -> str | None:
        """What to do."""
        return f"take a `top_k` of at most {self.experts}"


ERRORS: tuple[type[Mistake], ...] = (
    SinkTokensWithoutWindow,
    SinksDoNotFit,
    HardSinks,
    BlocksDoNotFit,
    RandomBlocksUnknown,
    TooManyRandomBlocks,
    RandomBlocksDoNotFit,
    TooManyChosen,
)
