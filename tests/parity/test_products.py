"""Matrix products and Einstein sums against torch 2.13."""

from __future__ import annotations

import numpy as np
import torch
from cases import SEEDS, cases
from hypothesis import strategies as st
from one_layer import values
from whole_spec import holds

SUMS = 1e-5
"""For float32 sums of up to 10^3 products of standard normal numbers; the worst seen is 4e-7."""


@cases(
    batch=st.lists(st.integers(1, 4), max_size=3),
    cut=st.lists(st.sampled_from(("both", "left", "right")), min_size=3, max_size=3),
    short=st.tuples(st.integers(0, 3), st.booleans()),
    sizes=st.tuples(st.integers(1, 6), st.integers(1, 40), st.integers(1, 6)),
    vectors=st.sampled_from(("none", "none", "left", "right", "both")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_matmul(batch, cut, short, sizes, vectors, symbolic, seed):
    rows, inner, columns = sizes
    left = [1 if which == "left" else size for size, which in zip(batch, cut, strict=False)]
    right = [1 if which == "right" else size for size, which in zip(batch, cut, strict=False)]
    count, first = short
    left, right = (left[count:], right) if first else (left, right[count:])
    left, right = [*left, rows, inner], [*right, inner, columns]
    left = [inner] if vectors in ("left", "both") else left
    right = [inner] if vectors in ("right", "both") else right
    arrays = {"a": values(tuple(left), seed), "b": values(tuple(right), seed + 1)}
    text = ""
    for name, shape in (("a", left), ("b", right)):
        matrix = len(shape) > 1
        dims = [
            f"B{len(shape) - axis}" if symbolic and size > 1 and axis < len(shape) - 2 else str(size)
            for axis, size in enumerate(shape)
        ]
        if symbolic and matrix:
            dims[-2:] = ["I", "K"] if name == "a" else ["K", "J"]
        elif symbolic:
            dims = ["K"]
        text += f"input {name}: float32[{', '.join(dims)}]\n"
    wanted = torch.matmul(*map(torch.from_numpy, arrays.values()))
    holds("matmul", f"{text}output y = a @ b\n", {"y": wanted}, arrays, tolerance=SUMS)


LETTERS = "abcdefg"


@cases(
    terms=st.lists(st.lists(st.sampled_from(LETTERS), max_size=4, unique=True), min_size=1, max_size=3),
    result=st.one_of(st.none(), st.lists(st.sampled_from(LETTERS), max_size=4, unique=True)),
    sizes=st.lists(st.integers(1, 4), min_size=7, max_size=7),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_einsum(terms, result, sizes, symbolic, seed):
    size = dict(zip(LETTERS, sizes, strict=True))
    arrays = {f"x{i}": values(tuple(size[c] for c in term), seed + i) for i, term in enumerate(terms)}
    equation = ",".join(map("".join, terms))
    if result is not None:
        equation += "->" + "".join(letter for letter in result if any(letter in term for term in terms))
    text = ""
    for name, term in zip(arrays, terms, strict=True):
        dims = [letter.upper() if symbolic else str(size[letter]) for letter in term]
        text += f"input {name}: float32[{', '.join(dims)}]\n"
    text += f'output y = einsum({", ".join(arrays)}, "{equation}")\n'
    wanted = torch.einsum(equation, *map(torch.from_numpy, arrays.values()))
    holds("einsum", text, {"y": np.asarray(wanted)}, arrays, tolerance=SUMS)


@cases(
    batch=st.lists(st.integers(1, 3), max_size=3),
    fewer=st.integers(0, 3),
    form=st.sampled_from(
        (
            "...ij,...jk->...ik",
            "...ij,...jk",
            "i...,j...->ij...",
            "...i,i->...",
            "ij,...j->i...",
            "...a,...a->",
            "...->...",
        )
    ),
    sizes=st.lists(st.integers(1, 4), min_size=26, max_size=26),
    seed=SEEDS,
)
def test_einsum_over_all_other_axes(batch, fewer, form, sizes, seed):
    arrays = {}
    for index, term in enumerate(form.partition("->")[0].split(",")):
        others = batch[fewer:] if index else batch
        before, dots, after = term.partition("...")
        letters = [[sizes[ord(letter) - ord("a")] for letter in part] for part in (before, after)]
        shape = (*letters[0], *(others if dots else ()), *letters[1])
        arrays[f"x{index}"] = values(shape, seed + index)
    text = "".join(f"input {n}: float32[{', '.join(map(str, a.shape))}]\n" for n, a in arrays.items())
    text += f'output y = einsum({", ".join(arrays)}, "{form}")\n'
    wanted = torch.einsum(form, *map(torch.from_numpy, arrays.values()))
    holds("einsum", text, {"y": np.asarray(wanted)}, arrays, tolerance=SUMS)
