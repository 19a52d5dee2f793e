"""Expectations as YAML: what is counted to what it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specc.syntax import ast
from specc.syntax.format_expressions import SUM, expression_doc
from specc.syntax.format_statements import expect_line
from specc.syntax.format_yaml_graph import Layout, value_node
from specc.syntax.pretty import flat, join
from specc.syntax.yaml_tree import Entry, Lead, List, Map, Node, Text

_SIGNS = ("==", "!=", "<", "<=", ">", ">=")
_WHEN = "when"


def expect_node(layout: Layout, statements: Sequence[ast.Expect]) -> Node:
    """One mapping where there are no conditions, else a list with an item for each statement."""
    first = statements[0]
    if len(statements) == 1 and not first.conditions and _is_mapping(first):
        return _mapping(layout, first).value
    return List(tuple(_item(layout, statement) for statement in statements))


def _item(layout: Layout, statement: ast.Expect) -> Entry:
    if not _is_mapping(statement):
        return layout.simple(statement, None, Text(expect_line(statement)))
    return _mapping(layout, statement)


def _mapping(layout: Layout, statement: ast.Expect) -> Entry:
    """The comments of the statement go to its first and its last line."""
    before, after = layout.notes.around(statement)
    entries = [layout.part(check, _subject(check), _wanted(check)) for check in statement.checks]
    if statement.conditions:
        when = tuple(Entry(argument.name, _value(argument.value)) for argument in statement.conditions)
        entries.insert(0, Entry(_WHEN, Map(when, compact=True)))
    lead = Lead((*layout.lead(before).comments, *entries[0].lead.comments), layout.blank(statement))
    entries[0] = replace(entries[0], lead=Lead())
    return Entry(None, Map(tuple(entries), compact=True), lead, None, after)


def _is_mapping(statement: ast.Expect) -> bool:
    names = [argument.name for argument in statement.conditions]
    subjects = [_subject(check) for check in statement.checks if _compares(check)]
    if None in names or len(set(names)) < len(names) or _WHEN in subjects:
        return False
    return len(set(subjects)) == len(statement.checks) == len(subjects)


def _compares(check: ast.Expression) -> bool:
    return isinstance(check, ast.Comparison) and len(check.rest) == 1 and check.rest[0][0] in _SIGNS


def _subject(check: ast.Expression) -> str:
    return flat(expression_doc(check.first, SUM)) if isinstance(check, ast.Comparison) else ""


def _wanted(check: ast.Expression) -> Node:
    if not isinstance(check, ast.Comparison):
        return None
    sign, value = check.rest[0]
    return _value(value) if sign == "==" else Text(join(f"{sign} ", expression_doc(value, SUM)))


def _value(value: ast.Expression) -> Node:
    return value_node(value, expression_doc(value))
