"""YAML as nodes with marks, composed from PyYAML's events: no anchors, no tags, no typing, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import yaml

from specc.base.diagnostics import Label, Mistake, Reporter
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax.yaml_errors import (
    CutAtComma,
    DuplicateKey,
    InvalidYaml,
    KeyNotText,
    SeveralDocuments,
    YamlFeature,
    YamlTooDeep,
    YamlTooLarge,
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text: `style` is "" for plain, else its first sign: a quote, `|` or `>`."""

    value: str
    style: str
    span: Span

    @property
    def empty(self) -> bool:
        """Whether nothing stands here, or YAML's word for nothing."""
        return self.style == "" and self.value in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in its order; keys are text and differ."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of `key`, if it is there."""
        return next((value for name, value in self.entries if name.value == key), None)

    def extent(self, key: str) -> Span:
        """From `key` to the end of its value; the whole mapping where it isn't there."""
        return next((name.span.to(value.span) for name, value in self.entries if name.value == key), self.span)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys in their order."""
        return tuple(key.value for key, _ in self.entries)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: its node, if it could be read, and the place of every scalar, for what looks between them."""

    root: Node | None
    scalars: tuple[Scalar, ...]


def kind_of(node: Node) -> str:
    """A node in words."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    return "nothing" if node.empty else "text"


def compose(source: Source, reporter: Reporter, limits: Limits) -> Document:
    """Read the one document of `source`; what YAML itself can't read, or may not hold here, is reported."""
    if len(source.text) > limits.file_bytes:
        reporter.report(YamlTooLarge(limits.file_bytes, "characters"), None)
        return Document(None, ())
    composer = _Composer(source, reporter, limits)
    try:
        root = composer.document()
    except _Stop as stop:
        reporter.report(stop.mistake, stop.span)
        root = None
    return Document(root, tuple(composer.scalars))


class _Stop(Exception):
    """Reading can't go on."""

    def __init__(self, mistake: Mistake, span: Span) -> None:
        super().__init__(mistake.message())
        self.mistake = mistake
        self.span = span


