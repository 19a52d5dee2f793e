"""Nesting to any depth, in both spellings."""

from __future__ import annotations

from collections.abc import Callable

from case import FAMILY, HEAD, Case, Content, chain, net, table, yaml, yaml_net

DEPTHS = (100, 5_000, 150_000)


def _bodies(header: str, depth: int) -> str:
    return "".join(f"{' ' * level}{header}\n" for level in range(depth)) + " " * depth + "a = 1"


def _blocks(depth: int) -> str:
    """Blocks that are defined one inside the other."""
    lines = [f"{'  ' * level}block b{level}(x):" for level in range(depth)]
    returns = [f"{'  ' * level}return x" for level in range(depth, 0, -1)]
    return "\n".join((*lines, *returns))


SHAPES: dict[str, Callable[[int], str]] = {
    "round brackets": lambda n: net(f"a = {'(' * n}1{')' * n}"),
    "square brackets": lambda n: net(f"a = {'[' * n}1{']' * n}"),
    "curly brackets": lambda n: net(f"a = {'{1: ' * n}1{'}' * n}"),
    "mixed brackets": lambda n: net(f"a = {'([' * (n // 2)}1{'])' * (n // 2)}"),
    "open brackets only": lambda n: net(f"a = {'(' * n}"),
    "calls": lambda n: chain(f"y = {'relu(' * n}x{')' * n}"),
    "subscripts": lambda n: net(f"a = x{'[0]' * n}"),
    "members": lambda n: net(f"a = x{'.shape' * n}"),
    "call tails": lambda n: net(f"a = x{'(1)' * n}"),
    "minus": lambda n: net(f"a = {'-' * n}1"),
    "minus with spaces": lambda n: net(f"a = {'- ' * n}1"),
    "not": lambda n: net(f"a = {'not ' * n}true"),
    "powers": lambda n: net(f"a = {'1 ** ' * n}1"),
    "negative powers": lambda n: net(f"a = {'2 ** -' * n}1"),
    "conditionals": lambda n: net(f"a = {'1 if true else ' * n}1"),
    "conditions in conditions": lambda n: net(f"a = {'(1 if ' * n}true{' else 1)' * n}"),
    "mixed precedence": lambda n: net(f"a = {'1 + 2 * -' * n}q"),
    "list of lists": lambda n: net(f"a = {'[1, ' * n}1{']' * n}"),
    "comprehensions": lambda n: net(f"a = {'[' * n}1{' for i in [1]]' * n}"),
    "paths": lambda n: chain(f"y = x -> relu as a.{'{' * n}1{'}' * n}"),
    "targets": lambda n: net(f"{'(' * n}a{',)' * n} = 1"),
    "types": lambda n: f"model m\ninput x: float32[{'(' * n}N{')' * n}]\noutput y = x\n",
    "default of a parameter": lambda n: f"model m(a = {'[' * n}1{']' * n})\n{HEAD[8:]}output y = x\n",
}
BODIES: dict[str, Callable[[int], str]] = {
    "if bodies": lambda n: net(_bodies("if true:", n)),
    "for bodies": lambda n: net(_bodies("for i in [1]:", n)),
    "blocks in blocks": lambda n: net(_blocks(n)),
    "if without end": lambda n: HEAD + _bodies("if true:", n).rsplit("\n", 1)[0],
}
TEXT = table(
    "depth",
    {f"{name} {n}": (FAMILY, (lambda b=build, n=n: b(n))) for name, build in SHAPES.items() for n in DEPTHS},
)
TEXT += table(
    "depth",
    {f"{name} {n}": (FAMILY, (lambda b=build, n=n: b(n))) for name, build in BODIES.items() for n in (100, 1_300)},
)


def _block_yaml(depth: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(depth)) + " " * depth + "a: 1\n"


def _dashes(depth: int) -> str:
    return "- " * depth + "1\n"


YAML_SHAPES: dict[str, Callable[[int], Content]] = {
    "flow lists": lambda n: yaml(f"graph: {'[' * n}1{']' * n}"),
    "flow mappings": lambda n: yaml(f"graph: {'{a: ' * n}1{'}' * n}"),
    "flow open": lambda n: yaml(f"graph: {'[' * n}"),
    "flow at the top": lambda n: "[" * n,
    "mappings open": lambda n: "{" * n,
    "pairs": lambda n: yaml(f"graph: {'[a: ' * n}1{']' * n}"),
    "dashes": lambda n: yaml(f"graph:\n  {_dashes(n)}"),
    "question marks": lambda n: yaml(f"graph:\n  {'? ' * n}a"),
    "brackets in a value": lambda n: yaml_net(f"'{'(' * n}x{')' * n}'"),
    "minus in a value": lambda n: yaml_net(f"'{'-' * n}x'"),
    "calls in a value": lambda n: yaml_net(f"'{'relu(' * n}x{')' * n}'"),
}
YAML = table(
    "depth of YAML",
    {f"{name} {n}": (FAMILY, (lambda b=build, n=n: b(n))) for name, build in YAML_SHAPES.items() for n in DEPTHS},
    ".yaml",
)
YAML += table(
    "depth of YAML", {f"block mappings {n}": (FAMILY, (lambda n=n: _block_yaml(n))) for n in (100, 1_300)}, ".yaml"
)
YAML += table(
    "depth of YAML",
    {
        "if in lists 40": ("SP1205", yaml("graph:\n" + "".join(f"{'    ' * i}  - if true:\n" for i in range(40)))),
        "text and YAML together": (
            "SP2019",
            yaml("graph: {y: " + "[" * 50 + f"'{'(' * 50}x{')' * 50}'" + "]" * 50 + "}"),
        ),
    },
    ".yaml",
)
CASES: tuple[Case, ...] = (*TEXT, *YAML)
