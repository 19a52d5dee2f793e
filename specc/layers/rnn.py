"""Simple recurrent network (Elman)."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.operation import Port
from specc.layers.common.attributes import attribute, layer
from specc.layers.common.cell_activations import ACTIVATION
from specc.layers.common.cell_rnn import ElmanForm
from specc.layers.common.lengths import LENGTHS
from specc.layers.common.recurrent import Recurrent
from specc.tensor.dtypes import DType


@layer
class Rnn(Recurrent):
    """Simple recurrent network over a sequence.

    With `lengths`, each sequence ends at its own length: results beyond it are 0, the last state is the one there, and
    the backward cell starts there, as with the packed sequences of PyTorch.

    Formula: h = tanh(W x + b + R h + d)
    Source: Elman 1990; torch.nn.RNN; ONNX RNN
    Example:
        input x: float32[N, T, 64]
        y, h = x -> rnn(128, bidirectional=true)
    """

    name: ClassVar[str] = "rnn"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, size]"),
        Port("h0", optional=True, doc="[layers * directions, N, hidden], zeros by default"),
        LENGTHS,
    )

    nonlinearity: str = attribute(ACTIVATION, "activation", default="tanh")

    def cell(self, dtype: DType) -> ElmanForm:
        """The cell."""
        return ElmanForm(self.hidden_size, self.bias, dtype, self.nonlinearity)
