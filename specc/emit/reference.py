"""Models in numpy, by the reference evaluator of ONNX."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto
from onnx.helper import get_attribute_value
from onnx.reference import ReferenceEvaluator

from specc.weights.arrays import Array


class NoReference(Exception):
    """The evaluator has no implementation for something in the model, or fails."""


def reference_outputs(model: ModelProto, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """The outputs by name. Raises `NoReference` where the evaluator cannot run the model."""
    names = [output.name for output in model.graph.output]
    _check_recurrent(model.graph)
    try:
        with np.errstate(all="ignore"):
            found = ReferenceEvaluator(model).run(names, dict(feeds))
    except Exception as error:
        raise NoReference(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]) from None
    return dict(zip(names, (np.asarray(array) for array in found), strict=True))


_RECURRENT = {"GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh"), "RNN": None}
"""Recurrent operators, and the activations that the evaluator has for them."""
_LENGTHS = 4
"""The input with the lengths of sequences."""


def _check_recurrent(graph: GraphProto) -> None:
    """Raises `NoReference` for what the evaluator ignores: lengths, clipping, other activations than the usual ones."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == AttributeProto.GRAPH:
                _check_recurrent(attribute.g)
        if node.op_type not in _RECURRENT or node.domain:
            continue
        given = {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}
        if len(node.input) > _LENGTHS and node.input[_LENGTHS]:
            raise NoReference(f"its {node.op_type} ignores the lengths of sequences")
        if given.get("clip") or given.get("input_forget"):
            raise NoReference(f"its {node.op_type} ignores `clip` and `input_forget`")
        usual = _RECURRENT[node.op_type]
        named = tuple(name.decode() for name in given.get("activations", ()))
        directions = 2 if given.get("direction") == b"bidirectional" else 1
        if usual is not None and named and named != usual * directions:
            raise NoReference(f"its {node.op_type} has no activations but {' and '.join(dict.fromkeys(usual))}")
