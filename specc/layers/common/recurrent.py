"""What recurrent layers over a sequence have in common: weights, shapes, and the fused ONNX operators."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, WeightSpec
from specc.ir.operators import Attribute
from specc.layers.common.attributes import BOOL, COUNT, POSITIVE, PROBABILITY, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.cell import BIAS, BIAS_DOC, Cell
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FUSED
from specc.layers.common.fused import CellWeights
from specc.layers.common.lengths import need_lengths
from specc.layers.common.stacked import Level, Sequences
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Recurrent(Operation):
    """Base of recurrent layers over a sequence, one or several stacked, forward or both ways.

    Results are all steps, and the last state of each layer and direction: `[layers * directions, N, size]`. The ports
    are the input, the first states, and `lengths`.
    """

    primary: ClassVar[bool] = True

    hidden_size: int = attribute(POSITIVE, "size of the hidden state")
    num_layers: int = attribute(COUNT, "layers, each over the results of the one before", default=1)
    bias: bool | str = attribute(BIAS, BIAS_DOC, default=True)
    bidirectional: bool = attribute(BOOL, "whether a second cell runs backwards, and results are joined", default=False)
    batch_first: bool = attribute(BOOL, "[N, T, ...], or [T, N, ...] where it is false", default=True)
    dropout: float = attribute(PROBABILITY, "dropout between layers in training; not applied", default=0.0)

    @abstractmethod
    def cell(self, dtype: DType) -> Cell:
        """The cell, for tensors of an element type."""

    def _suffixes(self, level: int) -> tuple[str, ...]:
        """Endings of the names of the weights of one layer, by direction."""
        return (f"_l{level}", f"_l{level}_reverse") if self.bidirectional else (f"_l{level}",)

    def _sizes(self, cell: Cell, tensor: TensorType) -> tuple[int, ...]:
        """Sizes of the steps that each layer reads."""
        size = need_number(self.name, tensor, 2)
        return (size, *(cell.output * len(self._suffixes(0)) for _ in range(1, self.num_layers)))

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih_l0` [gates * H, I], `weight_hh_l0` [gates * H, H], `bias_ih_l0` and `bias_hh_l0` or `bias_l0`;
        `weight_ih_l0_reverse`, ... of the second cell, `weight_ih_l1`, ... of the second layer."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 3, 3, "[N, T, size]" if self.batch_first else "[T, N, size]")
        cell = self.cell(tensor.dtype)
        return tuple(
            spec
            for level, size in enumerate(self._sizes(cell, tensor))
            for suffix in self._suffixes(level)
            for spec in cell.weights(suffix, size)
        )

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """All steps [N, T, directions * size of the result], and each state [layers * directions, N, size]."""
        states = range(1, len(self.ports) - 1)
        FUSED.need_one(self.name, Arguments(self.ports, (inputs[0], *(inputs.get(port) for port in states))))
        tensor, cell = inputs[0], self.cell(inputs[0].dtype)
        need_some(self.name, tensor, (0, 1, 2))
        batch = 0 if self.batch_first else 1
        need_lengths(self.name, inputs, batch)
        directions = len(self._suffixes(0))
        shapes = [(self.num_layers * directions, tensor.shape[batch], size) for size in cell.states]
        for port, shape in zip(states, shapes, strict=True):
            self._need_state(inputs, port, shape, batch)
        steps = tensor.with_shape((*tensor.shape[:2], cell.output * directions))
        return (steps, *(tensor.with_shape(shape) for shape in shapes))

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
        """MACs of the matrices for each step, layer and direction: gates x H (I + H)."""
        cell, steps = self.cell(inputs[0].dtype), inputs[0].shape[0] * inputs[0].shape[1]
        macs: Dim = 0
        flops: Dim = 0
        for level, size in enumerate(self._sizes(cell, inputs[0])):
            for _ in self._suffixes(level):
                one = cell.cost(size, steps)
                macs, flops = macs + one.macs, flops + one.flops
        return Cost(macs, flops)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """For each layer one fused ONNX operator, or one Scan a direction where there is none for the cell."""
        cell = self.cell(site.types[0].dtype)
        steps = site.inputs[0]
        if self.batch_first:
            steps = build.op("Transpose", steps, perm=(1, 0, 2))
        run = Sequences.of(build, site, 0 if self.batch_first else 1, cell.fused() is not None)
        starts = [self._starts(build, site, 1 + index) for index in range(len(cell.states))]
        lasts: list[tuple[str, ...]] = []
        for level in range(self.num_layers):
            cells = tuple(_weights_of(site, suffix) for suffix in self._suffixes(level))
            raw, last = Level(build, cell, cells, run, steps, tuple(start[level] for start in starts)).emit()
            lasts.append(last)
            steps = self._joined(build, raw, level == self.num_layers - 1)
        by_state = zip(*lasts, strict=True)
        return (steps, *(ends[0] if len(ends) == 1 else build.op("Concat", *ends, axis=0) for ends in by_state))

    def _starts(self, build: Builder, site: Site, port: int) -> tuple[str | None, ...]:
        """The first state of each layer."""
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


def _weights_of(site: Site, suffix: str) -> CellWeights:
    """The weights of one cell, without the ending of their names."""
    endings = [name for name in site.weights if name.endswith(suffix)]
    return CellWeights(
        {name.removesuffix(suffix): site.weights[name] for name in endings},
        {name.removesuffix(suffix): site.stored[name] for name in endings if name in site.stored},
    )
