"""Products with stored matrices: the operators that linear layers and projections are lowered to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from specc.ir.operators import Operator
from specc.quantise.network import Constant, Network
from specc.quantise.rewriting import attribute_int

SMALLEST = 1024
"""Elements of a matrix below which nothing is gained."""


@dataclass(frozen=True, slots=True)
class Product:
    """`operator` multiplies the tensor at its first input by `matrix`, [in, out], and adds `bias`, where there is
    one."""

    operator: Operator
    matrix: Constant
    bias: str = ""


def product_of(operator: Operator, network: Network) -> Product | None:
    """`operator` as a product with a stored matrix of a size that is worth it."""
    if operator.domain or operator.op_type not in ("MatMul", "Gemm"):
        return None
    matrix = network.constant(operator.inputs[1])
    if matrix is None or len(matrix.shape) != 2 or prod(matrix.shape) < SMALLEST:
        return None
    if operator.op_type == "MatMul":
        return Product(operator, matrix)
    if not _plain(operator):
        return None
    if attribute_int(operator.attributes, "transB", 0):
        matrix = matrix.transposed((1, 0))
    return Product(operator, matrix, operator.inputs[2] if len(operator.inputs) > 2 else "")


def _plain(operator: Operator) -> bool:
    """Whether a Gemm neither scales nor transposes its first input."""
    scales = (operator.attributes.get(name, 1.0) for name in ("alpha", "beta"))
    return all(scale == 1.0 for scale in scales) and not attribute_int(operator.attributes, "transA", 0)


def products(network: Network) -> Iterator[Product]:
    """All of them, in order."""
    for operator in network.graph.operators:
        found = product_of(operator, network)
        if found is not None:
            yield found
