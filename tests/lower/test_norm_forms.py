"""Norms in the forms of a target, beside torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import specc

SHAPES = {"image": "[N, 12, 7, 5]", "row": "[N, 12, L]"}


def compiled(options: str, shape: str, target: str = "cpu") -> specc.Model:
    """A model of one norm."""
    spec = f"model m\ninput x: float32{shape}\noutput y = x -> local_response_norm({options})\n"
    return specc.loads(spec).compile(target=target)


def operators(model: specc.Model) -> list[str]:
    """Types of the operators."""
    return [node.op_type for node in model.proto.graph.node]


@pytest.mark.parametrize("options", ("5", "5, k=2.0", "3, alpha=0.5, beta=0.4, k=0.7", "4, alpha=2.0", "1", "40"))
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_local_response_norm(options: str, shape: str) -> None:
    model = compiled(options, shape)
    assert "LRN" not in operators(model) and "MatMul" in operators(model)
    sizes = (2, 12, 7, 5) if shape == SHAPES["image"] else (3, 12, 9)
    x = np.random.default_rng(0).normal(size=sizes).astype(np.float32) * 3
    size, *named = options.split(", ")
    given = {name: float(number) for name, number in (one.split("=") for one in named)}
    wanted = torch.nn.LocalResponseNorm(int(size), **given)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(model.run(x=x)["y"], wanted, rtol=2e-6, atol=1e-6)


def test_many_channels_keep_the_operator() -> None:
    assert "LRN" in operators(compiled("5", "[N, 600, 4, 4]"))


def test_other_targets_keep_the_operator() -> None:
    assert "LRN" in operators(compiled("5", "[N, 12, 4, 4]", "portable"))
