"""Pages of the mistakes in Markdown: what `specc explain` prints."""

from __future__ import annotations

from collections.abc import Iterable

from specc.base.diagnostics import Mistake
from specc.mistakes import explanation
from specc.report.grid import Column, Grid, markdown


def mistake_markdown(mistake: type[Mistake]) -> str:
    """Everything about one mistake."""
    found = explanation(mistake)
    parts = [f"# {found.code}: {found.title}", found.what]
    parts += [f"**Why:** {found.why}"] if found.why else []
    for heading, text in (("Wrong", found.wrong), ("Right", found.right)):
        if text:
            parts.append(f"{heading}:\n\n```\n{text}\n```")
    return "\n\n".join(parts) + "\n"


def mistake_index(known: Iterable[type[Mistake]]) -> str:
    """The list of the codes, each a link to its page."""
    ordered = sorted(known, key=lambda mistake: mistake.code)
    table = markdown(Grid((Column("code"), Column("title")), tuple((m.code, m.title) for m in ordered)))
    for mistake in ordered:
        table = table.replace(f"| {mistake.code} |", f"| [{mistake.code}]({mistake.code}.md) |", 1)
    return f"# Mistakes\n\n`specc explain CODE` prints the same pages.\n\n{table}"
