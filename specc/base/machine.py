"""What a device can do, as far as the time of a layer depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

import yaml

from specc.base.diagnostics import Reporter
from specc.base.errors import BadTargetValue
from specc.base.source import Source
from specc.base.target_reading import (
    Kind,
    by_dtype,
    counted,
    fraction,
    natural,
    positive,
    read_fields,
    scalars,
    span_of,
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Figures of a device. Rates are per second, sizes in bytes, times in seconds, a multiply-accumulate is two FLOPs.

    `peak`: FLOP/s of dense matrix products by element type; `conv_peak`: of convolutions, where they differ;
    `bandwidth`: of its main memory; `capacity`: of that memory; `cache` and `cache_bandwidth`: of its last level of
    cache; `inner_cache` and `inner_bandwidth`: of the cache of one core, from which a recurrent layer reads its
    matrices at each step; `overhead`: of starting one node; `multiple`: channels that fill its vector or tensor-core
    unit, by element type; `start`: of starting a run; `overlap`: the part of the shorter of a layer's arithmetic and
    reading of weights from main memory that goes on during the longer, all of it in a roofline; `fork`: of sharing a
    node among threads, where it has multiply-accumulates enough; `sources`: where the figures are from, by key.
    """

    peak: Mapping[str, float]
    bandwidth: float
    capacity: int
    overhead: float
    conv_peak: Mapping[str, float] = field(default_factory=dict)
    cache: int = 0
    cache_bandwidth: float = 0.0
    inner_cache: int = 0
    inner_bandwidth: float = 0.0
    multiple: Mapping[str, int] = field(default_factory=dict)
    start: float = 0.0
    overlap: float = 1.0
    fork: float = 0.0
    sources: Mapping[str, str] = field(default_factory=dict)


Figure: TypeAlias = Union[int, float, dict[str, int], dict[str, float], dict[str, str]]

_RATE = Kind("a number above 0, as in `66.9e12`", positive)
_RATES: Kind[Figure] = Kind("a mapping of element types to FLOP/s, as in `{float32: 66.9e12}`", by_dtype(_RATE))
_NUMBER: Kind[Figure] = Kind(_RATE.text, positive)
_BYTES: Kind[Figure] = Kind("a number of bytes", natural)
_KINDS: dict[str, Kind[Figure]] = {
    "peak": _RATES,
    "bandwidth": _NUMBER,
    "capacity": _BYTES,
    "overhead": _NUMBER,
    "conv_peak": _RATES,
    "cache": _BYTES,
    "cache_bandwidth": _NUMBER,
    "inner_cache": _BYTES,
    "inner_bandwidth": _NUMBER,
    "multiple": Kind("a mapping of element types to channels", by_dtype(Kind("an integer above 0", counted))),
    "start": _NUMBER,
    "overlap": Kind("a number from 0 to 1", fraction),
    "fork": _NUMBER,
    "sources": Kind("a mapping of keys to texts", scalars),
}
_REQUIRED = ("peak", "bandwidth", "capacity", "overhead")


def read_machine(source: Source, node: yaml.Node, reporter: Reporter) -> Machine | None:
    """The figures that a mapping gives; None, with all that is wrong reported, where it has mistakes."""
    if not isinstance(node, yaml.MappingNode):
        return None
    before = len(reporter.diagnostics)
    found = read_fields(source, node, reporter, _KINDS, "`machine`")
    given = {str(key.value): key for key, _ in node.value}
    for key in _REQUIRED:
        if key not in given:
            reporter.report(BadTargetValue(key, f"given in `machine`: {_KINDS[key].text}"), span_of(source, node))
    sources = found.get("sources", {})
    for key in sorted(given.keys() & _KINDS.keys() - {"sources"}):
        if not isinstance(sources, dict) or key not in sources:
            mistake = BadTargetValue(f"sources.{key}", "given: where the figure is from")
            reporter.report(mistake, span_of(source, given[key]))
    return None if len(reporter.diagnostics) > before else Machine(**found)  # type: ignore[arg-type]  # by kind
