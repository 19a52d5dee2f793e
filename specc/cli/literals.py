"""Values on the command line: literals of the language."""

from __future__ import annotations

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS
from specc.base.source import Source
from specc.layers.common.attributes import Raw
from specc.syntax import ast
from specc.syntax.text import Fragments


class NotALiteral(ValueError):
    """The text is no literal; the message says what is wrong."""


def literal(text: str) -> Raw:
    """Value of `50`, `1e-5`, `true`, `none`, `"text"`, `[3, 4]`, `{"a": 1}`; a bare word is a string."""
    reporter = Reporter()
    found = Fragments(Source("value", text), reporter, DEFAULT_LIMITS).expression(text, int)
    if found is None:
        raise NotALiteral(reporter.diagnostics[0].message if reporter.diagnostics else "there is no value")
    return _value(found)


def _value(expression: ast.Expression) -> Raw:
    match expression:
        case ast.Number(value=value) | ast.String(value=value) | ast.Boolean(value=value):
            return value
        case ast.Nothing():
            return None
        case ast.Name(name=name):
            return name
        case ast.ListExpression(items=items) | ast.TupleExpression(items=items):
            return tuple(_value(item) for item in items)
        case ast.MapExpression(entries=entries):
            return {_value(key): _value(value) for key, value in entries}
        case ast.Unary(operator=operator, operand=ast.Number(value=value)) if operator in "+-":
            return -value if operator == "-" else value
        case _:
            raise NotALiteral("only numbers, strings, true, false, none, lists and maps are values here")
