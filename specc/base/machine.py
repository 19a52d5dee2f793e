"""What a device can do, as far as the time of a layer depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Machine:
    """Figures of a device. Rates are per second, sizes in bytes, times in seconds, a multiply-accumulate is two FLOPs.

    `peak`: FLOP/s of dense matrix products by element type; `conv_peak`: of convolutions, where they differ;
    `bandwidth`: of its main memory; `capacity`: of that memory; `cache` and `cache_bandwidth`: of its last level of
    cache; `overhead`: of starting one node; `multiple`: channels that fill its vector or tensor-core unit, by element
    type; `sources`: where the figures are from, by key.
    """

    peak: Mapping[str, float]
    bandwidth: float
    capacity: int
    overhead: float
    conv_peak: Mapping[str, float] = field(default_factory=dict)
    cache: int = 0
    cache_bandwidth: float = 0.0
    multiple: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
