"""Matrices alone in integers, in blocks with a scale each; activations stay in floating point."""

from __future__ import annotations

from math import prod

from specc.ir.operators import Operator, OperatorGraph
from specc.ir.relayout import BlockScale, PackedBlocks
from specc.quantise.choice import Choice
from specc.quantise.matrices import Product, product_of
from specc.quantise.network import Network
from specc.quantise.recurrent import CONTRIB
from specc.quantise.rewriting import Rewriting
from specc.tensor.dtypes import DType

SMALLEST = 1 << 14
"""Elements of a matrix that is large enough."""
_COMPUTE_INT8 = 4


def block_layers(network: Network, choice: Choice) -> tuple[str, ...]:
    """Paths of the layers that would be quantised, in order."""
    found = (operator.layer for operator in network.graph.operators if _product(operator, network, choice))
    return tuple(dict.fromkeys(found))


def _product(operator: Operator, network: Network, choice: Choice) -> Product | None:
    found = None if choice.keeps(operator.layer) else product_of(operator, network)
    return found if found is not None and prod(found.matrix.shape) >= SMALLEST else None


def quantised_in_blocks(network: Network, choice: Choice) -> OperatorGraph:
    """Products with large matrices as MatMulNBits of onnxruntime.

    Formula: y[o] = sum over i of scale[o, i / block] * (q[o, i] - 2^(bits - 1)) * x[i]
    Source: onnxruntime contrib operators, com.microsoft.MatMulNBits
    """
    made = Rewriting(network)
    for operator in network.graph.operators:
        product = _product(operator, network, choice)
        if product is None:
            made.keep(operator)
        else:
            _append(product, choice, made)
    return made.finished()


def _append(product: Product, choice: Choice, made: Rewriting) -> None:
    operator, matrix = product.operator, product.matrix.transposed((1, 0))
    rows, columns = matrix.shape
    scale = BlockScale(matrix.relayout, choice.block, choice.bits)
    count = -(-columns // choice.block)
    packed = (rows, count, choice.block * choice.bits // 8)
    weight = made.store(f"{matrix.stem}/int{choice.bits}", PackedBlocks(scale), DType.UINT8, packed)
    spread = made.store(f"{matrix.stem}/scale", scale, DType.FLOAT32, (rows, count))
    bias = made.network.constant(product.bias) if product.bias else None
    inside = bias is not None and bias.shape == (rows,)
    apart = bool(product.bias) and not inside
    result = made.op(
        operator,
        "MatMulNBits",
        (operator.inputs[0], weight, spread, "", "", product.bias if inside else ""),
        None if apart else operator.outputs,
        CONTRIB,
        K=columns,
        N=rows,
        bits=choice.bits,
        block_size=choice.block,
        accuracy_level=_COMPUTE_INT8 if choice.device == "cpu" else 0,
    )
    if apart:
        made.op(operator, "Add", (result, product.bias), operator.outputs)
