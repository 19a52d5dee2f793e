"""For each pass a runnable spec in which it is made, and how often."""

from __future__ import annotations

FIRING: dict[str, tuple[str, int]] = {
    "drop_identity": ("input x: float32[N, 8]\noutput y = x -> identity -> linear(4) -> dropout(0.5)", 2),
    "share_equal": ("input x: float32[N, 8]\noutput y = relu(x) * relu(x) + relu(x)", 2),
    "remove_dead": ("input x: float32[N, 8]\nunused = x -> linear(4)\noutput y = relu(x)", 1),
    "fold_constants": (
        "input x: float32[N, 4]\nparam scale: float32[] = normal(0.5)\nparam table: float32[4, 6] = normal(1.0)\n"
        "param half: float32[2, 6] = normal(1.0)\na, b = split(concat(half, half, axis=0), 2, axis=0)\n"
        "output y = (x @ table) * exp(scale) + swap(reshape(table, [6, 4]))[0] - flatten(table)[3]\n"
        "output z = matmul(x, reshape(table / 3 - sqrt(table * table), [4, 6])) + (a + -b)[1]\n",
        11,
    ),
    "merge_transposes": (
        "input x: float32[N, 3, 3, T]\n"
        "output y = x -> transpose([0, 2, 3, 1]) -> swap(1, 3) -> transpose([0, 1, 3, 2]) -> relu\n"
        "output z = x -> swap(1, 2) -> swap(1, 2)\noutput u = x -> transpose([0, 1, 2, 3]) -> tanh",
        4,
    ),
    "merge_reshapes": (
        "input x: float32[N, T, 8]\noutput y = x -> unsqueeze(1) -> flatten(1, 2) -> reshape([N, T, 2, 4]) -> tanh\n"
        "output z = x -> reshape([N, T * 8]) -> reshape([N, T, 8]) -> relu",
        2,
    ),
    "merge_casts": (
        "input x: int32[N, 8]\ninput b: bool[N, 8]\noutput y = x -> cast(int64) -> cast(float32)\n"
        "output z = b -> cast(float32) -> cast(bool)",
        2,
    ),
    "merge_scales": (
        "input x: float32[N, 8]\nparam a: float32[8] = normal(1.0)\noutput y = relu(x) * 3 / 4 * a * 0.5\n",
        3,
    ),
    "fold_weight_norm": (
        "input x: float32[N, 4, T]\nrequire T >= 3\n"
        "output y = x -> conv(8, 3, weight_norm=true) -> batchnorm -> conv_transpose(4, 3, spectral_norm=true)\n"
        "output z = swap(x) -> linear(3, weight_norm=true, weight_norm_dim=none)",
        3,
    ),
    "fold_arithmetic": (
        "input x: float32[N, 6, H, W]\nrequire H >= 3\nrequire W >= 3\nparam g: float32[8, 1, 1] = normal(1.0)\n"
        "param s: float32[8] = normal(1.0)\n"
        "output a = 2 - (x -> conv(8, 3, bias=false)) * g / 3\n"
        "output b = (x -> conv_transpose(8, 2, groups=2)) * g + g\n"
        "output c = (transpose(x, [0, 2, 3, 1]) -> linear(8)) / s - 1\n"
        "output d = -(relu(x) -> conv(8, 1) -> relu -> batchnorm(affine=false)) * 3 - g\n"
        "output e = (transpose(x, [0, 3, 2, 1]) -> linear(8) -> tanh -> layernorm(affine=false)) * s + s\n"
        "output f = (transpose(x, [0, 3, 2, 1]) -> linear(8) -> tanh -> rmsnorm) * s\n"
        "output h = (relu(x) -> conv(8, 1) -> groupnorm(2)) * g + 1\n"
        "output i = (tanh(x) -> conv(8, 1) -> instancenorm) * g\n",
        15,
    ),
    "fold_batchnorm": (
        "input x: float32[N, 6, H, W]\nrequire H >= 3\nrequire W >= 3\n"
        "output a = x -> conv(8, 3, groups=2, bias=false) -> batchnorm\n"
        "output b = x -> conv_transpose(8, 2, groups=2) -> batchnorm(affine=false)\n"
        "output c = mean(x, [2, 3]) -> linear(8) -> batchnorm\n",
        3,
    ),
    "merge_branches": (
        "input x: float32[N, 8, H, W]\nrequire H >= 3\nrequire W >= 3\n"
        "output a = (x -> conv(8, 3, padding=1, bias=false) -> batchnorm) + (x -> conv(8, 1) -> batchnorm)"
        " + (x -> batchnorm)\n"
        "output b = x + (x -> conv(8, [3, 1], padding=[1, 0], groups=4))\n"
        "output c = (x -> conv(6, 3, stride=2, padding=1)) + (x -> conv(6, 1, stride=2, bias=false))\n"
        "output d = (x -> conv(6, 5, padding=4, dilation=2)) + (x -> conv(6, 3, padding=2, dilation=2))\n",
        5,
    ),
    "fold_ahead": (
        "input x: float32[N, 6, H, W]\nrequire H >= 3\nrequire W >= 3\nparam g: float32[6, 1, 1] = normal(1.0)\n"
        "output a = relu(x) -> batchnorm -> conv(8, 3, groups=2)\n"
        "output b = tanh(x) * g / 2 -> conv(4, 3, padding=1)\n"
        "output c = silu(x) * g -> conv_transpose(6, 3, groups=3)\n"
        "output d = mean(x, [2, 3]) -> relu -> batchnorm(affine=false) -> linear(3, bias=false)\n"
        "output e = (gelu(x) - 3) -> conv(5, 2, bias=false)\n",
        5,
    ),
    "fold_pad": (
        "input x: float32[N, 6, H, W]\nrequire H >= 3\nrequire W >= 3\n"
        "output a = x -> pad([[1, 2], [0, 3]]) -> conv(8, 3, padding=1)\n"
        "output b = x -> pad(1) -> avgpool(3)\noutput c = x -> pad(1, value=-inf) -> maxpool(3, stride=1)\n",
        3,
    ),
    "merge_linear": (
        "input x: float32[N, 6, H, W]\nrequire H >= 3\nrequire W >= 3\n"
        "output a = mean(x, [2, 3]) -> linear(64) -> linear(5, bias=false)\n"
        "output b = x -> conv(16, 3, padding=1, bias=false) -> conv(4, 1)\n",
        2,
    ),
    "recognise_activations": (
        "input x: float32[N, 8]\n"
        "output a = 0.5 * x * (1 + erf(x / 1.4142135623730951))\n"
        "output b = x * 0.5 * (1.0 + tanh(0.7978845608 * (x + 0.044715 * pow(x, 3))))\n"
        "output c = x * sigmoid(x)\noutput d = x * sigmoid(1.702 * x)\n"
        "output e = (erf(x * 0.70710678) + 1) * x / 2\n",
        5,
    ),
    "recognise_norms": (
        "input x: float32[N, T, 8]\nparam w: float32[8] = normal(1.0)\nparam b: float32[8] = normal(1.0)\n"
        "output a = x / sqrt(mean(x ** 2, -1, keepdims=true) + 1e-6) * w\n"
        "output c = w * (x * rsqrt(mean(square(x), -1, keepdims=true) + 1e-5))\n"
        "d = x - mean(x, -1, keepdims=true)\n"
        "output e = d / sqrt(mean(d * d, -1, keepdims=true) + 1e-5) * w + b\n"
        "u = tanh(x)\n"
        "output f = (u - mean(u, -1, keepdims=true)) / sqrt(var(u, -1, keepdims=true, correction=0) + 1e-5)\n",
        4,
    ),
    "recognise_log_softmax": ("input x: float32[N, 8]\noutput y = x -> softmax -> log", 1),
    "sink_transposes": (
        "input x: float32[N, T, 8]\ninput u: float32[N, T, 1]\n"
        "output y = (swap(x) -> relu) * 2 -> tanh -> swap\n"
        "output z = swap(sigmoid(x)) + swap(u)\n"
        "output v = x -> transpose([2, 0, 1]) -> gelu -> transpose([2, 0, 1])\n",
        3,
    ),
    "simplify_pooling": (
        "input x: float32[N, 4, 24, 24]\n"
        "output a = x -> maxpool(2) -> maxpool(3)\noutput b = x -> avgpool([2, 1]) -> avgpool([2, 4])\n"
        "output c = x -> avgpool(24)\noutput d = mean(x, [2, 3], keepdims=true) -> global_maxpool\n"
        "output e = x -> upsample(2) -> upsample(3) -> maxpool(1)\n",
        7,
    ),
    "merge_siblings": (
        "input x: float32[N, T, 8]\n"
        "output y = attention(x -> linear(8), x -> linear(4, bias=false), x -> linear(4), num_heads=4, num_kv_heads=2)",
        1,
    ),
}
