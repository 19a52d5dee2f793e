"""Mistakes that layers of positions find."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


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

    def hint(self) -> str | None:
        """What to do."""
        return f"take an even number up to {self.size}"


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

    def hint(self) -> str | None:
        """What to do."""
        return "the names and meanings of the numbers are those of transformers' `rope_parameters`"


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

    def hint(self) -> str | None:
        """What to do."""
        return f"positions are one for each place: [{self.length}] or [{self.batch}, {self.length}]"


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

    def hint(self) -> str | None:
        """What to do."""
        return "write `positions + offset` for the positions, and leave `offset` out"


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

    def hint(self) -> str | None:
        """What to do."""
        return "take a larger width, or a `shift` of 0"


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

    def hint(self) -> str | None:
        """What to do."""
        return f"take at most {self.limit}"


ERRORS: tuple[type[Mistake], ...] = (
    RotaryDimsDoNotFit,
    WrongRotaryScaling,
    PlacesDoNotFit,
    OffsetBesidePlaces,
    PlacesOutnumberRows,
    WrongBuckets,
    HalvesNeedSpacing,
    DistanceTooLarge,
)
