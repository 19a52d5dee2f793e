"""The sections of a YAML spec, each to its statements."""

from __future__ import annotations

import re

from specc.syntax import ast
from specc.syntax.yaml_errors import MalformedStatement, WrongNode
from specc.syntax.yaml_graph import read_definition
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, kind_of
from specc.syntax.yaml_places import scalar_place
from specc.syntax.yaml_reading import Reading, complete

_FROM = re.compile(r"\s*from\s")
_STATEMENT = re.compile(r"\s*(?:import|from)\s")
_FILE = re.compile(r"[^\"'\\\s][^\"\\]*(?:/[^\"\\]*|\.specc|\.ya?ml)(?<!\s)")
_COMPARISON = re.compile(r"\s*(?:[<>]=?|[=!]=)")
_GIVEN = re.compile(r"\s*=(?!=)")


def read_imports(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    """`import`: names, files with a name for them, and `from` with the names wanted."""
    found: list[ast.Statement | None] = []
    for item in reading.items(node, "`import`"):
        if isinstance(item, Mapping):
            found.extend(_import_as(reading, key, value) for key, value in item.entries)
        elif isinstance(item, Scalar) and _STATEMENT.match(item.value):
            found.append(reading.statement(item))
        elif isinstance(item, Scalar) and not item.empty:
            found.append(reading.statement("import ", *_location(item)))
        else:
            reading.report(MalformedStatement(kind_of(item)), item.span)
    return complete(found)


def _location(scalar: Scalar) -> tuple[str | Scalar, ...]:
    """A file may stand without the text form's quotes."""
    return ('"', scalar, '"') if is_file(scalar.value) else (scalar,)


def is_file(location: str) -> bool:
    """Whether the text can only be the name of a file."""
    return _FILE.fullmatch(location) is not None and location.isprintable()


def _import_as(reading: Reading, key: Scalar, node: Node) -> ast.Statement | None:
    if not _FROM.match(key.value):
        name = reading.scalar(node, "the name of an import", "a name")
        return None if name is None else reading.statement("import ", *_location(key), " as ", name)
    names = [item for item in reading.items(node, "the names of `from`") if isinstance(item, Scalar)]
    if not names:
        reading.report(WrongNode("the names of `from`", "a list of names", kind_of(node)), node.span)
        return None
    start = Scalar(key.value.strip()[4:].strip(), "", key.span)
    commas = [piece for name in names for piece in (", ", name)]
    return reading.statement("from ", *_location(start), " import ", *commas[1:])


def read_declarations(reading: Reading, node: Node, section: str, keyword: str) -> tuple[ast.Statement, ...]:
    """`inputs`, `states`, `outputs`, `next`: name to type and value, or a list of such or of statements."""
    if isinstance(node, Mapping):
        return complete(_declaration(reading, keyword, key, value) for key, value in node.entries)
    found: list[ast.Statement | None] = []
    for item in reading.items(node, f"`{section}`"):
        if isinstance(item, Mapping):
            found.extend(_list_declaration(reading, keyword, key, value) for key, value in item.entries)
        elif keyword == "output" and isinstance(item, Scalar) and item.value.strip().isidentifier():
            found.append(reading.statement("output ", item))
        elif isinstance(item, Scalar):
            found.append(_of_kind(reading, reading.statement(item), item, section, keyword))
        else:
            reading.report(MalformedStatement(kind_of(item)), item.span)
    return complete(found)


def _list_declaration(reading: Reading, keyword: str, key: Scalar, node: Node) -> ast.Statement | None:
    """In a list the keyword may be there: YAML takes the statement's colon for its own."""
    if re.match(rf"\s*{keyword}\s+[A-Za-z_]", key.value) and isinstance(node, Scalar) and not node.empty:
        return reading.statement(key, ": ", node)
    return _declaration(reading, keyword, key, node)


def _of_kind(
    reading: Reading, statement: ast.Statement | None, item: Scalar, section: str, keyword: str
) -> ast.Statement | None:
    """Another statement would leave its place in the order of the file."""
    if statement is None or isinstance(statement, _KINDS[keyword]):
        return statement
    reading.report(WrongNode(f"an entry of `{section}`", f"an `{keyword}` statement", "another one"), item.span)
    return None


def _declaration(reading: Reading, keyword: str, key: Scalar, node: Node) -> ast.Statement | None:
    if keyword == "output" and isinstance(node, Scalar) and node.empty:
        return reading.statement("output ", key)
    text = reading.scalar(node, f"`{key.value[:80]}`", "text")
    if text is None:
        return None
    if keyword == "next":
        return reading.statement("next ", key, " = ", text)
    return reading.statement(f"{keyword} ", key, " " if _GIVEN.match(text.value) else ": ", text)


def read_requirements(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    """`require`: conditions."""
    found = (_requirement(reading, item) for item in reading.items(node, "`require`"))
    return complete(found)


def _requirement(reading: Reading, node: Node) -> ast.Statement | None:
    text = reading.scalar(node, "an entry of `require`", "a condition")
    return None if text is None else reading.statement("require ", text)


def read_blocks(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    """`blocks`: name or header to the block."""
    mapping = reading.mapping(node, "`blocks`")
    return complete(read_definition(reading, key, value) for key, value in mapping.entries) if mapping else ()


def read_expectations(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    """`expect`: what is counted to what it must be; or a list of such mappings and of checks as text."""
    if isinstance(node, Mapping):
        return complete([_expect(reading, node)])
    return complete(_expect_item(reading, item) for item in reading.items(node, "`expect`"))


def _expect_item(reading: Reading, node: Node) -> ast.Statement | None:
    if isinstance(node, Mapping):
        key, value = node.entries[0] if len(node.entries) == 1 else (None, None)
        if key is not None and isinstance(value, Scalar) and re.match(r"\s*expect\b", key.value):
            return reading.statement(key, ": ", value)
        return _expect(reading, node)
    text = reading.scalar(node, "an entry of `expect`", "a check")
    if text is None:
        return None
    if re.match(r"\s*expect\b", text.value):
        return reading.statement(text)
    return reading.statement("expect: ", text)


def _expect(reading: Reading, mapping: Mapping) -> ast.Expect:
    when = mapping.get("when")
    conditions = reading.mapping(when, "`when`") if when is not None else None
    arguments = [_condition(reading, key, value) for key, value in conditions.entries] if conditions else []
    checks = [_check(reading, key, value) for key, value in mapping.entries if key.value != "when"]
    return ast.Expect(mapping.span, complete(arguments), complete(checks))


def _condition(reading: Reading, key: Scalar, node: Node) -> ast.Argument | None:
    value = reading.expression(node, f"`{key.value[:80]}`")
    if not key.value.isidentifier():
        reading.report(WrongNode("a key of `when`", "a name", f"`{key.value[:80]}`"), key.span)
        return None
    return None if value is None else ast.Argument(key.span.to(node.span), key.value, value)


def _check(reading: Reading, key: Scalar, node: Node) -> ast.Expression | None:
    """`key: value` means equality; a value that begins with a comparison says another."""
    span = key.span.to(node.span)
    if isinstance(node, Scalar) and _COMPARISON.match(node.value):
        statement = reading.statement("expect: ", key, " ", node)
        return statement.checks[0] if isinstance(statement, ast.Expect) else None
    subject = reading.fragments.expression(key.value, scalar_place(key))
    value = reading.expression(node, f"`{key.value[:80]}`")
    if subject is None or value is None:
        return None
    return ast.Comparison(span, subject, (("==", value),))


_KINDS: dict[str, type[ast.Element]] = {
    "input": ast.Input,
    "state": ast.State,
    "output": ast.Output,
    "next": ast.Next,
}
