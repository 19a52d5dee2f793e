"""`scan`, linear recurrences and selective scans against loops in numpy, reversed sequences against numpy."""

from __future__ import annotations

import numpy as np
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import values
from recurrent_equations import Cell, Gru, Jordan, Lstm, Rnn, sigmoid
from whole_spec import holds

TOLERANCE = 2e-5
"""For float32 over a few steps of sizes below ten, with weights of about 1."""
SIZES = st.integers(1, 5)
FLAGS = st.booleans()
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.builds(Rnn, SIZES, st.sampled_from(("tanh", "relu"))),
    st.builds(Gru, SIZES, FLAGS),
    st.builds(Lstm, SIZES, st.sampled_from((0, 2)), FLAGS, FLAGS),
    st.builds(Jordan, SIZES, SIZES, decay=st.sampled_from((0.0, 0.5))),
)


def single(array: object) -> np.ndarray:
    return np.asarray(array, np.float32)


def moved(array: np.ndarray, axis: int) -> np.ndarray:
    """The steps of [T, ...] along `axis`."""
    return np.ascontiguousarray(np.moveaxis(array, 0, axis))


def call(cell: Cell) -> str:
    match cell:
        case Rnn():
            return f"rnn_cell({cell.hidden}, nonlinearity={cell.nonlinearity})"
        case Gru():
            return f"gru_cell({cell.hidden}, reset_after={word(cell.after)})"
        case Lstm():
            options = f"proj_size={cell.projected}, peephole={word(cell.peephole)}, coupled={word(cell.coupled)}"
            return f"lstm_cell({cell.hidden}, {options})"
        case Jordan():
            return f"jordan_cell({cell.hidden}, out_size={cell.out}, decay={cell.decay})"


@cases(
    cell=CELLS,
    batch=SIZES,
    steps=SIZES,
    size=SIZES,
    axis=st.sampled_from((0, 1, -2)),
    reverse=FLAGS,
    symbolic=FLAGS,
    seed=SEEDS,
)
def test_scan_over_a_cell(cell, batch, steps, size, axis, reverse, symbolic, seed) -> None:
    weights = {
        key: values(shape, seed + index, 0.6) for index, (key, shape) in enumerate(cell.shapes(size, "true").items())
    }
    x = values((steps, batch, size), seed)
    starts = {f"s{k}": values((batch, state), seed + 9 + k) for k, state in enumerate(cell.states())}
    rows, states = [None] * steps, [tuple(start[n] for start in starts.values()) for n in range(batch)]
    for t in reversed(range(steps)) if reverse else range(steps):
        made = [cell.step(weights, x[t, n], states[n]) for n in range(batch)]
        rows[t], states = np.stack([y for y, _ in made]), [after for _, after in made]
    n, t = ("N", "T") if symbolic else (batch, steps)
    declared = "".join(f"input {key}: float32[{n}, {start.shape[1]}]\n" for key, start in starts.items())
    dims = f"{n}, {t}" if axis % 3 else f"{t}, {n}"
    lasts = ", ".join(f"last{k}" for k in range(len(starts)))
    text = f"""input x: float32[{dims}, {size}]
{declared}cell = {call(cell)} as layer
y, {lasts} = scan(cell, over=x, state=[{", ".join(starts)}], axis={axis}, reverse={word(reverse)})
output y_out = y
"""
    text += "".join(f"output last{k}_out = last{k}\n" for k in range(len(starts)))
    wanted = {"y_out": moved(single(rows), axis % 3)}
    wanted |= {f"last{k}_out": single([after[k] for after in states]) for k in range(len(starts))}
    stored = {f"layer.{key}": array for key, array in weights.items()}
    holds("scan", text, wanted, {"x": moved(x, axis % 3)} | starts, tolerance=TOLERANCE, weights=stored)


BLOCK = """block step(x, z, s, n, shift):
    h = tanh((concat(x, s) -> linear({hidden}) as a) + shift) * z[:, none]
    return h, z + 1, (h -> linear({width}) as b), 0.5 * n + mean(z)
input x: float32[{x}]
input z: float32[{z}]
input s: float32[N, {width}]
input n: float32[]
input shift: float32[{hidden}]
(h, up), (last, count) = scan(step(shift=shift) as step, over=[x, z], state=[s, n], axis={axis}, reverse={reverse})
output h_out = h
output up_out = up
output last_out = last
output count_out = count
"""


