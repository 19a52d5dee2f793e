"""Mistakes in the text form: code, place, message and hint of each, and all of them in one run."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from lark import Lark

from specc.base.assets import read_asset
from specc.base.diagnostics import Diagnostic, Reporter, SpecError
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Source
from specc.syntax import ast
from specc.syntax.errors import ERRORS
from specc.syntax.files import load_source, text_source
from specc.syntax.parser import STARTS, Indentation
from specc.syntax.text import Fragments, read_text


def read(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Diagnostic, ...]:
    reporter = Reporter()
    module = read_text(Source("t", text), reporter, limits)
    assert module.statements == () or not reporter.failed
    return tuple(reporter.diagnostics)


def marked(text: str, diagnostic: Diagnostic) -> str:
    assert diagnostic.span is not None
    return text[diagnostic.span.start : diagnostic.span.end]


def brief(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.span} {diagnostic.code} {diagnostic.message}"


# text, what is marked, "place code message", hint
ONE: list[tuple[str, str, str, str | None]] = [
    # characters
    ("if a:\n\tx = 3", "\t", "t:2:1 SP1101 a tab stands outside a string", "replace it by four spaces"),
    ("x = a && b", "&", "t:1:7 SP1102 `&` means nothing here", "write `and`"),
    ("x = 1;", ";", "t:1:6 SP1102 `;` means nothing here", "put each statement on a line of its own"),
    ("x = “a”", "“", "t:1:5 SP1102 `“` means nothing here", 'a string is written with straight quotes: "..."'),
    ("größe = 3", "ö", "t:1:3 SP1102 `ö` means nothing here", None),
    ('x = "abc', '"abc', "t:1:5 SP1103 this string is not closed on its line", 'add the closing "'),
    ("x = 'abc\"", "'abc\"", "t:1:5 SP1103 this string is not closed on its line", "add the closing '"),
    ('"""abc\nx = 3', '"""', "t:1:1 SP1103 this string is not closed before the end", 'add the closing """'),
    # brackets
    ("y = 1\nx = f(a\n", "(", "t:2:6 SP1104 `(` is never closed", "add the missing `)`"),
    (
        "x = f(\n  a[0)\n]",
        ")",
        "t:2:6 SP1105 expected `]` to close the `[` opened at line 2, found `)`",
        None,
    ),
    ("x = 3 )", ")", "t:1:7 SP1105 `)` closes nothing", "remove it, or add the bracket that it should close"),
    (
        "x = (\n  a,\n  b\n  c)",
        "c",
        "t:4:3 SP1111 expected `,` or `)` to close the `(` opened at line 1, found `c`",
        None,
    ),
    ("x = [1, 2 3]", "3", "t:1:11 SP1111 expected `,` or `]` to close the `[` opened at line 1, found `3`", None),
    # layout
    (
        "x = 3\n  y = 4",
        "y = 4",
        "t:2:3 SP1106 this line is indented by 2 spaces, but nothing above opens a body; expected 0",
        "to go on with the line above, begin with `->` or put the expression in parentheses",
    ),
    ("  x = 3", "x = 3", "t:1:3 SP1106 this line is indented by 2 spaces", "to go on with the line above"),
    (
        "for i in a:\nx = 3",
        "for i in a:",
        "t:1:1 SP1107 expected indented lines after this `for` line",
        "indent the lines that belong to it by four spaces",
    ),
    ("x = 3\nblock f():", "block f():", "t:2:1 SP1107 expected indented lines after this `block` line", "indent"),
    (
        "if a:\n    x = 3\n  y = 4",
        "y = 4",
        "t:3:3 SP1108 this line is indented by 2 spaces; the open bodies above are indented by 0 or 4",
        None,
    ),
    ("x = 1\nelse:\n    x = 3", "else", "t:2:1 SP1109 `else` does not follow an `if` of the same indentation", None),
    ("if a:\n    x = 1\nelse:\n    x = 2\nelif b:\n    x = 3", "elif", "t:5:1 SP1109 `elif` does not follow", None),
    # headers
    ("if a\n    x = 3", "", "t:1:5 SP1110 expected `:` at the end of this `if` line", None),
    ("block f(x)\n    return x", "", "t:1:11 SP1110 expected `:` at the end of this `block` line", None),
    (
        "if a: x = b",
        "x = b",
        "t:1:7 SP1119 the body of `if` begins on the next line",
        "break the line after the colon and indent what follows by four spaces",
    ),
    ("if stride = 1:\n    x = y", "=", "t:1:11 SP1114 `=` cannot stand here", "write `==`"),
    ("require T = 3", "=", "t:1:11 SP1114 `=` cannot stand here", "write `==`"),
    ("expect: params = 3", "=", "t:1:16 SP1114 `=` cannot stand here", "write `==`"),
    ("expect:\n    a == 1\n    b = 2", "=", "t:3:7 SP1114 `=` cannot stand here", "write `==`"),
    # keywords
    ("for = 3", "for", "t:1:1 SP1112 `for` is a keyword and cannot be used as a name here", "`for_`"),
    ("x = in", "in", "t:1:5 SP1112 `in` is a keyword and cannot be used as a name here", "`in_`"),
    ("input if: float32[N]", "if", "t:1:7 SP1112 `if` is a keyword", "`if_`"),
    ("block f(from):\n    return 1", "from", "t:1:9 SP1112 `from` is a keyword", "`from_`"),
    # statements
    ("relu(x)", "relu(x)", "t:1:1 SP1113 this expression is computed and thrown away", "`y = ...`"),
    ("x -> relu", "x -> relu", "t:1:1 SP1113 this expression is computed", "`y = ...`"),
    ("y == relu(x)", "==", "t:1:3 SP1115 this only compares; a value is given to a name with `=`", "write `=`"),
    (
        "y = x -> conv 64, 3",
        "64",
        "t:1:15 SP1116 `64` cannot follow `conv` directly",
        "put the arguments in parentheses: `conv(...)`",
    ),
    ("inptu x: float32[N]", "inptu", "t:1:1 SP1117 `inptu` begins no statement", "did you mean `input`?"),
    ("def f(x):\n    return x", "def", "t:1:1 SP1117 `def` begins no statement", "did you mean `function`?"),
    ("while x:\n    y = 3", "while", "t:1:1 SP1117 `while` begins no statement", "did you mean `for`?"),
    ("if a:\n    x = 1\nels:\n    x = 3", "els", "t:3:1 SP1117 `els` begins no statement", "did you mean `else`?"),
    ("f(x) = 3", "f(x)", "t:1:1 SP1118 only names, and tuples of names, can stand left of `=`", None),
    ("a, x[0] = y", "a, x[0]", "t:1:1 SP1118 only names", None),
    ("x[0] = y", "x[0]", "t:1:1 SP1118 only names", None),
    ("x = 1\nmodel m", "model m", "t:2:1 SP1120 `model` must be the first statement of the file", None),
    ('import "a.specc"', 'import "a.specc"', "t:1:1 SP1121 an imported file needs a name", "add `as NAME`"),
    (
        "block f(x: integer):\n    return x",
        "integer",
        "t:1:12 SP1122 `integer` is not a kind of parameter",
        "did you mean `int`?",
    ),
    ("x += 1", "+=", "t:1:3 SP1111 expected `=`, found `+=`", "write `x = x + ...`"),
    ("x := 1", ":=", "t:1:3 SP1111 expected `=`, found `:=`", "write `x = ...`"),
    ("input x: float32", "", "t:1:17 SP1111 expected `[`, found the end of the line", "`float32[]`"),
    ("input x float32[N]", "float32", "t:1:9 SP1111 expected `:`, found `float32`", None),
    ("next h", "", "t:1:7 SP1111 expected `=` or `:`, found the end of the line", None),
    ("import 3", "3", "t:1:8 SP1111 expected the name of a module or a string, found `3`", None),
    ('require T "m"', '"m"', "t:1:11 SP1111 expected the end of the line, found a string", "a comma stands before"),
    ("else if a:\n    x = 1", "else", "t:1:1 SP1109", None),
    ("-> relu", "->", "t:1:1 SP1111 expected a value, found `->`", "`->` goes on with the line above"),
    ('weights:\n    rename "a" "b"', '"b"', "t:2:16 SP1111 expected `,` or `->`, found a string", None),
    (
        'weights:\n    drop "a"',
        "drop",
        "t:2:5 SP1111 expected `rename` or `ignore` or `keep` or `fill` or `under`, found `drop`",
        None,
    ),
    ("f(x):\n    return x", ":", "t:1:5 SP1111 expected the end of the line, found `:`", "a block is defined with"),
    # expressions
    ("x = ", "", "t:1:4 SP1111 expected a value, found the end of the line", None),
    ("x = (a, * b)", "*", "t:1:9 SP1111 expected a value or `)`, found `*`", None),
    ("x = .5", ".", "t:1:5 SP1111 expected a value, found `.`", "write a zero before the point"),
    ("x = a if b", "", "t:1:11 SP1111 expected `else`, found the end of the line", None),
    ("x = a.0", "0", "t:1:7 SP1111 expected a name, found `0`", None),
    ("x = a -> ", "", "t:1:9 SP1111 expected a value, found the end of the line", None),
    ("x = {1: 2, 3}", "}", "t:1:13 SP1111 expected `:`, found `}`", None),
    ("x = [i for i range(3)]", "range", "t:1:14 SP1111 expected `in`, found `range`", None),
    ("x = y -> relu + 1", "+", "t:1:15 SP1111 expected the end of the line, found `+`", "put the pipeline in paren"),
    ("x = f(a.b = 3)", "=", "t:1:11 SP1111 expected `,` or `)`", "an argument is named by a plain name"),
    ('x = """doc"""', '"""doc"""', "t:1:5 SP1111 expected a value, found a docstring", "one quote at each end"),
    ("x = 5.", "5.", "t:1:5 SP1130 `5.` is not a number", "write `5.0`"),
    ("x = 0x10", "0x10", "t:1:5 SP1130 `0x10` is not a number", "numbers are decimal"),
    ("x = 5k", "5k", "t:1:5 SP1130 `5k` is not a number", "write `5K`"),
    ("x = 1__0", "1__0", "t:1:5 SP1130 `1__0` is not a number", "`_` stands between two digits"),
    ("x = 3d", "3d", "t:1:5 SP1130 `3d` is not a number", "a name cannot begin with a digit"),
    ("x = 010", "010", "t:1:5 SP1131 `010` begins with a zero", "write `10`"),
    ("x = 00", "00", "t:1:5 SP1131 `00` begins with a zero", "write `0`"),
    ("x = 00.50", "00.50", "t:1:5 SP1131 `00.50` begins with a zero", "write `0.50`"),
    (r'x = "a\d"', r"\d", r"t:1:7 SP1132 `\d` is not an escape", None),
    (r'x = "\ud800"', r"\ud800", r"t:1:6 SP1132 `\ud800` is not an escape", None),
    (r'x = "\u12"', r"\u", r"t:1:6 SP1132 `\u` is not an escape", None),
    ("x = y -> f as a..b", "a..b", "t:1:15 SP1133 `a..b` has an empty segment", "exactly one dot"),
    ("x = y -> f as a.{i}.", "a.{i}.", "t:1:15 SP1133 `a.{}.` has an empty segment", "exactly one dot"),
    ("x = f(a = 1, 2)", "2", "t:1:14 SP1134 arguments without a name come before", "move it forward"),
    ("x = a == not b", "not", "t:1:10 SP1135 `not` cannot stand on the right", "write `(not ...)`"),
    ("x = -not b", "not", "t:1:6 SP1135 `not` cannot stand on the right", "write `(not ...)`"),
    ("x = 1e999", "1e999", "t:1:5 SP9004 this number is too large", None),
    ("x = " + "9" * 2000, "9" * 2000, "t:1:5 SP9004 this number is too large: integers have at most 4096 bits", None),
]


