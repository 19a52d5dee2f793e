"""What each channel is scaled by before a convolution or a linear layer."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Value, Weight
from specc.ir.relayout import Product, Relayout, Reshaped, Sum, Summed
from specc.layers.batchnorm import BatchNorm
from specc.layers.common.windows import windows
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.linear import Linear
from specc.passes.common.arithmetic import ARITHMETIC, Step, step_of
from specc.passes.common.constants import WEIGHTS_ARE_INPUTS, is_wide, relayout_of
from specc.passes.common.normalised import as_affine
from specc.passes.common.scaling import stem, why_fixed
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FoldAhead(Rewrite):
    """Lets the weights of a convolution or a linear layer take up what each channel of its input is scaled and shifted
    by: a batch normalisation, or arithmetic with a constant. The zeros of a padding stay zeros where they are scaled,
    and not where they are shifted.

    Formula: weight * (gain * x + shift) + bias = (weight * gain) * x + (bias + sum over inputs of weight * shift)
    Example:
        x -> batchnorm -> conv(8, 3)
        x -> conv(8, 3)
    """

    name: ClassVar[str] = "fold_ahead"
    layers: ClassVar[tuple[str, ...]] = (*ARITHMETIC, "batchnorm")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Arithmetic or a batch normalisation that such a layer alone reads."""
        after = scene.only_reader(node.outputs[0])
        if after is None or not isinstance(after.operation, Conv | ConvTranspose | Linear):
            return None
        nodes = (node, after)
        step = _step(node, after, scene)
        if not isinstance(step, Step):
            return None if step is None else Refused(nodes, step)
        why = why_fixed(after, scene) or _why_unshiftable(after, step)
        if why is not None:
            return Refused(nodes, why)

        def edit(scene: Scene) -> None:
            weights = _weights(after, step, scene)
            assert isinstance(after.operation, Conv | ConvTranspose | Linear)
            operation = replace(after.operation, bias="bias" in weights)
            scene.patch.change(after, operation, inputs=(step.value,), weights=weights)
            scene.patch.remove(node)

        return Found(nodes, edit, "into the layer after it")


def _step(node: Node, after: Node, scene: Scene) -> Step | str | None:
    axis = -1 if isinstance(after.operation, Linear) else 1
    if not isinstance(node.operation, BatchNorm):
        return step_of(node, scene, axis)
    tensor = node.inputs[0]
    assert tensor is not None
    if axis % tensor.type.rank != 1:
        return "the channels are not what the linear layer takes for each position"
    if not scene.setting.with_weights:
        return WEIGHTS_ARE_INPUTS
    if any(not isinstance(value, Weight) for value in node.weights.values()):
        return "the statistics are computed"
    affine = as_affine(node)
    return Step(tensor, affine.gain, affine.shift)


def _why_unshiftable(after: Node, step: Step) -> str | None:
    operation = after.operation
    if step.shift is None or isinstance(operation, Linear):
        return None
    if isinstance(operation, ConvTranspose):
        return "of the shift, each element of the result of the transposed convolution would have another share"
    assert isinstance(operation, Conv)
    axes = after.outputs[0].type.rank - 2
    made = windows("conv", axes, operation.kernel, operation.stride, operation.padding, operation.dilation)
    if operation.padding_mode == "zeros" and any(window.before or window.after for window in made):
        return "the padding is zero after the shift, and would have to be shifted"
    return None


def _weights(after: Node, step: Step, scene: Scene) -> dict[str, Value]:
    weight, bias = after.weights["weight"], after.weights.get("bias")
    assert isinstance(weight, Weight)
    weights: dict[str, Value] = dict(after.weights)
    if step.gain is not None:
        scaled = Reshaped(Product((_apart(after), _column(after, step.gain))), weight.dims)
        weights["weight"] = scene.folded(f"{stem(after, 'weight')}/folded", weight, weight.dims, scaled)
    if step.shift is not None:
        shifted = Product((_apart(after), _column(after, step.shift)))
        channels = weight.dims[0]
        total: Relayout = Reshaped(Summed(shifted, tuple(range(2, 1 + len(weight.dims)))), (channels,))
        total = total if bias is None else Sum((relayout_of(bias), total))
        weights["bias"] = scene.folded(f"{stem(after, 'bias')}/folded", weight, (channels,), total)
    return weights


def _groups(after: Node) -> int:
    return after.operation.groups if isinstance(after.operation, Conv) else 1


def _apart(after: Node) -> Relayout:
    """The weight with its first axis in groups, [groups, out / groups, in / groups, ...]; of a transposed convolution
    [1, in, out / groups, ...]."""
    weight, groups = after.weights["weight"], _groups(after)
    assert isinstance(weight, Weight)
    return Reshaped(relayout_of(weight), (groups, weight.dims[0] // groups, *weight.dims[1:]))


def _column(after: Node, relayout: Relayout) -> Relayout:
    """One number for all channels of the input, or one for each, so that it fits the weight in groups."""
    weight = after.weights["weight"]
    assert isinstance(weight, Weight)
    if not is_wide(relayout):
        return relayout
    behind = (1,) * (len(weight.dims) - 2)
    if isinstance(after.operation, ConvTranspose):
        return Reshaped(relayout, (1, weight.dims[0], 1, *behind))
    return Reshaped(relayout, (_groups(after), 1, weight.dims[1], *behind))
