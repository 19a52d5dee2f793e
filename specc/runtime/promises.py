"""What a spec promises of its sizes, checked before a run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from specc.base.diagnostics import Reporter
from specc.runtime.errors import PromiseBroken
from specc.runtime.sizes import size_of, symbols_of
from specc.tensor.dim_text import inequality, parse_dim
from specc.tensor.dims import Domain


@dataclass(frozen=True, slots=True)
class Promises:
    """Bounds and divisors by symbol, and formulas that are never negative. Every size is at least 1 unless `low` says
    otherwise."""

    low: Mapping[str, int] = field(default_factory=dict)
    high: Mapping[str, int] = field(default_factory=dict)
    unit: Mapping[str, int] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


def read_promises(text: str | None) -> Promises | None:
    """The promises in a model's metadata; None for a model that has none, as it comes from elsewhere."""
    if text is None:
        return None
    noted = json.loads(text)
    return Promises(noted["low"], noted["high"], noted["unit"], tuple(noted["facts"]))


def lowest_sizes(promises: Promises | None, texts: Iterable[str]) -> dict[str, int]:
    """The smallest value that is promised of each symbol in the dims `texts`."""
    held = promises or Promises()
    names = {name for text in texts for name in symbols_of(text)}
    return {name: _rounded_up(held.low.get(name, 1), held.unit.get(name, 1)) for name in names}


def _rounded_up(size: int, unit: int) -> int:
    return -(-size // unit) * unit


def check_promises(promises: Promises | None, sizes: Mapping[str, int]) -> None:
    """Raise `SpecError` with every promise that `sizes` break."""
    reporter = Reporter()
    for sizes_text, wanted in _broken(promises, sizes) if promises is not None else ():
        reporter.report(PromiseBroken(sizes_text, wanted), None)
    reporter.raise_if_failed()


def _broken(promises: Promises, sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name, size in sizes.items():
        low, high, unit = promises.low.get(name, 1), promises.high.get(name), promises.unit.get(name, 1)
        if size < low:
            yield f"{name} is {size}", f"at least {low}"
        if high is not None and size > high:
            yield f"{name} is {size}", f"at most {high}"
        if size % unit:
            yield f"{name} is {size}", f"a multiple of {unit}"
    for fact in promises.facts:
        value = size_of(fact, sizes)
        if value is not None and value < 0:
            named = ", ".join(f"{name} is {sizes[name]}" for name in sorted(symbols_of(fact)) if name in sizes)
            yield named, f"such that {inequality(parse_dim(fact, Domain()))}"
