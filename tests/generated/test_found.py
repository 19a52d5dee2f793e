"""Small specs that were wrong once: found by the campaign over made specs."""

from __future__ import annotations

import numpy as np
import pytest

import specc
from specc.runtime.session import SessionSettings


def both(text: str, **inputs: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Outputs with and without the runtime's rewrites."""
    model = specc.loads(f"model found\n{text}", syntax="text").compile()
    return model.run(inputs), model.session(SessionSettings(optimise=False)).run(inputs)


def codes(text: str) -> list[str]:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model found\n{text}", syntax="text").check()
    assert all(found.span is not None for found in caught.value.diagnostics)
    return [found.code for found in caught.value.diagnostics]


def ones(*shape: int) -> np.ndarray:
    return np.ones(shape, np.float32)


POOLS = ("maxpool(3)", "maxpool(2)", "maxpool(3, padding=1)", "avgpool(2)", "avgpool(3, padding=1)")


@pytest.mark.parametrize("pool", POOLS)
def test_a_border_of_zeros_stays_zeros_before_a_pool(pool: str) -> None:
    text = f"input x: float32[N, 2, H, W]\nrequire H >= 3 and W >= 3\noutput y = x -> pad([[1, 2], [0, 1]]) -> {pool}"
    rewritten, plain = both(text, x=-ones(1, 2, 5, 6))
    assert np.array_equal(rewritten["y"], plain["y"])


def test_a_border_between_transpositions() -> None:
    text = "input x: float32[H, W]\nrequire W >= 2\noutput y = x -> swap -> pad([[1, 0]], mode=edge) -> relu -> swap"
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert np.array_equal(both(text, x=x)[0]["y"], np.pad(x, [[1, 0], [0, 0]], mode="edge"))


def test_a_reshape_with_an_empty_dim() -> None:
    text = "input x: float32[H, W, P]\nrequire P >= 0\noutput y: float32[H * W, P] = x -> reshape([H * W, -1])"
    assert both(text, x=ones(8, 8, 0))[0]["y"].shape == (64, 0)


@pytest.mark.parametrize("layer", ["glu(axis=0)", "split(2, axis=0)"])
def test_halves_of_nothing(layer: str) -> None:
    left = "a, _" if "split" in layer else "a"
    promise = "require P >= 0 and P % 2 == 0"
    text = f"input x: float32[P, 3]\n{promise}\n{left} = x -> {layer}\noutput y: float32[P // 2, 3] = a"
    assert both(text, x=ones(0, 3))[0]["y"].shape == (0, 3)


@pytest.mark.parametrize("product", ["x @ swap(x)", 'einsum(x, x, "nik,njk->nij")'])
def test_a_product_over_nothing_is_rejected(product: str) -> None:
    text = f"input x: float32[H, W, P]\nrequire P >= 0\noutput y = {product}"
    assert codes(text) == ["SP3216"]
    assert both(text.replace("P >= 0", "P >= 1"), x=ones(2, 2, 3))[0]["y"].shape == (2, 2, 2)


def test_numbers_pick_elements_of_floats() -> None:
    text = "input x: float32[N, 4]\noutput y = gather(x, [-1, 0], axis=1)\noutput z = gather(x, 2, axis=1)"
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    made = both(text, x=x)[0]
    assert np.array_equal(made["y"], x[:, [-1, 0]])
    assert np.array_equal(made["z"], x[:, 2])


def test_a_number_that_is_to_blame_has_no_place_of_its_own() -> None:
    assert codes("input x: float32[N, 4]\noutput y = x @ [1, 2, 3]")


def test_a_bool_input_may_have_a_default() -> None:
    text = "input x: float32[N, 2]\ninput keep: bool[N, 2] = true\noutput y = where(keep, x, 0)"
    assert np.array_equal(both(text, x=ones(3, 2))[0]["y"], ones(3, 2))


def test_a_state_whose_next_value_fails_is_reported_once() -> None:
    assert len(codes("state h: float32[N, 4]\nnext h = h -> linear(0)\noutput y = h")) == 1


@pytest.mark.parametrize("layer", ["maxpool(2)", "avgpool(2)", "global_avgpool", "adaptive_maxpool(2)"])
def test_a_pool_without_channels_is_rejected(layer: str) -> None:
    assert codes(f"input x: float32[N, P, 4, 6]\nrequire P >= 0\noutput y = x -> {layer}") == ["SP3216"]


@pytest.mark.parametrize("layer", ["attention", "multihead_attention(1)", "layernorm", "rmsnorm", "lstm(3)", "gru(3)"])
def test_vectors_of_size_zero_are_rejected(layer: str) -> None:
    assert codes(f"input x: float32[N, T, 0]\noutput y = x -> {layer}") == ["SP3216"]


def test_promises_that_cannot_be_kept_together_are_rejected() -> None:
    assert len(codes("input x: float32[N, T]\nrequire T + N <= 1\noutput y = -x")) == 1
