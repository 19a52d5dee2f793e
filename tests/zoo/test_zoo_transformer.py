"""The Transformer of 2017 beside torch.nn's layers."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from twins_attention import Translator, causal
from zoo_parity import Feeds, Outputs, equal
from zoo_stir import numbers, stir, tokens


def test_transformer_core(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(nn.Transformer(batch_first=True), amount=0.02)

    def call(feeds: Feeds) -> Outputs:
        return {"out": net(feeds["src"], feeds["tgt"], tgt_mask=causal(feeds["tgt"].shape[1]))}

    cases = [{"src": numbers(n, s, 512), "tgt": numbers(n, t, 512, seed=1)} for n, s, t in ((2, 7, 5), (1, 3, 12))]
    equal("transformer_core", net, call, cases, tmp_path, beside="torch.nn.Transformer")


def translate(name: str, net: nn.Module, folder: Path, **parameters: object) -> None:
    vocab = net.embedding.num_embeddings
    cases = [{"source": tokens(vocab, n, s), "target": tokens(vocab, n, t)} for n, s, t in ((2, 7, 5), (1, 3, 12))]
    beside = "torch twin of torch.nn's layers"
    equal(name, net, lambda feeds: {"logits": net(**feeds)}, cases, folder, beside=beside, **parameters)


def test_transformer_base(tmp_path: Path) -> None:
    torch.manual_seed(1)
    translate("transformer_base", stir(Translator(37000, 512, 8, 2048, 6), amount=0.02), tmp_path)


def test_transformer_big(tmp_path: Path) -> None:
    torch.manual_seed(2)
    sizes = {"vocab": 97, "width": 64, "num_heads": 16, "hidden": 48, "layers": 2}
    translate("transformer_big", stir(Translator(97, 64, 16, 48, 2)), tmp_path, **sizes)
