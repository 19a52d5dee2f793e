"""Formulas of constants: `const pe[i, j]: float32[512, 64] = sin(i / 10000 ** (j / 64))`."""

from __future__ import annotations

from specc.ir.initial import FORMULA_FUNCTIONS, Apply, Formula, FormulaTerm, Index
from specc.resolve.bind_layer import check_numbers
from specc.resolve.errors import TooManyArguments, WrongOperand
from specc.resolve.expand import Expander
from specc.resolve.items import Item, Scope, describe
from specc.syntax import ast
from specc.tensor.dtypes import DType


def formula(ex: Expander, expression: ast.Expression, indices: tuple[str, ...], scope: Scope) -> Formula:
    """The formula of `expression`: `indices` name the position of an element, everything else is computed now."""
    return Formula(_term(ex, expression, indices, scope))


def _term(ex: Expander, expression: ast.Expression, indices: tuple[str, ...], scope: Scope) -> FormulaTerm:
    if not _mentions(expression, indices):
        return _number(ex, ex.evaluate(expression, scope), expression)
    match expression:
        case ast.Name():
            return Index(indices.index(expression.name))
        case ast.Unary():
            operand = _term(ex, expression.operand, indices, scope)
            return Apply("not", (operand,)) if expression.operator == "not" else Apply("-", (0, operand))
        case ast.Binary():
            return _binary(ex, expression, indices, scope)
        case ast.Comparison() if len(expression.rest) == 1 and "in" not in expression.rest[0][0]:
            operator, right = expression.rest[0]
            return Apply(operator, (_term(ex, expression.first, indices, scope), _term(ex, right, indices, scope)))
        case ast.Logical():
            return _logical(ex, expression, indices, scope)
        case ast.Conditional():
            parts = (expression.condition, expression.value, expression.otherwise)
            return Apply("where", tuple(_term(ex, part, indices, scope) for part in parts))
        case ast.Call(callee=ast.Name(name=name)) if name in FORMULA_FUNCTIONS and scope.find(name) is None:
            count, wanted = len(expression.arguments), FORMULA_FUNCTIONS[name]
            if count != wanted:
                raise ex.wrong(TooManyArguments(name, count, wanted, "arguments in a formula"), expression.span)
            return Apply(name, tuple(_term(ex, a.value, indices, scope) for a in expression.arguments))
        case _:
            advice = f"a formula may use arithmetic, comparisons, `a if c else b` and {', '.join(FORMULA_FUNCTIONS)}"
            raise ex.wrong(WrongOperand("const", "this cannot depend on an index", advice), expression.span)


def _logical(ex: Expander, expression: ast.Logical, indices: tuple[str, ...], scope: Scope) -> FormulaTerm:
    terms = [_term(ex, operand, indices, scope) for operand in expression.operands]
    result = terms[0]
    for term in terms[1:]:
        result = Apply(expression.operator, (result, term))
    return result


def _binary(ex: Expander, expression: ast.Binary, indices: tuple[str, ...], scope: Scope) -> FormulaTerm:
    terms = [_term(ex, e, indices, scope) for e in (expression.first, *(operand for _, operand in expression.rest))]
    if any(operator == "@" for operator, _ in expression.rest):
        raise ex.wrong(WrongOperand("@", "a formula works on numbers"), expression.span)
    if expression.rest[0][0] == "**":
        result = terms.pop()
        while terms:
            result = Apply("**", (terms.pop(), result))
        return result
    result = terms[0]
    for (operator, _), term in zip(expression.rest, terms[1:], strict=True):
        result = Apply(operator, (result, term))
    return result


def _number(ex: Expander, item: Item, expression: ast.Expression) -> FormulaTerm:
    if not isinstance(item, (bool, int, float)):
        raise ex.wrong(WrongOperand("const", f"a formula needs numbers, and this is {describe(item)}"), expression.span)
    check_numbers(ex, (item,), DType.FLOAT64, expression.span)
    return item


def _mentions(expression: ast.Expression, indices: tuple[str, ...]) -> bool:
    match expression:
        case ast.Name():
            return expression.name in indices
        case ast.Unary():
            return _mentions(expression.operand, indices)
        case ast.Binary() | ast.Comparison():
            return any(_mentions(e, indices) for e in (expression.first, *(operand for _, operand in expression.rest)))
        case ast.Logical():
            return any(_mentions(operand, indices) for operand in expression.operands)
        case ast.Conditional():
            return any(_mentions(e, indices) for e in (expression.value, expression.condition, expression.otherwise))
        case ast.Call():
            return any(_mentions(argument.value, indices) for argument in expression.arguments)
        case ast.ListExpression() | ast.TupleExpression():
            return any(_mentions(item, indices) for item in expression.items)
        case ast.Subscript():
            parts = [part for part in expression.indices if not isinstance(part, (ast.Range, ast.Ellipsis_))]
            return _mentions(expression.value, indices) or any(_mentions(part, indices) for part in parts)
        case _:
            return False
