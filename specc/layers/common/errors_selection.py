"""Mistakes that layers find which pick, order and put elements by their indices."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
class TooManyPicked(Mistake):
    """`topk` may want more elements than there are.

    Why: an axis has no more largest elements than elements, for every size that the model accepts.

    Wrong:
        input x: float32[N, T]
        values, indices = topk(x, 5)
    Right:
        input x: float32[N, T]
        require T >= 5
        values, indices = topk(x, 5)
    """

    code = "SP3234"
    title = "more elements wanted than there are"
    count: Dim
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "has" if isinstance(self.size, int) else "may have fewer:"
        return f"`topk` picks {self.count} elements of axis {self.axis}, which {verb} {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        both_known = isinstance(self.size, int) and isinstance(self.count, int)
        if both_known:
            return f"take at most {self.size}"
        return f"promise a size, as in `require {self.size} >= {self.count}`"


@mistake
class ClassOutside(Mistake):
    """An index that is written down is no class of `one_hot`.

    Why: the classes are counted from 0, and an index outside them would give a row of zeros.

    Wrong:
        input x: float32[N, 4]
        const label: int64[1] = [4]
        y = x + one_hot(label, 4, float32)
    Right:
        input x: float32[N, 4]
        const label: int64[1] = [3]
        y = x + one_hot(label, 4, float32)
    """

    code = "SP3235"
    title = "index is no class"
    index: int
    classes: Dim

    def message(self) -> str:
        """One sentence."""
        return f"index {self.index} is not among the {self.classes} classes of `one_hot`"

    def hint(self) -> str | None:
        """What to do."""
        return "classes count from 0; give more of them with `num_classes`"


@mistake
class WrongTupleSize(Mistake):
    """The last dim of the indices does not say how many axes they count along.

    Why: each row of the indices names one place: a number for each of the first axes, so their count has to be known.

    Wrong:
        input x: float32[4, 8]
        input places: int64[K, 3]
        y = gather_nd(x, places)
    Right:
        input x: float32[4, 8]
        input places: int64[K, 2]
        y = gather_nd(x, places)
    """

    code = "SP3236"
    title = "indices do not fit the axes"
    layer: str
    size: Dim
    most: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs indices whose last dim is from 1 to {self.most}, and got {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        return f"the last dim of the indices says how many axes they index: 1 to {self.most}"


@mistake
class IndicesTooLarge(Mistake):
    """The indices of `scatter` may be longer than the tensor along another axis than the one that they count along.

    Why: an index at a place beyond the end has no row to write into.

    Wrong:
        input x: float32[4, 8]
        input places: int64[5, 8]
        input values: float32[5, 8]
        y = scatter(x, places, values, axis=1)
    Right:
        input x: float32[5, 8]
        input places: int64[5, 8]
        input values: float32[5, 8]
        y = scatter(x, places, values, axis=1)
    """

    code = "SP3237"
    title = "indices larger than the tensor"
    layer: str
    given: Dim
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.given, int) and isinstance(self.size, int) else "may be"
        return f"axis {self.axis} of the indices of `{self.layer}` is {self.given}, which {verb} above {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        both_known = isinstance(self.given, int) and isinstance(self.size, int)
        if both_known:
            return f"give indices of at most {self.size} there"
        return f"promise a size, as in `require {self.size} >= {self.given}`"


@mistake
class ShiftsDoNotFit(Mistake):
    """`roll` has not one number for each axis that it names.

    Why: the elements are moved along each of the axes by its number of places.

    Wrong:
        input x: float32[N, 8, 8]
        y = x -> roll([1, 2], 1)
    Right:
        input x: float32[N, 8, 8]
        y = x -> roll([1, 2], [1, 2])
    """

    code = "SP3238"
    title = "wrong number of shifts"
    shifts: int
    axes: int

    def message(self) -> str:
        """One sentence."""
        return f"`roll` has {self.shifts} shifts for {self.axes} axes"

    def hint(self) -> str | None:
        """What to do."""
        return "give one shift for each axis of `axes`"


@mistake
class TooManyBatchDims(Mistake):
    """`gather_nd` has more batch dims than its inputs have axes for.

    Why: both inputs begin with the batch dims, and the indices have one dim more at least.

    Wrong:
        input x: float32[N, 8]
        input places: int64[N, 1]
        y = gather_nd(x, places, batch_dims=2)
    Right:
        input x: float32[N, 8]
        input places: int64[N, 1]
        y = gather_nd(x, places, batch_dims=1)
    """

    code = "SP3239"
    title = "too many batch dims"
    batch_dims: int
    tensor: TensorType
    indices: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"{self.batch_dims} batch dims do not fit {self.tensor} and indices {self.indices}"

    def hint(self) -> str | None:
        """What to do."""
        return "the first `batch_dims` dims of both have to be equal, and leave at least one to index"


ERRORS: tuple[type[Mistake], ...] = (
    TooManyPicked,
    ClassOutside,
    WrongTupleSize,
    IndicesTooLarge,
    ShiftsDoNotFit,
    TooManyBatchDims,
)
