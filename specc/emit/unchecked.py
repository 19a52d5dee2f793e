"""What ONNX's own inference does not check, and is ended by (onnx 1.23: signals, not exceptions)."""

from __future__ import annotations

from collections.abc import Callable

from specc.emit.errors import OperatorRejected
from specc.emit.schemas import Attributes, Inputs
from specc.ir.operation import Blame, Rejected


def check_unchecked(op_type: str, attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> None:
    """Raise `Rejected` for a call that inference must not see."""
    check = _CHECKS.get(op_type)
    why = check(attributes, inputs, results) if check else None
    if why is not None:
        raise Rejected(OperatorRejected(op_type, why), Blame(0))


def _split(attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> str | None:
    parts = attributes.get("num_outputs")
    if isinstance(parts, int) and parts != results[-1] + 1:
        return f"`num_outputs` is {parts}, and {results[-1] + 1} results are asked for: `outputs={parts}` gives all"
    return None


def _normalization(attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> str | None:
    axis, tensor = attributes.get("axis", -1), inputs[0]
    if tensor is not None and isinstance(axis, int) and not -tensor.rank <= axis < tensor.rank:
        return f"it has no axis {axis}: {tensor}"
    return None


def _gather_nd(attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> str | None:
    shared = attributes.get("batch_dims", 0)
    ranks = [tensor.rank for tensor in inputs if tensor is not None]
    if isinstance(shared, int) and not 0 <= shared < max(1, min(ranks, default=1)):
        return f"`batch_dims` is {shared}, and has to be less than the number of dims of both inputs"
    return None


_CHECKS: dict[str, Callable[[Attributes, Inputs, tuple[int, ...]], str | None]] = {
    "Split": _split,
    "LayerNormalization": _normalization,
    "RMSNormalization": _normalization,
    "GatherND": _gather_nd,
}
