"""Blocks, columns and grids of images against torch 2.13 and onnx's reference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from onnx import helper
from onnx.reference import ReferenceEvaluator
from shapes import each, ints
from torch import nn
from torch.nn import functional
from whole_spec import holds

SAMPLED = 1e-5
"""For a blend of up to 16 neighbours; positions are made from coordinates in float32."""


@cases(
    factor=st.integers(1, 4),
    lead=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_pixels(factor, lead, size, symbolic, seed):
    batch, channels = lead
    coarse = values((batch, channels * factor**2, *size), seed)
    symbols = {0: "N", 2: "H", 3: "W"} if symbolic else {}
    agree(f"pixel_shuffle({factor})", nn.PixelShuffle(factor), coarse, tolerance=0, symbols=symbols)
    fine = values((batch, channels, size[0] * factor, size[1] * factor), seed)
    promises = tuple(f"{name} % {factor} == 0" for name in "HW") if symbolic and factor > 1 else ()
    symbols |= {1: "C"} if symbolic else {}
    module = nn.PixelUnshuffle(factor)
    agree(f"pixel_unshuffle({factor})", module, fine, tolerance=0, symbols=symbols, promises=promises)


def onnx_reference(name: str, **attributes: int | str) -> Callable[[torch.Tensor], torch.Tensor]:
    """An operator as onnx's own reference computes it."""
    evaluator = ReferenceEvaluator(helper.make_node(name, ["x"], ["y"], **attributes))
    return lambda x: torch.from_numpy(evaluator.run(None, {"x": x.numpy()})[0])


