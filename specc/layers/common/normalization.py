"""What normalisations have in common."""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.ir.initial import Constant
from specc.ir.operation import Blame, Rejected, WeightSpec
from specc.layers.common.axes import need_some
from specc.layers.common.errors_vision import NotTheTrailingDims, TooManyTrailingDims
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def trailing(layer: str, tensor: TensorType, dims: int | tuple[int, ...]) -> tuple[int, ...]:
    """Axes of the trailing dims: so many, or those whose sizes are listed; rejects dims without an element."""
    count = dims if isinstance(dims, int) else len(dims)
    if not 1 <= count <= tensor.rank:
        raise Rejected(TooManyTrailingDims(layer, count, str(tensor)), Blame(0))
    axes = tuple(range(tensor.rank - count, tensor.rank))
    for axis, size in zip(axes, () if isinstance(dims, int) else dims, strict=False):
        if tensor.shape[axis] != size:
            raise Rejected(NotTheTrailingDims(layer, size, tensor.shape[axis], axis), Blame(0, axis))
    need_some(layer, tensor, axes)
    return axes


def affine_weights(channels: int, dtype: DType) -> tuple[WeightSpec, ...]:
    """`weight` and `bias` of each channel."""
    return (
        WeightSpec("weight", (channels,), Constant(1.0), dtype=dtype),
        WeightSpec("bias", (channels,), Constant(0.0), dtype=dtype),
    )


def running_statistics(channels: int, dtype: DType) -> tuple[WeightSpec, ...]:
    """The buffers `running_mean` and `running_var` of each channel."""
    return (
        WeightSpec("running_mean", (channels,), Constant(0.0), trainable=False, dtype=dtype),
        WeightSpec("running_var", (channels,), Constant(1.0), trainable=False, dtype=dtype),
    )


def standardized(build: Builder, tensor: str, axes: tuple[int, ...], eps: float, dtype: DType) -> str:
    """`(x - mean) / sqrt(variance + eps)` along `axes`, from primitive operators."""
    over = build.ints(*axes)
    centred = build.op("Sub", tensor, build.op("ReduceMean", tensor, over, keepdims=1))
    variance = build.op("ReduceMean", build.op("Mul", centred, centred), over, keepdims=1)
    deviation = build.op("Sqrt", build.op("Add", variance, build.scalar(eps, dtype)))
    return build.op("Div", centred, deviation)
