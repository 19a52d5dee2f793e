from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from reading import good
from strategies import docstrings, modules

from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.format_text import format_text
from specc.syntax.format_yaml import format_yaml
from specc.syntax.read import Syntax

CAREFUL = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
FORMS = {"specc": format_text, "yaml": format_yaml}


def texts(module: ast.Module) -> list[str]:
    return [comment.text.strip() for comment in module.comments]


# --- canonical layout, written by hand ------------------------------------------------------------------------------

CANONICAL = """\
# a header
model resnet(depth: int = 50, classes = 1000)
\"\"\"A docstring.

With two paragraphs.
\"\"\"

import std
import std.vision
import "blocks.specc" as blocks
from std import bottleneck, conv_bn as cb

input image: float32[N, 3, 224, 224]
input attention_mask: int64[N, T] = 1
input key as past_key_values.{i}.key: float32[N]
state h: float32[N, 256] = 0
state k as past.{i}.key -> present.{i}.key: float32[N, 12, P, 64]

param cls_token as embeddings.cls_token: float32[1, 1, width] = normal(0.02)
const pe[i, j]: float32[512, width] = sin(i / 10000 ** (j / width)) if j % 2 == 0 else cos(i)

require T <= 512, "too long"

function make_divisible(v: int, divisor: int = 8):
    return v // divisor * divisor

block bottleneck(x, width, stride = 1):
    \"\"\"Three convolutions.\"\"\"
    y = x -> conv(width, 1, bias=false) as conv1 -> batchnorm as bn1 -> relu
        -> conv(width, 3, stride=stride, padding=1, bias=false) as conv2 -> batchnorm as bn2 -> relu
    if stride != 1 or x.channels != 4 * width:
        x = x -> conv(4 * width, 1) as downsample.0
    elif x:  # trailing on a header
        x = -x ** 2 @ x[:, 0, ..., 1:2]
    else:
        x = (a -> b) + (not c) + [e for e, (f, g) in h if i]
        # the end of a body
    # the end of the block
    return relu(y + x)

# before a loop

x, (h, c) = image -> lstm(256)
for i in range(3):
    x = x -> f  # trailing

next h = h
output logits: float32[N, classes] = x -> flatten -> linear(classes) as fc
output y

expect(depth=50): params == 25_557_032, macs(N=1) <= 5G

weights:
    rename "a.b" -> "c"
    ignore "d"  # dropped
# the end
"""


def test_canonical_text_is_left_as_it_is() -> None:
    assert format_text(good(CANONICAL)) == CANONICAL


def test_crooked_text_becomes_canonical() -> None:
    crooked = (
        "x=f( a ,b = 1,\n  c=2 if d else e )\n\n\n\ny = (x\n  )->   g  as   h.0\n"
        "z = ((a + b)) * (c ** (d)) - (e - f)\nif (a):\n  b = 'c\"' # d\n"
    )
    wanted = (
        "x = f(a, b=1, c = 2 if d else e)\n\ny = x -> g as h.0\nz = (a + b) * c ** d - (e - f)\n"
        "if a:\n    b = 'c\"'  # d\n"
    )
    assert format_text(good(crooked)) == wanted


def test_long_brackets_break() -> None:
    arguments = [f"argument_{number}={number}_000_000 + x" for number in range(1, 6)]
    text = f"y = layer({', '.join(arguments)})\n"
    lines = "".join(f"    {argument},\n" for argument in arguments)
    assert format_text(good(text)) == f"y = layer(\n{lines})\n"


def test_long_lists_of_numbers_are_packed() -> None:
    formatted = format_text(good(f"y = [{', '.join(['1_000_000'] * 20)}]\n"))
    assert formatted.splitlines() == [
        "y = [",
        "    " + "1_000_000, " * 9 + "1_000_000,",
        "    " + "1_000_000, " * 9 + "1_000_000,",
        "]",
    ]


def test_a_comment_on_a_stage_breaks_the_pipeline_there() -> None:
    text = "y = x -> a\n    -> b  # on b\n    # before c\n    -> c as d -> e  # on all\n"
    assert format_text(good(text)) == "y = x -> a -> b  # on b\n    # before c\n    -> c as d -> e  # on all\n"


def test_comments_on_parameters_and_checks() -> None:
    text = (
        "model m(\n    # how deep\n    depth = 50,  # layers\n    classes = 10,\n)\n\n"
        "expect:\n    params == 1  # one\n    # two\n    macs == 2\n"
    )
    assert format_text(good(text)) == text


def test_comments_inside_brackets_go_before() -> None:
    text = "y = f(  # one\n    a,\n    # two\n    b)  # three\n"
    assert format_text(good(text)) == "# one\n# two\ny = f(a, b)  # three\n"


# --- YAML ----------------------------------------------------------------------------------------------------------


