"""Mistakes that arithmetic and movement of tensors find."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.diagnostics import Mistake
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@dataclass(frozen=True)
class ShapesDoNotBroadcast(Mistake):
    """Two tensors of an elementwise layer have shapes that do not fit together.

    Why: shapes are aligned at their last dims, and two dims fit where they are equal or one of them is 1. Two symbols
    that merely could be equal do not fit, since the model would fail wherever they are not.

    Wrong:
        input a: float32[N, 8]
        input b: float32[N, 4]
        y = a + b
    Right:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = a + b
    """

    code = "SP3201"
    title = "shapes do not fit together"
    layer: str
    left: TensorType
    right: TensorType
    dims: tuple[Dim, Dim]

    def message(self) -> str:
        """One sentence."""
        left, right = self.dims
        return f"`{self.layer}` of {self.left} and {self.right}: {left} and {right} are neither equal nor 1"

    def hint(self) -> str | None:
        """What to do."""
        return "dims are aligned from the last; insert one with a subscript, as in `x[:, none]`"


@dataclass(frozen=True)
class DtypesDiffer(Mistake):
    """Inputs that have to be of one element type are of several.

    Why: ONNX operators are typed, and nothing is converted silently.

    Wrong:
        input a: float32[N, 8]
        input b: int64[N, 8]
        y = a + b
    Right:
        input a: float32[N, 8]
        input b: int64[N, 8]
        y = a + cast(b, float32)
    """

    code = "SP3202"
    title = "element types differ"
    layer: str
    left: TensorType
    right: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs tensors of one element type, and got {self.left} and {self.right}"

    def hint(self) -> str | None:
        """What to do."""
        return f"convert one of them, as in `cast(x, {self.left.dtype})`"


@dataclass(frozen=True)
class AxisRepeated(Mistake):
    """An attribute names one axis twice.

    Why: each axis can be reduced, removed or moved once; a negative axis counts from the end.

    Wrong:
        input x: float32[N, 8]
        y = x -> mean([1, -1])
    Right:
        input x: float32[N, 8]
        y = x -> mean(1)
    """

    code = "SP3203"
    title = "an axis is named twice"
    layer: str
    axes: tuple[int, ...]

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` names an axis twice in {list(self.axes)}"


@dataclass(frozen=True)
class InnerDimsDiffer(Mistake):
    """The inner dims of a matrix product differ.

    Why: the last dim of the left matrix is summed against the last but one of the right.

    Wrong:
        input a: float32[N, 8]
        input b: float32[4, 8]
        y = a @ b
    Right:
        input a: float32[N, 8]
        input b: float32[4, 8]
        y = a @ swap(b, 0, 1)
    """

    code = "SP3205"
    title = "inner dims of a matrix product differ"
    left: TensorType
    right: TensorType
    dims: tuple[Dim, Dim]

    def message(self) -> str:
        """One sentence."""
        return f"the product of {self.left} and {self.right} would sum {self.dims[0]} against {self.dims[1]} elements"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
            return None
        if isinstance(self.index, int):
            needed = self.index + 1 if self.index >= 0 else -self.index
            return f"promise a size, as in `require {self.size} >= {needed}`"
        return f"promise that it is inside, as in `require {self.index} >= 0` and `require {self.size} > {self.index}`"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class DimsDiffer(Mistake):
    """Two dims that have to be equal are not, or cannot be shown to be.

    Why: the layer pairs the elements along them.

    Wrong:
        input a: float32[N, 8, 4]
        input b: float32[N, 8, 5]
        y = concat(a, b, axis=1)
    Right:
        input a: float32[N, 8, 4]
        input b: float32[N, 8, 5]
        y = concat(a, b, axis=2)
    """

    code = "SP3212"
    title = "dims differ"
    layer: str
    what: str
    left: Dim
    right: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs {self.what} to be equal, and got {self.left} and {self.right}"

    def hint(self) -> str | None:
        """What to do."""
        both_known = isinstance(self.left, int) and isinstance(self.right, int)
        return None if both_known else "give both dims the same name or the same expression where they are declared"


@dataclass(frozen=True)
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
        return None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class MayBeEmpty(Mistake):
    """A layer needs at least one element along an axis that may have none.

    Why: there is no largest, smallest or last element of nothing.

    Wrong:
        input x: float32[N, 8, T]
        y = x[:, :, 4:] -> amax(2)
    Right:
        input x: float32[N, 8, T]
        require T >= 5
        y = x[:, :, 4:] -> amax(2)
    """

    code = "SP3216"
    title = "axis may be empty"
    layer: str
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs at least one element along axis {self.axis}, whose size {self.size} may be 0"

    def hint(self) -> str | None:
        """What to do."""
        return None if isinstance(self.size, int) else f"promise a size, as in `require {self.size} >= 1`"


@dataclass(frozen=True)
class BoundsReversed(Mistake):
    """`clamp` has no bound, or a lower bound above the upper one.

    Why: no number lies between such bounds.

    Wrong:
        input x: float32[N, 8]
        y = x -> clamp(1, 0)
    Right:
        input x: float32[N, 8]
        y = x -> clamp(0, 1)
    """

    code = "SP3217"
    title = "bounds of clamp do not fit"
    low: float | None
    high: float | None

    def message(self) -> str:
        """One sentence."""
        if self.low is None and self.high is None:
            return "`clamp` needs `min`, `max` or both"
        return f"`clamp` from {self.low} to {self.high} leaves no number"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class WrongEquation(Mistake):
    """The equation of `einsum` is malformed, or does not fit its inputs.

    Why: each input has a group of letters, one for each of its axes; the result has those after `->`, each once.

    Wrong:
        input a: float32[N, 8]
        input b: float32[8, 4]
        y = einsum(a, b, "ij,jk->iz")
    Right:
        input a: float32[N, 8]
        input b: float32[8, 4]
        y = einsum(a, b, "ij,jk->ik")
    """

    code = "SP3219"
    title = "wrong einsum equation"
    equation: str
    reason: str

    def message(self) -> str:
        """One sentence."""
        return f'the equation "{self.equation}" {self.reason}'


@dataclass(frozen=True)
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
        return "a tensor of one axis is flat already" if self.tensor.rank == 1 else None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


ERRORS: tuple[type[Mistake], ...] = (
    ShapesDoNotBroadcast,
    DtypesDiffer,
    AxisRepeated,
    AxesReversed,
    InnerDimsDiffer,
    SizeChanges,
    IndexOutside,
    SignUnknown,
    EmptySlice,
    TooManySubscripts,
    NotAPermutation,
    DimsDiffer,
    DoesNotSplit,
    NotOne,
    CannotExpand,
    MayBeEmpty,
    BoundsReversed,
    NegativeSize,
    WrongEquation,
    RepeatsDoNotFit,
    ValueDoesNotFit,
)
