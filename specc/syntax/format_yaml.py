"""The canonical YAML form of a module: sections for what stands in their order, the graph's list for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from specc.syntax import ast
from specc.syntax.comments import Notes, attach, comment_text
from specc.syntax.format_expressions import type_doc, values_doc
from specc.syntax.format_statements import (
    declaration_head,
    declaration_tail,
    imported_text,
    location_text,
    names_itself,
    statement_doc,
)
from specc.syntax.format_yaml_expect import expect_node
from specc.syntax.format_yaml_graph import Layout, in_list
from specc.syntax.pretty import flat, join
from specc.syntax.units import Slot
from specc.syntax.yaml_rows import entry_rows
from specc.syntax.yaml_sections import is_file
from specc.syntax.yaml_tree import Entry, Lead, List, Map, Node, Plain, Text

_FIRST: tuple[tuple[type[ast.Element], ...], ...] = (
    (ast.Model,),
    (ast.Docstring,),
    (ast.Import, ast.FromImport),
    (ast.Input,),
    (ast.State,),
    (ast.Require,),
    (ast.Definition,),
)
_LAST: tuple[tuple[type[ast.Element], ...], ...] = ((ast.Output,), (ast.Next,), (ast.Expect,), (ast.Weights,))
_ONCE = (ast.Model, ast.Docstring, ast.Weights)


_HEADER = ("specc", "model", "params")


def format_yaml(module: ast.Module) -> str:
    """`module` in the YAML form, comments included; formatting the result again gives the same."""
    layout = Layout(attach(module), module.source.text)
    sections = [_hoisted(section) for section in _sections(layout, module.statements)]
    lead = Lead(sections[0].lead.comments) if sections else Lead()
    entries = [Entry("specc", Plain("1"), lead), *(replace(section, lead=Lead()) for section in sections[:1])]
    lines = _lines([*entries, *sections[1:]])
    lines.extend(comment_text(comment) for comment in layout.notes.of(None, Slot.END))
    return "\n".join(lines) + "\n"


def _lines(entries: Sequence[Entry]) -> list[str]:
    """The sections; a blank line parts those of several lines from the others."""
    lines: list[str] = []
    tall = False
    for entry in entries:
        rows = entry_rows(entry, 0, first=True)
        if lines and entry.key not in _HEADER and (tall or len(rows) > 1):
            lines.append("")
        lines.extend(row.text for row in rows)
        tall = len(rows) > 1 or (tall and entry.key in _HEADER)
    return lines


def _hoisted(section: Entry) -> Entry:
    """Comments before the first entry of a section stand before the section."""
    value = section.value
    if not isinstance(value, Map | List) or not value.entries:
        return replace(section, lead=Lead(section.lead.comments))
    first, *rest = value.entries
    lead = Lead((*section.lead.comments, *first.lead.comments))
    return replace(section, value=replace(value, entries=(replace(first, lead=Lead()), *rest)), lead=lead)


def _sections(layout: Layout, statements: Sequence[ast.Statement]) -> list[Entry]:
    begin = _count(statements, _FIRST)
    end = len(statements) - _count(statements[begin:][::-1], _LAST[::-1])
    found: list[Entry] = []
    for kinds, group in groupby(statements[:begin], lambda statement: _rank(statement, _FIRST)):
        found.extend(_section(layout, _FIRST[kinds], list(group)))
    if begin < end:
        found.append(Entry("graph", layout.body(statements[begin:end])))
    for kinds, group in groupby(statements[end:], lambda statement: _rank(statement, _LAST)):
        found.extend(_section(layout, _LAST[kinds], list(group)))
    return found


def _count(statements: Sequence[ast.Statement], kinds: tuple[tuple[type[ast.Element], ...], ...]) -> int:
    """How many of the first statements stand in the order of `kinds`."""
    rank = 0
    names: set[str] = set()
    for number, statement in enumerate(statements):
        own = _rank(statement, kinds)
        name = statement.name if isinstance(statement, ast.Definition) else ""
        again = number > 0 and own == rank and isinstance(statement, _ONCE)
        if own < rank or own == len(kinds) or again or name in names:
            return number
        names |= {name} - {""}
        rank = own
    return len(statements)


def _rank(statement: ast.Statement, kinds: tuple[tuple[type[ast.Element], ...], ...]) -> int:
    return next((number for number, kind in enumerate(kinds) if isinstance(statement, kind)), len(kinds))


def _section(layout: Layout, kinds: tuple[type[ast.Element], ...], group: list[ast.Statement]) -> list[Entry]:
    first = group[0]
    if isinstance(first, ast.Model):
        return _model(layout, first)
    if isinstance(first, ast.Docstring):
        return [layout.simple(first, "doc", Plain(first.text))]
    if isinstance(first, ast.Weights):
        before, head = layout.notes.header(first)
        return [Entry("weights", layout.rules(first), layout.lead((*before, head) if head else before))]
    if isinstance(first, ast.Expect):
        return [Entry("expect", expect_node(layout, [item for item in group if isinstance(item, ast.Expect)]))]
    if isinstance(first, ast.Definition):
        definitions = [item for item in group if isinstance(item, ast.Definition)]
        return [Entry("blocks", Map(tuple(layout.definition(item, _block_key(item)) for item in definitions)))]
    if isinstance(first, ast.Require):
        return [Entry("require", List(tuple(_requirement(layout, item) for item in group), compact=True))]
    if isinstance(first, ast.Import | ast.FromImport):
        return [Entry("import", List(tuple(_import(layout, item) for item in group), compact=True))]
    return [Entry(_NAMES[kinds[0]], _declarations([_declaration(layout, item) for item in group]))]


def _model(layout: Layout, statement: ast.Model) -> list[Entry]:
    if len({parameter.name for parameter in statement.parameters}) < len(statement.parameters):
        text = flat(statement_doc(statement, Notes({}))).removeprefix("model ")
        return [layout.simple(statement, "model", Text(text))]
    before, after = layout.notes.around(statement)
    params = layout.parameters(statement.parameters)
    name = Entry("model", Plain(statement.name), layout.lead(before), None, None if params else after)
    return [name, *(replace(entry, after=after) for entry in params)]


def _block_key(statement: ast.Definition) -> str:
    return statement.name if statement.keyword == "block" else f"{statement.keyword} {statement.name}"


def _requirement(layout: Layout, statement: ast.Statement) -> Entry:
    text = flat(statement_doc(statement, Notes({}))).removeprefix("require ")
    return layout.simple(statement, None, Text(text))


def _import(layout: Layout, statement: ast.Statement) -> Entry:
    if isinstance(statement, ast.FromImport):
        names = tuple(Entry(None, Plain(imported_text(name))) for name in statement.names)
        entry = layout.simple(statement, f"from {_location(statement.location)}", List(names, flow=True))
        return in_list(entry)
    if not isinstance(statement, ast.Import):
        raise TypeError(statement)
    location = _location(statement.location)
    if names_itself(statement):
        return layout.simple(statement, None, Plain(location))
    return in_list(layout.simple(statement, location, Plain(statement.name)))


def _location(location: str) -> str:
    """A file's name stands without the text form's quotes where that is clear."""
    return location if is_file(location) else location_text(location)


def _declarations(entries: list[Entry]) -> Node:
    keys = {entry.key for entry in entries}
    if len(keys) == len(entries):
        return Map(tuple(entries), compact=True)
    return List(tuple(in_list(entry) for entry in entries))


def _declaration(layout: Layout, statement: ast.Statement) -> Entry:
    if not isinstance(statement, ast.Input | ast.State | ast.Output | ast.Next):
        raise TypeError(statement)
    key = flat(declaration_head(statement)).partition(" ")[2]
    if isinstance(statement, ast.Next):
        typed = key if statement.type is None else flat(join(key, ": ", type_doc(statement.type)))
        return layout.simple(statement, typed, Text(values_doc(statement.value)))
    given = statement.type is not None or not isinstance(statement, ast.Output) or statement.value is not None
    return layout.simple(statement, key, Text(declaration_tail(statement)) if given else None)


_NAMES: dict[type[ast.Element], str] = {
    ast.Input: "inputs",
    ast.State: "states",
    ast.Output: "outputs",
    ast.Next: "next",
}
