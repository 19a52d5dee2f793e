"""`require` of symbols: promises about every run, recorded before anything is built and relied on by every proof."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

from specc.base.diagnostics import placing
from specc.resolve.errors_statements import RequirementFailed
from specc.resolve.expand import Expander
from specc.resolve.items import Item, Scope
from specc.syntax import ast
from specc.tensor.dims import Dim, Poly, Symbol, at_least

ORDER = ("<", "<=", ">", ">=")


def symbol_names(statements: tuple[ast.Statement, ...], scope: Scope) -> set[str]:
    """Names in the dims of declared inputs and states that stand for nothing else: the model's symbols."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, (ast.Input, ast.State)):
            for dim in statement.type.dims:
                found |= {name for name in _names(dim) if scope.find(name) is None}
        elif isinstance(statement, ast.If):
            for branch in statement.branches:
                found |= symbol_names(branch.body, scope)
            found |= symbol_names(statement.otherwise, scope)
        elif isinstance(statement, ast.For):
            found |= symbol_names(statement.body, scope)
    return found - _assigned(statements)


def _assigned(statements: tuple[ast.Statement, ...]) -> set[str]:
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.Assign):
            found |= _target(statement.target)
        elif isinstance(statement, ast.For):
            found |= _target(statement.target) | _assigned(statement.body)
        elif isinstance(statement, ast.If):
            bodies = [*(branch.body for branch in statement.branches), statement.otherwise]
            found = found.union(*(_assigned(body) for body in bodies))
    return found


def _target(target: ast.Target) -> set[str]:
    return {target.name} if isinstance(target, ast.Name) else {name for item in target.items for name in _target(item)}


def _names(expression: ast.Expression) -> set[str]:
    match expression:
        case ast.Name():
            return {expression.name}
        case ast.Binary():
            return _names(expression.first).union(*(_names(operand) for _, operand in expression.rest))
        case ast.Unary():
            return _names(expression.operand)
        case _:
            return set()


def record(ex: Expander, statements: tuple[ast.Statement, ...], scope: Scope, symbols: set[str]) -> None:
    """Take the promises of top-level `require` statements; divisors first, since they change how a symbol is kept."""
    comparisons = [c for s in _requirements(ex, statements, scope) for c in _comparisons(s.condition)]
    for comparison in comparisons:
        _record_divisor(ex, comparison, scope, symbols)
    for name in sorted(symbols):
        ex.symbols[name] = ex.graph.domain.symbol(name)
    for comparison in comparisons:
        ordered = any(operator in ORDER for operator, _ in comparison.rest)
        if ordered and _known(comparison, scope, symbols):
            with placing(comparison.span):
                _record_order(ex, comparison, scope)
            ex.promised.add(id(comparison))


def _requirements(ex: Expander, statements: tuple[ast.Statement, ...], scope: Scope) -> Iterator[ast.Require]:
    """`require` statements at the top, also below an `if` whose condition is known before anything is built."""
    for statement in statements:
        if isinstance(statement, ast.Require):
            yield statement
        elif isinstance(statement, ast.If) and all(_plain(branch.condition, scope) for branch in statement.branches):
            chosen = (b.body for b in statement.branches if ex.evaluate(b.condition, scope) is True)
            yield from _requirements(ex, next(chosen, statement.otherwise), scope)


def _comparisons(condition: ast.Expression) -> list[ast.Comparison]:
    if isinstance(condition, ast.Comparison):
        return [condition]
    if isinstance(condition, ast.Logical) and condition.operator == "and":
        return [c for operand in condition.operands for c in _comparisons(operand)]
    return []


def _known(comparison: ast.Comparison, scope: Scope, symbols: set[str]) -> bool:
    """Whether the comparison mentions a symbol, and else only names that are known before the model is built."""
    names = _mentions(comparison)
    return bool(names & symbols) and all(name in symbols or scope.find(name) is not None for name in names)


def _record_divisor(ex: Expander, comparison: ast.Comparison, scope: Scope, symbols: set[str]) -> None:
    """`H % 32 == 0`."""
    left = comparison.first
    if not isinstance(left, ast.Binary) or not isinstance(left.first, ast.Name) or left.first.name not in symbols:
        return
    if len(left.rest) != 1 or left.rest[0][0] != "%" or len(comparison.rest) != 1 or comparison.rest[0][0] != "==":
        return
    others = _names(left.rest[0][1]) | _names(comparison.rest[0][1])
    if not all(scope.find(name) is not None for name in others):
        return
    divisor, remainder = ex.evaluate(left.rest[0][1], scope), ex.evaluate(comparison.rest[0][1], scope)
    if remainder == 0 and isinstance(divisor, int) and divisor > 0:
        units = ex.graph.domain.unit
        units[left.first.name] = lcm(units.get(left.first.name, 1), divisor)
        ex.promised.add(id(comparison))