@cases(
    batch=SIZES,
    steps=SIZES,
    size=SIZES,
    hidden=SIZES,
    width=SIZES,
    axis=st.sampled_from((0, 1, -1)),
    reverse=FLAGS,
    seed=SEEDS,
)
def test_scan_over_a_block(batch, steps, size, hidden, width, axis, reverse, seed) -> None:
    """Two sequences, of other ranks, two states, one a scalar, two results, and a tensor from around."""
    x, z = values((steps, batch, size), seed), values((steps, batch), seed + 1)
    s, n, shift = values((batch, width), seed + 2), values((), seed + 3), values((hidden,), seed + 4)
    shapes = {"a.weight": (hidden, size + width), "a.bias": (hidden,), "b.weight": (width, hidden), "b.bias": (width,)}
    w = {key: values(shape, seed + 5 + index, 0.6) for index, (key, shape) in enumerate(shapes.items())}
    rows, ups, state, count = [None] * steps, [None] * steps, s, n
    for t in reversed(range(steps)) if reverse else range(steps):
        joined = np.concatenate([x[t], state], 1)
        rows[t] = np.tanh(joined @ w["a.weight"].T + w["a.bias"] + shift) * z[t][:, None]
        ups[t], state = z[t] + 1, rows[t] @ w["b.weight"].T + w["b.bias"]
        count = 0.5 * count + z[t].mean()
    names = [["N", str(size)], ["N"]]
    for dims in names:
        dims.insert(axis % (len(dims) + 1), "T")
    text = BLOCK.format(
        x=", ".join(names[0]), z=", ".join(names[1]), hidden=hidden, width=width, axis=axis, reverse=word(reverse)
    )
    wanted = {"h_out": moved(single(rows), axis), "up_out": moved(single(ups), axis)}
    wanted |= {"last_out": single(state), "count_out": single(count)}
    arrays = {"x": moved(x, axis), "z": moved(z, axis), "s": s, "n": n, "shift": shift}
    stored = {f"step.{key}": array for key, array in w.items()}
    holds("scan", text, wanted, arrays, tolerance=TOLERANCE, weights=stored)


NESTED = """cell = rnn_cell({hidden}) as cell
block row(x, h):
    across, last = scan(cell, over=x, state=h, axis=1, reverse={inner})
    return across, last
input x: float32[N, R, C, {size}]
input h: float32[N, {hidden}]
y, last = scan(row, over=x, state=h, axis=1, reverse={outer})
z, end = scan(cell, over=y[:, 0, :, :1] * x[:, 0], state=last)
output y_out = y
output z_out = z
output end_out = end
"""


@cases(batch=SIZES, rows=SIZES, columns=SIZES, size=SIZES, hidden=SIZES, inner=FLAGS, outer=FLAGS, seed=SEEDS)
def test_scan_in_a_scan(batch, rows, columns, size, hidden, inner, outer, seed) -> None:
    """A cell over the rows of an image, row after row, and once more over the first row, with the same weights."""
    cell = Rnn(hidden)
    w = {k: values(shape, seed + i, 0.6) for i, (k, shape) in enumerate(cell.shapes(size, "true").items())}
    x, h = values((batch, rows, columns, size), seed), values((batch, hidden), seed + 9)
    y, z, ends = np.zeros((batch, rows, columns, hidden)), np.zeros((batch, columns, hidden)), []
    for n in range(batch):
        state = (h[n],)
        for r in reversed(range(rows)) if outer else range(rows):
            for c in reversed(range(columns)) if inner else range(columns):
                y[n, r, c], state = cell.step(w, x[n, r, c], state)
        for c in range(columns):
            z[n, c], state = cell.step(w, y[n, 0, c, :1] * x[n, 0, c], state)
        ends.append(state[0])
    text = NESTED.format(size=size, hidden=hidden, inner=word(inner), outer=word(outer))
    wanted = {"y_out": single(y), "z_out": single(z), "end_out": single(ends)}
    stored = {f"cell.{key}": array for key, array in w.items()}
    holds("scan", text, wanted, {"x": x, "h": h}, tolerance=TOLERANCE, weights=stored)


