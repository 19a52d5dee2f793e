"""What the graph needs to know of ONNX operators that are no layers; answered by the package that speaks ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from specc.tensor.types import TensorType

Scalar = int | float | str


class OperatorOracle(Protocol):
    """Knows the signature of every ONNX operator."""

    def infer(
        self,
        op_type: str,
        domain: str,
        attributes: Mapping[str, Scalar | tuple[Scalar, ...]],
        inputs: tuple[TensorType | None, ...],
        outputs: int,
        known: Mapping[int, tuple[int, ...]],
    ) -> tuple[TensorType, ...]:
        """Types of the first `outputs` results. `known` are the elements of integer inputs that are constant, by index.
        Raises `Rejected` for what the operator does not take."""
