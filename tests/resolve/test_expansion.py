"""Values, calls, states, promises, imports: what a spec means, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from expanding import codes, graph, mistakes, warnings

import specc
from specc.layers.registry import layers_by_name
from specc.resolve.builtins import BUILTINS
from specc.resolve.other_names import ELSEWHERE

HEAD = "model m(width: int = 4, act = relu)\ninput x: float32[N, T, 8]\n"


def output(text: str, **parameters: object) -> str:
    return str(graph(HEAD + text, **parameters).outputs[-1].value.type)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 ** 3 ** 2 - 7 // 2 * -1", 512 + 3),
        ("[i * 2 for i in range(4) if i != 1][-1]", 6),
        ('{"a": 1, 3: [5, 6]}[3][1]', 6),
        ("len([1] * 5 + [2, 3])", 7),
        ("sum([k + v for k, v in enumerate([1, 2, 3])])", 9),
        ("max([2, 9, 4]) if true and not false else 0", 9),
        ("int(7.9) + round(2.6) + floor(-0.5)", 7 + 3 - 1),
        ("10 ** 30 // 10 ** 29", 10),
        ("1 + int(0 ** 0.5)", 1),
        ("1 if 1 < 2 <= 2 != 3 else 100", 1),
    ],
)
def test_compile_time_values(expression: str, value: int) -> None:
    assert output(f"output y = x -> linear({expression})\n") == f"float32[N, T, {value}]"


def test_parameters_come_from_outside_and_are_checked() -> None:
    assert output("output y = x -> linear(width) -> act\n", width=6) == "float32[N, T, 6]"
    made = graph(HEAD + "output y = x -> linear(width) -> act\n", act="gelu")
    assert [node.operation.name for node in made.nodes] == ["linear", "gelu"]
    assert codes(HEAD + "output y = x -> linear(width) -> act\n", width="wide") == ["SP2006:1"]
    assert codes(HEAD + "output y = x -> linear(width) -> act\n", wdth=3) == ["SP4001:1"]


def test_sizes_are_exact() -> None:
    text = "y = concat(x, x[:, 1:], axis=1)\noutput z = y -> reshape([N * (2 * T - 1), 8])\n"
    assert output(text) == "float32[2*N*T - N, 8]"
    assert codes(HEAD + text.replace("2 * T - 1", "2 * T")) == ["SP3206:4"]


def test_promises_are_needed_and_enough() -> None:
    pooled = "image = x[:, none]\noutput y = image -> maxpool(2)\n"
    assert codes(HEAD + pooled) == ["SP3102:4"]
    assert output("require T >= 2\n" + pooled) == "float32[N, 1, T//2, 4]"
    assert output("require T % 4 == 0\n" + pooled) == "float32[N, 1, T//2, 4]"
    assert output("if width == 4:\n    require T >= 2\n" + pooled) == "float32[N, 1, T//2, 4]"
    assert output("low = max(1, 2)\nrequire T >= low\n" + pooled) == "float32[N, 1, T//2, 4]"
    assert codes(HEAD + "require T % 4 == 1\n" + pooled)[0] == "SP2017:3"
    assert codes(HEAD + "require T > 5, T < 3\n" + pooled)[0].startswith("SP1")
    assert "SP2016:4" in codes(HEAD + "require T > 5\nrequire T < 3\n" + pooled)


def test_decisions_cannot_depend_on_sizes_that_are_free() -> None:
    assert codes(HEAD + "if T > 4:\n    x = x -> relu\noutput y = x\n") == ["SP2017:3"]
    assert output("require T > 4\nif T > 3:\n    x = x -> linear(2)\noutput y = x\n") == "float32[N, T, 2]"


def test_every_mistake_is_reported_once_and_nothing_follows_from_it() -> None:
    text = (
        "a = x -> linear(widht)\nb = a -> linear(3)\nc = x -> softmaxx\nd = c + b\n"
        "block never(x):\n    return x -> linear(4, biass=false)\noutput y = d\n"
    )
    assert codes(HEAD + text) == ["SP2001:3", "SP2001:5", "SP2003:8"]
    assert mistakes(HEAD + text)[0].help == "did you mean `width`?"


def test_shape_mistakes_name_both_origins() -> None:
    text = "a = x -> linear(5) as first\nb = x -> linear(7) as second -> relu\noutput y = a + b\n"
    (found,) = mistakes(HEAD + text)
    assert [(label.span.line, label.text.split(" ")[0]) for label in found.labels] == [(3, "5"), (4, "7")]
    assert "`second`" in found.labels[1].text


def test_a_mistake_in_a_block_shows_where_it_was_applied() -> None:
    text = (
        "block b(x):\n    return x -> conv(4, 3, groups=3)\nfor i in range(2):\n    y = x -> b as b{i}\noutput z = y\n"
    )
    (found,) = mistakes(HEAD + text)
    assert found.span is not None and found.span.line == 4
    assert any(":6:" in note for note in found.notes)


def test_states_pair_inputs_and_outputs() -> None:
    text = "state h as past -> present: float32[N, 8] = 0\nnext h = h + x[:, 0]\noutput y = h\n"
    made = graph(HEAD + "require T >= 1\n" + text)
    assert [(pair.input, pair.output) for pair in made.states] == [("past", "present")]
    assert codes(HEAD + "state h: float32[N, 8]\noutput y = h\n") == ["SP2015:3"]
    assert codes(HEAD + "next h = x\noutput y = x\n") == ["SP2015:3"]


@pytest.mark.parametrize(
    ("state", "following", "fits"),
    [
        ("int64[N]", "h + 1", True),
        ("int64[N]", "cast(h, float32)", False),
        ("float32[N, 8]", "h[none]", False),
        ("float32[N, 8]", "h[:, :7]", False),
        ("float32[N, 8]", "concat(h, x[:, 0], axis=1)", False),
        ("float32[N, P]", "concat(h, x[:, 0], axis=1)", True),
        ("float32[N, P]", "x[:, 0]", True),
        ("float32[N, T, 8]", "concat(h, x, axis=1)", True),
        ("float32[N, 9, 8]", "concat(h, x, axis=1)", False),
        ("float32[N, 1, 8]", "x", True),
    ],
)
def test_a_next_value_fits_its_state(state: str, following: str, fits: bool) -> None:
    text = f"{HEAD}require T >= 1\nstate h: {state} = 0\nnext h = {following}\noutput y = x\n"
    if fits:
        assert [pair.input for pair in graph(text).states] == ["h"]
    else:
        assert codes(text) == ["SP3011:5"]


def test_what_is_unused_is_a_warning() -> None:
    text = "model m(a = 1)\ninput x: float32[N]\ninput z: float32[N]\nb = x -> relu\noutput y = x -> relu\n"
    assert warnings(text) == [
        "the parameter `a` is never used",
        "the input `z` is never used",
        "the value `b` is never used",
    ]
    assert warnings("model m\ninput x: float32[N, T, 4]\ny, (h, c) = x -> lstm(3)\noutput z = y\n") == []


def test_no_recursion() -> None:
    assert codes(HEAD + "block f(x):\n    return x -> f\noutput y = x -> f\n") == ["SP2020:4"]
    assert codes(HEAD + "function g(n):\n    return g(n)\noutput y = x -> linear(g(1))\n") == ["SP2020:4"]
    nested = "block twice(x, inner):\n    return x -> inner -> inner\noutput y = x -> twice(twice(relu))\n"
    assert output(nested) == "float32[N, T, 8]"


def test_limits_end_the_expansion() -> None:
    assert codes(HEAD + "for i in range(10 ** 9):\n    x = x -> relu\noutput y = x\n") == ["SP9101:3"]
    loops = "".join(f"{'    ' * i}for {name} in range(1000):\n" for i, name in enumerate("abc"))
    loops += "            d = a\noutput y = x\n"
    assert "SP9101" in codes(HEAD + loops)[0]
    assert codes(HEAD + "k = 9 ** 9 ** 9\noutput y = x\n") == ["SP9101:3"]


def test_imports_stay_inside_the_root(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "blocks.specc").write_text("block up(x, k = 2):\n    return x -> linear(k * x.features)\n")
    (tmp_path / "net.specc").write_text("model net(w = 3)\ninput a: float32[B, 4]\noutput z = a -> linear(w) as fc\n")
    main = tmp_path / "main.specc"
    main.write_text(
        'model m\nfrom "blocks.specc" import up\nimport "net.specc" as other\ninput x: float32[N, 4]\n'
        "output y: float32[N, 6] = x -> up -> linear(4) -> other.net(w=6) as inner\n"
    )
    spec = specc.load(str(main))
    assert "inner.fc.weight" in spec._resolved.graph.weights
    (tmp_path / "sub" / "bad.specc").write_text(
        'model m\nimport "../blocks.specc" as b\ninput x: float32[N]\noutput y = x\n'
    )
    with pytest.raises(specc.SpecError, match="outside"):
        specc.load(str(tmp_path / "sub" / "bad.specc")).check()
    (tmp_path / "a.specc").write_text('import "b.specc" as b\n')
    (tmp_path / "b.specc").write_text('import "a.specc" as a\n')
    (tmp_path / "c.specc").write_text('model m\nimport "a.specc" as a\ninput x: float32[N]\noutput y = x\n')
    with pytest.raises(specc.SpecError, match="circle"):
        specc.load(str(tmp_path / "c.specc")).check()


def test_an_imported_model_is_a_block_and_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "net.specc").write_text("model net(w = 4)\ninput a: float32[B, 4]\noutput z = a -> linear(w) as fc\n")
    main = tmp_path / "main.specc"
    main.write_text(
        'model m\nfrom "net.specc" import net\ninput x: float32[N, 4]\nb = net(w = 4) as shared\n'
        "output y = x -> b -> b\n"
    )
    assert sorted(specc.load(str(main))._resolved.graph.weights) == ["shared.fc.bias", "shared.fc.weight"]


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("[N, 3]", "SP2010", "cannot hold the size N"),
        ('[1, "a"]', "SP2010", 'cannot hold the string "a"'),
        ("[[1], [2]]", "SP2006", "of shape [2]"),
        ("[]", "SP2006", "of shape [2]"),
    ],
)
def test_lists_that_are_no_constant(value: str, code: str, words: str) -> None:
    (found,) = mistakes(f"{HEAD}const a: int64[2] = {value}\noutput y = x\n")
    assert found.code == code
    assert words in found.message


def test_rows_of_a_constant_are_of_one_length() -> None:
    (found,) = mistakes(HEAD + "const a: int64[2, 2] = [[1, 2], [3]]\noutput y = x\n")
    assert (found.code, "rows differ" in found.message) == ("SP2009", True)


def test_a_constant_may_be_empty() -> None:
    assert output("const a: float32[0] = []\noutput y = concat(a, a, axis=0)\n") == "float32[0]"


def test_a_block_without_a_name_may_have_a_layer_that_stands_for_it() -> None:
    text = (
        "block b(x):\n    return x -> linear(8) as .\ny = x -> b -> b\ny = y -> b as named\noutput z = y -> linear(8)\n"
    )
    made = graph(HEAD + text)
    assert [path for path in made.weights if path.endswith("weight")] == [
        "b.weight",
        "b_1.weight",
        "named.weight",
        "linear.weight",
    ]


def test_sum_adds_up_tensors_of_a_list() -> None:
    text = "parts = x -> split(2, axis=2)\noutput y = sum(parts)\noutput z = sum([x, x * 2, x -> relu])\n"
    assert [node.operation.name for node in graph(HEAD + text).nodes] == ["split", "add", "mul", "relu", "add", "add"]


def test_names_from_elsewhere_are_those_of_layers() -> None:
    assert {name for names in ELSEWHERE.values() for name in names} <= set(layers_by_name()) | set(BUILTINS)
    assert not set(ELSEWHERE) & set(layers_by_name())