@cases(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    data=st.data(),
    axis=st.integers(-4, 3),
    reverse=FLAGS,
    started=FLAGS,
    symbolic=FLAGS,
    wide=FLAGS,
    seed=SEEDS,
)
def test_linear_recurrence(shape, data, axis, reverse, started, symbolic, wide, seed) -> None:
    axis = axis % len(shape) - (len(shape) if axis < 0 else 0)
    forms = [data.draw(st.tuples(st.integers(0, len(shape)), st.lists(FLAGS, min_size=4, max_size=4))) for _ in "ab"]
    arrays, declared = {}, []
    for index, (key, (cut, ones)) in enumerate(zip("ab", forms, strict=True)):
        kept = [1 if one else size for size, one in zip(shape, ones, strict=False)][cut:]
        arrays[key] = values(tuple(kept), seed + index).astype(np.float64 if wide else np.float32)
    whole = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    if not whole:
        whole, arrays["b"] = (1,), arrays["b"].reshape(1)
    axis = axis if -len(whole) <= axis < len(whole) else 0
    step = whole[: axis % len(whole)] + whole[axis % len(whole) + 1 :]
    if started:
        arrays["h0"] = values(step, seed + 2).astype(arrays["a"].dtype)
    for key, array in arrays.items():
        names = [chr(ord("P") + k) for k in range(len(whole))]
        own = (
            names[: axis % len(whole)] + names[axis % len(whole) + 1 :]
            if key == "h0"
            else names[len(whole) - array.ndim :]
        )
        dims = [name if symbolic and size > 1 else str(size) for name, size in zip(own, array.shape, strict=True)]
        declared.append(f"input {key}: {array.dtype}[{', '.join(dims)}]\n")
    a, b = (np.moveaxis(np.broadcast_to(arrays[key], whole), axis, 0) for key in "ab")
    rows, state = [None] * len(a), arrays.get("h0", np.zeros(step))
    for t in reversed(range(len(a))) if reverse else range(len(a)):
        state = rows[t] = a[t] * state + b[t]
    given = f"a, b{', h0' * started}, axis={axis}, reverse={word(reverse)}"
    text = f"""{"".join(declared)}y, last = linear_recurrence({given})
output y_out = y
output last_out = last
"""
    made = {"y_out": np.moveaxis(np.stack(rows), 0, axis), "last_out": state}
    wanted = {key: np.asarray(array, arrays["a"].dtype) for key, array in made.items()}
    holds("linear_recurrence", text, wanted, arrays, tolerance=TOLERANCE)


SELECTIONS = st.sampled_from(("varied", "fixed", "grouped"))


@cases(
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(1, 4), st.integers(1, 6)),
    b_form=SELECTIONS,
    c_form=SELECTIONS,
    form=st.tuples(FLAGS, FLAGS, FLAGS, FLAGS, FLAGS, FLAGS),
    seed=SEEDS,
)
def test_selective_scan(sizes, b_form, c_form, form, seed) -> None:
    """Gu and Dao 2023, equation 2 with algorithm 2 and the gate of figure 3, in numpy."""
    batch, groups, share, state, steps = sizes
    past, gated, biased, started, softplus, symbolic = form
    channels = groups * share
    shapes = {"varied": (batch, state, steps), "fixed": (channels, state), "grouped": (batch, groups, state, steps)}
    arrays = {
        "u": values((batch, channels, steps), seed),
        "delta": values((batch, channels, steps), seed + 1, 0.5),
        "A": -np.abs(values((channels, state), seed + 2)),
        "B": values(shapes[b_form], seed + 3),
        "C": values(shapes[c_form], seed + 4),
    }
    arrays |= {"D": values((channels,), seed + 5)} if past else {}
    arrays |= {"z": values((batch, channels, steps), seed + 6)} if gated else {}
    arrays |= {"delta_bias": values((channels,), seed + 7)} if biased else {}
    arrays |= {"h0": values((batch, channels, state), seed + 8)} if started else {}
    axes = {"u": "N1T", "delta": "N1T", "B": "N1T", "C": "N1T", "z": "N1T", "h0": "N11"}
    if b_form == "grouped":
        axes["B"] = "N11T"
    if c_form == "grouped":
        axes["C"] = "N11T"
    fixed = {key for key, kind in (("B", b_form), ("C", c_form)) if kind == "fixed"} | {"A", "D", "delta_bias"}
    text = ""
    for key, array in arrays.items():
        letters = "11" if key in fixed else axes[key]
        dims = [n if symbolic and n.isalpha() else str(size) for n, size in zip(letters, array.shape, strict=False)]
        text += f"input {key}: float32[{', '.join(dims)}]\n"
    given = "".join(f", {key}={key}" for key in ("D", "z", "delta_bias", "h0") if key in arrays)
    text += f"y, h = selective_scan(u, delta, A, B, C{given}, delta_softplus={word(softplus)})\n"
    text += "output y_out = y\noutput h_out = h\n"
    y, h = selected(arrays, softplus)
    holds("selective_scan", text, {"y_out": single(y), "h_out": single(h)}, arrays, tolerance=TOLERANCE)


