"""Products against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from whole_spec import evaluate

CLOSE = 2e-6
"""For float32 sums of up to 100 products."""


def drawn(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def declared(name: str, array: np.ndarray) -> str:
    return f"input {name}: {array.dtype}[{', '.join(map(str, array.shape))}]\n"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3, 4), (4, 5)),
        ((2, 3, 4), (4, 5)),
        ((2, 3, 4), (2, 4, 5)),
        ((6, 1, 3, 4), (2, 4, 5)),
        ((4,), (4, 5)),
        ((3, 4), (4,)),
        ((2, 3, 4), (4,)),
        ((4,), (4,)),
        ((4,), (2, 4, 5)),
    ],
)
def test_matmul(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = drawn(left, 0), drawn(right, 1)
    made = evaluate(f"{declared('a', a)}{declared('b', b)}output y = a @ b", a=a, b=b)["y"]
    np.testing.assert_allclose(made, np.matmul(a, b), rtol=CLOSE, atol=CLOSE)


def test_matmul_with_symbols() -> None:
    a, b = drawn((2, 3, 4), 0), drawn((2, 4, 6), 1)
    text = "input a: float32[N, T, D]\ninput b: float32[N, D, S]\noutput y: float32[N, T, S] = a @ b"
    np.testing.assert_allclose(evaluate(text, a=a, b=b)["y"], a @ b, rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("bic,bjc->bij", [(2, 3, 4), (2, 5, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("ab,bc,cd->ad", [(2, 3), (3, 4), (4, 5)]),
        ("bhqd, bkd -> bhqk", [(2, 2, 3, 4), (2, 5, 4)]),
    ],
)
def test_einsum(equation: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = {f"x{i}": drawn(shape, i) for i, shape in enumerate(shapes)}
    lines = "".join(declared(name, array) for name, array in arrays.items())
    made = evaluate(f'{lines}output y = einsum({", ".join(arrays)}, "{equation}")', **arrays)["y"]
    np.testing.assert_allclose(made, np.einsum(equation, *arrays.values()), rtol=CLOSE, atol=CLOSE)
