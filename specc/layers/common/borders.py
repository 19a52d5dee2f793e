"""Borders around tensors."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.builder import Builder

Borders = Sequence[tuple[int, int]]


def bordered(
    build: Builder, tensor: str, rank: int, borders: Borders, value: str | None, mode: str = "constant"
) -> str:
    """ONNX Pad of the last dims of a tensor of `rank` dims, each with its elements (before, after).

    All axes are listed. With a list of some the runtime's transpose optimiser breaks the model, and without a list its
    pad fusion turns the zeros before a MaxPool into that one's padding.
    """
    full = [(0, 0)] * (rank - len(borders)) + list(borders)
    amounts = build.ints(*(before for before, _ in full), *(after for _, after in full))
    return build.op("Pad", tensor, amounts, value, build.ints(*range(rank)), mode=mode)
