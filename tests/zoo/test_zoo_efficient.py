"""Linformer, Performer, Synthesizer and GANsformer beside twins in PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from twins_efficient import DenseSynthesizer, Gansformer, linformer, performer
from zoo_parity import equal
from zoo_stir import numbers, stir

TWIN = "torch twin"


def test_linformer(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(linformer(32, 40, 2, 12, 4))
    cases = [{"x": numbers(batch, 40, 32)} for batch in (1, 3)]
    small = {"width": 32, "length": 40, "depth": 2, "projected": 12, "num_heads": 4}
    equal("linformer", net, lambda feeds: {"out": net(feeds["x"])}, cases, tmp_path, beside=TWIN, **small)


def test_linformer_of_real_size(tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = stir(linformer(512, 4096, 2, 256, 8), amount=0.01)
    cases = [{"x": numbers(batch, 4096, 512)} for batch in (1, 2)]
    equal("linformer", net, lambda feeds: {"out": net(feeds["x"])}, cases, tmp_path, beside=TWIN, depth=2)


def test_performer(tmp_path: Path) -> None:
    torch.manual_seed(2)
    net = stir(performer(512, 6, 8, 64, 256), amount=0.01)
    cases = [{"x": numbers(n, t, 512)} for n, t in ((2, 9), (1, 64))]
    equal("performer", net, lambda feeds: {"out": net(feeds["x"])}, cases, tmp_path, beside=TWIN)


def test_synthesizer_dense(tmp_path: Path) -> None:
    torch.manual_seed(3)
    net = stir(DenseSynthesizer(1024, 32))
    cases = [{"x": numbers(batch, 32, 1024)} for batch in (1, 3)]
    equal("synthesizer_dense", net, lambda feeds: net(feeds["x"]), cases, tmp_path, beside=TWIN)


def test_gansformer(tmp_path: Path) -> None:
    torch.manual_seed(4)
    net = stir(Gansformer(32, 4, 64, 128, duplex=True), amount=0.02)
    cases = [{"z": numbers(batch, 16, 32)} for batch in (1, 3)]
    assert sum(parameter.numel() for parameter in net.parameters()) == 459_151
    equal("gansformer", net, lambda feeds: net(feeds["z"]), cases, tmp_path, beside=TWIN)


@pytest.mark.parametrize("resolution", [4, 16])
def test_simplex_gansformer(resolution: int, tmp_path: Path) -> None:
    torch.manual_seed(5)
    net = stir(Gansformer(12, 2, resolution, 20, duplex=False))
    cases = [{"z": numbers(batch, 5, 12)} for batch in (1, 2)]
    small = {"latents": 5, "width": 12, "mapping_layers": 2, "resolution": resolution, "channels": 20, "duplex": False}
    equal("gansformer", net, lambda feeds: net(feeds["z"]), cases, tmp_path, beside=TWIN, **small)