@dataclass(slots=True)
class _Composer:
    source: Source
    reporter: Reporter
    limits: Limits
    scalars: list[Scalar] = field(default_factory=list)
    _shift: int = 0
    _count: int = 0

    def document(self) -> Node | None:
        """The node of the first document; None for an empty file."""
        events = self._events()
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Stop(SeveralDocuments(), self._span(event))
                if event.tags:
                    self._report(YamlFeature("the directive `%TAG`"), self._span(event))
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 1)
        return root

    def _events(self) -> Iterator[yaml.Event]:
        text = self.source.text
        if text.startswith("\ufeff"):
            self._shift = 1
        unreadable = _UNREADABLE.search(text, self._shift)
        if unreadable:
            raise _Stop(_control_character(unreadable.group()), Span(self.source, unreadable.start(), unreadable.end()))
        try:
            yield from yaml.parse(text[self._shift :], Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            raise self._broken(error) from None

    def _broken(self, error: yaml.MarkedYAMLError) -> _Stop:
        mark = error.problem_mark or error.context_mark
        start = min(mark.index + self._shift, len(self.source.text)) if mark else 0
        problem, advice = _explain(
            error, self.source.text[start : start + 1], self.source.text[max(0, start - 1) : start]
        )
        return _Stop(InvalidYaml(problem, advice), Span(self.source, start, min(start + 1, len(self.source.text))))

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        first = start.index + self._shift if start else 0
        return Span(self.source, first, end.index + self._shift if end else first)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node | None:
        self._count += 1
        if depth > self.limits.nesting:
            raise _Stop(YamlTooDeep(self.limits.nesting), self._span(event))
        if self._count > self.limits.yaml_nodes:
            raise _Stop(YamlTooLarge(self.limits.yaml_nodes, "entries"), self._span(event))
        self._refuse_features(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, depth)
        return self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def _report(self, mistake: Mistake, span: Span, labels: Iterable[Label] = ()) -> None:
        if len(self.reporter.diagnostics) < self.limits.errors:
            self.reporter.report(mistake, span, labels)

    def _refuse_features(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._report(YamlFeature(f"the alias `*{event.anchor}`"), self._span(event))
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._report(YamlFeature(f"the anchor `&{event.anchor}`"), self._span(event))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._report(YamlFeature(f"the tag `{event.tag}`"), self._span(event))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        scalar = Scalar(event.value, event.style or "", self._span(event))
        self.scalars.append(scalar)
        return scalar

    def _sequence(self, event: yaml.SequenceStartEvent, events: Iterator[yaml.Event], depth: int) -> Sequence:
        items: list[Node] = []
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                whole = self._whole(items) if event.flow_style else items
                return Sequence(tuple(whole), self._extent(event, inner, items[-1:]))
            item = self._node(inner, events, depth + 1)
            if item is not None:
                items.append(item)
        raise AssertionError("a sequence without an end")

    def _mapping(self, event: yaml.MappingStartEvent, events: Iterator[yaml.Event], depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for inner in events:
            if isinstance(inner, yaml.MappingEndEvent):
                span = self._extent(event, inner, [value for _, value in entries[-1:]])
                return Mapping(tuple(self._whole_values(entries) if event.flow_style else entries), span)
            key = self._node(inner, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if value is not None and isinstance(key, Scalar) and self._is_new(key, seen):
                entries.append((key, value))
            elif key is not None and not isinstance(key, Scalar):
                self._report(KeyNotText(kind_of(key)), key.span)
        raise AssertionError("a mapping without an end")

    def _whole(self, items: list[Node]) -> list[Node]:
        """The items of a list in one line; calls that YAML has cut at their commas are reported, and whole again."""
        whole: list[Node] = []
        rest = iter(items)
        for item in rest:
            joined = self._uncut(item, rest) if isinstance(item, Scalar) else None
            whole.append(joined or (self._whole_entry(item, rest) if isinstance(item, Mapping) else item))
        return whole

    def _whole_entry(self, item: Mapping, following: Iterator[Node]) -> Mapping:
        """An item `key: call`."""
        if not item.entries or not isinstance(item.entries[-1][1], Scalar):
            return item
        key, value = item.entries[-1]
        joined = self._uncut(value, following) if isinstance(value, Scalar) else None
        return item if joined is None else Mapping((*item.entries[:-1], (key, joined)), item.span)

    def _whole_values(self, entries: list[tuple[Scalar, Node]]) -> list[tuple[Scalar, Node]]:
        """The same for the entries of a mapping in one line."""
        whole: list[tuple[Scalar, Node]] = []
        rest = iter(entries)
        following: Iterator[Node] = (key if isinstance(value, Scalar) and value.empty else value for key, value in rest)
        for key, value in rest:
            joined = self._uncut(value, following) if isinstance(value, Scalar) else None
            whole.append((key, joined or value))
        return whole

    def _uncut(self, first: Scalar, following: Iterator[Node]) -> Scalar | None:
        """The text from `first` on up to the item that closes its brackets; None where `first` closes them itself."""
        if first.style or _open_brackets(first.value) <= 0:
            return None
        start = end = first.span.start
        for item in chain((first,), following):
            end = max(end, item.span.end)
            text = self.source.text[start:end]
            if _open_brackets(text) <= 0:
                self._report(CutAtComma(" ".join(text.split())), Span(self.source, start, end))
                break
        return Scalar(text, first.style, Span(self.source, start, end))

    def _is_new(self, key: Scalar, seen: dict[str, Scalar]) -> bool:
        if key.value == "<<" and key.style == "":
            self._report(YamlFeature("the merge key `<<`"), key.span)
            return False
        first = seen.setdefault(key.value, key)
        if first is not key:
            self._report(DuplicateKey(key.value), key.span, [Label(first.span, "first here")])
        return first is key

    def _extent(self, start: yaml.Event, end: yaml.Event, last: list[Node]) -> Span:
        """A block collection has no closing sign: it ends with its last entry."""
        first, closing = self._span(start), self._span(end)
        closed = closing.end > closing.start or not last
        return first.to(closing if closed else last[0].span)


def _open_brackets(text: str) -> int:
    return text.count("(") - text.count(")")


def _explain(error: yaml.MarkedYAMLError, sign: str, before: str) -> tuple[str, str | None]:
    """PyYAML's problem with the character `sign`, after the character `before`, in our words, and what to do."""
    problem = str(error.problem or error.context or "")
    if sign == "\t":
        return "a tab stands where only spaces may", "indent with spaces"
    found = f"`{sign}`" if sign.strip() else "this"
    if sign == "[" and "expected ','" in problem:
        return "a `[` inside an unquoted value", 'quote a value that has brackets: `x: "float32[N, 4]"`'
    if sign == "{" and "expected ','" in problem:
        return "a `{` inside an unquoted value", 'quote a name that has braces: `"conv.{i}": conv(8, 3)`'
    if before in "'\"" and before and "expected key" in problem:
        other = "single" if before == '"' else "double"
        return (
            f"the quoted text ends at the `{before}` before this",
            f"put {other} quotes around a text that has `{before}`",
        )
    for part, text, advice in _PROBLEMS:
        if part in problem:
            return text.format(found=found), advice
    return f"{found} can't stand here", "compare the indentation and the quotes of this line with those before it"


def _control_character(sign: str) -> Mistake:
    return InvalidYaml(f"the character U+{ord(sign):04X} is not allowed", "remove it, or write it as an escape")


_LOADER = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_COMPARE = "compare the indentation with the lines above"
_PROBLEMS: tuple[tuple[str, str, str | None], ...] = (
    ("mapping values are not allowed", "a `: ` inside an unquoted value", "quote the value, or begin a new line"),
    ("expected ',' or ']'", "this list is not closed, or a comma is missing before {found}", "close it with `]`"),
    ("expected ',' or '}'", "this mapping is not closed, or a comma is missing before {found}", "close it with `}`"),
    ("cannot start any token", "{found} can't begin a value", "quote the value; indent with spaces, not tabs"),
    ("unexpected end of stream", "the file ends inside a quoted text", "close the quote"),
    ("document indicator", "the file goes on with `---` or `...` inside a quoted text", "close the quote"),
    ("could not find expected ':'", "a line without `:` in a mapping", "write `key: value`, and a space after the `:`"),
    (
        "did not find expected key",
        "a key of the mapping was expected here",
        "compare the indentation with the lines above",
    ),
    ("'-' indicator", "a list entry `-` was expected here", _COMPARE),
    ("block sequence entries are not allowed", "a list can't begin on this line", "put `-` on a line of its own"),
    (
        "expected <document start>",
        "something is left over after the spec",
        "compare the indentation with the lines above",
    ),
    ("undefined alias", "an alias is not allowed in a spec", None),
    ("unknown escape character", "an unknown escape in a double-quoted text", "use single quotes, or write `\\\\`"),
    ("directive", "a directive is not allowed in a spec", "remove the line that begins with `%`"),
    ("node content", "a value was expected before {found}", None),
    ("indentation", "the indentation doesn't fit the lines above", "indent with spaces, alike within one block"),
)