@cases(
    factor=st.integers(1, 4),
    lead=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    mode=st.sampled_from(("DCR", "CRD")),
    dtype=st.sampled_from(("float32", "int64", "uint8", "float64")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_space_and_depth(factor, lead, size, mode, dtype, symbolic, seed):
    batch, channels = lead
    deep = (values((batch, channels * factor**2, *size), seed) * 9).astype(dtype)
    symbols = {0: "N", 2: "H", 3: "W"} if symbolic else {}
    reference = onnx_reference("DepthToSpace", blocksize=factor, mode=mode)
    agree(f"depth_to_space({factor}, {mode})", reference, deep, tolerance=0, symbols=symbols)
    wide = (values((batch, channels, size[0] * factor, size[1] * factor), seed) * 9).astype(dtype)
    promises = tuple(f"{name} % {factor} == 0" for name in "HW") if symbolic and factor > 1 else ()
    inverse = onnx_reference("SpaceToDepth", blocksize=factor)
    reference = inverse if mode == "DCR" else (lambda x: functional.pixel_unshuffle(x, factor))
    agree(f"space_to_depth({factor}, {mode})", reference, wide, tolerance=0, symbols=symbols, promises=promises)


@cases(
    groups=st.integers(1, 4),
    share=st.integers(1, 4),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_channel_shuffle(groups, share, sizes, symbolic, seed):
    array = values((2, groups * share, *sizes), seed)
    symbols = {0: "N", 1: "C", 2: "S"} if symbolic else {}
    promises = (f"C % {groups} == 0",) if symbolic and groups > 1 else ()
    module = nn.ChannelShuffle(groups)
    agree(f"channel_shuffle({groups})", module, array, tolerance=0, symbols=symbols, promises=promises)


@cases(
    slack=ints(0, 5),
    kernel=ints(1, 4),
    dilation=ints(1, 3),
    padding=ints(0, 2),
    stride=ints(1, 3),
    channels=st.integers(1, 3),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_unfold_and_fold(slack, kernel, dilation, padding, stride, channels, symbolic, seed):
    kernel, dilation, padding, stride = (v[:2] for v in (kernel, dilation, padding, stride))
    least = [max(d * (k - 1) + 1 - 2 * p, 1) for k, d, p in zip(kernel, dilation, padding, strict=True)]
    height, width = (n + s for n, s in zip(least, slack, strict=False))
    arguments = f"{each(kernel)}, {each(dilation)}, {each(padding)}, {each(stride)}"
    symbols = {0: "N", 2: "H", 3: "W"} if symbolic else {}
    promises = tuple(f"{name} >= {size}" for name, size in zip("HW", least, strict=True)) if symbolic else ()
    array = values((2, channels, height, width), seed)
    module = nn.Unfold(kernel, dilation, padding, stride)
    agree(f"unfold({arguments})", module, array, tolerance=0, symbols=symbols, promises=promises)
    columns = values(tuple(module(torch.from_numpy(array)).shape), seed)
    module = nn.Fold((height, width), kernel, dilation, padding, stride)
    symbols = {0: "N"} if symbolic else {}
    agree(f"fold([{height}, {width}], {arguments})", module, columns, tolerance=1e-6, symbols=symbols)


@pytest.mark.parametrize("size", [(4, 4), (6, 9), (5, 8)])
def test_fold_of_what_was_unfolded(size):
    text = "input x: float32[N, 2, H, W]\nrequire H >= 3 and W >= 3\n"
    text += "output y = x -> unfold(3, padding=1, stride=2) -> fold([H, W], 3, padding=1, stride=2)\n"
    x = torch.from_numpy(values((2, 2, *size), 4))
    columns = functional.unfold(x, 3, padding=1, stride=2)
    wanted = functional.fold(columns, size, 3, padding=1, stride=2)
    holds("fold", text, {"y": wanted}, {"x": x.numpy()}, tolerance=1e-6)


@cases(
    axes=st.integers(2, 3),
    size=ints(1, 6),
    made=ints(1, 5),
    mode=st.sampled_from(("bilinear", "nearest", "bicubic")),
    outside=st.sampled_from(("zeros", "border", "reflection")),
    corners=st.booleans(),
    spread=st.sampled_from((0.5, 1.0, 3.0)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_grid_sample(axes, size, made, mode, outside, corners, spread, symbolic, seed):
    mode = mode if axes == 2 or mode != "bicubic" else "nearest"
    image = values((2, 3, *size[:axes]), seed)
    grid = values((2, *made[:axes], axes), seed + 1, scale=spread)
    dims = [", ".join(map(str, array.shape[1:])) for array in (image, grid)]
    if symbolic:
        dims = [", ".join(("C", *"HWD"[:axes])), ", ".join((*"RST"[:axes], str(axes)))]
    batch = "N" if symbolic else "2"
    text = f"input x: float32[{batch}, {dims[0]}]\ninput g: float32[{batch}, {dims[1]}]\n"
    text += f"output y = grid_sample(x, g, {mode}, {outside}, {word(corners)})\n"
    wanted = functional.grid_sample(torch.from_numpy(image), torch.from_numpy(grid), mode, outside, corners)
    holds("grid_sample", text, {"y": wanted}, {"x": image, "g": grid}, tolerance=SAMPLED)


@pytest.mark.filterwarnings("ignore:Since version 1.3.0, affine_grid")
@cases(axes=st.integers(2, 3), size=ints(1, 6), corners=st.booleans(), symbolic=st.booleans(), seed=SEEDS)
def test_affine_grid(axes, size, corners, symbolic, seed):
    size = size[:axes]
    theta = values((2, axes, axes + 1), seed)
    wanted = functional.affine_grid(torch.from_numpy(theta), [2, 3, *size], corners)
    dims = ", ".join("HWD"[:axes]) if symbolic else ", ".join(map(str, size))
    image = np.zeros((2, 3, *size), np.float32)
    batch = "N" if symbolic else "2"
    text = f"input x: float32[{batch}, 3, {dims}]\ninput theta: float32[{batch}, {axes}, {axes + 1}]\n"
    text += f"output y = theta -> affine_grid(x.shape, {word(corners)})\noutput z = x\n"
    holds("affine_grid", text, {"y": wanted}, {"x": image, "theta": theta}, tolerance=2e-6)
