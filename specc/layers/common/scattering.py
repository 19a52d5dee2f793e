"""Elements put at places that indices name."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.ir.operators import Attribute
from specc.layers.cast import converted
from specc.layers.common.attributes import choice, layer
from specc.layers.common.element_types import ANY, INDICES, NUMBERS
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

REDUCTIONS = {"none": "none", "add": "add", "mul": "mul", "amax": "max", "amin": "min"}
"""What ONNX calls the ways in which an element that is there and those that come are joined."""
REDUCE = choice(*REDUCTIONS)


@layer
class Scattering(Operation):
    """Base of layers that put elements at places that a tensor of indices names."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("input"),
        Port("index", doc="int64 or int32; negative from the end", index=True),
        Port("src", doc="what is put there"),
    )
    literals: ClassVar[bool] = True

    def need_types(self, inputs: Arguments[TensorType], reduce: str) -> None:
        """Reject element types that do not fit."""
        elements = ANY if reduce == "none" else NUMBERS
        INDICES.need(self.name, inputs[1], 1)
        elements.need_one(self.name, Arguments(self.ports, (inputs[0], None, inputs[2])))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element that is put."""
        return Cost(0, inputs[2].size)


def scattered(
    build: Builder, site: Site, operator: str, index: str, source: str, reduce: str, options: dict[str, Attribute]
) -> str:
    """An ONNX operator that joins elements; those of float16, for which it has no kernel, as float32."""
    dtype = site.types[0].dtype
    narrow = dtype is DType.FLOAT16 and reduce != "none"
    tensors = (site.inputs[0], source)
    if narrow:
        tensors = (converted(build, tensors[0], DType.FLOAT32), converted(build, source, DType.FLOAT32))
    attributes: dict[str, Attribute] = {"reduction": REDUCTIONS[reduce], **options}
    (made,) = build.ops(operator, (tensors[0], index, tensors[1]), 1, attributes=attributes)
    return converted(build, made, dtype) if narrow else made
