"""Evaluation of expressions: compile-time values are computed, tensor expressions become nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from specc.base.errors import LimitExceeded
from specc.base.source import Span
from specc.ir.graph import Value
from specc.resolve import apply
from specc.resolve.arithmetic import Impossible, binary, compare
from specc.resolve.builtins import BUILTINS, CONSTANTS
from specc.resolve.errors import UnknownName, WrongOperand, WrongUnpacking
from specc.resolve.errors_statements import Recursive
from specc.resolve.errors_types import WrongPath
from specc.resolve.expand import Expander
from specc.resolve.items import (
    Abandoned,
    Block,
    Builtin,
    Given,
    Item,
    OnnxNamespace,
    Poison,
    Quantity,
    Results,
    Scope,
    describe,
    is_number,
    is_tensor,
)
from specc.resolve.members import member
from specc.resolve.nesting import checked
from specc.resolve.other_names import suggested
from specc.resolve.subscripts import subscript
from specc.syntax import ast
from specc.tensor.dims import Poly

PATH = re.compile(r"\.|[\w:/-]+(?:\.[\w:/-]+)*")
TENSOR_OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow", "%": "mod", "@": "matmul"}
TENSOR_COMPARISONS = {
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}


def evaluate(ex: Expander, expression: ast.Expression, scope: Scope, words: tuple[str, ...] = ()) -> Item:
    """Value of `expression` in `scope`. Raises `Abandoned` once the mistake is reported."""
    ex.step(expression.span)
    if ex.depth > ex.limits.depth:
        what = "blocks and expressions nest too deeply (no block may apply itself)"
        raise ex.wrong(LimitExceeded(what, ex.limits.depth, "depth"), expression.span)
    ex.depth += 1
    try:
        item = _evaluate(ex, expression, scope, words)
    finally:
        ex.depth -= 1
    if isinstance(item, Poison):
        raise Abandoned
    return item


def _evaluate(ex: Expander, expression: ast.Expression, scope: Scope, words: tuple[str, ...]) -> Item:
    match expression:
        case ast.Number() | ast.String() | ast.Boolean():
            return expression.value
        case ast.Nothing():
            return None
        case ast.Name():
            return lookup(ex, expression, scope, words)
        case ast.ListExpression() | ast.TupleExpression():
            made = tuple([evaluate(ex, item, scope, words) for item in expression.items])
            return _possible(ex, expression.span, lambda: checked(made, ex.limits))
        case ast.Pipeline():
            return _pipeline(ex, expression, scope)
        case ast.Call():
            return _call(ex, expression, scope, None)
        case ast.Member():
            return member(ex, evaluate(ex, expression.value, scope), expression)
        case ast.Subscript():
            return subscript(ex, evaluate(ex, expression.value, scope), expression, scope)
        case ast.Unary():
            return _unary(ex, expression, evaluate(ex, expression.operand, scope))
        case ast.Binary():
            return _binary(ex, expression, scope)
        case ast.Comparison():
            return _comparison(ex, expression, scope)
        case ast.Logical():
            return _logical(ex, expression, scope)
        case ast.Conditional():
            holds = truth(ex, evaluate(ex, expression.condition, scope), expression.condition)
            return evaluate(ex, expression.value if holds else expression.otherwise, scope, words)
        case ast.Comprehension():
            items = tuple(_comprehension(ex, expression, scope))
            return _possible(ex, expression.span, lambda: checked(items, ex.limits))
        case ast.MapExpression():
            return _map(ex, expression, scope)


def lookup(ex: Expander, name: ast.Name, scope: Scope, words: tuple[str, ...] = ()) -> Item:
    """What `name` stands for: a variable, a word of an attribute, a symbol, a function, a layer."""
    variable = scope.find(name.name)
    if variable is not None:
        variable.read = True
        if isinstance(variable.item, Block):
            _refuse_recursion(ex, variable.item, variable.span, name)
        return variable.item
    if name.name in words:
        return name.name
    for table in (ex.symbols, CONSTANTS, BUILTINS, ex.layers):
        if name.name in table:
            found: Item = table[name.name]
            return found
    if name.name == "onnx":
        return OnnxNamespace("")
    known = {*scope.names(), *words, *ex.symbols, *BUILTINS, *ex.layers}
    near = suggested(name.name, words, sorted(known))
    raise ex.wrong(UnknownName(name.name, near, words), name.span)


def _refuse_recursion(ex: Expander, block: Block, bound: Span | None, name: ast.Name) -> None:
    """A block or function may not be used by its own name inside itself; as a parameter it may come back."""
    definition = block.definition
    if bound is definition.span and any(frame.definition is definition for frame in ex.frames):
        raise ex.wrong(Recursive(definition.keyword, definition.name), name.span)


def truth(ex: Expander, item: Item, expression: ast.Expression) -> bool:
    """`item` as a condition; only true and false are."""
    if not isinstance(item, bool):
        advice = "write a comparison"
        if isinstance(item, Value):
            advice = "compare with `!= none`, or choose between elements with `where`"
        raise ex.wrong(
            WrongOperand("if", f"a condition must be true or false, and is {describe(item)}", advice), expression.span
        )
    return item


def _map(ex: Expander, expression: ast.MapExpression, scope: Scope) -> Item:
    entries: dict[Item, Item] = {}
    for key, value in expression.entries:
        name = evaluate(ex, key, scope)
        if not isinstance(name, (int, float, str)):
            raise ex.wrong(WrongOperand("{}", f"a key must be a number or a string, and is {describe(name)}"), key.span)
        entries[name] = evaluate(ex, value, scope)
    return _possible(ex, expression.span, lambda: checked(entries, ex.limits))


def _comprehension(ex: Expander, expression: ast.Comprehension, scope: Scope) -> Iterator[Item]:
    inner = Scope(scope)
    for item in iterate(ex, expression.iterable, scope):
        assign(ex, expression.target, item, inner)
        condition = expression.condition
        if condition is None or truth(ex, evaluate(ex, condition, inner), condition):
            yield evaluate(ex, expression.element, inner)


def iterate(ex: Expander, expression: ast.Expression, scope: Scope) -> tuple[Item, ...]:
    """Items of a list, keys of a map."""
    item = evaluate(ex, expression, scope)
    if isinstance(item, Results):
        item = item.values
    if isinstance(item, dict):
        item = tuple(item)
    if not isinstance(item, tuple):
        advice = f"use `range({item})`" if isinstance(item, int) else None
        raise ex.wrong(WrongOperand("for", f"{describe(item)} is not a list", advice), expression.span)
    return item


def assign(ex: Expander, target: ast.Target, item: Item, scope: Scope) -> None:
    """Bind the names of `target`; results of a layer may be taken apart in any nesting."""
    if isinstance(target, ast.Name):
        scope.bind(target.name, item, target.span)
        return
    if isinstance(item, Poison):
        poison(target, scope)
        return
    if isinstance(item, Results):
        names = list(_names(target))
        if len(names) == len(item.values):
            for name, value in zip(names, item.values, strict=True):
                _bind_part(scope, name, value)
            return
    parts = item.values if isinstance(item, Results) else item
    if not isinstance(parts, tuple) or len(parts) != len(target.items):
        count = len(parts) if isinstance(parts, tuple) else 1
        poison(target, scope)
        raise ex.wrong(WrongUnpacking(len(target.items), count, describe(item)), target.span)
    for part, inner in zip(target.items, parts, strict=True):
        if isinstance(part, ast.Name):
            _bind_part(scope, part, inner)
        else:
            assign(ex, part, inner, scope)


def _bind_part(scope: Scope, name: ast.Name, item: Item) -> None:
    """Bind one of several names; that one of them stays unused is no slip."""
    scope.bind(name.name, item, name.span)
    scope.variables[name.name].read = True


def poison(target: ast.Target, scope: Scope) -> None:
    """Bind the names of `target` to nothing, so that what depends on them is left out silently."""
    for name in _names(target):
        scope.bind(name.name, Poison(), name.span)
        scope.variables[name.name].read = True


def _names(target: ast.Target) -> Iterator[ast.Name]:
    if isinstance(target, ast.Name):
        yield target
    else:
        for item in target.items:
            yield from _names(item)


def _possible(ex: Expander, span: Span, compute: Callable[[], Item]) -> Item:
    try:
        return compute()
    except Impossible as impossible:
        raise ex.wrong(impossible.mistake, span) from None


def _layer(ex: Expander, name: str, operands: tuple[Item, ...], span: Span) -> Item:
    given = Given(tuple((operand, span) for operand in operands))
    return apply.apply(ex, ex.layers[name], (), given, None, span)


def _unary(ex: Expander, expression: ast.Unary, operand: Item) -> Item:
    if is_tensor(operand):
        name = {"-": "neg", "not": "logical_not"}.get(expression.operator)
        return operand if name is None else _layer(ex, name, (operand,), expression.span)
    if expression.operator == "not":
        return not truth(ex, operand, expression.operand)
    if isinstance(operand, Poly) or (isinstance(operand, (int, float)) and is_number(operand)):
        return -operand if expression.operator == "-" else operand
    raise ex.wrong(WrongOperand(expression.operator, f"does not work on {describe(operand)}"), expression.span)


def _binary(ex: Expander, expression: ast.Binary, scope: Scope) -> Item:
    if expression.rest[0][0] == "**":
        return _powers(ex, expression, scope)
    result = evaluate(ex, expression.first, scope)
    for operator, operand in expression.rest:
        right = evaluate(ex, operand, scope)
        result = _combine(ex, operator, result, right, expression.span)
    return result


def _powers(ex: Expander, expression: ast.Binary, scope: Scope) -> Item:
    operands = [evaluate(ex, e, scope) for e in (expression.first, *(operand for _, operand in expression.rest))]
    result = operands.pop()
    while operands:
        result = _combine(ex, "**", operands.pop(), result, expression.span)
    return result


def _combine(ex: Expander, operator: str, left: Item, right: Item, span: Span) -> Item:
    tensor = isinstance(left, (Value, Results)) or isinstance(right, (Value, Results))
    if tensor and operator in TENSOR_OPERATORS:
        if _odd(left) or _odd(right):
            reason = f"does not work on {describe(left)} and {describe(right)}"
            lists = operator == "+" and not isinstance(left, str) and not isinstance(right, str)
            raise ex.wrong(WrongOperand(operator, reason, _BRACKETS if lists else None), span)
        return _layer(ex, TENSOR_OPERATORS[operator], (left, right), span)
    return _possible(ex, span, lambda: binary(operator, left, right, ex.limits))


_BRACKETS = "lists are joined, `tensors + [tensor]`; `sum(tensors)` adds up what is in a list"


def _odd(item: Item) -> bool:
    """Whether an operand is none for a tensor: text, or a list that has tensors or nothing in it."""
    return isinstance(item, str) or (isinstance(item, tuple) and (not item or is_tensor(item)))


def _comparison(ex: Expander, expression: ast.Comparison, scope: Scope) -> Item:
    left = evaluate(ex, expression.first, scope)
    for operator, operand in expression.rest:
        right = evaluate(ex, operand, scope)
        if (is_tensor(left) or is_tensor(right)) and left is not None and right is not None:
            if len(expression.rest) == 1 and operator in TENSOR_COMPARISONS:
                return _layer(ex, TENSOR_COMPARISONS[operator], (left, right), expression.span)
            raise ex.wrong(WrongOperand(operator, "tensors are compared two at a time"), expression.span)
        if not _holds(ex, operator, left, right, expression.span):
            return False
        left = right
    return True


def _holds(ex: Expander, operator: str, left: Item, right: Item, span: Span) -> bool:
    left = left.value if isinstance(left, Quantity) else left
    right = right.value if isinstance(right, Quantity) else right
    return _possible(ex, span, lambda: compare(operator, left, right)) is True


def _logical(ex: Expander, expression: ast.Logical, scope: Scope) -> Item:
    result = evaluate(ex, expression.operands[0], scope)
    for operand in expression.operands[1:]:
        if is_tensor(result):
            result = _layer(
                ex, f"logical_{expression.operator}", (result, evaluate(ex, operand, scope)), expression.span
            )
        elif truth(ex, result, expression) == (expression.operator == "or"):
            return result
        else:
            result = evaluate(ex, operand, scope)
    return result if is_tensor(result) else truth(ex, result, expression)


def _pipeline(ex: Expander, pipeline: ast.Pipeline, scope: Scope) -> Item:
    current, before = _source(ex, pipeline.source, scope), pipeline.source
    for stage in pipeline.stages:
        piped, before = apply.tensors(ex, current, before.span), stage
        if isinstance(stage.value, ast.Call):
            current = _call(ex, stage.value, scope, stage.path, piped)
        else:
            item = evaluate(ex, stage.value, scope)
            current = apply.apply(ex, item, piped, Given(), path_text(ex, stage.path, scope), stage.value.span)
    return current


def _source(ex: Expander, stage: ast.Stage, scope: Scope) -> Item:
    if stage.path is None:
        return evaluate(ex, stage.value, scope)
    if isinstance(stage.value, ast.Call):
        return _call(ex, stage.value, scope, stage.path)
    return apply.named(ex, evaluate(ex, stage.value, scope), path_text(ex, stage.path, scope), stage.span)


def path_text(ex: Expander, path: ast.Path | None, scope: Scope) -> str | None:
    """A path with its expressions filled in."""
    if path is None:
        return None
    parts: list[str] = []
    for part in path.parts:
        item = part if isinstance(part, str) else evaluate(ex, part, scope)
        if isinstance(item, bool) or not isinstance(item, (int, str)):
            raise ex.wrong(
                WrongOperand("as", f"a path is made of numbers and strings, and not of {describe(item)}"), path.span
            )
        parts.append(str(item))
    text = "".join(parts)
    if len(text) + len(ex.frame.prefix) > ex.limits.name:
        raise ex.wrong(LimitExceeded("a path is too long", ex.limits.name, "name"), path.span)
    if not PATH.fullmatch(text):
        raise ex.wrong(WrongPath(text), path.span)
    return text


def _call(
    ex: Expander, call: ast.Call, scope: Scope, path: ast.Path | None, piped: tuple[Value, ...] | None = None
) -> Item:
    callee = evaluate(ex, call.callee, scope)
    given = _arguments(ex, call, callee, scope)
    name = path_text(ex, path, scope)
    if piped is None and not apply.runs_at_once(callee, given):
        return apply.instance(ex, callee, given, name, call.span)
    return apply.apply(ex, callee, piped or (), given, name, call.span)


def _arguments(ex: Expander, call: ast.Call, callee: Item, scope: Scope) -> Given:
    positional: list[tuple[Item, Span]] = []
    named: dict[str, tuple[Item, Span]] = {}
    for argument in call.arguments:
        words = apply.words(callee, argument.name)
        item = evaluate(ex, argument.value, scope, words)
        if argument.name is None:
            positional.append((item, argument.span))
        elif argument.name in named:
            raise apply.given_twice(ex, callee, argument.name, argument.span)
        else:
            named[argument.name] = (item, argument.span)
    if isinstance(callee, Builtin):
        ex.step(call.span)
    return Given(tuple(positional), named)
