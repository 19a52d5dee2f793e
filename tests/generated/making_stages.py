"""Layers of one tensor: for a type, attributes that fit it and the type that comes out."""

from __future__ import annotations

from collections.abc import Callable

from made_types import Size, Stage, Type, number, over, plus, product, times
from maker_base import ACTIVATIONS, Maker

Make = Callable[[Maker, Type], "Stage | None"]


def channels(t: Type) -> int | None:
    """Channels of something like an image."""
    fits = t.is_float and 3 <= t.rank <= 5 and t.some and t.large <= 100
    return t.dims[1].number if fits else None


def features(t: Type) -> int | None:
    """Size of the last dim of floats."""
    return t.dims[-1].number if t.is_float and t.rank >= 2 and t.large <= 100 else None


# --- windows -------------------------------------------------------------------------------------------------------


def per_axis(values: list[int], m: Maker) -> str:
    return str(values[0]) if len(set(values)) == 1 and m.chance(0.8) else str(values)


def paddings(m: Maker, extents: list[int], kernels: list[int], below: bool) -> tuple[list[tuple[int, int]], str]:
    """Borders for each axis, and their text."""
    count = len(extents)
    high = [max(0, (k - 1 if below else k // 2 + 1)) for k in kernels]
    match m.between(0, 5):
        case 0:
            return [((e - 1) // 2, e - 1 - (e - 1) // 2) for e in extents], "same"
        case 1:
            return [(e - 1, 0) for e in extents], "causal"
        case 2:
            pairs = [(m.between(0, h), m.between(0, h)) for h in high]
            return pairs, str([list(pair) for pair in pairs])
        case 3:
            same = m.between(0, min(high))
            return [(same, same)] * count, str(same)
        case 4:
            each = [m.between(0, h) for h in high]
            return [(e, e) for e in each], str(each)
        case _:
            return [(0, 0)] * count, "valid" if m.chance(0.3) else "0"


def slid(size: Size, before: int, after: int, extent: int, stride: int) -> Size:
    room = plus(size, before + after - extent)
    return plus(over(room, stride), 1)


def conv(m: Maker, t: Type) -> Stage | None:
    inside = channels(t)
    if inside is None:
        return None
    spatial = t.dims[2:]
    kernels = [m.between(1, 4) for _ in spatial] if m.chance(0.4) else [m.pick((1, 3, 3, 5))] * len(spatial)
    dilation = [m.pick((1, 1, 1, 2))] * len(spatial)
    strides = [m.pick((1, 1, 2, 3)) for _ in spatial] if m.chance(0.3) else [m.pick((1, 1, 2))] * len(spatial)
    extents = [d * (k - 1) + 1 for k, d in zip(kernels, dilation, strict=True)]
    pads, padding = paddings(m, extents, kernels, False)
    if any(dim.low + sum(pad) < extent for dim, pad, extent in zip(spatial, pads, extents, strict=True)):
        return None
    groups = m.pick([g for g in (1, 1, 2, 3, 4, inside) if inside % g == 0])
    out = groups * m.between(1, max(1, 8 // groups))
    arguments = [m.named("out", m.size(out)) if m.chance(0.1) else m.size(out)]
    named = len(arguments[0].split("=")) > 1
    arguments.append(m.named("kernel", per_axis(kernels, m), named))
    if strides != [1] * len(strides) or m.chance(0.1):
        arguments.append(f"stride={per_axis(strides, m)}")
    if padding != "0":
        arguments.append(f"padding={padding}")
    if dilation[0] != 1:
        arguments.append(f"dilation={per_axis(dilation, m)}")
    if groups != 1:
        arguments.append(f"groups={groups}")
    if m.chance(0.3):
        arguments.append(f"bias={m.pick(('true', 'false'))}")
    if m.chance(0.2):
        arguments.append(f"init={m.pick(('kaiming', 'xavier', 'normal(0.1)', 'uniform(-0.2, 0.2)', 'orthogonal'))}")
    made = [slid(d, *p, e, s) for d, p, e, s in zip(spatial, pads, extents, strides, strict=True)]
    return Stage("conv", tuple(arguments), t.made((t.dims[0], number(out), *made), 2 * t.large), True)


def conv_transpose(m: Maker, t: Type) -> Stage | None:
    inside = channels(t)
    if inside is None or max(max(d.values) for d in t.dims[2:]) > 40:
        return None
    kernel, stride, dilation = m.between(1, 4), m.between(1, 3), m.pick((1, 1, 2))
    extra = m.between(0, max(stride, dilation) - 1) if m.chance(0.3) else 0
    extent = dilation * (kernel - 1) + 1
    padding = m.between(0, min(kernel - 1, 2))
    groups = m.pick([g for g in (1, 1, 2, inside) if inside % g == 0])
    out = groups * m.between(1, max(1, 6 // groups))
    made = [plus(times(plus(d, -1), stride), extent + extra - 2 * padding) for d in t.dims[2:]]
    if any(d.low < 1 for d in made):
        return None
    arguments = [m.size(out), m.named("kernel", kernel), f"stride={stride}"]
    arguments += [f"padding={padding}"] if padding else []
    arguments += [f"output_padding={extra}"] if extra else []
    arguments += [f"groups={groups}"] if groups > 1 else []
    arguments += [f"dilation={dilation}"] if dilation > 1 else []
    arguments += ["bias=false"] if m.chance(0.3) else []
    return Stage("conv_transpose", tuple(arguments), t.made((t.dims[0], number(out), *made), 2 * t.large), True)


def pool(m: Maker, t: Type) -> Stage | None:
    if not (t.is_float and 3 <= t.rank <= 5 and t.some):
        return None
    name = m.pick(("maxpool", "avgpool"))
    spatial = t.dims[2:]
    kernels = [m.between(1, 4) for _ in spatial] if m.chance(0.3) else [m.between(1, 3)] * len(spatial)
    dilation = m.pick((1, 1, 2)) if name == "maxpool" else 1
    strides = [m.between(1, 3)] * len(spatial) if m.chance(0.6) else None
    extents = [dilation * (k - 1) + 1 for k in kernels]
    pads, padding = paddings(m, extents, kernels, True) if m.chance(0.5) else ([(0, 0)] * len(spatial), "0")
    if any(max(pad) > k // 2 for pad, k in zip(pads, kernels, strict=True)):
        return None
    if any(dim.low + sum(pad) < extent for dim, pad, extent in zip(spatial, pads, extents, strict=True)):
        return None
    arguments = [m.named("kernel", per_axis(kernels, m))]
    arguments += [f"stride={per_axis(strides, m)}"] if strides else []
    arguments += [f"padding={padding}"] if padding != "0" else []
    arguments += [f"dilation={dilation}"] if dilation > 1 else []
    strides = strides or kernels
    if m.chance(0.3):
        arguments.append("ceil_mode=true")
        pads = [
            (before, min(after + s - 1, e - 1)) if after + s - 1 >= 0 else (before, after)
            for (before, after), s, e in zip(pads, strides, extents, strict=True)
        ]
    if name == "avgpool" and m.chance(0.3):
        arguments.append(f"count_include_pad={m.pick(('true', 'false'))}")
    made = [slid(d, *p, e, s) for d, p, e, s in zip(spatial, pads, extents, strides, strict=True)]
    return Stage(name, tuple(arguments), t.made((*t.dims[:2], *made)))


def global_pool(m: Maker, t: Type) -> Stage | None:
    if not (t.is_float and 3 <= t.rank <= 5 and t.some):
        return None
    name = m.pick(("global_avgpool", "global_maxpool"))
    return Stage(name, (), t.made((*t.dims[:2], *(number(1) for _ in t.dims[2:]))))


def adaptive_pool(m: Maker, t: Type) -> Stage | None:
    if not (t.is_float and 3 <= t.rank <= 5 and t.some):
        return None
    counts = [m.between(1, 3) for _ in t.dims[2:]]
    if any(dim.number is None and not dim.divides_by(count) for dim, count in zip(t.dims[2:], counts, strict=True)):
        return None
    made = t.made((*t.dims[:2], *map(number, counts)))
    return Stage(m.pick(("adaptive_avgpool", "adaptive_maxpool")), (per_axis(counts, m),), made)


def modes(rank: int) -> tuple[str, ...]:
    further = {3: ("linear",), 4: ("bilinear", "linear", "bicubic"), 5: ("trilinear",)}
    return ("nearest", *further[rank])


def upsample(m: Maker, t: Type) -> Stage | None:
    if not (t.is_float and 3 <= t.rank <= 5 and t.some) or max(max(d.values) for d in t.dims[2:]) > 24:
        return None
    scales = [m.between(1, 3) for _ in t.dims[2:]] if m.chance(0.3) else [2] * (t.rank - 2)
    arguments = [per_axis(scales, m)]
    mode = m.pick(modes(t.rank))
    if mode != "nearest" or m.chance(0.2):
        arguments.append(f"mode={mode}")
    if mode != "nearest" and m.chance(0.4):
        arguments.append("align_corners=true")
    made = (times(d, s) for d, s in zip(t.dims[2:], scales, strict=True))
    return Stage("upsample", tuple(arguments), t.made((*t.dims[:2], *made), 2 * t.large))


def resize(m: Maker, t: Type) -> Stage | None:
    if not (t.is_float and 3 <= t.rank <= 5 and t.some):
        return None
    symbols = [size for size in m.shared.symbols.values() if size.low >= 1]
    pool = [number(m.between(1, 7)), *symbols, *(times(dim, 2) for dim in t.dims[2:])]
    sizes = [m.pick([s for s in pool if max(s.values) <= 40 and len(s.text) < 30] or [number(3)]) for _ in t.dims[2:]]
    mode = m.pick(modes(t.rank))
    arguments = [f"[{', '.join(m.dim(s) for s in sizes)}]", f"mode={mode}"]
    if mode != "nearest" and m.chance(0.4):
        arguments.append("align_corners=true")
    return Stage("resize", tuple(arguments), t.made((*t.dims[:2], *sizes), 2 * t.large))


def pad(m: Maker, t: Type) -> Stage | None:
    if not t.is_float or not t.rank:
        return None
    mode = m.pick(("constant", "reflect", "edge"))
    count = m.between(1, min(3, t.rank))
    pairs = [(m.between(0, 2), m.between(0, 2)) for _ in range(count)]
    simple = t.rank >= 3 and m.chance(0.3)
    if simple:
        same = m.between(0, 2)
        count, pairs = t.rank - 2, [(same, same)] * (t.rank - 2)
    for dim, pair in zip(t.dims[t.rank - count :], pairs, strict=True):
        needed = {"constant": 0, "edge": 1, "reflect": max(pair) + 1}[mode] if max(pair) else 0
        if dim.low < needed:
            return None
    text = str(pairs[0][0]) if simple else str([list(p) if m.chance(0.7) or p[0] != p[1] else p[0] for p in pairs])
    arguments = [text, *([f"mode={mode}"] if mode != "constant" or m.chance(0.2) else [])]
    if mode == "constant" and m.chance(0.4):
        arguments.append(f"value={m.pick(('0.5', '-1', '2'))}")
    dims = (*t.dims[: t.rank - count], *(plus(d, sum(p)) for d, p in zip(t.dims[t.rank - count :], pairs, strict=True)))
    return Stage("pad", tuple(arguments), t.made(dims))


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
