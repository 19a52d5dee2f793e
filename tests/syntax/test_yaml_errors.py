from __future__ import annotations

import pytest
from reading import read

from specc.base.diagnostics import Diagnostic
from specc.syntax.yaml_errors import ERRORS

HEAD = "specc: 1\n"


def codes(text: str) -> list[str]:
    return [found.code for found in read(text, "yaml")[1]]


def only(text: str) -> Diagnostic:
    found = read(text, "yaml")[1]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        ("specc: 1\nmodel: [m", "SP1200", "2:10", "this list is not closed"),
        ("specc: 1\nmodel: {a: m", "SP1200", "2:13", "this mapping is not closed"),
        ("specc: 1\ngraph:\n  y: a: b\n", "SP1200", "3:7", "a `: ` inside an unquoted value"),
        ("specc: 1\nmodel: 'm\n", "SP1200", "3:1", "inside a quoted text"),
        ("specc: 1\n\tmodel: m\n", "SP1200", "2:1", "a tab stands where only spaces may"),
        ("specc: 1\ndoc: @x\n", "SP1200", "2:6", "`@` can't begin a value"),
        ("%YAML 9.9\n---\nspecc: 1\n", "SP1200", "1:1", ""),
        ("specc: 1\nmodel: &a m\n", "SP1201", "2:8", "the anchor `&a`"),
        ("specc: 1\ngraph: {a: *b}\n", "SP1201", "2:12", "the alias `*b`"),
        ("specc: 1\ngraph: {<<: {b: 1}}\n", "SP1201", "2:9", "the merge key `<<`"),
        ("specc: 1\nmodel: !!str m\n", "SP1201", "2:8", "the tag `tag:yaml.org,2002:str`"),
        ("%TAG !e! x:\n---\nspecc: 1\n", "SP1201", "1:1", "`%TAG`"),
        ("specc: 1\n---\nspecc: 1\n", "SP1202", "2:1", "a second YAML document"),
        ("specc: 1\nmodel: m\nmodel: n\n", "SP1203", "3:1", "the key `model` stands twice"),
        ('specc: 1\ngraph: {y: a, "y": b}\n', "SP1203", "2:15", "the key `y` stands twice"),
        ("specc: 1\ngraph: [y: {from: a, layers: [conv: {out: 1, out: 2}]}]\n", "SP1203", "2:46", "`out`"),
        ("- specc: 1\n", "SP1204", "1:1", "this file holds a list"),
        ("specc 1\n", "SP1204", "1:1", "this file holds text"),
        ("model: m\n", "SP1207", "1:1", "the key `specc` is missing"),
        ("specc: 2\n", "SP1207", "1:8", "version `2`"),
        ("specc: 1\ninput: {x: y}\n", "SP1208", "2:1", "a spec has no key `input`"),
        ("specc: 1\nblocks: {b: {graph: [y: x], returns: y}}\n", "SP1208", "2:29", "`b` has no key `returns`"),
        ("specc: 1\ngraph: {y: {from: x, layer: [f], layers: [g]}}\n", "SP1208", "2:22", "has no key `layer`"),
        ("specc: 1\nweights: [drop: a]\n", "SP1208", "2:11", "has no key `drop`"),
        ("specc: 1\nmodel: [m]\n", "SP1209", "2:8", "`model` must be a name, and this is a list"),
        ("specc: 1\ngraph: relu(x)\n", "SP1209", "2:8", "`graph` must be a list of statements"),
        ("specc: 1\ninputs: {x: [1]}\n", "SP1209", "2:13", "`x` must be text, and this is a list"),
        ("specc: 1\nmodel: m\nparams: [a]\n", "SP1209", "3:9", "`params` must be a mapping, and this is a list"),
        ("specc: 1\ninputs: [y = x]\n", "SP1209", "2:10", "must be an `input` statement"),
        ("specc: 1\ngraph: [y: {from: x, layers: []}]\n", "SP1209", "2:30", "this is an empty list"),
        ("specc: 1\ngraph: [for i in x: []]\n", "SP1209", "2:21", "at least one statement"),
        ("specc: 1\nweights: [rename: [a]]\n", "SP1209", "2:19", "`rename: [pattern, replacement]`"),
        ("specc: 1\ndoc: [a]\n", "SP1209", "2:6", "`doc` must be text"),
        ("specc: 1\nparams: {a: 1}\n", "SP1210", "2:9", "needs the key `model`"),
        ("specc: 1\ngraph: {y: {from: x}}\n", "SP1210", "2:12", "needs the key `layers`"),
        ("specc: 1\nblocks: {b: {params: {x: }}}\n", "SP1210", "2:10", "needs the key `graph`"),
        ("specc: 1\ngraph: {[a, b]: c}\n", "SP1211", "2:9", "a key must be text, and this is a list"),
        ("specc: 1\ngraph: {y: {from: x, layers: [c: f as d]}}\n", "SP1212", "2:34", "named twice"),
        ("specc: 1\ngraph: {y: {from: x, layers: [{c: f, d: g}]}}\n", "SP1213", "2:31", "a mapping with 2 keys"),
        ("specc: 1\ngraph: {y: {from: x, layers: [[f]]}}\n", "SP1213", "2:31", "this is a list"),
        ("specc: 1\ngraph: [{y: x, z: x}]\n", "SP1214", "2:9", "a mapping with 2 keys"),
        ("specc: 1\ngraph: [[y]]\n", "SP1214", "2:9", "this is a list"),
        ("specc: 1\ngraph: [else: [y: x]]\n", "SP1214", "2:9", "`else` without an `if` before it"),
        ("specc: 1\nmodel: m\nparams: {'a = 1': 2}\n", "SP1215", "3:10", "is not the name of a parameter"),
    ],
)
def test_mistake(text: str, code: str, place: str, words: str) -> None:
    found = only(text)
    assert (found.code, str(found.span)) == (code, f"test.yaml:{place}")
    assert words in found.message


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n"])
def test_an_empty_file_is_no_spec(text: str) -> None:
    assert codes(text) in (["SP1204"], ["SP1204", "SP1207"])


