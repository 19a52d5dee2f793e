"""What recurrent layers over a sequence have in common: weights, shapes, and the fused ONNX operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Uniform
from specc.ir.operation import Arguments, Blame, Cost, Operation, WeightSpec
from specc.ir.operators import Attribute
from specc.layers.common.attributes import BOOL, COUNT, POSITIVE, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FUSED, ElementTypes
from specc.layers.common.fused import CellWeights, Fused, run_fused
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType

PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Arithmetic of a cell besides its matrices, for each hidden unit and step: without biases, and of the biases."""

    plain: int
    biases: int


def cell_weights(suffix: str, gates: int, size: int, hidden: int, bias: bool, like: TensorType) -> list[WeightSpec]:
    """The four weights of one cell, or the two matrices; uniform within 1 / sqrt(hidden), as in PyTorch."""
    bound = 1 / sqrt(hidden)
    initial, rows = Uniform(-bound, bound), gates * hidden
    made = [
        WeightSpec(f"weight_ih{suffix}", (rows, size), initial, dtype=like.dtype, fan_in=size, fan_out=rows),
        WeightSpec(f"weight_hh{suffix}", (rows, hidden), initial, dtype=like.dtype, fan_in=hidden, fan_out=rows),
    ]
    if bias:
        made += [WeightSpec(f"{name}{suffix}", (rows,), initial, dtype=like.dtype) for name in ("bias_ih", "bias_hh")]
    return made


def cell_cost(arithmetic: Arithmetic, gates: int, size: Dim, hidden: int, bias: bool, steps: Dim) -> Cost:
    """MACs: gates x H (I + H) for each of `steps`."""
    macs = steps * (size + hidden) * (gates * hidden)
    extra = arithmetic.plain + (arithmetic.biases if bias else 0)
    return Cost(macs, 2 * macs + steps * (extra * hidden))


