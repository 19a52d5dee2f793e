"""Mistakes that arithmetic and reductions find in their numbers."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import divisors
from specc.tensor.dims import Dim


@mistake
class DivisorZero(Mistake):
    """An integer is divided by 0.

    Why: no integer is the result, so the model would fail whenever it runs.

    Wrong:
        input x: int64[N, 8]
        y = floor_divide(x, 0)
    Right:
        input x: int64[N, 8]
        y = floor_divide(x, 2)
    """

    code = "SP3230"
    title = "division by zero"
    layer: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` divides integers by 0"

    def hint(self) -> str | None:
        """What to do."""
        return "use another divisor, or convert to floating point, as in `cast(x, float32)`"


@mistake
class TooFewElements(Mistake):
    """A variance has too few elements for its correction.

    Why: the sum of the squares is divided by the number of elements less `correction`, which has to be above 0.

    Wrong:
        input x: float32[N, 8]
        y = x -> var(0)
    Right:
        input x: float32[N, 8]
        require N >= 2
        y = x -> var(0)
    """

    code = "SP3231"
    title = "too few elements for a variance"
    layer: str
    elements: Dim
    correction: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.elements, int) else "may be"
        wanted = f"more than {self.correction} elements, its correction"
        return f"`{self.layer}` needs {wanted}, and their number {verb} {self._least()}"

    def _least(self) -> str:
        return str(self.elements) if isinstance(self.elements, int) else f"less: {self.elements}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.elements, int):
            return "use more elements, or `correction=0` for the variance of the elements themselves"
        return f"promise a size, as in `require {self.elements} >= {self.correction + 1}`, or use `correction=0`"


@mistake
class PiecesDoNotDivide(Mistake):
    """The size of an axis does not divide into groups of equal size.

    Why: `maxout` keeps the largest element of each group of neighbours, and leaves none out.

    Wrong:
        input x: float32[N, 10]
        y = x -> maxout(4)
    Right:
        input x: float32[N, 12]
        y = x -> maxout(4)
    """

    code = "SP3232"
    title = "groups do not divide an axis"
    layer: str
    size: Dim
    pieces: int

    def message(self) -> str:
        """One sentence."""
        verb = "does" if isinstance(self.size, int) else "may"
        return f"`{self.layer}` takes groups of {self.pieces}, into which an axis of {self.size} {verb} not divide"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int):
            return f"take groups of {divisors(self.size)}"
        return f"promise it, as in `require {self.size} % {self.pieces} == 0`"


@mistake
class BoundGivenTwice(Mistake):
    """`clamp` has one of its bounds both as a number and as a tensor.

    Why: a number is an attribute and a tensor an input; only one of them can be meant.

    Wrong:
        input x: float32[N, 8]
        input low: float32[8]
        y = clamp(x, low, 1)
    Right:
        input x: float32[N, 8]
        input low: float32[8]
        y = clamp(x, low, max=1)
    """

    code = "SP3233"
    title = "a bound is given twice"
    bound: str

    def message(self) -> str:
        """One sentence."""
        return f"`clamp` has its bound `{self.bound}` as a number and as a tensor"

    def hint(self) -> str | None:
        """What to do."""
        return "name the bounds, as in `clamp(x, min=low, max=1)`"


ERRORS: tuple[type[Mistake], ...] = (DivisorZero, TooFewElements, PiecesDoNotDivide, BoundGivenTwice)
