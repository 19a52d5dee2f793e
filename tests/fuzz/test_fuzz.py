"""A short stretch of the fuzzing, always the same one; `make fuzz SECONDS=900` goes on for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import fuzz, seeds
found = fuzz.fuzz(seeds.seed_texts(), 0, 60.0, 150)
for why, form, text in found.failures:
    print(why, form, text, sep="\\n")
assert not found.failures and found.cases == 150
"""


def test_a_short_stretch() -> None:
    folder = str(Path(__file__).parent)
    made = subprocess.run([sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_some_calls_of_each_operator() -> None:
    script = Path(__file__).with_name("operators.py")
    made = subprocess.run([sys.executable, str(script), "15", "1"], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.rstrip().endswith(" 0 failures")
