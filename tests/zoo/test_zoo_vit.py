"""Vision Transformers beside torchvision's layout in PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from twins_attention import VisionTransformer
from zoo_parity import equal
from zoo_stir import numbers, stir


def test_vit_b_16(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(VisionTransformer(224, 16, 768, 12, 3072, 12, 1000), amount=0.02)
    cases = [{"image": numbers(batch, 3, 224, 224)} for batch in (1, 2)]
    equal("vit_b_16", net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize(("name", "patch"), [("vit_b_32", 32), ("vit_l_16", 16), ("vit_l_32", 32), ("vit_h_14", 14)])
def test_sizes_of_vit(name: str, patch: int, tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = stir(VisionTransformer(3 * patch, patch, 32, 2, 48, 2, 7))
    cases = [{"image": numbers(batch, 3, 3 * patch, 3 * patch)} for batch in (1, 3)]
    small = {"image_size": 3 * patch, "width": 32, "num_heads": 2, "mlp_dim": 48, "layers": 2, "classes": 7}
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin", **small)
