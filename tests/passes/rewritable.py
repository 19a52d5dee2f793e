"""Specs at random from stages that rewrites look for, in orders in which they come together by chance."""

from __future__ import annotations

from random import Random

_SAME = (
    "relu", "tanh", "identity", "dropout(0.1)", "silu", "gelu", "batchnorm", "batchnorm(affine=false)",
    "groupnorm(2)", "instancenorm", "cast(float32)", "softmax(1)", "neg", "pad(0)", "flatten(2, 2)",
)  # fmt: skip
_IMAGE = (
    "conv({c}, 3, padding=1)", "conv({c}, 1)", "conv({c}, 1, bias=false)", "conv({c}, 3, padding=same, groups=2)",
    "conv({c}, 2, weight_norm=true)", "conv({c}, 3, padding=1, padding_mode=circular)", "conv_transpose({c}, 2)",
    "conv_transpose({c}, 3, padding=1, groups=2, spectral_norm=true)", "maxpool(2)", "avgpool(2)",
    "maxpool(3, stride=1, padding=1)", "avgpool(3, stride=1, padding=1)", "upsample(2)", "pad(1)",
    "pad([[1, 0], [0, 2]])", "pad(1, value=-inf)", "pad(1, mode=reflect)", "swap(2, 3)", "transpose([0, 1, 3, 2])",
    "conv({c}, [3, 1], padding=[1, 0], stride=[1, 1])", "conv({d}, 1) -> conv({c}, 1)", "conv({d}, 3) -> conv({c}, 1)",
)  # fmt: skip
_PAIRED = (
    "{x} * 2", "{x} / 4", "{x} - 1", "3 - {x}", "{x} + 0.5", "{x} * g{i}", "{x} + g{i}", "g{i} - {x}",
    "{x} / (2 + g{i} * g{i})",
    "relu({x}) * 2 / 3", "{x} -> pad(1) -> conv(4, 3)", "{x} -> pad(1) -> avgpool(3, stride=1)",
    "{x} -> pad(1, value=-inf) -> maxpool(3, stride=1)",
    "{x} -> maxpool(2) -> maxpool(2) -> upsample(2) -> upsample(2)",
    "({x} -> conv(4, 3, padding=1)) + ({x} -> conv(4, 1))", "{x} + ({x} -> conv(4, 3, padding=1))",
    "({x} -> conv(4, 3, padding=1) -> batchnorm) + ({x} -> batchnorm)", "{x} * sigmoid({x})",
    "swap(relu({x}), 2, 3) * swap(tanh({x}), 2, 3)", "0.5 * {x} * (1 + erf({x} / 1.41421356))",
    "{x} / sqrt(mean({x} ** 2, -1, keepdims=true) + 1e-5)", "{x} + reshape(g{i}, [4]) [none, :, none, none]",
    "transpose(transpose({x}, [0, 2, 3, 1]) -> linear(4) -> linear(8) -> linear(4), [0, 3, 1, 2])",
    "transpose(transpose({x}, [0, 2, 3, 1]) * reshape(exp(g{i}), [4]) -> linear(4), [0, 3, 1, 2]) * 0.5",
    "transpose(transpose({x}, [0, 2, 3, 1]) -> layernorm(affine=false), [0, 3, 1, 2]) * g{i} + g{i}",
    "log(softmax({x}, 1))", "{x} -> reshape([N, 4, -1]) -> reshape({x}.shape) -> tanh",
)  # fmt: skip


def make_rewritable(seed: int) -> str:
    """A spec of an image network with four channels throughout."""
    rng = Random(seed)
    size = rng.choice(("H, W", "24, 24", "H, 16"))
    lines = [
        f"model made(\n)\ninput x0: float32[N, 4, {size}]",
        "require H >= 12",
        "require W >= 12",
        "require H % 8 == 0",
    ]
    lines = [line for line in lines if line[:7] != "require" or line.split()[1] in size]
    for index in range(rng.randint(3, 10)):
        source = f"x{rng.choice((index, index, index, max(0, index - 1)))}"
        lines.append(f"param g{index}: float32[4, 1, 1] = normal(1.0)")
        kind = rng.random()
        if kind < 0.4:
            text = rng.choice(_PAIRED).format(x=source, i=index)
        else:
            stage = rng.choice(_SAME if kind < 0.6 else _IMAGE).format(c=4, d=rng.choice((2, 8)))
            text = f"{source} -> {stage}"
        lines.append(f"x{index + 1} = {text}")
        if rng.random() < 0.1:
            lines.append(f"output y{index} = x{index + 1}")
    head = rng.choice(("relu", "global_avgpool -> flatten -> linear(3) -> batchnorm", "mean([2, 3]) -> linear(5) * 2"))
    last = f"x{index + 1}"
    if head.endswith("* 2"):
        lines.append(f"output y = ({last} -> {head.removesuffix(' * 2')}) * 2")
    else:
        lines.append(f"output y = {last} -> {head}")
    return "\n".join(lines) + "\n"
