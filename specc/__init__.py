"""specc: declarative model specs, checked, costed and compiled to ONNX."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.api import Spec, load, loads
    from specc.base.diagnostics import Diagnostic, SpecError
    from specc.model import Model
    from specc.report.record import Report

__version__ = "0.1.0"
__all__ = ["Diagnostic", "Model", "Report", "Spec", "SpecError", "load", "loads"]
_HOMES = {
    "Diagnostic": "specc.base.diagnostics",
    "Model": "specc.model",
    "Report": "specc.report.record",
    "Spec": "specc.api",
    "SpecError": "specc.base.diagnostics",
    "load": "specc.api",
    "loads": "specc.api",
}


def __getattr__(name: str) -> object:
    """The public names, imported when they are first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'specc' has no attribute '{name}'")
    return vars(import_module(_HOMES[name]))[name]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
