"""Changes to the text of a spec: of bytes, tokens, lines, and pieces that the grammar would allow elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

TOKEN = re.compile(r'"[^"\n]*"|\w+|->|\*\*|//|[<>=!]=|\s+|[^\w\s]')
BRACKETED = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|\{[^{}\n]*\}")
CALL = re.compile(r"\b\w+\([^()\n]*\)")
LINES = (
    "0 1 -1 2 3 64 1e308 1e-400 10**40 2**63 9**9**9 0.5 inf none true false pi N T x y i self std onnx.Relu onnx.Cast",
    "if elif else: for in and or not as import from return model input output state next param const block function",
    "require expect weights: range(10) range(10**6) len sum max min zip enumerate reversed sqrt log file scan zeros",
    "linear conv batchnorm relu flatten concat split reshape softmax attention gru lstm embedding gather where einsum",
    "pad maxpool mean layernorm dropout slice expand [0] [:,none] [...,0] .shape .channels -> as . ... : = == < <= + -",
    '* / // % ** @ ( ) [ ] { } , "" "a" r"\\d" """ # \\ \n \n    \t \0 \ufeff \u202e \u0430 \U0001f600 & ; ! ? $ ~',
    "float32[] int64[N] bool[N,T] float32[N,0] float32[N-1] bfloat16[1] as.a.{i} kernel= out= axis= bias=false",
    "init=normal(0.02) specc: 1 graph: params: inputs: - *a &a <<: !!x | > {} [] null",
)
WORDS = tuple(word for line in LINES for word in line.split(" "))
Change = Callable[[str, Sequence[str], Random], str]


def _place(text: str, rng: Random) -> int:
    return rng.randrange(len(text) + 1)


def swap_byte(text: str, seeds: Sequence[str], rng: Random) -> str:
    """One character is another one."""
    at = _place(text, rng)
    return (
        text[:at] + chr(rng.choice((rng.randrange(128), rng.randrange(0x300), rng.randrange(0xD800)))) + text[at + 1 :]
    )


def cut(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A stretch is left out."""
    at = _place(text, rng)
    return text[:at] + text[at + rng.choice((1, 2, 5, 20, 200)) :]


def repeat(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A stretch comes several times."""
    at, length, count = _place(text, rng), rng.choice((1, 3, 10, 60)), rng.choice((2, 3, 70, 400))
    return text[:at] + text[at : at + length] * count + text[at + length :]


def insert_word(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A word of the language stands somewhere."""
    at = _place(text, rng)
    return text[:at] + rng.choice(("", " ")) + rng.choice(WORDS) + rng.choice(("", " ")) + text[at:]


def swap_token(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A token is a word of the language, or a token of another place."""
    found = list(TOKEN.finditer(text))
    if not found:
        return text
    one = rng.choice(found)
    new = rng.choice((rng.choice(WORDS), rng.choice(found).group()))
    return text[: one.start()] + new + text[one.end() :]


def swap_number(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A number is another one."""
    found = list(re.finditer(r"\d+", text))
    if not found:
        return text
    one = rng.choice(found)
    new = rng.choice(("0", "1", "-1", "2", "7", "10**9", "2**63", "10**400", "N", "1.5", str(int(one.group()[:9]) + 1)))
    return text[: one.start()] + new + text[one.end() :]


def _lines(change: Callable[[list[str], Random], None]) -> Change:
    def changed(text: str, seeds: Sequence[str], rng: Random) -> str:
        lines = text.split("\n")
        change(lines, rng)
        return "\n".join(lines)

    return changed


def _drop(lines: list[str], rng: Random) -> None:
    del lines[rng.randrange(len(lines))]


def _double(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    lines[at:at] = [lines[at]] * rng.choice((1, 1, 5))


def _move(lines: list[str], rng: Random) -> None:
    lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))


def _indent(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = " " * rng.choice((1, 2, 4, 8)) + lines[at] if rng.random() < 0.5 else lines[at].lstrip()


def splice_lines(text: str, seeds: Sequence[str], rng: Random) -> str:
    """Lines of another spec stand between."""
    lines, others = text.split("\n"), rng.choice(seeds).split("\n")
    at, start = rng.randrange(len(lines) + 1), rng.randrange(len(others))
    lines[at:at] = others[start : start + rng.choice((1, 2, 5, 20))]
    return "\n".join(lines)


def _splice(pattern: re.Pattern[str]) -> Change:
    def changed(text: str, seeds: Sequence[str], rng: Random) -> str:
        """A piece that `pattern` finds is one of another spec."""
        here, there = list(pattern.finditer(text)), pattern.findall(rng.choice(seeds))
        if not here or not there:
            return text
        one = rng.choice(here)
        return text[: one.start()] + rng.choice(there) + text[one.end() :]

    return changed


def nest(text: str, seeds: Sequence[str], rng: Random) -> str:
    """A piece stands in brackets, lists, calls, or after signs."""
    found = list(CALL.finditer(text)) or list(TOKEN.finditer(text))
    if not found:
        return text
    one, count = rng.choice(found), rng.choice((1, 2, 63, 64, 65, 300))
    before, after = rng.choice(
        (("(", ")"), ("[", "]"), ("relu(", ")"), ("-", ""), ("not ", ""), ("[", " for i in [1, 2]]"))
    )
    return text[: one.start()] + before * count + one.group() + after * count + text[one.end() :]


CHANGES: tuple[Change, ...] = (
    swap_byte, cut, repeat, insert_word, insert_word, swap_token, swap_token, swap_number, swap_number, _lines(_drop),
    _lines(_double), _lines(_move), _lines(_indent), splice_lines, splice_lines, _splice(BRACKETED), _splice(CALL),
    _splice(CALL), nest,
)  # fmt: skip


def mutated(seeds: Sequence[str], rng: Random) -> str:
    """One of `seeds`, changed once or several times."""
    text = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        text = rng.choice(CHANGES)(text, seeds, rng) or " "
    return text
