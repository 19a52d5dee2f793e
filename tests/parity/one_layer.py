"""A spec of one layer beside the PyTorch module that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch

import specc

Reference = Callable[[torch.Tensor], torch.Tensor]


def spec_of(layer: str, array: np.ndarray, symbols: Mapping[int, str], promises: tuple[str, ...] = ()) -> specc.Spec:
    """`input x -> layer as layer`, the axes in `symbols` declared by name, the others by their size."""
    dims = ", ".join(symbols.get(axis, str(size)) for axis, size in enumerate(array.shape))
    lines = ["model one", f"input x: {array.dtype}[{dims}]", *(f"require {promise}" for promise in promises)]
    return specc.loads("\n".join([*lines, f"output y = x -> {layer} as layer", ""]), syntax="text")


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
) -> None:
    """Assert that the layer computes what PyTorch does, in the shape that was inferred.

    `tolerance` is absolute and relative, for float32.
    """
    names = symbols or {}
    is_module = isinstance(reference, torch.nn.Module)
    weights = randomise(reference.eval(), seed) if is_module else {}
    spec = spec_of(layer, array, names, promises)
    model = spec.compile(weights=weights) if weights else spec.compile(seed=seed)
    made = model.run(x=array)["y"]
    with torch.no_grad():
        wanted = reference(torch.from_numpy(array)).numpy()
    bindings = {name: array.shape[axis] for axis, name in names.items()}
    assert spec.report(**bindings).outputs[0].shape == wanted.shape
    assert made.shape == wanted.shape
    assert made.dtype == wanted.dtype
    np.testing.assert_allclose(made, wanted, rtol=tolerance, atol=tolerance)


def values(shape: tuple[int, ...], seed: int, scale: float = 1.0) -> np.ndarray:
    """Normal values."""
    drawn = np.random.default_rng(seed).standard_normal(shape) * scale
    return np.asarray(drawn, dtype=np.float32)
