"""Nets for images and digits up to 2014 beside PyTorch nets from the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from twins_classic import spread
from twins_classic_old import MLP, RBM, VAE, AlexNet2012, Autoencoder, CiresanColumn, DeepID, LeNet5, NiN, OverFeat
from zoo_parity import Feeds, Outputs, equal

import specc

Net = Callable[[], nn.Module]
NETS: dict[str, tuple[Net, list[str], list[str], list[tuple[int, ...]]]] = {
    "alexnet_2012": (AlexNet2012, ["image"], ["prob"], [(3, 227, 227)]),
    "nin_cifar10": (lambda: NiN(True), ["image"], ["logits"], [(3, 32, 32)]),
    "nin_imagenet": (lambda: NiN(False), ["image"], ["logits"], [(3, 224, 224)]),
    "mlp_mnist": (lambda: MLP([784, 500, 10], False), ["pixels"], ["logits"], [(784,)]),
    "ciresan_mlp": (lambda: MLP([841, 2500, 2000, 1500, 1000, 500, 10], True), ["pixels"], ["prob"], [(841,)]),
    "lenet5_1998": (LeNet5, ["image"], ["distances"], [(1, 32, 32)]),
    "ciresan_mnist_column": (CiresanColumn, ["image"], ["prob"], [(1, 29, 29)]),
    "deepid": (lambda: DeepID(39, 31, 10000), ["image"], ["logits", "features"], [(3, 39, 31)]),
    "deepid_55x47": (lambda: DeepID(55, 47, 1283), ["image"], ["logits", "features"], [(3, 55, 47)]),
    "autoencoder_mnist": (Autoencoder, ["pixels"], ["logits", "code"], [(784,)]),
    "vae_mnist": (VAE, ["pixels", "eps"], ["reconstruction", "mu", "logvar"], [(784,), (20,)]),
    "rbm": (RBM, ["v", "chance"], ["down", "up"], [(784,), (500,)]),
}


@pytest.mark.parametrize("name", NETS)
def test_classics(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    make, inputs, outputs, sizes = NETS[name]
    net = spread(make())
    cases = [{key: torch.rand(count, *size) for key, size in zip(inputs, sizes, strict=True)} for count in (1, 3)]

    def call(feeds: Feeds) -> Outputs:
        made = net(*feeds.values())
        return dict(zip(outputs, made if isinstance(made, tuple) else (made,), strict=True))

    equal(name, net, call, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize("name, least", [("overfeat_fast", 231), ("overfeat_accurate", 221)])
def test_overfeat(name: str, least: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = spread(OverFeat("accurate" in name))
    cases = [{"image": torch.rand(1, 3, least, least)}, {"image": torch.rand(2, 3, least + 36, least + 5)}]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


def test_weights_of_the_tensorflow_tutorial(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    shapes = {
        "layer1/weights": (784, 500),
        "layer1/biases": (500,),
        "layer2/weights": (500, 10),
        "layer2/biases": (10,),
    }
    values = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    np.savez(tmp_path / "weights.npz", **values)
    pixels = rng.random((3, 784)).astype(np.float32)
    hidden = np.maximum(pixels @ values["layer1/weights"] + values["layer1/biases"], 0)
    wanted = hidden @ values["layer2/weights"] + values["layer2/biases"]
    made = specc.load("zoo:mlp_mnist").compile(weights=str(tmp_path / "weights.npz")).run(pixels=pixels)
    assert np.abs(made["logits"] - wanted).max() <= 1e-4 * np.abs(wanted).max()
