"""U-Nets, ENet, DCGAN, FractalNet and YOLOv8 beside PyTorch nets from the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from twins_images import Discriminator, ENet, FractalNet, Generator, UNet
from twins_yolo import YOLOv8
from zoo_parity import Feeds, Outputs, equal, settle

Size = tuple[int, ...]
NETS: dict[str, tuple[Callable[[], nn.Module], str, str, list[Size]]] = {
    "unet": (lambda: UNet(3, True), "image", "logits", [(1, 3, 64, 96), (2, 3, 128, 48)]),
    "unet_2015": (lambda: UNet(1, False), "image", "logits", [(1, 1, 188, 220), (2, 1, 204, 189)]),
    # small: among a million windows, two float32 programs may find the largest element in another place
    "enet": (ENet, "image", "logits", [(1, 3, 64, 128), (2, 3, 120, 96)]),
    "fractalnet_cifar10": (FractalNet, "image", "logits", [(1, 3, 32, 32), (3, 3, 32, 32)]),
    "dcgan_generator": (Generator, "noise", "image", [(1, 100, 1, 1), (3, 100, 1, 1)]),
    "dcgan_discriminator": (Discriminator, "image", "real", [(1, 3, 64, 64), (3, 3, 64, 64)]),
}


@pytest.mark.parametrize("name", NETS)
def test_image_nets(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    make, source, target, sizes = NETS[name]
    net = settle(make())
    for module in net.modules():
        if isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight, 0.0, 0.5)
    cases = [{source: torch.randn(size)} for size in sizes]
    equal(name, net, lambda feeds: {target: net(feeds[source])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize("name, scale", [("yolov8n", (0.33, 0.25, 1024)), ("yolov8m", (0.67, 0.75, 768))])
def test_yolov8(name: str, scale: tuple[float, float, int], tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(YOLOv8(*scale))

    def call(feeds: Feeds) -> Outputs:
        return dict(zip(("detections", "boxes", "scores"), net(feeds["image"]), strict=True))

    cases = [{"image": torch.randn(size)} for size in ((1, 3, 640, 640), (2, 3, 96, 160))]
    equal(name, net, call, cases, tmp_path, beside="torch twin")
