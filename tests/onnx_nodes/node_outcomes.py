"""How a node test can end, apart from passing: the closed set of reasons for which one is left out."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """Why a node test is not run, or not counted as passed."""

    EXPANDED = "the body of a function: the operator's other tests, spelt out in primitives"
    NO_LAYER = "no layer stands on the operator"
    NO_OPTION = "a form of the operator that the layer does not express"
    LAYER_TYPE = "an element type that the layer does not take"
    ELEMENT_TYPE = "an element type that specs do not have"
    NOT_A_TENSOR = "a sequence or an optional value"
    SUBGRAPH = "a graph as an attribute"
    TRAINING = "training"
    RANDOM = "random results"
    SHAPE_BY_VALUES = "a shape that depends on values known only when the model runs"
    OPSET = "a form that opsets 21 to 24 do not have"
    NO_KERNEL = "onnxruntime has no kernel"
    RUNTIME_DIFFERS = "onnxruntime itself does not give the expected values"


class Excluded(Exception):
    """Raised where a node test is left out; `detail` says precisely what stands in the way."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
