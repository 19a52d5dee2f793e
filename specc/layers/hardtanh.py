"""Identity between two bounds."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Rejected
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.checks import need_float
from specc.layers.common.errors_vision import BadRange
from specc.tensor.types import TensorType


@layer
class Hardtanh(Operation):
    """Identity between two bounds, and constant beyond them.

    Formula: y = min(max(x, min_val), max_val)
    Source: torch.nn.Hardtanh; ONNX Clip
    Example:
        input x: float32[N, 16]
        y = x -> hardtanh(-2, 2)
    """

    name: ClassVar[str] = "hardtanh"

    min_val: float = attribute(FLOAT, "lower bound", default=-1.0)
    max_val: float = attribute(FLOAT, "upper bound", default=1.0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        need_float(self.name, inputs)
        if not self.min_val < self.max_val:
            raise Rejected(BadRange(self.name, self.min_val, self.max_val))
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Two comparisons for each element."""
        return Cost(0, 2 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Clip."""
        dtype = site.types[0].dtype
        return (build.op("Clip", site.inputs[0], build.scalar(self.min_val, dtype), build.scalar(self.max_val, dtype)),)
