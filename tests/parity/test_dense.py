"""Linear and bilinear layers, lookups and distances against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, randomise, values
from torch import nn
from torch.nn import functional
from whole_spec import holds

SUMS = 1e-5
"""For float32 sums of up to 10^2 products of standard normal numbers; the worst seen is 6e-7."""
NAMES = ("N", "T", "S", "R")
DTYPES = st.sampled_from(("int64", "int32"))


def named(shape: tuple[int, ...], symbolic: bool) -> dict[int, str]:
    return dict(enumerate(NAMES[: len(shape)])) if symbolic else {}


@cases(
    lead=st.lists(st.integers(1, 4), max_size=4),
    size=st.integers(1, 20),
    out=st.integers(1, 9),
    bias=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_linear(lead, size, out, bias, symbolic, seed):
    array = values((*lead, size), seed)
    module, symbols = nn.Linear(size, out, bias), named(tuple(lead), symbolic)
    agree(f"linear({out}, {word(bias)})", module, array, tolerance=SUMS, symbols=symbols, seed=seed)


@cases(
    lead=st.lists(st.integers(1, 3), min_size=1, max_size=2),
    rows=st.integers(1, 6),
    width=st.integers(1, 5),
    bias=st.booleans(),
    seed=SEEDS,
)
def test_tied_linear(lead, rows, width, bias, seed):
    """An output layer whose weight is the table of an embedding, as in language models."""
    dims = ", ".join(NAMES[: len(lead)])
    ids = np.random.default_rng(seed).integers(0, rows, lead)
    table = values((rows, width), seed + 1)
    offset = values((rows,), seed + 2)
    text = f"input ids: int64[{dims}]\nembed = embedding({rows}, {width}) as wte\nh = ids -> embed -> relu\n"
    text += f"output y = h -> linear({rows}, {word(bias)}, weight=embed.weight) as head\n"
    hidden = torch.from_numpy(table)[torch.from_numpy(ids)].relu()
    wanted = functional.linear(hidden, torch.from_numpy(table), torch.from_numpy(offset) if bias else None)
    weights = {"wte.weight": table} | ({"head.bias": offset} if bias else {})
    holds("linear", text, {"y": wanted}, {"ids": ids}, tolerance=SUMS, weights=weights)


@cases(
    lead=st.lists(st.integers(1, 4), max_size=3),
    sizes=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    out=st.integers(1, 5),
    bias=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_bilinear(lead, sizes, out, bias, symbolic, seed):
    module = nn.Bilinear(*sizes, out, bias)
    weights = randomise(module, seed)
    arrays = {name: values((*lead, size), seed + i) for i, (name, size) in enumerate(zip("ab", sizes, strict=True))}
    dims = [*(NAMES if symbolic else map(str, lead))][: len(lead)]
    text = "".join(f"input {n}: float32[{', '.join((*dims, str(s)))}]\n" for n, s in zip("ab", sizes, strict=True))
    text += f"output y = bilinear(a, b, {out}, {word(bias)}) as layer\n"
    with torch.no_grad():
        wanted = module(*map(torch.from_numpy, arrays.values()))
    holds("bilinear", text, {"y": wanted}, arrays, tolerance=SUMS, weights=weights)


@cases(
    shape=st.lists(st.integers(1, 4), max_size=4),
    rows=st.integers(1, 12),
    width=st.integers(1, 5),
    padding=st.one_of(st.none(), st.integers(-12, 11)),
    dtype=DTYPES,
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_embedding(shape, rows, width, padding, dtype, symbolic, seed):
    padding = None if padding is None else max(-rows, min(padding, rows - 1))
    indices = np.asarray(np.random.default_rng(seed).integers(0, rows, shape), dtype)
    module = nn.Embedding(rows, width, padding)
    text = f"embedding({rows}, {width}, {'none' if padding is None else padding})"
    agree(text, module, indices, tolerance=0, symbols=named(tuple(shape), symbolic), seed=seed)


@cases(
    shape=st.tuples(st.integers(1, 5), st.integers(1, 6)),
    rows=st.integers(1, 6),
    width=st.integers(1, 5),
    mode=st.sampled_from(("sum", "mean", "max")),
    weighted=st.booleans(),
    padding=st.one_of(st.none(), st.integers(-6, 5)),
    dtype=DTYPES,
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_embedding_bag(shape, rows, width, mode, weighted, padding, dtype, symbolic, seed):
    padding = None if padding is None else max(-rows, min(padding, rows - 1))
    weighted = weighted and mode == "sum"
    indices = np.asarray(np.random.default_rng(seed).integers(0, rows, shape), dtype)
    factors = values(shape, seed + 1)
    module = nn.EmbeddingBag(rows, width, mode=mode, padding_idx=padding)
    weights = randomise(module, seed)
    dims = "N, L" if symbolic else ", ".join(map(str, shape))
    text = f"input x: {dtype}[{dims}]\n" + (f"input w: float32[{dims}]\n" if weighted else "")
    inputs = "x, w" if weighted else "x"
    index = "none" if padding is None else padding
    text += f"output y = embedding_bag({inputs}, {rows}, {width}, {mode}, {index}) as layer\n"
    with torch.no_grad():
        wanted = module(torch.from_numpy(indices), per_sample_weights=torch.from_numpy(factors) if weighted else None)
    arrays = {"x": indices} | ({"w": factors} if weighted else {})
    holds("embedding_bag", text, {"y": wanted}, arrays, tolerance=2e-6, weights=weights)


def two(shape: list[int], cut: list[bool], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays that are broadcast to `shape`: the second has size 1 where `cut` says so, and perhaps fewer axes."""
    right = [1 if gone else size for size, gone in zip(shape, cut, strict=False)]
    return values(tuple(shape), seed), values(tuple(right), seed + 1)


