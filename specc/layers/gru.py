"""Gated recurrent unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import BOOL, attribute, layer
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_gru import RESET_DOC, GruForm
from specc.layers.common.lengths import LENGTHS
from specc.layers.common.recurrent import Recurrent
from specc.tensor.dtypes import DType


@layer
class Gru(Recurrent):
    """Gated recurrent unit over a sequence.

    Without `reset_after`, n = tanh(W x + b + R (r * h) + d). `bias=single` has b only. Gates are in the order r z n.
    With `lengths`, each sequence ends at its own length: results beyond it are 0, the last state is the one there, and
    the backward cell starts there, as with the packed sequences of PyTorch.

    Formula: r, z = sigmoid(W x + b + R h + d); n = tanh(W x + b + r * (R h + d)); h = (1 - z) * n + z * h
    Source: Cho et al. 2014, arXiv:1406.1078; torch.nn.GRU; keras.layers.GRU; ONNX GRU
    Example:
        input x: float32[N, T, 64]
        y, h = x -> gru(128, bidirectional=true)
    """

    name: ClassVar[str] = "gru"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
        LENGTHS,
    )

    reset_after: bool = attribute(BOOL, RESET_DOC, default=True)
    activation: str = attribute(ACTIVATION, "activation of n", default="tanh")
    recurrent_activation: str = attribute(ACTIVATION, "activation of the gates", default="sigmoid")

    def cell(self, dtype: DType) -> GruForm:
        """The cell."""
        words = self.activation, self.recurrent_activation
        return GruForm(self.hidden_size, self.bias, dtype, self.reset_after, *words)
