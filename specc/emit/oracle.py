"""What ONNX says of operators that are no layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.emit.errors import OperatorTypeUnknown
from specc.ir.operation import Rejected
from specc.ir.oracle import Scalar
from specc.tensor.types import TensorType

NOTHING: Mapping[int, tuple[int, ...]] = {}


@dataclass(frozen=True, slots=True)
class OnnxOracle:
    """Answers for the standard domain at one opset; onnx itself is loaded with the first question."""

    opset: int = 21

    def infer(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, Scalar | tuple[Scalar, ...]],
        inputs: tuple[TensorType | None, ...],
        outputs: int,
        known: Mapping[int, tuple[int, ...]] = NOTHING,
    ) -> tuple[TensorType, ...]:
        """Types of the first `outputs` results. Raises `Rejected` for what the operator does not take, and where ONNX
        cannot tell a type."""
        if domain not in ("", "ai.onnx"):
            raise Rejected(OperatorTypeUnknown(op_type, 0))
        from specc.emit.inference import infer_types

        return infer_types(op_type, self.opset, attributes, inputs, outputs, known)
