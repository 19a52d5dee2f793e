"""How fast this machine is, for bounds on processor time.

They are meant for a machine that adds ten million numbers in Python in half a second.
"""

from __future__ import annotations

import time

COUNTING = 0.5


def slowness() -> float:
    """How many times longer this machine takes at the moment, at least 1."""
    start, added = time.process_time(), 0
    for number in range(10_000_000):
        added += number
    return max(1.0, (time.process_time() - start) / COUNTING)


def within(seconds: float, bound: float) -> bool:
    """Whether `seconds` of processor time here are at most `bound` on a machine of that speed."""
    return seconds <= bound or seconds <= bound * slowness()
