"""ResNets beside the published layout in PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch_twins import ResNet50
from zoo_parity import equal, settle

import specc
from specc.base.diagnostics import SpecError


@pytest.mark.parametrize(
    ("name", "cardinality", "paths"), [("resnet50", 1, 64), ("resnext50_32x4d", 32, 4), ("wide_resnet50_2", 1, 128)]
)
def test_depth_50(name: str, cardinality: int, paths: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(ResNet50(cardinality, paths))
    cases = [{"image": torch.randn(batch, 3, 224, 224)} for batch in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize(("depth", "billions"), [(50, 3.8), (101, 7.6), (152, 11.3)])
def test_work_that_the_paper_tells(depth: int, billions: float) -> None:
    """Table 1 of arXiv:1512.03385 has multiply-adds, to two or three digits."""
    macs = specc.load("zoo:resnet50_2015", depth=depth).report(N=1).macs
    assert macs == pytest.approx(billions * 1e9, abs=0.06e9)


def test_only_bottlenecks_have_groups() -> None:
    with pytest.raises(SpecError, match="groups and widths are those of bottlenecks"):
        specc.load("zoo:resnet18", groups=2).check()
