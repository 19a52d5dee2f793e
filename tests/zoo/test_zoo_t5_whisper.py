"""T5 and Whisper beside transformers' classes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import T5Config, T5ForConditionalGeneration, WhisperConfig, WhisperForConditionalGeneration
from zoo_parity import Feeds, Outputs, equal
from zoo_stir import numbers, stir, tokens


def seq2seq(net: nn.Module, feeds: Feeds) -> Outputs:
    made = net(**feeds)
    return {"logits": made.logits, "encoder_last_hidden_state": made.encoder_last_hidden_state}


def texts(vocab: int, batch: int, source: int, target: int) -> Feeds:
    """A source, of which the first text ends in padding, and a target."""
    mask = torch.ones(batch, source, dtype=torch.int64)
    mask[0, source - 1 :] = 0
    return {
        "input_ids": tokens(vocab, batch, source),
        "attention_mask": mask,
        "decoder_input_ids": tokens(vocab, batch, target, seed=1),
    }


def test_t5_small(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(T5ForConditionalGeneration(T5Config()), amount=0.02)
    cases = [texts(32128, 2, 150, 9), texts(32128, 1, 4, 140)]
    equal("t5_small", net, lambda feeds: seq2seq(net, feeds), cases, tmp_path, beside="transformers")


@pytest.mark.parametrize("name", ["t5_base", "t5_large", "t5_3b", "t5_11b"])
def test_sizes_of_t5(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    config = T5Config(vocab_size=97, d_model=24, num_layers=2, num_heads=3, d_kv=4, d_ff=40)
    net = stir(T5ForConditionalGeneration(config))
    cases = [texts(97, 2, 5, 7), texts(97, 3, 8, 1)]
    small = {"vocab": 97, "width": 24, "layers": 2, "num_heads": 3, "head_dim": 4, "hidden": 40}
    equal(name, net, lambda feeds: seq2seq(net, feeds), cases, tmp_path, beside="transformers", **small)


def test_whisper_tiny(tmp_path: Path) -> None:
    torch.manual_seed(2)
    config = WhisperConfig(attn_implementation="eager")
    net = stir(WhisperForConditionalGeneration(config), amount=0.02)
    cases = [
        {"input_features": numbers(n, 80, 3000), "decoder_input_ids": tokens(51865, n, t)} for n, t in ((1, 5), (2, 3))
    ]
    equal("whisper_tiny", net, lambda feeds: seq2seq(net, feeds), cases, tmp_path, beside="transformers")


def test_whisper_turbo(tmp_path: Path) -> None:
    """Fewer layers to write than to listen; the table of sines is the spec's own."""
    torch.manual_seed(3)
    config = WhisperConfig(
        vocab_size=51866,
        num_mel_bins=128,
        d_model=24,
        encoder_layers=3,
        decoder_layers=2,
        encoder_attention_heads=3,
        decoder_attention_heads=3,
        encoder_ffn_dim=96,
        decoder_ffn_dim=96,
        max_source_positions=10,
        max_target_positions=12,
    )
    net = WhisperForConditionalGeneration(config)
    sines = net.model.encoder.embed_positions.weight.detach().clone()
    stir(net)
    with torch.no_grad():
        net.model.encoder.embed_positions.weight.copy_(sines)
    cases = [
        {"input_features": numbers(n, 128, 20), "decoder_input_ids": tokens(51866, n, t)} for n, t in ((1, 12), (2, 3))
    ]
    small = {"width": 24, "layers": 3, "decoder_layers": 2, "num_heads": 3, "places": 10, "longest": 12}
    name = "whisper_large_v3_turbo"
    equal(name, net, lambda feeds: seq2seq(net, feeds), cases, tmp_path, beside="transformers", **small)
