"""Layers whose windows slide over images: for a type, attributes that fit it and the type that comes out."""

from __future__ import annotations

from made_types import Size, Stage, Type, number, over, plus, times
from maker_base import Maker


def channels(t: Type) -> int | None:
    """Channels of something like an image."""
    fits = t.is_float and 3 <= t.rank <= 5 and t.some and t.large <= 100
    return t.dims[1].number if fits else None


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
