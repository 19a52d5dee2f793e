"""How a tensor of a model gets its first values. Evaluated with numpy by the weights package, never here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

from specc.base.source import Span


@dataclass(frozen=True, slots=True)
class Constant:
    """Every element is `value`."""

    value: float


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform on `[low, high)`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal with `mean` and `std`; cut at `cut` standard deviations on both sides where it is given."""

    std: float
    mean: float = 0.0
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class Scaled:
    """Variance scaling: variance `gain^2 / fan`, with `fan` the tensor's `in`, `out` or mean (`average`) fan.

    Kaiming (He et al. 2015) is `in` with gain sqrt(2), Xavier (Glorot and Bengio 2010) `average` with gain 1, LeCun
    `in` with gain 1.
    """

    fan: str
    gain: float
    distribution: str


@dataclass(frozen=True, slots=True)
class Orthogonal:
    """A (semi-)orthogonal matrix over the flattened trailing dims, times `gain` (Saxe et al. 2014)."""

    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class OrthogonalFeatures:
    """A matrix [m, n] whose rows are orthogonal in blocks of n, each as long as a normal vector of n elements
    (Choromanski et al. 2020, arXiv:2009.14794)."""


@dataclass(frozen=True, slots=True)
class Values:
    """The elements themselves, in row-major order; they are cast to the tensor's element type."""

    items: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The index along axis `axis`."""

    axis: int


@dataclass(frozen=True, slots=True)
class Apply:
    """`function` of formulas and numbers: `+ - * / // % **`, comparisons, `and or not`, `where`, `sin`, `exp`, ..."""

    function: str
    arguments: tuple[FormulaTerm, ...]


FormulaTerm: TypeAlias = Union[int, float, bool, Index, Apply]

FORMULA_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not")
"""Operators of formulas; `-` and `not` also with one argument."""

FORMULA_FUNCTIONS: dict[str, int] = {
    "abs": 1,
    "ceil": 1,
    "cos": 1,
    "exp": 1,
    "float": 1,
    "floor": 1,
    "int": 1,
    "log": 1,
    "log2": 1,
    "max": 2,
    "min": 2,
    "round": 1,
    "sigmoid": 1,
    "sign": 1,
    "sin": 1,
    "sqrt": 1,
    "tan": 1,
    "tanh": 1,
    "where": 3,
}
"""Functions of formulas and how many arguments they take."""


@dataclass(frozen=True, slots=True)
class Formula:
    """Each element from its indices."""

    term: FormulaTerm


@dataclass(frozen=True, slots=True)
class File:
    """The array of a `.npy` file, or of `key` in a `.npz` file; `path` is absolute, `span` the place that names it."""

    path: str
    key: str | None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ZeroRow:
    """`source`, with zeros in one row (along axis 0)."""

    source: Initial
    row: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Another weight of the same layer, by its name in the layer, and what its first values depend on."""

    name: str
    shape: tuple[int, ...]
    initial: Initial
    fan_in: int
    fan_out: int


@dataclass(frozen=True, slots=True)
class NormsOf:
    """Euclidean norms of the first values of `weight` over all axes but `axis` (None: over all axes)."""

    weight: Beside
    axis: int | None


@dataclass(frozen=True, slots=True)
class SingularOf:
    """The left or the right singular vector to the largest singular value of `weight`, as a matrix with `axis` as its
    rows: a unit vector after 15 steps of the power iteration from a random one (Miyato et al. 2018; PyTorch)."""

    weight: Beside
    axis: int
    left: bool


Initial: TypeAlias = (
    Constant
    | Uniform
    | Normal
    | Scaled
    | Orthogonal
    | OrthogonalFeatures
    | Values
    | Formula
    | File
    | ZeroRow
    | NormsOf
    | SingularOf
)
