"""Reports of a model in half precision."""

from __future__ import annotations

import json

import pytest

import specc
from specc.cli.main import main

NET = "model m\ninput x: float32[N, 512]\noutput y = x -> linear(1024) as a -> relu -> linear(512) as b\n"


def test_bytes_are_half_and_macs_the_same() -> None:
    spec = specc.loads(NET)
    wide, narrow = (spec.report_at({"N": 64}, "h100", dtype) for dtype in ("float32", "float16"))
    assert (wide.macs, wide.params.trainable) == (narrow.macs, narrow.params.trainable)
    assert wide.params.bytes == 2 * narrow.params.bytes == 4 * wide.params.trainable
    assert wide.memory.peak == 2 * (narrow.memory.peak or 0)
    assert [layer.bytes for layer in wide.layers] == [2 * (layer.bytes or 0) for layer in narrow.layers]
    assert wide.roofline is not None and narrow.roofline is not None
    assert narrow.roofline.seconds < wide.roofline.seconds
    assert [output.dtype for output in narrow.outputs] == ["float16"]


def test_layers_that_stay_in_float32_have_casts_beside_them() -> None:
    spec = specc.loads("model m\ninput x: float32[N, 8]\noutput y = x -> linear(8) as a -> softmax -> linear(8) as b\n")
    layers = [(layer.path, layer.layer) for layer in spec.report_at({"N": 1}, "cpu", "bfloat16").layers]
    assert layers == [
        ("a", "linear"),
        ("a/float32", "cast"),
        ("softmax", "softmax"),
        ("softmax/bfloat16", "cast"),
        ("b", "linear"),
    ]


def test_the_command_tells_the_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "--dtype", "float16", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["dtype"] == "float16" and made["params"]["bytes"] == 2 * made["params"]["total"]


def test_other_types_are_refused() -> None:
    with pytest.raises(specc.SpecError):
        specc.loads(NET).report_at({}, "cpu", "float8")
