"""MobileNet and Xception beside those of Keras, whose `.keras` files load by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import zoo_record
from zoo_parity import TOLERANCE, relative_error

import specc

os.environ["KERAS_BACKEND"] = "torch"
keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def mobilenet(alpha: float) -> object:
    """MobileNet without the softmax."""
    return keras.applications.MobileNet((224, 224, 3), alpha=alpha, weights=None, classifier_activation=None)


def xception() -> object:
    """Xception without the softmax."""
    return keras.applications.Xception(weights=None, classifier_activation=None)


NETS: dict[str, tuple[Callable[[], object], int]] = {
    "mobilenet_v1": (lambda: mobilenet(1.0), 224),
    "mobilenet_v1_0_25": (lambda: mobilenet(0.25), 224),
    "xception": (xception, 299),
}


def settled(net: object, folder: Path) -> Path:
    """The file of `net`, after its batch norms got random statistics, from a fixed seed."""
    generator = np.random.default_rng(0)
    for variable in net.weights:  # type: ignore[attr-defined]
        kind = variable.path.rpartition("/")[2]
        if kind in ("moving_mean", "beta"):
            variable.assign(generator.normal(0, 0.1, variable.shape))
        elif kind in ("moving_variance", "gamma"):
            variable.assign(generator.uniform(0.5, 1.5, variable.shape))
    net.save(folder / "net.keras")  # type: ignore[attr-defined]
    return folder / "net.keras"


@pytest.mark.parametrize("name", NETS)
def test_keras(name: str, tmp_path: Path) -> None:
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    make, size = NETS[name]
    net = make()
    model = specc.load(f"zoo:{name}").compile(weights=str(settled(net, tmp_path)))
    generator, worst = np.random.default_rng(1), 0.0
    for batch in (1, 2):
        image = generator.normal(size=(batch, size, size, 3)).astype(np.float32)
        with torch.no_grad():
            wanted = net(image, training=False).cpu().numpy()  # type: ignore[operator]
        made = model.run(image=np.moveaxis(image, -1, 1))["logits"]
        worst = max(worst, relative_error(made, wanted, "logits"))
    assert worst <= TOLERANCE, worst
    sizes = ", ".join(f"{batch}x3x{size}x{size}" for batch in (1, 2))
    zoo_record.add(name, f"keras.applications {net.name}", sizes, worst)  # type: ignore[attr-defined]
