"""Batch normalisation as a factor and a summand for each channel."""

from __future__ import annotations

from specc.ir.graph import Node
from specc.ir.relayout import InverseRoot, Product, Relayout, Sum
from specc.layers.batchnorm import BatchNorm
from specc.passes.common.constants import negated, relayout_of
from specc.passes.common.scaling import Affine


def as_affine(node: Node) -> Affine:
    """a * x + (beta - a * mean), with a = gamma / sqrt(var + eps), each [C]."""
    operation = node.operation
    assert isinstance(operation, BatchNorm)
    gain: Relayout = InverseRoot(relayout_of(node.weights["running_var"]), operation.eps)
    if operation.affine:
        gain = Product((relayout_of(node.weights["weight"]), gain))
    shift = negated(Product((gain, relayout_of(node.weights["running_mean"]))))
    return Affine(gain, Sum((shift, relayout_of(node.weights["bias"]))) if operation.affine else shift)
