"""Statements of transformers: positions, biases, masks of all kinds, cheaper attention, experts."""

from __future__ import annotations

from made_types import Size, Tensor, Type, number
from maker_base import Maker
from making_sequences import sequence
from making_tensors import Part


def heads_of(m: Maker, wide: int, even: bool = False) -> int:
    return m.pick([h for h in (1, 2, 3, 4) if wide % h == 0 and (not even or wide // h % 2 == 0)] or [1])


def short(t: Type) -> bool:
    return sequence(t) and max(t.dims[1].values) <= 20


def queried(m: Maker) -> tuple[Tensor, int, Size] | None:
    a = m.tensor(short)
    return None if a is None else (a, a.type.dims[2].number or 1, a.type.dims[1])


def made_of(a: Tensor) -> Type:
    return Type("float32", a.type.dims, False, 2 * a.type.large, a.type.normed)


def optioned(m: Maker) -> bool:
    """Attention with the options that are not those of the plain kind."""
    found = queried(m)
    if found is None:
        return False
    a, wide, steps = found
    heads, length = heads_of(m, wide), m.dim(found[2], a.name, 1)
    options = [f"num_heads={heads}"]
    if m.chance(0.6):
        options += ["causal=true"]
    if m.chance(0.4):
        options += [f"window={m.between(1, 4)}"]
        options += [f"sink_tokens={m.between(1, 2)}"] if m.chance(0.4) and "causal=true" in options else []
    if m.chance(0.4):
        options += [f"softcap={m.pick(('5', '20.0'))}"]
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    bias = m.between(0, 4)
    if bias == 0:
        options += [f"score_bias=alibi({heads}, {length})"]
    elif bias == 1 and m.paths:
        kind = ", bidirectional=false" if m.chance(0.4) else ""
        options += [f"score_bias=relative_position_bias({heads}, {length}, {length}, 8, 16{kind}){path}"]
    elif bias == 2 and steps.number in (4, 9):
        options += [f"score_bias=window_position_bias({int((steps.number or 1) ** 0.5)}, {heads})"]
    if m.chance(0.5):
        text = f"{a.name} -> multihead_attention({', '.join((str(heads), *options[1:], *_extras(m)))})"
    else:
        text = f"attention({', '.join((a.name, *options))})"
    m.bind(made_of(a), text)
    return True


def _extras(m: Maker) -> list[str]:
    kinds = ("bias=false", "add_bias_kv=true", "add_zero_attn=true", "sinks=true")
    return [m.pick(kinds[:1] if m.chance(0.5) else (kinds[3],))] if m.chance(0.4) else []


def grouped(m: Maker) -> bool:
    """Fewer heads of keys and values than of queries."""
    found = queried(m)
    if found is None or found[1] % 4:
        return False
    a, wide, _ = found
    kv = m.pick((1, 2))
    if m.chance(0.5):
        text = f"{a.name} -> multihead_attention(4, num_kv_heads={kv}{m.pick(('', ', causal=true'))})"
    else:
        small = f"({a.name} -> linear({wide // 4 * kv}))"
        text = f"attention({a.name}, {small}, {small}, num_heads=4, num_kv_heads={kv})"
    m.bind(made_of(a), text)
    return True


def cheaper(m: Maker) -> bool:
    """Linear, random-feature and block-sparse attention."""
    found = queried(m)
    if found is None:
        return False
    a, wide, steps = found
    heads = heads_of(m, wide)
    mask = m.tensor(lambda t: not t.is_float and t.exact and t.dims == a.type.dims[:2]) if m.chance(0.3) else None
    given = f", key_mask={mask.name}" if mask else ""
    causal = f", causal={m.pick(('true', 'false'))}" if not mask else ""
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    choices = [f"linear_attention({a.name}{given}, num_heads={heads}{causal})"]
    if not mask:
        kernel = m.pick(("softmax", "relu"))
        options = f"num_heads={heads}, features={m.between(2, 6)}, kernel={kernel}{causal}"
        choices.append(f"performer_attention({a.name}, {options}){path}")
    if steps.number is not None and steps.number % 2 == 0 and steps.number >= 8:
        choices.append(f"bigbird_attention({a.name}{given}, block=2, num_heads={heads})")
    made = made_of(a)
    m.bind(Type("float32", made.dims, False, made.large, True), m.pick(choices))
    return True


def placed(m: Maker) -> bool:
    """Positions added or turned into a rotation."""
    found = queried(m)
    if found is None:
        return False
    a, wide, steps = found
    longest = max(steps.values)
    length = m.dim(steps, a.name, 1)
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    choices = (
        [f"{a.name} + ({a.name} -> positions({longest + 4}){path})"] if steps.number or "T" in steps.text[:1] else []
    )
    if wide % 2 == 0:
        layout = m.pick(("", ", layout=halves", ", cosine_first=true", ", shift=1.0" if wide > 2 else ""))
        choices.append(f"{a.name} + sinusoidal(arange({length}), {wide}{layout})")
        heads = heads_of(m, wide, even=True)
        if wide // heads % 2 == 0:
            option = m.pick(("", ", interleaved=true", ", theta=500.0", f", offset={m.between(1, 5)}", ", dims=2"))
            choices.append(f"{a.name} -> rotary(num_heads={heads}{option})")
    if not choices:
        return False
    m.bind(a.type.made(large=2 * a.type.large + 2), m.pick(choices))
    return True


def experts(m: Maker) -> bool:
    """Exact routing needs elements without rounding errors in the router's input."""
    a = m.tensor(lambda t: sequence(t) and t.exact and max(t.dims[1].values) <= 20)
    if a is None:
        return False
    count = m.between(1, 3)
    options = [f"top_k={m.between(1, count)}"]
    options += (
        [m.pick(("gated=false", "normalize=false", "router_bias=true", "activation=relu"))] if m.chance(0.6) else []
    )
    path = f" as {m.path()}" if m.paths and m.chance(0.6) else ""
    text = f"{a.name} -> moe({count}, {m.between(1, 4)}, {', '.join(options)}){path}"
    m.bind(a.type.made(large=8 * a.type.large), text)
    return True


def selective(m: Maker) -> bool:
    """A state space whose matrices depend on the input."""
    found = queried(m)
    if found is None or m.depth > 1:
        return False
    a, wide, _ = found
    states = m.between(1, 3)
    matrix, x, y, h = m.name("matrix"), m.name("x"), m.name("y"), m.name("h")
    m.write(f"param {matrix}: float32[{wide}, {states}] = uniform(-1.5, -0.5)")
    m.write(f"{x} = swap(tanh({a.name}))")
    both = [f"({x} -> conv({states}, 1))" for _ in range(2)]
    m.write(f"{y}, {h} = selective_scan({x}, {x}, {matrix}, {both[0]}, {both[1]}, delta_softplus=true)")
    swapped = (a.type.dims[0], a.type.dims[2], a.type.dims[1])
    m.keep(Tensor(h, a.type.made((a.type.dims[0], number(wide), number(states)), 30.0)))
    m.keep(Tensor(y, a.type.made(swapped, 60.0)))
    m.keep(Tensor(x, a.type.made(swapped, 1.0)))
    return True


def special_recurrent(m: Maker) -> bool:
    """Peepholes, coupled gates, projections, clips, other activations, outputs fed back."""
    found = queried(m)
    if found is None:
        return False
    a, _, _ = found
    hidden, y = m.between(2, 4), m.name("y")
    path = f" as {m.path()}" if m.paths and m.chance(0.5) else ""
    out = hidden
    match m.between(0, 3):
        case 0:
            option = m.pick(
                (", peephole=true", ", coupled=true", ", cell_clip=0.5", ", proj_size=1", ", activation=softsign")
            )
            out = 1 if "proj" in option else hidden
            text = f"lstm({hidden}{option})"
            states = f"({m.name('h')}, {m.name('c')})"
        case 1:
            text, states = f"gru({hidden}, reset_after=false)", m.name("h")
        case 2:
            out = m.between(1, 3)
            text, states = f"jordan({hidden}, out_size={out}, decay=0.3)", m.name("h")
        case _:
            text, states = f"gru({hidden}, recurrent_activation=hard_sigmoid)", m.name("h")
    m.write(f"{y}, {states} = {a.name} -> {text}{path}")
    m.keep(Tensor(y, a.type.made(a.type.at(2, number(out)), 8.0)))
    return True


ATTENTION: tuple[tuple[Part, int], ...] = (
    (optioned, 6),
    (grouped, 3),
    (cheaper, 5),
    (placed, 5),
    (experts, 3),
    (selective, 2),
    (special_recurrent, 5),
)
