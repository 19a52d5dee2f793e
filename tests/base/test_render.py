"""Rendered diagnostics against text written by hand."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from specc.base.diagnostics import Diagnostic, Label, Severity
from specc.base.render import count, pieces, render
from specc.base.render_json import render_json
from specc.base.source import Source, Span


def span(source: Source, text: str, after: str = "") -> Span:
    start = source.text.index(text, source.text.index(after))
    return Span(source, start, start + len(text))


def diagnostic(message: str, place: Span | None = None, label: str = "", **more: object) -> Diagnostic:
    facts = {"severity": Severity.ERROR, "labels": (), "notes": (), "help": None, **more}
    return Diagnostic("SP3101", "title", message, span=place, label=label, **facts)  # type: ignore[arg-type]


NET = Source("net.specc", "model a\ninput x: float32[N, 64]\n\ny = x -> conv(64, 3, groups=5)\n")


def test_one_place() -> None:
    found = diagnostic("5 groups do not divide 64 channels", span(NET, "groups=5"), "here", help="write groups=4")
    assert render([found]) == dedent(
        """\
        error[SP3101]: 5 groups do not divide 64 channels
         --> net.specc:4:22
          |
        4 | y = x -> conv(64, 3, groups=5)
          |                      ^^^^^^^^ here
          |
          = help: write groups=4

        1 error
        """
    )


def test_labels_on_other_lines_and_in_other_files() -> None:
    other = Source("lib/blocks.specc", "\n" * 99 + "block b(x):\n")
    labels = (
        Label(span(NET, "64]"), "64 channels"),
        Label(span(NET, "64,"), "and 64 more"),
        Label(span(other, "b(x)"), "called here"),
    )
    found = diagnostic("clash", span(NET, "groups=5"), "here", labels=labels, notes=("first\nsecond",))
    assert render([found]) == dedent(
        """\
        error[SP3101]: clash
           --> net.specc:4:22
            |
          2 | input x: float32[N, 64]
            |                     --- 64 channels
        ...
          4 | y = x -> conv(64, 3, groups=5)
            |                      ^^^^^^^^ here
            |               --- and 64 more
           ::: lib/blocks.specc:100:7
            |
        100 | block b(x):
            |       ---- called here
            |
            = note: first
                    second

        1 error
        """
    )


def test_without_a_place_and_with_warnings() -> None:
    found = [diagnostic("bad"), diagnostic("odd", severity=Severity.WARNING, help="leave it")]
    assert render(found) == dedent(
        """\
        error[SP3101]: bad

        warning[SP3101]: odd
          = help: leave it

        1 error, 1 warning
        """
    )


def test_several_lines_are_marked_to_the_end_of_the_first() -> None:
    source = Source("a", "x = [1,\n     2]\n")
    assert "1 | x = [1,\n  |     ^^^\n" in render([diagnostic("m", Span(source, 4, 14))])


def test_end_of_file_and_empty_file() -> None:
    text = Source("a", "x = 1\n")
    assert " --> a:2:1\n  |\n2 |\n  | ^ end\n" in render([diagnostic("m", Span(text, 6, 6), "end")])
    assert " --> b:1:1\n  |\n1 |\n  | ^\n" in render([diagnostic("m", Span(Source("b", ""), 0, 0))])


def test_tabs_and_wide_characters_keep_the_caret_in_place() -> None:
    source = Source("a", "\tx = 漢字 + ünï\u0308 + bad\n")
    assert render([diagnostic("m", span(source, "bad"))]).splitlines()[3:5] == [
        "1 |     x = 漢字 + ünï\u0308 + bad",
        "  |                      ^^^",
    ]
    assert render([diagnostic("m", span(source, "漢字"))]).splitlines()[4] == "  |         ^^^^"


def test_control_characters_never_reach_the_terminal() -> None:
    source = Source("a", "x = \x1b[31m\u202e\n")
    text = render([diagnostic("see \x1b]0;title\x07", Span(source, 0, 1), "\x9b", notes=("\x08",), help="\r")])
    assert not set(text) & set("\x1b\x07\x9b\x08\r\u202e")


@pytest.mark.parametrize("start", [0, 5, 250, 490])
def test_long_lines_are_cut_around_the_caret(start: int) -> None:
    text = "".join(chr(ord("a") + i % 26) for i in range(500))
    lines = render([diagnostic("m", Span(Source("a", text), start, start + 7))], width=60).splitlines()
    code, caret = lines[3], lines[4]
    assert len(code) <= 60 and len(caret) <= 60
    column = caret.index("^")
    assert caret.count("^") == 7
    assert code[column : column + 7] == text[start : start + 7]
    assert code.endswith("...") == (start < 490) and ("| ..." in code) == (start > 5)


def test_a_long_span_on_a_long_line_is_cut_too() -> None:
    lines = render([diagnostic("m", Span(Source("a", "x" * 500), 100, 400))], width=60).splitlines()
    assert len(lines[4]) <= 60 and "^" in lines[4]


def test_a_long_line_of_wide_characters() -> None:
    lines = render([diagnostic("m", Span(Source("a", "漢" * 300), 150, 152))], width=60).splitlines()
    assert lines[3].count("漢") * 2 <= 56 and lines[4].count("^") == 4


def test_pieces_join_to_the_plain_text() -> None:
    found = [diagnostic("m", span(NET, "conv"), "x", notes=("n",))]
    assert "".join(piece.text for piece in pieces(found)) == render(found)
    assert {piece.style for piece in pieces(found)} >= {"error", "gutter", "primary", "strong", "plain"}


def test_counts() -> None:
    error, warning = diagnostic("m"), diagnostic("m", severity=Severity.WARNING)
    assert count([error, error]) == "2 errors"
    assert count([error, warning, warning]) == "1 error, 2 warnings"
    assert count([warning]) == "1 warning"
    assert render([]) == ""


def test_json() -> None:
    labels = (Label(span(NET, "N"), "the batch"),)
    found = diagnostic("m", Span(NET, NET.text.index("x ->"), len(NET.text)), "here", labels=labels, notes=("n",))
    assert json.loads(render_json([found, diagnostic("z")])) == [
        {
            "code": "SP3101",
            "severity": "error",
            "title": "title",
            "message": "m",
            "file": "net.specc",
            "line": 4,
            "column": 5,
            "end_line": 5,
            "end_column": 1,
            "label": "here",
            "labels": [
                {"file": "net.specc", "line": 2, "column": 18, "end_line": 2, "end_column": 19, "text": "the batch"}
            ],
            "notes": ["n"],
            "help": None,
        },
        {
            "code": "SP3101",
            "severity": "error",
            "title": "title",
            "message": "z",
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
            "label": "",
            "labels": [],
            "notes": [],
            "help": None,
        },
    ]
