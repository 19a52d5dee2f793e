"""GPT-1 and GPT-2 beside transformers' classes, without and with a cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from transformers import DynamicCache, GPT2Config, GPT2LMHeadModel, OpenAIGPTConfig, OpenAIGPTLMHeadModel
from zoo_parity import Feeds, Outputs, equal
from zoo_stir import numbers, stir, tokens

import specc


def gpt2(**sizes: int) -> nn.Module:
    torch.manual_seed(1)
    return stir(GPT2LMHeadModel(GPT2Config(attn_implementation="eager", **sizes)), amount=0.01)


def cached(net: nn.Module, layers: int) -> Callable[[Feeds], Outputs]:
    """A call of `net` with the keys and values of tokens before."""

    def call(feeds: Feeds) -> Outputs:
        pairs: list[tuple[Tensor, Tensor]] = [
            (feeds[f"past_key_values.{i}.key"], feeds[f"past_key_values.{i}.value"]) for i in range(layers)
        ]
        made = net(feeds["input_ids"], past_key_values=DynamicCache(pairs), use_cache=True)
        after = {
            f"present.{i}.{part}": getattr(made.past_key_values.layers[i], f"{part}s")
            for i in range(layers)
            for part in ("key", "value")
        }
        return {"logits": made.logits, **after}

    return call


def past(layers: int, *shape: int) -> dict[str, Tensor]:
    names = [f"past_key_values.{i}.{part}" for i in range(layers) for part in ("key", "value")]
    return {name: numbers(*shape, seed=seed) for seed, name in enumerate(names)}


def test_gpt1(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(OpenAIGPTLMHeadModel(OpenAIGPTConfig()), amount=0.01)
    cases = [{"input_ids": tokens(40478, 2, 9)}, {"input_ids": tokens(40478, 1, 16)}]
    equal("gpt1", net, lambda feeds: {"logits": net(feeds["input_ids"]).logits}, cases, tmp_path, beside="transformers")


def test_gpt2(tmp_path: Path) -> None:
    net = gpt2()
    cases = [{"input_ids": tokens(50257, 2, 9)}, {"input_ids": tokens(50257, 1, 16)}]
    equal("gpt2", net, lambda feeds: {"logits": net(feeds["input_ids"]).logits}, cases, tmp_path, beside="transformers")


def test_gpt2_cached(tmp_path: Path) -> None:
    net = gpt2()
    cases = [
        {"input_ids": tokens(50257, 2, 1), **past(12, 2, 12, 7, 64)},
        {"input_ids": tokens(50257, 1, 5), **past(12, 1, 12, 3, 64)},
    ]
    equal("gpt2_cached", net, cached(net, 12), cases, tmp_path, beside="transformers")


@pytest.mark.parametrize("name", ["gpt2_medium", "gpt2_cached"])
def test_bare_checkpoint(name: str, tmp_path: Path) -> None:
    """GPT-2 as published, without the prefix and the output's own name."""
    net = gpt2(vocab_size=97, n_positions=32, n_embd=24, n_layer=2, n_head=3)
    call = cached(net, 2) if name == "gpt2_cached" else lambda feeds: {"logits": net(feeds["input_ids"]).logits}
    cases = [{"input_ids": tokens(97, 2, 32 - 4)}, {"input_ids": tokens(97, 3, 1)}]
    if name == "gpt2_cached":
        cases = [{**feeds, **past(2, len(feeds["input_ids"]), 3, 4, 8)} for feeds in cases]
    sizes = {"vocab": 97, "positions": 32, "width": 24, "layers": 2, "num_heads": 3}
    equal(name, net.transformer, call, cases, tmp_path, beside="transformers", **sizes)


@pytest.mark.parametrize(
    ("name", "width", "layers"),
    [("gpt2_medium_cached", 1024, 24), ("gpt2_large_cached", 1280, 36), ("gpt2_xl_cached", 1600, 48)],
)
def test_counts_of_gpt2_cached(name: str, width: int, layers: int) -> None:
    """Parameters of transformers; the work of one token: twelve squares of the width a layer, 128 keys, the words."""
    with torch.device("meta"):
        net = GPT2LMHeadModel(GPT2Config(n_embd=width, n_layer=layers, n_head=width // 64))
    report = specc.load(f"zoo:{name}").report(N=1, T=1, P=127)
    assert report.params.trainable == sum(parameter.numel() for parameter in net.parameters())
    assert report.macs == layers * (12 * width**2 + 2 * 128 * width) + 50257 * width
