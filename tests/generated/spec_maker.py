"""Random specs that are valid, small, and reproduced by a seed: `make_spec(7)` is always the same text.

Floats that such a spec is run with lie within -2..2, integers within 0..2.
"""

from __future__ import annotations

from random import Random

from made_types import SAMPLES, Size, Tensor, Type, number
from maker_base import ACTIVATIONS, Maker, Shared
from making_structure import body


def make_spec(seed: int) -> str:
    """A spec in text form."""
    rng = Random(seed)
    m = Maker(Shared(rng))
    numbers = [("width", 4), ("depth", 2), ("classes", 3), ("heads", 2), ("hidden", 6)]
    m.shared.numbers = dict(rng.sample(numbers, rng.randint(0, 3)))
    header, promises = _header(m), _promises(m)
    kind = m.pick(("image", "image", "sequence", "sequence", "tokens", "mixed", "mixed"))
    inputs, states = _inputs(m, kind)
    body(m, m.between(2, 12))
    closing = [*_next(m, states), *_outputs(m)]
    middle = [*promises, *inputs] if m.chance(0.3) else [*inputs, *promises]
    closing += _ending(m)
    return _commented(m, [*header, *middle, *m.lines, *closing])


def _header(m: Maker) -> list[str]:
    parameters = [m.pick((f"{name} = {value}", f"{name}: int = {value}")) for name, value in m.shared.numbers.items()]
    if m.chance(0.2):
        parameters.append(f"act = {m.pick(ACTIVATIONS)}")
    first = f"model made({', '.join(parameters)})" if parameters else "model made"
    doc = ['"""A spec that was made up.', "", 'It has no meaning."""'] if m.chance(0.2) else []
    return [first, *doc]


# --- symbols -------------------------------------------------------------------------------------------------------


