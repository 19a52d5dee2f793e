"""Transforms of signals, and losses."""

from __future__ import annotations

from node_outcomes import Excluded, Reason
from node_spec import Name, NodeSpec, layer, spec
from node_tests import NodeTest
from translating import translates


@translates("STFT")
def stft(test: NodeTest) -> NodeSpec:
    x, window = test.input(0), test.get(2)
    length = window.size if window is not None else test.input(3).item()
    more = {"window": Name("w" if window is not None else "rect")}
    options = {"n_fft": int(length), "hop_length": int(test.input(1).item()), "center": False}
    call = layer("stft", "squeeze(x, -1)", **more, **options)
    return spec(test, f"{call} -> transpose([0, 2, 1, 3])", x=x, w=window)


@translates("DFT")
def dft(test: NodeTest) -> NodeSpec:
    raise Excluded(Reason.NO_LAYER, "no layer `fft`")


WINDOWS = {"BlackmanWindow": (0.42, 0.5, 0.08), "HammingWindow": (25 / 46, 21 / 46, 0), "HannWindow": (0.5, 0.5, 0)}


@translates(*WINDOWS)
def window(test: NodeTest) -> NodeSpec:
    """A constant by formula: a sum of cosines."""
    wanted = test.outputs[0]
    assert wanted is not None
    a, b, c = WINDOWS[test.operator]
    count = wanted.size if test.integer("periodic", 1) else wanted.size - 1
    formula = f"{a} - {b} * cos(2 * pi * i / {count}) + {c} * cos(4 * pi * i / {count})"
    return spec(test, "w", before=(f"const w[i]: {wanted.dtype}[{wanted.size}] = {formula}",))


@translates("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
def loss(test: NodeTest) -> NodeSpec:
    name = {"NegativeLogLikelihoodLoss": "nll_loss"}.get(test.operator, "cross_entropy")
    raise Excluded(Reason.NO_LAYER, f"no layer `{name}`")
