"""Layers of one tensor: for a type, attributes that fit it and the type that comes out."""

from __future__ import annotations

from collections.abc import Callable

from made_types import Size, Stage, Type, number, over, product, times
from maker_base import ACTIVATIONS, Maker
from making_windows import (
    adaptive_pool,
    channels,
    conv,
    conv_transpose,
    global_pool,
    pad,
    pool,
    resize,
    upsample,
)

Make = Callable[[Maker, Type], "Stage | None"]


def features(t: Type) -> int | None:
    """Size of the last dim of floats."""
    return t.dims[-1].number if t.is_float and t.rank >= 2 and t.large <= 100 else None


# --- norms ---------------------------------------------------------------------------------------------------------


def batchnorm(m: Maker, t: Type) -> Stage | None:
    if not t.is_float or not 2 <= t.rank <= 5 or t.dims[1].number is None or not t.some:
        return None
    arguments = (("affine=false",) if m.chance(0.2) else ()) + (("eps=0.001",) if m.chance(0.2) else ())
    return Stage("batchnorm", arguments, t.made(), True)


def spread_norm(m: Maker, t: Type) -> Stage | None:
    """Norms that divide by what may be tiny: with a large `eps` after another one of them."""
    if not t.is_float or t.rank < 2 or t.large > 16 or not t.some:
        return None
    names = ["layernorm", "rmsnorm"]
    if 3 <= t.rank <= 5:
        names += ["instancenorm", "groupnorm"]
    name = m.pick(names)
    arguments: list[str] = []
    if name in ("layernorm", "rmsnorm"):
        dims = m.between(1, min(2, t.rank - 1)) if m.chance(0.3) else 1
        sizes = [d.number for d in t.dims[t.rank - dims :]]
        if None in sizes:
            return None
        if dims > 1 or m.chance(0.2):
            arguments.append(f"dims={m.pick((str(dims), str(sizes))) if dims > 1 else dims}")
    if name == "groupnorm":
        inside = t.dims[1].number
        if inside is None:
            return None
        arguments.append(str(m.pick([g for g in (1, 2, 3, 4, inside) if inside % g == 0])))
    if name == "instancenorm" and (t.dims[1].number is None or m.chance(0.3)):
        arguments.append("affine=true")
        if t.dims[1].number is None:
            return None
    elif m.chance(0.2) and name != "instancenorm":
        arguments.append("affine=false")
    if name == "layernorm" and "affine=false" not in arguments and m.chance(0.2):
        arguments.append("bias=false")
    if t.normed or m.chance(0.2):
        arguments.append("eps=0.1")
    made = Type(t.dtype, t.dims, False, 12.0, True)
    return Stage(name, tuple(arguments), made, "affine=false" not in arguments)


def normalised(m: Maker, t: Type) -> Stage | None:
    if not t.is_float or not t.rank:
        return None
    axis = m.between(0, t.rank - 1)
    name = m.pick(("softmax", "softmax", "log_softmax"))
    if t.dims[axis].low < 1:
        return None
    arguments = () if axis == t.rank - 1 and m.chance(0.5) else (m.named("axis", m.pick((axis, axis - t.rank))),)
    return Stage(name, arguments, t.made(large=1.0 if name == "softmax" else 2 * t.large + 3))


# --- elements ------------------------------------------------------------------------------------------------------


def activation(m: Maker, t: Type) -> Stage | None:
    if not t.is_float:
        return None
    arguments: tuple[str, ...] = ()
    others = ("prelu", "dropout", "identity", "square", "sin", "cos", "erf", "abs", "neg", "clamp", "exp")
    name = m.pick((*ACTIVATIONS, *others))
    large = t.large
    if name == "elu" and m.chance(0.4):
        arguments = ("0.5",)
    elif name == "gelu" and m.chance(0.4):
        arguments = (m.named("approximate", "tanh"),)
    elif name == "leaky_relu" and m.chance(0.5):
        arguments = ("0.2",)
    elif name == "softplus" and m.chance(0.3):
        arguments = ("2",)
    elif name == "prelu" and not t.rank:
        return None
    elif name == "prelu" and t.rank >= 2 and t.dims[1].number and m.chance(0.6):
        arguments = (m.size(t.dims[1].number),)
    elif name == "dropout" and m.chance(0.5):
        arguments = ("0.1",)
    elif name == "clamp":
        arguments = m.pick((("-1", "1"), ("min=0",), ("max=0.5",), ("-0.5", "none")))
    elif name == "square":
        large = t.large**2
    elif name == "exp":
        if t.large > 4:
            return None
        large = 60.0
    return Stage(name, arguments, t.made(large=large + 1), name == "prelu")


