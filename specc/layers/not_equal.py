"""Whether two tensors differ, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Comparison
from specc.layers.common.element_types import ANY, ElementTypes


@layer
class NotEqual(Comparison):
    """Whether two tensors differ, element by element.

    Formula: y = a != b
    Source: torch.ne; ONNX Equal, Not
    Example:
        input tokens: int64[N, T]
        mask = tokens != 0
    """

    name: ClassVar[str] = "not_equal"
    takes: ClassVar[ElementTypes] = ANY

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Equal and Not."""
        return (build.op("Not", build.op("Equal", site.inputs[0], site.inputs[1])),)
