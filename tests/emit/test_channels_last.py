"""Which models for CUDA have channels last, and what their sessions are told."""

from __future__ import annotations

import pytest

import specc
from specc.emit.trace import noted_session

OPTION = "prefer_nhwc"
HEAD = "model m\ninput x: float32[N, 8, 16, 16]\n"


def told(text: str, dtype: str, target: str = "cuda") -> str | None:
    """The option as the written model notes it."""
    noted = noted_session(specc.loads(text).compile(target, dtype).to_bytes())
    return None if noted is None else noted.provider_options.get(OPTION)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_convolutions_pools_and_what_is_between(dtype: str) -> None:
    text = HEAD + "output y = x -> conv(8, 3, padding=1) -> relu -> maxpool(2) -> conv(4, 1) -> global_avgpool\n"
    assert told(text, dtype) == "1"


def test_float32_and_other_devices_stay() -> None:
    text = HEAD + "output y = x -> conv(8, 3)\n"
    assert (told(text, "float32"), told(text, "float32", "cpu"), told(text, "float32", "portable")) == (None,) * 3


def test_convolutions_in_bfloat16_have_no_kernel() -> None:
    model = specc.loads(HEAD + "output y = x -> conv(8, 3)\n").compile("cuda", "bfloat16")
    assert model.settings.opset == 22 and told(HEAD + "output y = x -> conv(8, 3)\n", "bfloat16") is None


def test_later_opsets_were_not_measured() -> None:
    model = specc.loads(HEAD + "output y = x -> conv(8, 3)\n").compile("cuda", "float16", opset=22)
    assert model.settings.session is not None and OPTION not in model.settings.session.provider_options


@pytest.mark.parametrize(
    "body",
    [
        "output y = x -> relu\n",
        "output y = x -> conv(8, 3, dilation=2)\n",
        "output y = x -> conv(8, 3) -> avgpool(2)\n",
        "output y = x -> conv(8, 3) -> upsample(scale=2)\n",
        "output y = x -> conv(8, 3) -> linear(4)\n",
    ],
)
def test_what_was_not_measured_stays(body: str) -> None:
    assert told(HEAD + body, "float16") is None


def test_signals_stay() -> None:
    assert told("model m\ninput x: float32[N, 8, 64]\noutput y = x -> conv(8, 3)\n", "float16") is None
