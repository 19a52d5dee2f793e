"""Attention against torch 2.13 and transformers 5."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import randomise, values
from torch import nn
from torch.nn.functional import one_hot, scaled_dot_product_attention
from transformers.masking_utils import sliding_window_bidirectional_overlay, sliding_window_overlay
from transformers.models.gemma2.modeling_gemma2 import eager_attention_forward as attend_capped
from transformers.models.gpt_oss.modeling_gpt_oss import eager_attention_forward as attend_with_sinks
from whole_spec import holds

TOLERANCE = 1e-5
"""For float32 softmax over a few scores of size 1."""
PROJECTED = 3e-5
"""For sums of projections with weights of size 1, which make scores of size 10."""
FAR = -1e30
MASKS = ("", "bool", "float", "heads", "rows")


def apart(x: np.ndarray, heads: int) -> torch.Tensor:
    return torch.from_numpy(x).unflatten(-1, (heads, -1)).transpose(1, 2)


def visible(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """A bool mask; a row may be all false."""
    return np.random.default_rng(seed).random(shape) < 0.6


def pattern(queries: int, keys: int, causal: bool, window: int | None, sink_tokens: int) -> torch.Tensor:
    """What queries see by their places, by the rules of transformers."""
    place, key = torch.arange(keys - queries, keys)[:, None], torch.arange(keys)[None]
    seen = torch.ones(queries, keys, dtype=torch.bool)
    if window is not None:
        ahead = sliding_window_bidirectional_overlay(window - 1)(0, 0, place, key)
        seen = (sliding_window_overlay(window)(0, 0, place, key) if causal else ahead) | (key < sink_tokens)
    return seen & (key <= place) if causal else seen


def reference(
    kind: str,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    bias: torch.Tensor,
    scale: float,
    number: float,
) -> torch.Tensor:
    """[N, heads, Tq, value size]: plain attention, with a soft cap, with sinks, or hard."""
    group = query.shape[1] // key.shape[1]
    if kind == "sinks":
        sinks = number * torch.arange(query.shape[1], dtype=torch.float32)
        module = SimpleNamespace(num_key_value_groups=group, training=False, sinks=sinks)
        return attend_with_sinks(module, query, key, value, bias, scale)[0].transpose(1, 2)
    if kind == "softcap":
        module = SimpleNamespace(num_key_value_groups=group, training=False)
        return attend_capped(module, query, key, value, bias, scaling=scale, softcap=number)[0].transpose(1, 2)
    if kind == "hard":
        key, value = (x.repeat_interleave(group, 1) for x in (key, value))
        best = (query @ key.mT * scale + bias).argmax(-1)
        return one_hot(best, key.shape[2]).to(value.dtype) @ value
    return scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=scale, enable_gqa=True)


@cases(
    kv_heads=st.integers(1, 3),
    group=st.integers(1, 3),
    size=st.integers(1, 4),
    value_size=st.integers(1, 4),
    lengths=st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(1, 2)),
    causal=st.booleans(),
    window=st.tuples(st.none() | st.integers(1, 4), st.integers(0, 2)),
    mask=st.sampled_from(MASKS),
    score_bias=st.sampled_from(("", "heads", "all")),
    key_mask=st.sampled_from(("", "bool", "int64")),
    scale=st.none() | st.just(0.3),
    kind=st.sampled_from(("", "softcap", "sinks", "hard")),
    form=st.tuples(st.booleans(), st.booleans()),
    seed=SEEDS,
)
def test_attention(
    kv_heads, group, size, value_size, lengths, causal, window, mask, score_bias, key_mask, scale, kind, form, seed
):
    heads, (queries, more, batch), (window, sink_tokens) = kv_heads * group, lengths, window
    keys, (axis, symbolic) = queries + more, form
    arrays = {
        "q": values((batch, queries, heads * size), seed),
        "k": values((batch, keys, kv_heads * size), seed + 1),
        "v": values((batch, keys, kv_heads * value_size), seed + 2),
    }
    q, k, v = apart(arrays["q"], heads), apart(arrays["k"], kv_heads), apart(arrays["v"], kv_heads)
    n, t, s = ("N", "T", "S") if symbolic else (batch, queries, keys)
    if axis:
        arrays = {name: np.ascontiguousarray(x.numpy()) for name, x in (("q", q), ("k", k), ("v", v))}
    widths = {"q": (heads, t, size), "k": (kv_heads, s, size), "v": (kv_heads, s, value_size)}
    dims = {
        name: f"{n}, {w[0]}, {w[1]}, {w[2]}" if axis else f"{n}, {w[1]}, {w[0] * w[2]}" for name, w in widths.items()
    }
    call = ["q, k, v"] if axis else [f"q, k, v, num_heads={heads}, num_kv_heads={kv_heads}"]
    bias = torch.zeros(batch, heads, queries, keys)
    if mask:
        shape = {"heads": (batch, heads, queries, keys), "rows": (queries, keys)}.get(mask, (batch, 1, queries, keys))
        dims["m"] = {"heads": f"{n}, {heads}, {t}, {s}", "rows": f"{t}, {s}"}.get(mask, f"{n}, 1, {t}, {s}")
        arrays["m"] = values(shape, seed + 3) if mask == "float" else visible(shape, seed)
        added = torch.from_numpy(arrays["m"])
        bias = bias + (added if mask == "float" else torch.where(added, 0.0, FAR))
        call.append("mask=m")
    if score_bias:
        dims["b"] = f"{heads}, 1, {s}" if score_bias == "heads" else f"1, {heads}, {t}, 1"
        shape = (heads, 1, keys) if score_bias == "heads" else (1, heads, queries, 1)
        arrays["b"] = values(shape, seed + 4)
        bias = bias + torch.from_numpy(arrays["b"])
        call.append("score_bias=b")
    if key_mask:
        arrays["km"], dims["km"] = visible((batch, keys), seed + 5).astype(key_mask), f"{n}, {s}"
        bias = bias + torch.where(torch.from_numpy(arrays["km"] != 0), 0.0, FAR)[:, None, None]
        call.append("key_mask=km")
    if kind == "sinks":
        arrays["sinks"], dims["sinks"] = np.arange(heads, dtype=np.float32) * np.float32(0.7), str(heads)
        call.append("sinks=sinks")
    bias = bias + torch.where(pattern(queries, keys, causal, window, sink_tokens), 0.0, FAR)
    call.append(f"causal={word(causal)}, scale={'none' if scale is None else scale}, hard={word(kind == 'hard')}")
    call += [] if window is None else [f"window={window}, sink_tokens={sink_tokens}"]
    call += ["softcap=0.7"] if kind == "softcap" else []
    lines = [f"input {name}: {arrays[name].dtype}[{dims[name]}]" for name in arrays]
    lines += [f"require {s} >= {t}"] if symbolic else []
    text = "\n".join([*lines, f"output y = attention({', '.join(call)})"])
    # One finite number for whatever is hidden: then rows without any key are the mean in PyTorch, too.
    wanted = reference(kind, q, k, v, torch.clamp(bias, min=FAR), size**-0.5 if scale is None else scale, 0.7)
    if not axis:
        wanted = wanted.transpose(1, 2).flatten(2)
    holds("attention", text, {"y": wanted.contiguous()}, arrays, tolerance=TOLERANCE)


def test_self_attention_of_one_tensor() -> None:
    x = values((2, 5, 8), 0)
    wanted = scaled_dot_product_attention(*(torch.from_numpy(x)[:, None],) * 3)[:, 0]
    holds(
        "attention",
        "input x: float32[N, T, 8]\noutput y = x -> attention",
        {"y": wanted},
        {"x": x},
        tolerance=TOLERANCE,
    )


def test_window_and_sink_tokens_may_be_longer_than_the_sequence() -> None:
    x = values((2, 5, 8), 0)
    wanted = scaled_dot_product_attention(*(torch.from_numpy(x)[:, None],) * 3, is_causal=True)[:, 0]
    text = "input x: float32[N, T, 8]\noutput y = x -> attention(causal=true, window=90, sink_tokens=80)"
    holds("attention", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE)


@cases(
    heads=st.integers(1, 3),
    size=st.integers(1, 4),
    lengths=st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(1, 2)),
    widths=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    inputs=st.sampled_from(("x", "x, m", "x, m, w", "x, m, x")),
    flags=st.tuples(*[st.booleans()] * 5),
    mask=st.sampled_from(("", "bool", "float")),
    key_mask=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_multihead_attention(heads, size, lengths, widths, inputs, flags, mask, key_mask, symbolic, seed):
    embed, (queries, more, batch), (bias, causal, add_bias_kv, add_zero_attn, named) = heads * size, lengths, flags
    alone = inputs == "x"
    keys = queries if alone or inputs.endswith(", x") else queries + more
    kdim = embed if alone else embed + widths[0]
    vdim = {"x, m, w": embed + widths[1], "x, m": kdim}.get(inputs, embed)
    options = {"bias": bias, "add_bias_kv": add_bias_kv, "add_zero_attn": add_zero_attn, "kdim": kdim, "vdim": vdim}
    module = nn.MultiheadAttention(embed, heads, batch_first=True, **options)
    arrays = {"x": values((batch, queries, embed), seed)}
    n, t, s = ("N", "T", "S" if keys != queries else "T") if symbolic else (batch, queries, keys)
    dims = {"x": f"{n}, {t}, {embed}", "m": f"{n}, {s}, {kdim}", "w": f"{n}, {s}, {vdim}"}
    arrays |= {"m": values((batch, keys, kdim), seed + 1)} if not alone else {}
    arrays |= {"w": values((batch, keys, vdim), seed + 2)} if inputs.endswith("w") else {}
    given = [torch.from_numpy(arrays[name]) for name in inputs.split(", ")]
    key = given[1] if len(given) > 1 else given[0]
    value = given[2] if len(given) > 2 else key
    hidden = ~pattern(queries, keys, causal, None, 0)
    added = torch.where(hidden, -torch.inf, 0.0)
    call = [inputs, str(heads), f"causal={word(causal)}, bias={word(bias)}"]
    call.append(f"add_bias_kv={word(add_bias_kv)}, add_zero_attn={word(add_zero_attn)}")
    call += [f"embed_dim={embed}, kdim={kdim}, vdim={vdim}"] if named else []
    if mask:
        arrays["mask"], dims["mask"] = values((queries, keys), seed + 3), f"{t}, {s}"
        if mask == "bool":
            arrays["mask"] = visible((queries, keys), seed + 3)
            arrays["mask"][:, 0] = True
        shown = torch.from_numpy(arrays["mask"])
        added = added + (torch.where(shown, 0.0, -torch.inf) if mask == "bool" else shown)
        call.append("mask=mask")
    padding = None
    if key_mask:
        arrays["seen"], dims["seen"] = visible((batch, keys), seed + 4), f"{n}, {s}"
        arrays["seen"][:, 0] = True
        padding = torch.where(torch.from_numpy(arrays["seen"]), 0.0, -torch.inf)
        call.append("key_mask=seen")
    lines = [f"input {name}: {array.dtype}[{dims[name]}]" for name, array in arrays.items()]
    lines += ["require S >= T"] if s == "S" else []
    text = "\n".join([*lines, f"output y = multihead_attention({', '.join(call)}) as layer"])
    weights = randomise(module.eval(), seed % 2**31)
    with torch.no_grad():
        wanted = module(given[0], key, value, attn_mask=added, key_padding_mask=padding, need_weights=False)[0]
    holds("multihead_attention", text, {"y": wanted}, arrays, tolerance=PROJECTED, weights=weights)


@cases(
    kv_heads=st.integers(1, 2),
    group=st.integers(1, 3),
    length=st.integers(1, 5),
    bias=st.booleans(),
    window=st.none() | st.integers(1, 3),
    kind=st.sampled_from(("", "softcap", "sinks")),
    with_memory=st.booleans(),
    seed=SEEDS,
)
def test_multihead_attention_of_grouped_heads(kv_heads, group, length, bias, window, kind, with_memory, seed):
    heads, size = kv_heads * group, 2
    width, narrow = heads * size, kv_heads * size
    arrays = {"x": values((2, length, width), seed), "m": values((2, length, width), seed + 1)}
    weights = {
        "in_proj_weight": values((width + 2 * narrow, width), seed + 2),
        "in_proj_bias": values((width + 2 * narrow,), seed + 3),
        "out_proj.weight": values((width, width), seed + 4),
        "out_proj.bias": values((width,), seed + 5),
        "sinks": np.arange(heads, dtype=np.float32) * np.float32(0.7),
    }
    tensors = {name: torch.from_numpy(array) for name, array in weights.items()}
    parts = (width, narrow, narrow)
    sources = [torch.from_numpy(arrays["m" if with_memory and i else "x"]) for i in range(3)]
    shifts = tensors["in_proj_bias"] * float(bias)
    made = zip(
        sources, tensors["in_proj_weight"].split(parts), shifts.split(parts), (heads, kv_heads, kv_heads), strict=True
    )
    q, k, v = (apart((x @ w.mT + b).numpy(), count) for x, w, b, count in made)
    seen = torch.where(pattern(length, length, True, window, 1), 0.0, FAR)[None, None]
    mixed = reference(kind, q, k, v, seen, size**-0.5, 0.7).transpose(1, 2).flatten(2)
    wanted = mixed @ tensors["out_proj.weight"].mT + tensors["out_proj.bias"] * float(bias)
    call = [f"x{', m' if with_memory else ''}, {heads}, num_kv_heads={kv_heads}, causal=true, bias={word(bias)}"]
    call += [] if window is None else [f"window={window}, sink_tokens=1"]
    call += {"softcap": ["softcap=0.7"], "sinks": ["sinks=true"]}.get(kind, [])
    lines = [f"input {name}: float32[N, T, {width}]" for name in ("x", "m")[: 1 + with_memory]]
    text = "\n".join([*lines, f"output y = multihead_attention({', '.join(call)}) as layer"])
    left_out = (() if bias else ("in_proj_bias", "out_proj.bias")) + (() if kind == "sinks" else ("sinks",))
    kept = {f"layer.{name}": array for name, array in weights.items() if name not in left_out}
    given = {name: arrays[name] for name in ("x", "m")[: 1 + with_memory]}
    holds("multihead_attention", text, {"y": wanted}, given, tolerance=PROJECTED, weights=kept)


@pytest.mark.parametrize("learned", [False, True])
def test_a_key_of_zeros_and_learned_sinks_are_two(learned: bool) -> None:
    """Softmax over [scores, sink, 0]: the divisor has both."""
    x, heads = values((2, 3, 4), 1), 2
    sinks = np.array([0.5, -1.0], np.float32)
    eye = np.eye(4, dtype=np.float32)
    weights = {"layer.in_proj_weight": np.concatenate([eye] * 3), "layer.out_proj.weight": eye}
    q = apart(x, heads)
    scores = [q @ q.mT * 2**-0.5, torch.zeros(2, heads, 3, 1)]
    if learned:
        weights["layer.sinks"] = sinks
        scores.append(torch.from_numpy(sinks)[None, :, None, None].expand(2, heads, 3, 1))
    wanted = (torch.cat(scores, -1).softmax(-1)[..., :3] @ q).transpose(1, 2).flatten(2)
    call = f"multihead_attention(2, bias=false, add_zero_attn=true, sinks={word(learned)}) as layer"
    text = f"input x: float32[N, T, 4]\noutput y = x -> {call}"
    holds("multihead_attention", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE, weights=weights)
