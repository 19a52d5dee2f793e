"""Elements picked, ordered and put by their indices, against torch 2.13 and numpy: the same bits in the same places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from tensors import ANY, NUMBERS, axed, counted, declared, drawn, symbols, tensor
from torch.nn import functional
from whole_spec import evaluate, holds

EXACT, SUMS = 0.0, 1e-5
ORDERED = ("float32", "float64", "int8", "uint8", "int16", "int32", "int64")
INDICES = st.sampled_from(("int64", "int32"))
REDUCES = {"add": "sum", "mul": "prod", "amax": "amax", "amin": "amin"}
"""What torch calls the ways of `scatter`."""


def indices(shape: Sequence[int], size: int, seed: int, dtype: str = "int64") -> np.ndarray:
    """From either end of an axis."""
    return np.asarray(np.random.default_rng(seed).integers(-size, size, shape), dtype)


def plain(index: np.ndarray, size: int) -> torch.Tensor:
    """As torch wants them: counted from 0."""
    return tensor(np.mod(index, size).astype("int64"))


@cases(
    where=axed(),
    share=st.integers(0, 3),
    dtype=st.sampled_from(ORDERED),
    equal=st.booleans(),
    largest=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_topk(where, share, dtype, equal, largest, named, seed):
    shape, axis = where
    count = shape[axis] * share // 3
    x = np.asarray(counted(shape, dtype) % 3 if equal else drawn(shape, seed, dtype), dtype)
    values, order = torch.sort(tensor(x), dim=axis, descending=largest, stable=True)
    symbol = symbols(shape, named).get(axis % len(shape))
    promise = f"require {symbol} >= {count}\n" if symbol else ""
    taken = f"values, indices = topk(x, {count}, {axis}, {word(largest)})\n"
    text = f"{declared('x', x, named)}{promise}{taken}output v = values\noutput i = indices"
    wanted = {"v": values.narrow(axis, 0, count), "i": order.narrow(axis, 0, count)}
    holds("topk", text, wanted, {"x": x}, tolerance=EXACT)


def test_topk_of_a_symbol():
    x = drawn((3, 10), 0)
    text = "input x: float32[N, T]\nrequire T >= 2\nv, i = x -> topk(T // 2)\noutput v = v\noutput w = -topk(x, 2)[0]"
    values, _ = torch.topk(tensor(x), 5)
    holds("topk", text, {"v": values, "w": -values[:, :2]}, {"x": x}, tolerance=EXACT)


@cases(
    where=axed(),
    dtype=st.sampled_from(ORDERED),
    equal=st.booleans(),
    descending=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_sort(where, dtype, equal, descending, named, seed):
    shape, axis = where
    x = np.asarray(counted(shape, dtype) % 3 if equal else drawn(shape, seed, dtype), dtype)
    values, order = torch.sort(tensor(x), dim=axis, descending=descending, stable=True)
    lines = declared("x", x, named)
    given = f"x, {axis}, {word(descending)}"
    text = f"{lines}values, indices = sort({given})\noutput v = values\noutput i = indices"
    holds("sort", text, {"v": values, "i": order}, {"x": x}, tolerance=EXACT)
    holds("argsort", f"{lines}output y = argsort({given})", {"y": order}, {"x": x}, tolerance=EXACT)


@cases(
    shape=st.lists(st.integers(1, 4), max_size=3),
    classes=st.integers(1, 9),
    index=INDICES,
    dtype=st.sampled_from(ANY),
    named=st.booleans(),
    seed=SEEDS,
)
def test_one_hot(shape, classes, index, dtype, named, seed):
    labels = plain(indices(shape, classes, seed), classes)
    wanted = functional.one_hot(labels, classes).numpy().astype(dtype)
    given = labels.numpy().astype(index)
    kind = "" if dtype == "int64" else f", {dtype}"
    text = f"{declared('x', given, named)}output y = one_hot(x, {classes}{kind})"
    holds("one_hot", text, {"y": wanted}, {"x": given}, tolerance=EXACT)


def test_one_hot_outside_its_classes_is_zero():
    x = np.array([-1, 0, 3, 7], np.int64)
    made = evaluate("input x: int64[N]\noutput y = one_hot(x, 3)", x=x)["y"]
    np.testing.assert_array_equal(made, [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]])


@cases(
    where=axed(),
    picks=st.lists(st.integers(1, 4), max_size=2),
    index=INDICES,
    dtype=st.sampled_from(ANY),
    named=st.booleans(),
    seed=SEEDS,
)
def test_gather(where, picks, index, dtype, named, seed):
    shape, axis = where
    x, chosen = drawn(shape, seed, dtype), indices(picks, shape[axis], seed, index)
    lines = declared("x", x, named) + declared("i", chosen, False)
    text = f"{lines}output y = gather(x, i, axis={axis})"
    holds("gather", text, {"y": np.take(x, chosen, axis)}, {"x": x, "i": chosen}, tolerance=EXACT)


def test_gather_of_indices_that_are_written_down():
    x = counted((3, 5))
    text = "input x: float32[N, 5]\noutput y = gather(x, [[0, -1], [4, 2]], axis=1)\n"
    text += "output z = take_along_dim(x, [[1, -2]])"
    wanted = {"y": x[:, [[0, -1], [4, 2]]], "z": x[:, [1, -2]]}
    holds("gather", text, wanted, {"x": x}, tolerance=EXACT)


@cases(
    where=axed(),
    count=st.integers(1, 5),
    ones=st.lists(st.sampled_from((0, 0, 0, 1, 2)), min_size=4, max_size=4),
    index=INDICES,
    dtype=st.sampled_from(ANY),
    named=st.booleans(),
    seed=SEEDS,
)
def test_take_along_dim(where, count, ones, index, dtype, named, seed):
    shape, axis = where
    at = axis % len(shape)
    given = tuple(1 if ones[i] == 1 and i != at else size for i, size in enumerate(shape))
    picked = tuple(count if i == at else 1 if ones[i] == 2 else size for i, size in enumerate(shape))
    x, chosen = drawn(given, seed, dtype), indices(picked, given[at], seed, index)
    declares = declared("x", x, named)
    dims = [symbols(picked, named).get(i, str(size)) for i, size in enumerate(picked)]
    dims[at] = "K" if named else str(count)
    text = f"{declares}input i: {index}[{', '.join(dims)}]\noutput y = take_along_dim(x, i, {axis})"
    holds("take_along_dim", text, {"y": np.take_along_axis(x, chosen, axis)}, {"x": x, "i": chosen}, tolerance=EXACT)


@cases(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple),
    data=st.data(),
    lead=st.lists(st.integers(1, 4), max_size=2).map(tuple),
    index=INDICES,
    dtype=st.sampled_from(ANY),
    named=st.booleans(),
    seed=SEEDS,
)
def test_gather_nd(shape, data, lead, index, dtype, named, seed):
    batch = data.draw(st.integers(0, len(shape) - 1))
    count = data.draw(st.integers(1, len(shape) - batch))
    x = drawn(shape, seed, dtype)
    parts = [indices((*shape[:batch], *lead), shape[batch + i], seed + i, index) for i in range(count)]
    places = np.stack(parts, -1)
    grids = np.meshgrid(*(np.arange(size) for size in shape[:batch]), indexing="ij") if batch else []
    rows = [grid.reshape(*shape[:batch], *(1,) * len(lead)) for grid in grids]
    wanted = np.asarray(x[(*rows, *parts)])
    found = symbols(shape, named)
    names = [found.get(i, str(size)) for i, size in enumerate(shape)]
    dims = [*names[:batch], *map(str, places.shape[batch:])]
    lines = f"{declared('x', x, named)}input i: {index}[{', '.join(dims)}]\n"
    text = f"{lines}output y = gather_nd(x, i, {batch})"
    holds("gather_nd", text, {"y": wanted}, {"x": x, "i": places}, tolerance=EXACT)


@cases(
    where=axed(high=4),
    data=st.data(),
    reduce=st.sampled_from(("none", *REDUCES)),
    single=st.booleans(),
    index=INDICES,
    dtype=st.sampled_from(("float32", "float64", "int32", "int64", "uint8", "int8", "int16")),
    named=st.booleans(),
    seed=SEEDS,
)
def test_scatter(where, data, reduce, single, index, dtype, named, seed):
    shape, axis = where
    at = axis % len(shape)
    count = data.draw(st.integers(1, shape[at] if reduce == "none" else 6))
    size = tuple(count if i == at else data.draw(st.integers(1, dim)) for i, dim in enumerate(shape))
    places = indices(size, shape[at], seed, index)
    if reduce == "none":
        ranks = np.argsort(np.random.default_rng(seed).random((*size[:at], shape[at], *size[at + 1 :])), at)
        places = np.asarray(np.take(ranks, range(count), at), index)
    x, source = drawn(shape, seed, dtype), drawn(() if single else size, seed + 1, dtype)
    spread = torch.from_numpy(np.broadcast_to(source, size).copy())
    if reduce == "none":
        wanted = torch.scatter(tensor(x), axis, plain(places, shape[at]), spread)
    else:
        wanted = torch.scatter_reduce(tensor(x), axis, plain(places, shape[at]), spread, REDUCES[reduce])
    lines = "".join(declared(name, array, False) for name, array in (("i", places), ("s", source)))
    promises = "".join(f"require {name} >= {size[i]}\n" for i, name in symbols(shape, named).items() if i != at)
    text = f"{declared('x', x, named)}{lines}{promises}output y = scatter(x, i, s, axis={axis}, reduce={reduce})"
    holds("scatter", text, {"y": wanted}, {"x": x, "i": places, "s": source}, tolerance=SUMS)


@cases(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple),
    data=st.data(),
    lead=st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple),
    index=INDICES,
    dtype=st.sampled_from(("float32", "float64", "int32", "int64")),
    named=st.booleans(),
    seed=SEEDS,
)
def test_scatter_nd(shape, data, lead, index, dtype, named, seed):
    count = data.draw(st.integers(1, len(shape)))
    total = int(np.prod(shape[:count]))
    reduce = data.draw(st.sampled_from(("add", *(("none",) if np.prod(lead) <= total else ()))))
    generator = np.random.default_rng(seed)
    if reduce == "none":
        flat = generator.permutation(total)[: np.prod(lead)].reshape(lead)
    else:
        flat = generator.integers(0, total, lead)
    parts = np.unravel_index(flat, shape[:count])
    places = np.asarray(np.stack(parts, -1), index)
    x, source = drawn(shape, seed, dtype), drawn((*lead, *shape[count:]), seed + 1, dtype)
    wanted = torch.index_put(tensor(x), tuple(map(torch.from_numpy, parts)), tensor(source), accumulate=reduce == "add")
    names = [symbols(shape, named).get(i, str(size)) for i, size in enumerate(shape)]
    lines = f"{declared('x', x, named)}{declared('i', places, False)}"
    lines += f"input s: {dtype}[{', '.join([*map(str, lead), *names[count:]])}]\n"
    text = f"{lines}output y = scatter_nd(x, i, s, reduce={reduce})"
    holds("scatter_nd", text, {"y": wanted}, {"x": x, "i": places, "s": source}, tolerance=SUMS)


@pytest.mark.parametrize("reduce", ["mul", "amax", "amin"])
def test_other_ways_of_scatter_nd(reduce):
    x, source = drawn((4, 3), 0), drawn((5, 3), 1)
    places = np.array([[0], [-1], [0], [2], [0]], np.int64)
    rows = np.broadcast_to(np.mod(places, 4), (5, 3)).copy()
    wanted = torch.scatter_reduce(tensor(x), 0, tensor(rows), tensor(source), REDUCES[reduce])
    text = f"{declared('x', x)}{declared('i', places)}input s: float32[S2, 3]\noutput y = scatter_nd(x, i, s, {reduce})"
    text = text.replace("x: float32[S2, S1]", "x: float32[M, 3]").replace("i: int64[S2, 1]", "i: int64[S2, 1]")
    holds("scatter_nd", text, {"y": wanted}, {"x": x, "i": places, "s": source}, tolerance=SUMS)


@cases(
    where=axed(high=5),
    count=st.integers(1, 6),
    index=INDICES,
    dtype=st.sampled_from(NUMBERS),
    named=st.booleans(),
    seed=SEEDS,
)
def test_index_add(where, count, index, dtype, named, seed):
    shape, axis = where
    at = axis % len(shape)
    places = indices((count,), shape[at], seed, index)
    x, source = drawn(shape, seed, dtype), drawn((*shape[:at], count, *shape[at + 1 :]), seed + 1, dtype)
    wanted = np.moveaxis(x.copy(), at, 0)
    np.add.at(wanted, places, np.moveaxis(source, at, 0))
    names = [symbols(shape, named).get(i, str(size)) for i, size in enumerate(shape)]
    dims = [*names[:at], "K" if named else str(count), *names[at + 1 :]]
    lines = f"{declared('x', x, named)}input i: {index}[{dims[at]}]\ninput s: {dtype}[{', '.join(dims)}]\n"
    text = f"{lines}output y = index_add(x, i, s, axis={axis})"
    holds("index_add", text, {"y": np.moveaxis(wanted, 0, at)}, {"x": x, "i": places, "s": source}, tolerance=SUMS)


@pytest.mark.parametrize("reduce", ["none", "add", "amax"])
def test_scatter_of_half_precision(reduce):
    x, source = drawn((3, 4), 0, "float16"), drawn((3, 2), 1, "float16")
    places = np.array([[0, 3], [1, 2], [2, 0]], np.int64)
    function = torch.scatter if reduce == "none" else torch.scatter_reduce
    options = () if reduce == "none" else (REDUCES[reduce],)
    wanted = function(tensor(x), 1, tensor(places), tensor(source), *options)
    text = "input x: float16[N, 4]\ninput i: int64[N, 2]\ninput s: float16[N, 2]\n"
    made = evaluate(f"{text}output y = scatter(x, i, s, reduce={reduce})", x=x, i=places, s=source)["y"]
    np.testing.assert_array_equal(made, wanted.numpy())


@pytest.mark.parametrize("call", ["gather(x, i)", "take_along_dim(x, i)", "scatter(x, i, 1)", "index_add(x, i, i)"])
def test_an_index_outside_fails(call):
    x, i = counted((3,), "int64"), np.array([0, 3], np.int64)
    with pytest.raises(Exception, match=r"(?i)out of (data )?bounds|out of range|not in"):
        evaluate(f"input x: int64[3]\ninput i: int64[2]\noutput y = {call}", x=x, i=i)
