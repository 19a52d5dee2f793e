"""Tensors computed from stored weights when a model is written, evaluated with numpy by the weights package.

A relayout says how a weight as the spec names and lays it out becomes the tensor that an operator wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Stored:
    """The weight at `path`, as it is."""

    path: str


@dataclass(frozen=True, slots=True)
class Transposed:
    """Axes of `source` in the order `permutation`."""

    source: Relayout
    permutation: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reshaped:
    """`source` in another shape."""

    source: Relayout
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Axis 0 of `source` cut into as many equal blocks as `order` has entries, in that order (recurrent gates)."""

    source: Relayout
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Elements `start` to `stop` (exclusive) of `source` along `axis`."""

    source: Relayout
    axis: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Joined:
    """`sources` one after another along `axis`."""

    sources: tuple[Relayout, ...]
    axis: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Elementwise sum."""

    sources: tuple[Relayout, ...]


@dataclass(frozen=True, slots=True)
class WeightNormed:
    """`direction` scaled to the norms `magnitude`, which are over all axes but `axis` (None: over all axes)."""

    magnitude: Relayout
    direction: Relayout
    axis: int | None


@dataclass(frozen=True, slots=True)
class SpectrallyNormed:
    """`source` divided by `left . M . right`, where M is `source` as a matrix with `axis` as its rows."""

    source: Relayout
    left: Relayout
    right: Relayout
    axis: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A float tensor of one value."""

    shape: tuple[int, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """A float tensor of these elements in row-major order."""

    values: tuple[float, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Elementwise product, dims aligned from the last."""

    sources: tuple[Relayout, ...]


@dataclass(frozen=True, slots=True)
class MatrixProduct:
    """Product of two matrices, or of two stacks of them."""

    left: Relayout
    right: Relayout


@dataclass(frozen=True, slots=True)
class InverseRoot:
    """1 / sqrt(source + eps), elementwise."""

    source: Relayout
    eps: float


@dataclass(frozen=True, slots=True)
class Applied:
    """`function` of each element: one of `FUNCTIONS`."""

    function: str
    source: Relayout


@dataclass(frozen=True, slots=True)
class Diagonal:
    """A matrix with as many rows as `source`, a vector, has elements: element i stands in row i, column i % columns."""

    source: Relayout
    columns: int


@dataclass(frozen=True, slots=True)
class Summed:
    """Sum over `axes`, which are gone afterwards."""

    source: Relayout
    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bordered:
    """Zeros around `source`: as many before and after each axis as `borders` say."""

    source: Relayout
    borders: tuple[tuple[int, int], ...]


FUNCTIONS = ("exp", "neg", "reciprocal", "sqrt")
"""Functions of `Applied`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Scales with which `source` becomes integers of `bits` bits, symmetric about 0: one for each index of `axes`, the
    largest magnitude at that index divided by 2^(bits - 1) - 1, in single precision.

    With a `bias`, which is counted in units of scale x `step`, a scale is at least so large that it fits 31 bits.
    """

    source: Relayout
    axes: tuple[int, ...]
    bits: int = 8
    bias: Relayout | None = None
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class Quantised:
    """The source of `scale` divided by it and rounded to the nearest integer, halves to even, as int8."""

    scale: Scale


@dataclass(frozen=True, slots=True)
class QuantisedBias:
    """The bias of `scale` in units of scale x step, as int32."""

    scale: Scale


@dataclass(frozen=True, slots=True)
class BlockScale:
    """Scales of a matrix [out, in] in blocks of `block` columns: [out, blocks]. The element of the largest magnitude of
    a block becomes the lowest integer of `bits` bits, in single precision."""

    source: Relayout
    block: int
    bits: int


@dataclass(frozen=True, slots=True)
class PackedBlocks:
    """The matrix of `scale` in integers from 0 on, of which 2^(bits - 1) stands for 0: uint8 [out, blocks, bytes of a
    block], where two integers of four bits share a byte, the earlier one in its low half."""

    scale: BlockScale


Relayout: TypeAlias = Union[
    Stored,
    Transposed,
    Reshaped,
    Blocks,
    Part,
    Joined,
    Sum,
    WeightNormed,
    SpectrallyNormed,
    Filled,
    Numbers,
    Product,
    MatrixProduct,
    InverseRoot,
    Applied,
    Diagonal,
    Summed,
    Bordered,
    Scale,
    Quantised,
    QuantisedBias,
    BlockScale,
    PackedBlocks,
]


def stored_paths(relayout: Relayout) -> tuple[str, ...]:
    """Paths of the weights that `relayout` reads."""
    match relayout:
        case Stored(path):
            return (path,)
        case Joined(sources, _) | Sum(sources) | Product(sources):
            return tuple(path for source in sources for path in stored_paths(source))
        case WeightNormed(first, second, _) | MatrixProduct(first, second):
            return (*stored_paths(first), *stored_paths(second))
        case SpectrallyNormed(source, left, right, _):
            return (*stored_paths(source), *stored_paths(left), *stored_paths(right))
        case Filled() | Numbers():
            return ()
        case Scale(source, _, _, bias):
            return (*stored_paths(source), *(() if bias is None else stored_paths(bias)))
        case Quantised(scale) | QuantisedBias(scale) | PackedBlocks(scale):
            return stored_paths(scale)
        case _:
            return stored_paths(relayout.source)


def is_view(relayout: Relayout) -> bool:
    """Whether `relayout` only moves the elements of one weight, so that they can be cast afterwards."""
    match relayout:
        case Stored():
            return True
        case Transposed() | Reshaped() | Part():
            return is_view(relayout.source)
        case _:
            return False
