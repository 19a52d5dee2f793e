"""Statements with functions of elements, logic, reductions and moved elements beyond those of the pipelines."""

from __future__ import annotations

from collections.abc import Callable

from made_types import Tensor, Type, number, over, plus, times
from maker_base import Maker
from making_tensors import Part, both, partner

SMOOTH: tuple[tuple[str, float], ...] = (
    ("acos(clamp({x}, -0.9, 0.9))", 4.0),
    ("asin(clamp({x}, -0.9, 0.9))", 2.0),
    ("atanh(0.9 * tanh({x}))", 2.0),
    ("acosh(abs({x}) + 1.5)", 6.0),
    ("{x} -> atan -> rrelu", 2.0),
    ("asinh({x})", 7.0),
    ("cosh(tanh({x}))", 2.0),
    ("sinh(sigmoid({x}))", 2.0),
    ("tan(0.5 * sigmoid({x}))", 1.0),
    ("exp2(tanh({x}))", 2.0),
    ("expm1(tanh({x}))", 2.0),
    ("log1p(abs({x})) + log2(abs({x}) + 1)", 16.0),
    ("log10(abs({x}) + 0.5)", 4.0),
    ("reciprocal(abs({x}) + 1)", 1.0),
    ("pow(abs({x}) + 0.5, 0.25)", 8.0),
    ("nan_to_num({x}, 0.5)", 300.0),
    ("stochastic_depth({x}, 0.2)", 300.0),
    ("lerp({x}, tanh({x}), 0.3)", 300.0),
    ("where(isnan({x}), 0, {x})", 300.0),
    ("where(isinf({x}) or not isfinite({x}), 1, {x})", 300.0),
    ("hypot({x}, 1.5)", 300.0),
    ("atan2({x}, abs({x}) + 1)", 2.0),
    ("div({x}, 4)", 100.0),
)
"""Expressions of one tensor, and bounds of what comes out of magnitudes up to 300."""

EXACT_FLOATS = (
    "trunc({x})",
    "frac({x} * 2.0)",
    "fmod({x}, 1.25)",
    "floor_divide({x}, 0.75)",
    "masked_fill({x}, {x} > 1, -1)",
)
EXACT_INTEGERS = (
    ("bitwise_and({x}, 3)", "int64"),
    ("bitwise_or({x}, 1)", "int64"),
    ("bitwise_xor({x}, 2)", "int64"),
    ("bitwise_not({x})", "int64"),
    ("bitwise_left_shift(bitwise_and({x}, 3), 1)", "int64"),
    ("bitwise_right_shift(bitwise_and({x}, 7), 1)", "int64"),
    ("floor_divide({x}, 2)", "int64"),
    ("fmod({x}, 3)", "int64"),
    ("masked_fill({x}, {x} == 1, 0)", "int64"),
)


def smooth(m: Maker) -> bool:
    a = m.tensor(lambda t: t.is_float and t.large <= 300)
    if a is None:
        return False
    text, large = m.pick(SMOOTH)
    m.bind(a.type.made(large=min(large, a.type.large + 2) if large == 300 else large), text.format(x=a.name), a)
    return True


def exact(m: Maker) -> bool:
    """Functions with steps."""
    a = m.tensor(lambda t: t.exact and t.dtype in ("float32", "int64") and t.large <= 50)
    if a is None:
        return False
    if a.type.is_float:
        text = m.pick(EXACT_FLOATS)
        m.bind(Type("float32", a.type.dims, "0.75" not in text, 2 * a.type.large + 2), text.format(x=a.name), a)
        return True
    text, dtype = m.pick(EXACT_INTEGERS)
    m.bind(Type(dtype, a.type.dims, True, 2 * a.type.large + 8), text.format(x=a.name), a)
    return True


def logic(m: Maker) -> bool:
    a = m.tensor(lambda t: t.dtype in ("float32", "int64") and t.exact)
    b = partner(m, a) if a else None
    if a is None or b is None or not b.type.exact:
        return False
    names = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
    first, second = (f"{m.pick(names)}({a.name}, {b.name})" for _ in range(2))
    made = both(a.type, b.type, 1.0, "bool")
    text = f"{m.pick(('logical_and', 'logical_or', 'logical_xor'))}({first}, logical_not({second}))"
    m.bind(Type("bool", made.dims, True, 1.0), m.pick((first, text)), None)
    return True


def truths(m: Maker) -> bool:
    """Whether all or any are true, and how many are not 0."""
    a = m.tensor(lambda t: t.exact and t.rank >= 1 and t.dtype in ("bool", "int64"))
    if a is None:
        return False
    axis = m.between(-a.type.rank, a.type.rank - 1)
    keep = m.chance(0.4)
    dims = a.type.at(axis, number(1)) if keep else a.type.without(axis)
    name = m.pick(("all", "any")) if a.type.dtype == "bool" else "count_nonzero"
    made = Type("bool" if a.type.dtype == "bool" else "int64", dims, True, 16.0)
    m.bind(made, f"{a.name} -> {name}({axis}{', keepdims=true' if keep else ''})")
    return True


