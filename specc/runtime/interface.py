"""Inputs and outputs of a loaded model, and whether given tensors fit them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from specc.base.diagnostics import Reporter, fail
from specc.base.suggest import nearest
from specc.runtime.errors import InputMisfit, InputMissing, RunFailed, SizesClash, UnknownInput
from specc.runtime.sizes import size_of, solve, symbols_of
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, numpy_dtype


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a model; dims are sizes, or texts that name symbols. `dtype` None: not a plain tensor.
    An optional input may be left out; `default` is its value then, where it is known. One to be `filled` is then given
    to the runtime, which has no default of its own."""

    name: str
    dtype: DType | None
    shape: tuple[int | str, ...]
    optional: bool = False
    default: float | None = None
    filled: bool = False

    def __str__(self) -> str:
        return f"{self.dtype or 'other'}[{', '.join(map(str, self.shape))}]"


def check_inputs(ports: tuple[Port, ...], given: Mapping[str, Array]) -> dict[str, int]:
    """Values of the symbols at these inputs, by symbol. Raises one `SpecError` with all that does not fit."""
    reporter = Reporter()
    known = {port.name: port for port in ports}
    missing = [port.name for port in ports if port.name not in given]
    for name in given:
        if name not in known:
            reporter.report(UnknownInput(name, nearest(name, missing), tuple(known)), None)
    fitting: list[Port] = []
    for port in ports:
        if port.name in given:
            if _fits(port, given[port.name], reporter):
                fitting.append(port)
        elif not port.optional:
            reporter.report(InputMissing(port.name, str(port)), None)
    values = _sizes(fitting, given, reporter)
    reporter.raise_if_failed()
    return values


def told_sizes(ports: tuple[Port, ...], given: Mapping[str, Array]) -> dict[str, int]:
    """Values of the symbols that some inputs tell; those of another rank than they should have tell nothing. Raises
    `SpecError` where they do not agree."""
    reporter = Reporter()
    ranked = [port for port in ports if port.name in given and given[port.name].ndim == len(port.shape)]
    values = _sizes(ranked, given, reporter)
    reporter.raise_if_failed()
    return values


def with_defaults(ports: tuple[Port, ...], given: Mapping[str, Array], values: Mapping[str, int]) -> dict[str, Array]:
    """`given`, and the inputs that are left out and to be filled, or whose sizes another optional one may tell.
    `values` has all symbols."""
    filled = dict(given)
    told = any(port.optional and port.name in given for port in ports)
    for port in ports:
        if not (told or port.filled):
            continue
        shape = [dim if isinstance(dim, int) else size_of(dim, values) for dim in port.shape]
        sizes = tuple(size for size in shape if size is not None)
        if port.name not in given and port.default is not None and port.dtype and len(sizes) == len(shape):
            filled[port.name] = _full(port, port.dtype, sizes, port.default)
    return filled


def _full(port: Port, dtype: DType, sizes: tuple[int, ...], value: float) -> Array:
    try:
        return np.full(sizes, value, numpy_dtype(dtype))
    except (MemoryError, ValueError, OverflowError):
        why = f"input `{port.name}` is left out, and no array of shape {list(sizes)} can be made for it"
        raise fail(RunFailed("", "", why)) from None


def _fits(port: Port, array: Array, reporter: Reporter) -> bool:
    """Whether element type, rank and fixed sizes are those of the input."""
    dims = zip(port.shape, array.shape, strict=False)
    same_shape = len(port.shape) == array.ndim and all(dim == size for dim, size in dims if isinstance(dim, int))
    same_type = port.dtype is not None and array.dtype == numpy_dtype(port.dtype)
    if same_shape and same_type:
        return True
    reshape = f"give an array of shape {list(port.shape)}"
    advice = f"convert it with `.astype(numpy.{port.dtype})`" if same_shape and port.dtype else reshape
    given = f"{array.dtype.name}[{', '.join(map(str, array.shape))}]"
    reporter.report(InputMisfit(port.name, str(port), given, advice), None)
    return False


@dataclass(frozen=True, slots=True)
class _Dim:
    port: str
    axis: int
    text: str
    size: int


def _sizes(ports: Iterable[Port], given: Mapping[str, Array], reporter: Reporter) -> dict[str, int]:
    """Solve the symbols, plain dims first, and compare every dim with its value."""
    dims = [
        _Dim(port.name, axis, dim, given[port.name].shape[axis])
        for port in ports
        for axis, dim in enumerate(port.shape)
        if isinstance(dim, str) and dim
    ]
    values: dict[str, int] = {}
    reasons: dict[str, str] = {}
    while (found := _next(dims, values)) is not None:
        symbol, value, dim = found
        values[symbol] = value
        reasons[symbol] = f"`{symbol}` = {value} by dim {dim.axis} of `{dim.port}`"
    for dim in dims:
        wanted = size_of(dim.text, values)
        if wanted is not None and wanted != dim.size:
            why = "; ".join(reasons[symbol] for symbol in sorted(symbols_of(dim.text)) if symbol in reasons)
            reporter.report(SizesClash(dim.port, dim.axis, dim.text, wanted, dim.size, why), None)
    return values


def _next(dims: list[_Dim], values: Mapping[str, int]) -> tuple[str, int, _Dim] | None:
    for dim in dims:
        if symbols_of(dim.text) == {dim.text} and dim.text not in values:
            return dim.text, dim.size, dim
    for dim in dims:
        unknown = symbols_of(dim.text) - values.keys()
        if len(unknown) == 1:
            (symbol,) = unknown
            value = solve(dim.text, symbol, dim.size, values)
            if value is not None:
                return symbol, value, dim
    return None
