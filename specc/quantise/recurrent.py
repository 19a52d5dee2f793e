"""LSTMs whose matrices are integers."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.operators import Literal, Operator
from specc.ir.relayout import Quantised, Scale
from specc.quantise.choice import Choice
from specc.quantise.network import Constant, Network
from specc.quantise.rewriting import Rewriting, attribute_int
from specc.tensor.dtypes import DType

CONTRIB = "com.microsoft"


@dataclass(frozen=True, slots=True)
class Recurrent:
    """An LSTM and its matrices: [directions, in, 4 hidden] and [directions, hidden, 4 hidden]."""

    operator: Operator
    entering: Constant
    recurring: Constant


def recurrent_of(operator: Operator, network: Network, choice: Choice) -> Recurrent | None:
    """`operator` as an LSTM that the target has in integers; only the CPU of onnxruntime does."""
    if operator.op_type != "LSTM" or operator.domain or not choice.contrib or choice.device != "cpu":
        return None
    entering, recurring = network.constant(operator.inputs[1]), network.constant(operator.inputs[2])
    if entering is None or recurring is None or attribute_int(operator.attributes, "layout", 0):
        return None
    return Recurrent(operator, entering.transposed((0, 2, 1)), recurring.transposed((0, 2, 1)))


def append_lstm(found: Recurrent, choice: Choice, made: Rewriting) -> None:
    """DynamicQuantizeLSTM of onnxruntime, with one scale for each direction and column."""
    operator = found.operator
    inputs = (*operator.inputs, *("",) * (8 - len(operator.inputs)))
    entering, *first = _stored(found.entering, choice, made)
    recurring, *second = _stored(found.recurring, choice, made)
    made.op(
        operator,
        "DynamicQuantizeLSTM",
        (inputs[0], entering, recurring, *inputs[3:], *first, *second),
        operator.outputs,
        CONTRIB,
        **operator.attributes,
    )


def _stored(matrix: Constant, choice: Choice, made: Rewriting) -> tuple[str, str, str]:
    """Names of the integers, of the scales, and of the zero points."""
    scale = Scale(matrix.relayout, (0, 2), choice.bits)
    shape = (matrix.shape[0], matrix.shape[2])
    return (
        made.store(f"{matrix.stem}/int8", Quantised(scale), DType.INT8, matrix.shape),
        made.store(f"{matrix.stem}/scale", scale, DType.FLOAT32, shape),
        made.store(f"const/zeros/int8{list(shape)}", Literal((0,) * (shape[0] * shape[1])), DType.INT8, shape),
    )
