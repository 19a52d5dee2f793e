"""What a syntax error most likely is: a usual slip, or else what was found and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from specc.base.suggest import nearest
from specc.syntax.expected import describe_expected
from specc.syntax.parser import shared_parser
from specc.syntax.scan import PIECE, Finding
from specc.syntax.text_errors import (
    AssignmentInCondition,
    BadTarget,
    BareExpression,
    BodyOnHeaderLine,
    ComparisonAsStatement,
    ImportWithoutName,
    KeywordAsName,
    MissingColon,
    MissingParentheses,
    UnexpectedText,
    UnknownStatement,
)

KEYWORDS = frozenset(
    {"if", "elif", "else", "for", "in", "and", "or", "not", "as", "import", "from", "return", "true", "false", "none"}
)
STATEMENTS = (
    *("model", "import", "from", "input", "state", "next", "output", "param", "const", "block", "function", "if"),
    *("elif", "else", "for", "return", "require", "expect", "weights"),
)
_FOREIGN = {"def": "function", "class": "block", "while": "for", "assert": "require", "elseif": "elif", "let": "const"}
_DECLARATIONS = ("input", "state", "output", "param", "const")
_HEADERS = ("if", "elif", "else", "for", "block", "function", "weights", "expect")
_BODY_BELOW = ("if", "elif", "else", "for", "block", "function", "weights")
_AUGMENTED = re.compile(r"(?P<name>[A-Za-z_]\w*) *(?P<sign>(?:\*\*|//|[-+*/%@:])=)")


@dataclass(frozen=True, slots=True)
class Situation:
    """Where reading stopped: offsets `start` to `end` of the statement in `text`, `place` of what did not fit."""

    text: str
    start: int
    end: int
    place: int
    accepted: frozenset[str]
    rule: str
    line_of: Callable[[int], int]

    @property
    def kind(self) -> str:
        """Kind of the piece that did not fit, as `PIECE` calls it; "end" after the last one."""
        match = PIECE.match(self.text, self.place) if self.place < self.end else None
        return "end" if match is None or match.lastgroup in (None, "line") else str(match.lastgroup)

    @property
    def found(self) -> str:
        """The piece that did not fit."""
        match = PIECE.match(self.text, self.place) if self.place < self.end else None
        return "" if match is None else match.group()

    @property
    def keyword(self) -> str:
        """First word of the statement."""
        match = re.compile(r"\w*").match(self.text, self.start)
        return match.group() if match and self.rule in ("line", "statement", "header") else ""

    @property
    def before(self) -> str:
        """The statement up to the piece."""
        return self.text[self.start : self.place].rstrip()

    def finding(self, mistake: UnexpectedText | Slip, start: int | None = None, end: int | None = None) -> Finding:
        """`mistake` at the given offsets, or else at the piece."""
        first = self.place if start is None else start
        return Finding(mistake, first, end if end is not None else max(self.place + len(self.found), first))


Slip = (
    AssignmentInCondition
    | BadTarget
    | BareExpression
    | BodyOnHeaderLine
    | ComparisonAsStatement
    | ImportWithoutName
    | KeywordAsName
    | MissingColon
    | MissingParentheses
    | UnknownStatement
)


def explain(
    text: str, error: UnexpectedInput, start: int, end: int, rule: str, line_of: Callable[[int], int]
) -> Finding:
    """The mistake behind `error`, which reading `text[start:end]` as `rule` raised; the error's offsets begin there."""
    return _explain(_situation(text, error, start, end, rule, line_of))


def _explain(situation: Situation) -> Finding:
    for slip in _SLIPS:
        finding = slip(situation)
        if finding is not None:
            return finding
    return _general(situation)


def _situation(
    text: str, error: UnexpectedInput, start: int, end: int, rule: str, line_of: Callable[[int], int]
) -> Situation:
    place = end
    if isinstance(error, UnexpectedToken) and error.token.type not in ("$END", "_NL"):
        place = start + (error.token.start_pos or 0)
    elif isinstance(error, UnexpectedCharacters):
        place = start + (error.pos_in_stream or 0)
    return Situation(text, start, end, place, _accepted(error), rule, line_of)