def test_yaml_of_every_section() -> None:
    text = (
        'model m(depth: int = 50, kinds = [2, 2], mode = "same", size)\n"""One: two."""\nimport std\n'
        'import "blocks.specc" as blocks\nfrom std import a, b as c\ninput x as e.{i}: float32[N] = 1\n'
        "state h: float32[N]\nrequire T <= 512\nblock f(x):\n    return x, x\n"
        "y = x -> f\nz = y -> f as g -> f(1)\noutput o: float32[N, 1] = z\noutput z\nnext h = z\n"
        'expect: params == 1, macs(N=1) <= 5G\nweights:\n    rename "a: b" -> "c"\n    ignore "d"\n'
    )
    assert format_yaml(good(text)) == (
        "specc: 1\nmodel: m\nparams:\n  depth: int = 50\n  kinds: [2, 2]\n  mode: '\"same\"'\n  size:\n\n"
        'doc: "One: two."\nimport: [std, blocks.specc: blocks, from std: [a, b as c]]\n\n'
        "inputs:\n  x as e.{i}: float32[N] = 1\n\nstates:\n  h: float32[N]\n\nrequire: [T <= 512]\n\n"
        "blocks:\n  f:\n    params:\n      x:\n    return: x, x\n\n"
        "graph:\n  y: x -> f\n  z: {from: y, layers: [f as g, f(1)]}\n\n".replace("[f as g, f(1)]", "[g: f, f(1)]")
        + "outputs:\n  o: float32[N, 1] = z\n  z:\n\nnext: {h: z}\nexpect: {params: 1, macs(N=1): <= 5G}\n\n"
        'weights:\n  - rename: ["a: b", "c"]\n  - ignore: "d"\n'
    )


def test_what_has_no_section_goes_to_the_list() -> None:
    text = (
        "x = a\nx = x -> f\nif x:\n    y = 1\nelif x:\n    y = 2\nelse:\n    param p: float32[N, 2]\n"
        "for i in x:\n    y = y -> f\ninput z: float32[1]\nx = z\n"
    )
    assert format_yaml(good(text)) == (
        "specc: 1\n\ngraph:\n  - x: a\n  - x: x -> f\n  - if x:\n      y: 1\n    elif x:\n      y: 2\n"
        "    else:\n      - param p: float32[N, 2]\n  - for i in x:\n      y: y -> f\n"
        "  - input z: float32[1]\n  - x: z\n"
    )


def test_comments_move_with_their_statements() -> None:
    text = (
        "# top\nmodel m(a = 1)  # m\n# about x\ninput x: float32[N]  # x\n"
        "y = x -> f  # f\n    # before g\n    -> g  # y\n# last\n"
    )
    wanted = (
        "# top\nspecc: 1\nmodel: m\nparams: {a: 1}  # m\n\n# about x\ninputs:\n  x: float32[N]  # x\n\n"
        "graph:\n  y:\n    from: x\n    layers:\n      - f  # f\n      # before g\n      - g  # y\n# last\n"
    )
    assert format_yaml(good(text)) == wanted
    assert format_text(good(wanted, "yaml")) == text.replace("# about", "\n# about").replace("\ny =", "\n\ny =")


def test_long_text_is_folded() -> None:
    text = f"output y: float32[N, {', '.join(['classes'] * 6)}] = x -> {' -> '.join(['normalise(2)'] * 6)}\n"
    formatted = format_yaml(good(text))
    assert "  y: >-\n    float32[N, classes," in formatted
    assert good(formatted, "yaml").statements == good(text).statements


# --- properties ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", ["specc", "yaml"])
@CAREFUL
@seed(1)
@given(module=modules())
def test_reading_what_was_formatted_gives_the_same_tree(syntax: Syntax, module: ast.Module) -> None:
    text = FORMS[syntax](module)
    read = good(text, syntax)
    assert read.statements == module.statements
    assert FORMS[syntax](read) == text


@CAREFUL
@seed(2)
@given(module=modules())
def test_there_and_back_keeps_the_tree(module: ast.Module) -> None:
    first = good(format_text(module))
    second = good(format_yaml(first), "yaml")
    third = good(format_text(second))
    assert first.statements == second.statements == third.statements


@CAREFUL
@seed(3)
@given(docstring=docstrings)
def test_docstrings_keep_every_character(docstring: ast.Docstring) -> None:
    module = ast.Module(Source("", ""), (docstring,), ())
    body = ast.Definition(Span(Source("", ""), 0, 0), "block", "f", (), (docstring, docstring))
    nested = ast.Module(Source("", ""), (body,), ())
    for given_module in (module, nested):
        assert good(format_text(given_module)).statements == given_module.statements
        assert good(format_yaml(given_module), "yaml").statements == given_module.statements


def _sprinkled(text: str, chance: random.Random, mark: str) -> str:
    """`text` with comments on and between its lines."""
    lines: list[str] = []
    folded, depth = False, 0
    for number, line in enumerate(text.splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        folded = folded and (len(indent) > depth or not line)
        if folded:
            lines.append(line)
            continue
        if chance.random() < 0.3:
            lines += [""] * chance.randint(0, 2) + [f"{indent}# own {mark}{number}"]
        folded, depth = line.endswith((">-", "|-")), len(indent)
        tail = f" # end {mark}{number}" if chance.random() < 0.3 and line and not folded else ""
        lines.append(line + tail)
    if chance.random() < 0.5:
        lines.append(f"# last {mark}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("syntax", ["specc", "yaml"])
@CAREFUL
@seed(4)
@given(module=modules(), number=st.integers(0, 1000))
def test_comments_are_kept_in_order(syntax: Syntax, module: ast.Module, number: int) -> None:
    spelt = FORMS[syntax](module).splitlines()
    assume(not any(line.strip().startswith('"""') and line.count('"""') == 1 for line in spelt))
    text = _sprinkled(FORMS[syntax](module), random.Random(number), "c")
    read = good(text, syntax)
    assert len(texts(read)) == text.count("# own") + text.count("# end") + text.count("# last")
    for target, form in FORMS.items():
        formatted = form(read)
        again = good(formatted, target)
        assert again.statements == module.statements
        assert texts(again) == texts(read), formatted
        assert form(again) == formatted
