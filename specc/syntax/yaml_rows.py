"""A YAML tree to lines."""

from __future__ import annotations

from dataclasses import dataclass

from specc.syntax.ast import Comment
from specc.syntax.comments import comment_text
from specc.syntax.pretty import WIDTH, flat, render
from specc.syntax.yaml_text import in_quotes, is_literal, scalar
from specc.syntax.yaml_tree import Entry, Lead, List, Map, Plain, Text, flow_text

STEP = 2
_LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A line; `free`: a comment may be put at its end."""

    text: str
    free: bool = True


def block_rows(node: Map | List, indent: int) -> list[Row]:
    """Each entry on lines of its own, at column `indent`."""
    rows: list[Row] = []
    for entry in node.entries:
        rows += entry_rows(entry, indent, first=not rows)
    return rows + [Row(" " * indent + comment_text(comment), False) for comment in node.end]


def entry_rows(entry: Entry, indent: int, first: bool = False) -> list[Row]:
    """An entry with its comments; no blank line before the `first` of a block."""
    rows = lead_rows(entry.lead, indent, first)
    pad = " " * indent
    if entry.key is None:
        return rows + _with_after(_item_rows(entry, indent), entry.after, indent)
    key = scalar(entry.key)
    if len(key) > _LONGEST_KEY:
        return [*rows, Row(f"{pad}? {key}"), *_with_after(_value_rows(f"{pad}:", entry, indent), entry.after, indent)]
    return rows + _with_after(_value_rows(f"{pad}{key}:", entry, indent), entry.after, indent)


def lead_rows(lead: Lead, indent: int, first: bool) -> list[Row]:
    """The lines before an entry."""
    rows: list[Row] = []
    for comment, blank in lead.comments:
        if blank and not (first and not rows):
            rows.append(Row("", False))
        rows.append(_comment_row(comment, indent))
    if lead.blank and not (first and not rows):
        rows.append(Row("", False))
    return rows


def _comment_row(comment: Comment, indent: int) -> Row:
    return Row(" " * indent + comment_text(comment), False)


def _with_after(rows: list[Row], after: Comment | None, indent: int) -> list[Row]:
    """At the end of the last line, or where its block scalar begins; else on a line after it."""
    if after is None:
        return rows
    number = max(number for number, row in enumerate(rows) if row.free or number == 0)
    at_end = number == len(rows) - 1 or rows[number].text.endswith((" >-", " |-"))
    if not (rows[number].free and at_end):
        return [*rows, _comment_row(after, indent)]
    rows[number] = Row(f"{rows[number].text}  {comment_text(after)}", False)
    return rows


def _item_rows(entry: Entry, indent: int) -> list[Row]:
    value = entry.value
    if not isinstance(value, Map) or not value.entries:
        return _value_rows(" " * indent + "-", entry, indent)
    first, *rest = block_rows(value, indent + STEP)
    return [Row(" " * indent + "- " + first.text[indent + STEP :], first.free), *rest]


def _value_rows(start: str, entry: Entry, indent: int) -> list[Row]:
    value = entry.value
    if value is None:
        return [Row(start)]
    if isinstance(value, Plain):
        return _plain_rows(start, value, indent)
    if isinstance(value, Text):
        return _text_rows(start, value, indent)
    flow = flow_text(value) if entry.head is None else None
    if flow is not None and (not value.entries or _fits(value, len(start) + 1 + len(flow))):
        return [Row(f"{start} {flow}")]
    head = f"  {comment_text(entry.head)}" if entry.head else ""
    return [Row(start + head, not head), *block_rows(value, indent + STEP)]


def _fits(value: Map | List, width: int) -> bool:
    return (isinstance(value, List) and value.flow) or (value.compact and width <= WIDTH)


def _plain_rows(start: str, value: Plain, indent: int) -> list[Row]:
    if value.quoted or not is_literal(value.text):
        return [Row(f"{start} {in_quotes(value.text) if value.quoted else scalar(value.text)}")]
    pad = " " * (indent + STEP)
    lines = [pad + line if line else "" for line in value.text.split("\n")]
    return [Row(f"{start} |-"), *(Row(line, False) for line in lines)]


def _text_rows(start: str, value: Text, indent: int) -> list[Row]:
    text = scalar(flat(value.doc))
    broken = render(value.doc, indent + STEP)
    if len(start) + 1 + len(text) <= WIDTH or "\n" not in broken:
        return [Row(f"{start} {text}")]
    return [Row(f"{start} >-"), *(Row(line, False) for line in (" " * (indent + STEP) + broken).split("\n"))]
