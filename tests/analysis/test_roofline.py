"""Predicted times against the formula worked out by hand; layers that take none."""

from __future__ import annotations

import pytest

import specc
from specc.analysis.bindings import Binder
from specc.analysis.cost import analyse
from specc.analysis.fusing import fused_nodes
from specc.analysis.roofline import Roofline, predict
from specc.base.machine import Machine
from specc.ir.graph import Graph


def graph_of(text: str) -> Graph:
    return specc.loads(text)._resolved.graph


def predicted(text: str, machine: Machine, **sizes: int) -> Roofline:
    graph = graph_of(text)
    found = predict(graph, analyse(graph, Binder(sizes)).layers, machine)
    assert found is not None
    return found


def machine(overhead: float = 1e-9, **more: float) -> Machine:
    return Machine({"float32": 1e9}, 1e6, 1 << 30, overhead, **more)  # type: ignore[arg-type]


MATMUL = "model m\ninput a: float32[N, 100]\ninput b: float32[100, 100]\noutput y = a @ b\n"


def test_bounds() -> None:
    # N = 100: 2e6 FLOPs take 2 ms, three matrices of 40,000 bytes 120 ms
    (layer,) = predicted(MATMUL, machine(), N=100).layers
    assert layer.bound == "memory" and layer.seconds == pytest.approx(0.12, rel=1e-6) and layer.share == 1
    assert layer.intensity == pytest.approx(2e6 / 120_000)
    fast = Machine({"float32": 1e9}, 1e9, 1 << 30, 1e-9)
    (layer,) = predicted(MATMUL, fast, N=100).layers
    assert layer.bound == "compute" and layer.seconds == pytest.approx(0.002, rel=1e-5)
    (layer,) = predicted(MATMUL, Machine({"float32": 1e9}, 1e9, 1 << 30, 0.5), N=100).layers
    assert layer.bound == "overhead" and layer.seconds == pytest.approx(0.502)


def test_cache_and_start() -> None:
    near = Machine({"float32": 1e12}, 1e6, 1 << 30, 1e-9, cache=1 << 20, cache_bandwidth=1e7, start=0.25)
    found = predicted(MATMUL, near, N=100)
    assert found.layers[0].seconds == pytest.approx(0.012, rel=1e-4)
    assert found.seconds == pytest.approx(0.262, rel=1e-4)


def test_weights_that_do_not_fit_into_the_cache() -> None:
    text = "model m\ninput x: float32[1, 100]\noutput y = x -> linear(100, bias=false)\n"
    weights, others = 40_000, 800
    for cache, seconds in ((50_000, (weights + others) / 1e7), (30_000, weights / 1e6 + others / 1e7)):
        near = Machine({"float32": 1e12}, 1e6, 1 << 30, 1e-9, cache=cache, cache_bandwidth=1e7)
        assert predicted(text, near).seconds == pytest.approx(seconds, rel=1e-3)


def test_a_recurrent_layer_goes_step_by_step() -> None:
    text = "model m\ninput x: float32[1, T, 8]\ny, h = x -> gru(10)\noutput z = y\n"
    quick = Machine({"float32": 1e15}, 1e15, 1 << 30, 1e-3)
    # an overhead for each of the steps
    assert predicted(text, quick, T=7).layers[0].seconds == pytest.approx(7e-3, rel=1e-3)
    slow = Machine({"float32": 1e15}, 1e6, 1 << 30, 1e-12)
    once = predicted(text, slow, T=1).layers[0].seconds
    # each further step reads 8 numbers, writes 10, and reads the matrix of 30 x 10 again
    assert predicted(text, slow, T=5).layers[0].seconds - once == pytest.approx(4 * 4 * (18 + 300) / 1e6, rel=1e-3)


