"""What convolution, pooling, resizing, rearranging and dense layers reject, what they cost, and first values."""

from __future__ import annotations

import re

import numpy as np
import pytest

import specc
from specc.layers.common import errors_images, errors_windows

X = "input x: float32[N, 4, H, W]\n"
V = "input x: float32[N, 8]\n"
PAIR = "input a: float32[N, 8]\ninput b: float32[N, T]\n"
REJECTED = [
    # inputs and promises, value of the output, code, message, hint
    (
        V,
        "x -> linear(3, weight_norm=true, spectral_norm=true)",
        "SP3130",
        "`linear` has both `weight_norm` and `spectral_norm`",
        "choose one of them",
    ),
    (
        X,
        "x -> conv(3, 1, weight_norm=true, weight_norm_dim=4)",
        "SP3131",
        "`weight_norm_dim` is 4, and the weight of `conv` has 4 axes",
        "use an axis from 0 to 3, or none for one norm of the whole weight",
    ),
    (V, "x -> linear(3, weight_norm=true, weight_norm_dim=-1)", "SP2006", "`weight_norm_dim`", None),
    (
        X,
        "x -> conv(3, 5, padding=2, padding_mode=reflect)",
        "SP3115",
        "axis 2 may be short: H, too few for a border of 2 in mode reflect",
        "promise a size that is large enough, as in `require H >= 3`",
    ),
    (
        X,
        "x -> conv(3, 5, padding=causal, padding_mode=circular)",
        "SP3115",
        "axis 2 may be short: H, too few for a border of 4 in mode circular",
        "promise a size that is large enough, as in `require H >= 4`",
    ),
    (
        "input x: float32[N, 4, 3]\n",
        "x -> conv(3, 7, padding=same, padding_mode=reflect)",
        "SP3115",
        "axis 2 has size 3, too few for a border of 3 in mode reflect",
        "use a smaller border, or another mode",
    ),
    (
        X,
        "x -> pad(2, circular)",
        "SP3115",
        "axis 2 may be short: H, too few for a border of 2 in mode circular",
        "promise a size that is large enough, as in `require H >= 2`",
    ),
    (X, "x -> pad(2, wrap)", "SP2001", "wrap", None),
    (
        "input x: float32[N, 4, 5]\n",
        "x -> conv_transpose(3, 2, 2, output_padding=3, dilation=3)",
        "SP3119",
        "`output_padding` is 3, and has to be smaller than the stride of 2 or the dilation of 3",
        None,
    ),
    (
        "input x: float32[N, 4, 5]\ninput i: int64[N, 4, 5]\n",
        "max_unpool(x, i, 2, output_size=[12])",
        "SP3132",
        "`max_unpool` is to make 12 elements on axis 2, where its window makes 10",
        "`output_size` may differ from that by 1 at most",
    ),
    (
        "input x: float32[N, 4, T]\ninput i: int64[N, 4, T]\n",
        "max_unpool(x, i, 2, padding=1)",
        "SP3132",
        "`max_unpool` is to make 2*T - 2 elements on axis 2, where its window makes 2*T - 2",
        "use less padding, or promise a size, as in `require 2*T - 2 >= 1`",
    ),
    (
        "input x: float32[N, 4, 5]\ninput i: int64[N, 4, 5]\n",
        "max_unpool(x, i, 2, 1, output_size=[7])",
        "SP3132",
        "`max_unpool` is to make 7 elements on axis 2, where its window makes 6",
        "leave `output_size` out",
    ),
    (
        "input x: float32[N, 4, 5]\ninput i: int64[N, 4, T]\n",
        "max_unpool(x, i, 2)",
        "SP3212",
        "`max_unpool` needs values and indices to be equal, and got 5 and T",
        None,
    ),
    ("input x: float32[N, 4, 5]\ninput i: int32[N, 4, 5]\n", "max_unpool(x, i, 2)", "SP3004", "type int64", None),
    (X, "x -> lppool(2, 3)", "SP3102", "the window of `lppool` spans 3, but the padded input may be H", None),
    (X, "x -> lppool(inf, 3)", "SP2006", "`norm_type`", None),
    (X, "x -> avgpool(1, divisor_override=0)", "SP2006", "`divisor_override`", None),
    (
        X,
        "x -> upsample(2, nearest, align_corners=true)",
        "SP3133",
        "`upsample` has `align_corners`, which the mode nearest does not know",
        "leave it out, or use the mode linear, bilinear, trilinear or bicubic",
    ),
    (X, "x -> resize([4, 4], nearest_exact, align_corners=true)", "SP3133", "the mode nearest_exact", None),
    (
        X,
        "x -> upsample(1.2)",
        "SP3134",
        "`upsample` by 1.2 of the size `H`, which is known only at run time, is not exact",
        "use a factor like 1.5 or 0.75, make the size a number, or give the size of the result to `resize`",
    ),
    (X, "x -> upsample(0.5)", "SP3216", "`upsample` needs at least one element along axis 2", None),
    ("input x: float32[N, 4, 2]\n", "x -> upsample(0.4)", "SP3216", "`upsample` needs at least one element", None),
    (X, "x -> upsample([2, 2, 2])", "SP3003", "`scale` of `upsample` has 3 values", None),
    (
        X,
        "x -> pixel_unshuffle(2)",
        "SP3135",
        "`pixel_unshuffle` needs a multiple of 2 on axis 2, which may be another: H",
        "promise it, as in `require H % 2 == 0`",
    ),
    (X, "x -> pixel_shuffle(3)", "SP3135", "`pixel_shuffle` needs a multiple of 9 on axis 1, which is 4", None),
    (X, "x -> depth_to_space(3)", "SP3135", "`depth_to_space` needs a multiple of 9 on axis 1, which is 4", None),
    (V, "x -> depth_to_space(2)", "SP3001", "`depth_to_space` needs 4 dims, [N, C, H, W]", None),
    (X, "x -> channel_shuffle(3)", "SP3135", "`channel_shuffle` needs a multiple of 3 on axis 1, which is 4", None),
    (X, "x -> unfold(3)", "SP3102", "the window of `unfold` spans 3, but the padded input may be H on axis 2", None),
    (
        "input x: float32[N, 12, 7]\n",
        "x -> fold([4, 4], 2)",
        "SP3212",
        "`fold` needs columns and places of the window to be equal, and got 7 and 9",
        None,
    ),
    ("input x: float32[N, 13, 9]\n", "x -> fold([4, 4], 2)", "SP3135", "a multiple of 4 on axis 1", None),
    ("input x: float32[N, 12, 9]\n", "x -> fold([4, 4, 4], 2)", "SP3003", "`output_size` of `fold` has 3 values", None),
    (
        f"{X}input g: float32[N, 5, 5, 3]\n",
        "grid_sample(x, g)",
        "SP3136",
        "`grid_sample` needs positions of 2 coordinates on the last axis of the grid, float32[N, 5, 5, 3]",
        None,
    ),
    (
        f"{X}input g: float32[M, 5, 5, 2]\n",
        "grid_sample(x, g)",
        "SP3212",
        "`grid_sample` needs images and grids to be equal",
        None,
    ),
    (
        "input x: float32[N, 2, 3]\n",
        "x -> affine_grid([4, 4])",
        "SP3137",
        "`affine_grid` has a size of 2 dims, and got float32[N, 2, 3]",
        "a size [N, C, H, W] takes [N, 2, 3], a size [N, C, D, H, W] takes [N, 3, 4]",
    ),
    ("input x: float32[N, 2, 3]\n", "x -> affine_grid([2, 1, 4, 4])", "SP3212", "needs maps and images", None),
    (
        "input i: int64[N, L]\ninput w: float32[N, L]\n",
        "embedding_bag(i, w, 9, 4)",
        "SP3138",
        "`embedding_bag` in the mode mean takes no `per_sample_weights`",
        "use mode=sum, or leave the weights out",
    ),
    ("input i: int64[N, L, M]\n", "i -> embedding_bag(9, 4)", "SP3001", "`embedding_bag` needs 2 dims, [N, L]", None),
    ("input i: int64[N, L]\n", "i -> embedding_bag(9, 4, padding_idx=9)", "SP3112", "the table has 9 rows", None),
    ("input i: int64[N, L]\nrequire L >= 0\n", "i -> embedding_bag(9, 4)", "SP3216", "at least one element", None),
    (PAIR, "bilinear(a, b, 3)", "SP3002", "`bilinear` has weights whose shape depends on `T`", None),
    (
        "input a: float32[N, 8]\ninput b: float32[M, 8]\n",
        "bilinear(a, b, 3)",
        "SP3212",
        "both inputs to be equal",
        None,
    ),
    (PAIR, "cosine_similarity(a, b)", "SP3201", "8 and T are neither equal nor 1", None),
    (PAIR, "pairwise_distance(a, b)", "SP3201", "8 and T are neither equal nor 1", None),
    (V, "x -> normalize(axis=2)", "SP3009", "`normalize` works along axis 2, and the input has 2 dims", None),
    (V, "x -> normalize(0)", "SP2006", "`p`", None),
    (V, "x -> local_response_norm(5)", "SP3001", "`local_response_norm` needs 3 to 16 dims, [N, C, ...]", None),
    (
        "input x: float32[N, C, T]\n",
        "x -> instancenorm(track_running_stats=true)",
        "SP3002",
        "`instancenorm` has weights whose shape depends on `C`",
        None,
    ),
]


