"""One pass over the characters before the grammar applies: comments, brackets, joined lines, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from specc.base.diagnostics import Mistake
from specc.base.limits import Limits
from specc.syntax.errors import (
    NameTooLong,
    Tab,
    TooDeep,
    TooManyTokens,
    UnclosedBracket,
    UnclosedString,
    UnexpectedCharacter,
    WrongBracket,
)

PIECE = re.compile(
    r"(?P<space>[ ]+)"
    r"|(?P<string>r?\"(?!\"\")[^\"\\\n]*(?:\\[^\n][^\"\\\n]*)*\"|r?'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*')"
    r"|(?P<word>[A-Za-z0-9_]+)"
    r"|(?P<sign>->|\*\*|//|[<>=!]=|\.\.\.|[-+*/%@<>=.,:])"
    r"|(?P<open>[(\[{])"
    r"|(?P<close>[)\]}])"
    r"|(?P<line>\r?\n)"
    r"|(?P<comment>\#[^\n]*)"
    r'|(?P<docstring>"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*""")'
    r'|(?P<quote>"""|["\'])'
    r"|(?P<other>[\s\S])"
)
CLOSING = {"(": ")", "[": "]", "{": "}"}
_STATEMENT = re.compile(
    r"( *)(?:(?:model|import|from|input|state|next|output|param|const|block|function|weights|expect|require|if|elif|for"
    r"|return)\b|else:|[A-Za-z_][A-Za-z0-9_]*(?: *, *[A-Za-z_][A-Za-z0-9_]*)* *=(?!=))"
)
_MEANT = {
    ";": "put each statement on a line of its own",
    "!": "write `not`, or `!=` to compare",
    "&": "write `and`",
    "|": "write `or`",
    "^": "a power is written `**`",
    "~": "write `not`",
    "?": "a choice is written `a if condition else b`, and a dim that may be any size is a name, such as `N`",
    "\\": "a long line goes on inside brackets, or on the next line with `->`",
    "$": "a name is used as it is; in a path it stands in braces: `layer{i}`",
    "`": "a string is written in double quotes",
    "“": 'a string is written with straight quotes: "..."',
    "”": 'a string is written with straight quotes: "..."',
    "‘": 'a string is written with straight quotes: "..."',
    "’": 'a string is written with straight quotes: "..."',
    "–": "write the minus sign `-`",
    "−": "write the minus sign `-`",
    "×": "write `*`",
    "→": "write `->`",
    "\u00a0": "this is a non-breaking space; write an ordinary one",
}


