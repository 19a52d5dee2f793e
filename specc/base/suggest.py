"""Did-you-mean: names near to the one that was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 200
"""Names that are compared; of more, those with the same first letter."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to `count` of the `known` names that resemble `name`, nearest first."""
    alike = [candidate for candidate in known if abs(len(candidate) - len(name)) <= 1 + len(name) // 2]
    if len(alike) > MOST:
        alike = [candidate for candidate in alike if candidate[:1] == name[:1]][:MOST]
    folded = {candidate.lower(): candidate for candidate in alike}
    return tuple(folded[match] for match in get_close_matches(name[:200].lower(), folded, count, 0.6))


def did_you_mean(names: Iterable[str]) -> str | None:
    """A hint that offers `names`, or nothing where there is none."""
    quoted = [f"`{name}`" for name in names]
    return f"did you mean {' or '.join(quoted)}?" if quoted else None
