"""Rules of the grammar's expressions, targets, types and parameters to elements of the syntax tree."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from specc.base.suggest import nearest
from specc.syntax import ast
from specc.syntax.builder import Builder, is_operand
from specc.syntax.operators import Grouping, Operator, operator_text
from specc.syntax.parts import CallTail, Entry, Indices, MemberTail, Part, Several, SubscriptTail, after, elements, has
from specc.syntax.text_errors import MalformedPath, MisplacedNot, PositionalAfterNamed, UnknownKind

KINDS = ("int", "float", "bool", "str", "list", "map", "block", "tensor")

# --- expressions ---------------------------------------------------------------------------------------------------


def _values(builder: Builder, parts: list[Part]) -> Part:
    items = builder.expressions(parts)
    return items[0] if len(items) == 1 else ast.TupleExpression(builder.span(parts), items)


def _pipeline(builder: Builder, parts: list[Part]) -> Part:
    named = has(parts[1:2], "AS")
    head = parts[: 3 if named else 1]
    stages = tuple(part for part in parts[len(head) :] if isinstance(part, ast.Stage))
    source = _stage(builder, head)
    return ast.Pipeline(builder.span(parts), source, stages)


def _stage(builder: Builder, parts: list[Part]) -> ast.Stage:
    return ast.Stage(builder.span(parts), builder.expression(parts[0]), path_after(parts))


def path_after(parts: list[Part], keyword: str = "AS") -> ast.Path | None:
    """The path that follows `keyword`."""
    path = after(parts, keyword)
    return path if isinstance(path, ast.Path) else None


def _conditional(builder: Builder, parts: list[Part]) -> Part:
    result = builder.expression(parts[-1])
    for index in range(len(parts) - 5, -1, -4):
        value, condition = builder.expression(parts[index]), builder.expression(parts[index + 2])
        result = ast.Conditional(value.span.to(result.span), value, condition, result)
    return result


def _operation(builder: Builder, parts: list[Part]) -> Part:
    items: list[ast.Expression | Operator] = []
    for part in parts:
        if isinstance(part, Token) and part.type in ("PREFIX", "INFIX"):
            items.append(Operator(operator_text(part), builder.token_span(part), part.type == "PREFIX"))
        else:
            items.append(builder.expression(part))
    grouping = Grouping(items)
    result = grouping.group()
    for span in grouping.misplaced:
        builder.report(MisplacedNot(), span.start, span.end)
    return result


def _postfix(builder: Builder, parts: list[Part]) -> Part:
    value = builder.expression(parts[0])
    for tail in parts[1:]:
        assert not isinstance(tail, Token)
        span = value.span.to(tail.span)
        match tail:
            case MemberTail():
                value = ast.Member(span, value, tail.name)
            case CallTail():
                value = ast.Call(span, value, tail.arguments)
            case SubscriptTail():
                value = ast.Subscript(span, value, tail.indices)
    return value


def _call(builder: Builder, parts: list[Part]) -> Part:
    return CallTail(builder.span(parts), call_arguments(builder, parts[1:-1]))


def call_arguments(builder: Builder, parts: list[Part]) -> tuple[ast.Argument, ...]:
    """Arguments of a call, those without a name first."""
    result: list[ast.Argument] = []
    for part in parts:
        if not is_operand(part):
            continue
        if isinstance(part, ast.Argument):
            result.append(part)
            continue
        value = builder.expression(part)
        if result and result[-1].name is not None:
            builder.report(PositionalAfterNamed(), value.span.start, value.span.end)
        result.append(ast.Argument(value.span, None, value))
    return tuple(result)


def _subscript(builder: Builder, parts: list[Part]) -> Part:
    indices: list[ast.Expression | ast.Range | ast.Ellipsis_] = []
    for part in parts[1:-1]:
        if isinstance(part, ast.Range):
            indices.append(part)
        elif isinstance(part, Token) and part.type == "ELLIPSIS":
            indices.append(ast.Ellipsis_(builder.token_span(part)))
        else:
            indices.append(builder.expression(part))
    return SubscriptTail(builder.span(parts), tuple(indices))


def _range(builder: Builder, parts: list[Part]) -> Part:
    bounds: list[ast.Expression | None] = [None]
    for part in parts:
        if isinstance(part, Token) and part.type == "COLON":
            bounds.append(None)
        else:
            bounds[-1] = builder.expression(part)
    start, stop, step = [*bounds, None][:3]
    return ast.Range(builder.span(parts), start, stop, step)


def _comprehension(builder: Builder, parts: list[Part]) -> Part:
    target = after(parts, "FOR")
    iterable, condition = after(parts, "IN"), after(parts, "IF")
    assert isinstance(target, ast.Target) and iterable is not None
    return ast.Comprehension(
        builder.span(parts),
        builder.expression(parts[1]),
        target,
        builder.expression(iterable),
        None if condition is None else builder.expression(condition),
    )


def _group(builder: Builder, parts: list[Part]) -> Part:
    return replace(builder.expression(parts[1]), span=builder.span(parts))


def _map(builder: Builder, parts: list[Part]) -> Part:
    entries = tuple((part.key, part.value) for part in parts if isinstance(part, Entry))
    return ast.MapExpression(builder.span(parts), entries)


def _entry(builder: Builder, parts: list[Part]) -> Part:
    return Entry(builder.span(parts), builder.expression(parts[0]), builder.expression(parts[2]))


def _path(builder: Builder, parts: list[Part]) -> Part:
    pieces: list[str | ast.Expression] = []
    for part in parts:
        if isinstance(part, Token) and part.type in ("PATH_TEXT", "PATH_TAIL"):
            pieces.append(str(part))
        elif is_operand(part):
            pieces.append(builder.expression(part))
    span = builder.span(parts)
    text = "".join(piece if isinstance(piece, str) else "{}" for piece in pieces)
    if text != "." and not all(text.split(".")):
        builder.report(MalformedPath(text), span.start, span.end)
    return ast.Path(span, tuple(pieces))


# --- targets, types, parameters ------------------------------------------------------------------------------------


def _target_item(builder: Builder, part: Part) -> ast.Target:
    if isinstance(part, Token):
        return ast.Name(builder.token_span(part), str(part))
    assert isinstance(part, ast.Target)
    return part


def _targets(builder: Builder, parts: list[Part]) -> Part:
    items = tuple(_target_item(builder, part) for part in parts)
    return items[0] if len(items) == 1 else ast.TargetTuple(builder.span(parts), items)


def _target_tuple(builder: Builder, parts: list[Part]) -> Part:
    inner = [part for part in parts[1:-1] if not (isinstance(part, Token) and part.type == "COMMA")]
    items = tuple(_target_item(builder, part) for part in inner)
    span = builder.span(parts)
    return replace(items[0], span=span) if len(items) == 1 and not has(parts, "COMMA") else ast.TargetTuple(span, items)


def _type(builder: Builder, parts: list[Part]) -> Part:
    return ast.TypeExpression(builder.span(parts), str(parts[0]), builder.expressions(parts[1:]))


def _parameter(builder: Builder, parts: list[Part]) -> Part:
    kind, default = after(parts, "COLON"), after(parts, "EQUAL")
    if kind is not None and kind not in KINDS:
        mistake = UnknownKind(str(kind), KINDS, nearest(str(kind), KINDS))
        builder.report(mistake, builder.start(kind), builder.end(kind))
    return ast.Parameter(
        builder.span(parts),
        str(parts[0]),
        None if kind is None else str(kind),
        None if default is None else builder.expression(default),
    )


def _several(builder: Builder, parts: list[Part]) -> Part:
    return Several(builder.span(parts), elements(parts))


def _checks(builder: Builder, parts: list[Part]) -> Part:
    return Several(builder.span(parts), builder.expressions(parts))


def _indices(builder: Builder, parts: list[Part]) -> Part:
    return Indices(builder.span(parts), tuple(str(part) for part in parts))


def _named_argument(builder: Builder, parts: list[Part]) -> Part:
    return ast.Argument(builder.span(parts), str(parts[0]), builder.expression(parts[2]))


def _member(builder: Builder, parts: list[Part]) -> Part:
    return MemberTail(builder.span(parts), str(parts[1]))


def _list(builder: Builder, parts: list[Part]) -> Part:
    return ast.ListExpression(builder.span(parts), builder.expressions(parts))


def _tuple(builder: Builder, parts: list[Part]) -> Part:
    return ast.TupleExpression(builder.span(parts), builder.expressions(parts))


EXPRESSION_RULES = {
    "values": _values,
    "pipeline": _pipeline,
    "stage": _stage,
    "conditional": _conditional,
    "operation": _operation,
    "postfix": _postfix,
    "member": _member,
    "call": _call,
    "subscript": _subscript,
    "range": _range,
    "named_argument": _named_argument,
    "list": _list,
    "comprehension": _comprehension,
    "map": _map,
    "entry": _entry,
    "group": _group,
    "tuple": _tuple,
    "path": _path,
    "target": _targets,
    "first_target": _targets,
    "target_tuple": _target_tuple,
    "type": _type,
    "parameter": _parameter,
    "parameters": _several,
    "checks": _checks,
    "indices": _indices,
}