def _accepted(error: UnexpectedInput) -> frozenset[str]:
    """Terminals with which the text could really go on."""
    parser = error.interactive_parser
    return frozenset(parser.accepts()) if parser else frozenset()  # type: ignore[no-untyped-call]


def _general(s: Situation) -> Finding:
    expected = describe_expected(s.accepted, s.text, s.start, s.place, s.line_of)
    if expected is not None:
        expected = expected.replace("the end of the line", _end(s))
    return s.finding(UnexpectedText(_found(s), expected, _advice(s)))


def _found(s: Situation) -> str:
    match s.kind:
        case "end":
            return _end(s)
        case "string":
            return "a string"
        case "docstring":
            return "a docstring"
    return f"`{s.found}`"


def _end(s: Situation) -> str:
    in_file = s.rule in ("line", "checks", "weight_rule", "module")
    return "the end of the line" if in_file else "the end of the text"


def _advice(s: Situation) -> str | None:
    if s.kind == "docstring":
        return "a string inside an expression has one quote at each end"
    if s.found == "." and s.text[s.place + 1 : s.place + 2].isdigit():
        return "write a zero before the point: `0.5`"
    if s.found == "->" and s.place == s.start:
        return "`->` goes on with the line above; nothing above can go on"
    if s.accepted == {"LSQB"}:
        return "a type has its shape in brackets: `float32[N, 3]`, for a scalar `float32[]`"
    if s.keyword == "else" and s.found == "if":
        return "write `elif`"
    if "ARROW" in s.accepted and "INFIX" not in s.accepted and (s.kind == "sign" or s.found in ("if", "and", "or")):
        return "put the pipeline in parentheses: `(x -> layer) + y`" if s.found not in (":", "=", ",") else None
    if s.found == "=" and "RPAR" in s.accepted:
        return "values are compared with `==`; an argument is named by a plain name: `f(name = value)`"
    if s.found == ":" and "RPAR" in s.accepted:
        return "an attribute is given with `=`: `layer(name=value)`"
    if s.found == "as" and s.keyword in _DECLARATIONS and ":" in s.before:
        return f"the outside name stands before the colon: `{s.keyword} name as path.outside: type`"
    if s.keyword == "require" and s.kind == "string":
        return "a comma stands before the message"
    return None


# --- usual slips, the first that fits ------------------------------------------------------------------------------


def _keyword_at_start(s: Situation) -> Finding | None:
    if s.found != "=" or s.before != s.keyword or s.keyword not in KEYWORDS:
        return None
    return s.finding(KeywordAsName(s.keyword), s.start, s.start + len(s.keyword))


def _keyword_as_name(s: Situation) -> Finding | None:
    if s.found not in KEYWORDS or not s.accepted & {"NAME", "TARGET"}:
        return None
    return s.finding(KeywordAsName(s.found))


def _body_on_header_line(s: Situation) -> Finding | None:
    if s.keyword in _BODY_BELOW and s.before.endswith(":") and s.accepted <= {"$END", "_NL"}:
        return s.finding(BodyOnHeaderLine(s.keyword), s.place, s.end)
    return None


def _missing_colon(s: Situation) -> Finding | None:
    if s.kind == "end" and s.keyword in _HEADERS and "COLON" in s.accepted and s.rule == "line":
        return s.finding(MissingColon(s.keyword), s.end, s.end)
    return None


def _assignment_in_condition(s: Situation) -> Finding | None:
    in_condition = s.keyword in ("if", "elif", "require", "expect", "return") or s.rule == "checks"
    if s.found == "=" and in_condition and "INFIX" in s.accepted and not s.accepted & {"RPAR", "RSQB", "RBRACE"}:
        return s.finding(AssignmentInCondition())
    return None


def _import_without_name(s: Situation) -> Finding | None:
    if s.keyword == "import" and s.accepted == {"AS"} and s.kind == "end":
        return s.finding(ImportWithoutName(), s.start, s.end)
    return None