def _promises(m: Maker) -> list[str]:
    """Symbols with what is promised of them."""
    m.shared.symbols["N"] = _symbol(m, "N", 1, 7)
    lines: list[str] = []
    low = m.pick((1, 1, 2, 3))
    lines += [m.pick((f"require T >= {low}", f"require {low} <= T"))] if low > 1 else []
    lines.append(m.pick(("require T <= 16", "require T < 17", 'require T <= 16, "too long"')))
    m.shared.symbols["T"] = _symbol(m, "T", low, 16)
    for name in ("H", "W"):
        unit, least = m.pick((1, 2, 4, 8)), m.pick((1, 4, 5))
        least = -(-least // unit) * unit
        m.shared.symbols[name] = _symbol(m, name, least, max(24, 2 * least), unit)
        bounds = [f"{name} % {unit} == 0"] if unit > 1 else []
        bounds += [f"{name} >= {least}"] if least > unit else []
        lines += [f"require {' and '.join(bounds)}"] if bounds and m.chance(0.4) else [f"require {b}" for b in bounds]
    if m.chance(0.3):
        m.shared.symbols["S"] = _symbol(m, "S", 1, 16)
        lines.append("require S <= 16")
    if m.chance(0.25):
        m.shared.symbols["P"] = _symbol(m, "P", 0, 5)
        lines.append(m.pick(("require P >= 0", "require 0 <= P")))
    if m.chance(0.2):
        lines.append(m.pick(("require T + N <= 40", "require N <= T + 30")))
    return lines


def _symbol(m: Maker, name: str, low: int, high: int, unit: int = 1) -> Size:
    values = [m.between(low // unit, high // unit) * unit for _ in range(SAMPLES - 1)]
    values[:3] = high // unit * unit, low + unit, low + 2 * unit
    return Size(name, (low, *(max(low, value) for value in values)))


# --- inputs --------------------------------------------------------------------------------------------------------


def _inputs(m: Maker, kind: str) -> tuple[list[str], list[Tensor]]:
    s = m.shared.symbols
    n, t, h, w = s["N"], s["T"], s["H"], s["W"]
    channels, wide = number(m.pick((1, 2, 3, 4, 4, 5, 6, 8))), number(m.pick((1, 2, 4, 4, 6, 8)))
    image = [(n, channels, h, w), (n, channels, number(8), number(8)), (n, channels, h, number(6)), (n, channels, w)]
    fixed = (n, number(m.pick((4, 8, 9))), wide)
    sequence = [(n, t, wide), (n, t, wide), (n, wide, t), (n, t, wide, number(2)), fixed]
    mixed = [*image, *sequence, (n, wide), (wide,)]
    floats = {"image": image, "sequence": sequence, "tokens": [(n, wide)], "mixed": mixed}
    shapes = [m.pick(floats[kind]) for _ in range(m.pick((1, 1, 2, 3)))]
    types = [Type("float32", shape, True) for shape in shapes]
    if kind == "tokens" or m.chance(0.3):
        types.append(Type("int64", m.pick(((n, t), (n, t), (t,), (n,))), True))
    if m.chance(0.25):
        types.append(Type(m.pick(("int64", "bool")), m.pick(((n, t), (t, t), (n, number(1), t, t))), True))
    if "S" in s:
        types.append(Type("float32", (n, s["S"], wide), True))
    lines: list[str] = []
    for type_ in types:
        _declare(m, type_, lines)
    used = {symbol for line in lines for symbol in s if symbol in _symbols_of(line)}
    missing = [symbol for symbol in s if symbol not in used]
    if missing:
        _declare(m, Type("float32", tuple(s[symbol] for symbol in missing), True), lines)
    return lines, _states(m, lines)


def _symbols_of(line: str) -> set[str]:
    dims = line[line.index("[") + 1 : line.index("]")]
    return {part.strip() for part in dims.split(",")}


def _declare(m: Maker, type_: Type, lines: list[str]) -> None:
    name = m.name({"float32": "data", "int64": "tokens", "bool": "mask"}[type_.dtype])
    path = f" as {m.pick(('in', 'x.in', 'past'))}.{name}" if m.chance(0.2) else ""
    default = ""
    if m.chance(0.15):
        values = {"float32": ("0", "0.5", "-1"), "int64": ("1", "0"), "bool": ("true", "1")}
        default = f" = {m.pick(values[type_.dtype])}"
    lines.append(f"input {name}{path}: {type_}{default}")
    m.keep(Tensor(name, type_))


def _states(m: Maker, lines: list[str]) -> list[Tensor]:
    s = m.shared.symbols
    states: list[Tensor] = []
    for _ in range(m.pick((0, 0, 1, 2))):
        dims = (s["N"], number(m.between(1, 4)))
        if "P" in s and m.chance(0.5):
            dims = (s["N"], s["P"], number(m.between(1, 4)))
        tensor = Tensor(m.name("state"), Type("float32", dims, True))
        path = f" as past.{tensor.name} -> present.{tensor.name}" if m.chance(0.3) else ""
        lines.append(f"state {tensor.name}{path}: {tensor.type}{' = 0' if m.chance(0.5) else ''}")
        states.append(m.keep(tensor))
    return states


# --- the end -------------------------------------------------------------------------------------------------------


def _next(m: Maker, states: list[Tensor]) -> list[str]:
    lines: list[str] = []
    for state in states:
        same = m.tensor(lambda t, wanted=state.type.dims: t.is_float and t.dims == wanted)
        known = any(tensor.name == state.name and tensor.type == state.type for tensor in m.pool)
        source = same.name if same else None
        if source is None:
            shape = ", ".join(dim.text for dim in state.type.dims)
            source = f"zeros([{shape}])"
        text = m.pick((f"{source} * 0.5", f"tanh({source})", source if known else f"{source} + 1"))
        lines.append(f"next {state.name} = {text}")
    return lines


def _outputs(m: Maker) -> list[str]:
    lines: list[str] = []
    shown = m.pool[-m.between(1, 5) :]
    made = [tensor for tensor in shown if not tensor.name.startswith(("data", "tokens", "mask", "state"))] or shown[-1:]
    for tensor in made:
        match m.between(0, 3):
            case 0 if not tensor.name.startswith(("data", "tokens", "mask", "state")):
                lines.append(f"output {tensor.name}{f': {tensor.type}' if m.chance(0.6) else ''}")
            case 1:
                path = f"{m.name('result')}.{tensor.name}"
                lines.append(f"output {m.name('out')} as {path}: {tensor.type} = {tensor.name}")
            case 2 if tensor.type.is_float:
                last = m.pick(("tanh", "relu", "identity"))
                lines.append(f"output {m.name('out')}: {tensor.type} = {tensor.name} -> {last}")
            case _:
                typed = f": {tensor.type}" if m.chance(0.5) else ""
                lines.append(f"output {m.name('out')}{typed} = {tensor.name}")
    m.rng.shuffle(lines)
    return lines


def _ending(m: Maker) -> list[str]:
    lines: list[str] = []
    if m.chance(0.2):
        lines.append(m.pick(("expect: params <= 1M", "expect: params >= 0, params < 10M")))
    if m.chance(0.15):
        lines += ["weights:", r'    rename r"old\.(.*)" -> r"\1"', '    ignore "nothing"']
    return lines


def _commented(m: Maker, lines: list[str]) -> str:
    """The lines with some comments and empty lines."""
    made: list[str] = []
    quoted = False
    for line in lines:
        quoted ^= line.count('"""') == 1
        indent = line[: len(line) - len(line.lstrip())]
        plain = not quoted and not line.lstrip().startswith("->") and '"""' not in line
        if plain and made and m.chance(0.06) and not indent:
            made.append(f"# note {len(made)}")
        made.append(f"{line}  # here" if plain and m.chance(0.03) else line)
        if plain and m.chance(0.05) and not indent and not line.endswith(":"):
            made.append("")
    return "\n".join(made) + "\n"


if __name__ == "__main__":
    import sys

    print(make_spec(int(sys.argv[1])), end="")
