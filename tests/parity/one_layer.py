"""A spec of one layer beside the PyTorch module that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import torch
from whole_spec import holds

Reference = Callable[[torch.Tensor], torch.Tensor]
NAME = re.compile(r"\w+")


def spec_text(layer: str, array: np.ndarray, symbols: Mapping[int, str], promises: tuple[str, ...] = ()) -> str:
    """`input x -> layer as layer`, the axes in `symbols` declared by name, the others by their size."""
    dims = ", ".join(symbols.get(axis, str(size)) for axis, size in enumerate(array.shape))
    lines = [f"input x: {array.dtype}[{dims}]", *(f"require {promise}" for promise in promises)]
    return "\n".join([*lines, f"output y = x -> {layer} as layer", ""])


def randomise(module: torch.nn.Module, seed: int) -> dict[str, np.ndarray]:
    """Draw every weight of `module` anew; the weights under the names that the spec gives them."""
    generator = torch.Generator().manual_seed(seed)
    state = {name: tensor for name, tensor in module.state_dict().items() if tensor.is_floating_point()}
    for name, tensor in state.items():
        drawn = torch.randn(tensor.shape, generator=generator)
        tensor.copy_(drawn.abs() + 0.5 if name.endswith("running_var") else drawn)
    return {f"layer.{name}": tensor.numpy() for name, tensor in state.items()}


def agree(
    layer: str,
    reference: torch.nn.Module | Reference,
    array: np.ndarray,
    *,
    tolerance: float,
    symbols: Mapping[int, str] | None = None,
    promises: tuple[str, ...] = (),
    seed: int = 0,
    name: str | None = None,
    weights: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Assert that the layer computes what PyTorch does, in the shape that was inferred; counted as a case of `name`,
    by default of the layer that the call begins with.

    `tolerance` is absolute and relative, for float32. The weights of a module are drawn anew unless they are given.
    """
    if isinstance(reference, torch.nn.Module) and weights is None:
        weights = randomise(reference.eval(), seed)
    with torch.no_grad():
        wanted = reference(torch.from_numpy(array)).numpy()
    found = NAME.match(layer)
    assert found is not None
    text = spec_text(layer, array, symbols or {}, promises)
    holds(name or found[0], text, {"y": wanted}, {"x": array}, tolerance=tolerance, weights=weights)


def values(shape: tuple[int, ...], seed: int, scale: float = 1.0) -> np.ndarray:
    """Normal values."""
    drawn = np.random.default_rng(seed).standard_normal(shape) * scale
    return np.asarray(drawn, dtype=np.float32)
