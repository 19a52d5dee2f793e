"""Statements of sequence networks: recurrent layers, attention with its masks, scans over blocks."""

from __future__ import annotations

from made_types import Size, Tensor, Type, number, times
from maker_base import Maker
from making_tensors import Part


def sequence(t: Type) -> bool:
    """[N, T, size] of floats with at least one step."""
    return t.is_float and t.rank == 3 and t.some and t.dims[2].number is not None and t.large <= 50


def keys(t: Type) -> bool:
    """[N, T, size] of floats, perhaps without any step."""
    return t.is_float and t.rank == 3 and t.dims[2].number is not None and t.large <= 50


def recurrent(m: Maker) -> bool:
    a = m.tensor(sequence)
    if a is None:
        return False
    kind = m.pick(("lstm", "gru", "rnn"))
    hidden, layers, both, first = m.between(1, 5), m.pick((1, 1, 2)), m.chance(0.4), not m.chance(0.2)
    batch = a.type.dims[0 if first else 1]
    arguments = [m.size(hidden)]
    arguments += [m.named("num_layers", layers)] if layers > 1 else []
    arguments += ["bidirectional=true"] if both else []
    arguments += ["batch_first=false"] if not first else []
    arguments += ["bias=false"] if m.chance(0.2) else []
    arguments += ["nonlinearity=relu"] if kind == "rnn" and m.chance(0.4) else []
    state = (number(layers * (2 if both else 1)), batch, number(hidden))
    given = ""
    starts = m.tensor(lambda t: t.is_float and t.dims == state and t.large < 50)
    if starts is None and m.chance(0.5):
        shape = ", ".join((state[0].text, m.dim(batch), state[2].text))
        starts = m.bind(Type("float32", state, True, 1.0), f"full([{shape}], 0.5)")
    if starts is not None and m.chance(0.7):
        given = f", {starts.name}" * (2 if kind == "lstm" else 1)
    steps = a.type.made(a.type.at(2, times(number(hidden), 2 if both else 1)), 8.0)
    last = Type("float32", state, False, 8.0, a.type.normed)
    path = f" as {m.path()}" if m.paths and m.chance(0.6) else ""
    source = f"({a.name}{given})" if given else a.name
    text = f"{source} -> {kind}({', '.join(arguments)}){path}"
    if m.chance(0.3):
        m.bind(steps, f"{text} -> tanh", a)
        return True
    y, h, c = m.name("y"), m.name("h"), m.name("c")
    states = f"({h}, {c})" if m.chance(0.7) else f"{h}, {c}"
    m.write(f"{y}, {states if kind == 'lstm' else h} = {text}")
    for name, type_ in ((y, steps), (h, last), *(((c, last),) if kind == "lstm" else ())):
        m.keep(Tensor(name, type_))
    return True


def attention(m: Maker) -> bool:
    a = m.tensor(sequence)
    if a is None:
        return False
    wide = a.type.dims[2].number or 1
    batch, queries = a.type.dims[:2]
    memory = m.tensor(lambda t: keys(t) and t.dims[0] == batch and t.dims[1] != queries) if m.chance(0.5) else None
    heads = m.pick([h for h in (1, 2, 3, 4) if wide % h == 0])
    path = f" as {m.path()}" if m.paths and m.chance(0.6) else ""
    masks, normed = _masks(m, batch, queries, memory.type.dims[1] if memory else queries, heads)
    if memory is not None:
        masks = [mask for mask in masks if "causal" not in mask]
        normed = normed or memory.type.normed
    made = Type("float32", a.type.dims, False, 2 * a.type.large, a.type.normed or normed)
    if m.chance(0.6):
        key = [f"key={memory.name}"] if memory else []
        text = f"{a.name} -> multihead_attention({', '.join((str(heads), *key, *masks))}){path}"
        m.bind(made, text, a)
        return True
    if memory is not None and memory.type.dims[2].number != wide:
        return False
    operands = [a.name, memory.name] if memory else [a.name]
    if m.chance(0.3):
        operands = [a.name, operands[-1], operands[-1]]
    scale = [m.pick(("scale=0.3", "scale=1"))] if m.chance(0.3) else []
    text = f"attention({', '.join((*operands, f'num_heads={heads}', *masks, *scale))})"
    m.bind(made, text, a)
    return True


