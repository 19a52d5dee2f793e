"""A megabyte of something: many statements, long names, long lines."""

from __future__ import annotations

from itertools import pairwise

from case import HEAD, TAIL, Case, chain, net, table, yaml, yaml_net

LONG = "a" * 1_000_000
CHAIN = 60_000


def rows(line: str, count: int) -> str:
    """`line` with its number, `count` times."""
    return "\n".join(line.replace("@", str(number)) for number in range(count))


MANY = table(
    "many",
    {
        "statements": ("SP9002", lambda: net(rows("a=1", 250_000))),
        "statements with a mistake": ("SP9002", lambda: net(rows("a = 1", 20_000) + "\nb = q")),
        "unused values": ("SP2001", lambda: net(rows("a@ = 1", 8_000) + "\nb = q")),
        "mistakes of spelling": ("SP9002", lambda: net(rows("a = = 1", 100_000))),
        "unknown names": ("SP2001", lambda: net(rows("a@ = q@", 10_000))),
        "near names": (
            "SP2001",
            lambda: net(rows("name_number_@ = 1", 5_000) + "\nb = [" + "name_numbr_x, " * 100 + "]"),
        ),
        "inputs": ("SP9002", lambda: "model m\n" + rows("input x@:float32[N]", 45_000) + "\noutput y = x1\n"),
        "inputs that fit": (
            "SP2001",
            lambda: "model m\n" + rows("input x@: float32[N]", 5_000) + "\noutput y = x1 + q\n",
        ),
        "inputs with a symbol each": (
            "SP3201",
            lambda: "model m\n" + rows("input x@: float32[N@]", 5_000) + "\noutput y = x1 + x2\n",
        ),
        "outputs": ("SP9002", lambda: HEAD + rows("output y@=x", 60_000)),
        "outputs that fit": ("SP9101", lambda: HEAD + rows("output y@ = x", 7_000) + "\nb = q\n"),
        "blocks": ("SP2001", lambda: net(rows("block b@(x):\n    return x", 3_000) + "\nb = q")),
        "parameters": ("SP2001", lambda: "model m(" + rows("a@ = 1,", 10_000) + f")\n{HEAD[8:]}output y = x\nb = q\n"),
        "arguments": ("SP9002", lambda: chain("y = x -> linear(" + "4, " * 60_000 + ")")),
        "named arguments": ("SP9101", lambda: chain("y = x -> linear(" + rows("a@=4,", 10_000) + ")")),
        "stages": ("SP9002", lambda: chain("y = x" + " -> relu" * CHAIN)),
        "stages that fit": ("SP2001", lambda: chain("y = x" + " -> relu" * 10_000 + " -> q")),
        "additions": ("SP9002", lambda: net("a = 1" + " + 1" * CHAIN)),
        "additions of tensors": ("SP2001", lambda: chain("y = x" + " + x" * 8_000 + " + q")),
        "products of tensors": ("SP9002", lambda: chain("y = x" + " * x" * CHAIN)),
        "comparisons": ("SP9002", lambda: net("a = 1" + " < 1" * CHAIN)),
        "comparisons that fit": ("SP2001", lambda: net("a = 1" + " == 1" * 10_000 + " == q")),
        "and": ("SP9002", lambda: net("a = true" + " and true" * CHAIN)),
        "or": ("SP2001", lambda: net("a = false" + " or false" * 10_000 + " or q")),
        "list items": ("SP9002", lambda: net("a = [" + "1," * 300_000 + "]")),
        "list items that fit": ("SP2001", lambda: net("a = [" + "1," * 20_000 + "q]")),
        "map entries": ("SP9002", lambda: net("a = {" + rows("@: 1,", 15_000) + "'a': q}")),
        "subscripts": ("SP9002", lambda: chain("y = x[" + "0, " * 60_000 + "0]")),
        "dims": ("SP9002", lambda: f"model m\ninput x: float32[{'1, ' * 60_000}]\noutput y = x\n"),
        "dims that fit": ("SP3010", lambda: f"model m\ninput x: float32[{'2, ' * 5_000}]\noutput y = x\n"),
        "requires": ("SP2001", lambda: net(rows("require N >= @", 6_000) + "\nb = q")),
        "imports": ("SP2001", lambda: net(rows("import std as s@", 10_000) + "\nb = q")),
        "docstrings": ("SP2001", lambda: net(rows('"""a"""', 20_000) + "\nb = q")),
        "expects": ("SP5001", lambda: net(rows("expect: params == @", 5_000))),
        "weight rules": ("SP9101", lambda: f"{HEAD}{TAIL}weights:\n" + rows('    ignore "a@"', 15_000) + "\nb = q\n"),
        "elifs": ("SP2001", lambda: net("if false:\n    a = 1\n" + rows("elif false:\n    a = @", 8_000) + "\nb = q")),
        "comments": ("SP2001", lambda: net(rows("a = 1 # text", 8_000) + "\nb = q")),
        "strings": ("SP2001", lambda: net(rows('a = "text"', 15_000) + "\nb = q")),
        "commas": ("SP9002", lambda: net("a = [" + "," * 500_000 + "]")),
        "dots": ("SP9002", lambda: net("a = " + "." * 900_000)),
        "quotes": ("SP9002", lambda: net("a = " + '"' * 900_000)),
        "open quotes": ("SP1103", lambda: net(rows('a = "', 150_000))),
        "open brackets": ("SP9003", lambda: net(rows("a = (", 150_000))),
        "closing brackets": ("SP1105", lambda: net(rows("a = )", 150_000))),
        "wrong brackets": ("SP1105", lambda: net(rows("a = (]", 100_000))),
        "open docstrings": ("SP1103", lambda: net(rows('"""\n"', 100_000))),
        "backslashes": ("SP1103", lambda: net("a = '" + "\\" * 900_000)),
        "tabs": ("SP1101", lambda: net(rows("\ta = 1", 100_000))),
        "arrows": ("SP9002", lambda: net("a = x " + "->" * 400_000)),
        "colons": ("SP9002", lambda: net(rows("if true:", 100_000))),
        "dedents": ("SP9002", lambda: net(rows("if true:\n    if true:\n  a = 1", 20_000))),
        "else": ("SP9002", lambda: net(rows("else:", 150_000))),
        "stars": ("SP9002", lambda: net("a = " + "*" * 900_000)),
        "minus and plus": ("SP9002", lambda: net("a = " + "+-" * 400_000 + "1")),
    },
    errors=50,
)
LENGTHS = table(
    "long",
    {
        "name": ("SP9005", lambda: net(f"{LONG} = q")),
        "unknown name": ("SP9005", lambda: net(f"a = {LONG}")),
        "two unknown names": ("SP9005", lambda: net(f"a = {LONG[:400_000]} + b{LONG[:400_000]}")),
        "name of an input": ("SP9005", lambda: f"model m\ninput {LONG}: float32[N]\noutput y = q\n"),
        "name of a symbol": ("SP9005", lambda: f"model m\ninput x: float32[{LONG}, 4]\noutput y: float32[4] = x\n"),
        "name of the model": ("SP9005", lambda: f"model {LONG}\ninput x: float32[N]\noutput y = q\n"),
        "name of an argument": ("SP9005", lambda: chain(f"y = x -> linear(4, {LONG}=1)")),
        "name of an output": ("SP9005", lambda: f"{HEAD}output {LONG}: float32[N] = x\n"),
        "name of a type": ("SP9005", lambda: f"model m\ninput x: {LONG}[N]\noutput y = x\n"),
        "name of a layer": ("SP9005", lambda: chain(f"y = x -> {LONG}")),
        "name of an operator": ("SP9005", lambda: chain(f"y = x -> onnx.{LONG}()")),
        "name of a member": ("SP9005", lambda: net(f"a = x.{LONG}")),
        "string": ("SP2010", lambda: net(f'a = "{LONG}" + 1')),
        "string as a choice": ("SP2006", lambda: chain(f'y = x -> pad([1], mode="{LONG}")')),
        "string of spaces": ("SP2006", lambda: net(f'a = x -> linear("{" " * 900_000}")')),
        "string as a message": ("SP2016", lambda: net(f'require 1 == 2, "{LONG}"')),
        "string as an import": ("SP2018", lambda: net(f'import "{LONG}" as a')),
        "string as a file": ("SP2018", lambda: net(f'const a: float32[4] = file("{LONG}")')),
        "comment": ("SP2001", lambda: net(f"a = q # {LONG}")),
        "docstring": ("SP2001", lambda: f'{HEAD}"""{LONG}"""\na = q\n{TAIL}'),
        "docstring with escapes": ("SP1132", lambda: f'{HEAD}"""{chr(92)}q{LONG}"""\n{TAIL}'),
        "wide characters": ("SP2001", lambda: net(f'a = "{chr(0x4E00) * 300_000}" + q')),
        "combining marks": ("SP2001", lambda: net(f'a = "e{chr(0x301) * 400_000}" + q')),
        "spaces before a mistake": ("SP2001", lambda: net(f"a ={' ' * 900_000}q")),
        "spaces after": ("SP2001", lambda: net(f"a = q{' ' * 900_000}")),
        "indentation": ("SP1106", lambda: net(f"{' ' * 900_000}a = 1")),
        "digits and letters": ("SP1130", lambda: net(f"a = 1{LONG}")),
        "letters of any kind": ("SP1102", lambda: net(f"a = {chr(0xE4) * 450_000}")),
        "weight pattern": ("SP9101", lambda: f'{HEAD}{TAIL}weights:\n    ignore "{LONG}"\n'),
        "path": ("SP9005", lambda: chain(f"y = x -> linear(4) as {LONG}")),
        "two paths alike": (
            "SP9005",
            lambda: chain(f"y = x -> linear(4) as {LONG[:400_000]} -> linear(4) as {LONG[:400_000]}"),
        ),
        "raw path words": ("SP9002", lambda: chain("y = x -> linear(4) as a." + "{1}" * 20_000)),
    },
)
YAML = table(
    "bulk of YAML",
    {
        "keys": ("SP1206", lambda: yaml("graph:\n" + rows("  y@: x", 60_000))),
        "keys that fit": ("SP2001", lambda: yaml("graph:\n" + rows("  y@: x", 2_000) + "\n  z: q")),
        "unknown sections": ("SP1206", lambda: yaml(rows("z@: 1", 5_000))),
        "list": ("SP1206", lambda: yaml("graph: [" + "y, " * 200_000 + "]")),
        "layers": (
            "SP1206",
            lambda: yaml("graph: {y: {from: x, layers: [" + "relu, " * 12_000 + "q]}}\noutputs: {y: }"),
        ),
        "duplicate keys": ("SP1203", lambda: yaml("graph: {" + "y: x, " * 1000 + "}")),
        "anchors": ("SP1201", lambda: yaml("graph:\n" + rows("  y@: &a@ x", 5_000))),
        "tags": ("SP1201", lambda: yaml("graph:\n" + rows("  y@: !a x", 5_000))),
        "aliases": ("SP1201", lambda: yaml("doc: &a text\ngraph:\n" + rows("  y@: *a", 5_000))),
        "documents": ("SP1202", lambda: "---\n" * 200_000),
        "comments": ("SP9002", lambda: "#\n" * 450_000),
        "blank lines": ("SP2001", lambda: yaml("\n" * 900_000 + "graph: {y: q}")),
        "long values": (
            "SP9002",
            lambda: yaml("graph:\n" + rows(f"  y@: x{' + x' * 4_000}", 50)),
        ),
        "long key": ("SP2001", lambda: yaml(f"graph: {{{LONG[:900]}: q}}")),
        "very long key": ("SP9005", lambda: yaml(f"graph:\n  ? {LONG}\n  : q")),
        "long section": ("SP1208", lambda: yaml(f"? {LONG}\n: 1")),
        "long value": ("SP9005", lambda: yaml_net(LONG)),
        "long quoted value": ("SP9005", lambda: yaml_net(f'"{LONG}"')),
        "long block": ("SP9002", lambda: yaml("graph:\n  y: |\n" + "    x +\n" * 100_000)),
        "long tag": ("SP1201", lambda: yaml(f"doc: !{LONG} text")),
        "long anchor": ("SP1201", lambda: yaml(f"doc: &{LONG} text")),
        "long directive": ("SP1200", lambda: f"%{LONG}\n--- a"),
        "long statement": ("SP9002", lambda: yaml(f'graph: ["y = x{" + x" * 60_000}"]')),
        "folded lines": ("SP9002", lambda: yaml("graph:\n  y: >\n" + "    x\n\n" * 100_000)),
        "escapes": ("SP9005", lambda: yaml('graph: {y: "' + "\\x71" * 200_000 + '"}')),
        "quotes": ("SP9002", lambda: yaml("graph: {y: '" + "''" * 400_000 + "'}")),
        "colons": ("SP1200", lambda: yaml("graph: " + ":" * 900_000)),
        "dashes": ("SP1206", lambda: yaml("graph:\n" + "-\n" * 400_000)),
        "commas": ("SP1200", lambda: yaml("graph: [" + "," * 900_000 + "]")),
        "question marks": ("SP1203", lambda: yaml("graph:\n" + "?\n" * 400_000)),
        "pairs": ("SP1206", lambda: yaml("graph: [" + "a: b, " * 100_000 + "]")),
    },
    ".yaml",
    errors=50,
)
BOMBS = table(
    "YAML bomb",
    {
        "aliases": (
            "SP1201",
            "a: &a [1]\n" + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in pairwise("abcdefghi")),
        ),
        "merge keys": (
            "SP1201",
            "a: &a {x: 1}\n"
            + "".join(f"{c}: &{c} {{<<: [{', '.join([f'*{p}'] * 9)}]}}\n" for p, c in pairwise("abcdefghi")),
        ),
        "strings": ("SP1208", "a: &a 'lol'\n" + "".join(f"{c}: &{c} '*{p} *{p}'\n" for p, c in pairwise("abcd"))),
        "alias in the graph": ("SP1201", yaml("graph:\n  - y: &a [x, x]\n  - z: [*a, *a]")),
        "alias as a key": ("SP1201", yaml("graph:\n  - &a y: x\n  - *a : x")),
        "recursive mapping": ("SP1201", "&a\nspecc: *a\n"),
    },
    ".yaml",
    errors=50,
)
CASES: tuple[Case, ...] = (*MANY, *LENGTHS, *YAML, *BOMBS)