def stepped(m: Maker, t: Type) -> Stage | None:
    """Functions with steps: only of elements without rounding errors."""
    if not t.exact or t.dtype == "bool" or not t.rank:
        return None
    name = m.pick(("sign", "argmax", "cast", "round", "floor", "ceil", "hardshrink", "threshold"))
    if name == "cast":
        to = m.pick(("float32", "int64", "int32", "bool"))
        return Stage("cast", (to,), Type(to, t.dims, True, t.large))
    if name == "argmax":
        axis = m.between(-t.rank, t.rank - 1)
        if t.dims[axis].low < 1:
            return None
        keep = m.chance(0.3)
        dims = t.at(axis, number(1)) if keep else t.without(axis)
        arguments = (m.named("axis", axis), *(("keepdims=true",) if keep else ()))
        return Stage(name, arguments, Type("int64", dims, True, 16))
    if name in ("sign",) and t.dtype != "int32":
        return Stage(name, (), Type(t.dtype, t.dims, True, 1.0))
    if not t.is_float:
        return None
    return Stage(name, ("0.2",) if name == "threshold" else (), Type(t.dtype, t.dims, True, t.large + 1))


def linear(m: Maker, t: Type) -> Stage | None:
    if features(t) is None:
        return None
    out = m.between(1, 8)
    arguments = [m.size(out)]
    if m.chance(0.3):
        arguments.append(f"bias={m.pick(('true', 'false'))}")
    if m.chance(0.2):
        arguments.append(f"init={m.pick(('normal(0.2)', 'xavier_normal', 'zeros', 'truncated_normal(0.3)'))}")
    return Stage("linear", tuple(arguments), t.made(t.at(-1, number(out)), 2 * t.large), True)


def glu(m: Maker, t: Type) -> Stage | None:
    if not t.is_float or not t.rank:
        return None
    axis = m.between(0, t.rank - 1)
    if not t.dims[axis].divides_by(2):
        return None
    half = over(t.dims[axis], 2)
    return Stage("glu", (m.named("axis", m.pick((axis, axis - t.rank))),), t.made(t.at(axis, half)))


def reduction(m: Maker, t: Type) -> Stage | None:
    if t.dtype not in ("float32", "int64") or not t.rank:
        return None
    names = ["sum", "mean", "amax", "amin"] if t.is_float else ["sum", "amax", "amin"]
    name = m.pick(names)
    axes = sorted(m.rng.sample(range(t.rank), m.between(1, min(2, t.rank))))
    if m.chance(0.1):
        axes = list(range(t.rank))
    if name != "sum" and any(t.dims[axis].low < 1 for axis in axes):
        return None
    keep = m.chance(0.4)
    shown = [m.pick((axis, axis - t.rank)) for axis in axes]
    text = str(shown[0]) if len(shown) == 1 and m.chance(0.7) else str(shown)
    arguments = () if len(axes) == t.rank and m.chance(0.5) else (m.named("axes", text),)
    arguments += ("keepdims=true",) if keep else ()
    dims = tuple(number(1) if a in axes else d for a, d in enumerate(t.dims)) if keep else t.without(*axes)
    large = t.large * 20 ** len(axes) if name == "sum" else t.large
    exact = t.exact and (not t.is_float or name in ("amax", "amin"))
    return Stage(name, arguments, Type(t.dtype, dims, exact, large, t.normed))


def cumsum(m: Maker, t: Type) -> Stage | None:
    if t.dtype not in ("float32", "int64") or not t.rank:
        return None
    made = t.made(large=t.large * 20)
    return Stage("cumsum", (m.named("axis", m.between(-t.rank, t.rank - 1)),), made)


