"""The YAML form: sections to the statements of the one syntax tree, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from specc.base.diagnostics import Reporter
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.errors import TooManyTokens
from specc.syntax.files import check_characters
from specc.syntax.text import Fragments
from specc.syntax.yaml_comments import yaml_comments
from specc.syntax.yaml_errors import MissingKey, NotASpec, WrongVersion
from specc.syntax.yaml_graph import read_doc, read_graph
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, compose, kind_of
from specc.syntax.yaml_parameters import read_parameters
from specc.syntax.yaml_reading import EnoughMistakes, Reading, complete
from specc.syntax.yaml_sections import (
    read_blocks,
    read_declarations,
    read_expectations,
    read_imports,
    read_requirements,
)
from specc.syntax.yaml_weights import read_rules

VERSION = "1"


def read_yaml(source: Source, reporter: Reporter, limits: Limits) -> ast.Module:
    """The module that `source` spells; where mistakes were reported, statements are missing.

    Raises `SpecError` on a forbidden character.
    """
    check_characters(source)
    document = compose(source, reporter, limits)
    comments = yaml_comments(source, document.scalars, limits.tokens + 1)
    if len(comments) > limits.tokens:
        reporter.report(TooManyTokens(limits.tokens), comments[-1].span)
        return ast.Module(source, (), ())
    root = document.root
    if root is None:
        if not reporter.failed:
            reporter.report(NotASpec("nothing"), Span(source, 0, 0))
        return ast.Module(source, (), comments)
    if not isinstance(root, Mapping):
        reporter.report(NotASpec(kind_of(root)), root.span)
        return ast.Module(source, (), comments)
    reading = Reading(source, reporter, Fragments(source, reporter, limits), limits)
    try:
        return ast.Module(source, _statements(reading, root), comments)
    except EnoughMistakes:
        return ast.Module(source, (), comments)


def read_yaml_rules(source: Source, reporter: Reporter, limits: Limits) -> tuple[ast.WeightRule, ...] | None:
    """The rules for weights in a list, or under the one key `weights`; None where something else stands there."""
    check_characters(source)
    root = compose(source, reporter, limits).root
    node = root.get("weights") if isinstance(root, Mapping) and root.keys == ("weights",) else root
    if not isinstance(node, Sequence):
        return None
    try:
        return read_rules(Reading(source, reporter, Fragments(source, reporter, limits), limits), node)
    except EnoughMistakes:
        return ()


def _statements(reading: Reading, root: Mapping) -> tuple[ast.Statement, ...]:
    reading.known_keys(root, KEYS, "a spec")
    _version(reading, root)
    statements = list(_model(reading, root))
    for key, read in _SECTIONS.items():
        node = root.get(key)
        if node is not None:
            statements.extend(read(reading, node))
    return tuple(statements)


def _version(reading: Reading, root: Mapping) -> None:
    node = root.get("specc")
    if node is None:
        reading.report(WrongVersion(None), root.span)
    elif not isinstance(node, Scalar) or node.value != VERSION:
        reading.report(WrongVersion(node.value if isinstance(node, Scalar) else kind_of(node)), node.span)


def _model(reading: Reading, root: Mapping) -> tuple[ast.Statement, ...]:
    name, parameters = root.get("model"), root.get("params")
    given = read_parameters(reading, parameters) if parameters is not None else ()
    if name is None:
        if parameters is not None:
            reading.report(MissingKey("model", "a spec with `params`"), parameters.span)
        return ()
    text = reading.scalar(name, "`model`", "a name")
    model = text and reading.statement("model ", text)
    if not isinstance(model, ast.Model):
        return ()
    span = name.span.to(parameters.span) if parameters is not None else name.span
    return (replace(model, span=span, parameters=(*model.parameters, *given)),)


def _declarations(section: str, keyword: str) -> Callable[[Reading, Node], tuple[ast.Statement, ...]]:
    return lambda reading, node: read_declarations(reading, node, section, keyword)


def _doc(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    return complete([read_doc(reading, node, node.span)])


def _graph(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    return read_graph(reading, node, "`graph`")


def _weights(reading: Reading, node: Node) -> tuple[ast.Statement, ...]:
    return (ast.Weights(node.span, read_rules(reading, node)),)


_SECTIONS: dict[str, Callable[[Reading, Node], tuple[ast.Statement, ...]]] = {
    "doc": _doc,
    "import": read_imports,
    "inputs": _declarations("inputs", "input"),
    "states": _declarations("states", "state"),
    "require": read_requirements,
    "blocks": read_blocks,
    "graph": _graph,
    "outputs": _declarations("outputs", "output"),
    "next": _declarations("next", "next"),
    "expect": read_expectations,
    "weights": _weights,
}
KEYS = ("specc", "model", "params", *_SECTIONS)
