"""The text form: whole files and fragments of it to the syntax tree."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice

from lark import UnexpectedInput

from specc.base.diagnostics import Reporter
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.build import build
from specc.syntax.build_statements import statements_of
from specc.syntax.builder import Builder, Place
from specc.syntax.errors import TooManyTokens
from specc.syntax.files import check_characters
from specc.syntax.layout import check_layout
from specc.syntax.parser import shared_parser
from specc.syntax.parts import Part, Several
from specc.syntax.recover import ERRORS_SHOWN, check_lines
from specc.syntax.scan import Finding, Scan, scan
from specc.syntax.slips import explain
from specc.syntax.text_errors import CommentInside, MisplacedModel


def read_text(source: Source, reporter: Reporter, limits: Limits) -> ast.Module:
    """The module that `source` spells; where mistakes were reported, its statements are empty."""
    check_characters(source)
    scanned = scan(source.text, limits, errors=ERRORS_SHOWN)
    builder = Builder(source, reporter, limits)
    layout = check_layout(scanned, limits) if scanned.complete else ()
    findings = list(islice(chain(scanned.findings, layout), ERRORS_SHOWN))
    _report(findings, builder)
    statements: tuple[ast.Statement, ...] = ()
    if not findings:
        statements = _module(scanned, builder)
    elif scanned.complete:
        check_lines(scanned, builder, ERRORS_SHOWN - len(findings))
    return ast.Module(source, () if builder.failed else statements, _comments(source, scanned))


def _module(scanned: Scan, builder: Builder) -> tuple[ast.Statement, ...]:
    try:
        tree = shared_parser().parse(scanned.text, "module")
    except UnexpectedInput as error:
        check_lines(scanned, builder, ERRORS_SHOWN)
        if not builder.failed:
            _report([explain(scanned.text, error, 0, len(scanned.text), "module", builder.line_of)], builder)
        return ()
    part = build(tree, builder)
    statements = () if part is None else statements_of(part)
    for statement in statements[1:]:
        if isinstance(statement, ast.Model):
            builder.report(MisplacedModel(), statement.span.start, statement.span.end)
    return statements


def _report(findings: Iterable[Finding], builder: Builder) -> None:
    for finding in findings:
        builder.report_finding(finding)


def _comments(source: Source, scanned: Scan) -> tuple[ast.Comment, ...]:
    return tuple(
        ast.Comment(Span(source, start, end), source.text[start + 1 : end], own_line)
        for start, end, own_line in scanned.comments
    )


class Fragments:
    """Reads pieces of the text form that stand inside another file; line ends count as spaces, comments are mistakes.

    `place` maps an offset of the piece to an offset of `source`. Every method gives None after reporting a mistake.
    """

    def __init__(self, source: Source, reporter: Reporter, limits: Limits) -> None:
        self._source = source
        self._reporter = reporter
        self._limits = limits
        self._tokens = 0

    def expression(self, text: str, place: Place) -> ast.Expression | None:
        """Any expression, pipelines included."""
        builder = self._builder(place)
        part = self._read(text, "expression", builder)
        value = None if part is None else builder.expression(part)
        return None if builder.failed else value

    def values(self, text: str, place: Place) -> ast.Expression | None:
        """An expression, or several with commas between as a `TupleExpression`: the right side of `=`, `return`."""
        part = self._read(text, "values", self._builder(place))
        return part if isinstance(part, ast.Expression) else None

    def statement(self, text: str, place: Place) -> ast.Statement | None:
        """A statement of one line."""
        part = self._read(text, "statement", self._builder(place))
        return part if isinstance(part, ast.Statement) else None

    def header(self, text: str, place: Place) -> ast.Statement | None:
        """`if C`, `elif C` (an `If`), `for T in E`, `block n(p)`, `function n(p)`, `expect(c)`, `weights`; no colon."""
        part = self._read(text, "header", self._builder(place))
        return part if isinstance(part, ast.Statement) else None

    def stage(self, text: str, place: Place) -> ast.Stage | None:
        """One step of a pipeline: `conv(6, 5)`, `conv(6, 5) as c1`."""
        part = self._read(text, "stage", self._builder(place))
        return part if isinstance(part, ast.Stage) else None

    def path(self, text: str, place: Place) -> ast.Path | None:
        """What stands after `as`: `layer{i}.conv`."""
        part = self._read(text, "path", self._builder(place))
        return part if isinstance(part, ast.Path) else None

    def target(self, text: str, place: Place) -> ast.Target | None:
        """What stands left of `=`: `x`, `y, (h, c)`."""
        part = self._read(text, "target", self._builder(place))
        return part if isinstance(part, ast.Target) else None

    def type(self, text: str, place: Place) -> ast.TypeExpression | None:
        """`float32[N, 3]`."""
        part = self._read(text, "type", self._builder(place))
        return part if isinstance(part, ast.TypeExpression) else None

    def weight_step(self, text: str, place: Place) -> ast.WeightStep | None:
        """A step of a rule for weights: `split(0)`."""
        part = self._read(text, "weight_step", self._builder(place))
        return part if isinstance(part, ast.WeightStep) else None

    def parameters(self, text: str, place: Place) -> tuple[ast.Parameter, ...] | None:
        """What stands between the parentheses of a block: `x, width: int = 64`."""
        part = self._read(text, "parameters", self._builder(place))
        if not isinstance(part, Several):
            return None
        return tuple(item for item in part.items if isinstance(item, ast.Parameter))

    def _builder(self, place: Place) -> Builder:
        return Builder(self._source, self._reporter, self._limits, place)

    def _read(self, text: str, start: str, builder: Builder) -> Part | None:
        """What `text` stands for, read as `start` of the grammar; None after a mistake."""
        scanned = scan(text, self._limits, joined=True, line_of=builder.line_of)
        if self._tokens > self._limits.tokens:
            return None
        self._tokens += scanned.tokens
        if self._tokens > self._limits.tokens and not scanned.findings:
            builder.report_finding(Finding(TooManyTokens(self._limits.tokens), 0, len(text)))
        _report(scanned.findings, builder)
        for first, end, _ in scanned.comments:
            builder.report_finding(Finding(CommentInside(), first, end))
        if builder.failed:
            return None
        prepared = scanned.text.rstrip("\n")
        try:
            tree = shared_parser().parse(prepared, start)
        except UnexpectedInput as error:
            builder.report_finding(explain(prepared, error, 0, len(prepared), start, builder.line_of))
            return None
        part = build(tree, builder)
        return None if builder.failed else part
