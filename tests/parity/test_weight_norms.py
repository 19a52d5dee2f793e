"""Weight-normalised and spectrally normalised layers against torch 2.13, in both styles in which it stores them."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from cases import SEEDS, cases
from hypothesis import strategies as st
from one_layer import agree, values
from safetensors.torch import save_file
from torch import nn
from torch.nn import utils
from torch.nn.utils import parametrizations
from whole_spec import ONE_THREAD

import specc

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
NORMED = 1e-5
"""For float32 sums of 10^2 products, with weights whose norm is summed up in another order."""
MADE = {
    "conv": (lambda: nn.Conv1d(4, 6, 3, groups=2), "conv(6, 3, groups=2", (2, 4, 5)),
    "conv2": (lambda: nn.Conv2d(3, 4, (2, 3)), "conv(4, [2, 3]", (1, 3, 4, 5)),
    "conv_transpose": (lambda: nn.ConvTranspose1d(4, 6, 3, groups=2), "conv_transpose(6, 3, groups=2", (2, 4, 5)),
    "linear": (lambda: nn.Linear(5, 6), "linear(6", (3, 5)),
    "linear3": (lambda: nn.Linear(5, 6, False), "linear(6, false", (2, 3, 5)),
}
NORMS = {
    "weight": (utils.weight_norm, parametrizations.weight_norm),
    "spectral": (utils.spectral_norm, parametrizations.spectral_norm),
}


def normed(kind: str, norm: str, new: bool, dim: int | None, seed: int) -> tuple[nn.Module, str]:
    """A module with drawn weights, and the layer that it is."""
    torch.manual_seed(seed)
    make, text, shape = MADE[kind]
    module = make()
    function = NORMS[norm][new]
    if norm == "spectral":
        module = function(module)
        for _ in range(9):  # each step in training brings the vectors nearer to the singular ones
            module(torch.randn(shape))
        return module.eval(), f"{text}, spectral_norm=true)"
    kept = "" if dim == 0 else f", weight_norm_dim={'none' if dim is None else dim}"
    module = function(module, dim=dim)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    return module.eval(), f"{text}, weight_norm=true{kept})"


@cases(
    kind=st.sampled_from(tuple(MADE)),
    norm=st.sampled_from(tuple(NORMS)),
    new=st.booleans(),
    dim=st.sampled_from((0, 1, None)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_normed_weights(kind, norm, new, dim, symbolic, seed):
    module, text = normed(kind, norm, new, dim, seed)
    weights = {f"layer.{name}": tensor.numpy() for name, tensor in module.state_dict().items()}
    array = values(MADE[kind][2], seed)
    agree(text, module, array, tolerance=NORMED, symbols={0: "N"} if symbolic else {}, weights=weights)


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("new", [False, True])
def test_a_checkpoint_of_either_style(tmp_path, kind, norm, new):
    module, text = normed(kind, norm, new, 0, 1)
    save_file(
        {f"layer.{name}": tensor.contiguous() for name, tensor in module.state_dict().items()},
        tmp_path / "m.safetensors",
    )
    shape = MADE[kind][2]
    spec = specc.loads(f"model m\ninput x: float32[{', '.join(map(str, shape))}]\noutput y = x -> {text} as layer\n")
    x = values(shape, 2)
    wanted = module(torch.from_numpy(x)).detach().numpy()
    model = spec.compile(weights=tmp_path / "m.safetensors")
    np.testing.assert_allclose(model.run(x=x)["y"], wanted, rtol=NORMED, atol=NORMED)
    report = spec.report()
    assert report.params.trainable == sum(parameter.numel() for parameter in module.parameters())
    assert report.params.buffers == sum(buffer.numel() for buffer in module.buffers())
    loose = spec.compile(weights="none")
    onnx.checker.check_model(loose.proto, full_check=True)
    given = {name: array for name, array in model.weights.items() if name in [i.name for i in loose.proto.graph.input]}
    made = loose.session(ONE_THREAD).run({"x": x, **given})
    np.testing.assert_allclose(made["y"], wanted, rtol=NORMED, atol=NORMED)


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("norm", NORMS)
def test_the_weight_is_folded(kind, norm):
    _, text = normed(kind, norm, False, 0, 1)
    shape = ", ".join(map(str, MADE[kind][2]))
    model = specc.loads(f"model m\ninput x: float32[{shape}]\noutput y = x -> {text} as layer\n").compile()
    names = [initializer.name for initializer in model.proto.graph.initializer]
    assert ("layer.weight/transposed" if kind == "linear3" else "layer.weight") in names
    assert not [name for name in names if name.startswith("layer.weight_")]
    assert len(model.proto.graph.node) == 1


def test_first_values():
    text = "model m\ninput x: float32[N, 8]\noutput y = x -> linear(5, weight_norm=true) as a"
    text += "\noutput z = x -> linear(5, spectral_norm=true) as b\n"
    weights = specc.loads(text).compile(seed=3).weights
    assert weights["a.weight_g"].shape == (5, 1)
    np.testing.assert_allclose(weights["a.weight_g"][:, 0], np.linalg.norm(weights["a.weight_v"], axis=1), rtol=1e-6)
    u, v, matrix = weights["b.weight_u"], weights["b.weight_v"], weights["b.weight_orig"]
    assert np.linalg.norm(u) == pytest.approx(1)
    assert np.linalg.norm(v) == pytest.approx(1)
    assert u @ matrix @ v == pytest.approx(np.linalg.svd(matrix)[1][0], rel=0.1)
