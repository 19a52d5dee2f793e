"""Statements of one line in the text form, and the headers of the others."""

from __future__ import annotations

import re

from specc.syntax import ast
from specc.syntax.comments import Notes, comment_text
from specc.syntax.format_expressions import (
    arguments_doc,
    bracketed,
    expression_doc,
    path_text,
    source_doc,
    stage_doc,
    target_doc,
    type_doc,
    values_doc,
)
from specc.syntax.format_strings import docstring, quoted
from specc.syntax.pretty import WIDTH, Aside, Doc, Group, Hard, Nest, Soft, flat, join, separated

Declaration = ast.Input | ast.State | ast.Next | ast.Output | ast.Weight
DECLARATIONS = (ast.Input, ast.State, ast.Next, ast.Output, ast.Weight)


def statement_doc(statement: ast.Statement, notes: Notes, indent: int = 0) -> Doc:
    """A statement without a body, with the comments of its parts."""
    if isinstance(statement, ast.Model):
        doc = parameters_doc(statement.parameters, notes) if statement.parameters else ""
        return join("model ", statement.name, doc)
    if isinstance(statement, ast.Docstring):
        return docstring(statement.text, indent)
    if isinstance(statement, ast.Import | ast.FromImport):
        return _import(statement)
    if isinstance(statement, ast.Require):
        text = "" if statement.text is None else join(", ", quoted(statement.text))
        return join("require ", expression_doc(statement.condition), text)
    if isinstance(statement, ast.Expect):
        return _expect(statement, notes, indent)
    if isinstance(statement, ast.Assign):
        return join(target_doc(statement.target), " = ", _value(statement.value, notes))
    if isinstance(statement, ast.Return):
        return join("return ", _value(statement.value, notes))
    return _declaration(statement, notes) if isinstance(statement, DECLARATIONS) else ""


def definition_doc(statement: ast.Definition, notes: Notes) -> Doc:
    """`block name(parameters)`."""
    return join(f"{statement.keyword} {statement.name}", parameters_doc(statement.parameters, notes))


def rule_doc(rule: ast.WeightRule) -> Doc:
    """One line of `weights`."""
    match rule:
        case ast.Rename(patterns=patterns, steps=steps, targets=targets):
            parts = [*map(step_text, steps), ", ".join(map(quoted, targets))]
            return Group(join("rename ", ", ".join(map(quoted, patterns)), Nest(_arrows(parts))))
        case ast.Fill(pattern=pattern, value=value):
            return join("fill ", quoted(pattern), " = ", expression_doc(value))
        case ast.Under(path=path):
            return join("under ", quoted(path))
        case ast.Ignore(pattern=pattern):
            return join("ignore ", quoted(pattern))
        case _:
            return join("keep ", quoted(rule.pattern))


def _arrows(parts: list[str]) -> Doc:
    return join(*(piece for part in parts for piece in (Soft(), "-> ", part)))


def step_text(step: ast.WeightStep) -> str:
    """`split(0)`."""
    return f"{step.name}({', '.join(map(str, step.arguments))})" if step.arguments else step.name


def parameters_doc(parameters: tuple[ast.Parameter, ...], notes: Notes) -> Doc:
    """The parentheses of a header; a comment in them puts every parameter on a line of its own."""
    if not notes.any(parameters):
        return bracketed("(", [parameter_doc(parameter) for parameter in parameters], ")")
    lines: list[Doc] = []
    for parameter in parameters:
        before, after = notes.around(parameter)
        lines += [join(Hard(), Aside(comment_text(comment))) for comment in before]
        lines.append(join(Hard(), parameter_doc(parameter), ",", _aside(after)))
    return join("(", Nest(join(*lines)), Hard(), ")")


def parameter_doc(parameter: ast.Parameter) -> Doc:
    """`width: int = 64`."""
    kind = f": {parameter.kind}" if parameter.kind else ""
    default = "" if parameter.default is None else join(" = ", expression_doc(parameter.default))
    return join(parameter.name, kind, default)


def location_text(location: str) -> str:
    """The place of a module: dotted names are written bare, files in quotes."""
    return location if _DOTTED.fullmatch(location) and not location.endswith(_FILES) else quoted(location)


