"""One layer of a recurrent network over all steps, by the fused operator or step by step."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.builder import Builder, Site
from specc.layers.arange import counted
from specc.layers.common.cell import Cell
from specc.layers.common.element_types import ONNX_NUMBERS
from specc.layers.common.fused import CellWeights, Fused, Run, run_fused
from specc.layers.common.lengths import LENGTHS, kept_lengths
from specc.layers.common.loop import Along, Loop, Names
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Sequences:
    """Sequences of one run: batch N and element type. Where they have their own lengths, what is needed of these: int32
    `lengths` [N], `some` [N, 1] whether one is above 0, `alive` [T, N, 1] whether a step lies within it."""

    batch: Dim
    dtype: DType
    lengths: str | None = None
    some: str | None = None
    alive: str | None = None

    @staticmethod
    def of(build: Builder, site: Site, batch_axis: int, fused: bool) -> Sequences:
        """Those at the inputs of a layer, for a fused operator or for single steps."""
        tensor, given = site.types[0], site.inputs.get(LENGTHS.name)
        batch, longest = tensor.shape[batch_axis], tensor.shape[1 - batch_axis]
        if given is None:
            return Sequences(batch, tensor.dtype)
        wide = kept_lengths(build, given, site.types[LENGTHS.name].dtype, longest)
        if not fused:
            times = build.op("Unsqueeze", counted(build, longest), build.ints(1, 2))
            alive = build.op("Less", times, build.op("Unsqueeze", wide, build.ints(1)))
            return Sequences(batch, tensor.dtype, alive=alive)
        narrow = build.op("Cast", wide, to=ONNX_NUMBERS[DType.INT32])
        if len(site.inputs) == 2:
            return Sequences(batch, tensor.dtype, narrow)
        some = build.op("Unsqueeze", build.op("Greater", wide, build.ints(0)), build.ints(1))
        return Sequences(batch, tensor.dtype, narrow, some)


@dataclass(frozen=True, slots=True)
class Level:
    """One layer over `steps` [T, N, I]: its cell, the weights and the first states [directions, N, size]."""

    build: Builder
    cell: Cell
    weights: tuple[CellWeights, ...]
    run: Sequences
    steps: str
    starts: tuple[str | None, ...]

    def emit(self) -> tuple[str, Names]:
        """All results [T, directions, N, size], zeros beyond the end of a sequence; the last states, those at the end
        of each sequence, [directions, N, size]."""
        fused = self.cell.fused()
        return self._by_steps() if fused is None else self._at_once(fused)

    def _at_once(self, fused: Fused) -> tuple[str, Names]:
        some = self.run.some
        made = Run(self.steps, self.starts, self.cell.hidden, self.run.dtype, self.run.lengths)
        raw, *lasts = run_fused(self.build, fused, self.weights, made)
        if some is None:
            return raw, tuple(lasts)
        # For a sequence of no steps, the operator gives zeros in place of the first state.
        return raw, tuple(
            last if start is None else self.build.op("Where", some, last, start)
            for last, start in zip(lasts, self.starts, strict=True)
        )

    def _by_steps(self) -> tuple[str, Names]:
        build = self.build
        results: list[str] = []
        lasts: list[Names] = []
        for direction in range(len(self.weights)):
            result, last = self._direction(direction)
            results.append(build.op("Unsqueeze", result, build.ints(1)))
            lasts.append(tuple(build.op("Unsqueeze", name, build.ints(0)) for name in last))
        by_state = zip(*lasts, strict=True)
        return _joined(build, tuple(results), 1), tuple(_joined(build, ends, 0) for ends in by_state)

    def _direction(self, direction: int) -> tuple[str, Names]:
        """Results [T, N, size] and last states [N, size] of one direction, by Scan."""
        build, cell, weights = self.build, self.cell, self.weights[direction].names
        entered = cell.entered(build, weights, self.steps, 3)
        sequences = [Along(entered, 0, self._of(cell.gates * cell.hidden))]
        if self.run.alive is not None:
            sequences.append(Along(self.run.alive, 0, TensorType(DType.BOOL, (self.run.batch, 1))))
        states = tuple(
            (self._first(start, size, direction), self._of(size))
            for start, size in zip(self.starts, cell.states, strict=True)
        )
        loop = Loop(states, tuple(sequences), ((self._of(cell.output), 0),), bool(direction))

        def step(inner: Builder, before: Names, slices: Names) -> tuple[Names, Names]:
            result, *after = cell.step(inner, weights, slices[0], before)
            if len(slices) == 1:
                return tuple(after), (result,)
            alive = slices[1]
            zero = inner.scalar(0.0, self.run.dtype)
            kept = tuple(inner.op("Where", alive, new, old) for new, old in zip(after, before, strict=True))
            return kept, (inner.op("Where", alive, result, zero),)

        lasts, (result,) = loop.emit(build, step)
        return result, lasts

    def _of(self, size: int) -> TensorType:
        return TensorType(self.run.dtype, (self.run.batch, size))

    def _first(self, start: str | None, size: int, direction: int) -> str:
        """The first state [N, size] of one direction."""
        build = self.build
        if start is None:
            zero = build.scalar(0.0, self.run.dtype)
            return build.expand(zero, (), (self.run.batch, size), self.run.dtype)
        return build.op("Gather", start, build.scalar(direction, DType.INT64), axis=0)


def _joined(build: Builder, parts: Names, axis: int) -> str:
    return parts[0] if len(parts) == 1 else build.op("Concat", *parts, axis=axis)
