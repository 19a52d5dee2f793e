"""Batch normalisation after a convolution or a linear layer."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Weight
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.linear import Linear
from specc.passes.common.normalised import as_affine
from specc.passes.common.scaling import rescaled, why_fixed
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


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
        why = why_fixed(before, scene)
        if why is not None:
            return Refused(nodes, why)
        if any(not isinstance(value, Weight) for value in node.weights.values()):
            return Refused(nodes, "the statistics are computed")

        def edit(scene: Scene) -> None:
            operation, weights = rescaled(before, as_affine(node), scene)
            scene.patch.change(before, operation, weights=weights)
            scene.patch.replace_uses(node.outputs[0], before.outputs[0])
            scene.patch.remove(node)

        return Found(nodes, edit, "into the layer before")
