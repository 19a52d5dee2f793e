"""Llama, Mistral, Mixtral and Qwen3 in small beside transformers' classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import (
    DynamicCache,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from zoo_parity import Feeds, Outputs, equal
from zoo_stir import numbers, stir, tokens

LAYERS, HEADS, SIZE = 2, 2, 8
SMALL = {
    "vocab": 97,
    "width": 40,
    "layers": LAYERS,
    "num_heads": 4,
    "num_kv_heads": HEADS,
    "head_dim": SIZE,
    "hidden": 48,
}
CONFIG = {
    "vocab_size": 97,
    "hidden_size": 40,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 4,
    "num_key_value_heads": HEADS,
    "head_dim": SIZE,
    "intermediate_size": 48,
    "attn_implementation": "eager",
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
MILLION = {"rope_type": "default", "rope_theta": 1e6}


def make(name: str) -> nn.Module:
    """A small net of the kind of the zoo's model `name`."""
    torch.manual_seed(0)
    if name.startswith("mistral"):
        return stir(MistralForCausalLM(MistralConfig(sliding_window=3, rms_norm_eps=1e-5, **CONFIG)))
    if name.startswith("mixtral"):
        config = MixtralConfig(num_local_experts=8, num_experts_per_tok=2, rope_parameters=MILLION, **CONFIG)
        return stir(MixtralForCausalLM(config))
    if name.startswith("qwen3"):
        tied = name == "qwen3_0_6b"
        return stir(Qwen3ForCausalLM(Qwen3Config(rope_parameters=MILLION, tie_word_embeddings=tied, **CONFIG)))
    special = {"rope_parameters": LLAMA3, "tie_word_embeddings": True} if name == "llama3_2_1b" else {}
    return stir(LlamaForCausalLM(LlamaConfig(rms_norm_eps=1e-5, **special, **CONFIG)))


def prompt(net: nn.Module, feeds: Feeds) -> Outputs:
    return {"logits": net(feeds["input_ids"]).logits}


@pytest.mark.parametrize("name", ["llama2_7b", "llama3_2_1b", "mistral_7b", "mixtral_8x7b", "qwen3_0_6b", "qwen3_8b"])
def test_prompts(name: str, tmp_path: Path) -> None:
    net = make(name)
    cases = [{"input_ids": tokens(97, 2, 9)}, {"input_ids": tokens(97, 1, 30)}]
    window = {"window": 3} if name == "mistral_7b" else {}
    equal(name, net, partial(prompt, net), cases, tmp_path, beside="transformers", **window, **SMALL)


@pytest.mark.parametrize("name", ["llama2_7b_cached", "mistral_7b", "mixtral_8x7b", "qwen3_0_6b"])
def test_cache(name: str, tmp_path: Path) -> None:
    net = make(name)

    def call(feeds: Feeds) -> Outputs:
        names = [f"past_key_values.{i}" for i in range(LAYERS)]
        cache = DynamicCache([(feeds[f"{name}.key"], feeds[f"{name}.value"]) for name in names])
        made = net(feeds["input_ids"], past_key_values=cache, use_cache=True)
        after = {f"present.{i}.key": layer.keys for i, layer in enumerate(made.past_key_values.layers)}
        return {"logits": made.logits, **after}

    cases = [{"input_ids": tokens(97, 2, 1), **past(2, 7)}, {"input_ids": tokens(97, 1, 5), **past(1, 3)}]
    options: Mapping[str, object] = {"cache": True, **SMALL, **({"window": 3} if name == "mistral_7b" else {})}
    equal(name, net, call, cases, tmp_path, beside="transformers", **options)


def past(batch: int, length: int) -> Feeds:
    names = [f"past_key_values.{i}.{part}" for i in range(LAYERS) for part in ("key", "value")]
    return {name: numbers(batch, HEADS, length, SIZE, seed=seed) for seed, name in enumerate(names)}


def test_published_names_of_mixtral(tmp_path: Path) -> None:
    """Experts apart, as the checkpoint on the web has them."""
    torch.manual_seed(1)
    sizes = {**CONFIG, "hidden_size": 4096, "num_hidden_layers": 1, "intermediate_size": 8}
    net = stir(MixtralForCausalLM(MixtralConfig(num_local_experts=8, rope_parameters=MILLION, **sizes)))

    class Published(nn.Module):
        def state_dict(self) -> dict[str, torch.Tensor]:
            state = net.state_dict()
            mlp, moe = "model.layers.0.mlp", "model.layers.0.block_sparse_moe"
            state[f"{moe}.gate.weight"] = state.pop(f"{mlp}.gate.weight")
            up, down = state.pop(f"{mlp}.experts.gate_up_proj"), state.pop(f"{mlp}.experts.down_proj")
            for i in range(8):
                state[f"{moe}.experts.{i}.w1.weight"], state[f"{moe}.experts.{i}.w3.weight"] = up[i].chunk(2)
                state[f"{moe}.experts.{i}.w2.weight"] = down[i]
            return state

    cases = [{"input_ids": tokens(97, 2, 5)}, {"input_ids": tokens(97, 1, 9)}]
    small = {**SMALL, "width": 4096, "layers": 1, "hidden": 8}
    equal("mixtral_8x7b", Published(), partial(prompt, net), cases, tmp_path, beside="transformers", **small)
