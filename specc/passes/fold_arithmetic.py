"""Products, sums, quotients and differences with constants after a layer with weights."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node
from specc.passes.common.arithmetic import ARITHMETIC, Step, operands, step_of
from specc.passes.common.constants import is_wide
from specc.passes.common.scaling import SCALABLE, Affine, channel_axis, rescaled, why_unscalable
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FoldArithmetic(Rewrite):
    """Lets the weights of a convolution, a linear layer or a normalisation take up the constants that its result is
    multiplied by, divided by or added to: one number, or one for each channel (layer scale is such a factor).

    Formula: gain * (weight * x + bias) + shift = (gain * weight) * x + (gain * bias + shift)
    Example:
        x -> linear(8) as fc; y = fc * 0.5 + 1
        x -> linear(8) as fc
    """

    name: ClassVar[str] = "fold_arithmetic"
    layers: ClassVar[tuple[str, ...]] = ARITHMETIC

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Arithmetic that alone reads what such a layer gives."""
        found = operands(node, scene)
        before = None if found is None else found[0].producer
        if found is None or before is None or not isinstance(before.operation, SCALABLE):
            return None
        nodes = (before, node)
        step = step_of(node, scene, channel_axis(before.operation))
        if not isinstance(step, Step):
            return None if step is None else Refused(nodes, step)
        if scene.only_reader(before.outputs[0]) is not node:
            return Refused(nodes, "the result of the layer before is used without it, too")
        affine = Affine(step.gain, step.shift, step.gain is not None and is_wide(step.gain))
        why = why_unscalable(before, affine, scene)
        if why is not None:
            return Refused(nodes, why)

        def edit(scene: Scene) -> None:
            operation, weights = rescaled(before, affine, scene)
            scene.patch.change(before, operation, weights=weights)
            scene.patch.replace_uses(node.outputs[0], before.outputs[0])
            scene.patch.remove(node)

        return Found(nodes, edit, "into the layer before")
