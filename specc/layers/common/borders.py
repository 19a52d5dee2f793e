"""Borders around tensors."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.builder import Builder
from specc.ir.operation import Blame, Rejected
from specc.layers.common.axes import need_some
from specc.layers.common.errors_vision import ReflectionTooLong
from specc.tensor.dims import at_least
from specc.tensor.types import TensorType

Borders = Sequence[tuple[int, int]]
ONNX_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""What a border is made of, as PyTorch and as ONNX call it."""


def need_border(layer: str, mode: str, tensor: TensorType, borders: Borders) -> None:
    """Reject a border of the last dims for which the tensor may have too few elements; the runtime makes no circular
    border of a tensor without any."""
    for axis, (before, after) in enumerate(borders, tensor.rank - len(borders)):
        amount = max(before, after)
        needed = {"constant": 0, "reflect": amount + 1, "replicate": 1, "circular": amount}[mode] if amount else 0
        if not at_least(tensor.shape[axis], needed):
            raise Rejected(ReflectionTooLong(mode, amount, needed, tensor.shape[axis], axis), Blame(0, axis))
    if mode == "circular" and any(map(any, borders)):
        need_some(layer, tensor, range(tensor.rank))


def bordered(
    build: Builder, tensor: str, rank: int, borders: Borders, value: str | None, mode: str = "constant"
) -> str:
    """ONNX Pad of the last dims of a tensor of `rank` dims, each with its elements (before, after).

    All axes are listed. With a list of some the runtime's transpose optimiser breaks the model, and without a list its
    pad fusion turns the zeros before a MaxPool into that one's padding.
    """
    full = [(0, 0)] * (rank - len(borders)) + list(borders)
    amounts = build.ints(*(before for before, _ in full), *(after for _, after in full))
    return build.op("Pad", tensor, amounts, value, build.ints(*range(rank)), mode=ONNX_MODES[mode])