def selected(arrays: dict[str, np.ndarray], softplus: bool) -> tuple[np.ndarray, np.ndarray]:
    u, delta, a = arrays["u"], arrays["delta"].astype(np.float64), arrays["A"]
    batch, channels, steps = u.shape
    delta = delta + arrays.get("delta_bias", np.zeros(channels))[:, None]
    delta = np.log1p(np.exp(delta)) if softplus else delta
    h, y = arrays.get("h0", np.zeros((batch, *a.shape))).astype(np.float64), np.zeros(u.shape)
    for n in range(batch):
        for d in range(channels):
            for t in range(steps):
                enter, leave = (pick(arrays[key], n, d, t, channels) for key in "BC")
                h[n, d] = np.exp(delta[n, d, t] * a[d]) * h[n, d] + delta[n, d, t] * enter * u[n, d, t]
                y[n, d, t] = leave @ h[n, d]
    y += arrays["D"][:, None] * u if "D" in arrays else 0
    return y * arrays["z"] * sigmoid(arrays["z"]) if "z" in arrays else y, h


def pick(array: np.ndarray, n: int, d: int, t: int, channels: int) -> np.ndarray:
    """`B` or `C` of one sequence, channel and step."""
    if array.ndim == 2:
        return array[d]
    return array[n, :, t] if array.ndim == 3 else array[n, d // (channels // array.shape[1]), :, t]


@cases(
    rank=st.integers(2, 4),
    sizes=st.lists(st.integers(1, 5), min_size=4, max_size=4),
    axes=st.permutations(range(4)),
    negative=FLAGS,
    symbolic=FLAGS,
    dtype=st.sampled_from(("float32", "int64", "float64", "bool", "uint8")),
    narrow=FLAGS,
    seed=SEEDS,
)
def test_reverse_sequence(rank, sizes, axes, negative, symbolic, dtype, narrow, seed) -> None:
    """Lengths below 0 and above T, too, which count as these."""
    batch, axis = [place for place in axes if place < rank][:2]
    x = (values(tuple(sizes[:rank]), seed) * 10).astype(dtype)
    drawn = np.random.default_rng(seed).integers(-1, x.shape[axis] + 2, x.shape[batch])
    wanted = np.moveaxis(x.copy(), (batch, axis), (0, 1))
    for n, length in enumerate(np.clip(drawn, 0, x.shape[axis])):
        wanted[n, :length] = wanted[n, :length][::-1].copy()
    wanted = np.moveaxis(wanted, (0, 1), (batch, axis))
    names = {batch: "N", axis: "T"} if symbolic else {}
    dims = ", ".join(names.get(place, str(size)) for place, size in enumerate(x.shape))
    shift = rank if negative else 0
    text = f"""input x: {dtype}[{dims}]
input l: int{32 if narrow else 64}[{names.get(batch, x.shape[batch])}]
output y = reverse_sequence(x, l, axis={axis - shift}, batch_axis={batch - shift})
"""
    arrays = {"x": x, "l": drawn.astype(np.int32 if narrow else np.int64)}
    holds("reverse_sequence", text, {"y": wanted}, arrays, tolerance=0)