def names_itself(statement: ast.Import) -> bool:
    """Whether the import needs no name: that of a dotted place is its last part."""
    location = statement.location
    return location_text(location) == location and location.rpartition(".")[2] == statement.name


def _import(statement: ast.Import | ast.FromImport) -> Doc:
    location = location_text(statement.location)
    if isinstance(statement, ast.Import):
        return f"import {location}" if names_itself(statement) else f"import {location} as {statement.name}"
    return f"from {location} import {', '.join(imported_text(name) for name in statement.names)}"


def imported_text(name: ast.ImportedName) -> str:
    """`name as alias`."""
    return name.name if name.alias == name.name else f"{name.name} as {name.alias}"


def expect_head(statement: ast.Expect) -> Doc:
    """`expect(depth = 50)`."""
    return join("expect", arguments_doc(statement.conditions)) if statement.conditions else "expect"


def expect_line(statement: ast.Expect) -> Doc:
    """The whole statement, without a body."""
    return join(expect_head(statement), ": ", checks_doc(statement))


def checks_doc(statement: ast.Expect) -> Doc:
    """What the statement demands."""
    return separated([expression_doc(check) for check in statement.checks], ", ")


def _expect(statement: ast.Expect, notes: Notes, indent: int) -> Doc:
    checks: list[Doc] = [expression_doc(check) for check in statement.checks]
    line = expect_line(statement)
    if not notes.any(statement.checks) and len(flat(line)) + indent <= WIDTH:
        return line
    lines: list[Doc] = []
    for check, doc in zip(statement.checks, checks, strict=True):
        before, after = notes.around(check)
        lines += [join(Hard(), Aside(comment_text(comment))) for comment in before]
        lines.append(join(Hard(), doc, _aside(after)))
    return join(expect_head(statement), ":", Nest(join(*lines)))


def _declaration(statement: Declaration, notes: Notes) -> Doc:
    type_ = "" if statement.type is None else join(": ", type_doc(statement.type))
    value = statement.default if isinstance(statement, ast.Input | ast.State) else statement.value
    end = "" if value is None else join(" = ", _value(value, notes))
    return join(declaration_head(statement), type_, end)


def declaration_head(statement: Declaration) -> Doc:
    """What stands before the type: keyword, name, and the name outside."""
    if isinstance(statement, ast.Next):
        return f"next {statement.name}"
    path = "" if statement.path is None else f" as {path_text(statement.path)}"
    if isinstance(statement, ast.Weight):
        indices = f"[{', '.join(statement.indices)}]" if statement.indices else ""
        return f"{'param' if statement.trainable else 'const'} {statement.name}{indices}{path}"
    if isinstance(statement, ast.State):
        next_path = "" if statement.next_path is None else f" -> {path_text(statement.next_path)}"
        return f"state {statement.name}{path}{next_path}"
    return f"{'input' if isinstance(statement, ast.Input) else 'output'} {statement.name}{path}"


def declaration_tail(statement: Declaration) -> Doc:
    """Type and value, without the colon before them."""
    value = statement.default if isinstance(statement, ast.Input | ast.State) else statement.value
    parts: list[Doc] = [] if statement.type is None else [type_doc(statement.type)]
    parts += [] if value is None else [join("= ", values_doc(value))]
    return separated(parts, " ")


def _value(value: ast.Expression, notes: Notes) -> Doc:
    if not isinstance(value, ast.Pipeline) or not notes.any((value.source, *value.stages)):
        return values_doc(value)
    _, after = notes.around(value.source)
    parts: list[Doc] = [_aside(after)]
    for stage in value.stages:
        before, following = notes.around(stage)
        parts += [join(Hard(), Aside(comment_text(comment))) for comment in before]
        parts += [Hard() if before or after else Soft(), "-> ", stage_doc(stage), _aside(following)]
        after = following
    return join(source_doc(value.source), Nest(join(*parts)))


def _aside(comment: ast.Comment | None) -> Doc:
    return Aside(f"  {comment_text(comment)}") if comment else ""


_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_FILES = (".specc", ".yaml", ".yml")