@pytest.mark.parametrize(("text", "mark", "expected", "hint"), ONE, ids=[case[0][:40] for case in ONE])
def test_mistake(text: str, mark: str, expected: str, hint: str | None) -> None:
    first = read(text)[0]
    assert marked(text, first) == mark
    assert brief(first).startswith(expected)
    assert hint is None or hint in (first.help or "")


@pytest.mark.parametrize("text", [case[0] for case in ONE if not case[0].startswith("else if")])
def test_one_mistake_is_reported_once(text: str) -> None:
    assert len(read(text)) == 1


def test_a_mismatch_shows_the_opening_bracket() -> None:
    text = "x = f(a[0)\n"
    (diagnostic,) = read(text)
    assert [(str(label.span), label.text) for label in diagnostic.labels] == [("t:1:8", "`[` opened here")]


def test_all_mistakes_of_a_file_at_once() -> None:
    text = """model m(
    depth = 50,
)
inptu x: float32[N]
y = f(x -> relu
z = 010
if z = 3
    w = x +
    v = ]
else:
    w = 3 4
for i in range(3):
u = "abc
expect:
    a == 1
    b = 2
weights:
    rename "a" -> "b"
    forget "c"
output q = u u
"""
    assert [brief(d).split(" ", 2)[:2] for d in sorted(read(text), key=place)] == [
        ["t:4:1", "SP1117"],
        ["t:5:6", "SP1104"],
        ["t:6:5", "SP1131"],
        ["t:7:6", "SP1114"],
        ["t:8:12", "SP1111"],
        ["t:9:9", "SP1105"],
        ["t:11:11", "SP1111"],
        ["t:12:1", "SP1107"],
        ["t:13:5", "SP1103"],
        ["t:16:7", "SP1114"],
    ]