def reduced(m: Maker) -> bool:
    a = m.tensor(lambda t: t.is_float and t.rank >= 1 and t.some and t.large <= 20 and max(t.dims[-1].values) <= 24)
    if a is None:
        return False
    axis = m.between(-a.type.rank, a.type.rank - 1)
    keep = m.chance(0.4)
    dims = a.type.at(axis, number(1)) if keep else a.type.without(axis)
    more = ", keepdims=true" if keep else ""
    wide = a.type.dims[axis]
    spread = [f"stddev({axis}{more}, correction=0)", f"var({axis}{more}, correction=0)"]
    spread += [f"var({axis}{more})"] if wide.low >= 2 else []
    text, large = m.pick(
        (
            (f"logsumexp({axis}{more})", a.type.large + 5),
            (f"norm({axis}{more})", 5 * a.type.large),
            (f"norm({axis}{more}, p=1)", 25 * a.type.large),
            (m.pick(spread), 2 * a.type.large**2),
        )
    )
    source = f"tanh({a.name}) + 1.5 -> prod({axis}{more})" if m.chance(0.1) and max(wide.values) <= 6 else None
    m.bind(a.type.made(dims, 1000.0 if source else large), source or f"{a.name} -> {text}")
    return True


def running(m: Maker) -> bool:
    """Prefixes, order and unit lengths along an axis."""
    a = m.tensor(lambda t: t.is_float and t.rank >= 1 and t.some and t.large <= 50)
    if a is None:
        return False
    axis = m.between(-a.type.rank, a.type.rank - 1)
    same = a.type.made()
    choices = [
        (f"cumprod(tanh({a.name}), {axis})", a.type.made(large=1.0)),
        (f"softmin({a.name}, {axis})", a.type.made(large=1.0)),
        (f"sparsemax({a.name}, {axis})", a.type.made(large=1.0)),
        (f"normalize({a.name}, axis={axis}, eps=0.5)", a.type.made(large=2.0)),
        (f"normalize({a.name}, p=1, axis={axis}, eps=0.5)", a.type.made(large=2.0)),
        (f"flip({a.name}, {axis})", a.type.moved(a.type.dims)),
        (f"roll({a.name}, {m.between(-2, 2)}, axes={axis})", a.type.moved(a.type.dims)),
        (f"dct({a.name}, axis={axis})", a.type.made(large=5 * a.type.large)),
    ]
    if a.type.exact:
        choices.append((f"hardmax({a.name}, {axis})", Type("float32", a.type.dims, True, 1.0)))
    for name in ("sort", "cummax", "cummin"):
        if m.chance(0.2):
            values, places = m.name("ordered"), m.name("place")
            option = f", descending={m.pick(('true', 'false'))}" if name == "sort" else ""
            m.write(f"{values}, {places} = {name}({a.name}, {axis}{option})")
            m.keep(Tensor(values, same))
            return True
    text, made = m.pick([choice for choice in choices if "dct" not in choice[0] or a.type.dims[axis].number])
    m.bind(made, text, a)
    return True


def pairs(m: Maker) -> bool:
    """Distances between two tensors of one shape, smooth functions of two."""
    a = m.tensor(lambda t: t.is_float and t.rank >= 2 and t.some and t.large <= 50)
    b = m.tensor(lambda t: a is not None and t.is_float and t.dims == a.type.dims and t.large <= 50) if a else None
    if a is None or b is None:
        return False
    x, y, t = a.name, b.name, a.type.made(large=60.0)
    last = t.made(t.without(-1), 300.0)
    text, made = m.pick(
        (
            (f"cosine_similarity({x}, {y}, axis=-1, eps=0.5)", last),
            (f"pairwise_distance({x}, {y} + 3)", last),
            (f"hypot({x}, abs({y}) + 1)", t.made(large=120.0)),
            (f"lerp({x}, {y}, 0.25)", t),
            (f"atan2({x}, abs({y}) + 1)", t.made(large=2.0)),
            (f"div({x}, abs({y}) + 1)", t),
        )
    )
    normed = a.type.normed or b.type.normed
    m.bind(Type("float32", made.dims, False, made.large, normed), text)
    return True