@pytest.mark.parametrize(("layers", "both"), [(1, False), (2, False), (4, False), (2, True)])
def test_stacked_layers_read_each_matrix_once_a_step(layers: int, both: bool) -> None:
    options = f"num_layers={layers}, bidirectional={str(both).lower()}"
    text = f"model m\ninput x: float32[1, T, 8]\ny, h, c = x -> lstm(16, {options})\noutput z = y\n"
    slow = Machine({"float32": 1e15}, 1e6, 1 << 30, 1e-15)
    one, five = (specc.loads(text).report(T=steps).layers[0].bytes for steps in (1, 5))
    seconds = [predicted(text, slow, T=steps).layers[0].seconds for steps in (1, 5)]
    assert one is not None and five is not None
    assert seconds[0] == pytest.approx(one / 1e6, rel=1e-6)
    matrices = layers * (2 if both else 1) * 4 * 16 * 16 * 4
    assert seconds[1] == pytest.approx((five + 4 * matrices) / 1e6, rel=1e-6)


def test_a_matrix_that_fits_into_the_cache_of_a_core() -> None:
    text = "model m\ninput x: float32[1, T, 8]\ny, h = x -> gru(10)\noutput z = y\n"
    for inner, rate in ((1200, 1e7), (1199, 1e6)):
        slow = Machine({"float32": 1e15}, 1e6, 1 << 30, 1e-12, inner_cache=inner, inner_bandwidth=1e7)
        steps = [predicted(text, slow, T=count).layers[0].seconds for count in (1, 5)]
        assert steps[1] - steps[0] == pytest.approx(4 * 4 * (18 / 1e6 + 300 / rate), rel=1e-3)


def test_arithmetic_that_waits_for_weights() -> None:
    # 2e6 FLOPs take 2 ms, 40,000 bytes of weights 40 ms, 80,000 of the rest 80 ms
    text = "model m\ninput x: float32[N, 100]\noutput y = x -> linear(100, bias=false)\n"
    for overlap, seconds in ((1.0, 0.12), (0.5, 0.121), (0.0, 0.122)):
        assert predicted(text, machine(overlap=overlap), N=100).seconds == pytest.approx(seconds, rel=1e-6)
    near = Machine({"float32": 1e9}, 1e6, 1 << 30, 1e-9, cache=1 << 20, cache_bandwidth=1e6, overlap=0.0)
    assert predicted(text, near, N=100).seconds == pytest.approx(0.12, rel=1e-6)


def test_sharing_a_layer_among_threads() -> None:
    for rows, forks in ((6, 0), (7, 1)):
        found = predicted(MATMUL, machine(fork=1.0), N=rows).seconds
        assert found == pytest.approx(forks + 4 * (200 * rows + 10_000) / 1e6, rel=1e-4)


def test_what_has_no_figures() -> None:
    graph = graph_of(MATMUL)
    assert predict(graph, analyse(graph, Binder({})).layers, machine()) is None
    assert predict(graph, analyse(graph, Binder({"N": 1})).layers, machine(), "int8") is None


def fused(text: str) -> set[str]:
    graph = graph_of(f"model m\n{text}")
    found = fused_nodes(graph)
    return {node.path for node in graph.nodes if id(node) in found}


def test_layers_without_a_time() -> None:
    chain = "input x: float32[N, 3, 8, 8]\noutput y = x -> conv(3, 3, padding=1) as c -> batchnorm as bn -> relu as r"
    assert fused(chain) == {"bn", "r"}
    assert fused(f"{chain} -> flatten as f") == {"bn", "r", "f"}
    assert fused(chain.replace("batchnorm as bn -> relu as r", "softmax as s -> relu as r")) == set()
    twice = "input x: float32[N, 3, 8, 8]\ny = x -> conv(3, 1) as c\noutput z = relu(y)\noutput w = y * 2"
    assert fused(twice) == set()
    total = "input x: float32[N, 3, 8, 8]\ny = x -> conv(3, 1) as c -> batchnorm as bn\noutput z = relu(x + y)"
    assert fused(total) == {"bn", "add", "relu"}
