"""Did-you-mean: names near to the one that was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to `count` of the `known` names that resemble `name`, nearest first."""
    folded = {candidate.lower(): candidate for candidate in known}
    return tuple(folded[match] for match in get_close_matches(name[:200].lower(), folded, count, 0.6))


def did_you_mean(names: Iterable[str]) -> str | None:
    """A hint that offers `names`, or nothing where there is none."""
    quoted = [f"`{name}`" for name in names]
    return f"did you mean {' or '.join(quoted)}?" if quoted else None


def divisors(size: int, count: int = 8) -> str:
    """The smallest numbers that divide `size`, as in `1, 2 or 4`."""
    found = [str(number) for number in range(1, min(size, 512) + 1) if size % number == 0][:count]
    return " or ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else found[0]
