"""Enforcing `expect`: what the author of a spec says that it costs and gives."""

from __future__ import annotations

from typing import cast

from specc.analysis.bindings import Binder
from specc.analysis.cost import CostReport, analyse
from specc.analysis.errors import ExpectationFailed, ExpectationUnclear
from specc.base.diagnostics import Reporter
from specc.resolve.arithmetic import Impossible, compare
from specc.resolve.items import Abandoned, Item, Quantity, Scope, describe
from specc.resolve.resolve import Expectation, ResolvedModel
from specc.syntax import ast
from specc.tensor.dims import Dim, Poly, format_dim

QUANTITIES = ("params", "buffers", "macs", "flops", "bytes")


def enforce(resolved: ResolvedModel, reporter: Reporter) -> None:
    """Report every expectation that does not hold, with both numbers. One whose condition (`expect(depth = 50)`) names
    other values of the model's parameters does not apply."""
    if not resolved.expectations:
        return
    report = analyse(resolved.graph, Binder({}))
    for expectation in resolved.expectations:
        scope = _scope(expectation.scope, report, frozenset(expectation.expander.symbols))
        try:
            if _applies(expectation, resolved):
                for check in expectation.statement.checks:
                    _check(expectation, check, scope, reporter)
        except Abandoned:
            continue


def _scope(outer: Scope, report: CostReport, symbols: frozenset[str]) -> Scope:
    """The names of the quantities, which hide the model's own."""
    scope = Scope(outer)
    values: tuple[Dim, ...] = (
        report.params.trainable,
        report.params.buffers,
        report.macs_formula,
        report.flops_formula,
        report.params.bytes,
    )
    for name, value in zip(QUANTITIES, values, strict=True):
        scope.bind(name, Quantity(name, value, symbols), None)
    return scope


def _applies(expectation: Expectation, resolved: ResolvedModel) -> bool:
    ex = expectation.expander
    for condition in expectation.statement.conditions:
        if condition.name is None or condition.name not in resolved.parameters:
            mistake = ExpectationUnclear("a condition of `expect` names a parameter of the model, as in `depth = 50`")
            raise ex.wrong(mistake, condition.span)
        given, wanted = resolved.parameters[condition.name], ex.evaluate(condition.value, expectation.scope)
        try:
            if not compare("==", cast("Item", given), wanted):
                return False
        except Impossible as impossible:
            raise ex.wrong(impossible.mistake, condition.span) from None
    return True


def _check(expectation: Expectation, check: ast.Expression, scope: Scope, reporter: Reporter) -> None:
    ex = expectation.expander
    if not isinstance(check, ast.Comparison) or len(check.rest) != 1:
        raise ex.wrong(ExpectationUnclear("write a comparison, as in `params == 61_706`"), check.span)
    operator, operand = check.rest[0]
    left, right = (_plain(ex.evaluate(side, scope)) for side in (check.first, operand))
    try:
        holds = compare(operator, left, right)
    except Impossible as impossible:
        reporter.report(impossible.mistake, check.span)
        return
    if not holds:
        subject = check.first.span.source.text[check.first.span.start : check.first.span.end]
        wanted = f"{'' if operator == '==' else operator + ' '}{_shown(right)}"
        reporter.report(ExpectationFailed(subject, wanted, _shown(left), _gap(left, right)), check.span)


def _plain(item: Item) -> Item:
    return item.value if isinstance(item, Quantity) else item


def _shown(item: Item) -> str:
    if isinstance(item, (int, Poly)) and not isinstance(item, bool):
        return format_dim(item, ",")
    if isinstance(item, tuple):
        return f"[{', '.join(_shown(part) for part in item)}]"
    return str(item) if isinstance(item, float) else describe(item)


def _gap(left: Item, right: Item) -> str | None:
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if not numbers or isinstance(left, bool) or isinstance(right, bool):
        return None
    assert isinstance(left, (int, float)) and isinstance(right, (int, float))
    difference = left - right
    return f"{difference:+,}"
