"""ResNets beside the published layout in PyTorch."""

from __future__ import annotations

from pathlib import Path

import torch
from torch_twins import ResNet50
from zoo_parity import equal, settle


def test_resnet50(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(ResNet50())
    cases = [{"image": torch.randn(batch, 3, 224, 224)} for batch in (1, 2)]
    equal("resnet50", net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")
