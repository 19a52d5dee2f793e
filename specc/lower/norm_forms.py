"""Norms as what the runtime computes faster than the operator for them."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.layers.local_response_norm import LocalResponseNorm
from specc.tensor.dims import product
from specc.tensor.dtypes import DType

MOST_CHANNELS = 512
"""Of a product with a matrix of channels by channels, beyond which it is large."""
THREE_QUARTERS = 0.75


def local_response_norm(operation: Operation, build: Builder, site: Site) -> tuple[str, ...] | None:
    """Sums over the window as a product with a band matrix, and the usual exponent by two square roots.

    The operator raises each element to a power, and takes 3 to 6 times as long (`benchmarks/latency/forms_notes.md`).
    """
    assert isinstance(operation, LocalResponseNorm)
    given, dtype = site.types[0].shape, site.types[0].dtype
    channels = given[1]
    if dtype is not DType.FLOAT32 or not isinstance(channels, int) or channels > MOST_CHANNELS:
        return None
    flat = (given[0], channels, product(given[2:]))
    tensor = build.reshape(site.inputs[0], given, flat)
    band = build.floats(_band(operation, channels), (channels, channels), dtype)
    sums = build.op("MatMul", band, build.op("Mul", tensor, tensor))
    base = build.op("Add", sums, build.scalar(operation.k, dtype))
    return (build.reshape(build.op("Div", tensor, _power(build, base, operation.beta, dtype)), flat, given),)


def _band(operation: LocalResponseNorm, channels: int) -> tuple[float, ...]:
    """Row c: `alpha / size` at the channels in the window of c."""
    before, after = operation.size // 2, (operation.size - 1) // 2
    weight = operation.alpha / operation.size
    return tuple(
        weight if -before <= other - own <= after else 0.0 for own in range(channels) for other in range(channels)
    )


def _power(build: Builder, base: str, exponent: float, dtype: DType) -> str:
    if exponent != THREE_QUARTERS:
        return build.op("Pow", base, build.scalar(exponent, dtype))
    root = build.op("Sqrt", base)
    return build.op("Mul", root, build.op("Sqrt", root))
