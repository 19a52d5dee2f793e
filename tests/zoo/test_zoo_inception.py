"""The Inception family beside PyTorch nets from the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from example_twins import InceptionV3
from torch import nn
from twins_inception import BNInception, InceptionResNetV2, InceptionV3Aux, InceptionV4
from zoo_parity import equal, settle

NETS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "bn_inception": (BNInception, 224),
    "inception_v3": (lambda: InceptionV3(1000), 299),
    "inception_v3_aux": (lambda: InceptionV3Aux(1000), 299),
    "inception_v4": (InceptionV4, 299),
    "inception_resnet_v2": (InceptionResNetV2, 299),
}


@pytest.mark.parametrize("name", NETS)
def test_inception(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    make, size = NETS[name]
    net = settle(make())
    cases = [{"image": torch.randn(batch, 3, size, size)} for batch in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")
