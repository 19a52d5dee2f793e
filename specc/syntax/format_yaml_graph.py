"""Graphs and bodies as YAML: a mapping of targets where that says it all, else a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specc.syntax import ast
from specc.syntax.blank_lines import follows_blank
from specc.syntax.comments import Notes
from specc.syntax.format_expressions import (
    expression_doc,
    path_text,
    pipeline_doc,
    source_doc,
    stage_doc,
    target_doc,
    values_doc,
)
from specc.syntax.format_statements import (
    DECLARATIONS,
    checks_doc,
    declaration_head,
    declaration_tail,
    definition_doc,
    expect_head,
    parameter_doc,
    statement_doc,
    step_text,
)
from specc.syntax.format_strings import docstring_line
from specc.syntax.pretty import Doc, flat, join
from specc.syntax.units import Slot, inline_parts
from specc.syntax.yaml_parameters import ANNOTATION
from specc.syntax.yaml_text import is_plain
from specc.syntax.yaml_tree import Entry, Lead, List, Map, Node, Plain, Text, flow_text

_LIST_WORDS = ("weights", "expect")
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """What turns statements into entries: the comments of the module, and its source for the blank lines."""

    notes: Notes
    source: str

    def lead(self, comments: Sequence[ast.Comment], element: ast.Element | None = None) -> Lead:
        """Comments on lines before `element`."""
        placed = tuple((comment, comment.own_line and self.blank(comment)) for comment in comments)
        return Lead(placed, element is not None and self.blank(element))

    def blank(self, element: ast.Element) -> bool:
        """Whether the author left a blank line before `element`."""
        return follows_blank(self.source, element.span.start)

    def simple(self, statement: ast.Statement, key: str | None, value: Node) -> Entry:
        """A statement on one line: comments inside it go before it."""
        before, after = self.notes.around(statement)
        inner = [comment for part in inline_parts(statement) for comment in self._all(part)]
        return Entry(key, value, self.lead((*before, *inner), statement), None, after)

    def part(self, element: ast.Element, key: str | None, value: Node) -> Entry:
        """A part of a statement that has a line of its own."""
        before, after = self.notes.around(element)
        return Entry(key, value, self.lead(before), None, after)

    def _all(self, element: ast.Element) -> tuple[ast.Comment, ...]:
        before, after = self.notes.around(element)
        return (*before, after) if after else before

    def body(self, statements: Sequence[ast.Statement], end: tuple[ast.Comment, ...] = ()) -> Node:
        """Statements as a mapping or a list."""
        targets = [_target(statement) for statement in statements]
        if statements and None not in targets and len(set(targets)) == len(targets):
            return Map(tuple(self.assign(item) for item in statements if isinstance(item, ast.Assign)), end)
        return List(tuple(self.item(statement) for statement in statements), end)

    def item(self, statement: ast.Statement) -> Entry:
        """A statement as an entry of a list."""
        if isinstance(statement, ast.Assign) and _target(statement) is not None:
            return in_list(self.assign(statement))
        if isinstance(statement, ast.If):
            return self._if(statement)
        if isinstance(statement, ast.For):
            doc = join("for ", target_doc(statement.target), " in ", expression_doc(statement.iterable))
            end = self.notes.of(statement, Slot.END)
            return in_list(self._arm(statement, flat(doc), self.body(statement.body, end)))
        if isinstance(statement, ast.Definition):
            return in_list(self.definition(statement, f"{statement.keyword} {statement.name}"))
        if isinstance(statement, ast.Weights):
            return in_list(self._arm(statement, "weights", self.rules(statement)))
        if isinstance(statement, ast.Docstring):
            return self.simple(statement, None, Text(docstring_line(statement.text)))
        if isinstance(statement, ast.Expect):
            key = flat(expect_head(statement))
            return in_list(self.simple(statement, key, Text(checks_doc(statement))))
        if isinstance(statement, DECLARATIONS) and statement.type is not None:
            key = flat(declaration_head(statement))
            return in_list(self.simple(statement, key, Text(declaration_tail(statement))))
        return self.simple(statement, None, Text(statement_doc(statement, Notes({}))))

    def assign(self, statement: ast.Assign) -> Entry:
        """`target: value`."""
        key = flat(target_doc(statement.target))
        pipeline = statement.value
        if not isinstance(pipeline, ast.Pipeline) or not _has_layers(pipeline):
            return self.simple(statement, key, value_node(statement.value, values_doc(statement.value)))
        before, head = self.notes.header(statement)
        after = self.notes.of(statement, Slot.AFTER)
        lead = self.lead((*before, *after[:-1]), statement)
        return Entry(key, self._pipeline(pipeline), lead, head, after[-1] if after else None)

    def _pipeline(self, pipeline: ast.Pipeline) -> Map:
        source = self.part(pipeline.source, "from", Text(source_doc(pipeline.source)))
        layers = List(tuple(self._stage(stage) for stage in pipeline.stages), compact=True)
        return Map((source, Entry("layers", layers)), compact=True)

    def _stage(self, stage: ast.Stage) -> Entry:
        if stage.path is None:
            return self.part(stage, None, Text(stage_doc(stage)))
        return in_list(self.part(stage, path_text(stage.path), Text(stage_doc(replace(stage, path=None)))))

    def _arm(self, element: ast.Element, key: str, body: Node, arm: str = "", lead: bool = True) -> Entry:
        """A header and its body."""
        before, head = self.notes.header(element, arm)
        return Entry(key, body, self.lead(before, element if lead else None), head)

    def _if(self, statement: ast.If) -> Entry:
        arms: list[Entry] = []
        for number, branch in enumerate(statement.branches):
            key = _unused(branch.condition, "elif " if number else "if ", [arm.key for arm in arms])
            body = self.body(branch.body, self.notes.of(branch, Slot.END))
            arms.append(self._arm(branch, key, body, lead=number == 0))
        if statement.otherwise:
            body = self.body(statement.otherwise, self.notes.of(statement, Slot.END, "else"))
            arms.append(self._arm(statement, "else", body, "else", lead=False))
        before = self.notes.of(statement, Slot.BEFORE)
        first = arms[0].lead
        lead = Lead((*self.lead(before).comments, *first.comments), first.blank)
        return Entry(None, Map((replace(arms[0], lead=Lead()), *arms[1:])), lead)

    def definition(self, statement: ast.Definition, key: str) -> Entry:
        """A block or function by name; with its parameters in the key where two have one name."""
        before, head = self.notes.header(statement)
        names = {parameter.name for parameter in statement.parameters}
        end = self.notes.of(statement, Slot.END)
        if len(names) < len(statement.parameters):
            key = flat(definition_doc(statement, Notes({})))
            inner = [comment for parameter in statement.parameters for comment in self._all(parameter)]
            return Entry(key, self._sections(statement, (), end), self.lead((*before, *inner), statement), head)
        entries = self.parameters(statement.parameters)
        return Entry(key, self._sections(statement, entries, end), self.lead(before, statement), head)

    def parameters(self, parameters: Sequence[ast.Parameter]) -> tuple[Entry, ...]:
        """The section `params`; none where there are no parameters."""
        entries = tuple(self.part(item, item.name, _parameter_node(item)) for item in parameters)
        return (Entry("params", Map(entries, compact=True)),) if entries else ()

    def _sections(self, statement: ast.Definition, entries: tuple[Entry, ...], end: tuple[ast.Comment, ...]) -> Map:
        body = list(statement.body)
        found = list(entries)
        last = body.pop() if body and isinstance(body[-1], ast.Return) else None
        if body and isinstance(body[0], ast.Docstring):
            doc = body.pop(0)
            found.append(self.simple(doc, "doc", Plain(doc.text if isinstance(doc, ast.Docstring) else "")))
        if body:
            found.append(Entry("graph", self.body(body, () if last else end)))
        if isinstance(last, ast.Return):
            found.append(self.simple(last, "return", value_node(last.value, values_doc(last.value))))
        return Map(tuple(found), () if body and not last else end)

    def rules(self, statement: ast.Weights) -> List:
        """The rules of `weights`."""
        entries = [in_list(self._rule(rule)) for rule in statement.rules]
        return List(tuple(entries), self.notes.of(statement, Slot.END))

    def _rule(self, rule: ast.WeightRule) -> Entry:
        match rule:
            case ast.Rename(patterns=patterns, steps=steps, targets=targets):
                return self.part(rule, "rename", _listed((_names(patterns), *map(_step, steps), _names(targets))))
            case ast.Fill(pattern=pattern, value=value):
                number = _bare(flat(expression_doc(value)))
                return self.part(rule, "fill", _listed((Plain(pattern, quoted=True), number)))
            case ast.Under(path=path):
                return self.part(rule, "under", Plain(path, quoted=True))
            case ast.Ignore(pattern=pattern):
                return self.part(rule, "ignore", Plain(pattern, quoted=True))
            case _:
                return self.part(rule, "keep", Plain(rule.pattern, quoted=True))


def _listed(nodes: Sequence[Node]) -> List:
    return List(tuple(Entry(None, node) for node in nodes), flow=True)


def _names(texts: Sequence[str]) -> Node:
    """One pattern, or a list of several."""
    plain = [Plain(text, quoted=True) for text in texts]
    return plain[0] if len(plain) == 1 else _listed(plain)


def _step(step: ast.WeightStep) -> Plain:
    return _bare(step_text(step))


def _bare(text: str) -> Plain:
    """Text without quotes, where a list in one line can have it so."""
    return Plain(text, quoted=not is_plain(text, flow=True))


def value_node(value: ast.Expression, doc: Doc) -> Node:
    """A value: a list as YAML's own where its items need no quotes, else the text `doc`."""
    if isinstance(value, ast.ListExpression):
        items = tuple(Entry(None, value_node(item, expression_doc(item))) for item in value.items)
        node = List(items, flow=True)
        if flow_text(node) is not None:
            return node
    return Text(doc)


