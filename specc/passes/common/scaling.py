"""Layers whose weights can take up a factor and a summand for each channel of their result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specc.ir.graph import Node, Value, Weight
from specc.ir.operation import Operation
from specc.ir.relayout import Filled, Product, Relayout, Reshaped, Sum
from specc.layers.batchnorm import BatchNorm
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.groupnorm import GroupNorm
from specc.layers.instancenorm import InstanceNorm
from specc.layers.layernorm import LayerNorm
from specc.layers.linear import Linear
from specc.layers.rmsnorm import RmsNorm
from specc.passes.common.constants import WEIGHTS_ARE_INPUTS, product, relayout_of, too_deep
from specc.passes.rewrite import Scene

SCALABLE = (Conv, ConvTranspose, Linear, BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RmsNorm)
_NORMS = (BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RmsNorm)


@dataclass(frozen=True, slots=True)
class Affine:
    """gain * y + shift, each `[]` or one for each channel, `[C]`; None: 1 and 0."""

    gain: Relayout | None = None
    shift: Relayout | None = None
    wide: bool = True
    """Whether `gain` is `[C]`."""


def channel_axis(operation: Operation) -> int:
    """The axis of the result along which a layer has its weights."""
    return -1 if isinstance(operation, Linear | LayerNorm | RmsNorm) else 1


def why_fixed(node: Node, scene: Scene) -> str | None:
    """Why the weights of `node` cannot be replaced by others; None where they can be."""
    if not scene.setting.with_weights:
        return WEIGHTS_ARE_INPUTS
    if reparametrized(node.operation):
        return "its weight is stored in another form"
    owned = [scene.own(node, name) for name in node.weights if not name.startswith("running_")]
    if any(weight is None for weight in owned):
        return "its weights are computed, or shared with another layer"
    if any(weight is not None and too_deep(weight, scene.graph) for weight in owned):
        return "its weights are already computed in many steps"
    return None


def why_unscalable(node: Node, affine: Affine, scene: Scene) -> str | None:
    """Why the weights of `node`, one of `SCALABLE`, cannot take up `affine`."""
    operation = node.operation
    if isinstance(operation, LayerNorm | RmsNorm) and operation.dims != 1:
        return "it normalises over more than one axis"
    if isinstance(operation, RmsNorm) and affine.shift is not None:
        return "it has no bias"
    if isinstance(operation, InstanceNorm) and not isinstance(node.outputs[0].type.shape[1], int):
        return "its number of channels is not known"
    return why_fixed(node, scene)


def reparametrized(operation: Operation) -> bool:
    """Whether the weight is stored as norm and direction, or divided by its largest singular value."""
    return isinstance(operation, Conv | ConvTranspose | Linear) and (operation.weight_norm or operation.spectral_norm)


def rescaled(node: Node, affine: Affine, scene: Scene) -> tuple[Operation, dict[str, Value]]:
    """The layer and its weights so that it gives `affine` of what it gave."""
    if isinstance(node.operation, _NORMS):
        return _rescaled_norm(node, affine, scene)
    operation = node.operation
    assert isinstance(operation, Conv | ConvTranspose | Linear)
    weights: dict[str, Value] = dict(node.weights)
    weight, bias = node.weights["weight"], node.weights.get("bias")
    assert isinstance(weight, Weight)
    if affine.gain is not None:
        weights["weight"] = scene.folded(f"{stem(node, 'weight')}/folded", weight, weight.dims, _scaled(node, affine))
    if bias is not None or affine.shift is not None:
        moved = moved_bias(None if bias is None else relayout_of(bias), affine, operation.out)
        weights["bias"] = scene.folded(f"{stem(node, 'bias')}/folded", weight, (operation.out,), moved)
        operation = replace(operation, bias=True)
    return operation, weights


def stem(node: Node, name: str) -> str:
    """The name of a weight of `node`, there or not, without what earlier rewrites added to it."""
    there = node.weights.get(name) or next(iter(node.weights.values()))
    return f"{there.name.removesuffix('/folded').rpartition('.')[0]}.{name}".removeprefix(".")


def moved_bias(bias: Relayout | None, affine: Affine, channels: int) -> Relayout:
    """gain * bias + shift, `[C]`."""
    scaled = product(affine.gain, bias) if bias is not None else None
    parts = tuple(part for part in (scaled, affine.shift) if part is not None)
    return Sum((Filled((channels,), 0.0), *parts))


def _scaled(node: Node, affine: Affine) -> Relayout:
    """The weight with its channels scaled: along the first axis, or of a transposed convolution along the second one,
    its channels in groups."""
    weight, gain = node.weights["weight"], affine.gain
    assert isinstance(weight, Weight)
    assert gain is not None
    dims = weight.dims
    if not affine.wide:
        return Product((relayout_of(weight), gain))
    if isinstance(node.operation, ConvTranspose):
        groups = node.operation.groups
        apart = (groups, dims[0] // groups, *dims[1:])
        column = Reshaped(gain, (groups, 1, dims[1], *(1,) * (len(dims) - 2)))
        return Reshaped(Product((Reshaped(relayout_of(weight), apart), column)), dims)
    return Product((relayout_of(weight), Reshaped(gain, (dims[0], *(1,) * (len(dims) - 1)))))


def _rescaled_norm(node: Node, affine: Affine, scene: Scene) -> tuple[Operation, dict[str, Value]]:
    operation, result = node.operation, node.outputs[0]
    size = result.type.shape[channel_axis(operation)]
    assert isinstance(size, int)
    weights = dict(node.weights)
    name = stem(node, "weight") if node.weights else f"{node.path}.weight"
    if affine.gain is not None or "weight" not in weights:
        given = relayout_of(weights["weight"]) if "weight" in weights else Filled((), 1.0)
        scaled = moved_bias(given, Affine(affine.gain), size)
        weights["weight"] = scene.folded(f"{name}/folded", result, (size,), scaled)
    if isinstance(operation, RmsNorm):
        return replace(operation, affine=True), weights
    before = relayout_of(weights["bias"]) if "bias" in weights else None
    bias = f"{name.removesuffix('weight')}bias"
    if isinstance(operation, LayerNorm):
        operation = replace(operation, affine=True, bias=before is not None or affine.shift is not None)
        if not operation.bias:
            return operation, weights
    assert isinstance(operation, _NORMS)
    weights["bias"] = scene.folded(f"{bias}/folded", result, (size,), moved_bias(before, affine, size))
    return replace(operation, affine=True), weights
