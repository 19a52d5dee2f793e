"""The opset that a model needs."""

from __future__ import annotations

from collections.abc import Iterator

from specc.base.diagnostics import fail
from specc.emit.errors import OpsetTooOld
from specc.emit.oracle import OnnxOracle
from specc.emit.settings import OPSETS
from specc.ir.fields import all_nodes
from specc.ir.graph import Graph, Node
from specc.layers.onnx_operator import OnnxOperator


def needed_opset(graph: Graph) -> int:
    """The first opset that has every ONNX operator that the spec names; layers are content with any."""
    return max((_needed(*named) for named in _named(graph)), default=OPSETS[0])


def check_opset(graph: Graph, opset: int) -> None:
    """Raise `SpecError` for an ONNX operator that `opset` does not have."""
    for node, operator in _named(graph):
        needed = _needed(node, operator)
        if needed > opset:
            raise fail(OpsetTooOld(operator.op_type, needed, opset), node.span)


def _named(graph: Graph) -> Iterator[tuple[Node, OnnxOperator]]:
    """Nodes that are ONNX operators by name, and the operators."""
    for node in all_nodes(graph):
        if isinstance(node.operation, OnnxOperator):
            yield node, node.operation


def _needed(node: Node, operator: OnnxOperator) -> int:
    types = node.input_types().items
    return OnnxOracle().opset(operator.op_type, operator.domain, dict(operator.attributes), types, operator.results)
