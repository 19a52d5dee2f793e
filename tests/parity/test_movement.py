"""Movement of elements against numpy: the elements are the same bits in the same places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from whole_spec import evaluate

import specc


def counted(shape: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    return np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


def bound(size: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(-size - 2, size + 2)


@st.composite
def cut(draw: st.DrawFn, size: int) -> slice:
    step = draw(st.sampled_from([1, 1, 1, 2, 3, -1, -2]))
    start = draw(bound(size) if step > 0 else st.none() | st.integers(-size, size + 2))
    return slice(start, draw(bound(size)), step)


def spelled(item: slice | int | None) -> str:
    if not isinstance(item, slice):
        return "none" if item is None else str(item)
    ends = ["" if end is None else str(end) for end in (item.start, item.stop)]
    return ":".join(ends) + ("" if item.step in (None, 1) else f":{item.step}")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_subscripts(data: st.DataObject) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    named = data.draw(st.lists(st.booleans(), min_size=len(shape), max_size=len(shape)))
    longer = tuple(size + data.draw(st.integers(0, 3)) * symbolic for size, symbolic in zip(shape, named, strict=True))
    items: list[slice | int | None] = []
    for size in shape:
        items += [None] * data.draw(st.integers(0, 4).map(lambda n: n == 4))
        items.append(data.draw(cut(size) | st.integers(-size, size - 1)))
    x = counted(longer)
    dims = ["NTH"[axis] if named[axis] else str(size) for axis, size in enumerate(shape)]
    promises = "".join(f"require {dims[axis]} >= {size}\n" for axis, size in enumerate(shape) if named[axis])
    text = f"input x: float32[{', '.join(dims)}]\n{promises}output y = x[{', '.join(map(spelled, items))}]"
    wanted = x[tuple(items)]
    try:
        made = evaluate(text, x=x)["y"]
    except specc.SpecError as error:
        assert error.diagnostics[0].code == "SP3209"
        assume(False)
    np.testing.assert_array_equal(made, wanted)


@pytest.mark.parametrize(
    ("subscript", "wanted"),
    [
        ("x[..., 0]", np.s_[..., 0]),
        ("x[none, ..., none]", np.s_[None, ..., None]),
        ("x[:, T // 2]", np.s_[:, 3]),
        ("x[:, T - 1]", np.s_[:, 5]),
        ("x[:, :T - 1, 2:]", np.s_[:, :5, 2:]),
        ("x[:, -T]", np.s_[:, 0]),
        ("x[0, T - 1, 1]", np.s_[0, 5, 1]),
        ("x[:, T - 1, none, -1]", np.s_[:, 5, None, -1]),
        ("x[:, ::-1]", np.s_[:, ::-1]),
    ],
)
def test_symbolic_subscripts(subscript: str, wanted: tuple[slice, ...]) -> None:
    x = counted((2, 6, 4))
    made = evaluate(f"input x: float32[N, T, 4]\nrequire T >= 2\noutput y = {subscript}", x=x)["y"]
    np.testing.assert_array_equal(made, x[wanted])


MOVES = {
    "flatten(x)": lambda x: x.reshape(2, 12),
    "flatten(x, 0, 1)": lambda x: x.reshape(6, 4),
    "reshape(x, [N, -1])": lambda x: x.reshape(2, 12),
    "reshape(x, [T, N, 4])": lambda x: x.reshape(3, 2, 4),
    "reshape(x, [-1, 2, 2])": lambda x: x.reshape(6, 2, 2),
    "reshape(x, [N, T, 2, 2])": lambda x: x.reshape(2, 3, 2, 2),
    "reshape(x, [1, N * T, 4, 1])": lambda x: x.reshape(1, 6, 4, 1),
    "transpose(x, [0, 2, 1])": lambda x: x.transpose(0, 2, 1),
    "transpose(x, [-1, 0, 1])": lambda x: x.transpose(2, 0, 1),
    "swap(x)": lambda x: x.swapaxes(1, 2),
    "swap(x, 0, -1)": lambda x: x.swapaxes(0, 2),
    "concat(x, x)": lambda x: np.concatenate([x, x], 1),
    "concat(x, x, x, axis=-1)": lambda x: np.concatenate([x, x, x], -1),
    "stack(x, x)": lambda x: np.stack([x, x]),
    "stack(x, x, axis=-1)": lambda x: np.stack([x, x], -1),
    "squeeze(x[:, :, 0:1], 2)": lambda x: x[:, :, 0],
    "unsqueeze(x, [0, -1])": lambda x: x[None, ..., None],
    "unsqueeze(x, 2)": lambda x: x[:, :, None],
    "expand(x[:, 0:1], [-1, 5, 4])": lambda x: np.broadcast_to(x[:, 0:1], (2, 5, 4)),
    "expand(x[:, 0:1], [T, N, T, 4])": lambda x: np.broadcast_to(x[:, 0:1], (3, 2, 3, 4)),
    "tile(x, [1, 2, T])": lambda x: np.tile(x, (1, 2, 3)),
    "cast(x, int32)": lambda x: x.astype("int32"),
    "cast(x, bool)": lambda x: x.astype("bool"),
    "cast(x, float64)": lambda x: x.astype("float64"),
    "arange(N * T)": lambda x: np.arange(6),
    "arange(7)": lambda x: np.arange(7),
    "concat(x, zeros([N, 1, 4]))": lambda x: np.concatenate([x, np.zeros((2, 1, 4), "float32")], 1),
    "concat(x, ones([N, 1, 4]))": lambda x: np.concatenate([x, np.ones((2, 1, 4), "float32")], 1),
    "full([2, 3], -1.5)": lambda x: np.full((2, 3), -1.5, "float32"),
    "full([N, T], 7, int64)": lambda x: np.full((2, 3), 7, "int64"),
    "full([T], 1, bool)": lambda x: np.full(3, True),
}


@pytest.mark.parametrize("expression", MOVES)
def test_moves(expression: str) -> None:
    x = counted((2, 3, 4))
    text = f"input x: float32[N, T, 4]\noutput z = x\noutput y = {expression}"
    np.testing.assert_array_equal(evaluate(text, x=x)["y"], MOVES[expression](x))


@pytest.mark.parametrize("dtype", ["float64", "int64", "int32", "int8", "uint8", "uint16", "bool"])
def test_moves_of_other_element_types(dtype: str) -> None:
    x = counted((2, 3, 4), dtype)
    text = f"input x: {dtype}[N, 3, 4]\noutput y = concat(swap(x)[:, ::2], reshape(x, [N, 4, 3]), axis=1)"
    wanted = np.concatenate([x.swapaxes(1, 2)[:, ::2], x.reshape(2, 4, 3)], 1)
    np.testing.assert_array_equal(evaluate(text, x=x)["y"], wanted)


def test_split() -> None:
    x = counted((2, 6, 4))
    text = """input x: float32[N, T, 4]
require T % 2 == 0
require T >= 2
a, b = split(x, 2)
c, d, e = split(x, [1, 1, 2], axis=-1)
f, g = split(x, [T // 2 - 1, T // 2 + 1])
output a = a
output b = b
output e = e
output f = f
output g = g
output s = c + d
"""
    made = evaluate(text, x=x)
    np.testing.assert_array_equal(made["a"], x[:, :3])
    np.testing.assert_array_equal(made["b"], x[:, 3:])
    np.testing.assert_array_equal(made["e"], x[..., 2:])
    np.testing.assert_array_equal(made["f"], x[:, :2])
    np.testing.assert_array_equal(made["g"], x[:, 2:])


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_gather(axis: int, dtype: str) -> None:
    x, picks = counted((3, 3, 3)), np.array([[2, 0], [-1, 1]], dtype)
    text = f"input x: float32[N, 3, 3]\ninput picks: {dtype}[K, 2]\noutput y = gather(x, picks, axis={axis})"
    np.testing.assert_array_equal(evaluate(text, x=x, picks=picks)["y"], np.take(x, picks, axis))
