"""Attention blocks of the standard library: transformers 5 with weights loaded by name, or the papers' equations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import values
from torch import nn
from transformers import Gemma2Config, GptOssConfig, LlamaConfig, MistralConfig, MixtralConfig, Qwen3Config, SwinConfig
from transformers.models.gemma2.modeling_gemma2 import Gemma2Attention
from transformers.models.gpt_oss.modeling_gpt_oss import GptOssAttention, GptOssRotaryEmbedding
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaDecoderLayer, LlamaRotaryEmbedding
from transformers.models.mistral.modeling_mistral import MistralAttention
from transformers.models.mixtral.modeling_mixtral import MixtralDecoderLayer
from transformers.models.qwen3.modeling_qwen3 import Qwen3Attention
from transformers.models.swin.modeling_swin import SwinAttention, SwinLayer, window_partition, window_reverse
from whole_spec import evaluate

import specc

TOLERANCE = 5e-5
"""Absolute and relative, for float32 through a few matrices."""
CACHE = """
require P >= 0
input x: float32[N, T, {width}]
state past_key as past_key_values.0.key -> present.0.key: float32[N, {kv_heads}, P, {size}] = 0
state past_value as past_key_values.0.value -> present.0.value: float32[N, {kv_heads}, P, {size}] = 0
y, keys, values = (x, past_key, past_value) -> {stage} as {name}
next past_key: float32[N, {kv_heads}, P + T, {size}] = keys
next past_value: float32[N, {kv_heads}, P + T, {size}] = values
output y: float32[N, T, {width}]
"""
SIZES = {"hidden_size": 12, "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 1, "head_dim": 6}
ROPE = {"rope_type": "default", "rope_theta": 100.0}


def close(made: np.ndarray, wanted: torch.Tensor | np.ndarray) -> None:
    wanted = wanted.detach().numpy() if isinstance(wanted, torch.Tensor) else wanted
    np.testing.assert_allclose(made, wanted, rtol=TOLERANCE, atol=TOLERANCE)


def draw(module: nn.Module, seed: int, prefix: str) -> dict[str, np.ndarray]:
    """Draw every weight anew; by name below `prefix`."""
    generator = torch.Generator().manual_seed(seed % 2**31)
    for parameter in module.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.5
    return {f"{prefix}.{name}": tensor.numpy() for name, tensor in module.state_dict().items()}


def seen(length: int, window: int | None) -> torch.Tensor:
    """What is added to scores: a causal mask, with the window of Mistral."""
    gap = torch.arange(length)[:, None] - torch.arange(length)
    shown = (gap >= 0) & (gap < (window or length))
    return torch.where(shown, 0.0, -1e30)[None, None]


def cached(imports: str, stage: str, weights: Mapping[str, np.ndarray], name: str) -> specc.Model:
    text = CACHE.format(stage=stage, name=name, width=12, kv_heads=2, size=6)
    return specc.loads(f"model cached\nfrom std import {imports}{text}").compile(weights=dict(weights))


def agree_at_once_and_by_steps(model: specc.Model, x: np.ndarray, wanted: torch.Tensor, steps: tuple[int, ...]) -> None:
    """The whole sequence at once, and in pieces that hand on the cache, are what is wanted."""
    close(model.run({"x": x})["y"], wanted)
    state: dict[str, np.ndarray] = {}
    start, parts = 0, []
    for size in steps:
        made = model.run({"x": x[:, start : start + size], **state})
        state = {f"past_key_values.0.{part}": made[f"present.0.{part}"] for part in ("key", "value")}
        parts.append(made["y"])
        start += size
    assert start == x.shape[1]
    close(np.concatenate(parts, 1), wanted)


KINDS = {
    "llama": (LlamaAttention, LlamaConfig, {"attention_bias": False}, ""),
    "llama with biases": (LlamaAttention, LlamaConfig, {"attention_bias": True}, "bias=true"),
    "mistral": (MistralAttention, MistralConfig, {"sliding_window": 2}, "window=2"),
    "qwen3": (Qwen3Attention, Qwen3Config, {}, "qk_norm=true"),
    "gemma2": (
        Gemma2Attention,
        Gemma2Config,
        {"query_pre_attn_scalar": 9, "attn_logit_softcapping": 0.8, "layer_types": ["full_attention"]},
        f"softcap=0.8, scale={9**-0.5}",
    ),
    "gemma2 in a window": (
        Gemma2Attention,
        Gemma2Config,
        {"query_pre_attn_scalar": 9, "sliding_window": 3, "layer_types": ["sliding_attention"]},
        f"softcap=50, scale={9**-0.5}, window=3",
    ),
}


@cases(
    kind=st.sampled_from(sorted(KINDS)),
    steps=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    scaling=st.sampled_from((None, {"rope_type": "linear", "factor": 2.0})),
    seed=SEEDS,
)
def test_cached_attention(kind, steps, scaling, seed):
    module_class, config_class, options, arguments = KINDS[kind]
    config = config_class(**SIZES, **options, rope_parameters={**ROPE, **(scaling or {})}, attn_implementation="eager")
    module = module_class(config, 0).eval()
    weights = draw(module, seed, "model.layers.0.self_attn")
    length = sum(steps)
    x = values((2, length, 12), seed)
    tables = LlamaRotaryEmbedding(LlamaConfig(**SIZES, rope_parameters=config.rope_parameters))
    places = tables(torch.zeros(1), torch.arange(length)[None])
    window = options.get("sliding_window")
    with torch.no_grad():
        wanted = module(torch.from_numpy(x), position_embeddings=places, attention_mask=seen(length, window))[0]
    written = f'{{"rope_type": "linear", "factor": {scaling["factor"]}}}' if scaling else "none"
    stage = f"cached_attention(4, 2, head_dim=6, theta=100, scaling={written}{', ' if arguments else ''}{arguments})"
    model = cached("cached_attention", stage, weights, "model.layers.0.self_attn")
    agree_at_once_and_by_steps(model, x, wanted, tuple(steps))


@cases(window=st.sampled_from((None, 2)), steps=st.lists(st.integers(1, 3), min_size=1, max_size=3), seed=SEEDS)
def test_cached_attention_with_the_sinks_of_gpt_oss(window, steps, seed):
    kinds = ["sliding_attention" if window else "full_attention"]
    config = GptOssConfig(
        **SIZES, layer_types=kinds, sliding_window=window or 128, rope_parameters=ROPE, attention_bias=True
    )
    config._attn_implementation = "eager"
    module = GptOssAttention(config, 0).eval()
    weights = draw(module, seed, "layer")
    length = sum(steps)
    x = values((2, length, 12), seed)
    places = GptOssRotaryEmbedding(config)(torch.zeros(1), torch.arange(length)[None])
    with torch.no_grad():
        wanted = module(torch.from_numpy(x), places, seen(length, window))[0]
    stage = f"cached_attention(4, 2, 6, theta=100, sinks=true, bias=true, window={window or 'none'})"
    agree_at_once_and_by_steps(cached("cached_attention", stage, weights, "layer"), x, wanted, tuple(steps))


def test_cached_attention_of_padded_sequences() -> None:
    """Sequences padded on the left, their positions given, are what they are alone."""
    text = """model padded
