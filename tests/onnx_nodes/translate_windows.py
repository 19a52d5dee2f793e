"""Operators whose window slides over an image."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
from node_outcomes import Excluded, Reason
from node_spec import Name, NodeSpec, layer, spec
from node_tests import NodeTest
from translating import translates

Pads = tuple[tuple[int, int], ...]


def window(test: NodeTest, kernel: tuple[int, ...]) -> dict[str, object]:
    """Kernel, stride, padding and dilation as layers take them, what is the default left out."""
    axes = len(kernel)
    strides, dilations = _ints(test, "strides", (1,) * axes), _ints(test, "dilations", (1,) * axes)
    options: dict[str, object] = {"kernel": kernel, "stride": strides}
    padding = _pads(test, kernel, strides, dilations)
    if any(before or after for before, after in padding):
        even = all(before == after for before, after in padding)
        options["padding"] = tuple(before for before, _ in padding) if even else padding
    if dilations != (1,) * axes:
        options["dilation"] = dilations
    return options


def _ints(test: NodeTest, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    found = test.attribute(name, default)
    assert isinstance(found, tuple)
    return found


def _pads(test: NodeTest, kernel: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]) -> Pads:
    """Pairs for each axis; `auto_pad` keeps `ceil(size / stride)` positions, the odd element after or before."""
    kind, axes = test.attribute("auto_pad", "NOTSET"), len(kernel)
    if kind in ("NOTSET", "VALID"):
        pads = _ints(test, "pads", (0,) * 2 * axes)
        return tuple(zip(pads[:axes], pads[axes:], strict=True))
    sizes = test.input(0).shape[2:]
    totals = (
        max((-(-size // stride) - 1) * stride + dilation * (width - 1) + 1 - size, 0)
        for size, width, stride, dilation in zip(sizes, kernel, strides, dilations, strict=True)
    )
    return tuple(halves(total, kind == "SAME_LOWER") for total in totals)


def halves(total: int, more_before: bool) -> tuple[int, int]:
    """`total` in two parts, the larger one before or after."""
    less, more = total // 2, total - total // 2
    return (more, less) if more_before else (less, more)


@translates("Conv")
def conv(test: NodeTest) -> NodeSpec:
    x, weight, bias = test.input(0), test.input(1), test.get(2)
    options = {"out": weight.shape[0], **window(test, weight.shape[2:]), "groups": test.integer("group", 1)}
    stage = layer("conv", **options, bias=bias is not None)
    return spec(test, f"x -> {stage} as layer", x=x, weights={"layer.weight": weight, "layer.bias": bias})


@translates("CausalConvWithState")
def causal_conv(test: NodeTest) -> NodeSpec:
    """A convolution of each channel over what is left of the past and the present; the last positions are the state."""
    x, weight = test.input(0), test.input(1)
    channels, _, width = weight.shape
    past = test.get(3) if test.has(3) else np.zeros((x.shape[0], channels, width - 1), x.dtype)
    if width == 1:
        raise Excluded(Reason.NO_OPTION, "a state without positions")
    stage = layer("conv", out=channels, kernel=width, groups=channels, bias=test.has(2))
    result = "y -> silu" if test.attribute("activation", "none") != "none" else "y"
    before = ("joined = concat(p, x, axis=2)", f"y = joined -> {stage} as layer")
    stored = {"layer.weight": weight, "layer.bias": test.get(2)}
    return spec(test, result, f"joined[:, :, -{width - 1}:]", before=before, weights=stored, p=past, x=x)


@translates("ConvTranspose")
def conv_transpose(test: NodeTest) -> NodeSpec:
    x, weight, bias = test.input(0), test.input(1), test.get(2)
    groups = test.integer("group", 1)
    options = {"out": weight.shape[1] * groups, **window(test, weight.shape[2:]), "groups": groups}
    options |= _output_size(test, options)
    stage = layer("conv_transpose", **options, bias=bias is not None)
    return spec(test, f"x -> {stage} as layer", x=x, weights={"layer.weight": weight, "layer.bias": bias})


def _output_size(test: NodeTest, options: dict[str, object]) -> dict[str, object]:
    """What is cut off or added so that the output has the size that ONNX states, directly or by `auto_pad`."""
    extra, kind = test.attribute("output_padding", 0), test.attribute("auto_pad", "NOTSET")
    shape = test.attribute("output_shape")
    if kind == "NOTSET" and shape is None:
        return {"output_padding": extra} if extra else {}
    sizes, kernel, strides = test.input(0).shape[2:], options["kernel"], options["stride"]
    wanted = shape or tuple(size * stride for size, stride in zip(sizes, strides, strict=True))
    cut = []
    added = []
    for size, width, stride, target in zip(sizes, kernel, strides, wanted, strict=True):
        surplus = (size - 1) * stride + width - target
        cut.append(halves(max(surplus, 0), kind != "SAME_UPPER"))
        added.append(max(-surplus, 0))
    return {"padding": tuple(cut), "output_padding": tuple(added)}


def _pool(test: NodeTest, name: str, **options: object) -> NodeSpec:
    kernel = _ints(test, "kernel_shape", ())
    made = {**window(test, kernel), **options}
    if test.integer("ceil_mode", 0):
        made["ceil_mode"] = True
    results = ("y", "i")[: len(test.outputs)]
    return spec(test, *results, before=(f"{', '.join(results)} = x -> {layer(name, **made)}",), x=test.input(0))


@translates("MaxPool")
def maxpool(test: NodeTest) -> NodeSpec:
    """ONNX counts the indices over the whole tensor, PyTorch within a channel: the tests have one of these."""
    if len(test.outputs) == 1:
        return _pool(test, "maxpool")
    if test.integer("storage_order", 0):
        raise Excluded(Reason.NO_OPTION, "`maxpool` has no indices that count columns first")
    return _pool(test, "maxpool", return_indices=True)


@translates("AveragePool")
def avgpool(test: NodeTest) -> NodeSpec:
    return _pool(test, "avgpool", count_include_pad=bool(test.integer("count_include_pad", 0)))


@translates("LpPool")
def lppool(test: NodeTest) -> NodeSpec:
    """PyTorch's powers keep their sign, and it has no padding: zeros, which add nothing, are put around before."""
    p, options = test.integer("p", 2), window(test, _ints(test, "kernel_shape", ()))
    padding = options.pop("padding", None)
    before = [layer("pad", amounts=padding)] if padding else []
    stages = [*before, layer("lppool", norm_type=float(p), **options)]
    return spec(test, " -> ".join(["abs(x)" if p % 2 else "x", *stages]), x=test.input(0))