def found(text: str) -> specc.Diagnostic:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model one\n{text}", syntax="text").check()
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    ("inputs", "value", "code", "message", "hint"), REJECTED, ids=[f"{row[1]}-{row[2]}" for row in REJECTED]
)
def test_rejected(inputs, value, code, message, hint):
    diagnostic = found(f"{inputs}output y = {value}\n")
    assert diagnostic.code == code, diagnostic.message
    assert message in diagnostic.message
    assert diagnostic.span is not None
    if hint is not None:
        assert diagnostic.help == hint


@pytest.mark.parametrize("mistake", (*errors_images.ERRORS, *errors_windows.ERRORS), ids=lambda mistake: mistake.code)
def test_each_mistake_is_provoked(mistake):
    assert mistake.code in {row[2] for row in REJECTED}


@pytest.mark.parametrize(
    "row", [row for row in REJECTED if "`require " in (row[4] or "")], ids=lambda row: f"{row[1]}-{row[2]}"
)
def test_the_hinted_promise_is_enough(row):
    text = f"{row[0]}output y = {row[1]}\n"
    for _ in range(2):
        needed = re.search(r"`require (.*?)`", found(text).help or "").group(1)
        text = text.replace("output", f"require {needed}\noutput", 1)
        try:
            specc.loads(f"model one\n{text}", syntax="text").check()
        except specc.SpecError:
            continue
        return
    raise AssertionError("two promises are not enough")


