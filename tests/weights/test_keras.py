"""Keras 3 models saved as `.keras`, beside specs that take their weights without a rule."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import specc
from specc.weights.open import open_checkpoint

os.environ["KERAS_BACKEND"] = "torch"
keras = pytest.importorskip("keras")
L = keras.layers
TOLERANCE = 1e-5


def saved(folder: Path, *layers: object, size: tuple[int | None, ...], dtype: str = "float32") -> tuple[object, Path]:
    """A sequence of layers with weights that differ from all initial ones, and its file."""
    net = keras.Sequential([L.Input(size, dtype=dtype), *layers])
    generator = np.random.default_rng(0)
    for variable in net.weights:
        if "seed" not in variable.path:
            drawn = generator.normal(0, 0.4, variable.shape)
            variable.assign(np.abs(drawn) + 0.5 if variable.path.endswith("variance") else drawn)
    net.save(folder / "net.keras")
    return net, folder / "net.keras"


def holds(net: object, path: Path, text: str, x: np.ndarray, *, channels_last: bool = False) -> None:
    """Assert that the spec, which has channels first, computes what the net does."""
    assert callable(net)
    wanted = net(x).detach().cpu().numpy()
    model = specc.loads(f"model m\n{text}", syntax="text").compile(weights=str(path))
    made = model.run(x=np.moveaxis(x, -1, 1) if channels_last else x)["y"]
    made = np.moveaxis(made, 1, -1) if channels_last else made
    assert made.shape == wanted.shape
    np.testing.assert_allclose(made, wanted, rtol=TOLERANCE, atol=TOLERANCE)


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype(np.float32)


def test_dense_and_norms(tmp_path: Path) -> None:
    net, path = saved(
        tmp_path,
        L.Dense(6, name="fc"),
        L.BatchNormalization(name="bn"),
        L.Dense(5, use_bias=False, name="bare"),
        L.LayerNormalization(name="ln"),
        L.Dropout(0.5),
        size=(4,),
    )
    text = (
        "input x: float32[N, 4]\ny = x -> linear(6) as fc -> batchnorm(eps=1e-3) as bn"
        " -> linear(5, bias=false) as bare -> layernorm(eps=1e-3) as ln\noutput y\n"
    )
    holds(net, path, text, drawn(3, 4))


@pytest.mark.parametrize(("scale", "center"), [(False, True), (True, False), (False, False)])
def test_norms_without_scale_or_center(tmp_path: Path, scale: bool, center: bool) -> None:
    norm = L.BatchNormalization(scale=scale, center=center, name="bn")
    net, path = saved(tmp_path, norm, size=(4,))
    affine = str(scale or center).lower()
    text = f"input x: float32[N, 4]\ny = x -> batchnorm(eps=1e-3, affine={affine}) as bn\noutput y\n"
    holds(net, path, text, drawn(3, 4))


@pytest.mark.parametrize(
    ("layer", "spelled"),
    [
        (lambda: L.Conv2D(6, (3, 2), strides=(1, 2), name="c"), "conv(6, [3, 2], stride=[1, 2]) as c"),
        (lambda: L.Conv2D(6, 3, groups=2, dilation_rate=2, name="c"), "conv(6, 3, groups=2, dilation=2) as c"),
        (lambda: L.DepthwiseConv2D(3, depth_multiplier=2, name="c"), "conv(8, 3, groups=4) as c"),
        (
            lambda: L.SeparableConv2D(5, 3, depth_multiplier=2, name="c"),
            "conv(8, 3, groups=4, bias=false) as c.depthwise -> conv(5, 1) as c.pointwise",
        ),
        (lambda: L.Conv2DTranspose(3, 3, strides=2, name="c"), "conv_transpose(3, 3, stride=2) as c"),
    ],
)
def test_convolutions_over_images(tmp_path: Path, layer: object, spelled: str) -> None:
    assert callable(layer)
    net, path = saved(tmp_path, layer(), size=(9, 8, 4))
    holds(
        net,
        path,
        f"input x: float32[N, 4, 9, 8]\ny = x -> {spelled}\noutput y\n",
        drawn(2, 9, 8, 4),
        channels_last=True,
    )


def test_convolutions_over_time_and_volumes(tmp_path: Path) -> None:
    net, path = saved(tmp_path, L.Conv1D(6, 3, name="a"), L.DepthwiseConv1D(2, name="b"), size=(9, 4))
    text = "input x: float32[N, 4, 9]\ny = x -> conv(6, 3) as a -> conv(6, 2, groups=6) as b\noutput y\n"
    holds(net, path, text, drawn(2, 9, 4), channels_last=True)
    net, path = saved(tmp_path, L.Conv3D(5, 2, name="a"), size=(4, 5, 6, 2))
    text = "input x: float32[N, 2, 4, 5, 6]\ny = x -> conv(5, 2) as a\noutput y\n"
    holds(net, path, text, drawn(2, 4, 5, 6, 2), channels_last=True)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("kind", "layer"), [("LSTM", "lstm"), ("GRU", "gru"), ("SimpleRNN", "rnn")])
def test_recurrent(tmp_path: Path, kind: str, layer: str, bias: bool) -> None:
    word = str(bias).lower()
    made = getattr(L, kind)
    net, path = saved(tmp_path, made(5, return_sequences=True, use_bias=bias, name="r"), size=(7, 4))
    text = f"input x: float32[N, T, 4]\ny, _ = x -> {layer}(5, bias={word}) as r\noutput y\n"
    holds(net, path, text.replace("y, _", "y, _, _") if layer == "lstm" else text, drawn(2, 7, 4))
    both = L.Bidirectional(made(5, return_sequences=True, use_bias=bias), name="r")
    net, path = saved(tmp_path, both, size=(7, 4))
    text = text.replace("bias=", "bidirectional=true, bias=")
    holds(net, path, text.replace("y, _", "y, _, _") if layer == "lstm" else text, drawn(2, 7, 4))


def test_gru_that_resets_first_is_not_taken_for_another(tmp_path: Path) -> None:
    _, path = saved(tmp_path, L.GRU(5, reset_after=False, name="r"), size=(7, 4))
    spec = specc.loads("model m\ninput x: float32[N, T, 4]\ny, _ = x -> gru(5) as r\noutput y\n", syntax="text")
    with pytest.raises(specc.SpecError, match="SP4202"):
        spec.compile(weights=str(path))


@pytest.mark.parametrize(("heads", "size"), [(2, 4), (4, 2)])
def test_attention(tmp_path: Path, heads: int, size: int) -> None:
    x = keras.Input((5, 8))
    net = keras.Model(x, L.MultiHeadAttention(heads, size, name="mha")(x, x))
    for index, variable in enumerate(net.weights):
        if "seed" not in variable.path:
            variable.assign(np.random.default_rng(index).normal(size=variable.shape))
    net.save(tmp_path / "net.keras")
    text = f"input x: float32[N, T, 8]\ny = x -> multihead_attention({heads}) as mha\noutput y\n"
    holds(net, tmp_path / "net.keras", text, drawn(3, 5, 8))


def test_embedding_wrappers_and_nested_models(tmp_path: Path) -> None:
    inner = keras.Sequential([L.Input((7, 4)), L.Dense(3, name="one"), L.Dense(3, name="two")], name="inner")
    net, path = saved(
        tmp_path,
        L.Embedding(11, 4, name="table"),
        L.TimeDistributed(L.Dense(4), name="each"),
        inner,
        L.Dense(3, name="three"),
        size=(7,),
        dtype="int32",
    )
    text = (
        "input x: int32[N, T]\ny = x -> embedding(11, 4) as table -> linear(4) as each -> linear(3) as inner.one"
        " -> linear(3) as inner.two -> linear(3) as three\noutput y\n"
    )
    holds(net, path, text, np.random.default_rng(0).integers(0, 11, (2, 7)).astype(np.int32))


def test_optimizer_and_seeds_are_not_needed_and_unknown_layers_keep_their_paths(tmp_path: Path) -> None:
    net = keras.Sequential([L.Input((4,)), L.Dense(3, name="fc"), L.Dropout(0.5), L.PReLU(name="act")])
    net.compile("adam", "mse")
    net.fit(np.zeros((2, 4)), np.zeros((2, 3)), verbose=0)
    net.save(tmp_path / "net.keras")
    tensors = open_checkpoint(tmp_path / "net.keras").tensors
    needed = [name for name, tensor in tensors.items() if not tensor.optional]
    assert needed == ["fc.weight", "fc.bias", "layers/p_re_lu/vars/0"]
    text = (
        "model m\ninput x: float32[N, 4]\ny = x -> linear(3) as fc -> prelu(3) as act\noutput y\n"
        'weights:\n    rename "layers/p_re_lu/vars/0" -> "act.weight"\n'
    )
    specc.loads(text, syntax="text").compile(weights=str(tmp_path / "net.keras"))


def test_weights_file_with_rules(tmp_path: Path) -> None:
    net, _ = saved(tmp_path, L.Conv2D(6, 3, name="c"), L.ReLU(), size=(9, 8, 4))
    assert isinstance(net, keras.Model)
    net.save_weights(tmp_path / "net.weights.h5")
    text = (
        "input x: float32[N, 4, 9, 8]\ny = x -> conv(6, 3) as c -> relu\noutput y\n"
        'weights:\n    rename "layers/conv2d/vars/0" -> kernel -> "c.weight"\n'
        '    rename "layers/conv2d/vars/1" -> "c.bias"\n    ignore "optimizer/.*"\n'
    )
    holds(net, tmp_path / "net.weights.h5", text, drawn(2, 9, 8, 4), channels_last=True)