@dataclass(slots=True)
class Line:
    """A logical line: offsets of its first and after its last character, its indentation, whether it ends with `:`."""

    start: int
    end: int
    indent: int
    opens: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at the offsets `start` to `end`, and perhaps a second place that explains it."""

    mistake: Mistake
    start: int
    end: int
    other: tuple[int, int, str] | None = None


@dataclass(slots=True)
class Scan:
    """What the pass found. `text` has the length of the original up to its last line, comments and joins blanked."""

    text: str = ""
    lines: list[Line] = field(default_factory=list)
    comments: list[tuple[int, int, bool]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    tokens: int = 0


def scan(
    text: str, limits: Limits, joined: bool = False, errors: int = 10, line_of: Callable[[int], int] | None = None
) -> Scan:
    """Scan `text`; with `joined` all line ends count as spaces. `line_of` gives line numbers for messages."""
    scanner = _Scanner(text, limits, joined, errors, line_of or (lambda offset: text.count("\n", 0, offset) + 1))
    start: int | None = 0
    while start is not None:
        start = scanner.run(start)
    return scanner.finish()


def scan_comments(text: str, limits: Limits) -> list[tuple[int, int, bool]]:
    """Start, end and own-line flag of every comment of `text`, in order."""
    return scan(text, limits).comments


@dataclass(slots=True)
class _Scanner:
    text: str
    limits: Limits
    joined: bool
    errors: int
    line_of: Callable[[int], int]
    result: Scan = field(default_factory=Scan)
    stack: list[tuple[str, int]] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    open_line: bool = False
    row: int = 0
    tokens: int = 0

    def run(self, start: int) -> int | None:
        """Scan from `start`; gives the offset to start from again, or None at the end."""
        self.row = start
        for match in PIECE.finditer(self.text, start):
            kind = match.lastgroup
            if kind == "space":
                continue
            if kind == "line":
                self._end_row(match.start(), match.end())
                continue
            if kind == "comment":
                if not self._comment(match.start(), match.end()):
                    return None
                continue
            if not self._token(match.start(), match.end()):
                return None
            if kind == "string":
                continue
            if kind == "word":
                if match.end() - match.start() > self.limits.name and not match.group()[0].isdigit():
                    self._find(NameTooLong(self.limits.name), match.start(), match.end())
                continue
            if kind == "open":
                self.stack.append((match.group(), match.start()))
                if len(self.stack) > self.limits.nesting:
                    self._stop(TooDeep("brackets", self.limits.nesting), match.start(), match.end())
                    return None
            elif kind == "close":
                resume = self._close(match.group(), match.start())
                if resume is not None:
                    return resume
            elif kind == "sign":
                self.result.lines[-1].opens = match.group() == ":" and not self.stack
            elif kind == "quote":
                return self._unclosed_string(match.group(), match.start())
            elif kind == "other":
                self._strange(match.group(), match.start())
        return self._unclosed_bracket() if self.stack else None

    def _token(self, start: int, end: int) -> bool:
        """Count a token and put it on its logical line; False where there are too many."""
        self.tokens += 1
        if self.tokens > self.limits.tokens:
            self._stop(TooManyTokens(self.limits.tokens), start, end)
            return False
        lines = self.result.lines
        if not self.open_line:
            if lines and (self.joined or self.text.startswith("->", start)):
                self.blanks.extend(self.breaks)
            else:
                lines.append(Line(start, end, start - self.row))
            self.breaks.clear()
            self.open_line = True
        line = lines[-1]
        line.end = end
        line.opens = False
        return True

    def _end_row(self, start: int, end: int) -> None:
        if self.stack or (not self.result.lines and self.joined):
            self.blanks.append((start, end))
        else:
            self.open_line = False
            self.breaks.append((start, end))
            if end - start > 1:
                self.blanks.append((start, start + 1))
        self.row = end

    def _comment(self, start: int, end: int) -> bool:
        """Keep a comment, which counts as a token; False where there are too many."""
        own_line = not self.text[self.row : start].strip()
        length = len(self.text[start:end].rstrip())
        self.result.comments.append((start, start + length, own_line))
        self.blanks.append((start, end))
        self.tokens += 1
        if self.tokens <= self.limits.tokens:
            return True
        self._stop(TooManyTokens(self.limits.tokens), start, end)
        return False

    def _close(self, found: str, start: int) -> int | None:
        """Close a bracket; gives where to go on, where an earlier one rather was forgotten."""
        if not self.stack:
            if not self.result.lines[-1].broken:
                self._find(WrongBracket(found, None, None, 0), start, start + 1)
            return None
        opening, place = self.stack.pop()
        if found == CLOSING[opening]:
            return None
        line = self.result.lines[-1]
        row = None if self.joined or line.broken else self._next_statement(place, line.indent)
        if row is not None and row < start:
            self.stack.append((opening, place))
            return self._unclosed_bracket()
        if not line.broken:
            mistake = WrongBracket(found, CLOSING[opening], opening, self.line_of(place))
            self._find(mistake, start, start + 1, (place, place + 1, f"`{opening}` opened here"))
        return None

    def _strange(self, character: str, start: int) -> None:
        if self.result.lines[-1].broken:
            return
        if character == "\t":
            self._find(Tab(), start, start + 1)
        else:
            self._find(UnexpectedCharacter(character, _MEANT.get(character)), start, start + 1)

    def _find(self, mistake: Mistake, start: int, end: int, other: tuple[int, int, str] | None = None) -> None:
        self.result.findings.append(Finding(mistake, start, end, other))
        self.result.lines[-1].broken = True

    def _stop(self, mistake: Mistake, start: int, end: int) -> None:
        self.result.findings.append(Finding(mistake, start, end))
        self.result.complete = False
        self.stack.clear()

    def _unclosed_string(self, quote: str, start: int) -> int | None:
        """Go on in the next row; an unclosed docstring takes all that follows."""
        line_end = self.text.find("\n", start)
        line_end = len(self.text) if line_end < 0 else line_end
        self._find(UnclosedString(quote), start, line_end if len(quote) == 1 else start + 3)
        if len(quote) == 1:
            return self._resume(line_end + 1 if line_end < len(self.text) else None)
        self.stack.clear()
        self.blanks.append((start, len(self.text)))
        return None

    def _unclosed_bracket(self) -> int | None:
        opening, start = self.stack[0]
        line = self.result.lines[-1]
        row = self._next_statement(start, line.indent)
        known = [finding for finding in self.result.findings if line.start <= finding.start]
        if not known or (row is not None and min(finding.start for finding in known) >= row):
            self._find(UnclosedBracket(opening, CLOSING[opening]), start, start + 1)
        return self._resume(row)

    def _resume(self, row: int | None) -> int | None:
        """Drop what was found from `row` on, to go on there; None where nothing is left or enough was found."""
        self.stack.clear()
        if row is None or self.joined:
            return None
        self._forget(row)
        self.open_line = False
        return row if len(self.result.findings) < self.errors else None

    def _next_statement(self, offset: int, indent: int) -> int | None:
        """The next row that looks like a statement and is indented by at most `indent`."""
        row = self.text.find("\n", offset) + 1
        while row > 0 and row < len(self.text):
            match = _STATEMENT.match(self.text, row)
            if match and match.end(1) - match.start(1) <= indent:
                return row
            row = self.text.find("\n", row) + 1
        return None

    def _forget(self, start: int) -> None:
        """Drop comments, blanks and findings after `start`: they are read again."""
        result = self.result
        result.comments = [comment for comment in result.comments if comment[0] < start]
        result.findings = [finding for finding in result.findings if finding.start < start]
        result.lines = [line for line in result.lines if line.start < start]
        self.blanks = [blank for blank in self.blanks if blank[0] < start]
        self.breaks = []
        self.tokens = 0

    def finish(self) -> Scan:
        pieces: list[str] = []
        last = 0
        for start, end in sorted(self.blanks):
            pieces.append(self.text[last:start])
            pieces.append(" " * (end - max(start, last)))
            last = max(last, end)
        pieces.append(self.text[last:])
        self.result.text = "".join(pieces).rstrip() + "\n"
        self.result.tokens = self.tokens
        return self.result