def place(diagnostic: Diagnostic) -> int:
    assert diagnostic.span is not None
    return diagnostic.span.start


def test_no_more_than_ten_mistakes_are_reported() -> None:
    assert len(read("f(x)\n" * 30)) == 10
    assert len(read("f(x\n" + "y = g(x\n" * 30)) == 10
    assert len(read("y = x)\n" * 30)) == 10
    assert len(read("y = x\n  z = 3\n" * 30)) == 10


def test_reading_goes_on_after_an_unclosed_bracket() -> None:
    text = "block f(x):\n    y = g(x,\n        k = 3\n    z = 010\n    return z\n\nw = 3 3\n"
    assert [brief(d).split(" ", 2)[:2] for d in read(text)] == [
        ["t:2:10", "SP1104"],
        ["t:4:9", "SP1131"],
        ["t:7:7", "SP1111"],
    ]


def test_an_unclosed_bracket_hides_no_later_mistake() -> None:
    text = "x = f(a\ny = b ? c\nz = g(b]\n"
    assert [brief(d).split(" ", 2)[:2] for d in sorted(read(text), key=place)] == [
        ["t:1:6", "SP1104"],
        ["t:2:7", "SP1102"],
        ["t:3:8", "SP1105"],
    ]


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="lark")
    grammar = read_asset("grammar", "specc.lark")
    Lark(grammar, parser="lalr", start=list(STARTS), postlex=Indentation(), maybe_placeholders=False, debug=True)
    assert [record.message for record in caplog.records if "onflict" in record.message] == []


