"""Inputs that a model is calibrated and compared on: from files, or random."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, Union

import numpy as np

from specc.base.diagnostics import SpecError, fail
from specc.ir.operators import OperatorGraph
from specc.quantise.errors import CalibrationMisfit, CalibrationUnreadable, NoInputsToTry
from specc.quantise.network import Network
from specc.runtime.interface import Port, check_inputs
from specc.runtime.promises import Promises, check_promises
from specc.runtime.session import Session
from specc.runtime.sizes import symbols_of
from specc.runtime.values import shape_of
from specc.weights.array_files import reason
from specc.weights.arrays import Array, numpy_dtype

Sample: TypeAlias = Mapping[str, Array]
Data: TypeAlias = Union[str, Path, Mapping[str, Array]]
BATCHES = ("N", "B", "batch", "batch_size")
"""Names of a first axis along which samples are run one by one."""
RANDOM = 8
"""How many random inputs are tried."""
_USUAL = {**dict.fromkeys(BATCHES, 1), **dict.fromkeys(("H", "W", "height", "width"), 128)}
_OTHER = 32
_UNREADABLE = (OSError, ValueError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error)


class Samples(Protocol):
    """Inputs of several runs, the same each time they are gone through; `random` where they were made up."""

    @property
    def random(self) -> bool:
        """Whether they were made up."""
        ...

    def __iter__(self) -> Iterator[Sample]:
        """One after another."""
        ...


@dataclass(frozen=True, slots=True)
class RandomSamples:
    """Normal numbers for floating point; for integers that look up rows of a table, numbers of rows, for others and for
    booleans 0 or 1. Optional inputs are left out."""

    ports: tuple[Port, ...]
    sizes: Mapping[str, int]
    rows: Mapping[str, int]
    seed: int
    random: bool = True

    def __iter__(self) -> Iterator[Sample]:
        """The same for the same seed."""
        generator = np.random.Generator(np.random.SFC64(self.seed))
        for _ in range(RANDOM):
            yield {port.name: self._made(port, generator) for port in self.ports if not port.optional}

    def _made(self, port: Port, generator: np.random.Generator) -> Array:
        shape = shape_of(port, self.sizes)
        assert port.dtype is not None
        if port.dtype.is_float:
            return generator.standard_normal(shape, np.float32).astype(numpy_dtype(port.dtype))
        return generator.integers(0, self.rows.get(port.name, 2), shape).astype(numpy_dtype(port.dtype))


def random_samples(session: Session, operators: OperatorGraph, bound: Mapping[str, int], seed: int) -> RandomSamples:
    """Random inputs at the sizes `bound`, at small ones where these leave them open. Raises `SpecError`."""
    promises = session.promises or Promises()
    required = [port for port in session.inputs if not port.optional]
    names = {name for port in required for dim in port.shape if isinstance(dim, str) for name in symbols_of(dim)}
    sizes = {name: bound.get(name, _usual(name, promises)) for name in sorted(names)}
    made = RandomSamples(session.inputs, sizes, _rows(operators), seed)
    try:
        for port in required:
            shape_of(port, sizes)
        check_promises(promises, sizes)
        check_inputs(session.inputs, next(iter(made)))
    except SpecError as error:
        raise fail(NoInputsToTry(error.diagnostics[0].message)) from None
    return made


def _usual(name: str, promises: Promises) -> int:
    """A small size that the spec allows."""
    unit = promises.unit.get(name, 1)
    low, high = promises.low.get(name, 1), promises.high.get(name)
    wanted = max(_USUAL.get(name, _OTHER), low)
    if high is not None:
        wanted = min(wanted, high)
    up = -(-wanted // unit) * unit
    return up if high is None or up <= high else wanted // unit * unit


def _rows(operators: OperatorGraph) -> dict[str, int]:
    """By input: rows of the smallest table that its elements are looked up in."""
    network = Network(operators)
    found: dict[str, int] = {}
    for operator in operators.operators:
        if operator.op_type == "Gather" and network.is_constant(operator.inputs[0]):
            name, rows = operator.inputs[1], operators.initializers[operator.inputs[0]].shape[:1]
            if rows:
                found[name] = min(found.get(name, rows[0]), rows[0])
    return found


@dataclass(frozen=True, slots=True)
class GivenSamples:
    """Arrays by input, in one mapping or one mapping for each file; those whose first axis counts samples are run one
    sample at a time."""

    ports: tuple[Port, ...]
    parts: tuple[Mapping[str, Array] | Path, ...]
    source: str
    random: bool = False

    def __iter__(self) -> Iterator[Sample]:
        """Each file is read when its turn comes. Raises `SpecError` for one that does not fit."""
        for part in self.parts:
            arrays = _archive(part) if isinstance(part, Path) else part
            fitting = {port.name: self._fitting(port, arrays[port.name]) for port in self._present(arrays)}
            yield from _split(self.ports, fitting)

    def _present(self, arrays: Mapping[str, Array]) -> list[Port]:
        for port in self.ports:
            if port.name not in arrays and not port.optional:
                held = ", ".join(f"`{name}`" for name in list(arrays)[:8]) or "nothing"
                raise fail(CalibrationMisfit(self.source, port.name, f"has no `{port.name}`, but {held}", str(port)))
        return [port for port in self.ports if port.name in arrays]

    def _fitting(self, port: Port, array: Array) -> Array:
        """`array` in the element type of the input, where it loses nothing but precision."""
        shown = f"{array.dtype.name}[{', '.join(map(str, array.shape))}]"
        misfit = CalibrationMisfit(self.source, port.name, f"has `{port.name}` as {shown}", str(port))
        fits = len(array.shape) == len(port.shape) and all(
            dim == size or (axis == 0 and size % dim == 0)
            for axis, (dim, size) in enumerate(zip(port.shape, array.shape, strict=True))
            if isinstance(dim, int) and dim
        )
        if not fits or not array.size or port.dtype is None or array.dtype.kind not in "biuf":
            raise fail(misfit)
        if array.dtype.kind == "f" and not port.dtype.is_float:
            raise fail(misfit)
        return array.astype(numpy_dtype(port.dtype), copy=False)


def _split(ports: tuple[Port, ...], arrays: Mapping[str, Array]) -> Iterator[Sample]:
    """Parts along the first axis, where it counts samples in all of the arrays."""
    firsts = {port.shape[0] if port.shape else "" for port in ports if port.name in arrays}
    counts = {len(array) if array.ndim else 0 for array in arrays.values()}
    step = 1 if len(firsts) == 1 and firsts <= set(BATCHES) else next(iter(firsts), "")
    if len(firsts) != 1 or len(counts) != 1 or not isinstance(step, int):
        yield arrays
        return
    for start in range(0, counts.pop(), step):
        yield {name: array[start : start + step] for name, array in arrays.items()}


def given_samples(session: Session, data: Data) -> GivenSamples:
    """The samples in a `.npz` file, in a folder of `.npy` and `.npz` files, or in arrays by input. Raises
    `SpecError`."""
    if isinstance(data, Mapping):
        return GivenSamples(session.inputs, (data,), "given arrays")
    path = Path(data)
    if path.is_dir():
        return GivenSamples(session.inputs, _folder(path), str(data))
    if path.suffix != ".npz":
        raise fail(CalibrationUnreadable(str(data), "there is no such folder or `.npz` file"))
    return GivenSamples(session.inputs, (path,), str(data))


def _folder(path: Path) -> tuple[Mapping[str, Array] | Path, ...]:
    archives = sorted(path.glob("*.npz"))
    singles = sorted(path.glob("*.npy"))
    if not archives and not singles:
        raise fail(CalibrationUnreadable(str(path), "the folder has no `.npy` or `.npz` file"))
    together: tuple[Mapping[str, Array], ...] = ({one.stem: _single(one) for one in singles},) if singles else ()
    return (*together, *archives)


def _single(path: Path) -> Array:
    try:
        array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except _UNREADABLE as error:
        raise fail(CalibrationUnreadable(str(path), reason(error))) from None
    return array


def _archive(path: Path) -> dict[str, Array]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive}
    except _UNREADABLE as error:
        raise fail(CalibrationUnreadable(str(path), reason(error))) from None
