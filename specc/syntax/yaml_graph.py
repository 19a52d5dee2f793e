"""Graphs and bodies: a mapping of targets, or a list of statements."""

from __future__ import annotations

import re
from dataclasses import replace

from specc.base.source import Span
from specc.syntax import ast
from specc.syntax.yaml_errors import MalformedStatement, MissingKey, WrongNode
from specc.syntax.yaml_layers import read_pipeline
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, kind_of
from specc.syntax.yaml_parameters import read_parameters
from specc.syntax.yaml_places import scalar_place, splice
from specc.syntax.yaml_reading import Reading, complete
from specc.syntax.yaml_weights import read_rules

BLOCK_KEYS = ("params", "doc", "graph", "return")
_DEFINITION = re.compile(r"\s*(?:block|function)\s+[A-Za-z_]\w*\s*(\()?")
_HEADERS = re.compile(r"\s*(?:(?P<arm>if|elif|for)\b|(?P<else>else)\s*$)")
_DECLARATION = re.compile(r"\s*(?:input|state|output|next|param|const)\s+[A-Za-z_]")
_LISTS = re.compile(r"\s*(?:weights\s*$|expect\s*(?:\(|$))")


_OPENING = re.compile(r"(for|if|block|function)\s")


def read_graph(reading: Reading, node: Node, where: str) -> tuple[ast.Statement, ...]:
    """The statements of a graph; `where` names it in messages."""
    if isinstance(node, Mapping):
        return _entries(reading, node)
    if isinstance(node, Sequence):
        return tuple(statement for item in node.items for statement in _item(reading, item))
    if not node.empty:
        reading.report(WrongNode(where, "a list of statements or a mapping of names", kind_of(node)), node.span)
    return ()