@translates("MaxUnpool")
def max_unpool(test: NodeTest) -> NodeSpec:
    if test.has(2):
        raise Excluded(Reason.NO_OPTION, "`max_unpool` counts indices in its result, ONNX in the smallest possible one")
    options = window(test, _ints(test, "kernel_shape", ()))
    return spec(test, layer("max_unpool", "x", "i", **options), x=test.input(0), i=test.input(1))


@translates("GlobalAveragePool", "GlobalMaxPool")
def global_pool(test: NodeTest) -> NodeSpec:
    name = {"GlobalAveragePool": "global_avgpool", "GlobalMaxPool": "global_maxpool"}[test.operator]
    return spec(test, f"x -> {layer(name)}", x=test.input(0))


@translates("Col2Im")
def fold(test: NodeTest) -> NodeSpec:
    kernel = test.ints(2) or ()
    if len(kernel) != 2:
        raise Excluded(Reason.NO_OPTION, "`fold` over other than two axes")
    options = {"output_size": test.ints(1), **window(test, kernel)}
    return spec(test, f"x -> {layer('fold', **options)}", x=test.input(0))


@translates("DeformConv")
def deform_conv(test: NodeTest) -> NodeSpec:
    weight = test.input(1)
    options = {"out": weight.shape[0], **window(test, weight.shape[2:]), "groups": test.integer("group", 1)}
    more = {"mask": Name("m")} if test.has(4) else {}
    call = layer("deform_conv", "x", "offsets", **more, **options, bias=test.has(3))
    stored = {"layer.weight": weight, "layer.bias": test.get(3)}
    return spec(test, f"{call} as layer", x=test.input(0), offsets=test.input(2), m=test.get(4), weights=stored)


@translates("Resize", "Upsample")
def resize(test: NodeTest) -> NodeSpec:
    """The size of the output is what the node test expects: it is the input `sizes` or what the scales make of it."""
    wanted, x = test.outputs[0], test.input(0)
    assert wanted is not None
    options: dict[str, object] = {"size": wanted.shape[2:], **_interpolation(test, x.ndim - 2)}
    if wanted.shape[:2] != x.shape[:2]:
        raise Excluded(Reason.NO_OPTION, "`resize` keeps the batch and the channels")
    return spec(test, f"x -> {layer('resize', **options)}", x=x)


