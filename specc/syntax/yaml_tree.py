"""YAML to be written, with its comments: mappings, lists and text, in one line where they fit and read well."""

from __future__ import annotations

from dataclasses import dataclass

from specc.syntax.ast import Comment
from specc.syntax.pretty import Doc, flat
from specc.syntax.yaml_text import in_quotes, is_plain


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the text form."""

    doc: Doc


@dataclass(frozen=True, slots=True)
class Plain:
    """A string that is itself; in quotes always where `quoted`."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands on lines before an entry: comments, each with whether a blank line comes first; then perhaps one."""

    comments: tuple[tuple[Comment, bool], ...] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """`key: value` of a mapping, or an item of a list (without key); comments end the key's line and the last line."""

    key: str | None
    value: Node
    lead: Lead = Lead()
    head: Comment | None = None
    after: Comment | None = None

    @property
    def silent(self) -> bool:
        """Whether no comment stands at or in it."""
        inner = not isinstance(self.value, Map | List) or self.value.silent
        return inner and not self.lead.comments and self.head is None and self.after is None


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, and comments on lines after its last entry; `compact`: in one line if that fits without quotes."""

    entries: tuple[Entry, ...]
    end: tuple[Comment, ...] = ()
    compact: bool = False

    @property
    def silent(self) -> bool:
        """Whether no comment stands in it."""
        return not self.end and all(entry.silent for entry in self.entries)


@dataclass(frozen=True, slots=True)
class List:
    """A list, and comments on lines after its last item; `compact` as for a mapping, `flow`: in one line always."""

    entries: tuple[Entry, ...]
    end: tuple[Comment, ...] = ()
    compact: bool = False
    flow: bool = False

    @property
    def silent(self) -> bool:
        """Whether no comment stands in it."""
        return not self.end and all(entry.silent for entry in self.entries)


Node = Text | Plain | Map | List | None


def flow_text(node: Node) -> str | None:
    """`node` inside `[]` or `{}`; None where it would need quotes, or has comments."""
    if node is None:
        return None
    if isinstance(node, Plain):
        return in_quotes(node.text) if node.quoted else _unquoted(node.text)
    if isinstance(node, Text):
        return _unquoted(flat(node.doc))
    parts = [_flow_entry(entry) for entry in node.entries] if node.silent else [None]
    if None in parts:
        return None
    opening, closing = "{}" if isinstance(node, Map) else "[]"
    return opening + ", ".join(part for part in parts if part is not None) + closing


def _unquoted(text: str) -> str | None:
    return text if is_plain(text, flow=True) else None


def _flow_entry(entry: Entry) -> str | None:
    value = entry.value
    if entry.key is None and isinstance(value, Map) and len(value.entries) == 1:
        return _flow_entry(value.entries[0])
    text = flow_text(value)
    if entry.key is None or text is None:
        return text
    return f"{entry.key}: {text}" if is_plain(entry.key, flow=True) else None
