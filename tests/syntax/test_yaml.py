from __future__ import annotations

import time

import pytest
from reading import good, read

from specc.base.limits import Limits
from specc.syntax import ast

LENET = """\
# lenet5.yaml
specc: 1
model: lenet5
params: {classes: 10}
inputs: {image: "float32[N, 1, 32, 32]"}
graph:
  features:
    from: image
    layers:
      - c1: conv(6, 5)                      # a layer is a call in the text form ...
      - tanh
      - s2: avgpool(2)
      - c3: {conv: {out: 16, kernel: 5}}    # ... or a mapping; a program can write this one
      - tanh
      - avgpool(2)
  logits: {from: features, layers: [flatten, c5: linear(120), tanh, f6: linear(84), tanh, out: linear(classes)]}
outputs: {logits: "float32[N, classes]"}
expect: {params: 61_706, "macs(N = 1)": 416_520}
"""

LENET_TEXT = """\
model lenet5(classes = 10)
input image: float32[N, 1, 32, 32]
features = image -> conv(6, 5) as c1 -> tanh -> avgpool(2) as s2 -> conv(out=16, kernel=5) as c3 -> tanh -> avgpool(2)
logits = features -> flatten -> linear(120) as c5 -> tanh -> linear(84) as f6 -> tanh -> linear(classes) as out
output logits: float32[N, classes]
expect: params == 61_706, macs(N = 1) == 416_520
"""


def same(yaml: str, text: str) -> None:
    """The YAML, under its version, and the text have one tree."""
    assert good(f"specc: 1\n{yaml}", "yaml").statements == good(text).statements


def test_sketch_equals_its_text() -> None:
    module = good(LENET, "yaml")
    assert module.statements == good(LENET_TEXT).statements
    assert [(comment.text.strip(), comment.own_line) for comment in module.comments] == [
        ("lenet5.yaml", True),
        ("a layer is a call in the text form ...", False),
        ("... or a mapping; a program can write this one", False),
    ]


