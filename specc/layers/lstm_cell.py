"""One step of long short-term memory."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Arguments, Port, WeightSpec
from specc.layers.common.attributes import BOOL, NON_NEGATIVE, POSITIVE_NUMBER, attribute, layer, optional
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_lstm import (
    CELL_CLIP_DOC,
    COUPLED_DOC,
    PEEPHOLE_DOC,
    PROJ_CLIP_DOC,
    PROJECTION_DOC,
    LstmForm,
)
from specc.layers.common.recurrent_cell import RecurrentCell
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class LstmCell(RecurrentCell):
    """One step of long short-term memory; results are the next `h` and `c`.

    With peepholes, i and f also have P c in their sums, and o has P c'. With `proj_size`, h' is projected by
    `weight_hr`.

    Formula: i, f, o = sigmoid(W x + R h + b); g = tanh(W x + R h + b); c' = f * c + i * g; h' = o * tanh(c')
    Source: torch.nn.LSTMCell; peepholes Graves 2013, arXiv:1308.0850; projection Sak et al. 2014
    Example:
        input x: float32[N, 64]
        state h: float32[N, 128] = 0
        state c: float32[N, 128] = 0
        next_h, next_c = lstm_cell(x, h, c, 128)
        next h = next_h
        next c = next_c
    """

    name: ClassVar[str] = "lstm_cell"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, size]"),
        Port("h", doc="[N, proj_size or hidden]"),
        Port("c", doc="[N, hidden]"),
    )

    proj_size: int = attribute(NON_NEGATIVE, PROJECTION_DOC, default=0)
    peephole: bool = attribute(BOOL, PEEPHOLE_DOC, default=False)
    coupled: bool = attribute(BOOL, COUPLED_DOC, default=False)
    cell_clip: float | None = attribute(optional(POSITIVE_NUMBER), CELL_CLIP_DOC, default=None)
    proj_clip: float | None = attribute(optional(POSITIVE_NUMBER), PROJ_CLIP_DOC, default=None)
    activation: str = attribute(ACTIVATION, "activation of g, and of c' for the result", default="tanh")
    recurrent_activation: str = attribute(ACTIVATION, "activation of the gates", default="sigmoid")

    def cell(self, dtype: DType) -> LstmForm:
        """The cell."""
        return LstmForm(
            self.hidden_size,
            self.bias,
            dtype,
            self.proj_size,
            self.peephole,
            self.coupled,
            self.cell_clip,
            self.proj_clip,
            self.activation,
            self.recurrent_activation,
        )

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight_ih` [4 H, I], `weight_hh` [4 H, H or P], `bias_ih` and `bias_hh` or `bias`, `weight_hr` [P, H],
        peepholes `weight_ci`, `weight_cf`, `weight_co` [H]. Gates are in the order i f g o, coupled i g o."""
        self.cell(inputs[0].dtype).need_projection(self.name)
        return RecurrentCell.weights(self, inputs)
