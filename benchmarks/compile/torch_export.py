"""One `torch.onnx.export` of a net with seeded weights: the peer of `specc compile`."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "parity"))


def resnet50() -> tuple[nn.Module, tuple[torch.Tensor, ...], dict[str, dict[int, str]]]:
    """ResNet-50."""
    from torch_twins import ResNet50

    return ResNet50(), (torch.randn(2, 3, 224, 224),), {"x": {0: "N"}}


def minilm() -> tuple[nn.Module, tuple[torch.Tensor, ...], dict[str, dict[int, str]]]:
    """MiniLM: transformers' BertModel at its sizes."""
    from transformers import BertConfig, BertModel

    config = BertConfig(hidden_size=384, num_hidden_layers=6, intermediate_size=1536, num_attention_heads=12)
    ids = torch.zeros(2, 16, dtype=torch.int64)
    return (
        BertModel(config),
        (ids, torch.ones_like(ids)),
        {"input_ids": {0: "N", 1: "T"}, "attention_mask": {0: "N", 1: "T"}},
    )


def lstm_lm() -> tuple[nn.Module, tuple[torch.Tensor, ...], dict[str, dict[int, str]]]:
    """The LSTM language model."""
    from torch_twins import LanguageModel

    tokens, state = torch.zeros(2, 16, dtype=torch.int64), torch.zeros(2, 2, 650)
    shapes = {"tokens": {0: "N", 1: "T"}, "h": {1: "N"}, "c": {1: "N"}}
    return LanguageModel(), (tokens, state, state.clone()), shapes


def main() -> None:
    """Export the net named first to the file named second."""
    torch.manual_seed(0)
    net, inputs, shapes = {"resnet50": resnet50, "minilm": minilm, "lstm_lm": lstm_lm}[sys.argv[1]]()
    torch.onnx.export(net.eval(), inputs, sys.argv[2], dynamo=True, dynamic_shapes=shapes, verbose=False)


if __name__ == "__main__":
    main()
