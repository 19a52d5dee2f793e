"""Advice of `specc report --advice`, against figures of papers and counts worked out by hand."""

from __future__ import annotations

import json

import pytest

import specc
from specc.analysis.advice.advise import ADVISERS
from specc.cli.main import main
from specc.report.record import Report

IMAGE = "model m\ninput x: float32[N, {channels}, {side}, {side}]\noutput y = x -> {layers}"


def advised(text: str, target: str = "cpu", **sizes: object) -> dict[str, list[dict[str, object]]]:
    report = specc.loads(text).report(target, **sizes)
    found: dict[str, list[dict[str, object]]] = {}
    for entry in report.to_dict()["bottlenecks"]:  # type: ignore[union-attr]
        found.setdefault(entry["kind"], []).append(entry)  # type: ignore[index, call-overload, arg-type]
    return found


def image(channels: int, side: int, layers: str) -> str:
    return IMAGE.format(channels=channels, side=side, layers=layers)


def figures(entry: dict[str, object]) -> tuple[object, ...]:
    return tuple(entry[key] for key in ("macs_before", "macs_after", "params_before", "params_after"))


def test_a_wide_convolution() -> None:
    made = advised(image(256, 14, "conv(256, 3, padding=1, bias=false)"), N=1)
    # 256 x 256 x 9 a position against 256 x 64 + 64 x 64 x 9 + 64 x 256
    assert figures(made["bottleneck block"][0]) == (196 * 589_824, 196 * 69_632, 589_824, 69_632)
    assert figures(made["factorised kernel"][0]) == (196 * 589_824, 196 * 393_216, 589_824, 393_216)
    # 9 a channel and 256 x 256
    assert figures(made["depthwise separable"][0]) == (196 * 589_824, 196 * 67_840, 589_824, 67_840)
    assert (
        figures(advised(image(256, 14, "conv(256, 3, padding=1, bias=false)"))["bottleneck block"][0])[:2]
        == (None,) * 2
    )


def test_a_large_kernel_is_small_ones() -> None:
    for kernel, count in ((5, 2), (7, 3)):
        made = advised(image(8, 32, f"conv(8, {kernel}, padding={kernel // 2}, bias=false)"), N=2)
        before, after = 64 * kernel * kernel, 64 * 9 * count
        assert figures(made["small kernels"][0]) == (2048 * before, 2048 * after, before, after)
    # 8 x 9 + 64 x 9 against 8 x 25: widening between them costs more
    assert "small kernels" not in advised(image(1, 32, "conv(8, 5, padding=2)"), N=2)


def test_a_block_that_is_narrow_already_stays() -> None:
    narrow = "conv(128, 1) -> batchnorm -> relu -> conv(128, 3, padding=1) -> conv(512, 1)"
    assert "bottleneck block" not in advised(image(512, 14, narrow), N=1)
    wide = "conv(512, 1) -> batchnorm -> relu -> conv(512, 3, padding=1) -> conv(512, 1)"
    assert "bottleneck block" in advised(image(512, 14, wide), N=1)


def test_a_huge_first_linear() -> None:
    (entry,) = advised(image(512, 7, "flatten -> linear(4096) -> relu -> linear(1000)"), N=1)["global pooling"]
    assert figures(entry) == (25_088 * 4096, 512 * 4096, 25_088 * 4096 + 4096, 512 * 4096 + 4096)


def test_attention() -> None:
    text = "model m\nrequire T <= 8192\ninput x: float32[N, T, 512]\noutput y = x -> attention(num_heads=8)"
    made = advised(text, N=1, T=4096)
    # 2 T T D against 2 T D D / heads for the two products
    (entry,) = made["linear attention"]
    assert entry["macs_before"] == 2 * 4096 * 4096 * 512
    assert entry["macs_after"] == specc.loads(text.replace("attention(", "linear_attention(")).report(N=1, T=4096).macs
    assert "linear attention" not in advised(text, N=1, T=16)
    heads = "model m\ninput x: float32[N, T, 512]\noutput y = x -> multihead_attention(8, causal=true)"
    (entry,) = advised(heads, N=1, T=128)["grouped heads"]
    grouped = specc.loads(heads.replace("(8,", "(8, num_kv_heads=2,")).report(N=1, T=128)
    assert figures(entry)[1::2] == (grouped.macs, grouped.params.trainable)


