"""Kinds of attribute values: what a layer accepts from a spec, and how it is told what it may not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from typing import Generic, TypeAlias, TypeVar, Union, cast, dataclass_transform

from specc.base.diagnostics import fail
from specc.base.work import spend
from specc.ir.initial import Initial
from specc.tensor.dims import Dim, Poly
from specc.tensor.dtypes import DTYPES, DType
from specc.tensor.errors import NumberDoesNotFit

T = TypeVar("T")
C = TypeVar("C")

Raw: TypeAlias = Union[bool, int, float, str, Poly, DType, Initial, tuple["Raw", ...], dict["Raw", "Raw"], None]
"""A compile-time value as the evaluator hands it over; lists are tuples."""


REPEAT_STEPS = 100


class Unfit(Exception):
    """The value is not of the kind that the attribute wants."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of attribute: `text` completes "expected ...", `convert` returns the value or raises `Unfit`.

    `words` are bare names that a spec may write without quotes where no variable hides them.
    """

    text: str
    convert: Callable[[Raw], T]
    words: tuple[str, ...] = ()


def attribute(kind: Kind[T], doc: str, *, default: object = MISSING) -> T:
    """Declare a field of a layer: its kind, one line of documentation, its default (required without one)."""
    metadata = {"kind": kind, "doc": doc}
    made = field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)
    return cast(T, made)


@dataclass_transform(frozen_default=True, field_specifiers=(attribute,))
def layer(cls: type[C]) -> type[C]:
    """Class decorator of every layer: a frozen, slotted dataclass of its attributes."""
    return cast("type[C]", dataclass(frozen=True, slots=True)(cls))


def _integer(low: int | None) -> Callable[[Raw], int]:
    def convert(raw: Raw) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or (low is not None and raw < low):
            raise Unfit
        return _fitting(raw)

    return convert


def _fitting(number: int) -> int:
    if not DType.INT64.holds(number):
        raise fail(NumberDoesNotFit(f"an integer of {number.bit_length()} bits", str(DType.INT64)))
    return number


def _count(raw: Raw) -> int:
    """How often something is repeated in a layer, which is work."""
    count = _integer(1)(raw)
    spend(REPEAT_STEPS * count)
    return count


def _number(raw: Raw) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not DType.FLOAT32.holds(raw):
        raise Unfit
    return float(raw)


def _positive_number(raw: Raw) -> float:
    number = _number(raw)
    if not 0 < number < float("inf"):
        raise Unfit
    return number


def _probability(raw: Raw) -> float:
    number = _number(raw)
    if not 0 <= number <= 1:
        raise Unfit
    return number


def _boolean(raw: Raw) -> bool:
    if not isinstance(raw, bool):
        raise Unfit
    return raw


def _string(raw: Raw) -> str:
    if not isinstance(raw, str):
        raise Unfit
    return raw


def _dtype(raw: Raw) -> DType:
    if isinstance(raw, DType):
        return raw
    if not isinstance(raw, str) or raw not in DTYPES:
        raise Unfit
    return DTYPES[raw]


def _dim(raw: Raw) -> Dim:
    if isinstance(raw, bool) or not isinstance(raw, (int, Poly)):
        raise Unfit
    return _fitting(raw) if isinstance(raw, int) else raw


INT = Kind("an integer", _integer(None))
POSITIVE = Kind("an integer of at least 1", _integer(1))
COUNT = Kind("an integer of at least 1", _count)
NON_NEGATIVE = Kind("an integer of at least 0", _integer(0))
FLOAT = Kind("a number", _number)
POSITIVE_NUMBER = Kind("a number above 0", _positive_number)
PROBABILITY = Kind("a number from 0 to 1", _probability)
BOOL = Kind("true or false", _boolean, ("true", "false"))
STRING = Kind("a string", _string)
DIM = Kind("an integer or a size", _dim)
DTYPE = Kind("an element type", _dtype, tuple(DTYPES))


def several(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of values of `kind`; one value alone is a list of one."""

    def convert(raw: Raw) -> tuple[T, ...]:
        return tuple(kind.convert(item) for item in raw) if isinstance(raw, tuple) else (kind.convert(raw),)

    return Kind(f"{kind.text}, or a list of such", convert, kind.words)


def one_or_several(kind: Kind[T]) -> Kind[T | tuple[T, ...]]:
    """One value for all axes, or a list with one for each."""

    def convert(raw: Raw) -> T | tuple[T, ...]:
        return tuple(kind.convert(item) for item in raw) if isinstance(raw, tuple) else kind.convert(raw)

    return Kind(f"{kind.text}, or a list with one for each axis", convert, kind.words)


def optional(kind: Kind[T]) -> Kind[T | None]:
    """A value of `kind`, or `none`."""

    def convert(raw: Raw) -> T | None:
        return None if raw is None else kind.convert(raw)

    return Kind(f"{kind.text}, or none", convert, (*kind.words, "none"))


def either(first: Kind[T], second: Kind[C]) -> Kind[T | C]:
    """A value of one kind or of the other."""

    def convert(raw: Raw) -> T | C:
        try:
            return first.convert(raw)
        except Unfit:
            return second.convert(raw)

    return Kind(f"{first.text}, or {second.text}", convert, (*first.words, *second.words))


def choice(*words: str) -> Kind[str]:
    """One of `words`. Where `none` is among them, the constant of that name is the word."""

    def convert(raw: Raw) -> str:
        word = "none" if raw is None else raw
        if not isinstance(word, str) or word not in words:
            raise Unfit
        return word

    return Kind("one of " + ", ".join(words), convert, words)