def _item(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    """One entry of a list."""
    reading.stop_if_enough()
    if isinstance(node, Scalar) and not node.empty:
        return complete([reading.statement(node)])
    if not isinstance(node, Mapping):
        reading.report(MalformedStatement(kind_of(node)), node.span)
        return ()
    if len(node.entries) == 1 or all(_HEADERS.match(key) for key in node.keys[1:]):
        return _entries(reading, node)
    key, body = node.entries[0]
    header = key.value if _OPENING.match(key.value) and isinstance(body, Scalar) and body.empty else None
    reading.report(MalformedStatement(f"a mapping with {len(node.entries)} keys", header), node.span)
    return ()


def _entries(reading: Reading, mapping: Mapping) -> tuple[ast.Statement, ...]:
    """The statements of a mapping; `elif` and `else` belong to the `if` before them."""
    found: list[ast.Statement | None] = []
    for key, node in mapping.entries:
        reading.stop_if_enough()
        header = _HEADERS.match(key.value)
        word = header and (header["arm"] or header["else"])
        if word in ("elif", "else"):
            previous = found.pop() if found else None
            found.append(_continued(reading, previous, key, node))
        elif word == "if":
            found.append(_if(reading, key, node) or ast.If(key.span, (), ()))
        elif word == "for":
            found.append(_for(reading, key, node))
        else:
            found.append(read_entry(reading, key, node))
    return complete(found)


def _body(reading: Reading, key: Scalar, node: Node) -> tuple[ast.Statement, ...]:
    body = read_graph(reading, node, f"the body of `{key.value[:80]}`")
    if not body and not reading.reporter.failed:
        reading.report(WrongNode(f"the body of `{key.value[:80]}`", "at least one statement", "empty"), node.span)
    return body


def _if(reading: Reading, key: Scalar, node: Node) -> ast.If | None:
    header = reading.fragments.header(key.value, scalar_place(key))
    body = _body(reading, key, node)
    span = key.span.to(node.span)
    if not isinstance(header, ast.If):
        return None
    return ast.If(span, tuple(ast.Branch(span, branch.condition, body) for branch in header.branches), ())


def _continued(reading: Reading, previous: ast.Statement | None, key: Scalar, node: Node) -> ast.Statement | None:
    if not isinstance(previous, ast.If) or previous.otherwise:
        reading.report(MalformedStatement(f"`{key.value.split()[0]}` without an `if` before it"), key.span)
        return previous
    span = Span(previous.span.source, previous.span.start, node.span.end)
    if key.value.strip() == "else":
        return replace(previous, span=span, otherwise=_body(reading, key, node))
    arm = _if(reading, key, node)
    return replace(previous, span=span, branches=(*previous.branches, *(arm.branches if arm else ())))


def _for(reading: Reading, key: Scalar, node: Node) -> ast.For | None:
    header = reading.fragments.header(key.value, scalar_place(key))
    body = _body(reading, key, node)
    return replace(header, span=key.span.to(node.span), body=body) if isinstance(header, ast.For) else None


def read_entry(reading: Reading, key: Scalar, node: Node) -> ast.Statement | None:
    """`target: value`, or a definition, `expect` or `weights` with its list."""
    if _DEFINITION.match(key.value):
        return read_definition(reading, key, node)
    if _is_statement(key, node):
        return reading.statement(key, ": ", node) if isinstance(node, Scalar) else None
    if _LISTS.match(key.value) and isinstance(node, Sequence):
        return _checks(reading, key, node) if key.value.strip().startswith("expect") else _rules(reading, key, node)
    target = reading.fragments.target(key.value, scalar_place(key))
    where = f"`{key.value[:80]}`"
    value = read_pipeline(reading, node) if isinstance(node, Mapping) else reading.value(node, where)
    return ast.Assign(key.span.to(node.span), target, value) if target is not None and value is not None else None


def _is_statement(key: Scalar, node: Node) -> bool:
    """Whether YAML took the colon of a statement for its own: `- state h: float32[N, 4]`."""
    checks = _LISTS.match(key.value) and key.value.strip() != "weights"
    return isinstance(node, Scalar) and not node.empty and bool(checks or _DECLARATION.match(key.value))


def _checks(reading: Reading, key: Scalar, node: Sequence) -> ast.Statement | None:
    header = reading.fragments.header(key.value, scalar_place(key))
    found = [reading.expression(item, "a check") for item in node.items]
    checks = tuple(check for check in found if check is not None)
    return replace(header, span=key.span.to(node.span), checks=checks) if isinstance(header, ast.Expect) else None


def _rules(reading: Reading, key: Scalar, node: Sequence) -> ast.Statement:
    return ast.Weights(key.span.to(node.span), read_rules(reading, node))


def read_definition(reading: Reading, key: Scalar, node: Node) -> ast.Definition | None:
    """A block by its name or by its header; with the parameters in the header or in `params`."""
    match = _DEFINITION.match(key.value)
    prefix = "" if match else "block "
    suffix = "" if "(" in key.value or (match and match[1]) else "()"
    text, place = splice([prefix, key, suffix])
    header = reading.fragments.header(text, place)
    parameters, body = _definition_body(reading, key, node)
    if not isinstance(header, ast.Definition):
        return None
    return replace(header, span=key.span.to(node.span), parameters=(*header.parameters, *parameters), body=body)


def _definition_body(
    reading: Reading, key: Scalar, node: Node
) -> tuple[tuple[ast.Parameter, ...], tuple[ast.Statement, ...]]:
    if not isinstance(node, Mapping):
        return (), _body(reading, key, node)
    where = f"`{key.value[:80]}`"
    reading.known_keys(node, BLOCK_KEYS, where)
    parameters, doc, graph, result = (node.get(name) for name in BLOCK_KEYS)
    body: list[ast.Statement | None] = []
    if doc is not None:
        body.append(read_doc(reading, doc, node.extent("doc")))
    if graph is not None:
        body.extend(read_graph(reading, graph, "`graph`"))
    if result is not None:
        body.append(_return(reading, result, node.extent("return")))
    if not body:
        reading.report(MissingKey("graph", where), key.span)
    return read_parameters(reading, parameters) if parameters is not None else (), complete(body)


def _return(reading: Reading, node: Node, span: Span) -> ast.Return | None:
    value = reading.value(node, "`return`")
    return None if value is None else ast.Return(span, value)


def read_doc(reading: Reading, node: Node, span: Span) -> ast.Docstring | None:
    """A docstring is plain text; a block scalar's last line end is not part of it."""
    if not isinstance(node, Scalar) or node.empty:
        reading.report(WrongNode("`doc`", "text", kind_of(node)), node.span)
        return None
    return ast.Docstring(span, node.value.rstrip("\n") if node.style in ("|", ">") else node.value)
