"""Values of inputs from the command line: `name=FILE`, `name=[[1, 2]]`, `name=0.5`, `name=random`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np

from specc.base.diagnostics import SpecError, fail
from specc.base.suggest import nearest
from specc.runtime.errors import BadInputValue, BindingDiffers, SizeNotBound, UnknownInput
from specc.runtime.interface import Port, told_sizes
from specc.runtime.sizes import size_of, symbols_of
from specc.tensor.dtypes import DType
from specc.weights.array_files import load_array
from specc.weights.arrays import Array, cast, numpy_dtype

WORDS = ("random", "zeros", "ones")


def parse_input(text: str, ports: tuple[Port, ...], sizes: Mapping[str, int], seed: int = 0) -> tuple[str, Array]:
    """The input's name and tensor that `name=value` gives, in the input's element type. `sizes` bind symbols for values
    that fill the whole input; `random` is normal, for integers and booleans 0 or 1. Raises `SpecError`."""
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise fail(BadInputValue(text, "it has to be NAME=VALUE"))
    port = next((port for port in ports if port.name == name), None)
    if port is None:
        known = tuple(port.name for port in ports)
        raise fail(UnknownInput(name, nearest(name, known), known))
    if port.dtype is None:
        raise fail(BadInputValue(text, "the input is not a tensor"))
    return name, _tensor(value, port, port.dtype, sizes, seed)


def parse_inputs(
    texts: Iterable[str], ports: tuple[Port, ...], sizes: Mapping[str, int], seed: int = 0, fill: bool = False
) -> tuple[dict[str, Array], dict[str, int]]:
    """Tensors by input from `NAME=VALUE`, and the sizes of their symbols: `sizes`, and those that files and lists tell.
    With `fill`, all other inputs are random. Raises `SpecError`, also where a tensor has another size than `sizes`."""
    given = list(texts)
    if fill:
        named = {text.partition("=")[0] for text in given}
        given += (f"{port.name}=random" for port in ports if port.name not in named)
    known = {**given_sizes(given, ports, sizes), **sizes}
    return dict(parse_input(text, ports, known, seed) for text in given), known


def given_sizes(texts: Iterable[str], ports: tuple[Port, ...], sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes that files and lists among `NAME=VALUE` tell. Raises `SpecError` where `sizes` say something else."""
    told = told_sizes(ports, dict(parse_input(text, ports, sizes) for text in texts if _has_shape(text)))
    wrong = [BindingDiffers(name, size, told[name]) for name, size in sizes.items() if told.get(name, size) != size]
    if wrong:
        raise SpecError(mistake.at(None) for mistake in wrong)
    return told


def _has_shape(text: str) -> bool:
    """Whether a value is a file or a list."""
    value = text.partition("=")[2]
    return value.startswith("[") or value.partition(":")[0].endswith((".npy", ".npz"))


def _tensor(value: str, port: Port, dtype: DType, sizes: Mapping[str, int], seed: int) -> Array:
    if value in WORDS:
        return _made_up(value, shape_of(port, sizes), dtype, seed)
    path, _, key = value.partition(":")
    if path.endswith((".npy", ".npz")):
        return cast(load_array(path, key or None, prefer=port.name), dtype, port.name)
    array = _literal(value)
    if array.ndim == 0 and port.shape:
        array = np.broadcast_to(array, shape_of(port, sizes))
    return cast(array, dtype, port.name)


def _literal(value: str) -> Array:
    try:
        parsed = json.loads(value.replace("_", "") if value[:1].isdigit() else value)
        array = np.asarray(parsed)
    except (ValueError, RecursionError):
        wanted = f"it is neither a .npy or .npz file, nor numbers, nor {', '.join(WORDS)}"
        raise fail(BadInputValue(value, wanted)) from None
    if array.dtype.kind not in "biuf":
        raise fail(BadInputValue(value, "it has to hold numbers, each list as long as those beside it"))
    return array


def shape_of(port: Port, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of an input where `sizes` give its symbols. Raises `SpecError` where they do not."""
    known = [dim if isinstance(dim, int) else size_of(dim, sizes) for dim in port.shape]
    if any(size is None for size in known):
        texts = [dim for dim in port.shape if isinstance(dim, str)]
        unknown = {symbol for text in texts for symbol in symbols_of(text)} - sizes.keys()
        raise fail(SizeNotBound(port.name, str(port), tuple(sorted(unknown))))
    return tuple(size for size in known if size is not None)


def _made_up(word: str, shape: tuple[int, ...], dtype: DType, seed: int) -> Array:
    if word != "random":
        return (np.ones if word == "ones" else np.zeros)(shape, numpy_dtype(dtype))
    generator = np.random.Generator(np.random.SFC64(seed))
    if not dtype.is_float:
        return generator.integers(0, 2, shape).astype(numpy_dtype(dtype))
    return generator.standard_normal(shape, np.float32).astype(numpy_dtype(dtype))
