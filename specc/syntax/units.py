"""The parts of a module that can carry a comment, as a tree in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from specc.syntax import ast

Key = tuple[int, str]


class Slot(Enum):
    """Where a comment stands: on lines before, on the header's line, on the last line, on lines after a body."""

    BEFORE = "before"
    HEAD = "head"
    AFTER = "after"
    END = "end"


@dataclass(eq=False, slots=True)
class Unit:
    """A statement, or a part of one that may stand on a line of its own.

    `opens`: a body follows its header; up to `head_end` a comment stands inside the header.
    """

    key: Key
    start: int
    end: int
    parent: Unit | None
    is_part: bool
    opens: bool
    parts: list[Unit]
    body: list[Unit]
    head_end: int = 0


def module_units(module: ast.Module) -> list[Unit]:
    """The units of the statements of `module`."""
    return [_statement(statement, None) for statement in module.statements]


def flattened(units: list[Unit]) -> list[Unit]:
    """All units, outer before inner, by where they start."""
    found: list[Unit] = []
    stack = list(reversed(units))
    while stack:
        unit = stack.pop()
        found.append(unit)
        stack.extend(reversed([*unit.parts, *unit.body]))
    return sorted(found, key=lambda unit: unit.start)


def slots_in_order(units: list[Unit]) -> list[tuple[Key, Slot]]:
    """Every slot of `units` and of what is in them, in the order in which a file shows them."""
    found: list[tuple[Key, Slot]] = []
    for unit in sorted(units, key=lambda unit: unit.start):
        found += [(unit.key, Slot.BEFORE), (unit.key, Slot.HEAD)]
        found += slots_in_order(unit.parts) + slots_in_order(unit.body)
        found += [(unit.key, Slot.END), (unit.key, Slot.AFTER)]
    return found


def pipeline_parts(statement: ast.Statement) -> tuple[ast.Stage, ...]:
    """Source and stages of the pipeline that a statement assigns or returns."""
    if not isinstance(statement, ast.Assign | ast.Output | ast.Next | ast.Return):
        return ()
    value = statement.value
    return (value.source, *value.stages) if isinstance(value, ast.Pipeline) and value.stages else ()


def inline_parts(statement: ast.Statement) -> Sequence[ast.Element]:
    """The parts of a statement that its formatter may put on lines of their own."""
    if isinstance(statement, ast.Model | ast.Definition):
        return statement.parameters
    if isinstance(statement, ast.Expect):
        return statement.checks
    return pipeline_parts(statement)


def _statement(statement: ast.Statement, parent: Unit | None) -> Unit:
    unit = _unit(statement, parent)
    unit.parts = [_unit(part, unit, is_part=True) for part in inline_parts(statement)]
    if isinstance(statement, ast.If):
        _arms(statement, unit)
    elif isinstance(statement, ast.Definition | ast.For):
        _fill(unit, statement.body)
        unit.head_end = statement.iterable.span.end if isinstance(statement, ast.For) else 0
    elif isinstance(statement, ast.Weights):
        _fill(unit, statement.rules)
    unit.end = max([unit.end, *(part.end for part in unit.parts)])
    return unit


def _arms(statement: ast.If, unit: Unit) -> None:
    for branch in statement.branches:
        arm = _unit(branch, unit, is_part=True)
        _fill(arm, branch.body)
        arm.head_end = branch.condition.span.end
        unit.parts.append(arm)
    if statement.otherwise:
        body = [_statement(inner, None) for inner in statement.otherwise]
        start, end = _else_place(statement, unit.parts[-1].end, body[0].start)
        arm = Unit((id(statement), "else"), start, end, unit, True, True, [], body)
        for inner in body:
            inner.parent = arm
        arm.end = max(inner.end for inner in body)
        unit.parts.append(arm)
    unit.end = max(arm.end for arm in unit.parts)


def _fill(unit: Unit, body: Iterable[ast.Statement | ast.WeightRule]) -> None:
    """Give `unit` its body; it ends where the last statement does, whatever its span says."""
    unit.opens = True
    unit.body = [_unit(inner, unit) if isinstance(inner, ast.WeightRule) else _statement(inner, unit) for inner in body]
    ends = [inner.end for inner in (*unit.body, *unit.parts)]
    unit.end = max(ends, default=unit.end)


def _else_place(statement: ast.If, after: int, before: int) -> tuple[int, int]:
    """`else` has no node of its own: it is looked for between the bodies."""
    found = _ELSE.search(statement.span.source.text, min(after, before), before)
    return (found.start(1), found.end(1)) if found else (before, before)


def _unit(element: ast.Element, parent: Unit | None, is_part: bool = False) -> Unit:
    span = element.span
    return Unit((id(element), ""), span.start, span.end, parent, is_part, False, [], [])


_ELSE = re.compile(r"^[ \t]*(?:- )?(else|\"else\"|'else')(?=[ \t]*:)", re.MULTILINE)
