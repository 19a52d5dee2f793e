"""Mistakes that the movement of elements finds."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import divisors
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@mistake
class AxesReversed(Mistake):
    """`flatten` starts after the axis at which it ends.

    Why: the axes from the first to the last become one.

    Wrong:
        input x: float32[N, 8, 4]
        y = x -> flatten(2, 1)
    Right:
        input x: float32[N, 8, 4]
        y = x -> flatten(1, 2)
    """

    code = "SP3204"
    title = "axes in the wrong order"
    start: int
    end: int
    tensor: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"axis {self.start} comes after axis {self.end} of {self.tensor}"

    def hint(self) -> str | None:
        """What to do."""
        return "a tensor of one axis is flat already" if self.tensor.rank == 1 else "put the first axis first"


@mistake
class SizeChanges(Mistake):
    """The new shape of a tensor holds another number of elements, or cannot be shown to hold the same.

    Why: a reshape moves nothing and drops nothing.

    Wrong:
        input x: float32[N, 12]
        y = x -> reshape([N, 3, 5])
    Right:
        input x: float32[N, 12]
        y = x -> reshape([N, 3, -1])
    """

    code = "SP3206"
    title = "the number of elements changes"
    layer: str
    given: TensorType
    wanted: tuple[Dim, ...]

    def message(self) -> str:
        """One sentence."""
        shape = ", ".join(map(str, self.wanted))
        return f"`{self.layer}` cannot bring {self.given} into the shape [{shape}] for every size"

    def notes(self) -> tuple[str, ...]:
        """Facts that help."""
        return (f"the input has {self.given.size} elements",)

    def hint(self) -> str | None:
        """What to do."""
        return "one dim of the shape may be -1, which is inferred"


@mistake
class IndexOutside(Mistake):
    """A subscript may lie outside the tensor.

    Why: an index has to be inside for every size that the model accepts.

    Wrong:
        input x: float32[N, T, 8]
        y = x[:, 3]
    Right:
        input x: float32[N, T, 8]
        require T >= 4
        y = x[:, 3]
    """

    code = "SP3207"
    title = "index outside the tensor"
    index: Dim
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.size, int) and isinstance(self.index, int) else "may be"
        return f"index {self.index} {verb} outside axis {self.axis}, which has {self.size} elements"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int) and isinstance(self.index, int):
            return f"take an index from {-self.size} to {self.size - 1}"
        if isinstance(self.index, int):
            needed = self.index + 1 if self.index >= 0 else -self.index
            return f"promise a size, as in `require {self.size} >= {needed}`"
        if isinstance(self.size - self.index, int):
            return "no promise can help: it is outside, or the axis empty, at every size"
        above = [] if at_least(self.index, 0) else [f"`require {self.index} >= 0`"]
        below = [] if at_least(self.size, self.index + 1) else [f"`require {self.index + 1} <= {self.size}`"]
        return f"promise that it is inside, as in {' and '.join(above + below)}"


@mistake
class SignUnknown(Mistake):
    """A bound of a slice may be negative for some sizes and not for others.

    Why: a negative bound counts from the end, so its sign decides what is meant.

    Wrong:
        input x: float32[N, T, 8]
        y = x[:, T - 4:]
    Right:
        input x: float32[N, T, 8]
        require T >= 4
        y = x[:, T - 4:]
    """

    code = "SP3208"
    title = "sign of a slice bound is not known"
    bound: Dim

    def message(self) -> str:
        """One sentence."""
        return f"the bound `{self.bound}` is negative for some sizes and not for others"

    def hint(self) -> str | None:
        """What to do."""
        return f"promise its sign, as in `require {self.bound} >= 0`"


@mistake
class EmptySlice(Mistake):
    """A slice takes no element at all.

    Why: such a tensor has nothing to compute with, so the bounds are a slip.

    Wrong:
        input x: float32[N, 8]
        y = x[:, 5:3]
    Right:
        input x: float32[N, 8]
        y = x[:, 3:5]
    """

    code = "SP3209"
    title = "empty slice"
    axis: int
    size: Dim

    def message(self) -> str:
        """One sentence."""
        return f"the slice of axis {self.axis}, which has {self.size} elements, takes none"

    def hint(self) -> str | None:
        """What to do."""
        return "a slice `a:b` takes the elements from a to b - 1"


@mistake
class TooManySubscripts(Mistake):
    """A subscript names more axes than the tensor has, or holds `...` twice.

    Why: each entry but `none` and `...` stands for one axis.

    Wrong:
        input x: float32[N, 8]
        y = x[:, :, 0]
    Right:
        input x: float32[N, 8]
        y = x[:, 0]
    """

    code = "SP3210"
    title = "too many subscripts"
    given: int
    tensor: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"{self.given} subscripts do not fit the {self.tensor.rank} axes of {self.tensor}"

    def hint(self) -> str | None:
        """What to do."""
        return f"write at most {self.tensor.rank}, and `...` once at most; `none` adds an axis"


@mistake
class NotAPermutation(Mistake):
    """The axes of a transpose do not name each axis once.

    Why: the result has the same axes in another order.

    Wrong:
        input x: float32[N, T, 8]
        y = x -> transpose([0, 2])
    Right:
        input x: float32[N, T, 8]
        y = x -> transpose([0, 2, 1])
    """

    code = "SP3211"
    title = "not a permutation of the axes"
    given: tuple[int, ...]
    tensor: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"{list(self.given)} does not name each of the {self.tensor.rank} axes of {self.tensor} once"

    def hint(self) -> str | None:
        """What to do."""
        return f"write a permutation of {list(range(self.tensor.rank))}"


@mistake
class DoesNotSplit(Mistake):
    """A dim cannot be cut into the parts that `split` wants.

    Why: equal parts need a size that divides, and given sizes have to add up.

    Wrong:
        input x: float32[N, 10]
        a, b, c = split(x, 3)
    Right:
        input x: float32[N, 10]
        a, b, c = split(x, [3, 3, 4])
    """

    code = "SP3213"
    title = "parts do not fit"
    size: Dim
    sections: int | tuple[Dim, ...]

    def message(self) -> str:
        """One sentence."""
        if isinstance(self.sections, int):
            return f"{self.size} elements do not divide into {self.sections} equal parts"
        return f"parts of {', '.join(map(str, self.sections))} do not add up to {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.sections, int) and not isinstance(self.size, int):
            return f"promise that it divides, as in `require {self.size} % {self.sections} == 0`"
        if isinstance(self.size, int) and isinstance(self.sections, int):
            return f"take {divisors(self.size)} parts, or give their sizes in a list"
        return "the parts in the list have to add up to the size of the axis"


@mistake
class NotOne(Mistake):
    """`squeeze` names an axis whose size is not 1.

    Why: only a dim of 1 can be dropped without losing elements.

    Wrong:
        input x: float32[N, 8]
        y = x -> squeeze(1)
    Right:
        input x: float32[N, 8, 1]
        y = x -> squeeze(2)
    """

    code = "SP3214"
    title = "dim is not 1"
    axis: int
    size: Dim

    def message(self) -> str:
        """One sentence."""
        return f"axis {self.axis} has size {self.size}, and only a dim of 1 can be dropped"

    def hint(self) -> str | None:
        """What to do."""
        return "drop an axis by an index, as in `x[:, 0]`, or join two with `flatten`"


@mistake
class CannotExpand(Mistake):
    """`expand` cannot bring a tensor into the shape.

    Why: dims are aligned from the last; a dim of 1 is repeated, and every other has to stay as it is.

    Wrong:
        input x: float32[N, 8]
        y = x -> expand([N, 16])
    Right:
        input x: float32[N, 1]
        y = x -> expand([N, 16])
    """

    code = "SP3215"
    title = "cannot expand to this shape"
    given: TensorType
    wanted: tuple[Dim, ...]

    def message(self) -> str:
        """One sentence."""
        return f"{self.given} cannot be repeated to the shape [{', '.join(map(str, self.wanted))}]"

    def hint(self) -> str | None:
        """What to do."""
        return "only dims of 1 are repeated, aligned from the last; `tile` repeats others"


@mistake
class NegativeSize(Mistake):
    """A size may be negative.

    Why: a tensor has no fewer than 0 elements along an axis, for every size that the model accepts.

    Wrong:
        input x: float32[N, T]
        i = arange(T - 4)
    Right:
        input x: float32[N, T]
        require T >= 4
        i = arange(T - 4)
    """

    code = "SP3218"
    title = "size may be negative"
    layer: str
    size: Dim

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.size, int) else "may be"
        return f"`{self.layer}` would make a dim of {self.size}, which {verb} negative"

    def hint(self) -> str | None:
        """What to do."""
        return None if isinstance(self.size, int) else f"promise a size, as in `require {self.size} >= 0`"


@mistake
class RepeatsDoNotFit(Mistake):
    """`tile` has not one number for each axis.

    Why: the tensor is repeated along each of its axes.

    Wrong:
        input x: float32[N, 8]
        y = x -> tile(2)
    Right:
        input x: float32[N, 8]
        y = x -> tile([1, 2])
    """

    code = "SP3220"
    title = "wrong number of repeats"
    given: int
    tensor: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"`tile` has {self.given} numbers, and {self.tensor} has {self.tensor.rank} axes"

    def hint(self) -> str | None:
        """What to do."""
        return f"give {self.tensor.rank} numbers, 1 where an axis is not repeated"


@mistake
class ValueDoesNotFit(Mistake):
    """A value is not among those of an element type.

    Why: it would become another number without a word.

    Wrong:
        input x: uint8[N, 8]
        y = concat(x, full([N, 1], 300, uint8))
    Right:
        input x: uint8[N, 8]
        y = concat(x, full([N, 1], 255, uint8))
    """

    code = "SP3221"
    title = "value does not fit the element type"
    value: float
    dtype: DType

    def message(self) -> str:
        """One sentence."""
        return f"{self.value:g} is not a value of {self.dtype}"

    def hint(self) -> str | None:
        """What to do."""
        return "take a whole number that the type holds, or another type"


ERRORS: tuple[type[Mistake], ...] = (
    AxesReversed,
    SizeChanges,
    IndexOutside,
    SignUnknown,
    EmptySlice,
    TooManySubscripts,
    NotAPermutation,
    DoesNotSplit,
    NotOne,
    CannotExpand,
    NegativeSize,
    RepeatsDoNotFit,
    ValueDoesNotFit,
)
