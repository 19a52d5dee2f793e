"""Batch normalisation after a convolution or a linear layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Weight
from specc.ir.operation import Operation
from specc.ir.relayout import Filled, InverseRoot, Product, Relayout, Reshaped, Sum
from specc.layers.batchnorm import BatchNorm
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.linear import Linear
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene, relayout_of

_REPARAMETRIZED = "its weight is stored as norm and direction, or divided by its largest singular value"


class FoldBatchnorm(Rewrite):
    """Scales the weights of a convolution, a transposed convolution or a linear layer by what the batch normalisation
    after it would scale its channels by, so that this is left out. With the statistics fixed, both are linear.

    Formula: weight' = a * weight, bias' = a * (bias - mean) + beta, with a = gamma / sqrt(var + eps)
    Example:
        x -> conv(64, 3, bias=false) -> batchnorm
        x -> conv(64, 3)
    """

    name: ClassVar[str] = "fold_batchnorm"
    layers: ClassVar[tuple[str, ...]] = ("batchnorm",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A batch normalisation that alone reads what a layer with weights of its own gives."""
        tensor = node.inputs[0]
        before = None if tensor is None else tensor.producer
        if tensor is None or before is None or not isinstance(before.operation, Conv | ConvTranspose | Linear):
            return None
        nodes = (before, node)
        if isinstance(before.operation, Linear) and tensor.type.rank != 2:
            return Refused(nodes, "the channels are not what the linear layer gives for each position")
        if scene.only_reader(tensor) is not node:
            return Refused(nodes, "the result of the layer before is used without it, too")
        if not scene.setting.with_weights:
            return Refused(nodes, "the weights are inputs of the model")
        if before.operation.weight_norm or before.operation.spectral_norm:
            return Refused(nodes, _REPARAMETRIZED)
        names = ("weight", "bias") if before.operation.bias else ("weight",)
        if any(scene.own(before, name) is None for name in names):
            return Refused(nodes, "its weights are computed, or shared with another layer")
        if any(not isinstance(value, Weight) for value in node.weights.values()):
            return Refused(nodes, "the statistics are computed")
        return Found(nodes, _folding(before, node), "into the layer before")


def _folding(before: Node, node: Node) -> Callable[[Scene], None]:
    operation = before.operation
    assert isinstance(operation, Conv | ConvTranspose | Linear)

    def edit(scene: Scene) -> None:
        weight = scene.own(before, "weight")
        assert weight is not None
        gain = _gain(node)
        scaled = Product((relayout_of(weight), _shaped(gain, operation, weight.dims)))
        folded: dict[str, Weight] = {}
        folded["weight"] = scene.folded(f"{weight.name}/folded", weight, weight.dims, _whole(scaled, weight.dims))
        bias = Sum((_shift(node, before, gain), _own_weight(node, "bias", 0.0)))
        folded["bias"] = scene.folded(f"{before.path}.bias/folded", weight, (operation.out,), bias)
        scene.patch.change(before, replace(operation, bias=True), weights={**folded})
        scene.patch.replace_uses(node.outputs[0], before.outputs[0])
        scene.patch.remove(node)

    return edit


def _own_weight(node: Node, name: str, otherwise: float) -> Relayout:
    value = node.weights.get(name)
    if isinstance(value, Weight):
        return relayout_of(value)
    channels = node.weights["running_mean"]
    assert isinstance(channels, Weight)
    return Filled(channels.dims, otherwise)


def _gain(node: Node) -> Relayout:
    """gamma / sqrt(var + eps), [C]."""
    operation = node.operation
    assert isinstance(operation, BatchNorm)
    spread = InverseRoot(_own_weight(node, "running_var", 1.0), operation.eps)
    return Product((_own_weight(node, "weight", 1.0), spread))


def _shift(node: Node, before: Node, gain: Relayout) -> Relayout:
    """gain * (bias - mean), [C]."""
    mean = node.weights["running_mean"]
    assert isinstance(mean, Weight)
    negated = Product((relayout_of(mean), Filled((), -1.0)))
    bias = before.weights.get("bias")
    moved: Relayout = Sum((relayout_of(bias), negated)) if isinstance(bias, Weight) else negated
    return Product((gain, moved))


def _shaped(gain: Relayout, operation: Operation, dims: tuple[int, ...]) -> Relayout:
    """`gain` so that it fits the weight: along the first axis, or of a transposed convolution along the second one, its
    channels in groups."""
    if isinstance(operation, ConvTranspose):
        groups = operation.groups
        return Reshaped(gain, (groups, 1, dims[1], *(1,) * (len(dims) - 2)))
    return Reshaped(gain, (dims[0], *(1,) * (len(dims) - 1)))


def _whole(scaled: Product, dims: tuple[int, ...]) -> Relayout:
    """Where the weight has to be seen in groups to be scaled, it is, and comes back in its own shape."""
    weight, gain = scaled.sources
    assert isinstance(gain, Reshaped)
    if len(gain.shape) == len(dims):
        return scaled
    apart = (gain.shape[0], dims[0] // gain.shape[0], *dims[1:])
    return Reshaped(Product((Reshaped(weight, apart), gain)), dims)
