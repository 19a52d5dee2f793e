"""Values of an image at given positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, attribute, choice, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_images import PositionsDoNotFit
from specc.tensor.dims import product
from specc.tensor.types import TensorType

ONNX_MODES = {"bilinear": "linear", "nearest": "nearest", "bicubic": "cubic"}


@layer
class GridSample(Operation):
    """Values of an image at the positions of a grid, in each of which -1 is one end of the image and 1 the other.

    The last axis of the grid is (x, y), or (x, y, z) for a volume, x along the last axis of the image.

    Formula: y[n, c, p] = x[n, c] at grid[n, p], between the 2 or 4 neighbours on each axis
    Source: Jaderberg et al. 2015; torch.nn.functional.grid_sample; ONNX GridSample
    Example:
        input image: float32[N, 3, H, W]
        input grid: float32[N, 16, 16, 2]
        y = grid_sample(image, grid)
    """

    name: ClassVar[str] = "grid_sample"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, C, H, W] or [N, C, D, H, W]"),
        Port("grid", doc="[N, H', W', 2] or [N, D', H', W', 3]"),
    )

    mode: str = attribute(choice(*ONNX_MODES), "how values in between are made", default="bilinear")
    padding_mode: str = attribute(
        choice("zeros", "border", "reflection"), "what lies outside the image", default="zeros"
    )
    align_corners: bool = attribute(BOOL, "whether -1 and 1 are the middles of the outer elements", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, H', W'] or [N, C, D', H', W']."""
        FLOATS.need_one(self.name, inputs)
        image, grid = inputs[0], inputs[1]
        high = 4 if self.mode == "bicubic" else 5
        need_rank(self.name, image, 4, high, f"[N, C, ...], for the mode {self.mode}")
        need_rank(self.name, grid, image.rank, image.rank, "as many as the image", 1)
        need_equal(self.name, "images and grids", image.shape[0], grid.shape[0], Blame(0, 0), Blame(1, 0))
        if grid.shape[-1] != image.rank - 2:
            raise Rejected(PositionsDoNotFit(grid, image.rank - 2), Blame(1, grid.rank - 1))
        need_some(self.name, image, range(1, image.rank))
        return (image.with_shape((*image.shape[:2], *grid.shape[1:-1])),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each neighbour that takes part."""
        taps = {"nearest": 0, "bilinear": 2, "bicubic": 4}[self.mode]
        return Cost(0, 2 * product((taps,) * (inputs[0].rank - 2)) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX GridSample."""
        return (
            build.op(
                "GridSample",
                *site.inputs,
                mode=ONNX_MODES[self.mode],
                padding_mode=self.padding_mode,
                align_corners=int(self.align_corners),
            ),
        )
