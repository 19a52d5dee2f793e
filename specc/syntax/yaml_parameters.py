"""`params`: the parameters of a model or a block."""

from __future__ import annotations

import re

from specc.syntax import ast
from specc.syntax.yaml_errors import MalformedKey
from specc.syntax.yaml_nodes import Node, Scalar
from specc.syntax.yaml_places import scalar_place
from specc.syntax.yaml_reading import Reading, complete, part

KINDS = ("int", "float", "bool", "str", "list", "map", "block", "tensor")
ANNOTATION = re.compile(rf"\s*(?P<kind>{'|'.join(KINDS)})\s*(?:$|=(?!=))")


def read_parameters(reading: Reading, node: Node) -> tuple[ast.Parameter, ...]:
    """Name to default, `kind`, `kind = default`, or nothing where it is required and of any kind."""
    mapping = reading.mapping(node, "`params`")
    return complete(_parameter(reading, key, value) for key, value in mapping.entries) if mapping else ()


def _parameter(reading: Reading, key: Scalar, node: Node) -> ast.Parameter | None:
    reading.stop_if_enough()
    names = reading.fragments.parameters(key.value, scalar_place(key))
    if names is None:
        return None
    if len(names) != 1 or names[0].kind or names[0].default:
        reading.report(MalformedKey(key.value, "the name of a parameter"), key.span)
        return None
    name, span = names[0].name, key.span.to(node.span)
    if not isinstance(node, Scalar):
        value = reading.expression(node, f"`{name}`")
        return None if value is None else ast.Parameter(span, name, None, value)
    if node.empty:
        return ast.Parameter(span, name, None, None)
    annotation = ANNOTATION.match(node.value)
    kind = annotation["kind"] if annotation else None
    start = annotation.end() if annotation else 0
    if annotation and not node.value[start:].strip() and "=" not in annotation.group():
        return ast.Parameter(span, name, kind, None)
    value = reading.fragments.expression(*part(node, start))
    return None if value is None else ast.Parameter(span, name, kind, value)