def moved(m: Maker) -> bool:
    """Elements in other places: triangles, diagonals, repeats, groups of channels and pixels."""
    a = m.tensor(lambda t: t.rank >= 2 and t.dtype == "float32" and t.some and max(max(d.values) for d in t.dims) <= 24)
    if a is None:
        return False
    x, t = a.name, a.type
    axis = m.between(0, t.rank - 1)
    choices: list[tuple[str, Type]] = [
        (f"{x} -> {m.pick(('tril', 'triu'))}({m.between(-1, 1)})", t.moved(t.dims)),
        (f"repeat_interleave({x}, 2, axis={axis})", t.moved(t.at(axis, times(t.dims[axis], 2)))),
    ]
    if t.dims[-1] == t.dims[-2]:
        choices.append((f"{x} -> diagonal(axis1=-2, axis2=-1)", t.moved((*t.dims[:-2], t.dims[-1]))))
    inside = t.dims[1].number if t.rank >= 3 else None
    if inside and inside % 2 == 0:
        half = t.at(1, number(inside // 2))
        choices.append((f"{x} -> channel_shuffle(2)", t.moved(t.dims)))
        choices.append((f"{x} -> maxout(2)", t.made(half)))
    if inside and t.large <= 20:
        choices.append((f"{x} -> local_response_norm({m.pick((1, 3, 5))}, k=2)", t.made()))
    if inside and inside % 4 == 0 and t.rank == 4:
        deep = (t.dims[0], number(inside // 4), times(t.dims[2], 2), times(t.dims[3], 2))
        choices += [(f"{x} -> {name}", t.moved(deep)) for name in ("pixel_shuffle(2)", "depth_to_space(2, mode=CRD)")]
    if inside and t.rank == 4 and all(d.divides_by(2) for d in t.dims[2:]):
        wide = (t.dims[0], number(inside * 4), over(t.dims[2], 2), over(t.dims[3], 2))
        choices += [(f"{x} -> {name}", t.moved(wide)) for name in ("pixel_unshuffle(2)", "space_to_depth(2)")]
    last = t.dims[-1].number
    if last and last % 2 == 0 and t.large <= 16:
        name = m.pick(("swiglu", "geglu", "reglu"))
        gate = m.pick(("", "(gate=second)"))
        choices += [(f"{x} -> {name}{gate}", t.made(t.at(-1, number(last // 2)), t.large**2 + 1))] * 2
    text, made = m.pick(choices)
    m.bind(made, text, a)
    return True


def windows(m: Maker) -> bool:
    """Pools of powers, places of maxima, patches, sampled images."""
    a = m.tensor(
        lambda t: (
            t.is_float
            and t.rank == 4
            and t.large <= 20
            and t.dims[1].number is not None
            and all(d.low >= 4 and max(d.values) <= 24 for d in t.dims[2:])
        )
    )
    if a is None:
        return False
    x, t = a.name, a.type
    high, wide = t.dims[2:]
    makers: list[Callable[[], bool]] = [
        lambda: _bound(
            m, t.made((*t.dims[:2], *(plus(d, -1) for d in (high, wide))), 8 * t.large), f"lppool({x}, 2, 2, stride=1)"
        ),
        lambda: _bound(m, t.made((*t.dims[:2], number(1), number(1)), 30 * t.large), f"{x} -> global_lppool(2)"),
        lambda: _patches(m, a),
        lambda: _unpooled(m, a),
        lambda: _sampled(m, a),
        lambda: _bound(
            m,
            t.made(large=2 * t.large),
            f"{x} -> conv({t.dims[1].text}, 3, padding=1, padding_mode={m.pick(('reflect', 'replicate', 'circular'))})",
        ),
    ]
    return m.pick(makers)()


def _bound(m: Maker, made: Type, text: str) -> bool:
    m.bind(made, text)
    return True


def _patches(m: Maker, a: Tensor) -> bool:
    t = a.type
    if any(d.number is None for d in t.dims[1:]):
        return False
    inside, high, wide = (d.number or 1 for d in t.dims[1:])
    x = m.bind(
        t.moved((t.dims[0], number(4 * inside), number((high // 2) * (wide // 2)))), f"{a.name} -> unfold(2, stride=2)"
    )
    if high % 2 == 0 and wide % 2 == 0:
        m.bind(t.moved(t.dims), f"{x.name} -> fold([{high}, {wide}], 2, stride=2)")
    return True


def _unpooled(m: Maker, a: Tensor) -> bool:
    if not a.type.exact:
        return False
    y, places = m.name("pooled"), m.name("place")
    high, wide = (m.dim(d, a.name, axis + 2) for axis, d in enumerate(a.type.dims[2:]))
    m.write(f"{y}, {places} = {a.name} -> maxpool(2, return_indices=true)")
    m.bind(a.type.moved(a.type.dims), f"max_unpool({y}, {places}, 2, output_size=[{high}, {wide}])")
    return True


def _sampled(m: Maker, a: Tensor) -> bool:
    t, count = a.type, m.between(1, 4)
    theta = m.name("theta")
    if m.depth > 1:
        return False
    sizes = ", ".join((m.dim(t.dims[0], a.name, 0), t.dims[1].text, str(count), "3"))
    m.write(f"param {theta}: float32[1, 2, 3] = uniform(-0.4, 0.4)")
    grid = f"expand({theta}, [{m.dim(t.dims[0], a.name, 0)}, 2, 3]) -> affine_grid([{sizes}], align_corners=true)"
    mode = m.pick(("bilinear", "bicubic"))
    text = f"grid_sample({a.name}, {grid}, mode={mode}, align_corners=true)"
    m.bind(t.made((*t.dims[:2], number(count), number(3)), 2 * t.large), text)
    return True


ELEMENTS: tuple[tuple[Part, int], ...] = (
    (smooth, 5),
    (exact, 3),
    (logic, 3),
    (truths, 2),
    (reduced, 4),
    (running, 5),
    (pairs, 3),
    (moved, 6),
    (windows, 4),
)