from std import cached_attention
require P >= 0
input x: float32[N, T, 12]
input places: int64[N, T]
input mask: int64[N, P + T]
state past_key: float32[N, 2, P, 6] = 0
state past_value: float32[N, 2, P, 6] = 0
y, keys, values = x -> cached_attention(past_key, past_value, 4, 2, 6, positions=places, key_mask=mask) as attn
next past_key = keys
next past_value = values
output y
"""
    model = specc.loads(text).compile(seed=0)
    x = values((2, 5, 12), 0)
    mask, places = np.ones((2, 5), np.int64), np.tile(np.arange(5), (2, 1))
    mask[1, :2], places[1] = 0, [0, 0, 0, 1, 2]
    together = model.run({"x": x, "places": places, "mask": mask})["y"]
    short = {"x": x[1:, 2:], "places": np.arange(3)[None], "mask": np.ones((1, 3), np.int64)}
    close(together[1:, 2:], model.run(short)["y"])


@pytest.mark.parametrize("mixture", [False, True])
def test_cached_decoder_layer_loads_that_of_transformers(mixture: bool) -> None:
    if mixture:
        options = {"num_local_experts": 3, "sliding_window": 3}
        config = MixtralConfig(**SIZES, **options, intermediate_size=7, rope_parameters=ROPE)
        feed = "moe(3, 7)"
    else:
        config = LlamaConfig(**SIZES, intermediate_size=7, rope_parameters=ROPE)
        feed = "gated_feed_forward(7)"
    config._attn_implementation = "eager"
    module = (MixtralDecoderLayer if mixture else LlamaDecoderLayer)(config, 0).eval()
    weights = draw(module, 5, "model.layers.0")
    x = values((2, 6, 12), 0)
    places = LlamaRotaryEmbedding(LlamaConfig(**SIZES, rope_parameters=ROPE))(torch.zeros(1), torch.arange(6)[None])
    with torch.no_grad():
        mask = seen(6, 3 if mixture else None)
        wanted = module(torch.from_numpy(x), attention_mask=mask, position_embeddings=places)
    window = 3 if mixture else "none"
    attend = f"cached_attention(num_heads=4, num_kv_heads=2, head_dim=6, theta=100, window={window})"
    stage = f"cached_decoder_layer({attend}, {feed}, eps={config.rms_norm_eps})"
    imports = "cached_attention, cached_decoder_layer, gated_feed_forward"
    model = cached(imports, stage, weights, "model.layers.0")
    agree_at_once_and_by_steps(model, x, wanted, (3, 1, 1, 1))


@cases(
    rows=st.integers(1, 3),
    columns=st.integers(1, 3),
    window=st.integers(1, 4),
    channels=st.integers(1, 3),
    seed=SEEDS,
)
def test_windows(rows, columns, window, channels, seed):
    height, width = rows * window, columns * window
    x = values((2, height, width, channels), seed)
    promises = f"require H % {window} == 0 and W % {window} == 0\n" if window > 1 else ""
    text = f"""from std import window_partition, window_merge
