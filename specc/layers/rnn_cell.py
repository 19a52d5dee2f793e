"""One step of a simple recurrent network (Elman)."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import attribute, layer
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_rnn import ElmanForm
from specc.layers.common.recurrent_cell import RecurrentCell
from specc.tensor.dtypes import DType


@layer
class RnnCell(RecurrentCell):
    """One step of a simple recurrent network; the result is the next `h`.

    Formula: h' = tanh(W x + b + R h + d)
    Source: Elman 1990; torch.nn.RNNCell
    Example:
        input x: float32[N, 64]
        state h: float32[N, 128] = 0
        next h = rnn_cell(x, h, 128)
    """

    name: ClassVar[str] = "rnn_cell"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, size]"), Port("h", doc="[N, hidden]"))

    nonlinearity: str = attribute(ACTIVATION, "activation", default="tanh")

    def cell(self, dtype: DType) -> ElmanForm:
        """The cell."""
        return ElmanForm(self.hidden_size, self.bias, dtype, self.nonlinearity)
