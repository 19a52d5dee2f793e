"""One step of a Jordan network."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Arguments, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, PROBABILITY, attribute, layer, optional
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_rnn import DECAY_DOC, IDENTITY, OUT_DOC, OUTPUT_ACTIVATION, JordanForm
from specc.layers.common.recurrent_cell import RecurrentCell
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class JordanCell(RecurrentCell):
    """One step of a Jordan network, whose output is fed back; results are the output and the next `s`.

    Without a decay, the state is the last output.

    Formula: h = tanh(W x + U s + b); y = V h + c; s' = decay * s + y
    Source: Jordan 1986, Serial order: a parallel distributed processing approach
    Example:
        input x: float32[N, 64]
        state s: float32[N, 10] = 0
        y, next_s = jordan_cell(x, s, 128, out_size=10)
        next s = next_s
    """

    name: ClassVar[str] = "jordan_cell"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, size]"), Port("s", doc="[N, out_size]"))
    shows_result: ClassVar[bool] = True

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
        """`weight_ih` [H, I], `weight_oh` [H, O], `bias_h` [H], `weight_ho` [O, H], `bias_o` [O]."""
        return RecurrentCell.weights(self, inputs)
