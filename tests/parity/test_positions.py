"""Positions against transformers 5, PyTorch 2.13 and the papers' equations."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import assume
from hypothesis import strategies as st
from one_layer import values
from transformers import LlamaConfig, T5Config
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.gptj.modeling_gptj import apply_rotary_pos_emb as turn_neighbours
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb as turn_halves
from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding
from transformers.models.swin.modeling_swin import SwinRelativePositionBias
from transformers.models.t5.modeling_t5 import T5Attention
from whole_spec import holds

ROTARY = 1e-5
"""Sines of angles that are rounded in float32, here and in transformers alike."""
WAVES = 1e-4
"""Angles up to 1000, rounded in float32 here and computed in double in the reference."""
LENGTH = "original_max_position_embeddings"
BANDS = ("low_freq_factor", "high_freq_factor")
SCALINGS = (
    None,
    {"rope_type": "default"},
    {"rope_type": "linear", "factor": 4},
    {"rope_type": "linear", "factor": 0.5},
    {"rope_type": "dynamic", "factor": 2, LENGTH: 4},
    {"rope_type": "dynamic", "factor": 8.0, LENGTH: 16},
    {"rope_type": "yarn", "factor": 4, LENGTH: 32},
    {"rope_type": "yarn", "factor": 16, LENGTH: 4096, "beta_fast": 16, "beta_slow": 2},
    {"rope_type": "yarn", "factor": 2, LENGTH: 64, "truncate": False},
    {"rope_type": "yarn", "factor": 2, LENGTH: 64, "attention_factor": 0.7},
    {"rope_type": "yarn", "factor": 40, LENGTH: 64, "mscale": 0.7, "mscale_all_dim": 1.0},
    {"rope_type": "llama3", "factor": 8, LENGTH: 32, **dict(zip(BANDS, (1, 4), strict=True))},
    {"rope_type": "llama3", "factor": 32, LENGTH: 8, **dict(zip(BANDS, (0.5, 2), strict=True))},
)
Scaling = dict[str, object]


def tables(size: int, theta: float, scaling: Scaling | None, places: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Cosines and sines of transformers, [N, T, size]."""
    longest = int((scaling or {}).get(LENGTH, 64))
    parameters = {"rope_type": "default", "rope_theta": theta, **(scaling or {})}
    heads = {"hidden_size": size, "num_attention_heads": 1, "head_dim": size}
    config = LlamaConfig(**heads, max_position_embeddings=longest, rope_parameters=parameters)
    return LlamaRotaryEmbedding(config)(torch.zeros(1), places)


def turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, interleaved: bool) -> torch.Tensor:
    """[N, heads, T, size] with its pairs turned by transformers."""
    if interleaved:
        half = cos.shape[-1] // 2
        return turn_neighbours(x.transpose(1, 2), sin[..., :half], cos[..., :half]).transpose(1, 2)
    return turn_halves(x, x, cos, sin)[0]


@cases(
    heads=st.integers(1, 3),
    pairs=st.integers(1, 6),
    rest=st.integers(0, 3),
    length=st.integers(1, 6),
    batch=st.integers(1, 2),
    theta=st.sampled_from((10000.0, 100.0, 500000.0)),
    interleaved=st.booleans(),
    places=st.sampled_from(("", "offset", "symbol", "rows", "batch", "int32")),
    scaling=st.sampled_from(SCALINGS),
    form=st.tuples(st.booleans(), st.booleans()),
    seed=SEEDS,
)
def test_rotary(heads, pairs, rest, length, batch, theta, interleaved, places, scaling, form, seed):
    axis, symbolic = form
    dims, size = 2 * pairs, 2 * pairs + rest
    assume(pairs > 1 or (scaling or {}).get("rope_type") != "dynamic")
    x = torch.from_numpy(values((batch, heads, length, size), seed))
    n, t = ("N", "T") if symbolic else (batch, length)
    arrays = {"x": (x if axis else x.transpose(1, 2).flatten(2)).contiguous().numpy()}
    lines = [f"input x: float32[{f'{n}, {heads}, {t}, {size}' if axis else f'{n}, {t}, {heads * size}'}]"]
    call = ["x", f"dims={dims if rest else 'none'}, theta={theta}, interleaved={word(interleaved)}"]
    call += [] if axis else [f"num_heads={heads}"]
    call += [] if scaling is None else [f"scaling={json.dumps(scaling)}"]
    at = torch.arange(length).expand(batch, length)
    if places in ("offset", "symbol"):
        at = at + 3
        call.append("offset=3" if places == "offset" else "offset=P")
    if places == "symbol":
        arrays["past"] = np.zeros((3, 1), np.float32)
        lines += ["input past: float32[P, 1]", "output kept = past * 1"]
    if places in ("rows", "batch", "int32"):
        drawn = np.random.default_rng(seed).integers(0, 40, (length,) if places == "rows" else (batch, length))
        arrays["at"] = drawn.astype("int32" if places == "int32" else "int64")
        lines.append(f"input at: {arrays['at'].dtype}[{t if places == 'rows' else f'{n}, {t}'}]")
        call.insert(1, "at")
        at = torch.from_numpy(drawn).expand(batch, length)
    cos, sin = tables(dims, theta, scaling, at)
    wanted = torch.cat([turned(x[..., :dims], cos, sin, interleaved), x[..., dims:]], -1)
    wanted = wanted if axis else wanted.transpose(1, 2).flatten(2)
    text = "\n".join([*lines, f"output y = rotary({', '.join(call)})"])
    holds("rotary", text, {"y": wanted.contiguous()}, arrays, tolerance=ROTARY)


