"""Rewrites of tensors and weights that steps of a scan read, that outputs show, or that come back in the next run."""

from __future__ import annotations

import pytest
from same_outputs import TOLERANCE, both, gap, two_bindings

import specc

STEP = "block step(u, h):\n    {body}\n    return h\n"
SCAN = (
    "input x: float32[N, T, 4]\nrequire T >= 1\nh0 = zeros([N, 4])\n{before}\n{step}"
    "hs, last = scan(step, over=x, state=h0)\n"
)

READ_INSIDE: dict[str, str] = {
    "fold_arithmetic": "c = mean(x, 1) -> linear(4)\nd = c * 2",
    "fold_batchnorm": "c = mean(x, 1) -> linear(4)\nd = c -> batchnorm",
    "merge_linear": "c = mean(x, 1) -> linear(4)\nd = c -> linear(1)",
    "recognise_log_softmax": "c = mean(x, 1) -> softmax\nd = log(c)",
    "fold_ahead": "c = relu(mean(x, 1)) * 3\nd = c -> linear(4)",
}
"""Where a step reads `c`, which is otherwise read by `d` alone."""


@pytest.mark.parametrize("name", READ_INSIDE)
def test_a_step_reads_it_too(name: str) -> None:
    step = STEP.format(body="h = tanh(u + h + c)")
    text = SCAN.format(before=READ_INSIDE[name], step=step) + "output y = hs\noutput z = d\n"
    plain, rewritten = both(specc.loads(f"model m\n{text}", syntax="text"))
    assert not rewritten.ledger.applied(name)
    assert gap(plain, rewritten, two_bindings(plain.resolved.graph)) <= TOLERANCE


@pytest.mark.parametrize(
    "before",
    [
        "c = mean(x, 1) -> linear(4) -> batchnorm -> dropout(0.1)",
        "c = (mean(x, 1) -> linear(4)) * 2 -> identity",
        "c = reshape(reshape(mean(x, 1), [N, 2, 2]), [N, 4])",
        "c = swap(swap(mean(x, 1, keepdims=true))) -> reshape([N, 4])",
        "param w: float32[4] = normal(1.0)\nc = exp(w)",
        "c = relu(mean(x, 1)) + relu(mean(x, 1))",
    ],
)
def test_what_a_step_reads_is_rewritten(before: str) -> None:
    step = STEP.format(body="h = tanh(u + h * c)")
    text = SCAN.format(before=before, step=step) + "output y = hs\noutput z = last\n"
    plain, rewritten = both(specc.loads(f"model m\n{text}", syntax="text"))
    assert any(entry.applied for entry in rewritten.ledger.entries)
    assert gap(plain, rewritten, two_bindings(plain.resolved.graph)) <= TOLERANCE


def test_weights_that_a_step_shares_stay() -> None:
    text = SCAN.format(before="fc = linear(4)\nc = fc(mean(x, 1)) * 2", step=STEP.format(body="h = tanh(fc(u) + h)"))
    plain, rewritten = both(specc.loads(f"model m\n{text}output y = hs\noutput z = c\n", syntax="text"))
    assert not rewritten.ledger.applied("fold_arithmetic")
    assert gap(plain, rewritten, two_bindings(plain.resolved.graph)) <= TOLERANCE


def test_outputs_and_states_keep_their_names_and_values() -> None:
    text = (
        "input x: float32[N, 4]\nstate s: float32[N, 4] = 0\na = x -> linear(4)\nb = (a + s -> identity) * 2\n"
        "next s = b\noutput y = a * 3\noutput z = a\noutput u = b -> dropout(0.5)\noutput v = x -> identity\n"
    )
    plain, rewritten = both(specc.loads(f"model m\n{text}", syntax="text"))
    assert [entry.name for entry in rewritten.operators.outputs] == [entry.name for entry in plain.operators.outputs]
    assert gap(plain, rewritten, two_bindings(plain.resolved.graph)) <= TOLERANCE


def test_nothing_is_folded_where_weights_are_inputs() -> None:
    text = "input x: float32[N, 4, 8]\noutput y = (x -> conv(4, 3, weight_norm=true) -> batchnorm) * 2 -> relu\n"
    model = specc.loads(f"model m\n{text}", syntax="text").compile(weights="none")
    assert not any(entry.applied for entry in model.ledger.entries)
