"""One step of a gated recurrent unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import BOOL, attribute, layer
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_gru import RESET_DOC, GruForm
from specc.layers.common.recurrent_cell import RecurrentCell
from specc.tensor.dtypes import DType


@layer
class GruCell(RecurrentCell):
    """One step of a gated recurrent unit; the result is the next `h`.

    Without `reset_after`, n = tanh(W x + b + R (r * h) + d). `bias=single` has b only. Gates are in the order r z n.

    Formula: r, z = sigmoid(W x + b + R h + d); n = tanh(W x + b + r * (R h + d)); h' = (1 - z) * n + z * h
    Source: Cho et al. 2014, arXiv:1406.1078; torch.nn.GRUCell; keras.layers.GRUCell
    Example:
        input x: float32[N, 64]
        state h: float32[N, 128] = 0
        next h = gru_cell(x, h, 128)
    """

    name: ClassVar[str] = "gru_cell"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, size]"), Port("h", doc="[N, hidden]"))

    reset_after: bool = attribute(BOOL, RESET_DOC, default=True)
    activation: str = attribute(ACTIVATION, "activation of n", default="tanh")
    recurrent_activation: str = attribute(ACTIVATION, "activation of the gates", default="sigmoid")

    def cell(self, dtype: DType) -> GruForm:
        """The cell."""
        words = self.activation, self.recurrent_activation
        return GruForm(self.hidden_size, self.bias, dtype, self.reset_after, *words)
