"""Movement of elements against numpy: the elements are the same bits in the same places."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases
from hypothesis import assume
from hypothesis import strategies as st
from tensors import (
    ANY,
    FLOATS,
    SHAPES,
    TENTHS,
    axed,
    broadcastable,
    counted,
    declared,
    drawn,
    symbols,
    tensor,
    wild,
)
from whole_spec import bindings, evaluate, holds

import specc

EXACT = 0.0
DTYPES = st.sampled_from(ANY)


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


@cases(data=st.data(), dtype=DTYPES)
def test_subscripts(data, dtype):
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    named = data.draw(st.lists(st.booleans(), min_size=len(shape), max_size=len(shape)))
    longer = tuple(size + data.draw(st.integers(0, 3)) * symbolic for size, symbolic in zip(shape, named, strict=True))
    items: list[slice | int | None] = []
    for size in shape:
        items += [None] * data.draw(st.integers(0, 4).map(lambda n: n == 4))
        items.append(data.draw(cut(size) | st.integers(-size, size - 1)))
    x = counted(longer, dtype)
    dims = ["NTH"[axis] if named[axis] else str(size) for axis, size in enumerate(shape)]
    promises = "".join(f"require {dims[axis]} >= {size}\n" for axis, size in enumerate(shape) if named[axis])
    text = f"input x: {dtype}[{', '.join(dims)}]\n{promises}output y = x[{', '.join(map(spelled, items))}]"
    wanted = x[tuple(items)]
    try:
        holds("slice", text, {"y": wanted}, {"x": x}, tolerance=EXACT)
    except specc.SpecError as error:
        assert error.diagnostics[0].code == "SP3209"
        assume(False)


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
    text = f"input x: float32[N, T, 4]\nrequire T >= 2\noutput y = {subscript}"
    holds("slice", text, {"y": x[wanted]}, {"x": x}, tolerance=EXACT)


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
    holds(expression.partition("(")[0], text, {"y": MOVES[expression](x)}, {"x": x}, tolerance=EXACT)


@pytest.mark.parametrize("dtype", ["float64", "int64", "int32", "int8", "uint8", "uint16", "bool"])
def test_moves_of_other_element_types(dtype: str) -> None:
    x = counted((2, 3, 4), dtype)
    text = f"input x: {dtype}[N, 3, 4]\noutput y = concat(swap(x)[:, ::2], reshape(x, [N, 4, 3]), axis=1)"
    wanted = np.concatenate([x.swapaxes(1, 2)[:, ::2], x.reshape(2, 4, 3)], 1)
    np.testing.assert_array_equal(evaluate(text, x=x)["y"], wanted)


def test_split_into_sizes_of_symbols() -> None:
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


def same(layer: str, call: str, wanted: object, named: bool, promises: str = "", **arrays: np.ndarray) -> None:
    """Assert that the call gives these very elements."""
    lines = "".join(declared(name, array, named) for name, array in arrays.items())
    text = f"{lines}{promises}output y = {call}"
    holds(layer, text, {"y": np.asarray(wanted)}, arrays, tolerance=EXACT)


@cases(
    shape=SHAPES, ends=st.tuples(st.integers(0, 4), st.integers(0, 4)), dtype=DTYPES, seed=SEEDS, named=st.booleans()
)
def test_flatten(shape, ends, dtype, seed, named):
    shape = shape or (1,)
    start, end = sorted(end % len(shape) for end in ends)
    x = drawn(shape, seed, dtype)
    turned = end - len(shape) if seed % 2 else end
    same("flatten", f"flatten(x, {start}, {turned})", torch.flatten(tensor(x), start, end), named, x=x)


@cases(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    data=st.data(),
    dtype=DTYPES,
    seed=SEEDS,
    named=st.booleans(),
)
def test_reshape(sizes, data, dtype, seed, named):
    joins = data.draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    x = drawn(tuple(sizes), seed, dtype)
    found = symbols(x.shape, named)
    parts: list[list[str]] = []
    for axis, size in enumerate(sizes):
        name = found.get(axis, str(size))
        parts = [*parts[:-1], [*parts[-1], name]] if parts and joins[axis] else [*parts, [name]]
    target = [" * ".join(part) for part in parts]
    guess = data.draw(st.integers(0, len(target)))
    if guess < len(target):
        target[guess] = "-1"
    if data.draw(st.booleans()):
        target.insert(data.draw(st.integers(0, len(target))), "1")
    values = {**bindings(declared("x", x, named), {"x": x})}
    wanted = x.reshape([eval(item, {}, values) for item in target])
    same("reshape", f"reshape(x, [{', '.join(target)}])", wanted, named, x=x)


@cases(shape=SHAPES, data=st.data(), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_transpose(shape, data, dtype, seed, named):
    order = data.draw(st.permutations(range(len(shape))))
    given = [axis - len(shape) if data.draw(st.booleans()) else axis for axis in order]
    x = drawn(shape, seed, dtype)
    same("transpose", f"transpose(x, {given})", np.transpose(x, order), named, x=x)


@cases(where=axed(), other=st.integers(0, 3), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_swap(where, other, dtype, seed, named):
    shape, axis = where
    x = drawn(shape, seed, dtype)
    same("swap", f"swap(x, {axis}, {other % len(shape)})", np.swapaxes(x, axis, other % len(shape)), named, x=x)


@cases(where=axed(), sizes=st.lists(st.integers(1, 4), max_size=3), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_concat(where, sizes, dtype, seed, named):
    shape, axis = where
    others = [(*shape[: axis % len(shape)], size, *shape[axis % len(shape) + 1 :]) for size in sizes]
    arrays = {f"x{i}": drawn(each, seed + i, dtype) for i, each in enumerate([shape, *others])}
    wanted = np.concatenate(list(arrays.values()), axis)
    lines = ""
    for name, array in arrays.items():
        dims = [symbols(array.shape, named).get(at, str(size)) for at, size in enumerate(array.shape)]
        dims[axis] = f"L{name}" if named else dims[axis]
        lines += f"input {name}: {dtype}[{', '.join(dims)}]\n"
    text = f"{lines}output y = concat({', '.join(arrays)}, axis={axis})"
    holds("concat", text, {"y": wanted}, arrays, tolerance=EXACT)


@cases(shape=SHAPES, count=st.integers(1, 3), place=st.integers(-5, 4), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_stack(shape, count, place, dtype, seed, named):
    rank = len(shape) + 1
    axis = place if -rank <= place < rank else 0
    arrays = {f"x{i}": drawn(shape, seed + i, dtype) for i in range(count)}
    call = f"stack({', '.join(arrays)}, axis={axis})"
    same("stack", call, np.stack(list(arrays.values()), axis), named, **arrays)


@cases(
    where=axed(),
    parts=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    equal=st.booleans(),
    dtype=DTYPES,
    seed=SEEDS,
    named=st.booleans(),
)
def test_split(where, parts, equal, dtype, seed, named):
    shape, axis = where
    sizes = [parts[0]] * len(parts) if equal else parts
    axis %= len(shape)
    x = drawn((*shape[:axis], sum(sizes), *shape[axis + 1 :]), seed, dtype)
    size = symbols(x.shape, named).get(axis)
    promise = f"require {size} % {len(sizes)} == 0\n" if equal and size else ""
    given = str(len(sizes)) if equal else str(sizes)
    if not equal and size:
        given = f"[{', '.join([*map(str, sizes[:-1]), f'{size} - {sum(sizes[:-1])}'])}]"
        promise = f"require {size} >= {sum(sizes[:-1])}\n"
    call = f"split(x, {given}, axis={axis})"
    names = [f"y{i}" for i in range(len(sizes))]
    taken = f"{', '.join(names)} = {call}" if len(names) > 1 else f"y0 = {call}"
    shown = "".join(f"output out{i} = {name}\n" for i, name in enumerate(names))
    wanted = {f"out{i}": part.copy() for i, part in enumerate(np.split(x, np.cumsum(sizes)[:-1], axis))}
    holds("split", f"{declared('x', x, named)}{promise}{taken}\n{shown}", wanted, {"x": x}, tolerance=EXACT)


@cases(shape=SHAPES, data=st.data(), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_squeeze_and_unsqueeze(shape, data, dtype, seed, named):
    count = data.draw(st.integers(0, 2))
    rank = len(shape) + count
    axes = tuple(data.draw(st.permutations(range(rank)))[:count])
    given = [axis - rank if data.draw(st.booleans()) else axis for axis in axes]
    x = drawn(shape, seed, dtype)
    wide = np.expand_dims(x, axes)
    same("unsqueeze", f"unsqueeze(x, {given})", wide, named, x=x)
    same("squeeze", f"squeeze(x, {given})", x, named, x=wide)


@cases(shapes=broadcastable(), dtype=DTYPES, seed=SEEDS, named=st.booleans(), kept=st.booleans())
def test_expand(shapes, dtype, seed, named, kept):
    small, other = shapes
    whole = np.broadcast_shapes(small, other)
    x, z = drawn(small, seed, dtype), drawn(whole, seed)
    found = symbols(whole, named)
    target = [found.get(axis, str(size)) for axis, size in enumerate(whole)]
    front = len(whole) - len(small)
    if kept:
        target = ["-1" if at >= front and small[at - front] == size else target[at] for at, size in enumerate(whole)]
    lines = f"{declared('x', x, named)}{declared('z', z, named)}output w = z\n"
    text = f"{lines}output y = expand(x, [{', '.join(target)}])"
    holds("expand", text, {"y": np.broadcast_to(x, whole)}, {"x": x, "z": z}, tolerance=EXACT)


@cases(
    shape=SHAPES,
    repeats=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    dtype=DTYPES,
    seed=SEEDS,
    named=st.booleans(),
)
def test_tile(shape, repeats, dtype, seed, named):
    x = drawn(shape, seed, dtype)
    given = repeats[: len(shape)]
    same("tile", f"tile(x, {given})", np.tile(x, given) if shape else x, named, x=x)


@cases(where=axed(high=4), repeats=st.integers(0, 4), flat=st.booleans(), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_repeat_interleave(where, repeats, flat, dtype, seed, named):
    shape, axis = where
    x = drawn(() if flat and len(shape) == 4 else shape, seed, dtype)
    call = f"repeat_interleave(x, {repeats}{'' if flat else f', {axis}'})"
    same("repeat_interleave", call, np.repeat(x, repeats, None if flat else axis), named, x=x)


@cases(shape=SHAPES, given=DTYPES, wanted=DTYPES, seed=SEEDS, named=st.booleans())
def test_cast(shape, given, wanted, seed, named):
    x = drawn(shape, seed, given, 3.0)
    if given in FLOATS and wanted.startswith("u"):
        x = np.abs(x)
    same("cast", f"cast(x, {wanted})", x.astype(wanted), named, x=x)


@cases(
    form=st.sampled_from(("zeros", "ones", "full")),
    shape=SHAPES,
    value=st.integers(0, 100),
    dtype=DTYPES,
    seed=SEEDS,
    named=st.booleans(),
)
def test_filled(form, shape, value, dtype, seed, named):
    z = drawn(shape, seed)
    found = symbols(shape, named)
    sizes = f"[{', '.join(found.get(axis, str(size)) for axis, size in enumerate(shape))}]"
    value = value % 2 if dtype == "bool" else value
    for layer, call, number in (
        ("zeros", f"zeros({sizes}, {dtype})", 0),
        ("ones", f"ones({sizes}, {dtype})", 1),
        ("full", f"full({sizes}, {value}, {dtype})", value),
    ):
        text = f"{declared('z', z, named)}output w = z\noutput y = {call}"
        holds(layer, text, {"y": np.full(shape, number, dtype)}, {"z": z}, tolerance=EXACT)


@cases(size=st.integers(1, 40), more=st.integers(1, 9), times=st.integers(1, 9), form=st.integers(0, 2), seed=SEEDS)
def test_sizes(size, more, times, form, seed):
    z = drawn((size,), seed)
    expression, number = (
        (f"N + {more}", size + more),
        (f"{times} * N", times * size),
        (str(size + more), size + more),
    )[form]
    lines = "input z: float32[N]\noutput w = z\n"
    dtype = ("int64", "float32", "float64", "int32")[seed % 4]
    cut = number // 2 + 1
    for layer, call, wanted in (
        ("arange", f"arange({expression})", np.arange(number)),
        ("size", f"size({expression}, {dtype})", np.array(number, dtype)),
        ("eye", f"eye({expression}, {cut}, {dtype})", np.eye(number, cut, dtype=dtype)),
    ):
        holds(layer, f"{lines}output y = {call}", {"y": wanted}, {"z": z}, tolerance=EXACT)


@cases(size=st.integers(1, 60), start=TENTHS, end=TENTHS, named=st.booleans(), seed=SEEDS)
def test_linspace(size, start, end, named, seed):
    z = drawn((size,), seed)
    steps = "S1" if named and size > 1 else size
    text = f"{declared('z', z, named)}output w = z\noutput y = linspace({start}, {end}, {steps})"
    # torch counts from the nearer end in float32.
    holds("linspace", text, {"y": torch.linspace(start, end, size)}, {"z": z}, tolerance=1e-6)


@cases(shape=SHAPES, dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_shape(shape, dtype, seed, named):
    x = drawn(shape, seed, dtype)
    same("shape", "shape(x)", np.array(tensor(x).shape, np.int64), named, x=x)


@cases(shape=SHAPES, data=st.data(), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_flip(shape, data, dtype, seed, named):
    axes = [axis for axis in range(len(shape)) if data.draw(st.booleans())]
    given = [axis - len(shape) if data.draw(st.booleans()) else axis for axis in axes]
    x = drawn(shape, seed, dtype)
    same("flip", f"flip(x, {given})", np.flip(x, axes), named, x=x)


@cases(where=axed(), shift=st.integers(-13, 13), form=st.integers(0, 2), dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_roll(where, shift, form, dtype, seed, named):
    shape, axis = where
    x = drawn(shape, seed, dtype)
    if form == 0:
        return same("roll", f"roll(x, {shift})", torch.roll(tensor(x), shift), named, x=x)
    shifts, axes = (
        ([shift], [axis]) if form == 1 else ([shift + at for at in range(len(shape))], list(range(len(shape))))
    )
    return same("roll", f"roll(x, {shifts}, {axes})", torch.roll(tensor(x), shifts, axes), named, x=x)


def test_roll_by_half_of_a_symbol():
    x = counted((2, 7))
    text = "input x: float32[N, T]\nrequire T >= 2\noutput y = roll(x, T // 2, axes=1)"
    holds("roll", text, {"y": np.roll(x, 3, 1)}, {"x": x}, tolerance=EXACT)


@cases(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple),
    diagonal=st.integers(-6, 6),
    upper=st.booleans(),
    dtype=st.sampled_from(("float32", "float64", "int32", "int64", "bool")),
    seed=SEEDS,
    named=st.booleans(),
)
def test_triangles(shape, diagonal, upper, dtype, seed, named):
    x = drawn(shape, seed, dtype)
    for layer in ("tril", "triu"):
        same(layer, f"{layer}(x, {diagonal})", getattr(np, layer)(x, diagonal), named, x=x)


@cases(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple),
    offset=st.integers(-5, 5),
    data=st.data(),
    dtype=DTYPES,
    seed=SEEDS,
    named=st.booleans(),
)
def test_diagonal(shape, offset, data, dtype, seed, named):
    first, second = data.draw(st.permutations(range(len(shape))))[:2]
    x = drawn(shape, seed, dtype)
    wanted = np.diagonal(x, offset, first, second).copy()
    same("diagonal", f"diagonal(x, {offset}, {first}, {second - len(shape)})", wanted, named, x=x)


@cases(shape=SHAPES, dtype=DTYPES, seed=SEEDS, named=st.booleans())
def test_layers_that_do_nothing(shape, dtype, seed, named):
    x = wild(shape, seed, dtype)
    same("identity", "identity(x)", x, named, x=x)
    same("dropout", "dropout(x, 0.3)", x, named, x=x)


@pytest.mark.parametrize("call", ["expand(x[:, :1], [1, 0])", "expand(x, [0, 3])", "repeat_interleave(x, 0, 1)"])
def test_nothing_stays_nothing(call):
    x = drawn((1, 3), 0)
    made = evaluate(f"input x: float32[1, 3]\noutput y = abs({call})", x=x)["y"]
    assert made.size == 0


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint64"])
def test_one_divided_by_integers_is_not_divided_the_other_way(dtype):
    x = np.array([1, 2, 3], dtype)
    text = (
        f"input x: {dtype}[N]\noutput y = floor_divide(1, x) * x\noutput z = fmod(1, x)\noutput s = size(N * (1 // N))"
    )
    made = evaluate(text, x=x)
    np.testing.assert_array_equal(made["y"], [1, 0, 0])
    np.testing.assert_array_equal(made["z"], [0, 1, 1])
    assert made["s"] == 0
