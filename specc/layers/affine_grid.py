"""Positions of a grid after an affine map."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.arange import counted
from specc.layers.common.attributes import BOOL, DIM, attribute, layer, several
from specc.layers.common.axes import need_equal
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FLOATS, ONNX_NUMBERS
from specc.layers.common.errors_images import NotAnAffineMap
from specc.layers.common.errors_tensor import MayBeEmpty
from specc.tensor.dims import Dim, at_least, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class AffineGrid(Operation):
    """Positions for `grid_sample`: those of a regular grid over an image of `size`, each after an affine map.

    Formula: y[n, p] = theta[n] . (position of p in [-1, 1], 1)
    Source: Jaderberg et al. 2015; torch.nn.functional.affine_grid; ONNX Range, Split, Mul, Add
    Example:
        input image: float32[N, 3, H, W]
        input theta: float32[N, 2, 3]
        y = grid_sample(image, theta -> affine_grid([N, 3, H, W]))
    """

    name: ClassVar[str] = "affine_grid"
    ports: ClassVar[tuple[Port, ...]] = (Port("theta", doc="[N, 2, 3], or [N, 3, 4] for volumes"),)

    size: tuple[Dim, ...] = attribute(several(DIM), "shape of the image: [N, C, H, W] or [N, C, D, H, W]")
    align_corners: bool = attribute(BOOL, "whether -1 and 1 are the middles of the outer elements", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, H, W, 2] or [N, D, H, W, 3]."""
        theta, axes = inputs[0], len(self.size) - 2
        FLOATS.need(self.name, theta)
        need_rank(self.name, theta, 3, 3, "[N, 2, 3] or [N, 3, 4]")
        if axes not in (2, 3) or theta.shape[1:] != (axes, axes + 1):
            raise Rejected(NotAnAffineMap(theta, len(self.size)), Blame(0))
        need_equal(self.name, "maps and images", theta.shape[0], self.size[0], Blame(0, 0))
        for axis, size in enumerate(self.size[2:], 2):
            if not at_least(size, 1):
                raise Rejected(MayBeEmpty(self.name, size, axis))
        return (theta.with_shape((theta.shape[0], *self.size[2:], axes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element of the result, a multiplication and an addition for each axis."""
        return Cost(0, 2 * (len(self.size) - 2) * product(outputs[0].shape))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The columns of the map, times the positions along each axis. ONNX AffineGrid places an axis of one element
        otherwise, and has no CUDA kernel."""
        sizes, batch, dtype = self.size[2:], site.types[0].shape[0], site.types[0].dtype
        axes = len(sizes)
        row = (batch, *(1,) * axes, axes)
        parts = build.ops("Split", (site.inputs[0],), axes + 1, attributes={"axis": 2, "num_outputs": axes + 1})
        *columns, total = (build.reshape(part, (batch, axes, 1), row) for part in parts)
        for axis, (size, column) in enumerate(zip(sizes, reversed(columns), strict=True)):
            shape = (*(1,) * axis, size, *(1,) * (axes - axis))
            along = build.reshape(self._along(build, size, dtype), (size,), shape)
            total = build.op("Add", total, build.op("Mul", along, column))
        return (total,)

    def _along(self, build: Builder, size: Dim, dtype: DType) -> str:
        """Positions of the elements along an axis: `(2 i - last) / (size - 1)`, without `align_corners` by `size`."""
        steps = size - 1 if self.align_corners else size
        if isinstance(size, int) and isinstance(steps, int):
            return build.floats(tuple((2 * i - size + 1) / max(steps, 1) for i in range(size)), (size,), dtype)
        order = counted(build, size)
        doubled = build.op("Sub", build.op("Add", order, order), build.dim(size - 1))
        divisor = build.op("Max", build.dim(steps), build.ints(1))
        number = ONNX_NUMBERS[dtype]
        return build.op("Div", build.op("Cast", doubled, to=number), build.op("Cast", divisor, to=number))
