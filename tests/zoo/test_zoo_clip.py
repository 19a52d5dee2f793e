"""CLIP beside transformers' class and, with ResNets, the authors' layout in PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import CLIPConfig, CLIPModel
from twins_clip import ClipResNet
from zoo_parity import Feeds, Outputs, equal, settle
from zoo_stir import numbers, stir, tokens

OUTPUTS = ("logits_per_image", "logits_per_text", "image_embeds", "text_embeds")


def ended(vocab: int, batch: int, length: int) -> Tensor:
    """Texts of several lengths: the token with the largest number ends each, and zeros fill the rest."""
    ids = tokens(vocab - 1, batch, length)
    for row, end in enumerate(range(length - 1, length - 1 - batch, -1)):
        ids[row, end] = vocab - 1
        ids[row, end + 1 :] = 0
    return ids


def clip(net: CLIPModel, feeds: Feeds) -> Outputs:
    made = net(**feeds)
    return {name: getattr(made, name) for name in OUTPUTS}


def test_clip_vit_b_32(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(CLIPModel(CLIPConfig(attn_implementation="eager")), amount=0.02)
    sizes = ((2, 3, 9), (1, 1, 77))
    cases = [{"pixel_values": numbers(n, 3, 224, 224), "input_ids": ended(49408, m, t)} for n, m, t in sizes]
    equal("clip_vit_b_32", net, lambda feeds: clip(net, feeds), cases, tmp_path, beside="transformers")


@pytest.mark.parametrize(("name", "patch"), [("clip_vit_b_16", 16), ("clip_vit_l_14", 14), ("clip_vit_l_14_336", 14)])
def test_sizes_of_clip(name: str, patch: int, tmp_path: Path) -> None:
    torch.manual_seed(1)
    size = 3 * patch
    common = {"num_hidden_layers": 2, "projection_dim": 16}
    text = {"hidden_size": 24, "intermediate_size": 96, "num_attention_heads": 3, "vocab_size": 99, "eos_token_id": 98}
    vision = {"hidden_size": 32, "intermediate_size": 128, "num_attention_heads": 2}
    vision |= {"image_size": size, "patch_size": patch}
    config = CLIPConfig(text_config=text | common, vision_config=vision | common, projection_dim=16)
    net = stir(CLIPModel(config))
    cases = [
        {"pixel_values": numbers(n, 3, size, size), "input_ids": ended(99, m, t)} for n, m, t in ((2, 3, 9), (3, 1, 77))
    ]
    small = {"embed": 16, "image_size": size, "width": 32, "layers": 2, "num_heads": 2}
    small |= {"vocab": 99, "text_width": 24, "text_layers": 2, "text_heads": 3}
    equal(name, net, lambda feeds: clip(net, feeds), cases, tmp_path, beside="transformers", **small)


def test_clip_rn50(tmp_path: Path) -> None:
    torch.manual_seed(2)
    net = settle(stir(ClipResNet(), amount=0.02))
    cases = [{"image": numbers(n, 3, 224, 224), "text": ended(49408, m, t)} for n, m, t in ((2, 3, 9), (1, 1, 77))]
    equal("clip_rn50", net, lambda feeds: net(**feeds), cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize("name", ["clip_rn101", "clip_rn50x4", "clip_rn50x16", "clip_rn50x64"])
def test_sizes_of_clip_with_resnets(name: str, tmp_path: Path) -> None:
    torch.manual_seed(3)
    net = settle(stir(ClipResNet((1, 2, 1, 1), 8, 64, 16, 99, 128, 2), amount=0.02))
    cases = [{"image": numbers(n, 3, 64, 64), "text": ended(99, m, t)} for n, m, t in ((2, 3, 9), (1, 2, 77))]
    small = {"layout": [1, 2, 1, 1], "width": 8, "image_size": 64, "embed": 16}
    small |= {"vocab": 99, "text_width": 128, "text_layers": 2}
    equal(name, net, lambda feeds: net(**feeds), cases, tmp_path, beside="torch twin", **small)
