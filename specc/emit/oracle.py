"""What ONNX says of operators that are no layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from specc.emit.errors import LikeContradicted, OperatorTypeUnknown
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
        """Types of the results with these indices. Raises `Rejected` for what the operator does not take, for a type
        that neither ONNX nor `like` tells, and where they contradict each other."""
        domain = _plain(domain)
        if not _described(domain):
            if not like:
                raise Rejected(OperatorTypeUnknown(op_type, 0))
            return like
        from specc.emit.inference import infer_types
        from specc.emit.schemas import first_opset

        first_opset(op_type, domain, attributes, inputs, results)
        told = infer_types(op_type, domain, attributes, inputs, results, known)
        return tuple(_agreed(op_type, *item) for item in zip_longest(results, told, like))

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


def _agreed(op_type: str, result: int, told: TensorType | None, like: TensorType | None) -> TensorType:
    if told is not None and like is not None and told != like:
        raise Rejected(LikeContradicted(op_type, str(like), str(told)))
    made = like or told
    if made is None:
        raise Rejected(OperatorTypeUnknown(op_type, result))
    return made


def _plain(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain


def _described(domain: str) -> bool:
    return domain == "" or domain in DOMAINS