@pytest.mark.parametrize(
    ("yaml", "text"),
    [
        ("model: m", "model m\n"),
        ("model: m\nparams: {a: 1, b: int, c: int = 2, d: , e: [1, 2], f: \"'s'\"}",
         "model m(a = 1, b: int, c: int = 2, d, e = [1, 2], f = 's')\n"),
        ("model: m\nparams: {a: ~, b: null, c: 'null', d: (int), e: no}",
         "model m(a, b, c = null, d = (int), e = no)\n"),
        ("doc: A word.", '"""A word."""\n'),
        ("doc: |\n  Two\n\n  lines: here\n", '"""\nTwo\n\nlines: here\n"""\n'),
        ('import: [std, std.vision, {blocks.specc: b}, {from std: [a, "b as c"]}, "from std import d"]',
         'import std\nimport std.vision\nimport "blocks.specc" as b\nfrom std import a, b as c\nfrom std import d\n'),
        ("inputs:\n  x as a.{i}.b: float32[N, 4] = 1", "input x as a.{i}.b: float32[N, 4] = 1\n"),
        ("inputs:\n  - input x: float32[N]\n  - y: int64[]", "input x: float32[N]\ninput y: int64[]\n"),
        ("states:\n  k as past.{i} -> present.{i}: float32[N] = 0",
         "state k as past.{i} -> present.{i}: float32[N] = 0\n"),
        ("require: [T <= 512, 'N > 0, \"why\"']", 'require T <= 512\nrequire N > 0, "why"\n'),
        ("blocks:\n  b:\n    params: {x: , s: 1}\n    doc: Why.\n    graph: {y: x -> f}\n    return: y, x",
         'block b(x, s = 1):\n    """Why."""\n    y = x -> f\n    return y, x\n'),
        ("blocks:\n  function f(a):\n  - return a\n  function g: {params: {a: }, return: a}",
         "function f(a):\n    return a\nfunction g(a):\n    return a\n"),
        ("graph: {y: relu(x), 'a, (b, c)': split(y)}", "y = relu(x)\na, (b, c) = split(y)\n"),
        ("graph:\n- y: relu(x)\n- y = tanh(y)\n- 'state h: float32[4]'\n- return y",
         "y = relu(x)\ny = tanh(y)\nstate h: float32[4]\nreturn y\n"),
        ("graph:\n- if a == 1: [y: x]\n  elif b:\n    y: z\n  else:\n  - y: w\n",
         "if a == 1:\n    y = x\nelif b:\n    y = z\nelse:\n    y = w\n"),
        ("graph:\n- state h: float32[N]\n- param p: float32[4] = zeros\n- expect: a == 1, b == 2\n"
         "- expect(d = 1): a\n",
         "state h: float32[N]\nparam p: float32[4] = zeros\nexpect: a == 1, b == 2\nexpect(d = 1): a\n"),
        ("graph:\n- for i, (j, k) in enumerate(x):\n  - for l in j: {y: f(l)}\n",
         "for i, (j, k) in enumerate(x):\n    for l in j:\n        y = f(l)\n"),
        ("graph:\n- block b(x, s = 1):\n  - return x\n- block c: {params: {x: }, graph: [y: x]}\n",
         "block b(x, s = 1):\n    return x\nblock c(x):\n    y = x\n"),
        ("graph:\n- expect(d = 1): [params == 1, macs < 2]\n- weights: [ignore: a]\n",
         'expect(d = 1): params == 1, macs < 2\nweights:\n    ignore "a"\n'),
        ("graph: {y: {from: x as c, layers: [f as g, 'h(1, 2)']}}", "y = x as c -> f as g -> h(1, 2)\n"),
        ("graph: {y: {from: x -> f, layers: [g]}}", "y = (x -> f) -> g\n"),
        ("graph:\n  y:\n    from: x\n    layers:\n    - conv: {out: 16, kernel: [3, 3]}\n"
         "    - {conv: {out: 6}, as: c3}\n    - l.{i}: {conv: {}}\n    - a: {b: ~}\n    - std.block: {f: relu}\n",
         "y = x -> conv(out=16, kernel=[3, 3]) -> conv(out=6) as c3 -> conv() as l.{i} "
         "-> b as a -> std.block(f=relu)\n"),
        ('outputs: {a: "float32[N]", b: "float32[N] = x", c: , d: "= x -> f"}',
         "output a: float32[N]\noutput b: float32[N] = x\noutput c\noutput d = x -> f\n"),
        ('next: {h: x -> f, "k: float32[N]": y}', "next h = x -> f\nnext k: float32[N] = y\n"),
        ("expect: {params: 1, macs(N=1): <= 5G, a: '!= 2'}", "expect: params == 1, macs(N=1) <= 5G, a != 2\n"),
        ("expect: [params == 1, {when: {d: 2}, params: 3}, 'expect(d = 4): params == 5']",
         "expect: params == 1\nexpect(d = 2): params == 3\nexpect(d = 4): params == 5\n"),
        ("weights: [rename: ['a\\.(.)', no], ignore: 010]",
         'weights:\n    rename "a\\\\.(.)" -> "no"\n    ignore "010"\n'),
    ],
)  # fmt: skip
def test_section(yaml: str, text: str) -> None:
    same(yaml, text)


def test_sections_enter_in_a_fixed_order() -> None:
    same(
        "outputs: {y: }\ngraph: {y: x}\ninputs: {x: 'float32[N]'}\nmodel: m",
        "model m\ninput x: float32[N]\ny = x\noutput y\n",
    )


@pytest.mark.parametrize("spelling", ["1e-5", "'1e-5'", '"1e-5"', "|\n    1e-5", ">-\n    1e-5"])
def test_every_scalar_is_an_expression(spelling: str) -> None:
    statement = good(f"specc: 1\ngraph:\n  y: {spelling}\n", "yaml").statements[0]
    assert isinstance(statement, ast.Assign)
    assert statement.value == ast.Number(statement.span, 1e-5, "1e-5")


def test_yaml_words_are_names() -> None:
    same("graph: {a: no, b: on, c: 'y', d: .inf_}".replace(", d: .inf_", ""), "a = no\nb = on\nc = y\n")
    _, diagnostics = read("specc: 1\ngraph: {a: 010}\n", "yaml")
    assert [(found.code, str(found.span)) for found in diagnostics] == [("SP1131", "test.yaml:2:12")]


def _names(module: ast.Module) -> list[tuple[str, int, int]]:
    """Where the names on the right of assignments stand."""
    values = [statement.value for statement in module.statements if isinstance(statement, ast.Assign)]
    calls = [value for value in values if isinstance(value, ast.Call)]
    return [
        (argument.value.name, argument.span.line, argument.span.column)
        for call in calls
        for argument in call.arguments
        if isinstance(argument.value, ast.Name)
    ]


