"""Mutated specs, read and checked in this process: `python tests/fuzz/fuzz.py SECONDS [SEED]` counts what fails.

A case fails where anything but `SpecError` comes out, where it takes more than `CASE_SECONDS` of processor time, or
where its messages are too long. A case that hangs is ended by `faulthandler`, with the stack; the peak memory of the
whole process has to stay below `LARGEST_MIB`.
"""

from __future__ import annotations

import faulthandler
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

from mutations import mutated
from seeds import seed_texts

import specc
from specc.base.diagnostics import Severity
from specc.base.render import render

CASE_SECONDS = 2.0
HANG_SECONDS = 30
LONGEST_MESSAGE = 200_000
LARGEST_MIB = 512
FOUND = Path("fuzz-found")


@dataclass
class Findings:
    """What was tried and what failed."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    slowest: float = 0.0


def one(text: str, form: str) -> str:
    """Check one text; its outcome. Raises what should not come out."""
    try:
        spec = specc.loads(text, syntax=form, name="case")
        spec.check()
        spec.cost_at({})
    except specc.SpecError as error:
        errors = [d for d in error.diagnostics if d.severity is Severity.ERROR]
        assert errors, "an error without a diagnostic"
        shown = render(error.diagnostics)
        assert len(shown) < LONGEST_MESSAGE, f"{len(shown)} characters of messages"
        assert "Traceback" not in shown
        return errors[0].code
    return "accepted"


def measured(text: str, form: str) -> tuple[str, str, float]:
    """Outcome of one text, why it failed, and the processor time it took."""
    start, outcome, why = time.process_time(), "failed", ""
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    try:
        outcome = one(text, form)
    except Exception as error:
        why = f"{type(error).__name__}: {str(error)[:200]}"
    faulthandler.cancel_dump_traceback_later()
    return outcome, why, time.process_time() - start


def try_case(text: str, form: str, findings: Findings) -> None:
    """Count one case, and keep it where it fails. A slow one is measured again, since other programs slow it, too."""
    outcome, why, seconds = measured(text, form)
    if seconds > CASE_SECONDS:
        seconds = min(seconds, measured(text, form)[2])
    findings.outcomes[outcome] += 1
    findings.cases += 1
    findings.slowest = max(findings.slowest, seconds)
    if why or seconds > CASE_SECONDS:
        findings.failures.append((why or f"slow: {seconds:.1f} s", form, text))


def fuzz(seeds: dict[str, list[str]], seed: int, seconds: float, most: int | None = None) -> Findings:
    """Try cases for `seconds`, or `most` of them."""
    findings, rng, end = Findings(), Random(seed), time.monotonic() + seconds
    forms: Sequence[str] = ("specc", "specc", "yaml")
    while time.monotonic() < end and (most is None or findings.cases < most):
        form = rng.choice(forms)
        try_case(mutated(seeds[form], rng), form, findings)
    return findings


def main(arguments: list[str]) -> int:
    """Exit status: 1 where something failed."""
    seconds, seed = float(arguments[0]), int(arguments[1]) if len(arguments) > 1 else int(time.time())
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    findings = fuzz(seed_texts(), seed, seconds)
    for number, (why, form, text) in enumerate(findings.failures):
        FOUND.mkdir(exist_ok=True)
        (FOUND / f"{seed}-{number}.{form}").write_text(text, encoding="utf-8", errors="surrogatepass")
        print(f"{FOUND}/{seed}-{number}.{form}: {why}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    slow = sum(why.startswith("slow") for why, _, _ in findings.failures)
    print(
        f"seed {seed}: {findings.cases:,} cases, {len(findings.outcomes)} different outcomes, "
        f"{findings.outcomes['accepted']:,} accepted, {len(findings.failures) - slow} crashes, {slow} hangs, slowest "
        f"{findings.slowest:.2f} s, peak memory {memory} MiB"
    )
    return 1 if findings.failures or memory > LARGEST_MIB else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
