"""Did-you-mean: names near to the one that was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 200
FEW = 60
"""Names up to `MOST` are all compared; of more, `FEW` that begin like the name."""
SCANNED = 2_000
"""Names that are looked at, the last that are known."""
_LONGEST = 200
_SHORTLIST = 12


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to `count` of the `known` names that resemble `name`, nearest first: those that are hardly more edits away
    than the nearest one."""
    recent = list(known)[-SCANNED:]
    alike = [candidate for candidate in recent if abs(len(candidate) - len(name)) <= 1 + len(name) // 2]
    if len(alike) > MOST:
        alike = _beginning_alike(name, alike)
    folded = {candidate.lower(): candidate for candidate in alike}
    wanted = name[:_LONGEST].lower()
    listed = get_close_matches(wanted, folded, _SHORTLIST, 0.6)
    ranked = sorted((edits(wanted, match[:_LONGEST]), place, match) for place, match in enumerate(listed))
    return tuple(folded[match] for distance, _, match in ranked if distance <= ranked[0][0] + 1)[:count]


def _beginning_alike(name: str, candidates: list[str]) -> list[str]:
    """At most `FEW` of the candidates, those that share the longest beginning with `name` first."""
    found: dict[str, None] = {}
    for length in (12, 6, 3, 1):
        head = name[:length]
        found.update((candidate, None) for candidate in candidates if candidate.startswith(head))
        if len(found) >= FEW:
            break
    return list(found)[:FEW]


def edits(left: str, right: str) -> int:
    """Characters to insert, delete, replace or swap with their neighbour until `left` is `right`.

    Optimal string alignment distance (Damerau 1964).
    """
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def did_you_mean(names: Iterable[str]) -> str | None:
    """A hint that offers `names`, or nothing where there is none."""
    quoted = [f"`{name}`" for name in names]
    return f"did you mean {' or '.join(quoted)}?" if quoted else None


def divisors(size: int, count: int = 8) -> str:
    """The smallest numbers that divide `size`, as in `1, 2 or 4`."""
    found = [str(number) for number in range(1, min(size, 512) + 1) if size % number == 0][:count]
    return " or ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else found[0]
