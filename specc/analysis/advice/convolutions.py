"""Facts of convolutions that several advisers need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.analysis.advice.advice import Facts
from specc.ir.graph import Node
from specc.layers.conv import Conv


@dataclass(frozen=True, slots=True)
class Square:
    """A dense convolution over the two axes of an image with a square kernel, padded to keep the size at stride 1."""

    node: Node
    operation: Conv
    channels: int
    kernel: int
    stride: int

    def __str__(self) -> str:
        step = f", stride {self.stride}" if self.stride > 1 else ""
        return f"{self.kernel}x{self.kernel} from {self.channels} to {self.operation.out} channels{step}"


def squares(facts: Facts) -> Iterator[Square]:
    """Those of weight in the whole."""
    for node, _ in facts.pairs():
        operation, type_ = node.operation, node.input_types()[0]
        if not isinstance(operation, Conv) or type_.rank != 4 or operation.groups != 1:
            continue
        kernel, stride, channels = _one(operation.kernel), _one(operation.stride), type_.shape[1]
        whole = kernel is not None and _one(operation.dilation) == 1 and operation.padding == kernel // 2
        if whole and kernel is not None and stride is not None and kernel % 2 and isinstance(channels, int):
            yield Square(node, operation, channels, kernel, stride)


def _one(value: int | tuple[int, ...]) -> int | None:
    """The number that is meant for both axes."""
    if isinstance(value, int):
        return value
    return value[0] if len(set(value)) == 1 else None
