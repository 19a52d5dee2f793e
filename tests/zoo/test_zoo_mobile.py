"""MobileNets, EfficientNets, DenseNets and ConvNeXts beside PyTorch nets from the papers and transformers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from transformers import ConvNextConfig, ConvNextForImageClassification
from twins_mobile import LARGE, SMALL, DenseNet, efficientnet, mobilenet_v2, mobilenet_v3
from zoo_parity import Feeds, Outputs, equal, settle

NETS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "mobilenet_v2": (mobilenet_v2, 224),
    "mobilenet_v2_0_5": (lambda: mobilenet_v2(0.5), 224),
    "mobilenet_v2_1_4": (lambda: mobilenet_v2(1.4), 224),
    "mobilenet_v3_large": (lambda: mobilenet_v3(LARGE, 1280), 224),
    "mobilenet_v3_small": (lambda: mobilenet_v3(SMALL, 1024), 224),
    "efficientnet_b0": (lambda: efficientnet(1.0, 1.0), 224),
    "efficientnet_b1": (lambda: efficientnet(1.0, 1.1), 240),
    "efficientnet_b5": (lambda: efficientnet(1.6, 2.2, 1e-3), 456),
    "densenet161": (lambda: DenseNet((6, 12, 36, 24), 48), 224),
}


@pytest.mark.parametrize("name", NETS)
def test_small_and_dense_nets(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    make, size = NETS[name]
    net = settle(make())
    cases = [{"image": torch.randn(batch, 3, size, size)} for batch in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


TORCHVISION = (
    (r"convnext\.embeddings\.patch_embeddings\.(.*)", r"features.0.0.\1"),
    (r"convnext\.embeddings\.layernorm\.(.*)", r"features.0.1.\1"),
    (r"convnext\.layernorm\.(.*)", r"classifier.0.\1"),
    (r"classifier\.(weight|bias)", r"classifier.2.\1"),
    (r"(.*)\.dwconv\.(.*)", r"\1.block.0.\2"),
    (r"(.*)\.layernorm\.(.*)", r"\1.block.2.\2"),
    (r"(.*)\.pwconv1\.(.*)", r"\1.block.3.\2"),
    (r"(.*)\.pwconv2\.(.*)", r"\1.block.5.\2"),
    (r"(.*)\.layer_scale_parameter", r"\1.layer_scale"),
)


def torchvision_name(name: str) -> str:
    """What torchvision calls a weight of transformers' ConvNeXt."""
    for pattern, wanted in TORCHVISION:
        if re.fullmatch(pattern, name):
            name = re.sub(pattern, wanted, name)
            break
    stage = re.match(r"convnext\.encoder\.stages\.(\d)\.(layers|downsampling_layer)\.(.*)", name)
    if stage:
        name = f"features.{2 * int(stage[1]) + (stage[2] == 'layers')}.{stage[3]}"
    return name


class Named(nn.Module):
    """A net that saves its weights under other names."""

    def __init__(self, net: nn.Module, name: Callable[[str], str]) -> None:
        super().__init__()
        self.net, self.name = net, name

    def state_dict(self, *args: object, **kwargs: object) -> dict[str, Tensor]:  # type: ignore[override]
        state = {self.name(name): value for name, value in self.net.state_dict().items()}
        return {name: value[:, None, None] if "layer_scale" in name else value for name, value in state.items()}


def older_name(name: str) -> str:
    """What the published files call a weight of a DenseNet."""
    return re.sub(r"(denselayer\d+\.(?:norm|conv))", r"\1.", name)


def test_published_densenet121(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(DenseNet((6, 12, 24, 16)))
    cases = [{"image": torch.randn(batch, 3, 224, 224)} for batch in (1, 2)]
    saved = Named(net, older_name)
    assert "features.denseblock1.denselayer1.norm.1.weight" in saved.state_dict()
    equal("densenet121", saved, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


def test_convnext_tiny(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = ConvNextConfig(depths=[3, 3, 9, 3], num_labels=1000, layer_norm_eps=1e-6)
    net = ConvNextForImageClassification(config).eval()
    for name, value in net.named_parameters():
        if "norm" in name or "layer_scale" in name:
            nn.init.normal_(value, 0.0 if name.endswith("bias") else 0.8, 0.2)
    cases = [{"image": torch.randn(batch, 3, 224, 224)} for batch in (1, 2)]

    def call(feeds: Feeds) -> Outputs:
        return {"logits": net(feeds["image"]).logits}

    equal(
        "convnext_tiny",
        Named(net, torchvision_name),
        call,
        cases,
        tmp_path,
        beside="transformers ConvNextForImageClassification",
    )
