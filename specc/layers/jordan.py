"""Jordan network."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Arguments, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, PROBABILITY, attribute, layer, optional
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_rnn import DECAY_DOC, IDENTITY, OUT_DOC, OUTPUT_ACTIVATION, JordanForm
from specc.layers.common.lengths import LENGTHS
from specc.layers.common.recurrent import Recurrent
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Jordan(Recurrent):
    """Jordan network over a sequence: a simple recurrent network whose output is fed back.

    Without a decay, the state is the last output. With `lengths`, each sequence ends at its own length: results beyond
    it are 0, the last state is the one there, and the backward cell starts there.

    Formula: h = tanh(W x + U s + b); y = V h + c; s = decay * s + y
    Source: Jordan 1986, Serial order: a parallel distributed processing approach
    Example:
        input x: float32[N, T, 64]
        y, s = x -> jordan(128, out_size=10)
    """

    name: ClassVar[str] = "jordan"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("s0", optional=True, doc="[layers * directions, N, out_size], zeros by default"),
        LENGTHS,
    )

    bias: bool = attribute(BOOL, "whether biases are added", default=True)
    out_size: int | None = attribute(optional(POSITIVE), OUT_DOC, default=None)
    nonlinearity: str = attribute(ACTIVATION, "activation of the hidden units", default="tanh")
    output_nonlinearity: str = attribute(OUTPUT_ACTIVATION, "activation of the output", default=IDENTITY)
    decay: float = attribute(PROBABILITY, DECAY_DOC, default=0.0)

    def cell(self, dtype: DType) -> JordanForm:
        """The cell."""
        out = self.out_size or self.hidden_size
        words = self.nonlinearity, self.output_nonlinearity
        return JordanForm(self.hidden_size, self.bias, dtype, out, *words, self.decay)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih_l0` [H, I], `weight_oh_l0` [H, O], `bias_h_l0` [H], `weight_ho_l0` [O, H], `bias_o_l0` [O];
        `weight_ih_l0_reverse`, ... of the second cell, `weight_ih_l1`, ... of the second layer."""
        return Recurrent.weights(self, inputs)
