"""What triangles of matrices have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import CUT
from specc.layers.common.movement import Movement
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Triangle(Movement):
    """Base of layers that keep one side of a diagonal of matrices."""

    upper: ClassVar[bool]

    diagonal: int = attribute(INT, "how far the diagonal lies above the main one", default=0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        CUT.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 2, 16, "[..., rows, columns]")
        return (inputs[0],)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Trilu."""
        diagonal = build.scalar(self.diagonal, DType.INT64)
        return (build.op("Trilu", site.inputs[0], diagonal, upper=int(self.upper)),)
