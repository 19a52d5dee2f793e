"""Borders around tensors."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.builder import Builder


def bordered(
    build: Builder,
    tensor: str,
    rank: int,
    borders: Sequence[tuple[int, int]],
    value: str | None,
    mode: str = "constant",
) -> str:
    """ONNX Pad of the last dims of a tensor of `rank` dims, each with its elements (before, after).

    All axes are stated: the runtime's transpose optimiser ignores a list of axes, and then the model fails.
    """
    full = [(0, 0)] * (rank - len(borders)) + list(borders)
    amounts = build.ints(*(before for before, _ in full), *(after for _, after in full))
    return build.op("Pad", tensor, amounts, value, mode=mode)