@layer
class Recurrent(Operation):
    """Base of recurrent layers over a sequence, one or several stacked, forward or both ways.

    Results are all steps, and the last state of each layer and direction: `[layers * directions, N, hidden]`.
    """

    primary: ClassVar[bool] = True
    fused: ClassVar[Fused]
    states: ClassVar[tuple[str, ...]] = ("h0",)
    arithmetic: ClassVar[Arithmetic]
    takes: ClassVar[ElementTypes] = FUSED

    hidden_size: int = attribute(POSITIVE, "size of the hidden state")
    num_layers: int = attribute(COUNT, "layers, each over the results of the one before", default=1)
    bias: bool = attribute(BOOL, "whether biases are added", default=True)
    bidirectional: bool = attribute(BOOL, "whether a second cell runs backwards, and results are joined", default=False)
    batch_first: bool = attribute(BOOL, "[N, T, ...], or [T, N, ...] where it is false", default=True)

    def _suffixes(self, level: int) -> tuple[str, ...]:
        """Endings of the names of the weights of one layer, by direction."""
        return (f"_l{level}", f"_l{level}_reverse") if self.bidirectional else (f"_l{level}",)

    def _size(self, level: int, tensor: TensorType) -> int:
        """Size of a step that the layer `level` reads."""
        return need_number(self.name, tensor, 2) if level == 0 else self.hidden_size * len(self._suffixes(0))

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih_l0` [gates * H, I], `weight_hh_l0` [gates * H, H], `bias_ih_l0`, `bias_hh_l0`, ..."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 3, 3, "[N, T, size]" if self.batch_first else "[T, N, size]")
        return tuple(
            spec
            for level in range(self.num_layers)
            for suffix in self._suffixes(level)
            for spec in cell_weights(
                suffix, self.fused.gates, self._size(level, tensor), self.hidden_size, self.bias, tensor
            )
        )

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """All steps [N, T, directions * H], and each state [layers * directions, N, H]."""
        self.takes.need_one(self.name, inputs)
        tensor = inputs[0]
        need_some(self.name, tensor, (0, 1, 2))
        batch = 0 if self.batch_first else 1
        state = (self.num_layers * len(self._suffixes(0)), tensor.shape[batch], self.hidden_size)
        for port in range(1, len(inputs.items)):
            self._need_state(inputs, port, state, batch)
        steps = tensor.with_shape((*tensor.shape[:2], self.hidden_size * len(self._suffixes(0))))
        return (steps, *(tensor.with_shape(state) for _ in self.states))

    def _need_state(self, inputs: Arguments[TensorType], port: int, wanted: tuple[Dim, ...], batch: int) -> None:
        given = inputs.get(port)
        if given is None:
            return
        need_rank(self.name, given, 3, 3, "[layers * directions, N, hidden]", port)
        for axis, (left, right) in enumerate(zip(wanted, given.shape, strict=True)):
            what = f"axis {axis} of `{self.ports[port].name}` and the size of the state"
            blames = (Blame(port, axis), Blame(0, batch)) if axis == 1 else (Blame(port, axis),)
            need_equal(self.name, what, left, right, *blames)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: gates x H (I + H) for each step, layer and direction."""
        steps = inputs[0].shape[0] * inputs[0].shape[1]
        macs: Dim = 0
        flops: Dim = 0
        for level in range(self.num_layers):
            for _ in self._suffixes(level):
                size = self._size(level, inputs[0])
                one = cell_cost(self.arithmetic, self.fused.gates, size, self.hidden_size, self.bias, steps)
                macs, flops = macs + one.macs, flops + one.flops
        return Cost(macs, flops)

    def options(self) -> Mapping[str, Attribute]:
        """Further attributes of the ONNX operator."""
        return {}

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """One fused ONNX operator for each layer, in the layout [T, N, ...]."""
        starts = [self._starts(build, site, 1 + index) for index in range(len(self.states))]
        steps = site.inputs[0]
        if self.batch_first:
            steps = build.op("Transpose", steps, perm=(1, 0, 2))
        lasts: list[list[str]] = []
        for level in range(self.num_layers):
            before = tuple(start[level] for start in starts)
            raw, *last = self._layer(build, site, level, steps, before)
            lasts.append(last)
            steps = self._joined(build, raw, level == self.num_layers - 1)
        by_state = zip(*lasts, strict=True)
        return (steps, *(ends[0] if len(ends) == 1 else build.op("Concat", *ends, axis=0) for ends in by_state))

    def _layer(
        self, build: Builder, site: Site, level: int, steps: str, before: tuple[str | None, ...]
    ) -> tuple[str, ...]:
        """The layer `level` over `steps` [T, N, ...]."""
        cells = tuple(_cell(site, suffix) for suffix in self._suffixes(level))
        options = {"hidden_size": self.hidden_size, **self.options()}
        return run_fused(build, self.fused, cells, steps, before, options)

    def _starts(self, build: Builder, site: Site, port: int) -> tuple[str | None, ...]:
        """The initial state of each layer."""
        given = site.inputs.get(port)
        if given is None or self.num_layers == 1:
            return (given,) * self.num_layers
        attributes: dict[str, Attribute] = {"axis": 0, "num_outputs": self.num_layers}
        return build.ops("Split", (given,), self.num_layers, attributes=attributes)

    def _joined(self, build: Builder, raw: str, last: bool) -> str:
        """[T, directions, N, H] with the directions joined, in the layout of the result after the last layer."""
        if last and self.batch_first:
            return build.op("Reshape", build.op("Transpose", raw, perm=(2, 0, 1, 3)), build.ints(0, 0, -1))
        if not self.bidirectional:
            return build.op("Squeeze", raw, build.ints(1))
        return build.op("Reshape", build.op("Transpose", raw, perm=(0, 2, 1, 3)), build.ints(0, 0, -1))


def _cell(site: Site, suffix: str) -> CellWeights:
    names = {part: f"{part}{suffix}" for part in PARTS}
    tensors = {part: site.weights[name] for part, name in names.items() if name in site.weights}
    return CellWeights(tensors, {part: site.stored[name] for part, name in names.items() if name in site.stored})