def _interpolation(test: NodeTest, axes: int) -> dict[str, object]:
    """`mode` and `align_corners`; other forms are options that `resize` may not have."""
    mode = str(test.attribute("mode", "nearest"))
    where = str(test.attribute("coordinate_transformation_mode", "half_pixel"))
    _check_scales(test)
    if mode == "nearest":
        return _nearest(test, where)
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}.get(axes, "linear")
    options: dict[str, object] = {"mode": {"linear": linear}.get(mode, "bicubic")}
    wanted = test.outputs[0]
    assert wanted is not None
    if where == "align_corners":
        options["align_corners"] = True
    elif where != "half_pixel" and not (where == "pytorch_half_pixel" and min(wanted.shape[2:]) > 1):
        options["coordinates"] = where
    if mode == "cubic" and abs(float(str(test.attribute("cubic_coeff_a", -0.75))) + 0.75) > 1e-6:
        options["cubic_coeff"] = test.attribute("cubic_coeff_a")
    return options | {name: True for name in ("antialias", "exclude_outside") if test.integer(name, 0)}


def _nearest(test: NodeTest, where: str) -> dict[str, object]:
    """ONNX has many rules for the nearest element; where one picks the same as `nearest` or `nearest_exact` at these
    sizes, it is that."""
    wanted = test.outputs[0]
    assert wanted is not None
    rounding = str(test.attribute("nearest_mode", "round_prefer_floor"))
    if test.operator == "Upsample":
        where, rounding = "asymmetric", "floor"
    pairs = list(zip(test.input(0).shape[2:], wanted.shape[2:], strict=True))
    picked = [_picked(size, count, where, rounding) for size, count in pairs]
    for mode, rule in (("nearest", ("asymmetric", "floor")), ("nearest_exact", ("half_pixel", "round_prefer_ceil"))):
        if picked == [_picked(size, count, *rule) for size, count in pairs]:
            return {"mode": mode}
    return {"mode": "nearest", "coordinates": where, "rounding": rounding}


def _picked(size: int, count: int, where: str, rounding: str) -> list[int]:
    """Indices of the elements that ONNX picks, by its rule for the coordinate and for its rounding."""
    scale = Fraction(size, count)
    rules = {
        "asymmetric": lambda i: i * scale,
        "half_pixel": lambda i: (i + Fraction(1, 2)) * scale - Fraction(1, 2),
        "align_corners": lambda i: Fraction(i * (size - 1), count - 1),
    }
    half = Fraction(1, 2)
    roundings = {
        "floor": floor,
        "ceil": ceil,
        "round_prefer_floor": lambda x: ceil(x - half),
        "round_prefer_ceil": lambda x: floor(x + half),
    }
    if where not in rules:
        return []
    return [min(max(roundings[rounding](rules[where](i)), 0), size - 1) for i in range(count)]


def _check_scales(test: NodeTest) -> None:
    """A scale that is not the quotient of the sizes places the elements elsewhere."""
    wanted, scales = test.outputs[0], test.get(2)
    if scales is None or not scales.size:
        return
    assert wanted is not None
    axes = test.attribute("axes", tuple(range(test.input(0).ndim)))
    assert isinstance(axes, tuple)
    given = [test.input(0).shape[int(axis)] * float(scale) for axis, scale in zip(axes, scales, strict=True)]
    if any(abs(size - wanted.shape[int(axis)]) > 1e-4 for axis, size in zip(axes, given, strict=True)):
        raise Excluded(Reason.NO_OPTION, "`resize` has no scale that is not the quotient of two sizes")


@translates("GridSample")
def grid_sample(test: NodeTest) -> NodeSpec:
    mode = {"linear": "bilinear", "cubic": "bicubic"}.get(str(test.attribute("mode", "linear")), "nearest")
    options: dict[str, object] = {} if mode == "bilinear" else {"mode": mode}
    if test.attribute("padding_mode", "zeros") != "zeros":
        options["padding_mode"] = test.attribute("padding_mode")
    if test.integer("align_corners", 0):
        options["align_corners"] = True
    return spec(test, layer("grid_sample", "x", "grid", **options), x=test.input(0), grid=test.input(1))


@translates("AffineGrid")
def affine_grid(test: NodeTest) -> NodeSpec:
    options: dict[str, object] = {"size": test.ints(1)}
    if test.integer("align_corners", 0):
        options["align_corners"] = True
    return spec(test, f"theta -> {layer('affine_grid', **options)}", theta=test.input(0))


@translates("RoiAlign")
def roi_align(test: NodeTest) -> NodeSpec:
    size = (test.integer("output_height", 1), test.integer("output_width", 1))
    options: dict[str, object] = {"size": size, "sampling_ratio": test.integer("sampling_ratio", 0)}
    if test.attribute("coordinate_transformation_mode", "half_pixel") == "half_pixel":
        options["aligned"] = True
    if test.attribute("mode", "avg") != "avg":
        options["mode"] = test.attribute("mode")
    x, rois, batch = (test.input(index) for index in range(3))
    return spec(test, layer("roi_align", "x", "rois", "batch", **options), x=x, rois=rois, batch=batch)