input x: float32[N, H, W, {channels}]
{promises}y = x -> window_partition({window})
output y
output z: float32[N, H, W, {channels}] = window_merge(y * 2, H, W, {window})
"""
    made = evaluate(text, x=x)
    wanted = window_partition(torch.from_numpy(x), window)
    np.testing.assert_array_equal(made["y"], wanted.flatten(1, 2).numpy())
    np.testing.assert_array_equal(made["z"], window_reverse(2 * wanted, window, height, width).numpy())


@cases(
    rows=st.integers(2, 3),
    columns=st.integers(2, 3),
    window=st.integers(2, 3),
    shifted=st.booleans(),
    heads=st.integers(1, 3),
    seed=SEEDS,
)
def test_window_attention(rows, columns, window, shifted, heads, seed):
    """Beside the windows, masks and attention of a Swin layer, whose three projections are one here."""
    height, width, channels = rows * window, columns * window, 4 * heads
    shift = window // 2 if shifted else 0
    config = SwinConfig(window_size=window, attn_implementation="eager")
    outer = SwinLayer(config, channels, (height, width), heads, shift_size=shift).eval()
    module: SwinAttention = outer.attention
    stored = draw(module, seed, "attn")
    x = values((2, height, width, channels), seed)
    with torch.no_grad():
        windows = window_partition(outer.cyclic_shift(torch.from_numpy(x)), window).flatten(1, 2)
        mask = outer.get_attn_mask(height, width, torch.float32, "cpu")
        made = module(windows, mask)[0].unflatten(1, (window, window))
        wanted = outer.cyclic_shift(window_reverse(made, window, height, width), reverse=True)
    weights = {
        f"attn.qkv.{kind}": np.concatenate([stored[f"attn.{part}_proj.{kind}"] for part in "qkv"])
        for kind in ("weight", "bias")
    }
    weights |= {f"attn.proj.{kind}": stored[f"attn.o_proj.{kind}"] for kind in ("weight", "bias")}
    table = "relative_position_bias_table"
    weights[f"attn.{table}"] = stored[f"attn.relative_position_bias.{table}"]
    text = f"""from std import window_attention
