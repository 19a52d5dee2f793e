"""What maximum and average pooling have in common."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Port, Rejected
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.errors_vision import EmptyWindow, PoolPaddingTooLarge
from specc.layers.common.windows import Padding, Window, slide, windows
from specc.tensor.dims import at_least
from specc.tensor.types import TensorType

POOL_PORTS = (Port("input", doc="[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),)


def pool_windows(
    layer: str,
    inputs: Arguments[TensorType],
    kernel: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None,
    padding: Padding,
    dilation: int | tuple[int, ...] = 1,
    types: ElementTypes = SINGLE,
) -> tuple[Window, ...]:
    """The windows over the spatial axes; rejects padding above half the kernel (PyTorch's rule)."""
    types.need(layer, inputs[0])
    need_rank(layer, inputs[0], 3, 5, "[N, C, ...]")
    axes = inputs[0].rank - 2
    made = windows(layer, axes, kernel, kernel if stride is None else stride, padding, dilation)
    for axis, window in enumerate(made, 2):
        pad = max(window.before, window.after)
        if 2 * pad > window.kernel:
            raise Rejected(PoolPaddingTooLarge(layer, pad, window.kernel), Blame(0, axis))
    return made


def pooled(layer: str, tensor: TensorType, made: tuple[Window, ...]) -> TensorType:
    """[N, C, ...] after the windows; rejects a window that may not fit, or may have no element but padding, and a
    tensor that may be without channels, which the runtime does not take."""
    need_some(layer, tensor, (1,))
    sizes = slide(layer, tensor, made)
    for axis, window in enumerate(made, 2):
        size, needed = tensor.shape[axis], 1 + _reach(window)
        if window.before and not at_least(size, needed):
            raise Rejected(EmptyWindow(layer, needed, size, axis), Blame(0, axis))
    return tensor.with_shape((*tensor.shape[:2], *sizes))


def _reach(window: Window) -> int:
    """Largest index, over the windows that start in the padding, of the first element that is not padding."""
    starts = range(-window.before, 0, window.stride)
    spend(min(-(-window.before // window.stride), 1 << 62))
    return max((start % window.dilation for start in starts), default=0)


def pool_cost(made: tuple[Window, ...], outputs: tuple[TensorType, ...]) -> Cost:
    """One operation for each element of each window."""
    return Cost(0, outputs[0].size * prod(window.kernel for window in made))


def pads(made: tuple[Window, ...]) -> tuple[int, ...]:
    """Padding in ONNX's order: all before, then all after."""
    return (*(w.before for w in made), *(w.after for w in made))


def unpadded(made: tuple[Window, ...]) -> tuple[Window, ...]:
    """The same windows over an input that is padded already."""
    return tuple(replace(w, before=0, after=0) for w in made)


def averaged(build: Builder, tensor: str, made: tuple[Window, ...], padding: tuple[int, ...], counted: bool) -> str:
    """ONNX AveragePool, in which the padding is `counted` or not."""
    return build.op(
        "AveragePool",
        tensor,
        kernel_shape=tuple(w.kernel for w in made),
        strides=tuple(w.stride for w in made),
        pads=padding,
        count_include_pad=int(counted),
    )


def global_result(layer: str, inputs: Arguments[TensorType]) -> TensorType:
    """[N, C, 1, ...]; rejects an input that may have no channels or no positions."""
    tensor = inputs[0]
    SINGLE.need(layer, tensor)
    need_rank(layer, tensor, 3, 16, "[N, C, ...]")
    need_some(layer, tensor, range(1, tensor.rank))
    return tensor.with_shape((*tensor.shape[:2], *(1,) * (tensor.rank - 2)))


def over_positions(build: Builder, site: Site, pool: str, reduction: str) -> str:
    """A pooling operator over all positions; over more than three axes, which it does not take, a reduction."""
    rank = site.types[0].rank
    if rank <= 5:
        return build.op(pool, site.inputs[0])
    return build.op(reduction, site.inputs[0], build.ints(*range(2, rank)), keepdims=1)
