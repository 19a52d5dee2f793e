"""What variances along axes have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.cast import converted
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_axes
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.errors_elementwise import TooFewElements
from specc.layers.common.reduction import Reduction
from specc.tensor.dims import Dim, at_least, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Variance(Reduction):
    """Base of layers that compute a variance along axes."""

    takes: ClassVar[ElementTypes] = FLOATS
    nonempty: ClassVar[bool] = True
    flops_per_element: ClassVar[int] = 4

    correction: int = attribute(INT, "what the divisor is less than the number of elements", default=1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axes; rejects as few elements as the correction takes away."""
        results = Reduction.infer(self, inputs)
        count = self._count(inputs[0])
        if not at_least(count, self.correction + 1):
            raise Rejected(TooFewElements(self.name, count, self.correction), Blame(0))
        return results

    def _count(self, tensor: TensorType) -> Dim:
        return product(tensor.shape[axis] for axis in need_axes(self.name, tensor, self.axes))

    def variance(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """The mean of the squared differences from the mean, brought to the divisor."""
        mean = build.op("ReduceMean", tensor, build.ints(*axes), keepdims=1) if axes else tensor
        difference = build.op("Sub", tensor, mean)
        square = self.fold(build, "ReduceMean", build.op("Mul", difference, difference), axes)
        return square if self.correction == 0 else build.op("Mul", square, self._ratio(build, type_))

    def _ratio(self, build: Builder, type_: TensorType) -> str:
        """The number of elements by the divisor; wider than float16, which has no large numbers."""
        count = self._count(type_)
        if isinstance(count, int):
            return build.scalar(count / (count - self.correction), type_.dtype)
        wide = DType.FLOAT64 if type_.dtype is DType.FLOAT64 else DType.FLOAT32
        number = converted(build, build.op("Squeeze", build.number(count)), wide)
        ratio = build.op("Div", number, build.op("Sub", number, build.scalar(self.correction, wide)))
        return ratio if wide is type_.dtype else converted(build, ratio, type_.dtype)