def test_rotary_far_away() -> None:
    x = torch.from_numpy(values((1, 2, 3, 8), 0))
    wanted = turned(x, *tables(8, 10000.0, None, torch.arange(3)[None] + 8000), False)
    text = "input x: float32[N, 2, T, 8]\noutput y = x -> rotary(offset=8000)"
    holds("rotary", text, {"y": wanted}, {"x": x.numpy()}, tolerance=ROTARY)


def waves(places: np.ndarray, width: int, layout: str, base: float, shift: float, cosine_first: bool) -> np.ndarray:
    """The equation of Vaswani et al., and of tensor2tensor and fairseq for halves, in double precision."""
    made = np.zeros((*places.shape, width))
    count = width // 2 if layout == "halves" else -(-width // 2)
    for i in range(count):
        angle = places.astype(np.float64) * base ** (-i / (count - shift))
        sine, cosine = (np.cos, np.sin) if cosine_first else (np.sin, np.cos)
        first, second = (i, count + i) if layout == "halves" else (2 * i, 2 * i + 1)
        made[..., first] = sine(angle)
        if second < width:
            made[..., second] = cosine(angle)
    return made.astype(np.float32)


@cases(
    width=st.integers(1, 17),
    shape=st.lists(st.integers(1, 4), max_size=3),
    layout=st.sampled_from(("interleaved", "halves")),
    base=st.sampled_from((10000.0, 100.0)),
    shift=st.sampled_from((0, 0.5, 1)),
    cosine_first=st.booleans(),
    dtype=st.sampled_from(("int64", "int32", "float32")),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_sinusoidal(width, shape, layout, base, shift, cosine_first, dtype, symbolic, seed):
    count = width // 2 if layout == "halves" else -(-width // 2)
    assume(count > shift or not count)
    places = (np.random.default_rng(seed).random(shape) * 1000).astype(dtype)
    dims = ", ".join(f"S{axis}" if symbolic else str(size) for axis, size in enumerate(shape))
    call = f"sinusoidal({width}, {layout}, {base}, {shift}, {word(cosine_first)})"
    text = f"input x: {dtype}[{dims}]\noutput y = x -> {call}"
    wanted = waves(places, width, layout, base, shift, cosine_first)
    holds("sinusoidal", text, {"y": wanted}, {"x": np.asarray(places)}, tolerance=WAVES)


@pytest.mark.parametrize("width", [2, 6, 16])
def test_sinusoidal_halves_of_marian(width: int) -> None:
    module = MarianSinusoidalPositionalEmbedding(32, width)
    module.weight.data = module.create_weight()
    x = values((2, 7, 3), 0)
    text = f"input x: float32[N, T, 3]\noutput z = x * 1\noutput y = (arange(T) + 2) -> sinusoidal({width}, halves)"
    wanted = {"y": module.weight[2:9], "z": x}
    holds("sinusoidal", text, wanted, {"x": x}, tolerance=1e-5)


@cases(
    length=st.integers(1, 6),
    offset=st.integers(0, 3),
    spare=st.integers(0, 3),
    width=st.integers(1, 5),
    past=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_positions(length, offset, spare, width, past, symbolic, seed):
    rows = length + offset + spare
    table = torch.nn.Embedding(rows, width)
    table.weight.data = torch.from_numpy(values((rows, width), seed))
    arrays = {"x": values((2, length, width), seed + 1)}
    lines = [f"input x: float32[2, {'T' if symbolic else length}, {width}]"]
    if past:
        arrays["past"] = np.zeros((offset, 1), np.float32)
        lines += ["require P >= 0", "input past: float32[P, 1]", "output kept = past * 1"]
        lines.append(f"require P + {'T' if symbolic else length} <= {rows}")
    elif symbolic:
        lines.append(f"require T <= {rows - offset}")
    call = f"x -> positions({rows}, {'P' if past else offset}) as layer"
    text = "\n".join([*lines, f"output y = {call}"])
    wanted = table(torch.arange(length) + offset).detach()
    weights = {"layer.weight": table.weight.detach().numpy()}
    holds("positions", text, {"y": wanted}, arrays, tolerance=0, weights=weights)


def slopes(heads: int) -> list[float]:
    """The recursion of the authors' code."""
    if heads & (heads - 1) == 0:
        start = 2.0 ** (-(2.0 ** -(np.log2(heads) - 3)))
        return [start * start**i for i in range(heads)]
    closest = 2 ** int(np.floor(np.log2(heads)))
    return slopes(closest) + slopes(2 * closest)[0::2][: heads - closest]


@cases(
    heads=st.integers(1, 20),
    queries=st.integers(1, 7),
    more=st.integers(0, 4),
    form=st.tuples(st.booleans(), st.booleans()),
)
def test_alibi(heads, queries, more, form):
    symbolic, stated = form
    keys = queries + more if stated else queries
    place = np.arange(queries)[:, None] + keys - queries
    wanted = -np.array(slopes(heads))[:, None, None] * np.abs(place - np.arange(keys))
    arrays = {"x": values((queries, 1), 0), "m": values((keys, 1), 0)}
    t, s = ("T", "S") if symbolic and stated else ("T", "T") if symbolic else (queries, keys)
    lines = [f"input x: float32[{t}, 1]", f"input m: float32[{s}, 1]", "output kept = x * 1", "output kept_m = m * 1"]
    text = "\n".join([*lines, f"output y = alibi({heads}, {t}{f', {s}' if stated else ''})"])
    holds("alibi", text, {"y": wanted.astype(np.float32)}, arrays, tolerance=1e-6)


@cases(heads=st.integers(1, 12), length=st.integers(1, 8), size=st.integers(1, 3), seed=SEEDS)
def test_alibi_is_that_of_bloom_for_causal_attention(heads, length, size, seed):
    x = values((2, length, heads * size), seed)
    q = torch.from_numpy(x).unflatten(-1, (heads, -1)).transpose(1, 2)
    bias = build_alibi_tensor(torch.ones(2, length), heads, torch.float32).view(2, heads, 1, length)
    bias = bias + torch.full((length, length), -torch.inf).triu(1)
    wanted = torch.nn.functional.scaled_dot_product_attention(q, q, q, attn_mask=bias).transpose(1, 2).flatten(2)
    call = f"attention(x, num_heads={heads}, causal=true, score_bias=alibi({heads}, T))"
    text = f"input x: float32[N, T, {heads * size}]\noutput y = {call}"
    holds("alibi", text, {"y": wanted}, {"x": x}, tolerance=2e-5)


@cases(
    heads=st.integers(1, 3),
    buckets=st.integers(4, 40),
    reach=st.integers(1, 100),
    queries=st.integers(1, 60),
    past=st.integers(0, 60),
    bidirectional=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_relative_position_bias(heads, buckets, reach, queries, past, bidirectional, symbolic, seed):
    distance = buckets // 2 + reach
    sizes = {"d_model": heads, "d_kv": 1, "num_heads": heads, "is_decoder": not bidirectional}
    config = T5Config(**sizes, relative_attention_num_buckets=buckets, relative_attention_max_distance=distance)
    module = T5Attention(config, has_relative_attention_bias=True, layer_idx=0)
    module.relative_attention_bias.weight.data = torch.from_numpy(values((buckets, heads), seed))
    keys = queries + past
    wanted = module.compute_bias(queries, keys, past_seen_tokens=past)[0].detach()
    arrays = {"x": values((queries, 1), 0), "m": values((keys, 1), 0)}
    t, s = ("T", "S") if symbolic else (queries, keys)
    lines = [f"input x: float32[{t}, 1]", f"input m: float32[{s}, 1]", "output kept = x * 1", "output kept_m = m * 1"]
    call = f"relative_position_bias({heads}, {t}, {s}, {buckets}, {distance}, {word(bidirectional)})"
    text = "\n".join([*lines, f"output y = {call} as relative_attention_bias"])
    weights = {"relative_attention_bias.weight": module.relative_attention_bias.weight.detach().numpy()}
    holds("relative_position_bias", text, {"y": wanted.contiguous()}, arrays, tolerance=0, weights=weights)


@cases(height=st.integers(1, 5), width=st.integers(1, 5), square=st.booleans(), heads=st.integers(1, 4), seed=SEEDS)
def test_window_position_bias(height, width, square, heads, seed):
    width = height if square else width
    module = SwinRelativePositionBias(heads, (height, width))
    table = values(((2 * height - 1) * (2 * width - 1), heads), seed)
    module.relative_position_bias_table.data = torch.from_numpy(table)
    wanted = module()[0].detach()
    window = str(height) if square else f"[{height}, {width}]"
    x = values((2, 3), 0)
    call = f"window_position_bias({window}, {heads}) as relative_position_bias"
    text = f"input x: float32[N, 3]\noutput kept = x * 1\noutput y = {call}"
    weights = {"relative_position_bias.relative_position_bias_table": table}
    holds("window_position_bias", text, {"y": wanted}, {"x": x}, tolerance=0, weights=weights)
