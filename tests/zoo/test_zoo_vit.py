"""Vision Transformers beside torchvision's layout in PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import ViTConfig, ViTForImageClassification
from twins_attention import VisionTransformer
from zoo_parity import equal
from zoo_stir import numbers, stir

import specc


def test_vit_b_16(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(VisionTransformer(224, 16, 768, 12, 3072, 12, 1000), amount=0.02)
    cases = [{"image": numbers(batch, 3, 224, 224)} for batch in (1, 2)]
    equal("vit_b_16", net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize(("name", "width", "heads"), [("vit_ti_16", 192, 3), ("vit_s_16", 384, 6)])
def test_small_vits(name: str, width: int, heads: int, tmp_path: Path) -> None:
    torch.manual_seed(2)
    net = stir(VisionTransformer(224, 16, width, heads, 4 * width, 12, 1000), amount=0.02)
    cases = [{"image": numbers(batch, 3, 224, 224)} for batch in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize(
    ("name", "width", "heads", "size"),
    [("vit_ti_16", 192, 3, 224), ("vit_s_16", 384, 6, 224), ("vit_b_16_384", 768, 12, 384)],
)
def test_counts_of_vit(name: str, width: int, heads: int, size: int) -> None:
    """Parameters and products of transformers' class, as PyTorch counts them."""
    sizes = {"hidden_size": width, "num_attention_heads": heads, "intermediate_size": 4 * width, "image_size": size}
    with torch.device("meta"):
        net = ViTForImageClassification(ViTConfig(num_labels=1000, attn_implementation="eager", **sizes))
        with FlopCounterMode(display=False) as counter:
            net(pixel_values=torch.zeros(1, 3, size, size))
    report = specc.load(f"zoo:{name}").report(N=1)
    assert report.params.trainable == sum(parameter.numel() for parameter in net.parameters())
    assert 2 * (report.macs or 0) == counter.get_total_flops()


@pytest.mark.parametrize(("name", "patch"), [("vit_b_32", 32), ("vit_l_16", 16), ("vit_l_32", 32), ("vit_h_14", 14)])
def test_sizes_of_vit(name: str, patch: int, tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = stir(VisionTransformer(3 * patch, patch, 32, 2, 48, 2, 7))
    cases = [{"image": numbers(batch, 3, 3 * patch, 3 * patch)} for batch in (1, 3)]
    small = {"image_size": 3 * patch, "width": 32, "num_heads": 2, "mlp_dim": 48, "layers": 2, "classes": 7}
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin", **small)
