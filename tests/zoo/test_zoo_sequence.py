"""Recurrent and convolutional nets for sequences beside torch.nn's layers, a Keras model and nets from the papers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
import zoo_record
from safetensors.torch import save_file
from torch import Tensor, nn
from twins_sequence import CRNN, ByteNet, Elman, Jordan, RNNsearch, Tutorial, WaveNet
from zoo_parity import TOLERANCE, Feeds, Outputs, equal, relative_error, settle
from zoo_stir import numbers, stir, tokens

import specc

os.environ["KERAS_BACKEND"] = "torch"


@pytest.mark.parametrize(
    ("name", "make", "state", "after"),
    [("elman", Elman, ("context", 20), "next_context"), ("jordan", Jordan, ("action", 5), "next_action")],
)
def test_first_networks(
    name: str, make: Callable[[int, int, int], nn.Module], state: tuple[str, int], after: str, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    net, (port, size) = make(10, 20, 5), state
    cases = [{"x": numbers(n, t, 10), port: numbers(1, n, size, seed=1)} for n, t in ((1, 5), (3, 17))]

    def call(feeds: Feeds) -> Outputs:
        return dict(zip(("y", after), net(feeds["x"], feeds[port]), strict=True))

    equal(name, net, call, cases, tmp_path, beside="torch twin")


LAYERS: dict[str, tuple[type[nn.RNNBase], dict[str, int | bool]]] = {
    "rnn": (nn.RNN, {}),
    "birnn": (nn.RNN, {"bidirectional": True}),
    "lstm": (nn.LSTM, {}),
    "lstm_2": (nn.LSTM, {"num_layers": 2}),
    "bilstm": (nn.LSTM, {"bidirectional": True}),
    "gru": (nn.GRU, {}),
    "gru_2": (nn.GRU, {"num_layers": 2}),
    "bigru": (nn.GRU, {"bidirectional": True}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    kind, sizes = LAYERS[name]
    net = stir(kind(128, 256, batch_first=True, **sizes))
    rows = int(sizes.get("num_layers", 1)) * (2 if "bidirectional" in sizes else 1)
    states = ("h", "c") if kind is nn.LSTM else ("h",)

    def case(n: int, t: int) -> dict[str, Tensor]:
        first = {f"{state}_0": numbers(rows, n, 256, seed=seed) for seed, state in enumerate(states, 1)}
        return {"x": numbers(n, t, 128), **first}

    def call(feeds: Feeds) -> Outputs:
        first = tuple(feeds[f"{state}_0"] for state in states)
        y, last = net(feeds["x"], first if kind is nn.LSTM else first[0])
        ends = last if kind is nn.LSTM else (last,)
        return {"output": y, **{f"{state}_n": end for state, end in zip(states, ends, strict=True)}}

    equal(name, net, call, [case(1, 32), case(3, 7)], tmp_path, beside=f"torch.nn.{kind.__name__}")


@pytest.mark.parametrize("layers", [1, 2])
def test_stream(layers: int, tmp_path: Path) -> None:
    """Step after step with the state handed on, the results of whole sequences from zeros."""
    torch.manual_seed(0)
    net = stir(nn.LSTM(128, 256, layers, batch_first=True))
    save_file(net.state_dict(), tmp_path / "lstm.safetensors")
    sizes: dict[str, object] = {} if layers == 2 else {"num_layers": layers}
    model = specc.load("zoo:lstm_stream", **sizes).compile(weights=str(tmp_path / "lstm.safetensors"))
    worst = 0.0
    for n, t in ((1, 32), (3, 5)):
        x = numbers(n, t, 128)
        with torch.no_grad():
            wanted, (h, c) = net(x)
        states: dict[str, np.ndarray] = {}
        for place, step in enumerate(x.unbind(1)):
            made = model.run(x=step.numpy(), **states)
            worst = max(worst, relative_error(made["output"], wanted[:, place].numpy(), f"step {place}"))
            states = {key.removeprefix("next_"): value for key, value in made.items() if key != "output"}
        for i in range(layers):
            worst = max(worst, relative_error(states[f"h.{i}"], h[i].numpy(), "h"))
            worst = max(worst, relative_error(states[f"c.{i}"], c[i].numpy(), "c"))
    assert worst <= TOLERANCE, worst
    if layers == 2:
        zoo_record.add("lstm_stream", "torch.nn.LSTM over whole sequences", "1x128 32 times, 3x128 5 times", worst)


def test_lstm_lm(tmp_path: Path) -> None:
    torch.manual_seed(0)
    parts = {"encoder": nn.Embedding(10000, 650), "rnn": nn.LSTM(650, 650, 2, batch_first=True)}
    net = stir(nn.ModuleDict({**parts, "decoder": nn.Linear(650, 10000)}))

    def case(n: int, t: int) -> dict[str, Tensor]:
        return {"tokens": tokens(10000, n, t), "h": numbers(2, n, 650, seed=1), "c": numbers(2, n, 650, seed=2)}

    def call(feeds: Feeds) -> Outputs:
        y, (h, c) = net["rnn"](net["encoder"](feeds["tokens"]), (feeds["h"], feeds["c"]))
        return {"logits": net["decoder"](y), "next_h": h, "next_c": c}

    equal("lstm_lm", net, call, [case(1, 35), case(3, 4)], tmp_path, beside="torch.nn.LSTM and its neighbours")


def test_seq2seq_attention(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = stir(Tutorial(4601, 2991, 128))
    cases = [{"source": tokens(4601, n, s), "target": tokens(2991, n, t)} for n, s, t in ((1, 10, 10), (3, 7, 4))]
    equal("seq2seq_attention", net, lambda feeds: net(**feeds), cases, tmp_path, beside="torch twin of the tutorial")


@pytest.mark.parametrize("sizes", [None, (37, 41, 12, 16, 10, 7)], ids=["published", "small"])
def test_rnnsearch(sizes: tuple[int, ...] | None, tmp_path: Path) -> None:
    torch.manual_seed(0)
    names = ("source_vocab", "target_vocab", "embed", "hidden", "align", "maxout_size")
    source, target, *rest = sizes or (30000, 30000, 620, 1000, 1000, 500)
    net = RNNsearch(source, target, *rest).eval()
    cases = [{"source": tokens(source, n, s), "target": tokens(target, n, t)} for n, s, t in ((1, 9, 6), (2, 5, 8))]
    given: dict[str, object] = dict(zip(names, sizes, strict=True)) if sizes else {}
    beside = "torch twin of the paper's equations"
    equal("rnnsearch", net, lambda feeds: net(**feeds), cases, tmp_path, beside=beside, **given)


def test_crnn(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(stir(CRNN(1, 37, 256), amount=0.01))
    cases = [{"image": numbers(n, 1, 32, w)} for n, w in ((1, 100), (2, 163))]
    equal(
        "crnn", net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin of crnn.pytorch"
    )


def test_wavenet(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net, eye = WaveNet(), torch.eye(256)
    cases = [{"signal": eye[tokens(256, n, t)].transpose(1, 2)} for n, t in ((1, 1024), (2, 2111))]
    beside = "torch twin of tensorflow-wavenet"
    equal("wavenet", net, lambda feeds: {"logits": net(feeds["signal"])}, cases, tmp_path, beside=beside)


def test_bytenet(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = ByteNet()
    cases = [{"tokens": tokens(256, n, t)} for n, t in ((1, 100), (2, 37))]
    beside = "torch twin of byteNet-tensorflow"
    equal("bytenet_lm", net, lambda feeds: {"logits": net(feeds["tokens"])}, cases, tmp_path, beside=beside)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("length", [20, 33])
def test_recommender(length: int, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    net, generator, worst = recommender(keras, length), np.random.default_rng(0), 0.0
    for variable in net.weights:
        low = 0.5 if "variance" in variable.path or "gamma" in variable.path else -0.2
        variable.assign(generator.uniform(low, low + 0.7, variable.shape).astype(np.float32))
    net.save(tmp_path / "net.keras")
    sizes: dict[str, object] = {} if length == 20 else {"length": length}
    model = specc.load("zoo:lstm_attention_recommender", **sizes).compile(weights=str(tmp_path / "net.keras"))
    for batch in (1, 3):
        items, days = generator.integers(1, 1000, (batch, length)), generator.integers(0, 101, (batch, length))
        items[:, : 4 * batch] = 0
        feeds = {"item_id": items.astype(np.int32), "nb_days": days.astype(np.int32)}
        with torch.no_grad():
            wanted = net(feeds, training=False).cpu().numpy()
        worst = max(worst, relative_error(model.run(**feeds)["logits"], wanted, "logits"))
    assert worst <= TOLERANCE, worst
    if length == 20:
        zoo_record.add("lstm_attention_recommender", "Keras model of the article", "1x20 + 1x20, 3x20 + 3x20", worst)


def recommender(keras: ModuleType, length: int) -> nn.Module:
    """The network of the article, with Keras's layers."""
    layers = keras.layers
    item = keras.Input((length,), dtype="int32", name="item_id")
    days = keras.Input((length,), dtype="int32", name="nb_days")
    known = keras.ops.not_equal(item, 0)
    parts = [
        layers.Embedding(1000, 64, name="embedding_item")(item),
        layers.Embedding(101, 16, name="embedding_nb_days")(days),
    ]
    x = layers.BatchNormalization(name="batchnorm_inputs")(layers.Concatenate()(parts))
    x = layers.LSTM(128, return_sequences=True, name="LSTM_cat")(x)
    x = layers.BatchNormalization(name="batchnorm_lstm")(x)
    attend = layers.Attention(use_scale=False, name="attention")
    y = attend([x, x], mask=[known, known], use_causal_mask=True)
    return keras.Model({"item_id": item, "nb_days": days}, layers.Dense(1000, name="output")(y))
