"""What the adaptive pooling layers have in common: windows that cut an axis into a given number of parts.

Window i of `count` over `size` elements goes from `floor(i * size / count)` to `ceil((i + 1) * size / count)`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Rejected
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_rank, per_axis
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors_vision import UnevenAdaptivePool
from specc.tensor.dims import Dim, exact_quotient, product
from specc.tensor.types import TensorType

Combine = Callable[[Builder, str, int, tuple[float, ...] | None, TensorType], str]
"""Combines the windows that lie along an axis, by the weights of their elements (None: all alike)."""


def spans(size: int, count: int) -> tuple[tuple[int, int], ...]:
    """Start and end of each window."""
    spend(count)
    return tuple((i * size // count, -(-(i + 1) * size // count)) for i in range(count))


def adaptive_result(layer: str, inputs: Arguments[TensorType], size: int | tuple[int, ...]) -> TensorType:
    """[N, C, *size]; rejects a symbol that is not a multiple of its output size."""
    tensor = inputs[0]
    SINGLE.need(layer, tensor)
    need_rank(layer, tensor, 3, 5, "[N, C, ...]")
    need_some(layer, tensor, range(1, tensor.rank))
    sizes = per_axis(layer, "size", size, tensor.rank - 2)
    for axis, wanted in enumerate(sizes, 2):
        given = tensor.shape[axis]
        if not isinstance(given, int) and exact_quotient(given, wanted) is None:
            raise Rejected(UnevenAdaptivePool(layer, given, wanted), Blame(0, axis))
    return tensor.with_shape((*tensor.shape[:2], *sizes))


def adaptive_cost(given: TensorType, made: TensorType) -> Cost:
    """One operation for each element of each window."""
    along = [
        sum(end - start for start, end in spans(size, count))
        if isinstance(size, int) and isinstance(count, int)
        else size
        for size, count in zip(given.shape[2:], made.shape[2:], strict=True)
    ]
    return Cost(0, product((*given.shape[:2], *along)))


def lower_adaptive(build: Builder, site: Site, pool: str, combine: Combine) -> str:
    """The global or plain pooling operator where it does, else one axis after another."""
    tensor, given, made = site.inputs[0], site.types[0], site.outputs[0]
    if all(count == 1 for count in made.shape[2:]):
        return build.op(f"Global{pool}", tensor)
    kernels = [exact_quotient(a, b) for a, b in zip(given.shape[2:], made.shape[2:], strict=True)]
    fixed = tuple(kernel for kernel in kernels if isinstance(kernel, int))
    if len(fixed) == len(kernels):
        return build.op(pool, tensor, kernel_shape=fixed, strides=fixed) if prod(fixed) > 1 else tensor
    for axis in range(2, given.rank):
        tensor, given = _along(build, tensor, given, axis, made.shape[axis], combine)
    return tensor


def _along(
    build: Builder, tensor: str, given: TensorType, axis: int, count: Dim, combine: Combine
) -> tuple[str, TensorType]:
    size = given.shape[axis]
    assert isinstance(count, int)
    result = given.with_shape((*given.shape[:axis], count, *given.shape[axis + 1 :]))
    if size == count:
        return tensor, result
    width = exact_quotient(size, count)
    if width is not None:
        apart = (*given.shape[:axis], count, width, *given.shape[axis + 1 :])
        windows = build.reshape(tensor, given.shape, apart)
        return combine(build, windows, axis, None, given.with_shape(apart)), result
    assert isinstance(size, int)
    return _gathered(build, tensor, given, axis, spans(size, count), combine), result


def _gathered(
    build: Builder, tensor: str, given: TensorType, axis: int, parts: tuple[tuple[int, int], ...], combine: Combine
) -> str:
    """Windows of unequal width: each is filled up with its last element, which then has weight 0."""
    width = max(end - start for start, end in parts)
    spend(width * len(parts))
    indices = tuple(min(start + i, end - 1) for start, end in parts for i in range(width))
    weights = tuple(1 / (end - start) if start + i < end else 0.0 for start, end in parts for i in range(width))
    apart = given.with_shape((*given.shape[:axis], len(parts), width, *given.shape[axis + 1 :]))
    gathered = build.op("Gather", tensor, build.ints(*indices), axis=axis)
    long = (*given.shape[:axis], len(parts) * width, *given.shape[axis + 1 :])
    return combine(build, build.reshape(gathered, long, apart.shape), axis, weights, apart)
