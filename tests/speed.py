"""How fast this machine is, for bounds on processor time.

They are meant for a machine that adds ten million numbers in Python in 0.25 seconds, and that makes, names and sorts
100,000 small dictionaries in 0.09 seconds: the first tells of the processor, the second of its memory and caches. That
is a core of a common server with nothing else running beside; a busy one is given as much more as it is slower.
"""

from __future__ import annotations

import time

COUNTING, MAKING = 0.25, 0.09


def counting() -> float:
    """The seconds of processor time that ten million additions take."""
    start, added = time.process_time(), 0
    for number in range(10_000_000):
        added += number
    return time.process_time() - start


def making() -> float:
    """The seconds of processor time that making, naming and sorting 100,000 small dictionaries takes."""
    start = time.process_time()
    made = [{"number": number, "numbers": [number]} for number in range(100_000)]
    named = {str(one["number"]): (one,) for one in made}
    assert len(sorted(named)) == len(made)
    return time.process_time() - start


def slowness() -> float:
    """How many times longer this machine takes at the moment, at least 1."""
    return max(1.0, counting() / COUNTING, making() / MAKING)


def within(seconds: float, bound: float) -> bool:
    """Whether `seconds` of processor time here are at most `bound` on a machine of that speed."""
    return seconds <= bound or seconds <= bound * slowness()
