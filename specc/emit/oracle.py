"""What ONNX says of operators that are no layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.emit.errors import OperatorTypeUnknown
from specc.emit.settings import DOMAINS, OPSETS
from specc.ir.operation import Rejected
from specc.ir.operators import OperatorAttribute
from specc.ir.oracle import Elements
from specc.tensor.types import TensorType

NOTHING: Mapping[int, Elements] = {}


@dataclass(frozen=True, slots=True)
class OnnxOracle:
    """Answers for the domains that ONNX describes; onnx itself is loaded with the first question."""

    def infer(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, OperatorAttribute],
        inputs: tuple[TensorType | None, ...],
        results: tuple[int, ...],
        known: Mapping[int, Elements] = NOTHING,
        like: tuple[TensorType, ...] = (),
    ) -> tuple[TensorType, ...]:
        """Types of the results with these indices. Raises `Rejected` for what the operator does not take, and for a
        type that neither ONNX nor `like` tells."""
        domain = _plain(domain)
        if not _described(domain):
            if not like:
                raise Rejected(OperatorTypeUnknown(op_type, 0))
            return like
        from specc.emit.inference import infer_types
        from specc.emit.schemas import first_opset

        first_opset(op_type, domain, attributes, inputs, results)
        return like or infer_types(op_type, domain, attributes, inputs, results, known)

    def opset(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, OperatorAttribute],
        inputs: tuple[TensorType | None, ...],
        results: tuple[int, ...],
    ) -> int:
        """The first opset that has the operator with these attributes and inputs."""
        domain = _plain(domain)
        if not _described(domain):
            return OPSETS[0]
        from specc.emit.schemas import first_opset

        return first_opset(op_type, domain, attributes, inputs, results)


def _plain(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain


def _described(domain: str) -> bool:
    return domain == "" or domain in DOMAINS
