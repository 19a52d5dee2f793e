"""The same elements in another shape."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import DIM, attribute, layer, several
from specc.layers.common.axes import need_sizes
from specc.layers.common.errors_movement import SizeChanges
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim, exact_quotient, product
from specc.tensor.types import TensorType


@layer
class Reshape(Rearrangement):
    """The same elements, in row-major order, in another shape; one dim may be -1, and is what is left.

    Formula: y has the elements of x in the same order
    Source: torch.reshape; ONNX Reshape
    Example:
        input x: float32[N, T, 64]
        y = x -> reshape([N, T, 4, -1])
    """

    name: ClassVar[str] = "reshape"

    shape: tuple[Dim, ...] = attribute(several(DIM), "sizes of the result; one may be -1")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The new shape; rejects one that is not shown to hold the same number of elements."""
        tensor = inputs[0]
        shape = self._filled(tensor)
        if shape is None or product(shape) != tensor.size:
            raise Rejected(SizeChanges(self.name, tensor, self.shape), Blame(0))
        need_sizes(self.name, shape)
        return (tensor.with_shape(shape),)

    def _filled(self, tensor: TensorType) -> tuple[Dim, ...] | None:
        """The shape with what is left in place of -1, None where nothing fits."""
        if -1 not in self.shape:
            return self.shape
        left = exact_quotient(tensor.size, product(dim for dim in self.shape if dim != -1))
        return None if left is None else tuple(left if dim == -1 else dim for dim in self.shape)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Reshape."""
        before, after = site.types[0].shape, site.outputs[0].shape
        return (site.inputs[0] if before == after else build.reshape(site.inputs[0], before, after),)
