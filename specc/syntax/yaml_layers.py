"""`{from: ..., layers: [...]}`: a pipeline with one entry per stage."""

from __future__ import annotations

from specc.base.source import Span
from specc.syntax import ast
from specc.syntax.yaml_errors import LayerNamedTwice, MalformedLayer, MissingKey, WrongNode
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, kind_of
from specc.syntax.yaml_places import scalar_place
from specc.syntax.yaml_reading import Reading, complete

PIPELINE_KEYS = ("from", "layers")


def read_pipeline(reading: Reading, mapping: Mapping) -> ast.Pipeline | None:
    """The pipeline of a mapping with `from` and `layers`."""
    where = "a pipeline"
    reading.known_keys(mapping, PIPELINE_KEYS, where)
    begin, layers = mapping.get("from"), mapping.get("layers")
    for key, node in zip(PIPELINE_KEYS, (begin, layers), strict=True):
        if node is None:
            reading.report(MissingKey(key, where), mapping.span)
    if begin is None or layers is None:
        return None
    source = _source(reading, begin)
    if not isinstance(layers, Sequence) or not layers.items:
        found = "an empty list" if isinstance(layers, Sequence) else kind_of(layers)
        reading.report(WrongNode("`layers`", "a list of layers", found), layers.span)
        return None
    stages = [_stage(reading, item) for item in layers.items]
    if source is None or None in stages:
        return None
    return ast.Pipeline(mapping.span, source, complete(stages))


def _source(reading: Reading, node: Node) -> ast.Stage | None:
    value = reading.expression(node, "`from`")
    if isinstance(value, ast.Pipeline) and not value.stages:
        return value.source
    return None if value is None else ast.Stage(value.span, value, None)


def _stage(reading: Reading, node: Node) -> ast.Stage | None:
    reading.stop_if_enough()
    if isinstance(node, Scalar) and not node.empty:
        return reading.fragments.stage(node.value, scalar_place(node))
    if isinstance(node, Mapping) and len(node.entries) == 1:
        return _single(reading, node)
    if isinstance(node, Mapping) and len(node.entries) == 2 and isinstance(node.get("as"), Scalar):
        return _with_as(reading, node)
    count = len(node.entries) if isinstance(node, Mapping) else 0
    found = f"a mapping with {count} keys" if isinstance(node, Mapping) else kind_of(node)
    reading.report(MalformedLayer(found), node.span)
    return None


def _single(reading: Reading, mapping: Mapping) -> ast.Stage | None:
    """`name: call`, `layer: {attributes}` or `name: {layer: {attributes}}`."""
    key, value = mapping.entries[0]
    if isinstance(value, Sequence):
        reading.report(MalformedLayer("a mapping to a list"), value.span)
        return None
    if isinstance(value, Scalar):
        return _bare(reading, key) if value.empty else _named(reading, key, value)
    inner = value.entries[0][1] if len(value.entries) == 1 else None
    if inner is not None and (isinstance(inner, Mapping) or (isinstance(inner, Scalar) and inner.empty)):
        layer = _call(reading, *value.entries[0])
        return _stage_as(reading, mapping.span, layer, key)
    layer = _call(reading, key, value)
    return None if layer is None else ast.Stage(mapping.span, layer, None)


def _bare(reading: Reading, key: Scalar) -> ast.Stage | None:
    return reading.fragments.stage(key.value, scalar_place(key))


def _named(reading: Reading, key: Scalar, value: Scalar) -> ast.Stage | None:
    stage = reading.fragments.stage(value.value, scalar_place(value))
    if stage is not None and stage.path is not None:
        reading.report(LayerNamedTwice(key.value), value.span)
        return None
    return _stage_as(reading, key.span.to(value.span), None if stage is None else stage.value, key)


def _stage_as(reading: Reading, span: Span, layer: ast.Expression | None, name: Scalar) -> ast.Stage | None:
    path = reading.fragments.path(name.value, scalar_place(name))
    return ast.Stage(span, layer, path) if layer is not None and path is not None else None


def _with_as(reading: Reading, mapping: Mapping) -> ast.Stage | None:
    """`{conv: {out: 6}, as: c1}`."""
    (_, named), (key, value) = sorted(mapping.entries, key=lambda entry: entry[0].value != "as")
    name = reading.scalar(named, "`as`", "a name")
    layer = _call(reading, key, value)
    return None if name is None else _stage_as(reading, mapping.span, layer, name)


def _call(reading: Reading, key: Scalar, value: Node) -> ast.Expression | None:
    """`layer: {attribute: value}`; without any mapping, the layer alone."""
    stage = reading.fragments.stage(key.value, scalar_place(key))
    if stage is not None and stage.path is not None:
        reading.report(LayerNamedTwice(key.value), key.span)
        return None
    if isinstance(value, Scalar) and value.empty:
        return None if stage is None else stage.value
    attributes = reading.mapping(value, f"the attributes of `{key.value}`")
    if stage is None or attributes is None:
        return None
    arguments = [_argument(reading, name, node) for name, node in attributes.entries]
    return ast.Call(key.span.to(value.span), stage.value, complete(arguments)) if None not in arguments else None


def _argument(reading: Reading, name: Scalar, node: Node) -> ast.Argument | None:
    if not name.value.isidentifier() or not name.value.isascii():
        reading.report(WrongNode("an attribute", "a name", f"`{name.value[:80]}`"), name.span)
        return None
    value = reading.expression(node, f"`{name.value}`")
    return None if value is None else ast.Argument(name.span.to(node.span), name.value, value)
