"""The text form: what each spelling means, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS
from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.scan import scan_comments
from specc.syntax.text import Fragments, read_text

NOWHERE = Span(Source("nowhere", ""), 0, 0)

RESNET = """# resnet50.specc
model resnet(depth = 50, classes = 1000)

input image: float32[N, 3, 224, 224]

block bottleneck(x, width, stride = 1):
    y = x -> conv(width, 1, bias=false) as conv1 -> batchnorm as bn1 -> relu
          -> conv(width, 3, stride=stride, padding=1, bias=false) as conv2 -> batchnorm as bn2 -> relu
          -> conv(4 * width, 1, bias=false) as conv3 -> batchnorm as bn3
    if stride != 1 or x.channels != 4 * width:
        x = x -> conv(4 * width, 1, stride=stride, bias=false) as downsample.0 -> batchnorm as downsample.1
    return relu(y + x)

x = image -> conv(64, 7, stride=2, padding=3, bias=false) as conv1 -> batchnorm as bn1 -> relu
          -> maxpool(3, stride=2, padding=1)
for stage, (width, count) in enumerate(zip([64, 128, 256, 512], {50: [3, 4, 6, 3], 101: [3, 4, 23, 3]}[depth])):
    for i in range(count):
        x = x -> bottleneck(width, stride = 2 if stage > 0 and i == 0 else 1) as layer{stage + 1}.{i}

output logits: float32[N, classes] = x -> global_avgpool -> flatten -> linear(classes) as fc