def declared(arrays: dict[str, np.ndarray], symbolic: bool) -> str:
    """Inputs; axes of a size above 1 by name where `symbolic` says so."""
    lines = []
    for name, array in arrays.items():
        dims = [f"S{i}" if symbolic and size > 1 else str(size) for i, size in enumerate(array.shape)]
        lines.append(f"input {name}: float32[{', '.join(dims)}]\n")
    return "".join(lines)


PAIRS = {
    "shape": st.lists(st.integers(1, 5), min_size=1, max_size=4),
    "cut": st.lists(st.booleans(), min_size=4, max_size=4),
    "symbolic": st.booleans(),
    "seed": SEEDS,
}


@cases(**PAIRS, axis=st.integers(-4, 3), eps=st.sampled_from((1e-8, 0.5, 2.0)))
def test_cosine_similarity(shape, cut, symbolic, seed, axis, eps):
    axis = max(-len(shape), min(axis, len(shape) - 1))
    arrays = dict(zip("ab", two(shape, cut, seed), strict=True))
    wanted = functional.cosine_similarity(*map(torch.from_numpy, arrays.values()), dim=axis, eps=eps)
    text = declared(arrays, symbolic) + f"output y = cosine_similarity(a, b, {axis}, {eps})\n"
    holds("cosine_similarity", text, {"y": wanted}, arrays, tolerance=2e-6)


@cases(
    **PAIRS,
    p=st.sampled_from((1, 2, 3, 0.5, float("inf"))),
    eps=st.sampled_from((1e-6, 0.1)),
    keepdims=st.booleans(),
)
def test_pairwise_distance(shape, cut, symbolic, seed, p, eps, keepdims):
    arrays = dict(zip("ab", two(shape, cut, seed), strict=True))
    wanted = functional.pairwise_distance(*map(torch.from_numpy, arrays.values()), p, eps, keepdims)
    text = declared(arrays, symbolic) + f"output y = pairwise_distance(a, b, {p}, {eps}, {word(keepdims)})\n"
    holds("pairwise_distance", text, {"y": wanted}, arrays, tolerance=SUMS)


@cases(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    axis=st.integers(-4, 3),
    p=st.sampled_from((1, 2, 3, 0.5, float("inf"))),
    eps=st.sampled_from((1e-12, 0.5, 5.0)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_normalize(shape, axis, p, eps, symbolic, seed):
    axis = max(-len(shape), min(axis, len(shape) - 1))
    agree(
        f"normalize({p}, {axis}, {eps})",
        lambda x: functional.normalize(x, p, axis, eps),
        values(tuple(shape), seed),
        tolerance=SUMS,
        symbols=named(tuple(shape), symbolic),
    )


@pytest.mark.parametrize("p", [1, 2, float("inf")])
def test_normalize_zeros(p):
    array = np.zeros((2, 3), np.float32)
    agree(f"normalize({p})", lambda x: functional.normalize(x, p), array, tolerance=0)
