"""Statements that look up, place, order and count by indices."""

from __future__ import annotations

from made_types import Tensor, Type, number
from maker_base import Maker
from making_tensors import Part


def indexed(t: Type) -> bool:
    """Integers that inputs hold, within 0..2."""
    return t.dtype == "int64" and t.exact and t.large <= 2


def table_axis(t: Type) -> bool:
    return t.is_float and t.rank >= 2 and t.dims[0].low >= 3


def top(m: Maker) -> bool:
    a = m.tensor(lambda t: t.is_float and t.rank >= 1 and any(d.low >= 2 for d in t.dims))
    if a is None:
        return False
    axis = m.pick([i for i, d in enumerate(a.type.dims) if d.low >= 2])
    count = m.between(1, min(3, a.type.dims[axis].low))
    values, places = m.name("best"), m.name("place")
    options = (f", axis={m.pick((axis, axis - a.type.rank))}", ", largest=false" if m.chance(0.3) else "")
    m.write(f"{values}, {places} = topk({a.name}, {count}{''.join(options)})")
    m.keep(Tensor(values, a.type.made(a.type.at(axis, number(count)))))
    return True


def ordered(m: Maker) -> bool:
    """The order of elements without rounding errors, and the elements taken in that order."""
    a = m.tensor(lambda t: t.is_float and t.exact and t.rank >= 1 and t.some)
    if a is None:
        return False
    axis = m.between(-a.type.rank, a.type.rank - 1)
    order = f"argsort({a.name}, {axis}{', descending=true' if m.chance(0.4) else ''})"
    m.bind(Type("float32", a.type.dims, True, a.type.large), f"take_along_dim({a.name}, {order}, axis={axis})")
    return True


def hot(m: Maker) -> bool:
    a = m.tensor(lambda t: indexed(t) and t.rank <= 3)
    if a is None:
        return False
    classes, dtype = m.between(3, 6), m.pick(("float32", "int64"))
    m.bind(Type(dtype, (*a.type.dims, number(classes)), True, 1.0), f"{a.name} -> one_hot({classes}, {dtype})")
    return True


def bag(m: Maker) -> bool:
    a = m.tensor(lambda t: indexed(t) and t.rank == 2 and t.some)
    if a is None:
        return False
    rows, wide, mode = m.between(3, 6), m.between(1, 5), m.pick(("mean", "sum", "max"))
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    made = Type("float32", (a.type.dims[0], number(wide)), False, 16.0)
    m.bind(made, f"{a.name} -> embedding_bag({rows}, {wide}, mode={mode}){path}")
    return True


def rows(m: Maker) -> bool:
    """Rows changed or added to at given places."""
    a = m.tensor(table_axis)
    if a is None:
        return False
    count = m.between(1, 3)
    places = str([m.between(0, 2) for _ in range(count)])
    part = ", ".join(["0:" + str(count), *[":"] * (a.type.rank - 1)])
    made = a.type.made(large=4 * a.type.large)
    name = m.pick(("index_add", "scatter_nd", "scatter_nd"))
    if name == "index_add":
        text = f"index_add({a.name}, {places}, {a.name}[{part}], axis=0)"
    else:
        nested = str([[place] for place in m.rng.sample(range(3), count)])
        reduce = m.pick(("", ", reduce=add"))
        text = f"scatter_nd({a.name}, {nested}, {a.name}[{part}] * 0.5{reduce})"
    m.bind(made, text)
    return True


def scattered(m: Maker) -> bool:
    """Elements put along an axis at the places that tokens name."""
    a = m.tensor(lambda t: t.is_float and t.rank == 2 and t.dims[1].low >= 3 and t.large <= 20)
    if a is None:
        return False
    tokens = m.tensor(
        lambda t: indexed(t) and t.dims[:1] == a.type.dims[:1] and t.rank == 2 and t.dims[1] == a.type.dims[1]
    )
    places = tokens.name if tokens else None
    if places is None:
        order = f"arange({m.dim(a.type.dims[1], a.name, 1)})"
        places = f"expand({order}, [{m.dim(a.type.dims[0], a.name, 0)}, -1])"
    reduce = m.pick(("add", "amax", "amin"))
    m.bind(
        a.type.made(large=20 * a.type.large), f"scatter({a.name}, {places}, {a.name} * 0.5, axis=1, reduce={reduce})"
    )
    return True


