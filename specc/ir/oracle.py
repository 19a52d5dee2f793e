"""What the graph needs to know of ONNX operators that are no layers; answered by the package that speaks ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from specc.ir.operators import OperatorAttribute
from specc.tensor.types import TensorType

Elements: TypeAlias = tuple[int | float, ...]
"""The elements of a constant tensor, in row-major order."""


class OperatorOracle(Protocol):
    """Knows the signature of every ONNX operator."""

    def infer(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, OperatorAttribute],
        inputs: tuple[TensorType | None, ...],
        results: tuple[int, ...],
        known: Mapping[int, Elements],
        like: tuple[TensorType, ...],
    ) -> tuple[TensorType, ...]:
        """Types of the results with these indices, those in `like` where it has some. `known` are the elements of
        inputs that are constant, by index. Raises `Rejected` for what the operator does not take."""

    def opset(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, OperatorAttribute],
        inputs: tuple[TensorType | None, ...],
        results: tuple[int, ...],
    ) -> int:
        """The first opset of the standard domain that has the operator with these attributes and inputs."""
