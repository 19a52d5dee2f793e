"""Statements that repeat and reuse: blocks, loops, conditions, comprehensions, instances applied twice."""

from __future__ import annotations

from made_types import Stage, Tensor, Type, number, total
from maker_base import ACTIVATIONS, Maker
from making_attention import ATTENTION
from making_elements import ELEMENTS
from making_indices import INDICES
from making_sequences import SEQUENCES
from making_stages import keeping, stage
from making_tensors import PARTS, Part, broadcast


def shaped(t: Type) -> bool:
    """Something that layers with weights take."""
    return t.is_float and t.rank >= 2 and t.some and t.large <= 60


def block(m: Maker) -> bool:
    """A block with a body of any kind, applied once or twice."""
    a = m.tensor(shaped)
    if a is None or m.depth > 1:
        return False
    others = [t for t in m.pool if t is not a]
    b = m.pick(others) if others and m.chance(0.4) else None
    name = m.name("block")
    parameters = [Tensor("v", a.type), *([Tensor("u", b.type)] if b else [])]
    inner = m.inner(list(parameters), 1)
    inner.paths = True
    body(inner, m.between(1, 4))
    result = inner.pool[-1]
    pair = inner.pool[-2] if len(inner.pool) > 1 and m.chance(0.3) else None
    signature = [m.pick(("v", "v: tensor")), *(["u"] if b else [])]
    signature += [m.pick(("flag = true", "k: int = 3", "scale: float = 0.5", "act = relu"))] if m.chance(0.3) else []
    m.write(f"block {name}({', '.join(signature)}):")
    if m.chance(0.3):
        m.write('    """A block.\n    With two lines."""' if m.chance(0.3) else '    """A block."""')
    m.lines += inner.lines
    m.write(f"    return {result.name}, {pair.name}" if pair else f"    return {result.name}")
    for _ in range(m.between(1, 2)):
        path = f" as {m.path()}" if m.paths and m.chance(0.6) else ""
        second = f", {b.name}" if b else ""
        piped = f"{a.name} -> {name}({b.name})" if b else f"{a.name} -> {name}"
        call = (f"{name}({a.name}{second})" if m.chance(0.4) else piped) + path
        if pair:
            names = m.name("left"), m.name("right")
            m.write(f"{', '.join(names)} = {call}")
            m.keep(Tensor(names[0], result.type))
            m.keep(Tensor(names[1], pair.type))
        else:
            m.bind(result.type, call)
    return True


def body(m: Maker, count: int) -> None:
    """Some statements."""
    drawn = (*PARTS, *SEQUENCES, *STRUCTURE, *ELEMENTS, *INDICES, *ATTENTION)
    parts = [part for part, weight in drawn for _ in range(weight)]
    for _ in range(count * 4):
        if count and m.pick(parts)(m):
            count -= 1


def residual(m: Maker) -> bool:
    """A block that keeps the type, with parameters, in a row, in a loop, or both arms of a condition."""
    a = m.tensor(shaped)
    if a is None or m.depth > 1:
        return False
    name, inner = m.name("residual"), m.inner([Tensor("v", a.type)])
    stages = keeping(inner, a.type)
    if not stages:
        return False
    act = m.chance(0.5)
    parameters = ["v", *(["act = relu"] if act else []), *(["k = 0.5"] if m.chance(0.5) else [])]
    flag = m.chance(0.4)
    parameters += ["flag: bool = false"] if flag else []
    m.write(f"block {name}({', '.join(parameters)}):")
    inner.write(f"y = {inner.wrapped(Tensor('v', a.type), stages)}")
    if act:
        inner.write("y = y -> act")
    if flag:
        known = f"if flag or v.shape[-1] == {m.between(1, 4)}:"
        inner.write(m.pick(("if flag:", known, "if not flag and v.rank > 3:")))
        inner.write("    y = y * 0.5 -> tanh")
        if m.chance(0.4):
            inner.write("elif v.rank == 3:\n    y = y + 1")
        if m.chance(0.4):
            inner.write("else:\n    y = -y")
    m.lines += inner.lines
    scaled = ("v + y * k", "y * k", "relu(v + y * k)")
    m.write(f"    return {m.pick(scaled if 'k = 0.5' in parameters else ('v + y',))}")
    return _applied(m, a, stages[-1].type, name, act, flag)


