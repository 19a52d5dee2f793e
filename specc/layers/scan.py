"""Recurrence over a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.graph import Graph, Weight
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.ir.operators import Attribute
from specc.layers.common.attributes import BOOL, INT, attribute
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.cell import Cell
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import FUSED
from specc.layers.common.errors_recurrent import StepMayBeEmpty
from specc.layers.common.errors_sequence import StateChanges
from specc.layers.common.fused import CellWeights, Fused, Run, run_fused
from specc.layers.common.recurrent_cell import RecurrentCell
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Scan(Operation):
    """A block applied to each step of sequences, the states of one step going into the next.

    The step gets one slice of each sequence, then the states; it returns its results and then the next states, or only
    the next states, the first of which is then the result, too. It may read tensors from around it, and has its weights
    once. A scan over nothing but a cell is the fused operator of ONNX where there is one, else it is Scan.

    Formula: r_t, s_t = step(x_t, s_t-1); the results are r_1, ..., r_T stacked along the axis, and s_T
    Source: jax.lax.scan; ONNX Scan
    Example:
        block cell(x, h):
            return tanh((x -> linear(128) as ih) + (h -> linear(128, bias=false) as hh))
        input x: float32[N, T, 64]
        state h: float32[N, 128] = 0
        y, last = scan(cell, over=x, state=h)
        next h = last
    """

    name: ClassVar[str] = "scan"
    ports: ClassVar[tuple[Port, ...]] = (Port("inputs", variadic=True),)
    """First states, sequences, then tensors from around; the inputs of the body are the same with slices."""
    called: ClassVar[tuple[Port, ...]] = (
        Port("step", doc="a block, a layer, or an instance of one"),
        Port("over", doc="a sequence [N, T, ...], or a list of such"),
        Port("state", doc="a first state, or a list of such"),
    )

    body: Graph
    states: int
    sequences: int
    axis: int = attribute(INT, "the axis of the steps, in sequences and results", default=1)
    reverse: bool = attribute(BOOL, "whether the last step comes first; results stay in the order of T", default=False)

    def _sequence_ports(self) -> range:
        return range(self.states, self.states + self.sequences)

    def steps(self, inputs: Arguments[TensorType]) -> Dim:
        """How often the body runs."""
        first = inputs[self.states]
        return first.shape[need_axis(self.name, first, self.axis, self.states)]

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The results with the axis, and the states."""
        steps = self.steps(inputs)
        for port in self._sequence_ports():
            axis = need_axis(self.name, inputs[port], self.axis, port)
            need_some(self.name, inputs[port], range(inputs[port].rank), port)
            given = inputs[port].shape[axis]
            first = need_axis(self.name, inputs[self.states], self.axis)
            blames = Blame(self.states, first), Blame(port, axis)
            need_equal(self.name, "the lengths of all sequences", steps, given, *blames)
        produced = tuple(output.value.type for output in self.body.outputs)
        for index in range(self.states):
            if inputs[index] != produced[index]:
                raise Rejected(StateChanges(index, inputs[index], produced[index]), Blame(index))
        for result in produced[self.states :]:
            if not all(at_least(dim, 1) for dim in result.shape):
                raise Rejected(StepMayBeEmpty(result))
        return (*produced[: self.states], *(self._stacked(type_, steps) for type_ in produced[self.states :]))

    def _stacked(self, one: TensorType, steps: Dim) -> TensorType:
        axis = self._output_axis(one)
        return one.with_shape((*one.shape[:axis], steps, *one.shape[axis:]))

    def _output_axis(self, one: TensorType) -> int:
        """Where the axis stands in a result of which each step gives `one`."""
        return need_axis(self.name, one.with_shape((*one.shape, 1)), self.axis, self.states)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """That of the block for each step."""
        macs: Dim = 0
        flops: Dim = 0
        for node in self.body.nodes:
            one = node.operation.cost(node.input_types(), tuple(value.type for value in node.outputs))
            macs, flops = macs + one.macs, flops + one.flops
        steps = self.steps(inputs)
        return Cost(macs * steps, flops * steps)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX LSTM or GRU where the body is nothing but their cell, else Scan."""
        cell = self._cell(site)
        return self._scan(build, site) if cell is None else self._fused(build, site, *cell)

    def _scan(self, build: Builder, site: Site) -> tuple[str, ...]:
        first = self.states + self.sequences
        captured = zip(self.body.inputs[first:], site.inputs.items[first:], strict=True)
        bound = {entry.value: name for entry, name in captured if name is not None}
        axes = tuple(need_axis(self.name, site.types[port], self.axis) for port in self._sequence_ports())
        stacked = tuple(self._output_axis(output.value.type) for output in self.body.outputs[self.states :])
        direction = int(self.reverse)
        attributes: dict[str, Attribute] = {
            "body": build.lower_body(self.body, build, bound),
            "num_scan_inputs": self.sequences,
            "scan_input_axes": axes,
            "scan_input_directions": (direction,) * self.sequences,
        }
        if stacked:
            attributes |= {"scan_output_axes": stacked, "scan_output_directions": (direction,) * len(stacked)}
        return build.ops("Scan", site.inputs.items[:first], len(self.body.outputs), attributes=attributes)

    def _cell(self, site: Site) -> tuple[Cell, Fused, CellWeights] | None:
        """The one node of the body where it is a cell that reads the step and the states and gives the results, and
        there is an operator for all of its steps."""
        if len(self.body.nodes) != 1 or self.sequences != 1 or site.types[self.states].rank != 3:
            return None
        (node,) = self.body.nodes
        operation = node.operation
        states = [entry.value for entry in self.body.inputs[: self.states]]
        shown = [output.value for output in self.body.outputs]
        wired = [*node.inputs] == [self.body.inputs[self.states].value, *states]
        wanted = [*node.outputs, *(node.outputs[0] for _ in shown[self.states :])]
        kept = {name: value for name, value in node.weights.items() if isinstance(value, Weight)}
        fits = len(kept) == len(node.weights) and self.axis % 3 < 2 and site.types[0].dtype in FUSED.members
        if not isinstance(operation, RecurrentCell) or not wired or shown != wanted or not fits:
            return None
        cell = operation.cell(site.types[0].dtype)
        fused = cell.fused()
        names = {name: value.name for name, value in kept.items()}
        return None if fused is None else (cell, fused, CellWeights(names, kept))

    def _fused(self, build: Builder, site: Site, cell: Cell, fused: Fused, weights: CellWeights) -> tuple[str, ...]:
        """The fused operator over [T, N, I]; its states have an axis for the direction in front."""
        front = build.ints(0)
        steps = site.inputs[self.states]
        if self.axis % 3 == 1:
            steps = build.op("Transpose", steps, perm=(1, 0, 2))
        starts = tuple(build.op("Unsqueeze", site.inputs[index], front) for index in range(self.states))
        options: dict[str, Attribute] = {"direction": "reverse"} if self.reverse else {}
        run = Run(steps, starts, cell.hidden, site.types[0].dtype, options=options)
        raw, *lasts = run_fused(build, fused, (weights,), run)
        joined = build.op("Squeeze", raw, build.ints(1))
        if self.axis % 3 == 1:
            joined = build.op("Transpose", joined, perm=(1, 0, 2))
        results = len(self.body.outputs) - self.states
        return (*(build.op("Squeeze", last, front) for last in lasts), *(joined for _ in range(results)))
