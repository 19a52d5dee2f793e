"""A model of the zoo beside an outside implementation with the same random weights, from the state dict it saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import zoo_record
from safetensors.torch import save_file
from torch import Tensor, nn

import specc

Feeds = Mapping[str, Tensor]
Outputs = Mapping[str, Tensor]
TOLERANCE = 1e-4


def settle(net: nn.Module, seed: int = 0) -> nn.Module:
    """`net` in use: batch norms with random statistics, in evaluation mode, from a fixed seed."""
    generator = torch.Generator().manual_seed(seed)
    for module in net.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.copy_(torch.randn(module.num_features, generator=generator) * 0.1)
            module.running_var.copy_(torch.rand(module.num_features, generator=generator) + 0.5)
    return net.eval()


def equal(
    name: str,
    net: nn.Module,
    call: Callable[[Feeds], Outputs],
    cases: Sequence[Feeds],
    folder: Path,
    *,
    beside: str,
    tolerance: float = TOLERANCE,
    load_as: str | None = None,
    **parameters: object,
) -> float:
    """The largest error of `zoo:NAME` with the state dict of `net` beside `call`, which takes and gives tensors by the
    names of the spec, over `cases` of differing sizes. Fails where an output is off by more than `tolerance` of its
    largest value."""
    path = folder / "weights.safetensors"
    save_file({key: value.detach().clone().contiguous() for key, value in net.state_dict().items()}, path)
    model = specc.load(load_as or f"zoo:{name}", **parameters).compile(weights=str(path))
    worst = 0.0
    for feeds in cases:
        with torch.no_grad():
            wanted = call(feeds)
        made = model.run(**{key: value.numpy() for key, value in feeds.items()})
        assert set(wanted) <= set(made), (set(wanted), set(made))
        for key, value in wanted.items():
            worst = max(worst, relative_error(made[key], value.numpy(), key))
    assert worst <= tolerance, worst
    if not parameters and load_as is None:
        zoo_record.add(name, beside, ", ".join(map(shown, cases)), worst)
    return worst


def relative_error(made: np.ndarray, wanted: np.ndarray, what: str) -> float:
    """Largest difference over the largest value of `wanted`, whose shape and kind `made` has."""
    assert made.shape == wanted.shape, (what, made.shape, wanted.shape)
    largest = float(np.abs(wanted).max())
    assert np.isfinite(wanted).all() and largest > 0, f"{what}: nothing to compare"
    return float(np.abs(made.astype(np.float64) - wanted).max()) / largest


def shown(feeds: Feeds) -> str:
    """Shapes of the inputs."""
    return " + ".join("x".join(map(str, value.shape)) or "1" for value in feeds.values())
