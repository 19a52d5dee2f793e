"""Mistakes that arithmetic, products and reductions find, and those about axes and dims."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
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


@mistake
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


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "name each axis once; negative ones count from the end"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "transpose one of the two with `swap(x, -1, -2)`, or use `linear` for a product with a weight"


@mistake
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
        if both_known:
            return "change what makes one of them"
        return "give both dims the same name or the same expression where they are declared"


@mistake
class MayBeEmpty(Mistake):
    """A layer needs at least one element along an axis that may have none.

    Why: there is no largest, smallest or last element of nothing, and onnxruntime leaves some products over nothing
    unwritten (matrix by vector, or with a transposed factor) and stops the process in others (Einsum).

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


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "put the smaller bound first, or leave one of the two out"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return 'name each axis of each input by a letter, and those of the result after `->`, as in `"bij,bjk->bik"`'


ERRORS: tuple[type[Mistake], ...] = (
    ShapesDoNotBroadcast,
    DtypesDiffer,
    AxisRepeated,
    InnerDimsDiffer,
    DimsDiffer,
    MayBeEmpty,
    BoundsReversed,
    WrongEquation,
)