def test_many_mistakes_are_found_at_once() -> None:
    text = HEAD + "mode: m\ngraph:\n- y: f(\n- z: 010\n- y: {from: x}\ninputs: [1]\nweights: {a: b}\n"
    assert len(codes(text)) >= 6


def test_the_first_of_two_equal_keys_is_shown() -> None:
    found = only(HEAD + "model: m\nmodel: n\n")
    assert [(label.text, str(label.span)) for label in found.labels] == [("first here", "test.yaml:2:1")]


def test_misspelt_section_gets_a_hint() -> None:
    assert only(HEAD + "input: {x: y}\n").help == "did you mean `inputs`?"


def test_mistakes_inside_expressions_have_their_place() -> None:
    found = only(HEAD + "graph:\n  y: 'f(a, ''b'', %)'\n")
    assert str(found.span) == "test.yaml:3:19"


def test_two_sided_scalars_show_the_right_one() -> None:
    found = only(HEAD + "inputs:\n  x: float32[N, ]]\n")
    assert str(found.span) == "test.yaml:3:18"


@pytest.mark.parametrize("value", [f"`{sign}`" for sign in "\x01\x00\u202e"])
def test_control_characters_are_refused(value: str) -> None:
    from specc.base.diagnostics import SpecError

    with pytest.raises(SpecError):
        read(f"{HEAD}doc: {value}\n", "yaml")


def test_every_error_explains_itself() -> None:
    assert len({error.code for error in ERRORS}) == len(ERRORS)
    for error in ERRORS:
        assert error.code.startswith("SP12")
        assert all(section in (error.__doc__ or "") for section in ("Why:", "Wrong:", "Right:"))
