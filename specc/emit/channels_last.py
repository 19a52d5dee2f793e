"""Convolutions with channels last, where that was measured to be faster on CUDA."""

from __future__ import annotations

from specc.ir.operators import Operator, OperatorGraph
from specc.passes.islands import BFLOAT16_CONVOLUTIONS

OPTION = "prefer_nhwc"
"""Of onnxruntime's CUDA provider: it turns convolutions and what lies between them to channels last."""
TURNED = frozenset(("Conv", "ConvTranspose", "GlobalAveragePool", "MaxPool"))
"""Operators with places that were measured and compared on a device so (docs/cuda.md)."""
OTHERS = frozenset((
    "AveragePool", "BatchNormalization", "Col2Im", "DepthToSpace", "GlobalLpPool", "GlobalMaxPool", "GridSample",
    "GroupNorm", "If", "InstanceNormalization", "LRN", "LayerNormalization", "Loop", "LpPool", "MatMul", "MaxRoiPool",
    "MaxUnpool", "Resize", "RoiAlign", "Scan", "SpaceToDepth", "Transpose", "Upsample",
))  # fmt: skip
"""Operators that the provider may turn as well, that stand in the way of it, and bodies: none was measured."""


def channels_last(graph: OperatorGraph, dtype: str, opset: int) -> bool:
    """Whether a model of images in float16, or in bfloat16 around convolutions in float32, is turned.

    Convolutions in bfloat16 itself, of a later opset, have no kernel with channels last; nothing of that was measured.
    On an H200 it took 0.67 to 0.92 of the time in float16 and 0.61 to 0.89 in bfloat16; float32 without TF32 took
    longer (docs/cuda.md, `benchmarks/cuda/options.py`).
    """
    if dtype not in ("float16", "bfloat16") or opset >= BFLOAT16_CONVOLUTIONS:
        return False
    names = {one.op_type for one in graph.operators}
    if names & OTHERS or "Conv" not in names:
        return False
    return all(_of_images(one, graph) for one in graph.operators if one.op_type in TURNED)


def _of_images(operator: Operator, graph: OperatorGraph) -> bool:
    if operator.op_type == "GlobalAveragePool":
        type_ = graph.types.get(operator.inputs[0])
        return type_ is not None and len(type_.shape) == 4
    kernel, dilations = operator.attributes.get("kernel_shape"), operator.attributes.get("dilations", ())
    spread = isinstance(dilations, tuple) and any(step != 1 for step in dilations)
    return isinstance(kernel, tuple) and len(kernel) == 2 and len(operator.outputs) == 1 and not spread