expect(depth = 50): params == 25_557_032, macs(N = 1) == 4_089_184_256
"""


def read(text: str) -> ast.Module:
    reporter = Reporter()
    module = read_text(Source("test.specc", text), reporter, DEFAULT_LIMITS)
    assert reporter.diagnostics == []
    return module


def statement(text: str) -> ast.Statement:
    statements = read(text).statements
    assert len(statements) == 1
    return statements[0]


def value(text: str) -> ast.Expression:
    assign = statement(f"r = {text}")
    assert isinstance(assign, ast.Assign)
    return assign.value


def name(text: str) -> ast.Name:
    return ast.Name(NOWHERE, text)


def num(number: int | float, text: str | None = None) -> ast.Number:
    return ast.Number(NOWHERE, number, str(number) if text is None else text)


def string(text: str) -> ast.String:
    return ast.String(NOWHERE, text)


def true() -> ast.Boolean:
    return ast.Boolean(NOWHERE, True)


def false() -> ast.Boolean:
    return ast.Boolean(NOWHERE, False)


def binary(first: ast.Expression, *rest: tuple[str, ast.Expression]) -> ast.Binary:
    return ast.Binary(NOWHERE, first, rest)


def compare(first: ast.Expression, *rest: tuple[str, ast.Expression]) -> ast.Comparison:
    return ast.Comparison(NOWHERE, first, rest)


def logical(operator: str, *operands: ast.Expression) -> ast.Logical:
    return ast.Logical(NOWHERE, operator, operands)


def unary(operator: str, operand: ast.Expression) -> ast.Unary:
    return ast.Unary(NOWHERE, operator, operand)


def items(*values: ast.Expression) -> ast.ListExpression:
    return ast.ListExpression(NOWHERE, values)


def several(*values: ast.Expression) -> ast.TupleExpression:
    return ast.TupleExpression(NOWHERE, values)


def call(callee: ast.Expression | str, *arguments: ast.Expression, **named: ast.Expression) -> ast.Call:
    function = name(callee) if isinstance(callee, str) else callee
    positional = tuple(ast.Argument(NOWHERE, None, argument) for argument in arguments)
    return ast.Call(NOWHERE, function, positional + tuple(ast.Argument(NOWHERE, k, v) for k, v in named.items()))


def path(*parts: str | ast.Expression) -> ast.Path:
    return ast.Path(NOWHERE, parts)


def stage(what: ast.Expression | str, at: ast.Path | str | None = None) -> ast.Stage:
    expression = name(what) if isinstance(what, str) else what
    return ast.Stage(NOWHERE, expression, path(at) if isinstance(at, str) else at)


def pipeline(source: ast.Stage | str, *stages: ast.Stage | str) -> ast.Pipeline:
    first, *rest = [step if isinstance(step, ast.Stage) else stage(step) for step in (source, *stages)]
    return ast.Pipeline(NOWHERE, first, tuple(rest))


def assign(target: str, what: ast.Expression) -> ast.Assign:
    return ast.Assign(NOWHERE, name(target), what)


def targets(*items: ast.Target | str) -> ast.TargetTuple:
    return ast.TargetTuple(NOWHERE, tuple(name(item) if isinstance(item, str) else item for item in items))


def tensor(dtype: str, *dims: ast.Expression | int | str) -> ast.TypeExpression:
    kinds = {int: num, str: name}
    return ast.TypeExpression(NOWHERE, dtype, tuple(kinds[type(d)](d) if type(d) in kinds else d for d in dims))


def parameter(text: str, kind: str | None = None, default: ast.Expression | None = None) -> ast.Parameter:
    return ast.Parameter(NOWHERE, text, kind, default)


def branch(condition: ast.Expression, *body: ast.Statement) -> ast.Branch:
    return ast.Branch(NOWHERE, condition, body)


# --- whole models --------------------------------------------------------------------------------------------------


def bottleneck() -> ast.Definition:
    wide = binary(num(4), ("*", name("width")))
    main = pipeline(
        "x",
        stage(call("conv", name("width"), num(1), bias=false()), "conv1"),
        stage("batchnorm", "bn1"),
        "relu",
        stage(call("conv", name("width"), num(3), stride=name("stride"), padding=num(1), bias=false()), "conv2"),
        stage("batchnorm", "bn2"),
        "relu",
        stage(call("conv", wide, num(1), bias=false()), "conv3"),
        stage("batchnorm", "bn3"),
    )
    shortcut = pipeline(
        "x",
        stage(call("conv", wide, num(1), stride=name("stride"), bias=false()), "downsample.0"),
        stage("batchnorm", "downsample.1"),
    )
    condition = logical(
        "or",
        compare(name("stride"), ("!=", num(1))),
        compare(ast.Member(NOWHERE, name("x"), "channels"), ("!=", wide)),
    )
    body = (
        assign("y", main),
        ast.If(NOWHERE, (branch(condition, assign("x", shortcut)),), ()),
        ast.Return(NOWHERE, call("relu", binary(name("y"), ("+", name("x"))))),
    )
    parameters = (parameter("x"), parameter("width"), parameter("stride", None, num(1)))
    return ast.Definition(NOWHERE, "block", "bottleneck", parameters, body)


def stages_loop() -> ast.For:
    counts = ast.MapExpression(
        NOWHERE,
        ((num(50), items(num(3), num(4), num(6), num(3))), (num(101), items(num(3), num(4), num(23), num(3)))),
    )
    widths = items(num(64), num(128), num(256), num(512))
    pairs = call("zip", widths, ast.Subscript(NOWHERE, counts, (name("depth"),)))
    first = logical("and", compare(name("stage"), (">", num(0))), compare(name("i"), ("==", num(0))))
    strided = call("bottleneck", name("width"), stride=ast.Conditional(NOWHERE, num(2), first, num(1)))
    where = path("layer", binary(name("stage"), ("+", num(1))), ".", name("i"))
    inner = ast.For(
        NOWHERE, name("i"), call("range", name("count")), (assign("x", pipeline("x", stage(strided, where))),)
    )
    return ast.For(NOWHERE, targets("stage", targets("width", "count")), call("enumerate", pairs), (inner,))


def test_the_resnet_of_the_design_page() -> None:
    stem = pipeline(
        "image",
        stage(call("conv", num(64), num(7), stride=num(2), padding=num(3), bias=false()), "conv1"),
        stage("batchnorm", "bn1"),
        "relu",
        call_stage("maxpool", num(3), stride=num(2), padding=num(1)),
    )
    head = pipeline("x", "global_avgpool", "flatten", stage(call("linear", name("classes")), "fc"))
    checks = (
        compare(name("params"), ("==", num(25557032, "25_557_032"))),
        compare(call("macs", N=num(1)), ("==", num(4089184256, "4_089_184_256"))),
    )
    assert read(RESNET).statements == (
        ast.Model(NOWHERE, "resnet", (parameter("depth", None, num(50)), parameter("classes", None, num(1000)))),
        ast.Input(NOWHERE, "image", tensor("float32", "N", 3, 224, 224), None, None),
        bottleneck(),
        assign("x", stem),
        stages_loop(),
        ast.Output(NOWHERE, "logits", tensor("float32", "N", "classes"), None, head),
        ast.Expect(NOWHERE, (ast.Argument(NOWHERE, "depth", num(50)),), checks),
    )


def call_stage(callee: str, *arguments: ast.Expression, **named: ast.Expression) -> ast.Stage:
    return stage(call(callee, *arguments, **named))


def test_an_empty_file_has_no_statements() -> None:
    assert read("").statements == ()
    assert read("\n\n  # only a comment\n").statements == ()


def test_line_ends_of_windows_mean_the_same() -> None:
    assert read(RESNET.replace("\n", "\r\n")).statements == read(RESNET).statements


# --- statements ----------------------------------------------------------------------------------------------------

STATEMENTS = {
    "model m": ast.Model(NOWHERE, "m", ()),
    "model m()": ast.Model(NOWHERE, "m", ()),
    "model m(a: int, b: list = [], c = 1,)": ast.Model(
        NOWHERE, "m", (parameter("a", "int"), parameter("b", "list", items()), parameter("c", None, num(1)))
    ),
    "import std": ast.Import(NOWHERE, "std", "std"),
    "import std.vision": ast.Import(NOWHERE, "std.vision", "vision"),
    "import std.vision as v": ast.Import(NOWHERE, "std.vision", "v"),
    'import "blocks.specc" as blocks': ast.Import(NOWHERE, "blocks.specc", "blocks"),
    "from std import bottleneck, conv_bn as cb": ast.FromImport(
        NOWHERE,
        "std",
        (ast.ImportedName(NOWHERE, "bottleneck", "bottleneck"), ast.ImportedName(NOWHERE, "conv_bn", "cb")),
    ),
    'from "blocks.specc" import a': ast.FromImport(NOWHERE, "blocks.specc", (ast.ImportedName(NOWHERE, "a", "a"),)),
    "input attention_mask: int64[N, T] = 1": ast.Input(
        NOWHERE, "attention_mask", tensor("int64", "N", "T"), None, num(1)
    ),
    "input key as past_key_values.{i}.key: float32[]": ast.Input(
        NOWHERE, "key", tensor("float32"), path("past_key_values.", name("i"), ".key"), None
    ),
    "state h: float32[N, 256] = 0": ast.State(NOWHERE, "h", tensor("float32", "N", 256), None, None, num(0)),
    "state k as past.{i}.key -> present.{i}.key: float32[N, 12, P, 64]": ast.State(
        NOWHERE,
        "k",
        tensor("float32", "N", 12, "P", 64),
        path("past.", name("i"), ".key"),
        path("present.", name("i"), ".key"),
        None,
    ),
    "next h = f(x)": ast.Next(NOWHERE, "h", None, call("f", name("x"))),
    "next k: float32[N, 12, P + T, 64] = y": ast.Next(
        NOWHERE, "k", tensor("float32", "N", 12, binary(name("P"), ("+", name("T"))), 64), name("y")
    ),
    "param cls as embeddings.cls_token: float32[1, width] = normal(0.02)": ast.Weight(
        NOWHERE,
        "cls",
        True,
        (),
        tensor("float32", 1, "width"),
        path("embeddings.cls_token"),
        call("normal", num(0.02)),
    ),
    "const pe[i, j]: float32[512, width] = i if j % 2 == 0 else j": ast.Weight(
        NOWHERE,
        "pe",
        False,
        ("i", "j"),
        tensor("float32", 512, "width"),
        None,
        ast.Conditional(NOWHERE, name("i"), compare(binary(name("j"), ("%", num(2))), ("==", num(0))), name("j")),
    ),
    "const pe[i] as a.b: float32[512]": ast.Weight(
        NOWHERE, "pe", False, ("i",), tensor("float32", 512), path("a.b"), None
    ),
    'const table: float32[10, 4] = file("table.npy")': ast.Weight(
        NOWHERE, "table", False, (), tensor("float32", 10, 4), None, call("file", string("table.npy"))
    ),
    "x = 1, 2": assign("x", several(num(1), num(2))),
    "x, (h, c) = lstm(y)": ast.Assign(NOWHERE, targets("x", targets("h", "c")), call("lstm", name("y"))),
    "(a, b), c = y": ast.Assign(NOWHERE, targets(targets("a", "b"), "c"), name("y")),
    "(a,) = y": ast.Assign(NOWHERE, targets("a"), name("y")),
    "(a) = y": assign("a", name("y")),
    "return a": ast.Return(NOWHERE, name("a")),
    "return a, b": ast.Return(NOWHERE, several(name("a"), name("b"))),
    'require T <= 512, "message"': ast.Require(NOWHERE, compare(name("T"), ("<=", num(512))), "message"),
    "require H % 32 == 0": ast.Require(NOWHERE, compare(binary(name("H"), ("%", num(32))), ("==", num(0))), None),
    "require (a)": ast.Require(NOWHERE, name("a"), None),
    "output logits = x": ast.Output(NOWHERE, "logits", None, None, name("x")),
    "output logits: float32[N]": ast.Output(NOWHERE, "logits", tensor("float32", "N"), None, None),
    "output logits": ast.Output(NOWHERE, "logits", None, None, None),
    "output k as present.0.key: float32[N] = x": ast.Output(
        NOWHERE, "k", tensor("float32", "N"), path("present.0.key"), name("x")
    ),
    "expect: params == 1": ast.Expect(NOWHERE, (), (compare(name("params"), ("==", num(1))),)),
    "expect():\n  a == 1, b == 2\n  c": ast.Expect(
        NOWHERE,
        (),
        (compare(name("a"), ("==", num(1))), compare(name("b"), ("==", num(2))), name("c")),
    ),
    'weights:\n    rename "a(.*)" -> "b"\n\n    ignore "c"\n': ast.Weights(
        NOWHERE, (ast.Rename(NOWHERE, ("a(.*)",), (), ("b",)), ast.Ignore(NOWHERE, "c"))
    ),
    "function f(v: int, divisor: int = 8):\n    return v": ast.Definition(
        NOWHERE,
        "function",
        "f",
        (parameter("v", "int"), parameter("divisor", "int", num(8))),
        (ast.Return(NOWHERE, name("v")),),
    ),
    "block f():\n    x = y\n": ast.Definition(NOWHERE, "block", "f", (), (assign("x", name("y")),)),
    "if a:\n  x = 1\nelif b:\n  x = 2\nelif c:\n  x = 3\nelse:\n  x = 4": ast.If(
        NOWHERE,
        (
            branch(name("a"), assign("x", num(1))),
            branch(name("b"), assign("x", num(2))),
            branch(name("c"), assign("x", num(3))),
        ),
        (assign("x", num(4)),),
    ),
    "for i in 1, 2:\n    x = i": ast.For(NOWHERE, name("i"), several(num(1), num(2)), (assign("x", name("i")),)),
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statement(text: str) -> None:
    assert statement(text) == STATEMENTS[text]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"""One line."""', "One line."),
        ('"""\n    First.\n\n        Second.\n    """', "First.\n\n    Second."),
        ('"""a "quoted" word, a \\\\ and \\"""."""', 'a "quoted" word, a \\ and """.'),
        ('"""caf\\u00e9"""', "café"),
        ('""""""', ""),
    ],
)
def test_docstring(literal: str, text: str) -> None:
    assert statement(literal) == ast.Docstring(NOWHERE, text)


SOFT = [
    *("model", "input", "output", "state", "next", "param", "const", "block", "function", "weights", "expect"),
    *("require", "rename", "ignore", "file"),
]
HARD = [
    *("if", "elif", "else", "for", "in", "and", "or", "not", "as", "import", "from", "return"),
    *("true", "false", "none"),
]


@pytest.mark.parametrize("word", SOFT)
def test_soft_keywords_are_names_too(word: str) -> None:
    assert statement(f"{word} = 3") == assign(word, num(3))
    assert statement(f"{word}, b = c") == ast.Assign(NOWHERE, targets(word, "b"), name("c"))
    assert value(f"f({word}, {word} = {word})") == call("f", name(word), **{word: name(word)})
    assert statement(f"for {word} in {word}:\n    x = {word}\n") == ast.For(
        NOWHERE, name(word), name(word), (assign("x", name(word)),)
    )


@pytest.mark.parametrize("word", HARD)
def test_keywords_stand_in_members_arguments_and_paths(word: str) -> None:
    assert value(f"a.{word}") == ast.Member(NOWHERE, name("a"), word)
    assert value(f"f({word} = 1)") == call("f", **{word: num(1)})
    assert value(f"x -> f as a.{word}.b") == pipeline("x", stage("f", f"a.{word}.b"))
    assert value(f"x -> f as {word}") == pipeline("x", stage("f", word))


def test_names_that_begin_with_a_keyword_are_names() -> None:
    assert statement("inputs = format(nothing, iffy, notes)") == assign(
        "inputs", call("format", name("nothing"), name("iffy"), name("notes"))
    )
    assert statement("output_size = in_channels") == assign("output_size", name("in_channels"))


# --- expressions ---------------------------------------------------------------------------------------------------

a, b, c, d, x, i = (name(letter) for letter in "abcdxi")

EXPRESSIONS = {
    "a or b or c": logical("or", a, b, c),
    "a or b and c": logical("or", a, logical("and", b, c)),
    "not a and not not b": logical("and", unary("not", a), unary("not", unary("not", b))),
    "not a == b": unary("not", compare(a, ("==", b))),
    "a < b <= c": compare(a, ("<", b), ("<=", c)),
    "a in b": compare(a, ("in", b)),
    "a not  in b": compare(a, ("not in", b)),
    "not a in b": unary("not", compare(a, ("in", b))),
    "a + b - c": binary(a, ("+", b), ("-", c)),
    "a + b * c - d": binary(a, ("+", binary(b, ("*", c))), ("-", d)),
    "a * b / c // d % a @ b": binary(a, ("*", b), ("/", c), ("//", d), ("%", a), ("@", b)),
    "(a + b) * c": binary(binary(a, ("+", b)), ("*", c)),
    "-a ** 2": unary("-", binary(a, ("**", num(2)))),
    "2 ** -a": binary(num(2), ("**", unary("-", a))),
    "a ** b ** c": binary(a, ("**", b), ("**", c)),
    "a ** -b ** c": binary(a, ("**", unary("-", binary(b, ("**", c))))),
    "a ** b * c": binary(binary(a, ("**", b)), ("*", c)),
    "- + -a": unary("-", unary("+", unary("-", a))),
    "a - -b": binary(a, ("-", unary("-", b))),
    "-a + b": binary(unary("-", a), ("+", b)),
    "a * -b": binary(a, ("*", unary("-", b))),
    "-a.b": unary("-", ast.Member(NOWHERE, a, "b")),
    "a == (not b)": compare(a, ("==", unary("not", b))),
    "a if b else c": ast.Conditional(NOWHERE, a, b, c),
    "a if b else c if d else x": ast.Conditional(NOWHERE, a, b, ast.Conditional(NOWHERE, c, d, x)),
    "a or b if c and d else not x": ast.Conditional(
        NOWHERE, logical("or", a, b), logical("and", c, d), unary("not", x)
    ),
    "true": true(),
    "false": false(),
    "none": ast.Nothing(NOWHERE),
    "[]": items(),
    "[a, b,]": items(a, b),
    "()": several(),
    "(a,)": several(a),
    "(a, b,)": several(a, b),
    "((a))": a,
    "{}": ast.MapExpression(NOWHERE, ()),
    '{1: a, "k": [b],}': ast.MapExpression(NOWHERE, ((num(1), a), (string("k"), items(b)))),
    "[a for i in b]": ast.Comprehension(NOWHERE, a, i, b, None),
    "[a + i for i, (x, d) in b if c]": ast.Comprehension(
        NOWHERE, binary(a, ("+", i)), targets("i", targets("x", "d")), b, c
    ),
    "[x -> a as l{i} for i in b]": ast.Comprehension(NOWHERE, pipeline("x", stage("a", path("l", i))), i, b, None),
    "a.b.c": ast.Member(NOWHERE, ast.Member(NOWHERE, a, "b"), "c"),
    "a.b(c)[d]": ast.Subscript(NOWHERE, call(ast.Member(NOWHERE, a, "b"), c), (d,)),
    "f()": call("f"),
    "f(a, b = c, if = d,)": call("f", a, **{"b": c, "if": d}),
    "f(a == b)": call("f", compare(a, ("==", b))),
    "x[:, 0]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, None, None, None), num(0))),
    "x[..., 0:2]": ast.Subscript(NOWHERE, x, (ast.Ellipsis_(NOWHERE), ast.Range(NOWHERE, num(0), num(2), None))),
    "x[:, none]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, None, None, None), ast.Nothing(NOWHERE))),
    "x[a:b:c]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, a, b, c),)),
    "x[::c]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, None, None, c),)),
    "x[a::]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, a, None, None),)),
    "x[-1:]": ast.Subscript(NOWHERE, x, (ast.Range(NOWHERE, unary("-", num(1)), None, None),)),
    "x -> a": pipeline("x", "a"),
    "x -> a.b -> f(c) as y.0 -> d": pipeline("x", stage(ast.Member(NOWHERE, a, "b")), stage(call("f", c), "y.0"), "d"),
    "x as y": pipeline(stage("x", "y")),
    "x as y -> a": pipeline(stage("x", "y"), "a"),
    "x as .": pipeline(stage("x", ".")),
    "a + b -> c": pipeline(stage(binary(a, ("+", b))), "c"),
    "a if b else c -> d": pipeline(stage(ast.Conditional(NOWHERE, a, b, c)), "d"),
    "f(x -> a, [x -> b], y = x -> c)": call("f", pipeline("x", "a"), items(pipeline("x", "b")), y=pipeline("x", "c")),
    "(x -> a) + b": binary(pipeline("x", "a"), ("+", b)),
    "x[a -> b]": ast.Subscript(NOWHERE, x, (pipeline("a", "b"),)),
    "x -> (a -> b)": pipeline("x", stage(pipeline("a", "b"))),
    "x -> a as {i}": pipeline("x", stage("a", path(i))),
    "x -> a as {i}.b{c}{d}e": pipeline("x", stage("a", path(i, ".b", c, d, "e"))),
    'x -> a as n{ {"k": b}["k"] }.0': pipeline(
        "x",
        stage(
            "a",
            path(
                "n",
                ast.Subscript(NOWHERE, ast.MapExpression(NOWHERE, ((string("k"), b),)), (string("k"),)),
                ".0",
            ),
        ),
    ),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(text: str) -> None:
    assert value(text) == EXPRESSIONS[text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("61_706", 61706),
        ("1.5", 1.5),
        ("1e-5", 1e-5),
        ("1.5e3", 1500.0),
        ("2E+2", 200.0),
        ("5K", 5000),
        ("1.5K", 1500),
        ("4.089_184_256G", 4089184256),
        ("2T", 2 * 10**12),
        ("1.0005K", 1000.5),
        ("0.5M", 500000),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_numbers_keep_value_kind_and_spelling(text: str, number: float) -> None:
    found = value(text)
    assert found == ast.Number(NOWHERE, number, text)
    assert isinstance(found, ast.Number) and type(found.value) is type(number)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('"a b"', "a b"),
        ("'a \"b\"'", 'a "b"'),
        ('""', ""),
        (r'"\n\t\"\'\\"', "\n\t\"'\\"),
        (r'"\u00e9\\u0041"', "é\\u0041"),
        (r'r"a\.(.*)\d"', r"a\.(.*)\d"),
        ("r'a\\\"'", 'a\\"'),
        ('"# no comment"', "# no comment"),
        ('"( [ {"', "( [ {"),
        ('"ünï ⊕"', "ünï ⊕"),
    ],
)
def test_strings(text: str, meaning: str) -> None:
    assert value(text) == string(meaning)


# --- lines, comments, places ---------------------------------------------------------------------------------------


def test_lines_go_on_in_brackets_and_before_arrows() -> None:
    text = "y = f(\n  a,  # first -> here\n\n# between\n    b)\n\n  # about g\n        -> g(\n) # end\n  -> h\nz = y\n"
    assert read(text).statements == (
        assign("y", pipeline(stage(call("f", a, b)), stage(call("g")), "h")),
        assign("z", name("y")),
    )


def test_blank_lines_and_comments_do_not_end_a_body() -> None:
    text = "if a:\n    x = 1\n\n# at the margin\n        # deeper\n    y = 2\n\n\nz = 3"
    assert read(text).statements == (
        ast.If(NOWHERE, (branch(a, assign("x", num(1)), assign("y", num(2))),), ()),
        assign("z", num(3)),
    )


def test_comments_are_kept_in_order() -> None:
    text = '# top\nx = "# not" # one  \n    # own\ny = (1, # two\n  # three\n  2)\r\n#\n'
    comments = read(text).comments
    assert [(comment.text, comment.own_line) for comment in comments] == [
        (" top", True),
        (" one", False),
        (" own", True),
        (" two", False),
        (" three", True),
        ("", True),
    ]
    assert [text[c.span.start : c.span.end] for c in comments] == ["# top", "# one", "# own", "# two", "# three", "#"]


def test_scan_comments() -> None:
    assert scan_comments("x = 1 # a\n# b\n", DEFAULT_LIMITS) == [(6, 9, False), (10, 13, True)]


def elements(element: ast.Element) -> Iterator[ast.Element]:
    yield element
    for field in fields(element):
        yield from inside(getattr(element, field.name))


def inside(part: object) -> Iterator[ast.Element]:
    if isinstance(part, ast.Element):
        yield from elements(part)
    elif isinstance(part, tuple):
        for item in part:
            yield from inside(item)


def written(text: str, kind: type[ast.Element]) -> list[str]:
    found = [element for s in read(text).statements for element in elements(s) if isinstance(element, kind)]
    return [text[element.span.start : element.span.end] for element in found]


SPANS: list[tuple[str, type[ast.Element], list[str]]] = [
    ("r = (a + b) * c", ast.Binary, ["(a + b) * c", "(a + b)"]),
    ("r = -a ** 2 + b", ast.Unary, ["-a ** 2"]),
    ("r = a < b  # c", ast.Comparison, ["a < b"]),
    ("r = not a and b", ast.Logical, ["not a and b"]),
    ("r = 1 if a else 2 if b else 3", ast.Conditional, ["1 if a else 2 if b else 3", "2 if b else 3"]),
    ("r = f(a, k = 2 * b)(c)", ast.Call, ["f(a, k = 2 * b)(c)", "f(a, k = 2 * b)"]),
    ("r = f(a, k = 2 * b)", ast.Argument, ["a", "k = 2 * b"]),
    ("r = x.y[0, a:b].z", ast.Member, ["x.y[0, a:b].z", "x.y"]),
    ("r = x.y[0, a:b].z", ast.Subscript, ["x.y[0, a:b]"]),
    ("r = x[0, a:b, :, ...]", ast.Range, ["a:b", ":"]),
    ("r = x[0, a:b, :, ...]", ast.Ellipsis_, ["..."]),
    ("r = x -> f(a) as l{i + 1}.0\n  -> g", ast.Pipeline, ["x -> f(a) as l{i + 1}.0\n  -> g"]),
    ("r = x -> f(a) as l{i + 1}.0\n  -> g", ast.Stage, ["x", "f(a) as l{i + 1}.0", "g"]),
    ("r = x -> f(a) as l{i + 1}.0\n  -> g", ast.Path, ["l{i + 1}.0"]),
    ("r = [1, (2,), ()]", ast.ListExpression, ["[1, (2,), ()]"]),
    ("r = [1, (2,), ()]", ast.TupleExpression, ["(2,)", "()"]),
    ("r = 1, 2", ast.TupleExpression, ["1, 2"]),
    ("r = {1: 2}", ast.MapExpression, ["{1: 2}"]),
    ("r = [a for i in b if c]", ast.Comprehension, ["[a for i in b if c]"]),
    ("a, (b, c) = d", ast.TargetTuple, ["a, (b, c)", "(b, c)"]),
    ("input x: float32[N, 3] = 0", ast.TypeExpression, ["float32[N, 3]"]),
    ("input x as p.q: float32[N] = 0", ast.Path, ["p.q"]),
    ("block f(a, b: int = 3):\n  x = 1\n\ny = 2", ast.Parameter, ["a", "b: int = 3"]),
    ("block f(a):\n  x = 1  # c\n\ny = 2", ast.Definition, ["block f(a):\n  x = 1"]),
    ("if a:\n  x = 1\nelse:\n  x = 2\n", ast.If, ["if a:\n  x = 1\nelse:\n  x = 2"]),
    ("if a:\n  x = 1\nelif b:\n  y = 2\n", ast.Branch, ["if a:\n  x = 1", "elif b:\n  y = 2"]),
    ("for i in a:\n  x = f(i)\n", ast.For, ["for i in a:\n  x = f(i)"]),
    ('weights:\n  rename "a" -> "b"\n  ignore "c"\n', ast.WeightRule, ['rename "a" -> "b"', 'ignore "c"']),
    ('weights:\n  ignore "c"  # d\n', ast.Weights, ['weights:\n  ignore "c"']),
    ("expect(a = 1): b == 2, c\n", ast.Expect, ["expect(a = 1): b == 2, c"]),
    ("from s import a, b as c\n", ast.ImportedName, ["a", "b as c"]),
    ('  \n"""doc\n  more"""\n', ast.Docstring, ['"""doc\n  more"""']),
]


@pytest.mark.parametrize(("text", "kind", "expected"), SPANS)
def test_spans_are_exact(text: str, kind: type[ast.Element], expected: list[str]) -> None:
    assert written(text, kind) == expected


def test_every_name_and_number_of_the_resnet_stands_where_its_span_says() -> None:
    for s in read(RESNET).statements:
        for element in elements(s):
            text = RESNET[element.span.start : element.span.end]
            if isinstance(element, ast.Name):
                assert text == element.name
            if isinstance(element, ast.Number):
                assert text == element.text


# --- fragments -----------------------------------------------------------------------------------------------------


@pytest.fixture
def fragments() -> Fragments:
    return Fragments(Source("model.yaml", " " * 200), Reporter(), DEFAULT_LIMITS)


def shifted(offset: int) -> int:
    return offset + 100


def test_fragments_give_the_elements_of_the_text_form(fragments: Fragments) -> None:
    assert fragments.expression("x -> a", shifted) == pipeline("x", "a")
    assert fragments.expression("no", shifted) == name("no")
    assert fragments.expression(" 1e-5 ", shifted) == num(1e-5, "1e-5")
    assert fragments.values("a, b", shifted) == several(a, b)
    assert fragments.values("a", shifted) == a
    assert fragments.stage("conv(6, 5) as c1", shifted) == stage(call("conv", num(6), num(5)), "c1")
    assert fragments.stage("tanh", shifted) == stage("tanh")
    assert fragments.path("layer{i}.conv", shifted) == path("layer", i, ".conv")
    assert fragments.target("x, (a, b)", shifted) == targets("x", targets("a", "b"))
    assert fragments.target("input", shifted) == name("input")
    assert fragments.type("float32[N, 3]", shifted) == tensor("float32", "N", 3)
    assert fragments.parameters("a, b: int = 3", shifted) == (parameter("a"), parameter("b", "int", num(3)))
    assert fragments.parameters("", shifted) == ()
    assert fragments.statement("return a, b", shifted) == ast.Return(NOWHERE, several(a, b))
    assert fragments.statement("expect: a", shifted) == ast.Expect(NOWHERE, (), (a,))


def test_headers_have_no_colon_and_no_body(fragments: Fragments) -> None:
    assert fragments.header("if a == 1", shifted) == ast.If(NOWHERE, (branch(compare(a, ("==", num(1)))),), ())
    assert fragments.header("elif a", shifted) == ast.If(NOWHERE, (branch(a),), ())
    assert fragments.header("for i in a", shifted) == ast.For(NOWHERE, i, a, ())
    assert fragments.header("block n(x)", shifted) == ast.Definition(NOWHERE, "block", "n", (parameter("x"),), ())
    assert fragments.header("function n()", shifted) == ast.Definition(NOWHERE, "function", "n", (), ())
    assert fragments.header("expect(a = 1)", shifted) == ast.Expect(NOWHERE, (ast.Argument(NOWHERE, "a", num(1)),), ())
    assert fragments.header("weights", shifted) == ast.Weights(NOWHERE, ())


def test_lines_of_a_fragment_are_joined(fragments: Fragments) -> None:
    assert fragments.expression("\na\n+\n  b\n", shifted) == binary(a, ("+", b))


def test_places_of_a_fragment_are_those_of_the_file() -> None:
    source = Source("model.yaml", "y: '''a'' + bc'")
    found = Fragments(source, Reporter(), DEFAULT_LIMITS).expression(
        "'a' + bc", lambda offset: 4 + offset + (1 if offset > 0 else 0) + (1 if offset > 2 else 0)
    )
    assert isinstance(found, ast.Binary)
    first, (_, second) = found.first, found.rest[0]
    assert source.text[found.span.start : found.span.end] == "''a'' + bc"
    assert source.text[first.span.start : first.span.end] == "''a'"
    assert source.text[second.span.start : second.span.end] == "bc"
