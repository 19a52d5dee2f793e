"""How layers and weights get their paths, and when weights are shared."""

from __future__ import annotations

from expanding import codes, graph

from specc.ir.graph import Role

HEAD = "model m\ninput x: float32[N, 8]\n"


def weights(text: str) -> dict[str, tuple[int, ...]]:
    made = graph(HEAD + text).weights.values()
    return {weight.name: weight.dims for weight in made if weight.role is not Role.LITERAL}


def nodes(text: str) -> list[str]:
    return [node.path for node in graph(HEAD + text).nodes]


def test_automatic_paths_count_within_their_scope() -> None:
    text = "block b(x):\n    return x -> relu -> relu -> linear(8)\noutput y = x -> b -> b -> relu\n"
    assert nodes(text) == ["b.relu", "b.relu_1", "b.linear", "b_1.relu", "b_1.relu_1", "b_1.linear", "relu"]


def test_an_automatic_block_avoids_an_explicit_one() -> None:
    text = "block b(x):\n    return x -> linear(8) as fc\na = x -> b as b\noutput y = a -> b\n"
    assert list(weights(text)) == ["b.fc.weight", "b.fc.bias", "b_1.fc.weight", "b_1.fc.bias"]


def test_paths_are_templates_below_the_enclosing_scope() -> None:
    block = "block b(x, name):\n    return x -> linear(8, bias=false) as {name}.{len(name)}\n"
    assert list(weights(block + 'output y = x -> b("qk") as e.0\n')) == ["e.0.qk.2.weight"]


def test_a_dot_stays_in_the_enclosing_scope() -> None:
    text = "block b(x):\n    return x -> linear(8, bias=false) as fc\noutput y = x -> b as . -> linear(8, bias=false)\n"
    assert list(weights(text)) == ["fc.weight", "linear.weight"]


def test_a_path_is_taken_once() -> None:
    assert codes(HEAD + "output y = x -> linear(8) as fc -> linear(8) as fc\n") == ["SP2012:3"]
    assert codes(HEAD + "a = x -> relu as r\noutput y = a -> relu as r\n") == ["SP2012:4"]


def test_a_named_layer_applied_twice_has_its_weights_once() -> None:
    text = "h = linear(8) as h\noutput y = x -> h -> relu -> h\n"
    assert weights(text) == {"h.weight": (8, 8), "h.bias": (8,)}
    assert nodes(text) == ["h", "relu", "h_1"]


def test_a_named_block_applied_twice_has_its_weights_once() -> None:
    text = (
        "block b(x):\n    return x -> linear(8, bias=false) as fc -> layernorm -> relu\n"
        "e = b() as e\noutput y = (x -> e) + (2 * x -> e)\n"
    )
    assert weights(text) == {"e.fc.weight": (8, 8), "e.layernorm.weight": (8,), "e.layernorm.bias": (8,)}


def test_a_shared_layer_must_fit() -> None:
    assert codes(HEAD + "h = linear(4) as h\noutput y = x -> h -> h\n") == ["SP4002:4"]


def test_a_tied_weight_is_one_tensor_with_two_names() -> None:
    text = (
        "model m\ninput i: int64[N, T]\ne = embedding(50, 8) as e\nh = i -> e\n"
        "output y = h -> linear(50, bias=false, weight=e.weight) as out\n"
    )
    made = graph(text)
    assert {name: weight.aliases for name, weight in made.weights.items()} == {"e.weight": ["out.weight"]}


def test_free_weights() -> None:
    text = (
        "param token as cls: float32[1, 8] = normal(0.02)\nconst table[i, j]: float32[3, 8] = i * 10 + j\n"
        "output y = x + token + table[0]\n"
    )
    made = graph(HEAD + text)
    assert {name: weight.role.value for name, weight in made.weights.items()} == {"cls": "trainable", "table": "buffer"}


def test_a_blocks_docstring_is_kept_under_its_path() -> None:
    text = 'block b(x):\n    """Doc of b."""\n    return x -> relu\noutput y = x -> b as first\n'
    assert graph(HEAD + text).scope_docs == {"first": "Doc of b."}
