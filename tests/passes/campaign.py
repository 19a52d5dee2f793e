"""Made models with all passes, and with each that was made left out in turn.

`python tests/passes/campaign.py FIRST COUNT` prints what differs.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable

from rewritable import make_rewritable
from same_outputs import HIGHEST, TOLERANCE, compiled, gap, two_bindings
from spec_maker import make_spec

import specc

MAKERS: tuple[Callable[[int], str], ...] = (make_rewritable, make_spec)


def one(text: str, each: bool, counts: Counter[str]) -> list[str]:
    """What differs between the model as it is, with all passes, and without each in turn."""
    try:
        spec = specc.loads(text, syntax="text", name="made.specc")
        plain = compiled(spec, 0)
    except specc.SpecError:
        counts["rejected"] += 1
        return []
    sizes = two_bindings(plain.resolved.graph)
    rewritten = compiled(spec, HIGHEST)
    made = Counter(entry.rewrite for entry in rewritten.ledger.entries if entry.applied)
    counts.update(made)
    counts["models"] += 1
    wrong = [] if gap(plain, rewritten, sizes) <= TOLERANCE else ["all passes"]
    for name in made if each else ():
        counts["without one"] += 1
        if gap(plain, compiled(spec, HIGHEST, (name,)), sizes) > TOLERANCE:
            wrong.append(f"without {name}")
    return wrong


def main(first: int, count: int) -> int:
    """Exit status: 1 where something differs."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + count):
        for maker in MAKERS:
            try:
                wrong = one(maker(seed), True, counts)
            except Exception as error:
                wrong = [f"{type(error).__name__}: {str(error)[:300]}"]
            for what in wrong:
                counts["wrong"] += 1
                print(f"{maker.__name__}({seed}): {what}", flush=True)
    print(f"{count} seeds:", ", ".join(f"{number} {name}" for name, number in counts.most_common()))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
