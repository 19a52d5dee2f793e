"""What the layers of this family reject, and how they say it."""

from __future__ import annotations

import re

import pytest

import specc
from specc.layers.common.errors_vision import ERRORS

REJECTED = [
    # input, promises, layer, code, message, hint
    (
        "float32[N, 3, 8, 8]",
        "maxpool(3, padding=2)",
        "SP3111",
        "`maxpool` pads 2, more than half its kernel of 3",
        "use a padding of at most 1, or a `pad` layer before",
    ),
    (
        "float32[N, 3, 8, 8]",
        "avgpool(2, padding=[0, [0, 2]])",
        "SP3111",
        "`avgpool` pads 2, more than half its kernel of 2",
        "use a padding of at most 1, or a `pad` layer before",
    ),
    (
        "float32[N, 3, 2]",
        "maxpool(3, padding=1, dilation=3)",
        "SP3102",
        "the window of `maxpool` spans 7, but the padded input is 4 on axis 2",
        "use a smaller kernel, or more padding",
    ),
    (
        "float32[N, 3, 2]",
        "maxpool(2, padding=1, dilation=3)",
        "SP3123",
        "a window of `maxpool` can lie in the padding alone: axis 2 has size 2",
        "the input needs 3 elements there; use less padding or dilation",
    ),
    (
        "float32[N, 3, T]\nrequire T >= 2",
        "maxpool(2, padding=1, dilation=3)",
        "SP3123",
        "a window of `maxpool` can lie in the padding alone: axis 2 may be short: T",
        "promise a size that is large enough, as in `require T >= 3`",
    ),
    (
        "float32[N, 3, T]",
        "avgpool(4)",
        "SP3102",
        "the window of `avgpool` spans 4, but the padded input may be T on axis 2",
        "promise a size that is large enough, as in `require T >= 4`",
    ),
    ("float32[N, 3]", "maxpool(2)", "SP3001", "`maxpool` needs 3 to 5 dims, [N, C, ...], and got float32[N, 3]", None),
    ("float32[N, 3]", "global_avgpool", "SP3001", "`global_avgpool` needs 3 to 16 dims", None),
    (
        "float32[N, 3, H, 8]",
        "adaptive_avgpool(7)",
        "SP3117",
        "`adaptive_avgpool` makes 7 of a size `H` that is known only at run time",
        "promise a multiple, as in `require H % 7 == 0`, or make the size a number",
    ),
    ("float32[N, 3, 8, 8]", "adaptive_maxpool([1, 2, 3])", "SP3003", "`size` of `adaptive_maxpool` has 3 values", None),
    ("float32[N, 3, 8, 8]", "conv(4, [3, 3, 3])", "SP3003", "`kernel` of `conv` has 3 values", None),
    ("float32[N, 3, 8, 8]", "conv(4, 3, groups=2)", "SP3101", "2 groups do not divide 3 input channels", None),
    (
        "float32[N, 4, 8, 8]",
        "conv_transpose(3, 2, groups=2)",
        "SP3101",
        "2 groups do not divide 3 output channels",
        None,
    ),
    ("float32[N, C, 8, 8]", "conv(4, 3)", "SP3002", "`conv` has weights whose shape depends on `C`", None),
    ("float32[N, 3, 4]", "conv(4, 7)", "SP3102", "the window of `conv` spans 7, but the padded input is 4", None),
    ("float64[N, 3, 4]", "conv(4, 3)", "SP3004", "`conv` needs float32, float16 or bfloat16, and got float64", None),
    (
        "float32[N, 3, 1]",
        "conv_transpose(4, 2, padding=1)",
        "SP3118",
        "the output of `conv_transpose` has 0 elements on axis 2",
        "use less padding",
    ),
    (
        "float32[N, 3, T]",
        "conv_transpose(4, 2, padding=1)",
        "SP3118",
        "the output of `conv_transpose` has T - 1 elements on axis 2",
        "promise it, as in `require T - 1 >= 1`",
    ),
    (
        "float32[N, 3, 4]",
        "conv_transpose(4, 3, stride=2, output_padding=2)",
        "SP3119",
        "`output_padding` is 2, and has to be smaller than the stride of 2",
        None,
    ),
    ("float32[N, C]", "linear(4)", "SP3002", "`linear` has weights whose shape depends on `C`", None),
    ("float32[]", "linear(4)", "SP3001", "`linear` needs 1 to 16 dims, [..., in], and got float32[]", None),
    ("int64[N, 4]", "linear(4)", "SP3004", "`linear` needs floating point", None),
    ("float32[N, 4]", "embedding(10, 4)", "SP3004", "`embedding` needs indices of type int64 or int32", None),
    (
        "int64[N, 4]",
        "embedding(10, 4, padding_idx=10)",
        "SP3112",
        "`padding_idx` is 10, and the table has 10 rows",
        None,
    ),
    ("float32[N, C, 4]", "batchnorm", "SP3002", "`batchnorm` has weights whose shape depends on `C`", None),
    ("float32[N, 4, 2, 2, 2, 2]", "batchnorm", "SP3001", "`batchnorm` needs 2 to 5 dims, [N, C, ...]", None),
    (
        "float32[N, T, 768]",
        "layernorm(768)",
        "SP3113",
        "`layernorm` normalises 768 trailing dims, and got float32[N, T, 768]",
        "a single number is a number of dims; to name a size, write `layernorm(dims=[768])`",
    ),
    (
        "float32[N, T, 768]",
        "layernorm([512])",
        "SP3114",
        "`layernorm` normalises 512 elements, and axis 2 of the input has 768",
        None,
    ),
    ("float32[N, T]", "layernorm", "SP3002", "`layernorm` has weights whose shape depends on `T`", None),
    ("float32[N, T]", "rmsnorm", "SP3002", "`rmsnorm` has weights whose shape depends on `T`", None),
    ("float32[N, 6, T]", "groupnorm(4)", "SP3101", "4 groups do not divide 6 input channels", None),
    ("float32[N, 6]", "instancenorm", "SP3001", "`instancenorm` needs 3 to 5 dims", None),
    (
        "float32[N, 10]",
        "softmax(2)",
        "SP3009",
        "`softmax` works along axis 2, and the input has 2 dims",
        "use an axis from -2 to 1",
    ),
    ("int64[N, 10]", "softmax", "SP3004", "`softmax` needs floating point", None),
    ("int64[N, 10]", "gelu", "SP3004", "`gelu` needs float32, float16 or bfloat16, and got int64[N, 10]", None),
    ("float32[N, 64]", "prelu(32)", "SP3120", "`prelu` has 32 slopes, and got float32[N, 64]", None),
    ("float32[N, 64]", "hardtanh(1, -1)", "SP3122", "`hardtanh` is to keep its input between 1.0 and -1.0", None),
    ("float32[N, 5]", "glu", "SP3121", "`glu` halves axis 1, whose size is 5", None),
    (
        "float32[N, T]",
        "glu",
        "SP3121",
        "`glu` halves axis 1, whose size may be odd: T",
        "promise it, as in `require T % 2 == 0`",
    ),
    (
        "float32[N, 8, T]",
        "pad(3, mode=reflect)",
        "SP3115",
        "axis 2 may be short: T, too few for a border of 3 in mode reflect",
        "promise a size that is large enough, as in `require T >= 4`",
    ),
    (
        "float32[N, 8, 3]",
        "pad([3], mode=reflect)",
        "SP3115",
        "axis 2 has size 3, too few for a border of 3 in mode reflect",
        "use a smaller border, or another mode",
    ),
    ("float32[N, 8]", "pad([1, 1, 1])", "SP3116", "`pad` has 3 amounts, and the input has 2 dims", None),
    ("float32[N, 8]", "pad(1)", "SP3001", "`pad` needs 3 to 16 dims, [N, C, ...], where one number is for", None),
    ("float32[N, 8, 4]", "upsample(2, bilinear)", "SP3001", "`upsample` needs 4 dims, [N, C, ...], for the mode", None),
    ("float32[N, 8, T]", "resize(T - 1)", "SP3216", "`resize` needs at least one element along axis 2", None),
]


