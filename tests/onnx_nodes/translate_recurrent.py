"""Recurrent operators: gates and directions relaid into PyTorch's weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from node_outcomes import Excluded, Reason
from node_spec import Name, NodeSpec, layer, spec
from node_tests import Array, NodeTest
from translating import translates

GATES: Mapping[str, tuple[int, ...]] = {"RNN": (0,), "GRU": (1, 0, 2), "LSTM": (0, 2, 3, 1)}
"""Where each gate of PyTorch stands among those of ONNX (z r h, i o f c)."""


@translates("RNN", "GRU", "LSTM")
def recurrent(test: NodeTest) -> NodeSpec:
    """Runs backwards over the mirrored sequence where ONNX does; results in ONNX's layout."""
    x, batch_first = test.input(0), bool(test.integer("layout", 0))
    time = 1 if batch_first else 0
    _check_forms(test)
    hidden, both = test.integer("hidden_size", 1), test.attribute("direction", "forward") == "bidirectional"
    options: dict[str, object] = {"hidden_size": hidden, "bias": test.has(3), "bidirectional": both}
    options |= {"batch_first": batch_first, **_options(test, x.shape[time])}
    stage = layer(test.operator.lower(), **options)
    mirror = ("[:, ::-1]" if batch_first else "[::-1]") if test.attribute("direction") == "reverse" else ""
    states = "(h, c)" if test.operator == "LSTM" else "h"
    before = (f"y, {states} = x{mirror} -> {stage} as layer",)
    results = [_steps(x, hidden, both, batch_first, mirror), *(_state(name, batch_first) for name in "hc")]
    named = [result for result, array in zip(results, test.outputs, strict=False) if array is not None]
    return spec(test, *named, before=before, x=x, weights=_weights(test), **_given(test, options))


def _check_forms(test: NodeTest) -> None:
    for name in ("activations", "clip", "input_forget"):
        if test.attribute(name):
            raise Excluded(Reason.NO_OPTION, f"`{test.operator.lower()}` has no option `{name}`")


def _options(test: NodeTest, steps: int) -> dict[str, object]:
    """Lengths where some are shorter, peepholes, and the place of GRU's reset."""
    options = _reset(test, steps)
    if any(length != steps for length in test.ints(4) or ()):
        options["lengths"] = Name("n")
    if test.has(7):
        options["peephole"] = True
    return options


def _reset(test: NodeTest, steps: int) -> dict[str, object]:
    """PyTorch's cell resets after the product, ONNX's default before; in a step from zeros without a bias of the
    recurrent product, that is the same."""
    if test.operator != "GRU" or test.integer("linear_before_reset", 0):
        return {}
    hidden = test.integer("hidden_size", 1)
    bias = test.get(3)
    same = steps == 1 and not test.has(5) and (bias is None or not bias[:, -hidden:].any())
    return {} if same else {"reset_after": False}


def _weights(test: NodeTest) -> dict[str, Array]:
    """`weight_ih_l0`, `weight_hh_l0` and biases of each direction."""
    stored: dict[str, Array] = {}
    for direction, suffix in enumerate(("_l0", "_l0_reverse")[: test.input(1).shape[0]]):
        stored[f"layer.weight_ih{suffix}"] = _gates(test, test.input(1)[direction])
        stored[f"layer.weight_hh{suffix}"] = _gates(test, test.input(2)[direction])
        if test.has(3):
            first, second = np.split(test.input(3)[direction], 2)
            stored[f"layer.bias_ih{suffix}"] = _gates(test, first)
            stored[f"layer.bias_hh{suffix}"] = _gates(test, second)
        if test.has(7):
            peepholes = np.split(test.input(7)[direction], 3)
            stored |= {f"layer.weight_c{gate}{suffix}": part for gate, part in zip("iof", peepholes, strict=True)}
    return stored


def _gates(test: NodeTest, array: Array) -> Array:
    order = GATES[test.operator]
    parts = np.split(array, len(order))
    return np.concatenate([parts[place] for place in order])


def _steps(x: Array, hidden: int, both: bool, batch_first: bool, mirror: str) -> str:
    """[T, directions, N, hidden], or [N, T, directions, hidden] where the batch is first."""
    apart = layer("reshape", shape=(*x.shape[:2], 1 + both, hidden))
    turned = "" if batch_first else f" -> {layer('transpose', permutation=(0, 2, 1, 3))}"
    return f"y{mirror} -> {apart}{turned}"


def _state(name: str, batch_first: bool) -> str:
    """[directions, N, hidden], or [N, directions, hidden] where the batch is first."""
    return layer("transpose", name, permutation=(1, 0, 2)) if batch_first else f"identity({name})"


def _given(test: NodeTest, options: dict[str, object]) -> dict[str, Array]:
    """Inputs beside the sequence."""
    if any(array is not None and array.any() for array in (test.get(5), test.get(6))):
        raise Excluded(Reason.NO_OPTION, "states to begin with other than zeros")
    return {"n": test.input(4)} if "lengths" in options else {}