def _record_order(ex: Expander, comparison: ast.Comparison, scope: Scope) -> None:
    left = ex.evaluate(comparison.first, scope)
    for operator, operand in comparison.rest:
        right = ex.evaluate(operand, scope)
        match operator:
            case "<":
                _record(ex, left, right, 1, comparison)
            case "<=":
                _record(ex, left, right, 0, comparison)
            case ">":
                _record(ex, right, left, 1, comparison)
            case ">=":
                _record(ex, right, left, 0, comparison)
            case _:
                pass
        left = right


def _record(ex: Expander, small: Item, large: Item, gap: int, comparison: ast.Comparison) -> None:
    """Promise `large - small >= gap`."""
    if isinstance(small, bool) or isinstance(large, bool):
        return
    if not isinstance(small, (int, Poly)) or not isinstance(large, (int, Poly)):
        return
    fact = large - small - gap
    if isinstance(fact, int) or at_least(fact, 0):
        _lower_bound(ex, fact)
        return
    broken = at_least(-1, fact)
    if not _lower_bound(ex, fact) and not _upper_bound(ex, fact):
        ex.graph.domain.facts.append(fact)
    if broken or _empty(ex):
        raise ex.wrong(RequirementFailed("no value can meet all requirements"), comparison.span)


def _single(fact: Dim) -> tuple[Symbol, int, int] | None:
    """`coefficient * symbol + constant` of a fact about one symbol."""
    if not isinstance(fact, Poly) or len([m for m, _ in fact.terms if m]) != 1:
        return None
    monomial, coefficient = next((m, c) for m, c in fact.terms if m)
    atom, power = monomial[0]
    if len(monomial) != 1 or power != 1 or not isinstance(atom, Symbol):
        return None
    return atom, coefficient, next((c for m, c in fact.terms if not m), 0)


def _lower_bound(ex: Expander, fact: Dim) -> bool:
    single = _single(fact)
    if single is None or single[1] < 0:
        return False
    atom, coefficient, constant = single
    bound = -(constant // coefficient) * atom.unit
    lows = ex.graph.domain.low
    lows[atom.name] = max(bound, lows.get(atom.name, bound))
    return True


def _upper_bound(ex: Expander, fact: Dim) -> bool:
    single = _single(fact)
    if single is None or single[1] > 0:
        return False
    atom, coefficient, constant = single
    bound = (constant // -coefficient) * atom.unit
    highs = ex.graph.domain.high
    highs[atom.name] = min(bound, highs.get(atom.name, bound))
    return True


def _empty(ex: Expander) -> bool:
    domain = ex.graph.domain
    return any(high < domain.low.get(name, 1) for name, high in domain.high.items())


def shown(ex: Expander, statement: ast.Require, scope: Scope) -> bool:
    """Whether the statement is a promise about symbols: recorded before, or now."""
    if len(ex.frames) > 1 or ex.interfaces:
        return False
    comparisons = _comparisons(statement.condition)
    symbols = set(ex.symbols)
    for comparison in comparisons:
        _mark_read(comparison, scope)
        if id(comparison) in ex.promised:
            continue
        ordered = any(operator in ORDER for operator, _ in comparison.rest)
        if not ordered or not _mentions(comparison) & symbols:
            return False
        _record_order(ex, comparison, scope)
    return bool(comparisons)


def _mark_read(comparison: ast.Comparison, scope: Scope) -> None:
    for name in _mentions(comparison):
        variable = scope.find(name)
        if variable is not None:
            variable.read = True


def _mentions(comparison: ast.Comparison) -> set[str]:
    return _names(comparison.first).union(*(_names(operand) for _, operand in comparison.rest))


def constants(ex: Expander, statements: tuple[ast.Statement, ...], scope: Scope) -> Scope:
    """A scope with the top-level names that are plain arithmetic on numbers and parameters."""
    inner = Scope(scope)
    for statement in statements:
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.target, ast.Name)
            and _plain(statement.value, inner)
        ):
            inner.bind(statement.target.name, ex.evaluate(statement.value, inner), statement.span)
    return inner


def _plain(expression: ast.Expression, scope: Scope) -> bool:
    match expression:
        case ast.Number():
            return True
        case ast.Name():
            variable = scope.find(expression.name)
            return variable is not None and isinstance(variable.item, (bool, int, float, str))
        case ast.Boolean() | ast.String():
            return True
        case ast.Unary():
            return _plain(expression.operand, scope)
        case ast.Conditional():
            return all(_plain(e, scope) for e in (expression.condition, expression.value, expression.otherwise))
        case ast.Comparison():
            return all(_plain(e, scope) for e in (expression.first, *(operand for _, operand in expression.rest)))
        case ast.Binary():
            operands = (expression.first, *(operand for _, operand in expression.rest))
            safe = all(operator in "+-*" for operator, _ in expression.rest)
            return safe and all(_plain(operand, scope) for operand in operands)
        case _:
            return False
