"""Mistakes that attention, positions and mixtures of experts find."""

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


@mistake
class RotaryDimsDoNotFit(Mistake):
    """The dims that rotary positions turn are not an even number within the size of a head.

    Why: elements are turned in pairs.

    Wrong:
        input q: float32[N, 8, T, 64]
        y = q -> rotary(dims=65)
    Right:
        input q: float32[N, 8, T, 64]
        y = q -> rotary(dims=32)
    """

    code = "SP3343"
    title = "dims of rotary positions do not fit"
    dims: int
    size: int

    def message(self) -> str:
        """One sentence."""
        return f"`rotary` turns pairs of elements, and cannot turn {self.dims} of the {self.size} of a head"


@mistake
class WrongRotaryScaling(Mistake):
    """The numbers of a scaling of rotary positions are missing, superfluous or do not make sense.

    Why: `linear` needs `factor`; `dynamic` and `yarn` also need `original_max_position_embeddings`; `llama3` besides
    needs `low_freq_factor` below `high_freq_factor`. Only `yarn` takes `beta_fast`, `beta_slow`, `truncate`,
    `attention_factor`, `mscale` and `mscale_all_dim`.

    Wrong:
        input q: float32[N, 8, T, 64]
        y = q -> rotary(scaling={"rope_type": "yarn", "factor": 4})
    Right:
        input q: float32[N, 8, T, 64]
        y = q -> rotary(scaling={"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 2048})
    """

    code = "SP3344"
    title = "wrong scaling of rotary positions"
    scaling: str
    reason: str

    def message(self) -> str:
        """One sentence."""
        return f"`rotary` with scaling `{self.scaling}` {self.reason}"


@mistake
class PlacesDoNotFit(Mistake):
    """The positions given to a layer do not fit the tensor whose places they are.

    Why: they are [T], the same in the whole batch, or [N, T]. Each is an integer.

    Wrong:
        input q: float32[N, 8, T, 64]
        input places: int64[N]
        y = rotary(q, places)
    Right:
        input q: float32[N, 8, T, 64]
        input places: int64[N, T]
        y = rotary(q, places)
    """

    code = "SP3345"
    title = "positions do not fit"
    layer: str
    given: TensorType
    batch: Dim
    length: Dim

    def message(self) -> str:
        """One sentence."""
        wanted = f"[{self.length}] or [{self.batch}, {self.length}]"
        return f"`{self.layer}` needs positions {wanted} of int64 or int32, and got {self.given}"


@mistake
class OffsetBesidePlaces(Mistake):
    """A layer has both an offset and positions.

    Why: positions that are given are absolute.

    Wrong:
        input q: float32[N, 8, T, 64]
        input places: int64[N, T]
        y = rotary(q, places, offset=4)
    Right:
        input q: float32[N, 8, T, 64]
        input places: int64[N, T]
        y = rotary(q, places + 4)
    """

    code = "SP3346"
    title = "an offset beside positions"
    layer: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has both an `offset` and positions: add one to the other"


@mistake
class PlacesOutnumberRows(Mistake):
    """A sequence may be longer than the table of its positions.

    Why: there is one row for each position, and none after the last.

    Wrong:
        input x: float32[N, T, 64]
        y = x + (x -> positions(512) as wpe)
    Right:
        input x: float32[N, T, 64]
        require T <= 512
        y = x + (x -> positions(512) as wpe)
    """

    code = "SP3347"
    title = "more positions than rows"
    layer: str
    rows: int
    wanted: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has {self.rows} rows, and {self.wanted} may be more"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.wanted, int):
            return f"give it {self.wanted} rows"
        return f"promise a length, as in `require {self.wanted} <= {self.rows}`"


@mistake
class WrongBuckets(Mistake):
    """The buckets of a relative position bias cannot be told apart.

    Why: half of the buckets of one direction are single distances, the other half grows up to `max_distance`. Each
    direction needs at least two buckets, and `max_distance` lies above the single ones.

    Wrong:
        input x: float32[N, T, 64]
        y = x -> attention(num_heads=4, score_bias=relative_position_bias(4, T, T, num_buckets=2))
    Right:
        input x: float32[N, T, 64]
        y = x -> attention(num_heads=4, score_bias=relative_position_bias(4, T, T, num_buckets=32))
    """

    code = "SP3348"
    title = "wrong buckets"
    buckets: int
    distance: int
    directions: int

    def message(self) -> str:
        """One sentence."""
        sides = "one direction" if self.directions == 1 else "two directions"
        return f"{self.buckets} buckets for {sides} do not reach up to the distance {self.distance}"

    def hint(self) -> str | None:
        """What to do."""
        least = self.buckets // self.directions // 2
        if least < 1:
            return f"give at least {2 * self.directions} buckets"
        return f"give a `max_distance` of at least {least + 1}"


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


@mistake
class HalvesNeedSpacing(Mistake):
    """Frequencies of sinusoidal positions cannot be spaced.

    Why: the exponents are i / (count - shift) for `count` frequencies; `count` has to be above `shift`.

    Wrong:
        input places: int64[T]
        y = places -> sinusoidal(2, layout=halves, shift=1)
    Right:
        input places: int64[T]
        y = places -> sinusoidal(64, layout=halves, shift=1)
    """

    code = "SP3354"
    title = "too few frequencies"
    width: int
    count: int
    shift: float

    def message(self) -> str:
        """One sentence."""
        many = "1 frequency" if self.count == 1 else f"{self.count} frequencies"
        return f"`sinusoidal` of width {self.width} has {many}, too few for a shift of {self.shift:g}"


@mistake
class DistanceTooLarge(Mistake):
    """The largest distance of a relative position bias is beyond reason.

    Why: the compiled model has a bucket for each distance up to it.

    Wrong:
        input x: float32[N, T, 64]
        y = x -> attention(score_bias=relative_position_bias(1, T, T, max_distance=1G))
    Right:
        input x: float32[N, T, 64]
        y = x -> attention(score_bias=relative_position_bias(1, T, T, max_distance=1K))
    """

    code = "SP3355"
    title = "distance too large"
    given: int
    limit: int

    def message(self) -> str:
        """One sentence."""
        return f"`max_distance` of `relative_position_bias` is {self.given}, and may be {self.limit} at most"


ERRORS: tuple[type[Mistake], ...] = (
    SinkTokensWithoutWindow,
    SinksDoNotFit,
    HardSinks,
    RotaryDimsDoNotFit,
    WrongRotaryScaling,
    PlacesDoNotFit,
    OffsetBesidePlaces,
    PlacesOutnumberRows,
    WrongBuckets,
    BlocksDoNotFit,
    RandomBlocksUnknown,
    TooManyRandomBlocks,
    RandomBlocksDoNotFit,
    TooManyChosen,
    HalvesNeedSpacing,
    DistanceTooLarge,
)
