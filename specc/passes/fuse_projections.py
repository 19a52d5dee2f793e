"""Self-attention with the linear layers that make its queries, keys and values."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Value, Weight
from specc.ir.relayout import Joined
from specc.layers.attention import Attention
from specc.layers.fused.projected_attention import ProjectedAttention
from specc.layers.linear import Linear
from specc.layers.split import Split
from specc.passes.common.constants import relayout_of
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FuseProjections(Rewrite):
    """Makes one operator of self-attention and the linear layers of one tensor that make its queries, keys and values.
    The weights are joined, so that there is one product of matrices. For targets with the runtime's own operators, in
    floating point.

    Formula: [q, k, v] = x [W_q, W_k, W_v]^T + [b_q, b_k, b_v]
    Example:
        q, k, v = [x -> linear(512) as name for name in ["q", "k", "v"]]
        y = attention(q, k, v, num_heads=8)
        y = projected_attention(x, num_heads=8)
    """

    name: ClassVar[str] = "fuse_projections"
    level: ClassVar[int] = 2
    layers: ClassVar[tuple[str, ...]] = ("attention",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Attention with heads side by side that alone reads what linear layers of one tensor make."""
        operation = node.operation
        assert isinstance(operation, Attention)
        operands = [value for value in node.inputs[:3] if value is not None]
        if scene.setting.target not in ("cpu", "cuda") or node.outputs[0].type.rank != 3 or len(operands) != 3:
            return None
        makers = _makers(operands, scene)
        if not makers:
            return None
        why = _unfit(node, operation, operands) or _unfit_weights(makers, scene)
        return Refused((node, *makers), why) if why else _fusion(node, operation, makers)


def _makers(operands: list[Value], scene: Scene) -> tuple[Node, ...]:
    """Three linear layers of one tensor, or one whose result is split in three; none where it is otherwise."""
    if any(scene.only_reader(value) is None for value in operands):
        return ()
    nodes = [value.producer for value in operands]
    first = nodes[0]
    if first is None:
        return ()
    if isinstance(first.operation, Split):
        return _split(first, operands, scene)
    linear = [node for node in nodes if node is not None and isinstance(node.operation, Linear)]
    same = len(linear) == 3 and len({node.inputs[0] for node in linear}) == 1 and len(set(linear)) == 3
    return tuple(linear) if same else ()


def _split(node: Node, operands: list[Value], scene: Scene) -> tuple[Node, ...]:
    source = node.inputs[0]
    maker = None if source is None else source.producer
    if source is None or maker is None or not isinstance(maker.operation, Linear):
        return ()
    if list(node.outputs) != operands or scene.only_reader(source) is not node:
        return ()
    return (maker, node) if len({value.type for value in operands}) == 1 else ()


def _unfit(node: Node, operation: Attention, operands: list[Value]) -> str:
    """Why the operator cannot do what the layer does; empty where it can."""
    if len({value.type for value in operands}) != 1 or operation.num_kv_heads not in (None, operation.num_heads):
        return "queries, keys and values are not of one size"
    if operation.softcap is not None or operation.hard or operation.sink_tokens:
        return "it has bounded or hard scores, or first keys that all see"
    ports = [port.name for port in operation.ports]
    given = {name for name, value in zip(ports, node.inputs, strict=False) if value is not None}
    if given & {"mask", "score_bias", "sinks"}:
        return "it has a mask of scores, or sinks"
    return ""


def _unfit_weights(makers: tuple[Node, ...], scene: Scene) -> str:
    linear = [node for node in makers if isinstance(node.operation, Linear)]
    if not scene.setting.with_weights:
        return "the weights are inputs of the model"
    if len({"bias" in node.weights for node in linear}) != 1:
        return "some of the linear layers have a bias, others have none"
    if any(scene.own(node, name) is None for node in linear for name in node.weights):
        return "weights are computed, or shared with another layer"
    return "" if all("weight" in node.weights for node in linear) else "a weight is stored as norm and direction"


def _fusion(node: Node, operation: Attention, makers: tuple[Node, ...]) -> Found:
    linear = tuple(maker for maker in makers if isinstance(maker.operation, Linear))
    width = node.outputs[0].type.shape[2]
    assert isinstance(width, int)
    made = ProjectedAttention(
        operation.num_heads,
        width // operation.num_heads,
        operation.causal,
        operation.window,
        operation.scale,
        "bias" in linear[0].weights,
    )

    def edit(scene: Scene) -> None:
        weights = {name: _joined(scene, linear, name, node.path) for name in linear[0].weights}
        fresh = scene.made(node, made, (linear[0].inputs[0], *node.inputs[3:6]), f"{node.path}/projected", weights)
        scene.patch.insert_before(node, fresh)
        scene.patch.replace_uses(node.outputs[0], fresh.outputs[0])
        scene.patch.remove(node, *makers)

    return Found((node, *makers), edit, "attention and its projections are one operator")


def _joined(scene: Scene, linear: tuple[Node, ...], name: str, path: str) -> Value:
    """The weights `name` of the layers one after another."""
    parts = [node.weights[name] for node in linear]
    if len(parts) == 1:
        return parts[0]
    weights = [part for part in parts if isinstance(part, Weight)]
    rows = sum(weight.dims[0] for weight in weights)
    relayout = Joined(tuple(relayout_of(weight) for weight in weights), 0)
    return scene.folded(f"{path}.{name}/joined", weights[0], (rows, *weights[0].dims[1:]), relayout)
