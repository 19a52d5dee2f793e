"""What single steps of recurrent layers have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import STEPPED
from specc.layers.common.fused import Fused
from specc.layers.common.recurrent import Arithmetic, cell_cost, cell_weights
from specc.tensor.types import TensorType


@layer
class RecurrentCell(Operation):
    """Base of one step of a recurrent layer: from the input [N, I] and the states [N, H] to the next states.

    `fused` is the operator that a scan over nothing but this cell becomes.
    """

    fused: ClassVar[Fused]
    arithmetic: ClassVar[Arithmetic]

    hidden_size: int = attribute(POSITIVE, "size of the hidden state")
    bias: bool = attribute(BOOL, "whether biases are added", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih` [gates * H, I], `weight_hh` [gates * H, H], `bias_ih`, `bias_hh`."""
        need_rank(self.name, inputs[0], 2, 2, "[N, size]")
        size = need_number(self.name, inputs[0], 1)
        return tuple(cell_weights("", self.fused.gates, size, self.hidden_size, self.bias, inputs[0]))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The next states, each [N, H]."""
        STEPPED.need_one(self.name, inputs)
        need_some(self.name, inputs[0], (1,))
        batch = inputs[0].shape[0]
        for port in range(1, len(self.ports)):
            state, name = inputs[port], self.ports[port].name
            need_rank(self.name, state, 2, 2, "[N, hidden]", port)
            what = f"the batch of `{name}` and of the input"
            need_equal(self.name, what, state.shape[0], batch, Blame(port, 0), Blame(0, 0))
            what = f"the size of `{name}` and `hidden_size`"
            need_equal(self.name, what, state.shape[1], self.hidden_size, Blame(port, 1))
        return tuple(inputs[0].with_shape((batch, self.hidden_size)) for _ in self.ports[1:])

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: gates x H (I + H)."""
        batch, size = inputs[0].shape
        return cell_cost(self.arithmetic, self.fused.gates, size, self.hidden_size, self.bias, batch)

    def products(self, build: Builder, site: Site) -> tuple[str, str]:
        """The gates' part from the input and their part from `h`, each [N, gates * H] with its bias."""
        weights = site.weights
        left = build.op("Gemm", site.inputs["input"], weights["weight_ih"], weights.get("bias_ih"), transB=1)
        return left, build.op("Gemm", site.inputs["h"], weights["weight_hh"], weights.get("bias_hh"), transB=1)