def _parameter_node(parameter: ast.Parameter) -> Node:
    default = parameter.default
    if parameter.kind is None and default is None:
        return None
    if parameter.kind is None and default is not None:
        doc = expression_doc(default)
        return value_node(default, join("(", doc, ")") if ANNOTATION.match(flat(doc)) else doc)
    annotated = flat(parameter_doc(parameter)).removeprefix(f"{parameter.name}: ")
    return Text(annotated)


def _has_layers(pipeline: ast.Pipeline) -> bool:
    """Whether the pipeline is written with `from` and `layers`: a short one isn't, nor a source named in brackets."""
    inner = pipeline.source.value
    ambiguous = isinstance(inner, ast.Pipeline) and not inner.stages and pipeline.source.path is None
    long = len(pipeline.stages) > 1 or len(flat(pipeline_doc(pipeline))) > _SHORT
    return bool(pipeline.stages) and long and not ambiguous


def _target(statement: ast.Statement) -> str | None:
    """The key of an assignment; None where it would be read as something else."""
    if not isinstance(statement, ast.Assign):
        return None
    key = flat(target_doc(statement.target))
    return None if key in _LIST_WORDS else key


def _unused(condition: ast.Expression, word: str, taken: Sequence[str | None]) -> str:
    """The header of an arm; parentheses tell it from one with the same condition."""
    doc = expression_doc(condition)
    while word + flat(doc) in taken:
        doc = join("(", doc, ")")
    return word + flat(doc)


def in_list(entry: Entry) -> Entry:
    """An entry of a mapping as an item of a list, its comments before the `-`."""
    return Entry(None, Map((replace(entry, lead=Lead()),)), entry.lead)
