"""Operators that move elements."""

from __future__ import annotations

import numpy as np
from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, constant, layer, show, spec
from node_tests import NodeTest
from translating import translates


@translates("Concat")
def concat(test: NodeTest) -> NodeSpec:
    arrays = {f"x{index}": array for index, array in enumerate(test.inputs)}
    return spec(test, layer("concat", *arrays, axis=test.integer("axis", 0)), **arrays)


@translates("Split")
def split(test: NodeTest) -> NodeSpec:
    x, axis = test.input(0), test.integer("axis", 0)
    count = test.integer("num_outputs", len(test.outputs))
    part = -(-x.shape[axis] // count)
    rest = x.shape[axis] - part * (count - 1)
    sections = test.ints(1) or (*(part,) * (count - 1), rest)
    names = ", ".join(f"p{index}" for index in range(len(sections)))
    before = f"{names} = x -> {layer('split', sections=sections, axis=axis)}"
    return spec(test, *names.split(", "), before=(before,), x=x)


@translates("Reshape")
def reshape(test: NodeTest) -> NodeSpec:
    """A 0 of ONNX copies a dim: the spec says which."""
    x, shape = test.input(0), test.ints(1) or ()
    copied = not test.integer("allowzero", 0)
    wanted = tuple(x.shape[axis] if copied and dim == 0 else dim for axis, dim in enumerate(shape))
    return spec(test, f"x -> {layer('reshape', shape=wanted)}", x=x)


@translates("Flatten")
def flatten(test: NodeTest) -> NodeSpec:
    """ONNX makes two dims of all; with one or none of them to put together that is a reshape."""
    x = test.input(0)
    axis = test.integer("axis", 1)
    axis += x.ndim if axis < 0 else 0
    if axis == 0:
        return spec(test, f"x -> {layer('flatten', start=0)} -> {layer('unsqueeze', axes=0)}", x=x)
    if axis == x.ndim:
        return spec(test, f"x -> {layer('flatten', start=0)} -> {layer('unsqueeze', axes=1)}", x=x)
    after = layer("flatten", start=axis)
    return spec(test, f"x -> {after} -> {layer('flatten', start=0, end=axis - 1)}", x=x)


@translates("Transpose")
def transpose(test: NodeTest) -> NodeSpec:
    x = test.input(0)
    permutation = test.attribute("perm", tuple(reversed(range(x.ndim))))
    return spec(test, f"x -> {layer('transpose', permutation=permutation)}", x=x)


@translates("Squeeze")
def squeeze(test: NodeTest) -> NodeSpec:
    axes = test.ints(1) or tuple(axis for axis, size in enumerate(test.input(0).shape) if size == 1)
    return spec(test, f"x -> {layer('squeeze', axes=axes)}", x=test.input(0))


@translates("Unsqueeze")
def unsqueeze(test: NodeTest) -> NodeSpec:
    return spec(test, f"x -> {layer('unsqueeze', axes=test.ints(1))}", x=test.input(0))


@translates("Expand")
def expand(test: NodeTest) -> NodeSpec:
    """ONNX broadcasts both ways: the shape is the broadcast one."""
    x = test.input(0)
    shape = np.broadcast_shapes(x.shape, test.ints(1) or ())
    return spec(test, f"x -> {layer('expand', shape=shape)}", x=x)


@translates("Tile")
def tile(test: NodeTest) -> NodeSpec:
    return spec(test, f"x -> {layer('tile', repeats=test.ints(1))}", x=test.input(0))


@translates("Pad")
def pad(test: NodeTest) -> NodeSpec:
    x, amounts = test.input(0), test.ints(1) or ()
    axes = test.ints(3) or tuple(range(x.ndim))
    before, after = amounts[: len(axes)], amounts[len(axes) :]
    pairs = [(0, 0)] * x.ndim
    for axis, low, high in zip(axes, before, after, strict=True):
        pairs[axis] = (low, high)
    mode = {"wrap": "circular"}.get(str(test.attribute("mode", "constant")), test.attribute("mode", "constant"))
    options: dict[str, object] = {"amounts": tuple(pairs), "mode": mode}
    if test.has(2) and test.input(2).item():
        options["value"] = test.input(2).item()
    return spec(test, f"x -> {layer('pad', **options)}", x=x)


@translates("Slice")
def cut(test: NodeTest) -> NodeSpec:
    """Bounds and steps are written into a subscript."""
    x, starts, ends = test.input(0), test.ints(1) or (), test.ints(2) or ()
    axes, steps = test.ints(3) or tuple(range(len(starts))), test.ints(4) or (1,) * len(starts)
    items = [":"] * x.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        items[axis] = f"{start}:{_end(end, step, x.shape[axis])}:{step}"
    return spec(test, f"x[{', '.join(items)}]", x=x)


def _end(end: int, step: int, size: int) -> str:
    """A bound before the first element is left out."""
    return "" if step < 0 and end < -size else str(end)


@translates("Gather")
def gather(test: NodeTest) -> NodeSpec:
    return spec(test, layer("gather", "x", "i", axis=test.integer("axis", 0)), x=test.input(0), i=test.input(1))


@translates("GatherElements")
def gather_elements(test: NodeTest) -> NodeSpec:
    return spec(test, layer("take_along_dim", "x", "i", axis=test.integer("axis", 0)), x=test.input(0), i=test.input(1))


@translates("GatherND")
def gather_nd(test: NodeTest) -> NodeSpec:
    options = {"batch_dims": test.integer("batch_dims", 0)} if test.integer("batch_dims", 0) else {}
    return spec(test, layer("gather_nd", "x", "i", **options), x=test.input(0), i=test.input(1))


@translates("ScatterElements", "Scatter")
def scatter_elements(test: NodeTest) -> NodeSpec:
    options: dict[str, object] = {"axis": test.integer("axis", 0), **_reduction(test)}
    call = layer("scatter", "x", "i", "u", **options)
    return spec(test, call, x=test.input(0), i=test.input(1), u=test.input(2))


@translates("ScatterND")
def scatter_nd(test: NodeTest) -> NodeSpec:
    call = layer("scatter_nd", "x", "i", "u", **_reduction(test))
    return spec(test, call, x=test.input(0), i=test.input(1), u=test.input(2))


def _reduction(test: NodeTest) -> dict[str, object]:
    reduction = str(test.attribute("reduction", "none"))
    return {} if reduction == "none" else {"reduce": {"max": "amax", "min": "amin"}.get(reduction, reduction)}


@translates("OneHot")
def one_hot(test: NodeTest) -> NodeSpec:
    """`one_hot` has the classes last, gives 0 and 1, and takes int64; negative indices count from the end in ONNX."""
    indices, depth, dtype = test.input(0), int(test.input(1).item()), test.input(2).dtype
    off, on = test.input(2).tolist()
    axis = test.integer("axis", -1) % (indices.ndim + 1)
    order = [place if place < axis else place - 1 for place in range(indices.ndim + 1)]
    order[axis] = indices.ndim
    places = "cast(i, int64)" if (indices >= 0).all() else f"cast(where(i < 0, i + {depth}, i), int64)"
    call = layer("one_hot", places, num_classes=depth)
    moved = layer("transpose", f"cast({call}, {dtype})", permutation=tuple(order))
    return spec(test, f"{moved} * {show(on - off)} + {show(off)}", i=indices)


@translates("Trilu")
def trilu(test: NodeTest) -> NodeSpec:
    (diagonal,) = test.ints(1) or (0,)
    name = "triu" if test.integer("upper", 1) else "tril"
    return spec(test, f"x -> {layer(name, **({'diagonal': diagonal} if diagonal else {}))}", x=test.input(0))


@translates("DepthToSpace")
def depth_to_space(test: NodeTest) -> NodeSpec:
    options = {"blocksize": test.integer("blocksize", 1), "mode": test.attribute("mode", "DCR")}
    return spec(test, f"x -> {layer('depth_to_space', **options)}", x=test.input(0))


@translates("SpaceToDepth")
def space_to_depth(test: NodeTest) -> NodeSpec:
    options = {"blocksize": test.integer("blocksize", 1)}
    if test.attribute("mode", "DCR") != "DCR":
        options["mode"] = test.attribute("mode")
    return spec(test, f"x -> {layer('space_to_depth', **options)}", x=test.input(0))


@translates("ReverseSequence")
def reverse_sequence(test: NodeTest) -> NodeSpec:
    options = {"axis": test.integer("time_axis", 0), "batch_axis": test.integer("batch_axis", 1)}
    call = layer("reverse_sequence", "x", "lengths", **options)
    return spec(test, call, x=test.input(0), lengths=test.input(1))


@translates("CenterCropPad")
def center_crop_pad(test: NodeTest) -> NodeSpec:
    """A slice where the size shrinks and a border where it grows, both odd elements as ONNX places them."""
    x, sizes = test.input(0), test.ints(1) or ()
    axes = test.attribute("axes", tuple(range(x.ndim)))
    assert isinstance(axes, tuple)
    items, pairs = [":"] * x.ndim, [(0, 0)] * x.ndim
    for axis, size in zip((int(axis) for axis in axes), sizes, strict=True):
        gap = size - x.shape[axis]
        if gap >= 0:
            pairs[axis] = (gap // 2, gap - gap // 2)
        else:
            items[axis] = f"{-gap // 2}:{-gap // 2 + size}"
    return spec(test, f"x[{', '.join(items)}] -> {layer('pad', amounts=tuple(pairs))}", x=x)


@translates("NonZero", "Unique", "Compress", "NonMaxSuppression")
def by_values(test: NodeTest) -> NodeSpec:
    raise Excluded(Reason.SHAPE_BY_VALUES, "the number of results")


@translates("Shape")
def shape(test: NodeTest) -> NodeSpec:
    """The sizes of the axes from `start` to `end`."""
    x = test.input(0)
    axes = range(x.ndim)[test.integer("start", 0) : test.integer("end", x.ndim)]
    if not axes:
        raise Excluded(Reason.NO_OPTION, "the sizes of no axis")
    return spec(test, layer("stack", *(f"size(x.shape[{axis}])" for axis in axes)), x=x)


@translates("Size")
def size(test: NodeTest) -> NodeSpec:
    return spec(test, "size(x.size)", x=test.input(0))


@translates("Constant")
def fixed(test: NodeTest) -> NodeSpec:
    wanted = test.outputs[0]
    assert wanted is not None
    return spec(test, "value", before=(constant("value", wanted),))


@translates("ConstantOfShape")
def full(test: NodeTest) -> NodeSpec:
    wanted = test.outputs[0]
    assert wanted is not None
    value = wanted.ravel()[0].item() if wanted.size else 0
    shape = test.ints(0) or ()
    return spec(test, f"full({show(shape)}, {show(value)}, {wanted.dtype})")


@translates("Range")
def arange(test: NodeTest) -> NodeSpec:
    """The integers, stretched and moved."""
    wanted, start, step = test.outputs[0], test.input(0).item(), test.input(2).item()
    assert wanted is not None
    return spec(test, f"cast(arange({wanted.size}), {wanted.dtype}) * {show(step)} + {show(start)}")


@translates("EyeLike")
def eye(test: NodeTest) -> NodeSpec:
    wanted = test.outputs[0]
    assert wanted is not None
    offset = test.integer("k", 0)
    rows, columns = wanted.shape
    formula = f"const eye[i, j]: {wanted.dtype}[{rows}, {columns}] = 1 if j == i + {offset} else 0"
    return spec(test, "eye", before=(formula,))