def _missing_parentheses(s: Situation) -> Finding | None:
    name = re.search(r"[A-Za-z_]\w*$", s.before)
    if name is None or name.group() in KEYWORDS or "LPAR" not in s.accepted or s.text[s.place - 1] != " ":
        return None
    if s.kind not in ("word", "string") or s.found in KEYWORDS or s.accepted & {"RPAR", "RSQB", "RBRACE", "COLON"}:
        return None
    if s.keyword == "require" and s.kind == "string":
        return None
    return s.finding(MissingParentheses(name.group(), _found(s)))


def _no_statement(s: Situation) -> Finding | None:
    """The first word begins no statement: an expression, a target that is none, or a misspelt keyword."""
    if s.rule not in ("line", "statement"):
        return None
    line = s.text[s.start : s.end]
    if s.found and s.found in "([." and s.accepted <= {"EQUAL", "COMMA"}:
        return _bad_target(s, line)
    if s.place != s.start or "TARGET" not in s.accepted:
        return None
    return _augmented(s, line) or _bad_target(s, line) or _bare_expression(s, line)


def _augmented(s: Situation, line: str) -> Finding | None:
    match = _AUGMENTED.match(line)
    if match is None:
        return None
    sign, name = match["sign"], match["name"]
    operation = f"{name} {sign[:-1]} ..." if sign != ":=" else "..."
    mistake = UnexpectedText(f"`{sign}`", "`=`", f"write `{name} = {operation}`")
    return s.finding(mistake, s.start + match.start("sign"), s.start + match.end("sign"))


def _bad_target(s: Situation, line: str) -> Finding | None:
    depth = 0
    for match in PIECE.finditer(line):
        depth += {"open": 1, "close": -1}.get(match.lastgroup or "", 0)
        if match.group() == "=" and depth == 0:
            left = line[: match.start()].rstrip()
            return s.finding(BadTarget(), s.start, s.start + len(left)) if _reads(left, "values") else None
    return None


def _bare_expression(s: Situation, line: str) -> Finding | None:
    try:
        shared_parser().parse(line, "values")
    except UnexpectedInput as error:
        inner = _situation(s.text, error, s.start, s.end, s.rule, s.line_of)
        return _unknown_statement(s, inner) or _explain(inner)
    if re.match(r"[A-Za-z_]\w* *==", line):
        place = s.start + line.index("==")
        return s.finding(ComparisonAsStatement(), place, place + 2)
    return s.finding(BareExpression(), s.start, s.end)


def _unknown_statement(s: Situation, inner: Situation) -> Finding | None:
    """A lone word before the piece that does not fit, as in `inptu image: ...`."""
    word = inner.before
    if inner.found == ":" and word.endswith(")"):
        advice = "a block is defined with `block name(...):`, a function with `function name(...):`"
        return inner.finding(UnexpectedText("`:`", "the end of the line", advice))
    if not re.fullmatch(r"[A-Za-z_]\w*", word) or word in KEYWORDS:
        return None
    if inner.kind not in ("word", "string", "end") and inner.found != ":":
        return None
    candidates = (_FOREIGN[word],) if word in _FOREIGN else nearest(word, STATEMENTS)
    if inner.kind == "word" and not candidates and not inner.text[: inner.end].rstrip().endswith((":", "]", "=")):
        return inner.finding(MissingParentheses(word, _found(inner)))
    return s.finding(UnknownStatement(word, candidates), s.start, s.start + len(word))


def _reads(text: str, rule: str) -> bool:
    try:
        shared_parser().parse(text, rule)
    except UnexpectedInput:
        return False
    return True


_SLIPS: tuple[Callable[[Situation], Finding | None], ...] = (
    _keyword_at_start,
    _body_on_header_line,
    _missing_colon,
    _assignment_in_condition,
    _import_without_name,
    _keyword_as_name,
    _no_statement,
    _missing_parentheses,
)
