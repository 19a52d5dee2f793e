"""Rules for weights in a file of their own."""

from __future__ import annotations

from pathlib import Path

from specc.base.diagnostics import Reporter, fail
from specc.base.limits import DEFAULT_LIMITS
from specc.resolve.weight_rules import check_rule
from specc.syntax import ast
from specc.syntax.files import load_source
from specc.syntax.read import read_rule_file
from specc.weights.errors_files import NotRules


def read_rules(path: Path) -> tuple[ast.WeightRule, ...]:
    """The rules in a YAML list, or under `weights:` in either form. Raises `SpecError` for anything else."""
    reporter = Reporter()
    source = load_source(path, str(path), DEFAULT_LIMITS)
    rules = read_rule_file(source, reporter)
    reporter.raise_if_failed()
    if rules is None:
        raise fail(NotRules(str(path)))
    for rule in rules:
        check_rule(rule, reporter)
    reporter.raise_if_failed()
    return rules