def test_places_inside_scalars_are_exact() -> None:
    text = (
        "specc: 1\ngraph:\n  - é: x\n".replace("é", "e") + "  - a: f(one, two)\n"
        "  - b: 'f(''é'', three)'\n"
        '  - "c": "f(\\"\\u00e9\\", four)"\n'
        "  - d: f(five,\n      six)\n"
        "  - e: >-\n      f(seven,\n\n      eight)\n"
        "  - f: |\n      f(\n        nine)\n"
        "  - g = f(ten)\n"
    )
    places = _names(good(text, "yaml"))
    lines = text.split("\n")
    assert [name for name, _, _ in places] == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    ]
    for name, line, column in places:
        assert lines[line - 1][column - 1 :].startswith(name)


def test_places_of_spliced_statements() -> None:
    module = good('specc: 1\ninputs:\n  image as a.b: "float32[N, 3]"\n', "yaml")
    statement = module.statements[0]
    assert isinstance(statement, ast.Input) and statement.path is not None
    assert (statement.span.line, statement.span.column) == (3, 3)
    assert (statement.path.span.line, statement.path.span.column) == (3, 12)
    assert (statement.type.span.line, statement.type.span.column) == (3, 18)


def test_comments_are_found_between_scalars_only() -> None:
    text = (
        "# one\nspecc: 1 # two\n\ndoc: |  # three\n  # not one\n  a # nor this\n # four\n"
        "graph: # five\n  - y: f('#', \"#\")#no\n  - 'z': '# ''no'' #' # six\n  # seven\n  - [ # eight\n  ]\n"
    ).replace("f('#', \"#\")#no", "'f(\"#\")'")
    module, _ = read(text, "yaml")
    words = [(comment.text.strip(), comment.own_line) for comment in module.comments]
    assert words == [
        ("one", True),
        ("two", False),
        ("three", False),
        ("four", True),
        ("five", False),
        ("six", False),
        ("seven", True),
        ("eight", False),
    ]


def test_windows_line_ends() -> None:
    module = good(LENET.replace("\n", "\r\n"), "yaml")
    assert module.statements == good(LENET_TEXT).statements
    assert len(module.comments) == 3


HOSTILE = {
    "brackets": "a: " + "[" * 500_000,
    "braces": "{a: " * 200_000,
    "dashes": "- " * 400_000,
    "questions": "? " * 400_000,
    "items": "specc: 1\ngraph:\n" + "- y = x\n" * 100_000,
    "keys": "".join(f"k{number}: 1\n" for number in range(80_000)),
    "anchors": "a: &a [x]\n" + "".join(f"b{number}: &b{number} [*a, *a]\n" for number in range(30_000)),
    "quotes": 'a: "' + "x\n" * 400_000,
    "words": "specc: 1\ngraph: {y: " + "a " * 400_000 + "}\n",
    "nested calls": "specc: 1\ngraph: {y: '" + "f(" * 300_000 + "'}\n",
    "documents": "---\n" * 200_000,
    "comments": "#\n" * 400_000,
    "one comment": "#" * 900_000,
    "blank": "\n" * 900_000,
    "block scalar": "doc: |\n" + "  x\n" * 200_000,
    "long key": "a" * 900_000 + ": 1\n",
    "double": 'specc: 1\ngraph: {y: "' + "\\u0028" * 150_000 + '"}\n',
    "mistakes": "specc: 1\ngraph:\n" + "- y = = x\n" * 9_000,
    "unknown keys": "specc: 1\n" + "".join(f"k{number}: 1\n" for number in range(9_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(name: str) -> None:
    start = time.process_time()
    _, diagnostics = read(HOSTILE[name], "yaml")
    assert time.process_time() - start < 6
    assert diagnostics
    assert len(diagnostics) <= 200


def test_limits_are_the_given_ones() -> None:
    _, deep = read("a: [[[[[]]]]]\n", "yaml", Limits(nesting=3))
    assert [found.code for found in deep] == ["SP1205"]
    _, many = read("specc: 1\ngraph: [a = b, c = d]\n", "yaml", Limits(yaml_nodes=4))
    assert [found.code for found in many] == ["SP1206"]
    _, long = read("specc: 1\n" + "#" * 100, "yaml", Limits(file_bytes=50))
    assert [found.code for found in long] == ["SP1206"]


def test_pattern_is_a_plain_string() -> None:
    module = good("specc: 1\nweights:\n  - rename: [\"^a\\\\.b$\", 'c']\n", "yaml")
    assert module.statements[0] == ast.Weights(
        module.statements[0].span, (ast.Rename(module.statements[0].span, (r"^a\.b$",), (), ("c",)),)
    )
