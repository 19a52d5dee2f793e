"""Mistakes that recurrent layers and scans find."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim, Extremum, Floor, at_least
from specc.tensor.types import TensorType


@mistake
class NoProjection(Mistake):
    """A projection is given a bound, and there is no projection.

    Why: `proj_clip` bounds what `proj_size` makes of the hidden state. The bound of the cell is `cell_clip`.

    Wrong:
        y, (h, c) = x -> lstm(64, proj_clip=3.0)
    Right:
        y, (h, c) = x -> lstm(64, proj_size=32, proj_clip=3.0)
    """

    code = "SP3310"
    title = "no projection to bound"
    layer: str
    bound: float

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has the bound {self.bound} of its projection, and no projection"

    def hint(self) -> str | None:
        """What to do."""
        return "give `proj_size`, or bound the cell with `cell_clip`"


@mistake
class StepMayBeEmpty(Mistake):
    """A step of a scan may give a result without elements.

    Why: the runtime cannot stack results that are empty.

    Wrong:
        block cell(x, h):
            return x[:, 4:], h
        input x: float32[N, T, K]
        input h: float32[N, 8]
        y, last = scan(cell, over=x, state=h)
    Right:
        block cell(x, h):
            return x[:, 4:], h
        input x: float32[N, T, K]
        require K >= 5
        input h: float32[N, 8]
        y, last = scan(cell, over=x, state=h)
    """

    code = "SP3311"
    title = "result of a step may be empty"
    result: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"a step of the scan gives {self.result}, which may have no elements"

    def hint(self) -> str | None:
        """What to do."""
        free = [dim for dim in self.result.shape if not at_least(dim, 1)]
        if isinstance(free[0], int):
            return None
        plain = not any(isinstance(atom, (Floor, Extremum)) for monomial, _ in free[0].terms for atom, _ in monomial)
        return f"promise a size, as in `require {free[0]} >= 1`" if plain else "promise larger sizes with `require`"


@mistake
class SameAxis(Mistake):
    """The sequences of a batch and their steps are looked for along the same axis.

    Why: each sequence has its own length, so that the steps need an axis of their own.

    Wrong:
        input x: float32[N, T, 8]
        input lengths: int64[N]
        y = reverse_sequence(x, lengths, axis=0)
    Right:
        input x: float32[T, N, 8]
        input lengths: int64[N]
        y = reverse_sequence(x, lengths, axis=0, batch_axis=1)
    """

    code = "SP3312"
    title = "one axis for sequences and steps"
    layer: str
    axis: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has both the sequences and their steps along axis {self.axis}"

    def hint(self) -> str | None:
        """What to do."""
        return "give another `axis` or `batch_axis`"


@mistake
class GroupsDoNotShare(Mistake):
    """The groups of a selective scan do not divide its channels.

    Why: each group serves an equal share of the channels.

    Wrong:
        input u: float32[N, 16, T]
        input B: float32[N, 3, 4, T]
        param A: float32[16, 4] = -1
        y, h = selective_scan(u, softplus(u), A, B, B)
    Right:
        input u: float32[N, 16, T]
        input B: float32[N, 2, 4, T]
        param A: float32[16, 4] = -1
        y, h = selective_scan(u, softplus(u), A, B, B)
    """

    code = "SP3313"
    title = "groups do not divide the channels"
    layer: str
    groups: Dim
    channels: Dim
    port: str

    def message(self) -> str:
        """One sentence."""
        return (
            f"`{self.layer}`: {self.groups} groups of `{self.port}` do not divide the {self.channels} channels of `u`"
        )

    def hint(self) -> str | None:
        """What to do."""
        known = isinstance(self.groups, int) and isinstance(self.channels, int)
        if known:
            return "take groups that divide the channels"
        return f"promise a multiple, as in `require {self.channels} % {self.groups} == 0`"


ERRORS: tuple[type[Mistake], ...] = (NoProjection, StepMayBeEmpty, SameAxis, GroupsDoNotShare)
