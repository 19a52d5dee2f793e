"""Statements on one or several tensors: pipelines, arithmetic, comparisons, subscripts, joins and splits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from made_types import Size, Stage, Tensor, Type, joined, least, number, operand, over, plus, total
from maker_base import Maker
from making_stages import fits, stage

Part = Callable[[Maker], bool]


def pipeline(m: Maker) -> bool:
    """One to four layers in a row."""
    tensor = m.tensor(lambda t: True)
    if tensor is None:
        return False
    stages: list[Stage] = []
    for _ in range(m.pick((1, 1, 2, 3, 4))):
        made = stage(m, stages[-1].type if stages else tensor.type)
        if made is None:
            break
        stages.append(made)
    if not stages:
        return False
    text = m.wrapped(tensor, stages)
    broken = text.replace(" -> ", "\n    -> ") if m.chance(0.1) else text
    m.bind(stages[-1].type, broken, tensor)
    return True


# --- broadcasting --------------------------------------------------------------------------------------------------


def broadcast(a: Type, b: Type) -> tuple[Size, ...] | None:
    """The common shape; only dims that are equal or the number 1 fit."""
    rank = max(a.rank, b.rank)
    left = (*(number(1) for _ in range(rank - a.rank)), *a.dims)
    right = (*(number(1) for _ in range(rank - b.rank)), *b.dims)
    made: list[Size] = []
    for x, y in zip(left, right, strict=True):
        if x == y or y.number == 1:
            made.append(x)
        elif x.number == 1:
            made.append(y)
        else:
            return None
    return tuple(made)


def partner(m: Maker, of: Tensor) -> Tensor | None:
    """A tensor that broadcasts with `of`."""
    return m.tensor(lambda t: t.dtype == of.type.dtype and broadcast(of.type, t) is not None)


def both(a: Type, b: Type, large: float, dtype: str | None = None) -> Type:
    dims = broadcast(a, b)
    assert dims is not None
    whole = a.exact and b.exact and not a.is_float
    return Type(dtype or a.dtype, dims, whole, large, a.normed or b.normed)


def arithmetic(m: Maker) -> bool:
    a = m.tensor(lambda t: t.dtype in ("float32", "int64"))
    b = partner(m, a) if a else None
    if a is None or b is None:
        return False
    x, y, s, t = a.name, b.name, a.type, b.type
    added, multiplied = s.large + t.large, s.large * t.large
    options = [
        (f"{x} + {y}", added),
        (f"{x} - {y}", added),
        (f"{x} * {y}", multiplied),
        (f"add({x}, {y})", added),
        (f"maximum({x}, {y})", added),
        (f"minimum({x}, {y})", added),
        (f"{x} + {y} - {x}", added + s.large),
        (f"-{x} * {y} + 2", multiplied + 2),
        (f"({x} + {y}) * {x}", added * s.large),
        (f"({x} -> neg) + {y}", added),
    ]
    if s.is_float:
        options += [
            (f"{x} / (abs({y}) + 1)", s.large),
            (f"{x} * 0.5 + {y} / 2", added),
            (f"{x} / 4 - {y} ** 2", added + t.large**2),
            (f"sqrt(abs({x}) + 0.1) * {y}", multiplied),
            (f"{x} * sigmoid({y})", s.large),
            (f"1 - {x} * {y}", multiplied + 1),
            (f"(abs({x}) + 1) ** -0.5 + {y}", t.large + 1),
            (f"mul({x}, sub({y}, 1.5))", multiplied + 2 * s.large),
            (f"{x} + {y} -> relu", added),
            (f"log(square({x}) + 1.0) + rsqrt(abs({y}) + 1)", s.large + 1),
        ]
    elif s.exact and t.exact:
        options += [(f"{x} % 3 + {y}", t.large + 3), (f"mod({x} + {y}, 5)", 5.0)]
    text, large = m.pick(options)
    made = both(s, t, large)
    if not s.is_float and "/" in text:
        return False
    m.bind(made, text, a)
    return True


def with_number(m: Maker) -> bool:
    """A tensor and a number, a list of numbers, or a size."""
    a = m.tensor(lambda t: t.dtype in ("float32", "int64"))
    if a is None:
        return False
    x, t = a.name, a.type
    options = [(f"{x} * 2", 2.0), (f"3 - {x}", 3.0), (f"{x} + {m.size(4)}", 4.0), (f"-{x}", 1.0), (f"{x} * -1", 1.0)]
    if m.shared.symbols:
        name = m.pick(list(m.shared.symbols))
        options += [(f"{x} + {name}", 20.0), (f"{x} * {name}", 20.0), (f"{name} - {x}", 20.0)]
    if t.is_float:
        options += [(f"{x} / 3", 1.0), (f"{x} * 1e-1 + 0.5", 1.0), (f"{x} ** 2", t.large), (f"2.5 - {x} / 2", 2.0)]
        options += [(f"{x} * (width / 4) if true else {x}", 4.0)] if "width" in m.shared.numbers else []
        options += [(f"{x} / sqrt({t.dims[-1].number})", 1.0)] if t.rank and t.dims[-1].number else []
    last = t.dims[-1].number if t.rank else None
    if last is not None and 1 <= last <= 4:
        options.append((f"{x} * {[index + 1 for index in range(last)]}", 4.0))
    text, factor = m.pick(options)
    m.bind(Type(t.dtype, t.dims, t.exact and not t.is_float, t.large * factor + factor, t.normed), text, a)
    return True


def weight(m: Maker) -> bool:
    """A free parameter or a constant, added to a tensor or scaled by it."""
    a = m.tensor(lambda t: t.is_float and t.rank >= 1 and t.dims[-1].number is not None and 0 < t.dims[-1].number <= 12)
    if a is None or m.depth > 1:
        return False
    count = m.between(1, a.type.rank)
    shape = [dim.number or 1 for dim in a.type.dims[-count:]]
    name, sign = m.name("w"), m.pick(("+", "*"))
    path = f" as {m.path()}" if m.paths and m.chance(0.4) else ""
    type_ = f"float32{shape}"
    rows = "[" + ", ".join(str(0.5 * index - 1) for index in range(shape[-1])) + "]"
    formulas = ("sin(i / 10 ** (j / 4))", "cos(i) if i % 2 == 0 else exp(-j)", "max(i, j) / (i + j + 1)", "sqrt(i + j)")
    if m.chance(0.6):
        spread_ = " = xavier" if count > 1 else ""
        value = m.pick((" = normal(0.02)", " = ones", " = 0.1", " = uniform(-1, 1)", "", spread_))
        m.write(f"param {name}{path}: {type_}{value}")
    elif count == 2:
        m.write(f"const {name}[i, j]{path}: {type_} = {m.pick(formulas)}")
    elif count == 1:
        m.write(f"const {name}{path}: {type_} = {rows}")
    else:
        m.write(f"const {name}{path}: {type_} = {m.pick(('0.5', '1', 'ones'))}")
    m.bind(a.type.made(large=a.type.large + 3 if sign == "+" else a.type.large * 3), f"{a.name} {sign} {name}", a)
    return True


def table(m: Maker) -> bool:
    """Positions: a table cut to the length of a sequence, or looked up by `arange`."""
    sized = {name: size for name, size in m.shared.symbols.items() if name in BOUNDED}
    a = m.tensor(lambda t: t.is_float and t.rank == 3 and t.dims[2].number is not None and t.dims[1] in sized.values())
    if a is None or m.depth > 1:
        return False
    symbol = next(name for name, size in sized.items() if size == a.type.dims[1])
    wide, longest = a.type.dims[2].number, 16
    name = m.name("positions")
    match m.between(0, 2):
        case 0:
            m.write(f"param {name}: float32[1, {longest}, {wide}] = normal(0.02)")
            added = f"{name}[:, :{m.pick((symbol, f'{a.name}.shape[1]'))}]"
        case 1:
            m.write(f"const {name}[i, j]: float32[{longest}, {wide}] = sin(i / 100 ** (j / {wide}))")
            added = f"{name}[:{symbol}]"
        case _:
            added = f"(arange({symbol}) -> embedding({longest}, {wide}))"
    m.bind(a.type.made(large=a.type.large + 2), f"{a.name} + {added}", a)
    return True


BOUNDED = ("T", "S")
"""Symbols that every spec promises to be at most 16."""


# --- truth ---------------------------------------------------------------------------------------------------------


def choice(m: Maker) -> bool:
    """`where` with a condition on a tensor: without a step in the result, unless its elements are exact."""
    a = m.tensor(lambda t: t.dtype in ("float32", "int64"))
    if a is None:
        return False
    x, t = a.name, a.type
    if t.exact:
        b = partner(m, a) or a
        sign = m.pick(("<", "<=", ">", ">=", "==", "!="))
        if not b.type.exact:
            return False
        condition = m.pick(
            (
                f"{x} {sign} 1",
                f"{x} {sign} {b.name}",
                f"({x} {sign} 0) and ({b.name} < 2)",
                f"not ({x} {sign} 1)",
                f"({x} > 1) or {b.name} == 0",
            )
        )
        alone = b.name not in condition
        shape = t if alone or b.name == x else both(t, b.type, t.large)
        if m.chance(0.4):
            m.bind(Type("bool", shape.dims, True, 1.0), condition, None)
            return True
        other = m.pick((x, "0", "1")) if not t.is_float else m.pick((x, "0.5", "-1"))
        made = Type(t.dtype, shape.dims, True, t.large + 1)
        first = m.pick((x, "2")) if other == x else x
        m.bind(made, f"where({condition}, {first}, {other})", a)
        return True
    if not t.is_float:
        return False
    text = m.pick((f"where({x} > 0, {x}, 0.1 * {x})", f"where({x} >= 0.5, {x} - 0.5, 0)", f"where({x} < 0, -{x}, {x})"))
    m.bind(t.made(), text, a)
    return True


def masked(m: Maker) -> bool:
    """`where` with a bool tensor, or its cast as a factor."""
    mask = m.tensor(lambda t: t.dtype == "bool")
    if mask is None:
        return False
    a = m.tensor(lambda t: t.is_float and broadcast(mask.type, t) is not None)
    if a is None:
        m.bind(Type("float32", mask.type.dims, True, 1.0), f"{mask.name} -> cast(float32)")
        return True
    dims = broadcast(mask.type, a.type)
    chosen = f"where({mask.name}, {a.name}, 0)", f"where(not {mask.name}, {a.name}, -1.0)"
    text = m.pick((*chosen, f"cast({mask.name}, float32) * {a.name}"))
    m.bind(Type("float32", dims or (), False, a.type.large + 1, a.type.normed), text, a)
    return True


# --- parts of tensors ----------------------------------------------------------------------------------------------


def subscripts(m: Maker) -> bool:
    a = m.tensor(lambda t: t.rank >= 1)
    if a is None:
        return False
    shown: list[str] = []
    dims: list[Size] = []
    skipped = m.between(0, a.type.rank - 1) if m.chance(0.3) else None
    for axis, dim in enumerate(a.type.dims):
        if skipped is not None and axis < skipped:
            dims.append(dim)
            continue
        text, kept = _one(m, dim, f"{a.name}.shape[{axis}]")
        shown.append(text)
        dims += kept
        if m.chance(0.05) and len(dims) < 5:
            shown.append("none")
            dims.append(number(1))
    if skipped is not None:
        shown.insert(0, "...")
    while skipped is None and shown and shown[-1] == ":" and len(shown) > 1 and m.chance(0.7):
        shown.pop()
    if any(dim.low < 1 for dim in dims) and m.chance(0.8):
        return False
    m.bind(a.type.moved(tuple(dims)), f"{a.name}[{', '.join(shown)}]", a)
    return True


def _one(m: Maker, dim: Size, shape: str) -> tuple[str, list[Size]]:
    low = dim.low
    size = m.pick((operand(dim.text), shape)) if len(dim.text) < 20 else shape
    options: list[tuple[str, list[Size]]] = [(":", [dim])] * 3
    if low >= 1:
        last = m.between(-low, low - 1)
        options += [(str(last), []), (f"{size} - 1", []), ("-1", []), ("-1:", [number(1)]), ("::-1", [dim])]
        options += [("::2", [over(plus(dim, 1), 2)]), (f":{size} // 2 + 1", [_fitted(plus(over(dim, 2), 1), dim)])]
        options += [(":3", [least(dim, 3)]), ("-2:", [least(dim, 2)])]
    if low >= 2:
        start = m.between(1, low - 1)
        less = [plus(dim, -start)]
        options += [(f"{start}:", less), (f":-{start}", less), (f"-{start}:", [number(start)])]
        options += [(f":{start}", [number(start)]), (f":{size} - 1", [plus(dim, -1)]), ("1:-1", [plus(dim, -2)])]
        options += [("-2::-1", [plus(dim, -1)]), (f"{size} - 2", []), (f"{start}::2", [over(plus(dim, 1 - start), 2)])]
        options += [(f":{size} // 2", [over(dim, 2)]), (f"{size} // 2:", [_rest(dim)])]
    return m.pick(options)


def _rest(dim: Size) -> Size:
    return joined(f"{dim.text} - {over(dim, 2).text}", lambda a: a - a // 2, dim)


def _fitted(size: Size, bound: Size) -> Size:
    return joined(f"min({size.text}, {bound.text})", min, size, bound)


def join(m: Maker) -> bool:
    """`concat` along an axis on which sizes may differ, or `stack` of equals."""
    a = m.tensor(lambda t: t.rank >= 1)
    if a is None:
        return False
    axis = 1 if a.type.rank > 1 and m.chance(0.4) else m.between(0, a.type.rank - 1)

    def beside(t: Type) -> bool:
        same = t.dtype == a.type.dtype and t.rank == a.type.rank
        return same and all(i == axis or x == y for i, (x, y) in enumerate(zip(t.dims, a.type.dims, strict=True)))

    parts = [a, *(found for _ in range(m.between(1, 2)) if (found := m.tensor(beside)) is not None)]
    names = ", ".join(part.name for part in parts)
    exact, large = all(p.type.exact for p in parts), max(p.type.large for p in parts)
    normed = any(p.type.normed for p in parts)
    if all(p.type.dims == a.type.dims for p in parts) and a.type.rank < 5 and m.chance(0.4):
        place = m.between(0, a.type.rank)
        dims = (*a.type.dims[:place], number(len(parts)), *a.type.dims[place:])
        made = Type(a.type.dtype, dims, exact, large, normed)
        text = f"stack({names})" if place == 0 and m.chance(0.5) else f"stack({names}, axis={place})"
    else:
        made = Type(a.type.dtype, a.type.at(axis, total([p.type.dims[axis] for p in parts])), exact, large, normed)
        keyword = "" if axis == 1 and m.chance(0.6) else f", axis={m.pick((axis, axis - a.type.rank))}"
        text = m.pick((f"concat({names}{keyword})", f"concat([{names}]{keyword})"))
    if not fits(made):
        return False
    m.bind(made, text, a)
    return True


def split(m: Maker) -> bool:
    a = m.tensor(lambda t: t.rank >= 1 and any(d.divides_by(2) or (d.number or 0) >= 2 for d in t.dims))
    if a is None:
        return False
    axes = [i for i, d in enumerate(a.type.dims) if d.divides_by(2) or (d.number or 0) >= 2]
    axis = m.pick(axes)
    dim = a.type.dims[axis]
    if dim.divides_by(2) and (dim.number is None or m.chance(0.5)):
        count = m.pick([c for c in (2, 3, 4) if dim.divides_by(c) and dim.low >= c] or [0])
        sizes, text = [over(dim, count or 1)] * count, str(count)
    else:
        first = m.between(1, (dim.number or 2) - 1)
        sizes = [number(first), number((dim.number or 2) - first)]
        text = f"[{first}, {sizes[1].text}]"
    if len(sizes) < 2:
        return False
    names = [m.name("part") for _ in sizes]
    keyword = "" if axis == 1 and m.chance(0.7) else f", axis={m.pick((axis, axis - a.type.rank))}"
    expression = m.pick((f"split({a.name}, {text}{keyword})", f"{a.name} -> split({text}{keyword})"))
    left = m.pick((", ".join(names), f"({', '.join(names)})"))
    m.write(f"{left} = {expression}")
    for name, size in zip(names, sizes, strict=True):
        m.keep(Tensor(name, a.type.moved(a.type.at(axis, size))))
    return True


def gather(m: Maker) -> bool:
    a = m.tensor(lambda t: t.rank >= 1 and any(d.low >= 3 for d in t.dims))
    if a is None:
        return False
    axis = m.pick([i for i, d in enumerate(a.type.dims) if d.low >= 3])
    indices = m.tensor(lambda t: t.dtype == "int64" and t.exact and t.large <= 2 and t.rank + a.type.rank <= 6)
    if indices is not None and m.chance(0.6):
        text, dims = indices.name, indices.type.dims
    else:
        chosen = [m.between(-2, 2) for _ in range(m.between(1, 3))]
        text, dims = str(chosen), (number(len(chosen)),)
    made = a.type.moved((*a.type.dims[:axis], *dims, *a.type.dims[axis + 1 :]))
    if not fits(made):
        return False
    m.bind(made, f"gather({a.name}, {text}, axis={m.pick((axis, axis - a.type.rank))})", a)
    return True


def look_up(m: Maker) -> bool:
    """Embedding of tokens; sometimes tied to the map back."""
    a = m.tensor(lambda t: t.dtype == "int64" and t.exact and t.large <= 2 and t.rank <= 3)
    if a is None:
        return False
    rows, wide = m.between(3, 8), m.between(1, 6)
    made = Type("float32", (*a.type.dims, number(wide)), False, 3.0)
    if m.paths and m.chance(0.3):
        name = m.name("embed")
        m.write(f"{name} = embedding({rows}, {wide}) as {m.path()}")
        x = m.bind(made, m.pick((f"{a.name} -> {name}", f"{name}({a.name})")))
        back = made.made(made.at(-1, number(rows)), 10.0)
        tied = f"{x.name} -> linear({rows}, bias=false, weight={name}.weight)"
        m.bind(back, m.pick((f"{x.name} @ swap({name}.weight)", tied)))
        return True
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    extra = m.pick(("", "", ", padding_idx=0", ", init=normal(0.1)"))
    m.bind(made, f"{a.name} -> embedding({m.size(rows)}, {m.size(wide)}{extra}){path}")
    return True


def filled(m: Maker) -> bool:
    """Tensors out of nothing."""
    sizes = [*m.shared.symbols.values(), number(m.between(1, 4))]
    dims = tuple(m.pick(sizes) for _ in range(m.between(1, 3)))
    shape = f"[{', '.join(m.dim(d) for d in dims)}]"
    text, dtype = m.pick(
        (
            (f"zeros({shape})", "float32"),
            (f"ones({shape})", "float32"),
            (f"full({shape}, 0.5)", "float32"),
            (f"full({shape}, 2, int64)", "int64"),
            (f"ones({shape}, dtype=int64)", "int64"),
        )
    )
    if m.chance(0.4):
        size = m.pick(list(m.shared.symbols.values()))
        m.bind(Type("int64", (size,), True, 16.0), f"arange({m.dim(size)})")
        return True
    m.bind(Type(dtype, dims, True, 2.0), text)
    return True


# --- products ------------------------------------------------------------------------------------------------------


def matrix_product(m: Maker) -> bool:
    a = m.tensor(lambda t: t.is_float and 1 <= t.rank <= 4 and t.large <= 50 and t.dims[-1].low >= 1)
    if a is None:
        return False
    other = m.tensor(
        lambda t: (
            t.is_float
            and t.rank == a.type.rank
            and t.rank >= 2
            and t.large <= 50
            and t.dims[:-2] == a.type.dims[:-2]
            and t.dims[-1] == a.type.dims[-1]
        )
    )
    if other is None:
        return False
    large = a.type.large * other.type.large * 16
    made = a.type.made((*a.type.dims[:-1], other.type.dims[-2]), large)
    normed = replace(made, normed=a.type.normed or other.type.normed)
    text = m.pick((f"{a.name} @ swap({other.name})", f"matmul({a.name}, {other.name} -> swap(-1, -2))"))
    if a.type.rank <= 3 and a.type.some and other.type.some and m.chance(0.4):
        batch = "n" * (a.type.rank - 2)
        text = f'einsum({a.name}, {other.name}, "{batch}ik,{batch}jk->{batch}ij")'
    if not fits(normed):
        return False
    m.bind(normed, f"{text} * 0.1", None)
    return True


def summed(m: Maker) -> bool:
    """An einsum of one tensor."""
    a = m.tensor(lambda t: t.is_float and 2 <= t.rank <= 4 and t.some)
    if a is None:
        return False
    letters = "abcd"[: a.type.rank]
    kept = [letter for letter in letters if m.chance(0.6)]
    m.rng.shuffle(kept)
    dims = tuple(a.type.dims[letters.index(letter)] for letter in kept)
    m.bind(a.type.made(dims, a.type.large * 100), f'einsum({a.name}, "{letters}->{"".join(kept)}")')
    return True


def onnx_call(m: Maker) -> bool:
    """Operators of ONNX with several inputs or outputs."""
    a = m.tensor(lambda t: t.is_float and t.rank >= 2 and t.some)
    if a is None:
        return False
    x, t = a.name, a.type
    same = m.tensor(lambda other: other.is_float and other.dims == t.dims) or a
    last = t.dims[-1].number or 0
    if t.exact and last >= 2 and m.chance(0.4):
        values, places = m.name("top"), m.name("place")
        m.write(f"{values}, {places} = onnx.TopK({x}, [2], outputs=2)")
        m.keep(Tensor(values, t.moved(t.at(-1, number(2)))))
        m.keep(Tensor(places, Type("int64", t.at(-1, number(2)), False, 16.0)))
        return True
    text, large = m.pick(
        (
            (f"onnx.Mean({x}, {same.name})", t.large),
            (f"onnx.Sum({x}, {same.name}, {x})", 3 * t.large),
            (f"onnx.Clip({x}, -0.5, none)", t.large),
            (f"onnx.Max({x}, {same.name})", t.large),
        )
    )
    m.bind(t.made(large=large + same.type.large), text, a)
    return True


PARTS: tuple[tuple[Part, int], ...] = (
    (pipeline, 40),
    (arithmetic, 10),
    (with_number, 6),
    (weight, 5),
    (table, 3),
    (choice, 6),
    (masked, 3),
    (subscripts, 9),
    (join, 6),
    (split, 5),
    (gather, 4),
    (look_up, 6),
    (filled, 3),
    (matrix_product, 4),
    (summed, 2),
    (onnx_call, 3),
)