@pytest.mark.parametrize(
    ("type_", "layer", "code", "message", "hint"), REJECTED, ids=[f"{r[1]}-{r[2]}" for r in REJECTED]
)
def test_rejected(type_, layer, code, message, hint):
    spec = specc.loads(f"model one\ninput x: {type_}\noutput y = x -> {layer}\n", syntax="text")
    with pytest.raises(specc.SpecError) as caught:
        spec.check()
    found = caught.value.diagnostics[0]
    assert found.code == code
    assert message in found.message
    assert found.span is not None
    if hint is not None:
        assert found.help == hint


@pytest.mark.parametrize("mistake", ERRORS, ids=lambda mistake: mistake.code)
def test_each_mistake_is_provoked(mistake):
    assert mistake.code in {row[2] for row in REJECTED}


@pytest.mark.parametrize(
    ("type_", "layer", "needed"),
    [
        ("float32[N, 3, T]\nrequire T >= 2", "maxpool(2, padding=1, dilation=3)", "T >= 3"),
        ("float32[N, 3, T]", "avgpool(4)", "T >= 4"),
        ("float32[N, 3, T]", "conv_transpose(4, 2, padding=1)", "T - 1 >= 1"),
        ("float32[N, 3, T]", "adaptive_avgpool(7)", "T % 7 == 0"),
        ("float32[N, T]", "glu", "T % 2 == 0"),
        ("float32[N, 8, T]", "pad(3, mode=reflect)", "T >= 4"),
        ("float32[N, 8, T]", "resize(T - 1)", "T - 1 >= 1"),
    ],
)
def test_the_hinted_promise_is_enough(type_, layer, needed):
    text = f"model one\ninput x: {type_}\noutput y = x -> {layer}\n"
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(text, syntax="text").check()
    assert re.search(r"`require (.*?)`", caught.value.diagnostics[0].help or "").group(1) == needed
    specc.loads(text.replace("output", f"require {needed}\noutput"), syntax="text").check()


@pytest.mark.parametrize(
    ("type_", "layer", "params", "macs"),
    [
        ("float32[2, 3, 8, 8]", "conv(4, 3, padding=1)", 4 * 3 * 9 + 4, 2 * 4 * 64 * 27),
        ("float32[2, 4, 8, 8]", "conv(6, 3, groups=2, bias=false)", 6 * 2 * 9, 2 * 6 * 36 * 18),
        ("float32[2, 3, 5]", "conv_transpose(4, 3, stride=2)", 3 * 4 * 3 + 4, 2 * 3 * 5 * 4 * 3),
        ("float32[2, 7, 5]", "linear(3)", 5 * 3 + 3, 2 * 7 * 5 * 3),
        ("int64[2, 7]", "embedding(10, 4)", 40, 0),
        ("float32[2, 6, 4]", "batchnorm", 12, 0),
        ("float32[2, 6, 4]", "layernorm(2)", 48, 0),
        ("float32[2, 6, 4]", "groupnorm(3)", 12, 0),
        ("float32[2, 6, 4]", "prelu(6)", 6, 0),
        ("float32[2, 6, 4]", "maxpool(2)", 0, 0),
    ],
)
def test_parameters_and_macs(type_, layer, params, macs):
    report = specc.loads(f"model one\ninput x: {type_}\noutput y = x -> {layer}\n", syntax="text").report()
    assert report.params.trainable == params
    assert report.macs == macs
