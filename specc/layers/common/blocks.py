"""Square blocks of positions that become channels, and channels that become blocks."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Blame, Rejected
from specc.layers.common.checks import need_rank
from specc.layers.common.errors_images import NotAMultiple
from specc.tensor.dims import Dim, exact_quotient
from specc.tensor.types import TensorType

DEPTH_FIRST, COLUMN_FIRST = "DCR", "CRD"
"""ONNX's words for channels that are made of (block row, block column, channel) or (channel, row, column)."""


def need_multiple(layer: str, tensor: TensorType, axis: int, factor: int) -> Dim:
    """How often `factor` goes into a dim; rejects one that may not be a multiple of it."""
    quotient = exact_quotient(tensor.shape[axis], factor)
    if quotient is None:
        raise Rejected(NotAMultiple(layer, tensor.shape[axis], factor, axis), Blame(0, axis))
    return quotient


def to_space(layer: str, tensor: TensorType, factor: int) -> TensorType:
    """[N, C / factor^2, H * factor, W * factor]."""
    need_rank(layer, tensor, 4, 4, "[N, C, H, W]")
    channels = need_multiple(layer, tensor, 1, factor * factor)
    return tensor.with_shape((tensor.shape[0], channels, tensor.shape[2] * factor, tensor.shape[3] * factor))


def to_depth(layer: str, tensor: TensorType, factor: int) -> TensorType:
    """[N, C * factor^2, H / factor, W / factor]."""
    need_rank(layer, tensor, 4, 4, "[N, C, H, W]")
    height, width = (need_multiple(layer, tensor, axis, factor) for axis in (2, 3))
    return tensor.with_shape((tensor.shape[0], tensor.shape[1] * factor * factor, height, width))


def emit_to_space(build: Builder, site: Site, factor: int, mode: str) -> str:
    """Reshape, Transpose, Reshape; what ONNX DepthToSpace is, for every element type."""
    given, made = site.types[0].shape, site.outputs[0].shape
    block = (factor, factor, made[1]) if mode == DEPTH_FIRST else (made[1], factor, factor)
    order = (0, 3, 4, 1, 5, 2) if mode == DEPTH_FIRST else (0, 1, 4, 2, 5, 3)
    return rearranged(build, site, (given[0], *block, *given[2:]), order)


def emit_to_depth(build: Builder, site: Site, factor: int, mode: str) -> str:
    """Reshape, Transpose, Reshape; in the mode DCR what ONNX SpaceToDepth is, for every element type."""
    given, made = site.types[0].shape, site.outputs[0].shape
    order = (0, 3, 5, 1, 2, 4) if mode == DEPTH_FIRST else (0, 1, 3, 5, 2, 4)
    return rearranged(build, site, (*given[:2], made[2], factor, made[3], factor), order)


def rearranged(build: Builder, site: Site, apart: tuple[Dim, ...], order: tuple[int, ...]) -> str:
    """The input taken `apart`, its axes in another `order`, joined to the shape of the result."""
    split = build.reshape(site.inputs[0], site.types[0].shape, apart)
    moved = build.op("Transpose", split, perm=order)
    return build.reshape(moved, tuple(apart[axis] for axis in order), site.outputs[0].shape)
