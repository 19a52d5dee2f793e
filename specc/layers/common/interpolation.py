"""What the resizing layers have in common: how a position of the output maps to the input."""

from __future__ import annotations

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.arange import counted
from specc.layers.common.attributes import Kind, Raw, Unfit
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors_images import CornersWithoutInterpolation
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

MODES = {
    "nearest": (3, 5),
    "nearest_exact": (3, 5),
    "linear": (3, 5),
    "bilinear": (4, 4),
    "trilinear": (5, 5),
    "bicubic": (4, 4),
}


def _mode(raw: Raw) -> str:
    mode = "nearest_exact" if raw == "nearest-exact" else raw
    if not isinstance(mode, str) or mode not in MODES:
        raise Unfit
    return mode


MODE = Kind("one of " + ", ".join(MODES), _mode, tuple(MODES))


def need_image(layer: str, inputs: Arguments[TensorType], mode: str, align_corners: bool) -> int:
    """Number of spatial axes; rejects ranks and options that the mode does not have, and axes without elements."""
    SINGLE.need(layer, inputs[0])
    low, high = MODES[mode]
    need_rank(layer, inputs[0], low, high, f"[N, C, ...], for the mode {mode}")
    if align_corners and picks(mode):
        raise Rejected(CornersWithoutInterpolation(layer, mode), Blame(0))
    need_some(layer, inputs[0], range(1, inputs[0].rank))
    return inputs[0].rank - 2


def picks(mode: str) -> bool:
    """Whether each element of the output is one of the input."""
    return mode.startswith("nearest")


def repeated(build: Builder, tensor: str, scales: tuple[float, ...]) -> str:
    """ONNX Resize by whole factors, each element as often as they say."""
    factors = build.floats((1.0, 1.0, *scales), (len(scales) + 2,), DType.FLOAT32)
    attributes: dict[str, int | float | str] = {
        "mode": "nearest",
        "coordinate_transformation_mode": "asymmetric",
        "nearest_mode": "floor",
    }
    return build.ops("Resize", (tensor, None, factors), 1, attributes=attributes)[0]


def picked(build: Builder, tensor: str, axis: int, count: Dim, above: Dim, below: Dim, mode: str) -> str:
    """ONNX Gather of `count` elements along an axis, `above / below` of an element apart; Resize itself rounds some of
    the indices wrongly."""
    first: Dim = 0
    if mode == "nearest_exact":
        first, above, below = above, 2 * above, 2 * below
    return build.op("Gather", tensor, _places(build, count, first, above, below), axis=axis)


def _places(build: Builder, count: Dim, first: Dim, step: Dim, divisor: Dim) -> str:
    """`(first + i * step) // divisor` for each i below `count`."""
    if isinstance(count, int) and isinstance(first, int) and isinstance(step, int) and isinstance(divisor, int):
        spend(count)
        return build.ints(*((first + i * step) // divisor for i in range(count)))
    places = build.op("Mul", counted(build, count), build.number(step))
    if first != 0:
        places = build.op("Add", places, build.number(first))
    return build.op("Div", places, build.number(divisor))


def blended(build: Builder, site: Site, mode: str, align_corners: bool, scales: tuple[float, ...] | None = None) -> str:
    """ONNX Resize of the spatial axes, by `scales` or else to the sizes of the result.

    The runtime moves a transpose from before a Resize to behind it, and then refuses the axes that it finds. Other axes
    before the spatial ones keep the two apart.
    """
    tensor, given, made = site.inputs[0], site.types[0].shape, site.outputs[0].shape
    lead = given[:2]
    if any(operator.op_type == "Transpose" for operator in build.graph.operators):
        folds: tuple[tuple[Dim, ...], ...] = ((product(lead), 1), (1, product(lead)), () if len(given) > 3 else lead)
        lead = next((fold for fold in folds if fold != lead), lead)
    before, after = (*lead, *given[2:]), (*lead, *made[2:])
    if before != given:
        tensor = build.reshape(tensor, given, before)
    factors = sizes = None
    if scales is None:
        sizes = build.shape(after)
    else:
        factors = build.floats((*(1.0 for _ in lead), *scales), (len(after),), DType.FLOAT32)
    result = build.ops("Resize", (tensor, None, factors, sizes), 1, attributes=_attributes(mode, align_corners))[0]
    return result if before == given else build.reshape(result, after, made)


def _attributes(mode: str, align_corners: bool) -> dict[str, int | float | str]:
    """Attributes of ONNX Resize that agree with PyTorch's interpolation."""
    mapping = "align_corners" if align_corners else "half_pixel"
    if mode == "bicubic":
        return {"mode": "cubic", "coordinate_transformation_mode": mapping, "cubic_coeff_a": -0.75}
    return {"mode": "linear", "coordinate_transformation_mode": mapping}


def resize_flops(mode: str, made: TensorType) -> Dim:
    """None for nearest; else a product and a sum for each of the 2 (cubic: 4) neighbours on each axis."""
    taps = 0 if picks(mode) else 4 if mode == "bicubic" else 2
    return 2 * product((taps,) * (made.rank - 2)) * made.size