def _masks(m: Maker, batch: Size, queries: Size, keys: Size, heads: int) -> tuple[list[str], bool]:
    found: list[str] = []
    scores = (batch, number(heads), queries, keys)

    def fits(t: Type) -> bool:
        like = t.dtype == "bool" or (t.is_float and t.large < 50)
        front = 4 - t.rank
        return like and front >= 0 and all(d.number == 1 or d == scores[front + i] for i, d in enumerate(t.dims))

    mask = m.tensor(fits) if m.chance(0.4) else None
    key_mask = m.tensor(lambda t: not t.is_float and t.exact and t.dims == (batch, keys)) if m.chance(0.4) else None
    found += [f"mask={mask.name}"] if mask else []
    found += [f"key_mask={key_mask.name}"] if key_mask else []
    found += ["causal=true"] if m.chance(0.3) else []
    return found, mask is not None and mask.type.normed


def scan(m: Maker) -> bool:
    """A recurrence over a block of its own, over a cell, with tensors from outside."""
    a = m.tensor(lambda t: sequence(t) and max(t.dims[1].values) <= 20)
    if a is None or m.depth > 1:
        return False
    axis = m.pick((1, 1, 1, 0))
    batch, steps = a.type.dims[1 - axis], a.type.dims[axis]
    hidden = m.between(1, 4)
    start_type = Type("float32", (batch, number(hidden)), True, 1.0)
    start = m.tensor(lambda t: t.is_float and t.dims == start_type.dims and t.large < 20)
    if start is None or m.chance(0.3):
        shape = f"[{m.dim(batch)}, {hidden}]"
        start = m.bind(start_type, m.pick((f"zeros({shape})", f"full({shape}, 0.3)")))
    options = (", reverse=true" if m.chance(0.3) else "") + ("" if axis else ", axis=0")
    state = Type("float32", start_type.dims, False, 6.0, a.type.normed)
    stacked = (batch, steps) if axis else (steps, batch)
    y, h = m.name("ys"), m.name("last")
    if m.chance(0.25):
        c = m.name("c")
        if m.chance(0.5):
            states = f"[{start.name}, {start.name}]"
            m.write(f"{y}, ({h}, {c}) = scan(lstm_cell({hidden}), over={a.name}, state={states}{options})")
            m.keep(Tensor(c, state))
        else:
            m.write(f"{y}, {h} = {a.name} -> scan(gru_cell({hidden}), state={start.name}{options})")
        m.keep(Tensor(h, state))
        m.keep(Tensor(y, state.moved((*stacked, number(hidden)))))
        return True
    return _block_scan(m, a, start, state, stacked, (y, h, options))


def _block_scan(
    m: Maker, a: Tensor, start: Tensor, state: Type, stacked: tuple[Size, ...], names: tuple[str, str, str]
) -> bool:
    y, h, options = names
    hidden = state.dims[1].number or 1
    wide = a.type.dims[2].number or 1
    batch = state.dims[0]
    block, outside = m.name("step"), []
    memory = m.tensor(lambda t: sequence(t) and t.dims[0] == batch and t.dims[2].number == hidden)
    vector = m.tensor(lambda t: t.is_float and t.dims == state.dims)
    second = m.tensor(lambda t: t.is_float and t.dims == a.type.dims and t is not a.type) if m.chance(0.3) else None
    outside += [f" + {vector.name}"] if vector and m.chance(0.5) else []
    outside += [f" + attention(s[:, none], {memory.name})[:, 0]"] if memory and m.chance(0.5) else []
    outside += [" + linear(z, " + f"{hidden})"] if second else []
    m.write(f"block {block}(v, {'z, ' if second else ''}s):")
    if m.chance(0.3):
        m.write('    """One step."""')
    inside, again = f"(v -> linear({hidden}) as inside)", f"(s -> linear({hidden}, bias=false) as again)"
    m.write(f"    new = {inside} + {again}{''.join(outside)}")
    m.write(f"    new = {m.pick(('tanh(new)', 'sigmoid(new) * s + 0.1', 'new -> layernorm(eps=0.1) -> tanh'))}")
    result, kind = (hidden, "") if m.chance(0.4) else (wide, m.pick(("new -> linear({w}) as out", "v * 0.5")))
    m.write(f"    return {kind.replace('{w}', str(wide))}, new" if kind else "    return new")
    over = f"[{a.name}, {second.name}]" if second else a.name
    path = f" as {m.path()}" if m.paths and m.chance(0.4) else ""
    m.write(f"{y}, {h} = scan({block}{path}, over={over}, state={start.name}{options})")
    normed = any(t is not None and t.type.normed for t in (memory, vector, second)) or state.normed
    m.keep(Tensor(h, Type("float32", state.dims, False, 6.0, normed)))
    m.keep(Tensor(y, Type("float32", (*stacked, number(result)), False, 6.0 + a.type.large, normed)))
    return True


SEQUENCES: tuple[tuple[Part, int], ...] = ((recurrent, 6), (attention, 8), (scan, 5))