def test_codes_and_pages_of_all_errors() -> None:
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes)
    for error in ERRORS:
        page = error.__doc__ or ""
        assert all(f"\n    {section}:" in page for section in ("Why", "Wrong", "Right")), error


def example(page: str, section: str) -> str:
    line = next(line for line in page.splitlines() if line.strip().startswith(f"{section}:"))
    return line.split(":", 1)[1].strip().replace("\\n", "\n").replace("\\t", "\t")


EXPLAINED = [error for error in ERRORS if error.code[:4] == "SP11" and error.code != "SP1136"]


@pytest.mark.parametrize("error", EXPLAINED, ids=[error.code for error in EXPLAINED])
def test_the_examples_on_a_page_are_true(error: type) -> None:
    page = error.__doc__ or ""
    wrong, right = example(page, "Wrong"), example(page, "Right")
    for wrapped in ("{}", "r = {}"):
        if [d.code for d in read(wrapped.format(wrong))] == [error.code]:  # type: ignore[attr-defined]
            assert read(wrapped.format(right)) == ()
            return
    pytest.fail(f"{wrong!r} is not that mistake")


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = " + "(" * 100_000, "t:1:69 SP9003 brackets are nested deeper than 64 levels"),
        ("x = " + "[" * 65 + "]" * 65, "t:1:69 SP9003 brackets are nested deeper than 64 levels"),
        ("x = " + "-" * 50_000 + "1", "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("x = " + "not " * 50_000 + "a", "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("x = a" + ".b" * 50_000, "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("x = f" + "()" * 50_000, "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("x = " + "a if b else " * 30_000 + "c", "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("x = a" + " ** -a" * 50_000, "t:1:5 SP9003 operations are nested deeper than 64 levels"),
        ("".join(" " * i + "if a:\n" for i in range(70)) + " " * 70 + "x = 1", "SP9003 bodies are nested deeper"),
    ],
)
def test_nesting_is_limited(text: str, expected: str) -> None:
    diagnostics = read(text, Limits(tokens=200_000))
    assert len(diagnostics) == 1
    assert expected in brief(diagnostics[0])


def test_nesting_within_the_limit_is_read() -> None:
    assert read("x = " + "[" * 64 + "]" * 64) == ()
    assert read("x = " + "(" * 64 + "a" + ")" * 64) == ()
    assert read("".join(" " * i + "if a:\n" for i in range(60)) + " " * 60 + "x = 1") == ()


def test_long_chains_are_flat() -> None:
    reporter = Reporter()
    text = f"x = {' + '.join(['-a'] * 20_000)}\ny = x{' -> f' * 20_000}\n"
    module = read_text(Source("t", text), reporter, Limits(tokens=200_000))
    first, second = module.statements
    assert isinstance(first, ast.Assign) and isinstance(first.value, ast.Binary)
    assert len(first.value.rest) == 19_999
    assert isinstance(second, ast.Assign) and isinstance(second.value, ast.Pipeline)
    assert len(second.value.stages) == 20_000


def test_tokens_are_limited() -> None:
    (diagnostic,) = read("x = 1\n" * 100, Limits(tokens=200))
    assert brief(diagnostic) == "t:67:5 SP9002 the file has more than 200 words, signs and comments"


# --- fragments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("expression", "", "m:2:1 SP1111 expected a value, found the end of the text"),
        ("expression", "a +", "m:2:4 SP1111 expected a value, found the end of the text"),
        ("expression", "a b", "m:2:3 SP1116 `b` cannot follow `a` directly"),
        ("expression", "f(1 2)", "m:2:5 SP1111 expected `,` or `)` to close the `(` opened at line 2, found `2`"),
        ("expression", "f(1]", "m:2:4 SP1105 expected `)` to close the `(` opened at line 2, found `]`"),
        ("expression", "f(1", "m:2:2 SP1104 `(` is never closed"),
        ("expression", "010", "m:2:1 SP1131 `010` begins with a zero"),
        ("expression", "a  # b", "m:2:4 SP1136 a comment cannot stand inside this text"),
        ("expression", "a = b", "m:2:3 SP1111 expected the end of the text, found `=`"),
        ("stage", "a + b", "m:2:3 SP1111 expected the end of the text, found `+`"),
        ("path", "a..b", "m:2:1 SP1133 `a..b` has an empty segment"),
        ("target", "f(x)", "m:2:2 SP1111 expected the end of the text, found `(`"),
        ("type", "float32", "m:2:8 SP1111 expected `[`, found the end of the text"),
        ("statement", "if a", "m:2:1 SP1112 `if` is a keyword and cannot be used as a name here"),
        ("statement", "relu(x)", "m:2:1 SP1113 this expression is computed and thrown away"),
        ("header", "for i range(3)", "m:2:7 SP1111 expected `in`, found `range`"),
        ("header", "if a = b", "m:2:6 SP1114 `=` cannot stand here"),
    ],
)
def test_mistakes_in_fragments(kind: str, text: str, expected: str) -> None:
    reporter = Reporter()
    source = Source("m", "specc: 1\n" + text + "\n")
    fragments = Fragments(source, reporter, DEFAULT_LIMITS)
    readers = {
        "expression": fragments.expression,
        "stage": fragments.stage,
        "path": fragments.path,
        "target": fragments.target,
        "type": fragments.type,
        "statement": fragments.statement,
        "header": fragments.header,
    }
    assert readers[kind](text, lambda offset: offset + 9) is None
    assert brief(reporter.diagnostics[0]).startswith(expected)
    assert len(reporter.diagnostics) == 1


