"""Values in the YAML of targets: kinds of keys, and how each is read with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import yaml

from specc.base.diagnostics import Reporter
from specc.base.errors import BadTargetValue, UnknownTargetKey
from specc.base.source import Source, Span
from specc.base.suggest import nearest

T = TypeVar("T")
DTYPES = ("float64", "float32", "tfloat32", "float16", "bfloat16", "float8", "int8", "int4")
"""Element types that a device may have a peak for; `tfloat32` is float32 rounded to 10 bits of mantissa (TF32)."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What a key may hold, in words and as a reader, which gives None for anything else."""

    text: str
    read: Callable[[Source, yaml.Node, Reporter], T | None]


def entries_of(source: Source, node: yaml.Node, reporter: Reporter) -> list[tuple[str, yaml.Node]]:
    """Keys and values of a mapping; a key that comes twice is reported and kept once."""
    found: dict[str, yaml.Node] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        text = str(key.value)
        if text in found:
            reporter.report(UnknownTargetKey(text, "is there twice", ()), span_of(source, key))
        found.setdefault(text, value)
    return list(found.items())


def read_fields(
    source: Source, node: yaml.Node, reporter: Reporter, kinds: Mapping[str, Kind[T]], where: str
) -> dict[str, T]:
    """The values of a mapping whose keys have `kinds`; all that is wrong is reported."""
    found: dict[str, T] = {}
    for key, value in entries_of(source, node, reporter):
        kind = kinds.get(key)
        if kind is None:
            mistake = UnknownTargetKey(key, f"means nothing in {where}", nearest(key, kinds))
            reporter.report(mistake, span_of(source, value))
            continue
        before = len(reporter.diagnostics)
        made = kind.read(source, value, reporter)
        if made is not None:
            found[key] = made
        elif len(reporter.diagnostics) == before:
            reporter.report(BadTargetValue(key, kind.text), span_of(source, value))
    return found


def span_of(source: Source, node: yaml.Node) -> Span:
    """Where a node stands."""
    return Span(source, node.start_mark.index, max(node.end_mark.index, node.start_mark.index + 1))


def text(source: Source, node: yaml.Node, reporter: Reporter) -> str | None:
    """A string."""
    return node.value if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" else None


def natural(source: Source, node: yaml.Node, reporter: Reporter) -> int | None:
    """An integer of at least 0, whose digits may be grouped by `_`."""
    digits = node.value.replace("_", "") if isinstance(node, yaml.ScalarNode) else ""
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 20 else None


def counted(source: Source, node: yaml.Node, reporter: Reporter) -> int | None:
    """An integer above 0."""
    return natural(source, node, reporter) or None


def positive(source: Source, node: yaml.Node, reporter: Reporter) -> float | None:
    """A finite number above 0, as in `66.9e12`."""
    value = _number(node)
    return value if 0 < value < math.inf else None


def _number(node: yaml.Node) -> float:
    """The number that is written, NaN for anything else."""
    try:
        return float(node.value) if isinstance(node, yaml.ScalarNode) else math.nan
    except ValueError:
        return math.nan


def fraction(source: Source, node: yaml.Node, reporter: Reporter) -> float | None:
    """A number from 0 to 1."""
    value = _number(node)
    return value if 0 <= value <= 1 else None


def flag(source: Source, node: yaml.Node, reporter: Reporter) -> bool | None:
    """`true` or `false`."""
    words = {"true": True, "false": False}
    return words.get(node.value) if isinstance(node, yaml.ScalarNode) else None


def texts(source: Source, node: yaml.Node, reporter: Reporter) -> tuple[str, ...] | None:
    """A list of strings."""
    if not isinstance(node, yaml.SequenceNode):
        return None
    items = [text(source, item, reporter) for item in node.value]
    return tuple(item for item in items if item is not None) if None not in items else None


def scalars(source: Source, node: yaml.Node, reporter: Reporter) -> dict[str, str] | None:
    """A mapping to numbers or strings, all as text."""
    if not isinstance(node, yaml.MappingNode):
        return None
    entries = entries_of(source, node, reporter)
    found = {key: str(value.value) for key, value in entries if isinstance(value, yaml.ScalarNode)}
    return found if len(found) == len(entries) else None


def by_dtype(kind: Kind[T]) -> Callable[[Source, yaml.Node, Reporter], dict[str, T] | None]:
    """A mapping of element types to values of one kind."""

    def read(source: Source, node: yaml.Node, reporter: Reporter) -> dict[str, T] | None:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            return None
        return read_fields(source, node, reporter, dict.fromkeys(DTYPES, kind), "a mapping of element types")

    return read


def one_of(*words: str) -> Callable[[Source, yaml.Node, Reporter], str | None]:
    """One of some words."""

    def read(source: Source, node: yaml.Node, reporter: Reporter) -> str | None:
        found = text(source, node, reporter)
        return found if found in words else None

    return read