input x: float32[N, H, W, {channels}]
require H % {window} == 0 and W % {window} == 0
output y: float32[N, H, W, {channels}] = x -> window_attention({heads}, {window}, {shift}) as attn
"""
    close(evaluate(text, weights, x=x)["y"], wanted)


def softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


SHAPES = {
    "lengths": st.tuples(st.integers(1, 4), st.integers(1, 5)),
    "sizes": st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
    "masked": st.sampled_from(("", "bool", "int64")),
    "seed": SEEDS,
}


def memories(
    lengths: tuple[int, int], sizes: tuple[int, ...], masked: str, seed: int
) -> tuple[str, dict[str, np.ndarray], np.ndarray]:
    """Declarations of a query, a memory and perhaps its mask; the arrays; what is added to scores."""
    arrays = {"q": values((2, lengths[0], sizes[0]), seed), "m": values((2, lengths[1], sizes[1]), seed + 1)}
    lines = [f"input q: float32[N, T, {sizes[0]}]", f"input m: float32[N, S, {sizes[1]}]"]
    hidden = np.zeros((2, 1, lengths[1]))
    if masked:
        mask = np.random.default_rng(seed).random((2, lengths[1])) < 0.6
        mask[:, 0] = True
        arrays["mask"] = mask.astype(masked)
        lines.append(f"input mask: {masked}[N, S]")
        hidden = np.where(mask, 0.0, -np.inf)[:, None]
    return "\n".join(lines) + "\n", arrays, hidden


@cases(**SHAPES)
def test_additive_attention(lengths, sizes, masked, seed):
    lines, arrays, hidden = memories(lengths, sizes, masked, seed)
    hidden_size = sizes[2]
    w, u = values((hidden_size, sizes[0]), seed + 2), values((hidden_size, sizes[1]), seed + 3)
    v = values((1, hidden_size), seed + 4)
    summed = np.tanh((arrays["q"] @ w.T)[:, :, None] + (arrays["m"] @ u.T)[:, None])
    wanted = softmax((summed @ v[0]) + hidden) @ arrays["m"]
    call = f"additive_attention(q, m, {hidden_size}{', memory_mask=mask' if masked else ''}) as layer"
    text = f"from std import additive_attention\n{lines}output y = {call}"
    weights = {"layer.W_a.weight": w, "layer.U_a.weight": u, "layer.v_a.weight": v}
    close(evaluate(text, weights, **arrays)["y"], wanted)


@cases(score=st.sampled_from(("dot", "general", "concat")), **SHAPES)
def test_luong_attention(score, lengths, sizes, masked, seed):
    sizes = (sizes[0], sizes[0], sizes[2]) if score == "dot" else sizes
    lines, arrays, hidden = memories(lengths, sizes, masked, seed)
    q, m = arrays["q"], arrays["m"]
    weights: dict[str, np.ndarray] = {}
    if score == "dot":
        scores = q @ m.swapaxes(1, 2)
    elif score == "general":
        weights["layer.W_a.weight"] = w = values((sizes[0], sizes[1]), seed + 2)
        scores = q @ w @ m.swapaxes(1, 2)
    else:
        weights["layer.W_a.weight"] = w = values((sizes[2], sizes[0] + sizes[1]), seed + 2)
        weights["layer.v_a.weight"] = v = values((1, sizes[2]), seed + 3)
        shape = (2, *lengths)
        pairs = [np.broadcast_to(q[:, :, None], (*shape, sizes[0])), np.broadcast_to(m[:, None], (*shape, sizes[1]))]
        scores = np.tanh(np.concatenate(pairs, -1) @ w.T) @ v[0]
    wanted = softmax(scores + hidden) @ m
    call = f'luong_attention(q, m, "{score}", {sizes[2]}{", memory_mask=mask" if masked else ""}) as layer'
    text = f"from std import luong_attention\n{lines}output y = {call}"
    close(evaluate(text, weights, **arrays)["y"], wanted)


@cases(
    heads=st.integers(1, 3),
    size=st.integers(1, 3),
    length=st.integers(1, 6),
    projected=st.integers(1, 4),
    share=st.booleans(),
    seed=SEEDS,
)
def test_linformer_attention(heads, size, length, projected, share, seed):
    width = heads * size
    names = ("to_q.weight", "to_k.weight", "to_v.weight", "to_out.weight", "to_out.bias", "proj_k", "proj_v")
    shapes = [(width, width)] * 4 + [(width,)] + [(length, projected)] * 2
    drawn = {name: values(shape, seed + i, 0.7) for i, (name, shape) in enumerate(zip(names, shapes, strict=True))}
    weights = {f"layer.{name}": array for name, array in drawn.items() if not (share and name == "proj_v")}
    x = values((2, length, width), seed + 9)
    q, k, v = (x @ drawn[f"to_{part}.weight"].T for part in "qkv")
    k = np.einsum("bnd,nk->bkd", k, drawn["proj_k"])
    v = np.einsum("bnd,nk->bkd", v, drawn["proj_k" if share else "proj_v"])
    q, k, v = (torch.from_numpy(part).unflatten(-1, (heads, size)).transpose(1, 2) for part in (q, k, v))
    mixed = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2).numpy()
    wanted = mixed @ drawn["to_out.weight"].T + drawn["to_out.bias"]
    text = f"""from std import linformer_attention
