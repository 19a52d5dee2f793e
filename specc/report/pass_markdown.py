"""Pages of the rewrites in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from specc.passes.rewrite import Pass
from specc.report.grid import Column, Grid, markdown
from specc.report.layer_reference import LayerDoc, read_docstring

_INTRO = """\
What `specc compile` rewrites before it writes operators, in this order. A rewrite is exact: outputs differ by rounding
alone, for every size of the inputs ([how that is tested](../reliability.md#rewrites)); where a sum meets infinite
elements, its order may decide whether it is infinite or not a number. `-O LEVEL` chooses how much is rewritten,
`--without NAME` leaves one out, `--explain` shows what was rewritten where, and where not and why.
"""


def pass_markdown(rewrite: Pass) -> str:
    """Everything about one rewrite."""
    doc = _doc(rewrite)
    parts = [f"# {rewrite.name}", f"From `-O{rewrite.level}` on.", doc.summary]
    if "Formula" in doc.sections:
        parts.append(f"## Formula\n\n{_fenced(doc.sections['Formula'])}")
    if "Source" in doc.sections:
        parts.append(f"## Source\n\n{doc.sections['Source']}")
    before, _, after = doc.sections["Example"].partition("\n")
    parts.append(f"## Example\n\n{_fenced(before)}\n\nbecomes\n\n{_fenced(after)}")
    return "\n\n".join(parts) + "\n"


def pass_index(passes: Iterable[Pass]) -> str:
    """The list of the rewrites, each a link to its page."""
    given = tuple(passes)
    rows = tuple((rewrite.name, f"-O{rewrite.level}", _first_sentence(_doc(rewrite).summary)) for rewrite in given)
    table = markdown(Grid((Column("rewrite"), Column("from"), Column("what it does")), rows))
    for name, _, _ in rows:
        shown = name.replace("_", "\\_")
        table = table.replace(f"| {shown} |", f"| [{name}]({name}.md) |", 1)
    return f"# Rewrites\n\n{_INTRO}\n{table}"


def _doc(rewrite: Pass) -> LayerDoc:
    return read_docstring(type(rewrite).__doc__ or "")


def _first_sentence(summary: str) -> str:
    text = " ".join(summary.split())
    return f"{text.partition('. ')[0].removesuffix('.')}."


def _fenced(text: str) -> str:
    return f"```\n{text.strip()}\n```"
