"""Subscripts: items of lists and maps, parts of tensors."""

from __future__ import annotations

from specc.base.source import Span
from specc.ir.graph import Value
from specc.layers.slice import Cut, NewAxis, Pick, Rest, Slice, SliceItem
from specc.resolve.arithmetic import PARTS_A_STEP
from specc.resolve.bind_layer import add_operation
from specc.resolve.errors import WrongOperand
from specc.resolve.errors_types import IndexOutside
from specc.resolve.expand import Expander
from specc.resolve.items import Item, Results, Scope, brief_number, describe, is_tensor
from specc.syntax import ast
from specc.tensor.dims import Dim, Poly


def subscript(ex: Expander, owner: Item, expression: ast.Subscript, scope: Scope) -> Item:
    """`owner[indices]`."""
    if isinstance(owner, Results):
        owner = owner.values[0] if owner.primary else owner.values
    if isinstance(owner, Value):
        items = tuple(_slice_item(ex, index, scope) for index in expression.indices)
        return add_operation(ex, Slice(items), (ex.local(owner),), {}, None, expression.span)
    if len(expression.indices) != 1:
        raise ex.wrong(WrongOperand("[]", f"{describe(owner)} takes one index"), expression.span)
    index = expression.indices[0]
    if isinstance(index, ast.Range) and isinstance(owner, (tuple, str)):
        ex.step(expression.span, len(owner) // PARTS_A_STEP)
        return owner[_python_slice(ex, index, scope)]
    if isinstance(index, (ast.Range, ast.Ellipsis_)):
        raise ex.wrong(WrongOperand("[]", f"{describe(owner)} has no ranges"), expression.span)
    return _item(ex, owner, ex.evaluate(index, scope), expression.span)


def _item(ex: Expander, owner: Item, key: Item, span: Span) -> Item:
    if isinstance(owner, dict):
        if isinstance(key, (int, float, str)) and key in owner:
            return owner[key]
        known = tuple(str(name) for name in list(owner)[:12])
        raise ex.wrong(IndexOutside(_shown(key), "the map", known), span)
    if isinstance(owner, (tuple, str)) and isinstance(key, int) and not isinstance(key, bool):
        if -len(owner) <= key < len(owner):
            return owner[key]
        raise ex.wrong(IndexOutside(_shown(key), f"a list of {len(owner)}"), span)
    advice = "a tensor cannot be an index here; use `gather`" if is_tensor(key) else None
    raise ex.wrong(WrongOperand("[]", f"{describe(owner)} cannot be indexed with {describe(key)}", advice), span)


def _shown(key: Item) -> str:
    return brief_number(key) if isinstance(key, (int, float)) else f'"{key}"' if isinstance(key, str) else describe(key)


def _bound(ex: Expander, expression: ast.Expression | None, scope: Scope) -> Dim | None:
    if expression is None:
        return None
    item = ex.evaluate(expression, scope)
    if item is None:
        return None
    if isinstance(item, bool) or not isinstance(item, (int, Poly)):
        advice = "use `gather` to pick elements by a tensor of indices" if is_tensor(item) else None
        raise ex.wrong(
            WrongOperand("[]", f"a bound must be an integer or a size, and is {describe(item)}", advice),
            expression.span,
        )
    return item


def _step(ex: Expander, index: ast.Range, scope: Scope) -> int:
    step = _bound(ex, index.step, scope)
    if step is None:
        return 1
    if not isinstance(step, int) or step == 0:
        raise ex.wrong(WrongOperand("[]", "the step of a range must be an integer other than 0"), index.span)
    return step


def _slice_item(ex: Expander, index: ast.Expression | ast.Range | ast.Ellipsis_, scope: Scope) -> SliceItem:
    if isinstance(index, ast.Ellipsis_):
        return Rest()
    if isinstance(index, ast.Range):
        return Cut(_bound(ex, index.start, scope), _bound(ex, index.stop, scope), _step(ex, index, scope))
    bound = _bound(ex, index, scope)
    return NewAxis() if bound is None else Pick(bound)


def _python_slice(ex: Expander, index: ast.Range, scope: Scope) -> slice[int | None, int | None, int]:
    start, stop = _bound(ex, index.start, scope), _bound(ex, index.stop, scope)
    if isinstance(start, Poly) or isinstance(stop, Poly):
        raise ex.wrong(WrongOperand("[]", "a range of a list needs integers"), index.span)
    return slice(start, stop, _step(ex, index, scope))
