"""The logarithm of a softmax."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node
from specc.layers.log_softmax import LogSoftmax
from specc.layers.softmax import Softmax
from specc.passes.common.patterns import maker
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class RecogniseLogSoftmax(Rewrite):
    """Makes one layer of a softmax and the logarithm of it. Where a probability is too small for its element type, the
    logarithm is what it should be, and not -inf.

    Formula: log(softmax(x)) = log_softmax(x)
    Example:
        x -> softmax -> log
        x -> log_softmax
    """

    name: ClassVar[str] = "recognise_log_softmax"
    layers: ClassVar[tuple[str, ...]] = ("log",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A logarithm that alone reads a softmax."""
        before = maker(node.inputs[0], "softmax")
        if before is None:
            return None
        operation = before.operation
        assert isinstance(operation, Softmax)
        if scene.only_reader(before.outputs[0]) is not node:
            return Refused((before, node), "the probabilities are used, too")

        def edit(scene: Scene) -> None:
            scene.patch.change(node, LogSoftmax(operation.axis), inputs=before.inputs)
            scene.patch.remove(before)

        return Found((before, node), edit, "log_softmax")