# --- movement ------------------------------------------------------------------------------------------------------


def flatten(m: Maker, t: Type) -> Stage | None:
    if t.rank < 2:
        return None
    start = m.between(0, t.rank - 2) if m.chance(0.4) else min(1, t.rank - 2)
    end = m.between(start + 1, t.rank - 1) if m.chance(0.3) else t.rank - 1
    arguments = (m.named("start", start), f"end={m.pick((end, end - t.rank))}")
    arguments = () if (start, end) == (1, t.rank - 1) else arguments
    dims = (*t.dims[:start], product(list(t.dims[start : end + 1])), *t.dims[end + 1 :])
    return Stage("flatten", arguments, t.moved(dims))


def transpose(m: Maker, t: Type) -> Stage | None:
    if t.rank < 2:
        return None
    if m.chance(0.5):
        a, b = m.rng.sample(range(t.rank), 2)
        dims = list(t.dims)
        dims[a], dims[b] = dims[b], dims[a]
        plain = {a, b} == {t.rank - 1, t.rank - 2} and m.chance(0.5)
        return Stage("swap", () if plain else (str(a), str(m.pick((b, b - t.rank)))), t.moved(tuple(dims)))
    order = list(range(t.rank))
    m.rng.shuffle(order)
    text = str([m.pick((axis, axis - t.rank)) for axis in order])
    return Stage("transpose", (text,), t.moved(tuple(t.dims[axis] for axis in order)))


def axes_of_one(m: Maker, t: Type) -> Stage | None:
    ones = [axis for axis, dim in enumerate(t.dims) if dim.number == 1]
    if ones and m.chance(0.6):
        axis = m.pick(ones)
        return Stage("squeeze", (str(m.pick((axis, axis - t.rank))),), t.moved(t.without(axis)))
    if t.rank >= 5:
        return None
    axis = m.between(0, t.rank)
    dims = (*t.dims[:axis], number(1), *t.dims[axis:])
    return Stage("unsqueeze", (str(m.pick((axis, axis - t.rank - 1))),), t.moved(dims))


def reshape(m: Maker, t: Type) -> Stage | None:
    """Two neighbours joined, or one dim cut in two."""
    if not t.rank or t.rank > 5:
        return None
    axis = m.between(0, t.rank - 1)
    size = t.dims[axis]
    factors = [f for f in (2, 3, 4) if size.divides_by(f) and max(size.values) > f]
    dims: list[Size]
    if factors and m.chance(0.6):
        factor = m.pick(factors)
        rest = over(size, factor)
        dims = [*t.dims[:axis], *m.pick(([number(factor), rest], [rest, number(factor)])), *t.dims[axis + 1 :]]
    elif t.rank >= 2:
        axis = m.between(0, t.rank - 2)
        dims = [*t.dims[:axis], product(list(t.dims[axis : axis + 2])), *t.dims[axis + 2 :]]
    else:
        return None
    shown = [m.dim(d) for d in dims]
    if m.chance(0.5):
        place = m.between(0, len(dims) - 1)
        if all(d.low >= 1 for i, d in enumerate(dims) if i != place):
            shown[place] = "-1"
    return Stage("reshape", (f"[{', '.join(shown)}]",), t.moved(tuple(dims)))


def spread(m: Maker, t: Type) -> Stage | None:
    """Repeated elements."""
    if not t.rank:
        return None
    ones = [axis for axis, dim in enumerate(t.dims) if dim.number == 1]
    if ones and m.chance(0.7):
        sizes = [*m.shared.symbols.values(), number(2), number(3)]
        dims = [m.pick(sizes) if axis in ones and m.chance(0.7) else dim for axis, dim in enumerate(t.dims)]
        if t.rank < 5 and m.chance(0.3):
            dims.insert(0, m.pick(sizes))
        kept = len(dims) - t.rank
        same = [index >= kept and dim == t.dims[index - kept] for index, dim in enumerate(dims)]
        shown = ["-1" if keep and m.chance(0.5) else m.dim(d) for keep, d in zip(same, dims, strict=True)]
        return Stage("expand", (f"[{', '.join(shown)}]",), t.moved(tuple(dims)))
    if t.dtype == "bool" or max(max(d.values) for d in t.dims) > 24:
        return None
    counts = [m.pick((1, 1, 2)) for _ in t.dims]
    return Stage("tile", (str(counts),), t.moved(tuple(times(d, c) for d, c in zip(t.dims, counts, strict=True))))


