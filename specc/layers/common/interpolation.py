"""What the resizing layers have in common: how a position of the output maps to the input."""

from __future__ import annotations

from specc.ir.operation import Arguments
from specc.layers.common.attributes import choice
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType

MODES = {"nearest": (3, 5), "linear": (3, 5), "bilinear": (4, 4), "trilinear": (5, 5), "bicubic": (4, 4)}
MODE = choice(*MODES)


def need_image(layer: str, inputs: Arguments[TensorType], mode: str) -> int:
    """Number of spatial axes; rejects ranks that the mode does not have."""
    SINGLE.need(layer, inputs[0])
    low, high = MODES[mode]
    need_rank(layer, inputs[0], low, high, f"[N, C, ...], for the mode {mode}")
    return inputs[0].rank - 2


def resize_attributes(mode: str, align_corners: bool) -> dict[str, int | float | str]:
    """Attributes of ONNX Resize that agree with PyTorch's interpolation."""
    if mode == "nearest":
        return {"mode": mode, "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    mapping = "align_corners" if align_corners else "half_pixel"
    if mode == "bicubic":
        return {"mode": "cubic", "coordinate_transformation_mode": mapping, "cubic_coeff_a": -0.75}
    return {"mode": "linear", "coordinate_transformation_mode": mapping}


def resize_flops(mode: str, made: TensorType) -> Dim:
    """None for nearest; else a product and a sum for each of the 2 (cubic: 4) neighbours on each axis."""
    taps = {"nearest": 0, "bicubic": 4}.get(mode, 2)
    return 2 * product((taps,) * (made.rank - 2)) * made.size
