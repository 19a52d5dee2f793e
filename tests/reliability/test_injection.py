"""The pair of model and data is the old one or the new one, whatever cuts the write off."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def test_twenty_injections() -> None:
    """In a process of its own, which forks without the threads of other tests."""
    script = Path(__file__).with_name("injection.py")
    made = subprocess.run([sys.executable, str(script), "20", "7"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "20 injections, seed 7, 0 broken pairs" in made.stdout


def test_a_full_disk(tmp_path: Path) -> None:
    """A memory disk with too little room, where this process may mount one."""
    (tmp_path / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path / "disk")]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a memory disk cannot be mounted here")
    subprocess.run(["umount", str(tmp_path / "disk")], check=True)
    script = Path(__file__).with_name("full_disk.py")
    made = subprocess.run([sys.executable, str(script), str(tmp_path / "disk")], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "12 writes to a full disk, 0 broken pairs" in made.stdout
