"""The canonical text form of a module: its layout depends on its statements, comments and blank lines alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from specc.syntax import ast
from specc.syntax.blank_lines import follows_blank, stands_apart
from specc.syntax.comments import Notes, attach, comment_text
from specc.syntax.format_expressions import expression_doc, target_doc
from specc.syntax.format_statements import definition_doc, rule_doc, statement_doc
from specc.syntax.pretty import INDENT, Doc, join, render
from specc.syntax.units import Slot, pipeline_parts


def format_text(module: ast.Module) -> str:
    """`module` in the text form, comments included; formatting the result again gives the same."""
    writer = _Writer(module, attach(module))
    writer.body(module.statements, 0)
    writer.comments(writer.notes.of(None, Slot.END), 0)
    return "\n".join(writer.lines) + "\n" if writer.lines else ""


@dataclass(slots=True)
class _Writer:
    """`opened`: nothing stands yet in the body, so that no blank line may come."""

    module: ast.Module
    notes: Notes
    lines: list[str] = field(default_factory=list)
    opened: bool = True

    def body(self, statements: Iterable[ast.Statement], indent: int) -> None:
        previous: ast.Statement | None = None
        for statement in statements:
            if previous is not None and stands_apart(previous, statement, indent == 0):
                self._blank()
            self._statement(statement, indent)
            previous = statement

    def comments(self, comments: Iterable[ast.Comment], indent: int) -> None:
        """Each on a line of its own."""
        for comment in comments:
            if comment.own_line:
                self._keep_blank(comment.span.start)
            self._put(comment_text(comment), indent)

    def _statement(self, statement: ast.Statement, indent: int) -> None:
        if isinstance(statement, ast.If):
            self._if(statement, indent)
        elif isinstance(statement, ast.For):
            header = join("for ", target_doc(statement.target), " in ", expression_doc(statement.iterable))
            self._header(statement, header, indent)
            self._inside(statement, statement.body, indent)
        elif isinstance(statement, ast.Definition):
            self._header(statement, definition_doc(statement, self.notes), indent)
            self._inside(statement, statement.body, indent)
        elif isinstance(statement, ast.Weights):
            self._header(statement, "weights", indent)
            self._rules(statement, indent + INDENT)
        else:
            self._simple(statement, indent)

    def _if(self, statement: ast.If, indent: int) -> None:
        self.comments(self.notes.of(statement, Slot.BEFORE), indent)
        for number, branch in enumerate(statement.branches):
            word = "elif " if number else "if "
            self._header(branch, join(word, expression_doc(branch.condition)), indent, blank=number == 0)
            self._inside(branch, branch.body, indent)
        if statement.otherwise:
            self._header(statement, "else", indent, "else")
            self._inside(statement, statement.otherwise, indent, "else")

    def _header(self, element: ast.Element, doc: Doc, indent: int, arm: str = "", blank: bool = True) -> None:
        before, trailing = self.notes.header(element, arm)
        self.comments(before, indent)
        if blank and not arm:
            self._keep_blank(element.span.start)
        self._put(render(join(doc, ":"), indent), indent, trailing)
        self.opened = True

    def _inside(self, owner: ast.Element, body: tuple[ast.Statement, ...], indent: int, arm: str = "") -> None:
        self.body(body, indent + INDENT)
        self.comments(self.notes.of(owner, Slot.END, arm), indent + INDENT)

    def _rules(self, statement: ast.Weights, indent: int) -> None:
        for rule in statement.rules:
            before, trailing = self.notes.around(rule)
            self.comments(before, indent)
            self._put(render(rule_doc(rule), indent), indent, trailing)
        self.comments(self.notes.of(statement, Slot.END), indent)

    def _simple(self, statement: ast.Statement, indent: int) -> None:
        before, trailing = self.notes.around(statement)
        source = pipeline_parts(statement)[:1]
        hoisted = [comment for part in source for comment in self.notes.around(part)[0]]
        self.comments((*before, *hoisted), indent)
        self._keep_blank(statement.span.start)
        self._put(render(statement_doc(statement, self.notes, indent), indent), indent, trailing)

    def _keep_blank(self, offset: int) -> None:
        if follows_blank(self.module.source.text, offset):
            self._blank()

    def _blank(self) -> None:
        if not self.opened and self.lines[-1] != "":
            self.lines.append("")

    def _put(self, text: str, indent: int, trailing: ast.Comment | None = None) -> None:
        comment = f"  {comment_text(trailing)}" if trailing else ""
        self.lines.append(" " * indent + text + comment)
        self.opened = False