def onnx_stage(m: Maker, t: Type) -> Stage | None:
    """Operators by their ONNX names."""
    if not t.is_float or t.rank < 2 or not t.some or t.large > 50:
        return None
    inside = t.dims[1].number
    choices = [
        Stage("onnx.Softsign", (), t.made()),
        Stage("onnx.Relu", (), t.moved(t.dims)),
        Stage("onnx.Identity", (), t.moved(t.dims)),
        Stage("onnx.LeakyRelu", ("alpha=0.3",), t.made()),
        Stage("onnx.HardSigmoid", ("alpha=0.2", "beta=0.5"), t.made()),
        Stage("onnx.ReduceLogSumExp", ("[-1]", "keepdims=1"), t.made(t.at(-1, number(1)), t.large + 4)),
        Stage("onnx.ReduceL2", (f"[{t.rank - 1}]", "keepdims=false"), t.made(t.without(-1), t.large * 5)),
        Stage("onnx.Transpose", (f"perm={list(reversed(range(t.rank)))}",), t.moved(tuple(reversed(t.dims)))),
        Stage("onnx.Unsqueeze", ("[0]",), t.moved((number(1), *t.dims))),
        Stage("onnx.Concat", ("axis=0",), t.moved(t.dims)),
    ]
    if t.exact:
        choices.append(Stage("onnx.Hardmax", ("axis=-1",), Type("float32", t.dims, True, 1.0)))
    if t.rank == 4 and inside and inside % 4 == 0:
        deep = (t.dims[0], number(inside // 4), times(t.dims[2], 2), times(t.dims[3], 2))
        choices.append(Stage("onnx.DepthToSpace", ("blocksize=2",), t.moved(deep)))
    return m.pick(choices)


STAGES: tuple[tuple[Make, int], ...] = (
    (conv, 10),
    (conv_transpose, 3),
    (pool, 6),
    (global_pool, 2),
    (adaptive_pool, 2),
    (upsample, 3),
    (resize, 2),
    (pad, 3),
    (batchnorm, 3),
    (spread_norm, 5),
    (normalised, 3),
    (activation, 12),
    (stepped, 3),
    (linear, 8),
    (glu, 2),
    (reduction, 4),
    (cumsum, 1),
    (flatten, 2),
    (transpose, 4),
    (axes_of_one, 3),
    (reshape, 4),
    (spread, 3),
    (onnx_stage, 3),
)
MAKERS = [make for make, weight in STAGES for _ in range(weight)]


def stage(m: Maker, t: Type) -> Stage | None:
    """Some layer that takes `t`."""
    for _ in range(12):
        made = m.pick(MAKERS)(m, t)
        if made is not None and fits(made.type):
            return made
    return None


def fits(t: Type) -> bool:
    """Whether the type is small enough."""
    elements = 1
    for dim in t.dims:
        elements *= max(dim.values)
    return elements <= 100_000 and t.rank <= 6 and all(len(d.text) <= 120 for d in t.dims)


def keeping(m: Maker, t: Type) -> list[Stage]:
    """Layers after which the type is what it was."""
    found: list[Stage] = []
    for _ in range(m.between(1, 3)):
        inside, wide = channels(t), features(t)
        options: list[Stage] = []
        if inside is not None and m.chance(0.7):
            kernel = m.pick((1, 3, 3, 5))
            text = m.pick((f"padding={kernel // 2}", "padding=same"))
            options.append(Stage("conv", (m.size(inside), str(kernel), text), t.made(), True))
        if wide is not None:
            options.append(Stage("linear", (m.size(wide),), t.made(), True))
        other = m.pick((activation, spread_norm, normalised, batchnorm))(m, t)
        if other is not None and (other.name != "prelu" or inside is not None):
            options.append(other)
        if options:
            found.append(m.pick(options))
            t = found[-1].type
    return found
