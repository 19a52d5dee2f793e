"""Reading in tests: either form to a module and the codes of what was reported."""

from __future__ import annotations

from specc.base.diagnostics import Diagnostic, Reporter
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Source
from specc.syntax import ast
from specc.syntax.read import Syntax, read_module


def read(text: str, syntax: Syntax = "specc", limits: Limits = DEFAULT_LIMITS) -> tuple[ast.Module, list[Diagnostic]]:
    reporter = Reporter()
    module = read_module(Source(f"test.{syntax}", text), reporter, limits)
    return module, reporter.diagnostics


def good(text: str, syntax: Syntax = "specc") -> ast.Module:
    module, diagnostics = read(text, syntax)
    assert [f"{found.span}: {found.message}" for found in diagnostics] == [], text
    return module
