"""`specc explain`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_format
from specc.cli.terminal import Terminal

if TYPE_CHECKING:
    from specc.base.diagnostics import Mistake
    from specc.base.jsonable import Json


def configure(parser: ArgumentParser) -> None:
    """Options of `specc explain`."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code such as SP3101; without it, all are listed")
    add_format(parser, ("table", "json"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print what a code means, or the list of codes."""
    from specc.base.diagnostics import fail
    from specc.base.jsonable import to_json
    from specc.errors import UnknownThing
    from specc.mistakes import mistakes

    known = mistakes()
    as_json = options.format == "json"
    if options.code is None:
        terminal.result(to_json([_entry(m) for m in known.values()]) if as_json else _list(known))
        return 0
    code = options.code.upper()
    if code not in known:
        raise fail(UnknownThing("code", options.code, tuple(known), "`specc explain`"))
    terminal.result(to_json(_entry(known[code])) if as_json else _page(known[code]))
    return 0


def _list(known: dict[str, type[Mistake]]) -> str:
    from specc.report.grid import Column, Grid, plain

    return plain(Grid((Column("code"), Column("title")), tuple((code, m.title) for code, m in known.items())))


def _page(mistake: type[Mistake]) -> str:
    from specc.mistakes import explanation

    found = explanation(mistake)
    parts = [f"{found.code}: {found.title}", found.what]
    parts += [f"Why: {found.why}"] if found.why else []
    for heading, text in (("Wrong", found.wrong), ("Right", found.right)):
        if text:
            parts.append(f"{heading}:\n" + "\n".join(f"    {line}".rstrip() for line in text.split("\n")))
    return "\n\n".join(parts) + "\n"


def _entry(mistake: type[Mistake]) -> dict[str, Json]:
    from specc.mistakes import explanation

    found = explanation(mistake)
    severity = mistake.severity.value
    return {
        "code": found.code,
        "title": found.title,
        "severity": severity,
        "what": found.what,
        "why": found.why,
        "wrong": found.wrong,
        "right": found.right,
    }


COMMAND = Command(
    "explain",
    "what a code of a mistake means, with a wrong and a right example",
    """  specc explain SP3101
  specc explain""",
    configure,
    run,
)