input x: float32[N, {length}, {width}]
output y = x -> linformer_attention({heads}, {projected}, {word(share)}) as layer
"""
    close(evaluate(text, weights, x=x)["y"], wanted)


@cases(
    kind=st.sampled_from(("dense", "random")),
    heads=st.integers(1, 3),
    size=st.integers(1, 3),
    length=st.integers(1, 5),
    spare=st.integers(1, 3),
    causal=st.booleans(),
    seed=SEEDS,
)
def test_synthesizers(kind, heads, size, length, spare, causal, seed):
    width, longest = heads * size, length + spare
    x = values((2, length, width), seed)
    weights = {f"layer.{name}.weight": values((width, width), seed + i, 0.7) for i, name in enumerate(("value", "out"))}
    weights |= {f"layer.{name}.bias": values((width,), seed + i + 2) for i, name in enumerate(("value", "out"))}
    if kind == "random":
        weights["layer.scores"] = table = values((heads, longest, longest), seed + 4)
        scores = np.broadcast_to(table[:, :length, :length], (2, heads, length, length))
    else:
        for i in range(heads):
            weights[f"layer.heads.{i}.w1.weight"] = values((size, width), seed + 5 * i)
            weights[f"layer.heads.{i}.w1.bias"] = values((size,), seed + 5 * i + 1)
            weights[f"layer.heads.{i}.w2.weight"] = values((longest, size), seed + 5 * i + 2)
            weights[f"layer.heads.{i}.w2.bias"] = values((longest,), seed + 5 * i + 3)
        nets = [[weights[f"layer.heads.{i}.{part}"] for part in PARTS] for i in range(heads)]
        scores = np.stack([np.maximum(x @ a.T + b, 0) @ c.T + d for a, b, c, d in nets], 1)[..., :length]
    if causal:
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
    v = (
        (x @ weights["layer.value.weight"].T + weights["layer.value.bias"])
        .reshape(2, length, heads, size)
        .swapaxes(1, 2)
    )
    mixed = (softmax(scores) @ v).swapaxes(1, 2).reshape(2, length, width)
    wanted = mixed @ weights["layer.out.weight"].T + weights["layer.out.bias"]
    text = f"""from std import {kind}_synthesizer
input x: float32[N, T, {width}]
require T <= {longest}
output y = x -> {kind}_synthesizer({heads}, {longest}, causal={word(causal)}) as layer
"""
    close(evaluate(text, weights, x=x)["y"], wanted)


PARTS = ("w1.weight", "w1.bias", "w2.weight", "w2.bias")
