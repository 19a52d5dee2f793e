"""Attention against torch 2.13."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from one_layer import randomise
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from whole_spec import evaluate

TOLERANCE = 2e-5
"""For float32 softmax over a few scores of size 1."""


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def close(made: np.ndarray, wanted: torch.Tensor) -> None:
    np.testing.assert_allclose(made, wanted.detach().numpy(), rtol=TOLERANCE, atol=TOLERANCE)


def apart(x: np.ndarray, heads: int) -> torch.Tensor:
    return torch.from_numpy(x).unflatten(-1, (heads, -1)).transpose(1, 2)


def visible(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """A bool mask with at least one true in each row."""
    mask = np.random.default_rng(seed).random(shape) < 0.6
    mask[..., 0] = True
    return mask


@settings(max_examples=40, deadline=None)
@given(
    kv_heads=st.integers(1, 3),
    group=st.integers(1, 3),
    size=st.integers(1, 4),
    value_size=st.integers(1, 4),
    queries=st.integers(1, 4),
    more=st.integers(0, 3),
    batch=st.integers(1, 2),
    causal=st.booleans(),
    mask=st.sampled_from(["", "bool", "float", "heads", "rows"]),
    key_mask=st.sampled_from(["", "bool", "int64"]),
    scale=st.none() | st.just(0.3),
    axis=st.booleans(),
    symbolic=st.booleans(),
)
def test_functional(
    kv_heads, group, size, value_size, queries, more, batch, causal, mask, key_mask, scale, axis, symbolic
) -> None:
    heads, keys = kv_heads * group, queries + more
    arrays = {
        "q": normal(batch, queries, heads * size, seed=1),
        "k": normal(batch, keys, kv_heads * size, seed=2),
        "v": normal(batch, keys, kv_heads * value_size, seed=3),
    }
    q, k, v = apart(arrays["q"], heads), apart(arrays["k"], kv_heads), apart(arrays["v"], kv_heads)
    bias = torch.zeros(batch, heads, queries, keys)
    n, t, s = ("N", "T", "S") if symbolic else (batch, queries, keys)
    lines = [f"require {s} >= {t}"]
    if axis:
        arrays |= {name: np.ascontiguousarray(x.numpy()) for name, x in (("q", q), ("k", k), ("v", v))}
        sizes = ("q", heads, t, size), ("k", kv_heads, s, size), ("v", kv_heads, s, value_size)
        for name, count, places, width in sizes:
            lines.append(f"input {name}: float32[{n}, {count}, {places}, {width}]")
    else:
        for name, places in (("q", t), ("k", s), ("v", s)):
            lines.append(f"input {name}: float32[{n}, {places}, {arrays[name].shape[2]}]")
    call = ["q, k, v"] if axis else [f"q, k, v, num_heads={heads}, num_kv_heads={kv_heads}"]
    if mask:
        shape = {"heads": (batch, heads, queries, keys), "rows": (queries, keys)}.get(mask, (batch, 1, queries, keys))
        dims = {"heads": f"{n}, {heads}, {t}, {s}", "rows": f"{t}, {s}"}.get(mask, f"{n}, 1, {t}, {s}")
        arrays["m"] = normal(*shape, seed=4) if mask == "float" else visible(shape, 4)
        added = torch.from_numpy(arrays["m"])
        bias = bias + (added if mask == "float" else torch.where(added, 0.0, -1e30))
        lines.append(f"input m: {arrays['m'].dtype}[{dims}]")
        call.append("mask=m")
    if key_mask:
        arrays["km"] = visible((batch, keys), 5).astype(key_mask)
        bias = bias + torch.where(torch.from_numpy(arrays["km"] != 0), 0.0, -1e30)[:, None, None]
        lines.append(f"input km: {key_mask}[{n}, {s}]")
        call.append("key_mask=km")
    if causal:
        bias = bias + torch.where(torch.ones(queries, keys).tril(keys - queries) > 0, 0.0, -1e30)
        call.append("causal=true")
    if scale:
        call.append(f"scale={scale}")
    text = "\n".join([*lines[1:], *(lines[:1] if symbolic else ()), f"output y = attention({', '.join(call)})"])
    made = evaluate(text, **arrays)["y"]
    hidden = (bias < -1e29).all(-1, keepdim=True)
    wanted = scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=scale or 1 / sqrt(size), enable_gqa=True)
    assert np.isfinite(made).all()
    if not axis:
        made = apart(made, heads).numpy()
    close(np.where(hidden, 0, made), torch.where(hidden, 0.0, wanted))


def test_self_attention_of_one_tensor() -> None:
    x = normal(2, 5, 8)
    made = evaluate("input x: float32[N, T, 8]\noutput y = x -> attention", x=x)["y"]
    close(made, scaled_dot_product_attention(*(torch.from_numpy(x)[:, None],) * 3)[:, 0])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("causal", [True, False])
def test_multihead_self(bias: bool, heads: int, causal: bool) -> None:
    module = nn.MultiheadAttention(6, heads, bias=bias, batch_first=True)
    weights, x = randomise(module, 0), normal(2, 4, 6)
    flags = f"bias={str(bias).lower()}, causal={str(causal).lower()}"
    text = f"input x: float32[N, T, 6]\noutput y = x -> multihead_attention({heads}, {flags}) as layer"
    given = torch.from_numpy(x)
    mask = ~torch.ones(4, 4).tril().bool() if causal else None
    close(evaluate(text, weights, x=x)["y"], module(given, given, given, attn_mask=mask)[0])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("kdim", "vdim", "call"), [(6, 6, "m"), (6, 6, "m, w"), (5, 5, "m"), (5, 7, "m, w"), (6, 6, "m, x")]
)
def test_multihead_cross(kdim: int, vdim: int, call: str, bias: bool) -> None:
    module = nn.MultiheadAttention(6, 3, bias=bias, kdim=kdim, vdim=vdim, batch_first=True)
    weights = randomise(module, 0)
    arrays = {"x": normal(2, 5, 6), "m": normal(2, 5, kdim, seed=1)}
    if call == "m, w":
        arrays["w"] = normal(2, 5, vdim, seed=2)
    arrays["seen"] = visible((2, 5), 3)
    lines = [f"input {name}: float32[N, T, {x.shape[2]}]" for name, x in arrays.items() if name != "seen"]
    lines.append("input seen: bool[N, T]")
    given = f"x, {call}, 3, key_mask=seen, bias={str(bias).lower()}"
    text = "\n".join([*lines, f"output y = multihead_attention({given}) as layer"])
    key = torch.from_numpy(arrays["m"])
    value = torch.from_numpy(arrays[call[-1]])
    hidden = ~torch.from_numpy(arrays["seen"])
    wanted = module(torch.from_numpy(arrays["x"]), key, value, key_padding_mask=hidden)[0]
    close(evaluate(text, weights, **arrays)["y"], wanted)
