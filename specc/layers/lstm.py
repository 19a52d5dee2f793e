"""Long short-term memory."""

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
from specc.layers.common.lengths import LENGTHS
from specc.layers.common.recurrent import Recurrent
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Lstm(Recurrent):
    """Long short-term memory over a sequence.

    With peepholes, i and f also have P c in their sums, and o has P c of the new c. With `proj_size`, h is projected by
    `weight_hr`. With `lengths`, each sequence ends at its own length: results beyond it are 0, the last states are
    those there, and the backward cell starts there, as with the packed sequences of PyTorch. ONNX has no operator for
    a projection, a coupled gate or a bounded cell: these run step by step.

    Formula: i, f, o = sigmoid(W x + R h + b); g = tanh(W x + R h + b); c = f * c + i * g; h = o * tanh(c)
    Source: torch.nn.LSTM; ONNX LSTM; peepholes Graves 2013, arXiv:1308.0850; projection Sak et al. 2014
    Example:
        input x: float32[N, T, 64]
        y, (h, c) = x -> lstm(128, bidirectional=true)
    """

    name: ClassVar[str] = "lstm"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, proj_size or hidden], zeros by default"),
        Port("c0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
        LENGTHS,
    )

    proj_size: int = attribute(NON_NEGATIVE, PROJECTION_DOC, default=0)
    peephole: bool = attribute(BOOL, PEEPHOLE_DOC, default=False)
    coupled: bool = attribute(BOOL, COUPLED_DOC, default=False)
    cell_clip: float | None = attribute(optional(POSITIVE_NUMBER), CELL_CLIP_DOC, default=None)
    proj_clip: float | None = attribute(optional(POSITIVE_NUMBER), PROJ_CLIP_DOC, default=None)
    activation: str = attribute(ACTIVATION, "activation of g, and of c for the result", default="tanh")
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
        """`weight_ih_l0` [4 H, I], `weight_hh_l0` [4 H, H or P], `bias_ih_l0` and `bias_hh_l0` or `bias_l0`,
        `weight_hr_l0` [P, H], peepholes `weight_ci_l0`, `weight_cf_l0`, `weight_co_l0` [H]; `weight_ih_l0_reverse`, ...
        of the second cell, `weight_ih_l1`, ... of the second layer. Gates are in the order i f g o, coupled i g o."""
        self.cell(inputs[0].dtype).need_projection(self.name)
        return Recurrent.weights(self, inputs)
