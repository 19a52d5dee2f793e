"""Carrying out statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from specc.base.diagnostics import SpecError
from specc.resolve.errors import WrongOperand
from specc.resolve.errors_statements import Misplaced, RequirementFailed
from specc.resolve.evaluate import assign, iterate, poison, truth
from specc.resolve.expand import Expander, Returned
from specc.resolve.interface import declare_input, declare_next, declare_output, declare_state, declare_weight
from specc.resolve.items import Abandoned, Block, Item, Poison, Scope, Variable, is_tensor
from specc.resolve.modules import run_import
from specc.resolve.promises import shown
from specc.resolve.weight_rules import check_rule
from specc.syntax import ast

RULE_STEPS = 200
FAILURE_STEPS = 10
MODEL_ONLY = (ast.Input, ast.State, ast.Next, ast.Output, ast.Expect, ast.Weights, ast.Model)
Handler = Callable[[Expander, ast.Statement, Scope], None]


def execute(ex: Expander, statements: tuple[ast.Statement, ...], scope: Scope) -> Returned | None:
    """Carry out `statements`; what a `return` gives. A statement that fails is reported, and the others go on."""
    for statement in statements:
        try:
            returned = _execute(ex, statement, scope)
        except (Abandoned, SpecError) as failure:
            _report(ex, failure, statement)
            _poison(statement, scope)
            ex.meter.spent += FAILURE_STEPS
            if ex.meter.exhausted or ex.reporter.full:
                raise Abandoned from None
            if isinstance(statement, ast.Return):
                return Returned(Poison())
            continue
        if returned is not None:
            return returned
    return None


def _report(ex: Expander, failure: Abandoned | SpecError, statement: ast.Statement) -> None:
    """Mistakes that were raised where no place was known get the place of the statement."""
    for diagnostic in failure.diagnostics if isinstance(failure, SpecError) else ():
        ex.reporter.add(diagnostic if diagnostic.span else replace(diagnostic, span=statement.span))


def _poison(statement: ast.Statement, scope: Scope) -> None:
    """What a failed statement would have bound stands for nothing, so that no further mistakes follow from it."""
    match statement:
        case ast.Assign():
            poison(statement.target, scope)
        case ast.Input() | ast.State() | ast.Weight() | ast.Output():
            scope.variables[statement.name] = Variable(Poison(), statement.span, True)
        case ast.Import():
            scope.variables[statement.name] = Variable(Poison(), statement.span, True)
        case ast.FromImport():
            for name in statement.names:
                scope.variables[name.alias] = Variable(Poison(), name.span, True)
        case ast.If():
            for branch in statement.branches:
                _poison_all(branch.body, scope)
            _poison_all(statement.otherwise, scope)
        case ast.For():
            _poison_all(statement.body, scope)
        case _:
            pass


def _poison_all(statements: tuple[ast.Statement, ...], scope: Scope) -> None:
    for statement in statements:
        _poison(statement, scope)


def _execute(ex: Expander, statement: ast.Statement, scope: Scope) -> Returned | None:
    ex.step(statement.span)
    if isinstance(statement, MODEL_ONLY) and (ex.frame.function is not None or _in_block(ex)):
        raise ex.wrong(Misplaced(f"`{type(statement).__name__.lower()}`", "in a block or function"), statement.span)
    match statement:
        case ast.Return():
            if not _in_block(ex) and ex.frame.function is None:
                raise ex.wrong(Misplaced("`return`", "outside of a block"), statement.span)
            return Returned(ex.evaluate(statement.value, scope))
        case ast.If():
            return execute(ex, _chosen(ex, statement, scope), scope)
        case ast.For():
            return _loop(ex, statement, scope)
        case _:
            SIMPLE[type(statement)](ex, statement, scope)
            return None


def _in_block(ex: Expander) -> bool:
    """Whether the innermost body is a block's, not a model's (the top one, or an imported one)."""
    return len(ex.frames) - 1 > len(ex.interfaces)


def _chosen(ex: Expander, statement: ast.If, scope: Scope) -> tuple[ast.Statement, ...]:
    for branch in statement.branches:
        if truth(ex, ex.evaluate(branch.condition, scope), branch.condition):
            return branch.body
    return statement.otherwise


def _loop(ex: Expander, statement: ast.For, scope: Scope) -> Returned | None:
    for item in iterate(ex, statement.iterable, scope):
        assign(ex, statement.target, item, scope)
        for name in _target_names(statement.target):
            scope.variables[name].read = True
        returned = execute(ex, statement.body, scope)
        if returned is not None:
            return returned
    return None


def _target_names(target: ast.Target) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.name]
    return [name for item in target.items for name in _target_names(item)]


def _assign(ex: Expander, statement: ast.Assign, scope: Scope) -> None:
    assign(ex, statement.target, ex.evaluate(statement.value, scope), scope)


def _define(ex: Expander, statement: ast.Definition, scope: Scope) -> None:
    scope.bind(statement.name, Block(statement, scope), statement.span)
    scope.variables[statement.name].read = True


def _require(ex: Expander, statement: ast.Require, scope: Scope) -> None:
    if shown(ex, statement, scope):
        return
    item = ex.evaluate(statement.condition, scope)
    if not isinstance(item, bool):
        reason = (
            "a requirement on tensors cannot be checked" if is_tensor(item) else "a requirement must be true or false"
        )
        raise ex.wrong(WrongOperand("require", reason), statement.condition.span)
    if not item:
        condition = statement.condition.span
        text = statement.text or f"`{condition.source.text[condition.start : condition.end]}` does not hold"
        raise ex.wrong(RequirementFailed(text), condition, notes=_facts(ex, statement.condition, scope))


def _facts(ex: Expander, condition: ast.Expression, scope: Scope) -> tuple[str, ...]:
    """Values of the names in a comparison that does not hold."""
    found: dict[str, Item] = {}
    for name in _condition_names(condition):
        variable = scope.find(name)
        if variable is not None and isinstance(variable.item, (int, float, str)):
            found[name] = variable.item
    return tuple(f"{name} is {item}" for name, item in found.items())


def _condition_names(expression: ast.Expression) -> list[str]:
    match expression:
        case ast.Name():
            return [expression.name]
        case ast.Binary() | ast.Comparison():
            parts = (expression.first, *(operand for _, operand in expression.rest))
            return [name for part in parts for name in _condition_names(part)]
        case ast.Logical():
            return [name for operand in expression.operands for name in _condition_names(operand)]
        case _:
            return []


def _expect(ex: Expander, statement: ast.Expect, scope: Scope) -> None:
    if not ex.interfaces:
        ex.expectations.append((statement, scope))


def _weights(ex: Expander, statement: ast.Weights, scope: Scope) -> None:
    for rule in statement.rules:
        ex.step(rule.span, RULE_STEPS)
        check_rule(rule, ex.reporter, ex.limits.pattern)
    if not ex.interfaces:
        ex.weight_rules.extend(statement.rules)


def _model(ex: Expander, statement: ast.Model, scope: Scope) -> None:
    """The header is read before anything is carried out."""


def _docstring(ex: Expander, statement: ast.Docstring, scope: Scope) -> None:
    if not _in_block(ex) and not ex.interfaces and not ex.graph.doc and not ex.graph.nodes:
        ex.graph.doc = statement.text


SIMPLE: dict[type[ast.Statement], Handler] = cast(
    "dict[type[ast.Statement], Handler]",
    {
        ast.Assign: _assign,
        ast.Definition: _define,
        ast.Docstring: _docstring,
        ast.Expect: _expect,
        ast.FromImport: run_import,
        ast.Import: run_import,
        ast.Input: declare_input,
        ast.Model: _model,
        ast.Next: declare_next,
        ast.Output: declare_output,
        ast.Require: _require,
        ast.State: declare_state,
        ast.Weight: declare_weight,
        ast.Weights: _weights,
    },
)
