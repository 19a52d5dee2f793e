"""Element types changed twice."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node
from specc.layers.cast import Cast
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene
from specc.tensor.dtypes import DType

_HOLDS: dict[DType, tuple[DType, ...]] = {
    DType.FLOAT16: (DType.FLOAT32, DType.FLOAT64),
    DType.BFLOAT16: (DType.FLOAT32, DType.FLOAT64),
    DType.FLOAT32: (DType.FLOAT64,),
    DType.INT8: (DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
    DType.UINT8: (DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
    DType.INT16: (DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
    DType.INT32: (DType.INT64, DType.FLOAT64),
    DType.BOOL: (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
}
"""Types that hold every value of a type."""


class MergeCasts(Rewrite):
    """Gives elements their last type at once where the type in between holds every value of the first.

    Example:
        x -> cast(float32) -> cast(int64)
        x -> cast(int64)
    """

    name: ClassVar[str] = "merge_casts"
    layers: ClassVar[tuple[str, ...]] = ("cast",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A cast that reads another."""
        tensor, result = node.inputs[0], node.outputs[0]
        before = None if tensor is None else tensor.producer
        if tensor is None or before is None or not isinstance(before.operation, Cast):
            return None
        source = before.inputs[0]
        assert source is not None
        if tensor.type.dtype not in _HOLDS.get(source.type.dtype, ()):
            return Refused((before, node), f"{tensor.type.dtype} does not hold every value of {source.type.dtype}")

        def edit(scene: Scene) -> None:
            if source.type == result.type:
                scene.patch.replace_uses(result, source)
                scene.patch.remove(node)
            else:
                scene.patch.change(node, inputs=(source,))
            if scene.only_reader(tensor) is node:
                scene.patch.remove(before)

        return Found((before, node), edit, "two as one")
