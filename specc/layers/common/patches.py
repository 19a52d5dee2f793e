"""What `unfold` and `fold` have in common: the windows over an image, each a column of a matrix."""

from __future__ import annotations

from math import prod

from specc.ir.operation import Arguments
from specc.layers.common.windows import Window, slide, windows
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType

Each = int | tuple[int, ...]


def patch_windows(layer: str, kernel: Each, dilation: Each, padding: Each, stride: Each) -> tuple[Window, ...]:
    """The windows over height and width."""
    return windows(layer, 2, kernel, stride, padding, dilation)


def columns(layer: str, image: TensorType, made: tuple[Window, ...]) -> tuple[Dim, ...]:
    """[N, C * window, places] for the image [N, C, H, W]."""
    places = product(slide(layer, image, made))
    return image.shape[0], image.shape[1] * prod(w.kernel for w in made), places


def image_of(inputs: Arguments[TensorType], size: tuple[Dim, ...], channels: Dim) -> TensorType:
    """[N, channels, *size]."""
    return inputs[0].with_shape((inputs[0].shape[0], channels, *size))