@pytest.mark.parametrize(
    ("inputs", "value", "params", "buffers", "macs"),
    [
        ("input x: float32[2, 4, 5]\n", "x -> conv(6, 3, weight_norm=true)", 6 * 4 * 3 + 6 + 6, 0, 2 * 6 * 3 * 12),
        ("input x: float32[2, 4, 5]\n", "x -> conv(6, 3, spectral_norm=true)", 6 * 4 * 3 + 6, 6 + 12, 2 * 6 * 3 * 12),
        ("input x: float32[2, 4]\n", "x -> linear(6, weight_norm=true, weight_norm_dim=none)", 31, 0, 48),
        ("input x: float32[2, 4]\ninput z: float32[2, 3]\n", "bilinear(x, z, 5)", 5 * 12 + 5, 0, 2 * 5 * 3 * 5),
        ("input x: int64[2, 7]\n", "x -> embedding_bag(10, 4)", 40, 0, 0),
        ("input x: float32[2, 6, 4]\n", "x -> instancenorm(affine=true, track_running_stats=true)", 12, 12, 0),
        ("input x: float32[2, 6, 4, 4]\n", "x -> unfold(3)", 0, 0, 0),
    ],
)
def test_parameters_and_macs(inputs, value, params, buffers, macs):
    report = specc.loads(f"model one\n{inputs}output y = {value}\n", syntax="text").report()
    assert (report.params.trainable, report.params.buffers) == (params, buffers)
    assert report.macs == macs


@pytest.mark.parametrize("layer", ["embedding", "embedding_bag"])
def test_the_row_for_padding_is_zero_at_first(layer):
    text = f"model one\ninput x: int64[N, L]\noutput y = x -> {layer}(5, 3, padding_idx=-2) as e\n"
    table = specc.loads(text, syntax="text").compile(seed=1).weights["e.weight"]
    assert not table[3].any()
    assert table[[0, 1, 2, 4]].all()


def test_a_normed_layer_that_is_shared_is_stored_once():
    text = "model one\ninput x: float32[N, 4]\ninput z: float32[N, T, 4]\n"
    text += "mix = linear(4, weight_norm=true) as mix\noutput y = x -> mix -> relu -> mix\noutput w = z -> mix\n"
    model = specc.loads(text, syntax="text").compile(seed=0)
    assert list(model.weights) == ["mix.weight_g", "mix.weight_v", "mix.bias"]
    names = {initializer.name for initializer in model.proto.graph.initializer}
    assert names == {"mix.weight", "mix.weight/transposed", "mix.bias"}
    x = np.random.default_rng(0).standard_normal((2, 4), np.float32)
    made = model.run(x=x, z=x[:, None])
    weight = model.weights["mix.weight_v"]  # first values: the norms are those of the direction
    hidden = np.maximum(x @ weight.T + model.weights["mix.bias"], 0)
    np.testing.assert_allclose(made["y"], hidden @ weight.T + model.weights["mix.bias"], rtol=1e-5, atol=1e-6)


def test_a_tied_direction_is_computed_from_what_it_is_tied_to():
    text = "model one\ninput ids: int64[N]\ne = embedding(6, 4) as wte\nh = ids -> e\n"
    text += "output y = h -> linear(6, false, weight_norm=true, weight_v=e.weight) as head\n"
    model = specc.loads(text, syntax="text").compile(seed=0)
    table, norms = model.weights["wte.weight"], model.weights["head.weight_g"]
    weight = table * norms / np.linalg.norm(table, axis=1, keepdims=True)
    np.testing.assert_allclose(model.run(ids=np.arange(6))["y"], table @ weight.T, rtol=1e-5, atol=1e-6)
