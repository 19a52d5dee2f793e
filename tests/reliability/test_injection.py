"""The pair of model and data is the old one or the new one, whatever cuts the write off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_twenty_injections() -> None:
    """In a process of its own, which forks without the threads of other tests."""
    script = Path(__file__).with_name("injection.py")
    made = subprocess.run([sys.executable, str(script), "20", "7"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "20 injections, seed 7, 0 broken pairs" in made.stdout