def test_recurrent() -> None:
    text = "model m\ninput x: float32[N, T, 64]\ny, h = x -> {}(128)\noutput z = y"
    (entry,) = advised(text.format("lstm").replace("y, h =", "y, h, c ="), N=1, T=10)["fewer gates"]
    gru = specc.loads(text.format("gru")).report(N=1, T=10)
    assert entry["macs_before"] == 4 * 128 * (64 + 128) * 10 and entry["params_before"] == 4 * 128 * (64 + 128 + 2)
    assert figures(entry)[1::2] == (gru.macs, gru.params.trainable)


def test_early_downsampling_is_the_whole_net_with_a_stride() -> None:
    text = image(3, 64, "conv(32, 3, stride={}, padding=1) -> relu -> conv(64, 3, padding=1) -> global_avgpool")
    (entry,) = advised(text.format(1), N=1)["early downsampling"]
    assert entry["macs_after"] == specc.loads(text.format(2)).report(N=1).macs
    kept = image(3, 64, "conv(32, 3, padding=1) -> relu -> conv(64, 3, padding=1)")
    assert "early downsampling" not in advised(kept, N=1)


def test_representational_bottleneck() -> None:
    pool = image(64, 32, "conv(64, 3, padding=1) -> maxpool(2, stride=2) -> conv(128, 3, padding=1)")
    (entry,) = advised(pool, N=1)["representational bottleneck"]
    assert entry["path"] == "maxpool" and "16,384 elements, 4.0 times" in str(entry["why"])
    beside = "model m\ninput x: float32[N, 64, 32, 32]\na = x -> conv(64, 3, padding=1)\n" + (
        "output y = concat(a -> maxpool(2, stride=2), a -> conv(64, 3, stride=2, padding=1), axis=1)"
    )
    assert "representational bottleneck" not in advised(beside, N=1)


def test_parameters_and_time() -> None:
    tables = "model m\ninput t: int64[N, T]\noutput y = t -> embedding(30000, 512) -> linear(30000, bias=false)"
    made = advised(tables, N=1, T=1)
    (entry,) = made["tied embeddings"]
    assert figures(entry) == (30_000 * 512, 30_000 * 512, 30_000 * 512, 0)
    assert made["heavy parameters"][0]["params_after"] == 30_000 * 128 + 128 * 512
    work = advised(image(16, 64, "conv(16, 3, padding=1) -> global_avgpool -> flatten -> linear(10000)"), N=1)
    assert work["heavy work"][0]["path"] == "conv"


def test_lanes() -> None:
    made = advised(image(16, 32, "conv(9, 3, padding=1, bias=false)"), "cpu_avx512", N=1)
    # sixteen lanes of a register for nine channels
    assert figures(made["idle lanes"][0]) == (1024 * 9 * 144, 1024 * 16 * 144, 9 * 144, 16 * 144)
    assert "idle lanes" not in advised(image(16, 32, "conv(16, 3, padding=1)"), "cpu_avx512", N=1)


def branches(report: Report) -> tuple[float, float]:
    assert report.critical is not None
    return report.critical.seconds, report.critical.work


def test_critical_path() -> None:
    text = "model m\ninput x: float32[N, 64, 32, 32]\n"
    text += "a = x -> conv(64, 3, padding=1) as a\nb = x -> conv(64, 3, padding=1) as b\n"
    text += "c = x -> conv(64, 5, padding=2) as c\noutput y = concat(a, b, c, axis=1)"
    report = specc.loads(text).report("cpu_avx2", N=1)
    assert report.critical is not None and report.roofline is not None
    times = {layer.path: time.seconds for layer, time in zip(report.layers, report.roofline.layers, strict=True)}
    assert report.critical.layers == ("c", "concat")
    assert branches(report) == pytest.approx((times["c"] + times["concat"], sum(times.values())), rel=1e-12)


def test_stretches() -> None:
    text = "model m\ninput x: float32[N, 4096]\noutput y = x -> softmax -> tanh -> linear(4096) -> sigmoid -> tanh"
    report = specc.loads(text).report("h100", N=1)
    assert [one.bound for one in report.stretches] and sum(one.count for one in report.stretches) <= 5


def test_page(capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--target", "h100"), ("--format", "markdown")):
        assert main(["report", "zoo:resnet18", "-b", "N=1", "--advice", *options]) == 0
        out = capsys.readouterr().out
        assert "where the time goes" in out and "arXiv:1704.04861" in out and "layer4.1.conv2" in out
    assert main(["report", "zoo:resnet18", "-b", "N=1", "--format", "json", "--advice"]) == 0
    assert json.loads(capsys.readouterr().out)["bottlenecks"]
    assert len(ADVISERS) == len({adviser.__name__ for adviser in ADVISERS})
