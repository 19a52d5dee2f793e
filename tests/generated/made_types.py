"""Sizes and tensor types as the maker of specs knows them: text and values at samples for each size.

Two sizes are taken for equal where they agree at every sample, whatever their texts are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

SAMPLES = 8
"""Bindings at which every size is known; at the first, every symbol has its least value."""


@dataclass(frozen=True)
class Size:
    """A size; two are equal where their values are."""

    text: str = field(compare=False)
    values: tuple[int, ...]

    @property
    def number(self) -> int | None:
        """The size where it is an integer."""
        return int(self.text) if self.text.isdigit() else None

    @property
    def low(self) -> int:
        return min(self.values)

    def divides_by(self, count: int) -> bool:
        return all(value % count == 0 for value in self.values)


def number(value: int) -> Size:
    return Size(str(value), (value,) * SAMPLES)


def operand(text: str) -> str:
    """`text` as it stands beside an operator."""
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def joined(text: str, compute: Callable[..., int], *sizes: Size) -> Size:
    """The size `text`, worked out from `sizes`; an integer where they all are."""
    values = tuple(compute(*at) for at in zip(*(size.values for size in sizes), strict=True))
    if all(size.number is not None for size in sizes):
        return number(values[0])
    return Size(text, values)


def plus(size: Size, more: int) -> Size:
    if not more:
        return size
    sign = "+" if more > 0 else "-"
    return joined(f"{size.text} {sign} {abs(more)}", lambda a: a + more, size)


def times(size: Size, factor: int) -> Size:
    return size if factor == 1 else joined(f"{factor} * {operand(size.text)}", lambda a: a * factor, size)


def over(size: Size, divisor: int) -> Size:
    return size if divisor == 1 else joined(f"{operand(size.text)} // {divisor}", lambda a: a // divisor, size)


def total(sizes: list[Size]) -> Size:
    text = " + ".join(size.text for size in sizes)
    return joined(text, lambda *at: sum(at), *sizes)


def product(sizes: list[Size]) -> Size:
    result = number(1)
    for size in sizes:
        if size.number == 1:
            continue
        known = result.number == 1
        text = size.text if known else f"{operand(result.text)} * {operand(size.text)}"
        result = joined(text, lambda a, b: a * b, result, size)
        if known:
            result = size
    return result


def least(size: Size, bound: int) -> Size:
    """The smaller of a size and a number."""
    if size.low >= bound:
        return number(bound)
    if max(size.values) <= bound:
        return size
    return joined(f"min({size.text}, {bound})", lambda a: min(a, bound), size)


@dataclass(frozen=True)
class Type:
    """Type of a tensor, and what its elements are like.

    `exact`: elements are those of inputs, so that a step in a function of them cannot hide a rounding error; `large`: a
    bound of their magnitude; `normed`: they went through a division by a spread that may be tiny.
    """

    dtype: str
    dims: tuple[Size, ...]
    exact: bool = False
    large: float = 2.0
    normed: bool = False

    @property
    def rank(self) -> int:
        return len(self.dims)

    @property
    def is_float(self) -> bool:
        return self.dtype == "float32"

    def made(self, dims: tuple[Size, ...] | None = None, large: float | None = None, dtype: str | None = None) -> Type:
        """What a computation makes of it."""
        return Type(dtype or self.dtype, self.dims if dims is None else dims, False, large or self.large, self.normed)

    def moved(self, dims: tuple[Size, ...]) -> Type:
        """The same elements in another shape."""
        return replace(self, dims=dims)

    def at(self, axis: int, size: Size) -> tuple[Size, ...]:
        """The dims with another size on one axis."""
        axis %= self.rank
        return (*self.dims[:axis], size, *self.dims[axis + 1 :])

    def without(self, *axes: int) -> tuple[Size, ...]:
        dropped = {axis % self.rank for axis in axes}
        return tuple(dim for axis, dim in enumerate(self.dims) if axis not in dropped)

    @property
    def some(self) -> bool:
        """Whether there is an element at every binding."""
        return all(dim.low >= 1 for dim in self.dims)

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(dim.text for dim in self.dims)}]"


@dataclass(frozen=True)
class Tensor:
    """A variable of a spec that holds a tensor."""

    name: str
    type: Type


@dataclass(frozen=True)
class Stage:
    """A layer with its attributes, and what it makes of the tensor before it."""

    name: str
    arguments: tuple[str, ...]
    type: Type
    weighted: bool = False
    results: int = 1

    @property
    def call(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})" if self.arguments else self.name

    def of(self, tensor: str) -> str:
        """The call with its tensor in front."""
        return f"{self.name}({', '.join((tensor, *self.arguments))})"
