"""What single steps of recurrent layers have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, WeightSpec
from specc.layers.common.attributes import POSITIVE, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.cell import BIAS, BIAS_DOC, Cell
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import STEPPED
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class RecurrentCell(Operation):
    """Base of one step of a recurrent layer: from the input [N, I] and the states to the next states."""

    shows_result: ClassVar[bool] = False
    """Whether the result of a step is given beside the states, of which it is the first otherwise."""

    hidden_size: int = attribute(POSITIVE, "size of the hidden state")
    bias: bool | str = attribute(BIAS, BIAS_DOC, default=True)

    @abstractmethod
    def cell(self, dtype: DType) -> Cell:
        """The cell, for tensors of an element type."""

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih` [gates * H, I], `weight_hh` [gates * H, H], `bias_ih` and `bias_hh`, or `bias`."""
        need_rank(self.name, inputs[0], 2, 2, "[N, size]")
        size = need_number(self.name, inputs[0], 1)
        return tuple(self.cell(inputs[0].dtype).weights("", size))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The next states, each [N, size of the state]."""
        STEPPED.need_one(self.name, inputs)
        need_some(self.name, inputs[0], (1,))
        batch = inputs[0].shape[0]
        cell = self.cell(inputs[0].dtype)
        for port, size in enumerate(cell.states, 1):
            state, name = inputs[port], self.ports[port].name
            need_rank(self.name, state, 2, 2, f"[N, {size}]", port)
            what = f"the batch of `{name}` and of the input"
            need_equal(self.name, what, state.shape[0], batch, Blame(port, 0), Blame(0, 0))
            need_equal(self.name, f"the size of `{name}` and of the state", state.shape[1], size, Blame(port, 1))
        sizes = (cell.output, *cell.states) if self.shows_result else cell.states
        return tuple(inputs[0].with_shape((batch, size)) for size in sizes)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs of the matrices: gates x H (I + H)."""
        batch, size = inputs[0].shape
        return self.cell(inputs[0].dtype).cost(size, batch)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Two Gemm and the gates."""
        cell = self.cell(site.types[0].dtype)
        first, *states = site.inputs
        entered = cell.entered(build, site.weights, first, 2)
        result, *after = cell.step(build, site.weights, entered, tuple(states))
        return (result, *after) if self.shows_result else tuple(after)