# --- files ---------------------------------------------------------------------------------------------------------


def failure(path: Path, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(SpecError) as caught:
        load_source(path, "m.specc", limits)
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code} {diagnostic.message}"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "m.specc"
    path.write_bytes(content)
    return path


def test_a_file_is_read_as_utf8(tmp_path: Path) -> None:
    path = written(tmp_path, "# é\nmodel m\n".encode())
    source = load_source(path, "m.specc", DEFAULT_LIMITS)
    assert (source.name, source.text, source.path) == ("m.specc", "# é\nmodel m\n", path)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert load_source(written(tmp_path, b"\xef\xbb\xbfmodel m"), "m", DEFAULT_LIMITS).text == "model m"


def test_files_that_cannot_be_specs(tmp_path: Path) -> None:
    assert failure(tmp_path / "none") == "SP1001 cannot read `m.specc`: no such file or directory"
    assert failure(tmp_path / "a\0b").startswith("SP1001 cannot read `m.specc`: its name has a character")
    assert failure(tmp_path) == "SP1002 `m.specc` is a folder, not a file"
    assert failure(Path("/dev/null")) == "SP1002 `m.specc` is a device, not a file"
    os.mkfifo(tmp_path / "pipe")
    assert failure(tmp_path / "pipe") == "SP1002 `m.specc` is a pipe or socket, not a file"


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    utf16 = written(tmp_path, "model m".encode("utf-16"))
    assert failure(utf16) == "SP1003 `m.specc` is not UTF-8 text: it begins with the mark of UTF-16"
    latin = written(tmp_path, "model m\n# é".encode("latin-1"))
    assert failure(latin) == "SP1003 `m.specc` is not UTF-8 text: byte 0xE9 in line 2"


def test_large_files_are_refused_without_reading_them(tmp_path: Path) -> None:
    assert failure(written(tmp_path, b"x" * 101), Limits(file_bytes=100)) == "SP9001 `m.specc` has more than 100 bytes"
    assert load_source(written(tmp_path, b"x" * 100), "m", Limits(file_bytes=100)).text == "x" * 100


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\r", "\u2028"])
def test_characters_that_cannot_be_seen_are_refused(character: str) -> None:
    with pytest.raises(SpecError) as caught:
        text_source(f"model m\n# a{character}b", "m.specc", DEFAULT_LIMITS)
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic.span) == "m.specc:2:4"
    assert diagnostic.code == "SP1004"
    assert f"U+{ord(character):04X}" in diagnostic.message


def test_letters_of_all_languages_may_stand_in_strings_and_comments() -> None:
    text = 'x = "日本語 ünï 🙂"  # العربية\n'
    assert read_text(text_source(text, "t", DEFAULT_LIMITS), Reporter(), DEFAULT_LIMITS).comments[0].text == " العربية"
