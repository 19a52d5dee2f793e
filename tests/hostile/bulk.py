"""A megabyte of something: many statements, long names, long lines."""

from __future__ import annotations

from case import HEAD, TAIL, Case, chain, net, table, yaml, yaml_net

LONG = "a" * 1_000_000
CHAIN = 60_000


def rows(line: str, count: int) -> str:
    """`line` with its number, `count` times."""
    return "\n".join(line.replace("@", str(number)) for number in range(count))


MANY = table(
    "many",
    {
        "statements": ("?", lambda: net(rows("a=1", 250_000))),
        "statements with a mistake": ("?", lambda: net(rows("a = 1", 20_000) + "\nb = q")),
        "unused values": ("?", lambda: net(rows("a@ = 1", 8_000) + "\nb = q")),
        "mistakes of spelling": ("?", lambda: net(rows("a = = 1", 100_000))),
        "unknown names": ("?", lambda: net(rows("a@ = q@", 10_000))),
        "near names": ("?", lambda: net(rows("name_number_@ = 1", 5_000) + "\nb = [" + "name_numbr_x, " * 100 + "]")),
        "inputs": ("?", lambda: "model m\n" + rows("input x@:float32[N]", 45_000) + "\noutput y = x1\n"),
        "inputs that fit": ("?", lambda: "model m\n" + rows("input x@: float32[N]", 5_000) + "\noutput y = x1 + q\n"),
        "inputs with a symbol each": (
            "?",
            lambda: "model m\n" + rows("input x@: float32[N@]", 5_000) + "\noutput y = x1 + x2\n",
        ),
        "outputs": ("?", lambda: HEAD + rows("output y@=x", 60_000)),
        "outputs that fit": ("?", lambda: HEAD + rows("output y@ = x", 7_000) + "\nb = q\n"),
        "blocks": ("?", lambda: net(rows("block b@(x):\n    return x", 3_000) + "\nb = q")),
        "parameters": ("?", lambda: "model m(" + rows("a@ = 1,", 10_000) + f")\n{HEAD[8:]}output y = x\nb = q\n"),
        "arguments": ("?", lambda: chain("y = x -> linear(" + "4, " * 60_000 + ")")),
        "named arguments": ("?", lambda: chain("y = x -> linear(" + rows("a@=4,", 10_000) + ")")),
        "stages": ("?", lambda: chain("y = x" + " -> relu" * CHAIN)),
        "stages that fit": ("?", lambda: chain("y = x" + " -> relu" * 10_000 + " -> q")),
        "additions": ("?", lambda: net("a = 1" + " + 1" * CHAIN)),
        "additions of tensors": ("?", lambda: chain("y = x" + " + x" * 8_000 + " + q")),
        "products of tensors": ("?", lambda: chain("y = x" + " * x" * CHAIN)),
        "comparisons": ("?", lambda: net("a = 1" + " < 1" * CHAIN)),
        "comparisons that fit": ("?", lambda: net("a = 1" + " == 1" * 10_000 + " == q")),
        "and": ("?", lambda: net("a = true" + " and true" * CHAIN)),
        "or": ("?", lambda: net("a = false" + " or false" * 10_000 + " or q")),
        "list items": ("?", lambda: net("a = [" + "1," * 300_000 + "]")),
        "list items that fit": ("?", lambda: net("a = [" + "1," * 20_000 + "q]")),
        "map entries": ("?", lambda: net("a = {" + rows("@: 1,", 15_000) + "'a': q}")),
        "subscripts": ("?", lambda: chain("y = x[" + "0, " * 60_000 + "0]")),
        "dims": ("?", lambda: f"model m\ninput x: float32[{'1, ' * 60_000}]\noutput y = x\n"),
        "dims that fit": ("?", lambda: f"model m\ninput x: float32[{'2, ' * 5_000}]\noutput y = x\n"),
        "requires": ("?", lambda: net(rows("require N >= @", 6_000) + "\nb = q")),
        "imports": ("?", lambda: net(rows("import std as s@", 10_000) + "\nb = q")),
        "docstrings": ("?", lambda: net(rows('"""a"""', 20_000) + "\nb = q")),
        "expects": ("?", lambda: net(rows("expect: params == @", 5_000))),
        "weight rules": ("?", lambda: f"{HEAD}{TAIL}weights:\n" + rows('    ignore "a@"', 15_000) + "\nb = q\n"),
        "elifs": ("?", lambda: net("if false:\n    a = 1\n" + rows("elif false:\n    a = @", 8_000) + "\nb = q")),
        "comments": ("?", lambda: net(rows("a = 1 # text", 8_000) + "\nb = q")),
        "strings": ("?", lambda: net(rows('a = "text"', 15_000) + "\nb = q")),
        "commas": ("?", lambda: net("a = [" + "," * 500_000 + "]")),
        "dots": ("?", lambda: net("a = " + "." * 900_000)),
        "quotes": ("?", lambda: net("a = " + '"' * 900_000)),
        "open quotes": ("?", lambda: net(rows('a = "', 150_000))),
        "open brackets": ("?", lambda: net(rows("a = (", 150_000))),
        "closing brackets": ("?", lambda: net(rows("a = )", 150_000))),
        "wrong brackets": ("?", lambda: net(rows("a = (]", 100_000))),
        "open docstrings": ("?", lambda: net(rows('"""\n"', 100_000))),
        "backslashes": ("?", lambda: net("a = '" + "\\" * 900_000)),
        "tabs": ("?", lambda: net(rows("\ta = 1", 100_000))),
        "arrows": ("?", lambda: net("a = x " + "->" * 400_000)),
        "colons": ("?", lambda: net(rows("if true:", 100_000))),
        "dedents": ("?", lambda: net(rows("if true:\n    if true:\n  a = 1", 20_000))),
        "else": ("?", lambda: net(rows("else:", 150_000))),
        "stars": ("?", lambda: net("a = " + "*" * 900_000)),
        "minus and plus": ("?", lambda: net("a = " + "+-" * 400_000 + "1")),
    },
)
LENGTHS = table(
    "long",
    {
        "name": ("?", lambda: net(f"{LONG} = q")),
        "unknown name": ("?", lambda: net(f"a = {LONG}")),
        "two unknown names": ("?", lambda: net(f"a = {LONG[:400_000]} + b{LONG[:400_000]}")),
        "name of an input": ("?", lambda: f"model m\ninput {LONG}: float32[N]\noutput y = q\n"),
        "name of a symbol": ("?", lambda: f"model m\ninput x: float32[{LONG}, 4]\noutput y: float32[4] = x\n"),
        "name of the model": ("?", lambda: f"model {LONG}\ninput x: float32[N]\noutput y = q\n"),
        "name of an argument": ("?", lambda: chain(f"y = x -> linear(4, {LONG}=1)")),
        "name of an output": ("?", lambda: f"{HEAD}output {LONG}: float32[N] = x\n"),
        "name of a type": ("?", lambda: f"model m\ninput x: {LONG}[N]\noutput y = x\n"),
        "name of a layer": ("?", lambda: chain(f"y = x -> {LONG}")),
        "name of an operator": ("?", lambda: chain(f"y = x -> onnx.{LONG}()")),
        "name of a member": ("?", lambda: net(f"a = x.{LONG}")),
        "string": ("?", lambda: net(f'a = "{LONG}" + 1')),
        "string as a choice": ("?", lambda: chain(f'y = x -> pad([1], mode="{LONG}")')),
        "string of spaces": ("?", lambda: net(f'a = x -> linear("{" " * 900_000}")')),
        "string as a message": ("?", lambda: net(f'require 1 == 2, "{LONG}"')),
        "string as an import": ("?", lambda: net(f'import "{LONG}" as a')),
        "string as a file": ("?", lambda: net(f'const a: float32[4] = file("{LONG}")')),
        "comment": ("?", lambda: net(f"a = q # {LONG}")),
        "docstring": ("?", lambda: f'{HEAD}"""{LONG}"""\na = q\n{TAIL}'),
        "docstring with escapes": ("?", lambda: f'{HEAD}"""{chr(92)}q{LONG}"""\n{TAIL}'),
        "wide characters": ("?", lambda: net(f'a = "{chr(0x4E00) * 300_000}" + q')),
        "combining marks": ("?", lambda: net(f'a = "e{chr(0x301) * 400_000}" + q')),
        "spaces before a mistake": ("?", lambda: net(f"a ={' ' * 900_000}q")),
        "spaces after": ("?", lambda: net(f"a = q{' ' * 900_000}")),
        "indentation": ("?", lambda: net(f"{' ' * 900_000}a = 1")),
        "digits and letters": ("?", lambda: net(f"a = 1{LONG}")),
        "letters of any kind": ("?", lambda: net(f"a = {chr(0xE4) * 450_000}")),
        "weight pattern": ("?", lambda: f'{HEAD}{TAIL}weights:\n    ignore "{LONG}"\n'),
        "path": ("?", lambda: chain(f"y = x -> linear(4) as {LONG}")),
        "two paths alike": (
            "?",
            lambda: chain(f"y = x -> linear(4) as {LONG[:400_000]} -> linear(4) as {LONG[:400_000]}"),
        ),
        "raw path words": ("?", lambda: chain("y = x -> linear(4) as a." + "{1}" * 20_000)),
    },
)
YAML = table(
    "bulk of YAML",
    {
        "keys": ("?", lambda: yaml("graph:\n" + rows("  y@: x", 60_000))),
        "keys that fit": ("?", lambda: yaml("graph:\n" + rows("  y@: x", 2_000) + "\n  z: q")),
        "unknown sections": ("?", lambda: yaml(rows("z@: 1", 5_000))),
        "list": ("?", lambda: yaml("graph: [" + "y, " * 200_000 + "]")),
        "layers": ("?", lambda: yaml("graph: {y: {from: x, layers: [" + "relu, " * 5_000 + "q]}}\noutputs: {y: }")),
        "anchors": ("?", lambda: yaml("graph:\n" + rows("  y@: &a@ x", 5_000))),
        "tags": ("?", lambda: yaml("graph:\n" + rows("  y@: !a x", 5_000))),
        "aliases": ("?", lambda: yaml("doc: &a text\ngraph:\n" + rows("  y@: *a", 5_000))),
        "documents": ("?", lambda: "---\n" * 200_000),
        "comments": ("?", lambda: "#\n" * 450_000),
        "blank lines": ("?", lambda: yaml("\n" * 900_000 + "graph: {y: q}")),
        "long key": ("?", lambda: yaml(f"graph: {{{LONG[:900]}: q}}")),
        "very long key": ("?", lambda: yaml(f"graph:\n  ? {LONG}\n  : q")),
        "long section": ("?", lambda: yaml(f"? {LONG}\n: 1")),
        "long value": ("?", lambda: yaml_net(LONG)),
        "long quoted value": ("?", lambda: yaml_net(f'"{LONG}"')),
        "long block": ("?", lambda: yaml("graph:\n  y: |\n" + "    x +\n" * 100_000)),
        "long tag": ("?", lambda: yaml(f"doc: !{LONG} text")),
        "long anchor": ("?", lambda: yaml(f"doc: &{LONG} text")),
        "long directive": ("?", lambda: f"%{LONG}\n--- a"),
        "long statement": ("?", lambda: yaml(f'graph: ["y = x{" + x" * 60_000}"]')),
        "folded lines": ("?", lambda: yaml("graph:\n  y: >\n" + "    x\n\n" * 100_000)),
        "escapes": ("?", lambda: yaml('graph: {y: "' + "\\x71" * 200_000 + '"}')),
        "quotes": ("?", lambda: yaml("graph: {y: '" + "''" * 400_000 + "'}")),
        "colons": ("?", lambda: yaml("graph: " + ":" * 900_000)),
        "dashes": ("?", lambda: yaml("graph:\n" + "-\n" * 400_000)),
        "commas": ("?", lambda: yaml("graph: [" + "," * 900_000 + "]")),
        "question marks": ("?", lambda: yaml("graph:\n" + "?\n" * 400_000)),
        "pairs": ("?", lambda: yaml("graph: [" + "a: b, " * 100_000 + "]")),
    },
    ".yaml",
)
BOMBS = table(
    "YAML bomb",
    {
        "aliases": (
            "?",
            "a: &a [1]\n"
            + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi")),
        ),
        "merge keys": (
            "?",
            "a: &a {x: 1}\n"
            + "".join(f"{c}: &{c} {{<<: [{', '.join([f'*{p}'] * 9)}]}}\n" for p, c in zip("abcdefgh", "bcdefghi")),
        ),
        "strings": ("?", "a: &a 'lol'\n" + "".join(f"{c}: &{c} '*{p} *{p}'\n" for p, c in zip("abc", "bcd"))),
        "alias in the graph": ("?", yaml("graph:\n  - y: &a [x, x]\n  - z: [*a, *a]")),
        "alias as a key": ("?", yaml("graph:\n  - &a y: x\n  - *a : x")),
        "recursive mapping": ("?", "&a\nspecc: *a\n"),
    },
    ".yaml",
)
CASES: tuple[Case, ...] = (*MANY, *LENGTHS, *YAML, *BOMBS)
