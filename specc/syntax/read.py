"""One source to its module, in whichever form it is written."""

from __future__ import annotations

from typing import Literal

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Source
from specc.syntax import ast

Syntax = Literal["specc", "yaml"]
YAML_SUFFIXES = (".yaml", ".yml")


def syntax_of(name: str) -> Syntax:
    """The form that a file's name tells; the text form where it tells none."""
    return "yaml" if name.lower().endswith(YAML_SUFFIXES) else "specc"


def read_module(
    source: Source, reporter: Reporter, limits: Limits = DEFAULT_LIMITS, syntax: Syntax | None = None
) -> ast.Module:
    """The module that `source` spells; mistakes go to `reporter`, and then statements may be missing."""
    if (syntax or syntax_of(source.name)) == "yaml":
        from specc.syntax.yaml_reader import read_yaml

        return read_yaml(source, reporter, limits)
    from specc.syntax.text import read_text

    return read_text(source, reporter, limits)


def read_rule_file(
    source: Source, reporter: Reporter, limits: Limits = DEFAULT_LIMITS
) -> tuple[ast.WeightRule, ...] | None:
    """The rules for weights in a file: a YAML list, or `weights:` and nothing else in either form. None where something
    else stands there; mistakes go to `reporter`."""
    if syntax_of(source.name) == "yaml":
        from specc.syntax.yaml_reader import read_yaml_rules

        return read_yaml_rules(source, reporter, limits)
    statements = read_module(source, reporter, limits).statements
    if not all(isinstance(statement, ast.Weights) for statement in statements):
        return None
    return tuple(rule for statement in statements if isinstance(statement, ast.Weights) for rule in statement.rules)
