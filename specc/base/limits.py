"""Every bound on what one spec may cost to read, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on reading and expanding one spec; the defaults are far above any real network."""

    file_bytes: int = 4 << 20
    tokens: int = 200_000
    nesting: int = 64
    yaml_nodes: int = 20_000
    imports: int = 64
    calls: int = 48
    steps: int = 5_000_000
    nodes: int = 2_000_000
    items: int = 1_000_000
    integer_bits: int = 4_096
    rank: int = 16
    errors: int = 50


DEFAULT_LIMITS = Limits()
