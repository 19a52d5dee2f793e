"""Costs and memory against numbers worked out by hand."""

from __future__ import annotations

import pytest

import specc

LENET = """
model lenet5(classes = 10)
input image: float32[N, 1, 32, 32]
features = image -> conv(6, 5) as c1 -> tanh -> avgpool(2) -> conv(16, 5) as c3 -> tanh -> avgpool(2)
output logits: float32[N, classes] = features -> flatten -> linear(120) as c5 -> tanh -> linear(84) as f6 -> tanh
    -> linear(classes) as out
"""

NET = """
model net
input x: float32[N, 3, 8, 8]
y = x -> conv(4, 3, padding=1, bias=false) as conv -> batchnorm as bn -> relu
output z: float32[N, 4, 8, 8] = y + x[:, 0:1]
"""

CHAIN = """
model chain
input x: float32[N, 100]
a = x -> linear(10) as a
b = a -> linear(50) as b
output y: float32[N, 50] = relu(b)
"""

TIED = """
model tied
input ids: int64[N, T]
e = embedding(11, 4) as wte
param scale: float32[4] = ones
output y: float32[N, T, 11] = (e(ids) * scale * scale) @ transpose(e.weight, [1, 0])
"""


def test_lenet() -> None:
    report = specc.loads(LENET).report(N=1)
    # c1 6*25+6, c3 16*150+16, c5 120*400+120, f6 84*120+84, out 10*84+10
    assert report.params.trainable == 156 + 2_416 + 48_120 + 10_164 + 850 == 61_706
    assert [layer.params for layer in report.layers if layer.params] == [156, 2_416, 48_120, 10_164, 850]
    # c1 28*28*6*25, c3 10*10*16*150, then the matrices
    assert report.macs == 117_600 + 240_000 + 48_000 + 10_080 + 840 == 416_520
    assert report.params.buffers == 0
    assert report.params.bytes == 4 * 61_706
    assert [(o.name, o.dtype, o.shape) for o in report.outputs] == [("logits", "float32", (1, 10))]


def test_free_symbols_leave_formulas() -> None:
    report = specc.loads(LENET).report()
    assert report.macs is None
    assert report.flops is None
    assert str(report.cost.macs_formula) == "416520*N"
    assert report.memory.peak is None
    assert report.layers[0].output_shape == ("N", 6, 28, 28)
    assert report.layers[0].macs is None
    assert str(report.layers[0].macs_formula) == "117600*N"


def test_running_statistics_are_buffers_and_literals_do_not_count() -> None:
    report = specc.loads(NET).report(N=2)
    assert report.params.trainable == 4 * 3 * 9 + 8
    assert report.params.buffers == 8
    assert report.params.total == 108 + 16
    assert report.macs == 2 * 64 * 4 * 27


def test_tied_and_shared_tensors_count_once() -> None:
    report = specc.loads(TIED).report(N=2, T=3)
    assert report.params.trainable == 11 * 4 + 4
    assert sum(layer.params for layer in report.layers) == 11 * 4 + 4


def test_peak_is_the_largest_live_set() -> None:
    report = specc.loads(CHAIN).report(N=2)
    # x stays (800 bytes); at the end b (400) and y (400) live beside it
    assert report.memory.peak == 800 + 400 + 400
    assert specc.loads(CHAIN).report().memory.formula == "800*N"


def test_an_input_is_held_and_dead_tensors_are_not() -> None:
    text = "model m\ninput x: float32[4]\ny = relu(x)\nz = tanh(y)\noutput o: float32[4] = sigmoid(z)\n"
    assert specc.loads(text).report().memory.peak == 16 * 3


def test_bytes_of_a_layer_are_its_inputs_weights_and_results() -> None:
    layer = specc.loads(CHAIN).report(N=2).layers[0]
    assert layer.bytes == 4 * (2 * 100 + 10 * 100 + 10 + 2 * 10)


def test_an_embedding_reads_the_rows_that_it_looks_up() -> None:
    spec = specc.loads("model m\ninput x: int64[N, T]\noutput y = x -> embedding(1000, 16)\n")
    (layer,) = spec.report(N=2, T=3).layers
    assert layer.bytes == 6 * 8 + 2 * 6 * 16 * 4
    bag = specc.loads("model m\ninput x: int64[N, 5]\noutput y = x -> embedding_bag(1000, 16)\n")
    (layer,) = bag.report(N=2).layers
    assert layer.bytes == 10 * 8 + 10 * 16 * 4 + 2 * 16 * 4


def test_a_scan_has_the_weights_of_its_body() -> None:
    text = """
model m
input x: float32[N, T, 3]
input h0: float32[N, 4]
cell_in = linear(4) as wx
cell_h = linear(4, bias=false) as wh
block cell(x, h):
    h = tanh(cell_in(x) + cell_h(h))
    return h, h
y, h = scan(cell, over=x, state=h0, axis=1)
output y
output h
"""
    report = specc.loads(text).report(N=2, T=5)
    assert report.params.trainable == 3 * 4 + 4 + 16
    assert sum(layer.params for layer in report.layers) == 32
    assert report.macs == 2 * 5 * (12 + 16)


@pytest.mark.parametrize(
    ("bindings", "code", "words"),
    [
        ({"M": 1}, "SP5101", "no symbol `M`"),
        ({"T": 0}, "SP5102", "from 4 to 512"),
        ({"T": 513}, "SP5102", "from 4 to 512"),
        ({"H": 33}, "SP5103", "multiple of 32"),
        ({"T": 512, "P": 1000}, "SP5104", "P = 1000, T = 512"),
    ],
)
def test_wrong_sizes(bindings: dict[str, int], code: str, words: str) -> None:
    text = """
model m
input x: float32[N, T, H]
input p: float32[N, P]
require T <= 512 and T >= 4 and H % 32 == 0
require P + T <= 1024
output y = relu(x)
output q = relu(p)
"""
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(text).report_at(bindings)
    assert [d.code for d in caught.value.diagnostics] == [code]
    assert words in caught.value.diagnostics[0].message


def test_every_wrong_size_is_named_at_once() -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(CHAIN).report(N=0, M=1, K=2)
    assert [d.code for d in caught.value.diagnostics] == ["SP5102", "SP5101", "SP5101"]
