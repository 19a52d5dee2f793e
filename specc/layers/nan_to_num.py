"""Numbers in place of NaN and infinity."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import FLOAT, attribute, layer, optional
from specc.layers.common.element_types import GREATEST
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class NanToNum(Unary):
    """Numbers in place of NaN and infinity: by default 0, and the greatest and the least number of the type.

    Formula: y = nan where x is NaN, posinf where x = inf, neginf where x = -inf, else x
    Source: torch.nan_to_num; ONNX IsNaN, IsInf, Where
    Example:
        input x: float32[N, 8]
        y = log(x) -> nan_to_num(neginf=-100)
    """

    name: ClassVar[str] = "nan_to_num"
    flops_per_element: ClassVar[int] = 6

    nan: float = attribute(FLOAT, "in place of NaN", default=0.0)
    posinf: float | None = attribute(optional(FLOAT), "in place of inf, by default the greatest number", default=None)
    neginf: float | None = attribute(optional(FLOAT), "in place of -inf, by default the least number", default=None)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX IsNaN, IsInf and Where."""
        most = GREATEST[type_.dtype]
        high = build.scalar(most if self.posinf is None else self.posinf, type_.dtype)
        low = build.scalar(-most if self.neginf is None else self.neginf, type_.dtype)
        above = build.op("IsInf", tensor, detect_negative=0)
        below = build.op("IsInf", tensor, detect_positive=0)
        finite = build.op("Where", above, high, build.op("Where", below, low, tensor))
        return build.op("Where", build.op("IsNaN", tensor), build.scalar(self.nan, type_.dtype), finite)
