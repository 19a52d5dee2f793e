"""Interpolation and borders against torch 2.13."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from shapes import SPATIAL, each, ints
from torch import nn
from torch.nn import functional

SMOOTH = {1: ("linear",), 2: ("bilinear", "bicubic"), 3: ("trilinear",)}
BLENDED = 1e-5
"""For a blend of up to 64 neighbours by weights that are rounded in float32."""


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 8),
    scale=st.lists(st.sampled_from((1, 2, 3, 4, 1.5, 0.5, 2.25, 0.75)), min_size=3, max_size=3),
    which=st.integers(0, 1),
    corners=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_upsample(axes, sizes, scale, which, corners, symbolic, seed):
    scale, mode = scale[:axes], SMOOTH[axes][which % len(SMOOTH[axes])]
    sizes = [max(size, -(-1 // Fraction(s))) for size, s in zip(sizes, scale, strict=False)]
    module = nn.Upsample(scale_factor=tuple(map(float, scale)), mode=mode, align_corners=corners)
    symbols = {0: "N", 2: "S"} if symbolic else {}
    promises = (f"S >= {sizes[0]}",) if symbolic else ()
    text = f"upsample({each(scale)}, {mode}, {word(corners)})"
    agree(text, module, values((2, 3, *sizes), seed), tolerance=BLENDED, symbols=symbols, promises=promises)


@cases(size=st.integers(1, 60), scale=st.floats(0.2, 4), which=st.integers(0, 1), seed=SEEDS)
def test_upsample_by_any_factor(size, scale, which, seed):
    size = max(size, int(1 / scale) + 1)
    mode = SMOOTH[2][which]
    array = values((1, 2, size, 5), seed)
    agree(
        f"upsample([{scale}, 2], {mode})",
        lambda x: functional.interpolate(x, scale_factor=(scale, 2.0), mode=mode),
        array,
        tolerance=5e-5,  # a factor that has no float32 moves each position by a rounding, times its distance
    )


def exact(size: int, count: int, step: Fraction, mode: str) -> torch.Tensor:
    """Indices without rounding: torch multiplies in float32, and is one off at times."""
    shift = Fraction(1, 2) if mode == "nearest_exact" else 0
    return torch.tensor([int((i + shift) * step) for i in range(count)])


@cases(
    size=st.integers(1, 40),
    scale=st.one_of(st.sampled_from((1, 2, 3, 0.5, 1.5, 2.25, 0.375)), st.floats(0.2, 4)),
    mode=st.sampled_from(("nearest", "nearest_exact")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_upsample_by_picking(size, scale, mode, symbolic, seed):
    size = max(size, int(1 / scale) + 1)
    exactly = Fraction(scale).denominator <= 1 << 16
    array = values((2, 3, size), seed)
    places = exact(size, int(size * scale), 1 / Fraction(scale), mode)
    symbols, promises = ({0: "N", 2: "T"}, (f"T >= {size}",)) if symbolic and exactly else ({}, ())
    agree(
        f"upsample({scale}, {mode})", lambda x: x[..., places], array, tolerance=0, symbols=symbols, promises=promises
    )


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
@pytest.mark.parametrize("scale", [2, 3, 0.5, 1.5, 0.75])
def test_upsample_by_picking_as_torch(mode, scale):
    array = values((1, 2, 8, 12), 1)
    module = nn.Upsample(scale_factor=scale, mode=mode)
    agree(f'upsample({scale}, "{mode}")', module, array, tolerance=0, symbols={0: "N"})


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 8),
    wanted=ints(1, 15),
    which=st.integers(0, 1),
    corners=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_resize(axes, sizes, wanted, which, corners, symbolic, seed):
    sizes, wanted, mode = sizes[:axes], wanted[:axes], SMOOTH[axes][which % len(SMOOTH[axes])]
    agree(
        f"resize({each(wanted)}, {mode}, {word(corners)})",
        lambda x: functional.interpolate(x, wanted, mode=mode, align_corners=corners),
        values((2, 3, *sizes), seed),
        tolerance=2e-5,  # positions are rounded in float32, times the distance of the neighbours
        symbols={0: "N", 2: "S"} if symbolic else {},
    )


@cases(size=st.integers(1, 40), wanted=st.integers(1, 80), mode=st.sampled_from(("nearest", "nearest_exact")))
def test_resize_to_the_nearest(size, wanted, mode):
    array = np.arange(size, dtype=np.float32).reshape(1, 1, size)
    places = exact(size, wanted, Fraction(size, wanted), mode)
    agree(f"resize({wanted}, {mode})", lambda x: x[:, :, places], array, tolerance=0)
    agree(f"resize({wanted}, {mode})", lambda x: x[:, :, places], array, tolerance=0, symbols={2: "T"})


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear", "bicubic"])
def test_resize_to_a_symbol(mode):
    array = values((2, 3, 4, 5), 15)
    agree(
        f'resize([2 * H, W + 3], "{mode}")',
        lambda x: functional.interpolate(x, (8, 8), mode=mode),
        array,
        tolerance=BLENDED,
        symbols={0: "N", 2: "H", 3: "W"},
    )


@pytest.mark.parametrize("shape", [(2, 6, 5, 3), (1, 6, 5, 1), (1, 1, 5, 3), (1, 4, 3, 2)])
@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
@pytest.mark.parametrize("symbolic", [False, True])
def test_between_transposes(shape, order, symbolic):
    """The runtime refuses the axes of a Resize that it has moved a transpose behind."""
    symbols = {axis: f"S{axis}" for axis in range(4)} if symbolic else {}
    there = ", ".join(map(str, (0, *order)))
    for call, sizes in (
        ("upsample(2, bilinear)", {"scale_factor": 2.0}),
        ("resize([7, 5], bicubic)", {"size": (7, 5)}),
    ):
        mode = "bilinear" if "bilinear" in call else "bicubic"
        agree(
            f"transpose([{there}]) -> relu -> {call} -> transpose([0, 2, 3, 1])",
            lambda x, mode=mode, sizes=sizes: functional.interpolate(
                x.permute(0, *order).relu(), mode=mode, **sizes
            ).permute(0, 2, 3, 1),
            values(shape, 3),
            tolerance=BLENDED,
            symbols=symbols,
            name=call[: call.index("(")],
        )


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    amounts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5),
    mode=st.sampled_from(("constant", "reflect", "replicate", "edge", "circular")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_pad(shape, amounts, mode, symbolic, seed):
    amounts = amounts[: len(shape)]
    first = len(shape) - len(amounts)
    for axis, pair in enumerate(amounts, first):
        needed = {"reflect": max(pair) + 1, "circular": max(pair)}.get(mode, 1)
        shape[axis] = max(shape[axis], needed)
    widths = [(0, 0)] * first + amounts
    filling = {"constant_values": 1.5} if mode == "constant" else {}
    name = {"replicate": "edge", "circular": "wrap"}.get(mode, mode)
    symbols = {axis: f"S{axis}" for axis in range(len(shape))} if symbolic else {}
    promises = tuple(f"{symbol} >= {shape[axis]}" for axis, symbol in symbols.items())
    agree(
        f"pad({[list(pair) for pair in amounts]}, {mode}, 1.5)",
        lambda x: torch.from_numpy(np.pad(x.numpy(), widths, mode=name, **filling)),
        values(tuple(shape), seed),
        tolerance=0,
        symbols=symbols,
        promises=promises,
    )


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 3),
    amount=st.integers(0, 3),
    mode=st.sampled_from(("constant", "reflect", "replicate", "circular")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_pad_of_the_spatial_dims(axes, slack, amount, mode, symbolic, seed):
    least = {"reflect": amount + 1, "circular": max(amount, 1)}.get(mode, 1)
    symbols = {0: "N", **{axis + 2: SPATIAL[axis] for axis in range(axes)}} if symbolic else {}
    agree(
        f"pad({amount}, {mode})",
        lambda x: functional.pad(x, (amount,) * (2 * axes), mode=mode),
        values((2, 3, *(least + s for s in slack[:axes])), seed),
        tolerance=0,
        symbols=symbols,
        promises=tuple(f"{name} >= {least}" for axis, name in symbols.items() if axis),
    )
