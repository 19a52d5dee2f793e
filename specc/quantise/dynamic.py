"""Products with stored matrices in integers, activations quantised anew in every run."""

from __future__ import annotations

from specc.ir.operators import Operator, OperatorGraph
from specc.ir.relayout import Quantised, Scale
from specc.layers.common.element_types import ONNX_NUMBERS
from specc.quantise.choice import Choice
from specc.quantise.matrices import Product, product_of
from specc.quantise.network import Network
from specc.quantise.recurrent import append_lstm, recurrent_of
from specc.quantise.rewriting import Rewriting
from specc.tensor.dtypes import DType


def dynamic_layers(network: Network, choice: Choice) -> tuple[str, ...]:
    """Paths of the layers that would be quantised, in order."""
    found = (operator.layer for operator in network.graph.operators if _taken(operator, network, choice))
    return tuple(dict.fromkeys(found))


def _taken(operator: Operator, network: Network, choice: Choice) -> bool:
    if choice.keeps(operator.layer):
        return False
    return product_of(operator, network) is not None or recurrent_of(operator, network, choice) is not None


def quantised_dynamically(network: Network, choice: Choice) -> OperatorGraph:
    """Products with matrices as MatMulInteger with one scale a column, LSTMs as the runtime's own operator where the
    target has it. A tensor that several products read is quantised once.

    Formula: y = scale_x * scale_w * ((q_x - zero_x) q_w) + bias
    Source: ONNX DynamicQuantizeLinear, MatMulInteger; Jacob et al. 2018 (arXiv:1712.05877)
    """
    made = Rewriting(network)
    once: dict[str, tuple[str, ...]] = {}
    for operator in network.graph.operators:
        product = None if choice.keeps(operator.layer) else product_of(operator, network)
        recurrent = None if choice.keeps(operator.layer) else recurrent_of(operator, network, choice)
        if product is not None:
            _append(product, choice, made, once)
        elif recurrent is not None:
            append_lstm(recurrent, choice, made)
        else:
            made.keep(operator)
    return made.finished()


def _append(product: Product, choice: Choice, made: Rewriting, once: dict[str, tuple[str, ...]]) -> None:
    operator, matrix = product.operator, product.matrix
    scale = Scale(matrix.relayout, (1,), choice.bits)
    weight = made.store(f"{matrix.stem}/int8", Quantised(scale), DType.INT8, matrix.shape)
    spread = made.store(f"{matrix.stem}/scale", scale, DType.FLOAT32, matrix.shape[1:])
    tensor = operator.inputs[0]
    if tensor not in once:
        once[tensor] = tuple(made.name(f"{tensor}/{word}") for word in ("uint8", "scale", "zero_point"))
        made.op(operator, "DynamicQuantizeLinear", (tensor,), once[tensor])
    quantised, step, zero = once[tensor]
    total = made.op(operator, "MatMulInteger", (quantised, weight, zero))
    total = made.op(operator, "Cast", (total,), to=ONNX_NUMBERS[DType.FLOAT32])
    both = made.op(operator, "Mul", (step, spread))
    if not product.bias:
        made.op(operator, "Mul", (total, both), operator.outputs)
        return
    made.op(operator, "Add", (made.op(operator, "Mul", (total, both)), product.bias), operator.outputs)
