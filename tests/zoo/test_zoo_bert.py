"""BERT with its heads, and BigBird, beside transformers' classes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    BigBirdConfig,
    BigBirdModel,
)
from transformers.models.big_bird.modeling_big_bird import BigBirdBlockSparseAttention
from zoo_parity import Feeds, Outputs, equal
from zoo_stir import stir, tokens

import specc
from specc.layers.common.block_sparse import drawn

SMALL = {"vocab": 97, "positions": 64, "width": 24, "layers": 2, "num_heads": 3, "intermediate": 40}
SMALL_CONFIG = {
    "vocab_size": 97,
    "max_position_embeddings": 64,
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}


def feeds(vocab: int, batch: int, length: int) -> Feeds:
    """Tokens of two segments, of which the last ones of the first text are padding."""
    mask = torch.ones(batch, length, dtype=torch.int64)
    mask[0, length - 2 :] = 0
    return {
        "input_ids": tokens(vocab, batch, length),
        "attention_mask": mask,
        "token_type_ids": tokens(2, batch, length, seed=1),
    }


def hidden(net: nn.Module, given: Feeds) -> Outputs:
    made = net(**given)
    return {"last_hidden_state": made.last_hidden_state, "pooler_output": made.pooler_output}


def logits(net: nn.Module, given: Feeds) -> Outputs:
    return {"logits": net(**given).logits}


@pytest.mark.parametrize(
    ("name", "make", "call"),
    [
        ("bert_base", BertModel, hidden),
        ("bert_base_mlm", BertForMaskedLM, logits),
        ("bert_base_classifier", BertForSequenceClassification, logits),
    ],
)
def test_bert(name: str, make: type[nn.Module], call: Callable[[nn.Module, Feeds], Outputs], tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(make(BertConfig(attn_implementation="eager")), amount=0.02)
    cases = [feeds(30522, 2, 9), feeds(30522, 1, 16)]
    equal(name, net, lambda given: call(net, given), cases, tmp_path, beside="transformers")


def spans(net: nn.Module, given: Feeds) -> Outputs:
    made = net(**given)
    return {"start_logits": made.start_logits, "end_logits": made.end_logits}


@pytest.mark.parametrize(
    ("name", "labels", "make", "call"),
    [
        ("bert_base_qa", 2, BertForQuestionAnswering, spans),
        ("bert_base_tagger", 9, BertForTokenClassification, logits),
        ("bert_large_mlm", 2, BertForMaskedLM, logits),
        ("bert_large_classifier", 2, BertForSequenceClassification, logits),
    ],
)
def test_heads_of_bert(
    name: str, labels: int, make: type[nn.Module], call: Callable[[nn.Module, Feeds], Outputs], tmp_path: Path
) -> None:
    torch.manual_seed(4)
    net = stir(make(BertConfig(attn_implementation="eager", num_labels=labels, **SMALL_CONFIG)))
    cases = [feeds(97, 3, 5), feeds(97, 1, 64)]
    equal(name, net, lambda given: call(net, given), cases, tmp_path, beside="transformers", **SMALL)


@pytest.mark.parametrize("name", ["bert_tiny", "bert_mini"])
def test_small_berts(name: str, tmp_path: Path) -> None:
    torch.manual_seed(5)
    layers, width = {"bert_tiny": (2, 128), "bert_mini": (4, 256)}[name]
    sizes = {"num_hidden_layers": layers, "hidden_size": width, "num_attention_heads": width // 64}
    net = stir(BertModel(BertConfig(attn_implementation="eager", intermediate_size=4 * width, **sizes)))
    cases = [feeds(30522, 3, 5), feeds(30522, 1, 64)]
    equal(name, net, lambda given: hidden(net, given), cases, tmp_path, beside="transformers")


@pytest.mark.parametrize(
    ("name", "config", "make"),
    [
        ("bert_small", {"num_hidden_layers": 4, "hidden_size": 512, "num_attention_heads": 8}, BertModel),
        ("bert_medium", {"num_hidden_layers": 8, "hidden_size": 512, "num_attention_heads": 8}, BertModel),
        ("minilm_l12", {"hidden_size": 384}, BertModel),
        ("bert_base_cased", {"vocab_size": 28996}, BertModel),
        ("bert_large_cased", {"vocab_size": 28996, **LARGE}, BertModel),
        ("bert_large_mlm", LARGE, BertForMaskedLM),
        ("bert_large_classifier", LARGE, BertForSequenceClassification),
        ("bert_base_qa", {}, BertForQuestionAnswering),
        ("bert_base_tagger", {"num_labels": 9}, BertForTokenClassification),
    ],
)
def test_counts_of_bert(name: str, config: dict[str, int], make: type[nn.Module]) -> None:
    """Parameters, and multiply-accumulates as PyTorch counts those of products, of the published sizes."""
    wide = {"intermediate_size": 4 * config.get("hidden_size", 768)}
    with torch.device("meta"):
        net = make(BertConfig(attn_implementation="eager", **{**wide, **config}))
        with FlopCounterMode(display=False) as counter:
            net(input_ids=torch.zeros(1, 128, dtype=torch.int64))
    report = specc.load(f"zoo:{name}").report(N=1, T=128)
    assert report.params.trainable == sum(parameter.numel() for parameter in net.parameters())
    assert 2 * (report.macs or 0) == counter.get_total_flops()


@pytest.mark.parametrize("name", ["minilm", "bert_large"])
def test_sizes_of_bert(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = stir(BertModel(BertConfig(attn_implementation="eager", **SMALL_CONFIG)))
    cases = [feeds(97, 3, 5), feeds(97, 1, 64)]
    equal(name, net, lambda given: hidden(net, given), cases, tmp_path, beside="transformers", **SMALL)


def test_bigbird(tmp_path: Path) -> None:
    torch.manual_seed(2)
    net = stir(BigBirdModel(BigBirdConfig(attention_type="original_full")), amount=0.02)
    cases = [feeds(50358, 2, 9), feeds(50358, 1, 16)]
    equal("bigbird_base", net, lambda given: hidden(net, given), cases, tmp_path, beside="transformers")


def test_bigbird_sparse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Transformers reads the random blocks that the spec draws, in place of its own."""
    torch.manual_seed(3)
    config = BigBirdConfig(attention_type="block_sparse", block_size=4, num_random_blocks=2, **SMALL_CONFIG)
    net = stir(BigBirdModel(config), amount=0.3)

    def blocks(module: BigBirdBlockSparseAttention, **_: object) -> list[np.ndarray]:
        sizes = SimpleNamespace(heads=3)
        return list(np.array(drawn(SimpleNamespace(count=14, random=2, sizes=sizes), module.seed)).reshape(3, 12, 2))

    monkeypatch.setattr(BigBirdBlockSparseAttention, "_bigbird_block_rand_mask_with_head", blocks)
    whole = [{"input_ids": tokens(97, batch, 56, seed=batch)} for batch in (1, 2)]
    sparse = {"length": 56, "block_size": 4, "random_blocks": 2, **SMALL}
    equal("bigbird_sparse", net, lambda given: hidden(net, given), whole, tmp_path, beside="transformers", **sparse)

    def pooled(given: Feeds) -> Outputs:
        """What does not see the results of padding, which transformers sets to 0."""
        return {"pooler_output": hidden(net, given)["pooler_output"]}

    equal("bigbird_sparse", net, pooled, [feeds(97, 2, 56)], tmp_path, beside="transformers", **sparse)