def points(m: Maker) -> bool:
    a = m.tensor(lambda t: t.is_float and t.rank >= 2 and t.dims[0].low >= 2 and t.dims[1].low >= 2)
    if a is None:
        return False
    count = m.between(1, 3)
    deep = m.between(1, 2)
    lists = [[m.between(-1, 1) for _ in range(deep)] for _ in range(count)]
    m.bind(a.type.moved((number(count), *a.type.dims[deep:])), f"gather_nd({a.name}, {lists})")
    return True


def backwards(m: Maker) -> bool:
    """Sequences reversed up to their lengths, and cut off after them by a recurrent layer."""
    a = m.tensor(lambda t: t.is_float and t.rank == 3 and t.some and t.dims[2].number is not None and t.large <= 50)
    lengths = m.tensor(lambda t: indexed(t) and a is not None and t.dims == a.type.dims[:1])
    if a is None or lengths is None:
        return False
    if m.chance(0.4):
        m.bind(a.type.moved(a.type.dims), f"reverse_sequence({a.name}, {lengths.name})")
        return True
    hidden, two = m.between(1, 4), m.chance(0.4)
    y, h = m.name("y"), m.name("h")
    wide = number(hidden * (2 if two else 1))
    option = ", bidirectional=true" if two else ""
    m.write(f"{y}, {h} = {m.pick(('gru', 'rnn'))}({a.name}, lengths={lengths.name}, hidden_size={hidden}{option})")
    m.keep(Tensor(y, a.type.made(a.type.at(2, wide), 8.0)))
    return True


def counted(m: Maker) -> bool:
    """Sizes as numbers, rows of numbers, the unit matrix."""
    a = m.tensor(lambda t: t.is_float and t.rank >= 2 and t.dims[-1].low >= 2 and t.large <= 50)
    if a is None:
        return False
    last = m.dim(a.type.dims[-1], a.name, a.type.rank - 1)
    square = a.type.dims[-1] == a.type.dims[-2]
    text = m.pick(
        (
            f"{a.name} / sqrt(size({last}, float32))",
            f"{a.name} * linspace(-1, 1, {last})",
            f"{a.name} + eye({last})" if square else f"{a.name} + linspace(0, 1, {last})",
            f"{a.name} - linspace(1, 0.5, {last})",
        )
    )
    m.bind(a.type.made(large=a.type.large + 1), text, a)
    return True


def framed(m: Maker) -> bool:
    """Frames of a signal, spectra and filters of them."""
    a = m.tensor(
        lambda t: t.is_float and t.rank == 2 and t.dims[1].low >= 5 and max(t.dims[1].values) <= 64 and t.large <= 20
    )
    if a is None:
        return False
    t = a.type
    if m.chance(0.3):
        m.bind(t.made(large=2 * t.large), f"{a.name} -> preemphasis({m.pick(('', '0.9', '0.5, before=zero'))})")
        return True
    if t.dims[1].number is None:
        return False
    length, hop = t.dims[1].number, m.between(1, 3)
    if m.chance(0.4):
        made = t.moved((t.dims[0], number((length - 4) // hop + 1), number(4)))
        x = m.bind(made, f"{a.name} -> frame(4, {hop})")
        return x is not None
    frames = number(1 + length // hop)
    x = m.bind(t.made((t.dims[0], number(3), frames), 16 * t.large**2), f"{a.name} -> stft(4, {hop}, form=power)")
    if m.chance(0.5):
        m.bind(t.made((t.dims[0], number(2), frames), 16 * t.large**2), f"{x.name} -> mel_filterbank(2)")
    return True


def shorter(m: Maker) -> bool:
    """A recurrence without a nonlinearity."""
    a = m.tensor(lambda t: t.is_float and t.rank == 3 and t.some and max(t.dims[1].values) <= 20 and t.large <= 20)
    if a is None:
        return False
    y, last = m.name("y"), m.name("last")
    m.write(f"{y}, {last} = linear_recurrence(0.5, {a.name}{', reverse=true' if m.chance(0.3) else ''})")
    m.keep(Tensor(last, a.type.made(a.type.without(1), 2 * a.type.large)))
    m.keep(Tensor(y, a.type.made(large=2 * a.type.large)))
    return True


INDICES: tuple[tuple[Part, int], ...] = (
    (top, 4),
    (ordered, 3),
    (hot, 3),
    (bag, 3),
    (rows, 3),
    (scattered, 3),
    (points, 3),
    (backwards, 4),
    (counted, 3),
    (framed, 3),
    (shorter, 3),
)