def _applied(m: Maker, a: Tensor, made: Type, name: str, act: bool, flag: bool) -> bool:
    options = [f"act={m.pick((*ACTIVATIONS, 'softmax', 'leaky_relu(0.3)'))}"] if act and m.chance(0.6) else []
    options += [f"flag={m.pick(('true', 'false'))}"] if flag and m.chance(0.6) else []
    call = f"{name}({', '.join(options)})" if options else name
    large = min(60.0, 2 * a.type.large + made.large + 2)
    result = Type("float32", a.type.dims, False, large, made.normed or a.type.normed)
    match m.between(0, 3):
        case 0:
            m.bind(result, f"{a.name} -> {call} -> {call}")
        case 1 if m.paths:
            x, count = m.name("x"), m.between(1, 3)
            m.write(f"{x} = {a.name}")
            m.shared.count += 1
            m.write(f"for i in range({m.size(count)}):")
            m.write(f"    {x} = {x} -> {call} as deep{m.shared.count}.{{i}}")
            m.keep(Tensor(x, result))
        case 2 if m.paths:
            shared = m.name("shared")
            m.write(f"{shared} = {call if options else name + '()'} as {m.path()}")
            first = m.bind(result, f"{a.name} -> {shared}")
            m.bind(result, f"{first.name} -> {shared}")
        case _:
            path = f" as {m.path()}" if m.paths else ""
            m.bind(result, f"{a.name} -> {call}{path}")
    return True


def loop(m: Maker) -> bool:
    """Layers of several widths in a row."""
    a = m.tensor(lambda t: shaped(t) and t.dims[-1].number is not None)
    if a is None or not m.paths or m.depth > 1:
        return False
    widths = [m.between(1, 6) for _ in range(m.between(1, 3))]
    x, label = m.name("x"), m.name("mlp")
    m.write(f"{x} = {a.name}")
    extra = m.pick(("", " -> tanh", " -> layernorm(eps=0.1)"))
    if m.chance(0.5):
        m.write(f"for i, wide in enumerate({widths}):")
        m.write(f"    {x} = {x} -> linear(wide) as {label}.{{i}}{extra}")
    else:
        acts = [m.pick(ACTIVATIONS) for _ in widths]
        m.write(f"for i, (wide, act) in enumerate(zip({widths}, [{', '.join(acts)}])):")
        m.write(f"    {x} = {x} -> linear(wide) as {label}.{{i}} -> act{extra}")
        if m.chance(0.4):
            m.write(f"    if i == 0 and {x}.features > 2:\n        {x} = {x} * 0.5")
    m.keep(Tensor(x, a.type.made(a.type.at(-1, number(widths[-1])), 12.0)))
    return True


def comprehension(m: Maker) -> bool:
    """Branches in a list, joined."""
    a = m.tensor(lambda t: shaped(t) and t.dims[-1].number is not None)
    if a is None:
        return False
    count, wide = m.between(1, 3), m.between(1, 4)
    name, label = m.name("parts"), m.name("branch")
    if m.paths and m.chance(0.6):
        m.write(f"{name} = [{a.name} -> linear({wide}) as {label}.{{i}} for i in range({count})]")
        each = a.type.made(a.type.at(-1, number(wide)), 2 * a.type.large)
    else:
        count, each = 2, a.type.made(large=3 * a.type.large)
        m.write(f"{name} = [{a.name} * k for k in [1, 0.5, 2] if k != 0.5]")
    if each.rank < 5 and m.chance(0.4):
        dims = (number(count), *each.dims)
        m.bind(each.made(dims), f"stack({name})")
    elif m.chance(0.3):
        m.bind(each.made(large=each.large * count), f"{' + '.join(f'{name}[{i}]' for i in range(count))}")
    else:
        dims = each.at(-1, total([each.dims[-1]] * count))
        m.bind(each.made(dims), f"concat({name}, axis=-1)")
    return True


def twice(m: Maker) -> bool:
    """A named layer applied to two tensors."""
    a = m.tensor(shaped)
    if a is None or not m.paths:
        return False
    b = m.tensor(lambda t: shaped(t) and t.dims == a.type.dims) or a
    for _ in range(8):
        made = stage(m, a.type)
        if made is not None and made.weighted and made.name in ("conv", "linear", "conv_transpose", "batchnorm"):
            break
    else:
        return False
    name = m.name("shared")
    m.write(f"{name} = {made.call} as {m.path()}")
    first = m.bind(made.type, m.pick((f"{a.name} -> {name}", f"{name}({a.name})")))
    second = Type("float32", made.type.dims, False, made.type.large + b.type.large, b.type.normed)
    other = m.bind(second, f"{b.name} -> {name}")
    if m.chance(0.3) and first.name != other.name:
        m.bind(second.made(large=2 * second.large), f"{first.name} + {other.name}")
    return True


def conditional(m: Maker) -> bool:
    """A condition on what is known now: only one arm is carried out."""
    a = m.tensor(shaped)
    if a is None:
        return False
    x = m.name("x")
    known = next(iter(m.shared.numbers.items()), ("3", 3))
    conditions = (
        (f"{known[0]} > 0", True),
        (f"{a.name}.rank == {a.type.rank}", True),
        (f"{known[0]} == -1", False),
        ("true and not false", True),
        (f"{a.name}.rank in [0, 9]", False),
    )
    text, holds = m.pick(conditions)
    if m.chance(0.3):
        plain, layers = f"{a.name} * 2 if {text} else {a.name} / 2", f"tanh({a.name}) if {text} else relu({a.name})"
        m.bind(a.type.made(large=2 * a.type.large), m.pick((plain, layers)))
        return True
    stages = keeping(m, a.type)
    if not stages or not all(s.type.dims == a.type.dims for s in stages):
        return False
    m.write(f"if {text}:")
    arms = [Stage("tanh", (), a.type.made(large=1.0))]
    first, second = (stages, arms) if holds else (arms, stages)
    paths, m.paths = m.paths, False
    m.write(f"    {x} = {m.wrapped(a, first)}")
    m.write(f"else:\n    {x} = {m.wrapped(a, second)}")
    m.paths = paths
    m.keep(Tensor(x, stages[-1].type))
    return True


def wrapper(m: Maker) -> bool:
    """A block that takes a block or a layer, and calls it twice."""
    a = m.tensor(shaped)
    if a is None or m.depth > 1:
        return False
    name = m.name("repeat")
    m.write(f"block {name}(v, f: block = relu, times = 2):")
    m.write("    for i in range(times):")
    m.write(f"        v = v -> f{' as deep.{i}' if m.chance(0.3) else ''}")
    m.write("    return v")
    same = f"linear({a.type.dims[-1].number})" if a.type.dims[-1].number else "tanh"
    act = m.pick((*ACTIVATIONS, "elu(0.5)", "softmax(axis=-1)", same))
    path = f" as {m.path()}" if m.paths else ""
    made = a.type.made(large=min(60.0, a.type.large * 4 + 2))
    m.bind(made, f"{a.name} -> {name}({m.pick((act, f'f={act}'))}, times={m.between(1, 2)}){path}")
    return True


def function(m: Maker) -> bool:
    """A function of numbers, used for a width."""
    a = m.tensor(lambda t: shaped(t) and t.dims[-1].number is not None)
    if a is None or m.depth:
        return False
    name = m.name("wide")
    m.write(f"function {name}(v: int, divisor: int = 2):\n    return v // divisor * divisor + 1")
    value = m.between(1, 6)
    made = a.type.made(a.type.at(-1, number(value // 2 * 2 + 1)), 2 * a.type.large)
    m.bind(made, f"{a.name} -> linear({name}({value}))", a)
    return True


def _even(t: Type) -> bool:
    return all(dim.divides_by(2) for dim in t.dims[2:])


def skip(m: Maker) -> bool:
    """Down, across and up again, with a skip connection (U-Net)."""
    a = m.tensor(lambda t: shaped(t) and t.rank == 4 and t.dims[1].number is not None and _even(t))
    if a is None:
        return False
    inside, wide = a.type.dims[1].number or 1, m.between(1, 6)
    down, up = m.name("down"), m.name("up")
    half = m.pick(("maxpool(2)", "avgpool(2)", f"conv({inside}, 2, stride=2)"))
    twice_ = m.pick(("upsample(2)", "upsample(2, mode=bilinear)", f"conv_transpose({wide}, 2, stride=2)"))
    m.write(f"{down} = {a.name} -> {half} -> conv({wide}, 3, padding=1)")
    m.write(f"{up} = {down} -> {twice_}")
    made = a.type.made(a.type.at(1, number(inside + wide)), 4 * a.type.large)
    m.bind(made, f"concat({up}, {a.name})" if m.chance(0.5) else f"concat([{up}, {a.name}], axis=1)")
    return True


def library(m: Maker) -> bool:
    """A block of the standard library."""
    a = m.tensor(lambda t: shaped(t) and t.rank == 3 and t.dims[2].number is not None)
    if a is None or m.depth or not m.paths:
        return False
    wide = a.type.dims[2].number or 1
    heads = m.pick([h for h in (1, 2) if wide % h == 0])
    if a.type.normed:
        return False
    m.write("import std" if m.chance(0.5) else "import std.transformer as std")
    made = Type("float32", a.type.dims, False, 12.0, True)
    call = f"std.encoder_layer({heads}, {m.between(1, 6)}, activation={m.pick(('relu', 'gelu'))})"
    m.bind(made, f"{a.name} -> {call} as {m.path()}")
    return True


def unequal(m: Maker) -> bool:
    """A gate: two maps of one tensor, multiplied."""
    a = m.tensor(lambda t: shaped(t) and t.dims[-1].number is not None)
    if a is None or broadcast(a.type, a.type) is None:
        return False
    wide = m.between(1, 5)
    made = a.type.made(a.type.at(-1, number(wide)), 2 * a.type.large)
    m.bind(made, f"({a.name} -> linear({wide})) * ({a.name} -> linear({wide}, bias=false) -> sigmoid)", a)
    return True


STRUCTURE: tuple[tuple[Part, int], ...] = (
    (block, 6),
    (residual, 6),
    (loop, 3),
    (comprehension, 4),
    (twice, 4),
    (conditional, 4),
    (wrapper, 3),
    (function, 2),
    (skip, 3),
    (library, 1),
    (unequal, 2),
)
