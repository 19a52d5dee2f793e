"""Mistakes in resizing, in moving between channels and positions, and in sampling."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
class CornersWithoutInterpolation(Mistake):
    """`align_corners` is set for a mode that only picks elements.

    Why: it says where the outer elements lie that are blended; `nearest` and `nearest_exact` blend nothing.

    Wrong:
        y = image -> upsample(2, nearest, align_corners=true)
    Right:
        y = image -> upsample(2, bilinear, align_corners=true)
    """

    code = "SP3133"
    title = "align_corners without interpolation"
    layer: str
    mode: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has `align_corners`, which the mode {self.mode} does not know"

    def hint(self) -> str | None:
        """What to do."""
        return "leave it out, or use the mode linear, bilinear, trilinear or bicubic"


@mistake
class FactorNotExact(Mistake):
    """A size that is known only at run time is multiplied by a factor that is rounded.

    Why: the size of the result is rounded down, so that the rounding of a factor such as 0.7 decides it at some sizes,
    and the shape of the result would have no formula. A whole number, and a fraction of a power of two, is exact.

    Wrong:
        input image: float32[N, 3, H, W]
        y = image -> upsample(1.2)
    Right:
        input image: float32[N, 3, H, W]
        y = image -> upsample(1.25)
    """

    code = "SP3134"
    title = "factor is not exact"
    scale: float
    size: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`upsample` by {self.scale} of the size `{self.size}`, which is known only at run time, is not exact"

    def hint(self) -> str | None:
        """What to do."""
        return "use a factor like 1.5 or 0.75, make the size a number, or give the size of the result to `resize`"


@mistake
class NotAMultiple(Mistake):
    """A dim is not a multiple of what it is to be divided into, or may not be one.

    Why: blocks, groups and windows are whole: nothing may be left over. A symbol has to be promised a multiple.

    Wrong:
        input image: float32[N, 3, H, W]
        y = image -> pixel_unshuffle(2)
    Right:
        input image: float32[N, 3, H, W]
        require H % 2 == 0 and W % 2 == 0
        y = image -> pixel_unshuffle(2)
    """

    code = "SP3135"
    title = "not a multiple"
    layer: str
    size: Dim
    factor: int
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.size, int) else "may be another:"
        return f"`{self.layer}` needs a multiple of {self.factor} on axis {self.axis}, which {verb} {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        return None if isinstance(self.size, int) else f"promise it, as in `require {self.size} % {self.factor} == 0`"


@mistake
class PositionsDoNotFit(Mistake):
    """The grid of `grid_sample` has positions of another number of coordinates than the image has axes.

    Why: each position is (x, y) in an image and (x, y, z) in a volume, along the last axis of the grid.

    Wrong:
        input image: float32[N, 3, H, W]
        input grid: float32[N, 16, 16, 3]
        y = grid_sample(image, grid)
    Right:
        input image: float32[N, 3, H, W]
        input grid: float32[N, 16, 16, 2]
        y = grid_sample(image, grid)
    """

    code = "SP3136"
    title = "positions do not fit the image"
    grid: TensorType
    axes: int

    def message(self) -> str:
        """One sentence."""
        return f"`grid_sample` needs positions of {self.axes} coordinates on the last axis of the grid, {self.grid}"

    def hint(self) -> str | None:
        """What to do."""
        return f"the last axis of the grid holds a position of {self.axes} coordinates, as `affine_grid` makes it"


@mistake
class NotAnAffineMap(Mistake):
    """The maps and the size that `affine_grid` is given do not fit together.

    Why: an image [N, C, H, W] takes maps [N, 2, 3], a volume [N, C, D, H, W] maps [N, 3, 4].

    Wrong:
        input theta: float32[N, 2, 3]
        y = theta -> affine_grid([16, 16])
    Right:
        input theta: float32[N, 2, 3]
        y = theta -> affine_grid([N, 3, 16, 16])
    """

    code = "SP3137"
    title = "no affine map for this size"
    theta: TensorType
    dims: int

    def message(self) -> str:
        """One sentence."""
        return f"`affine_grid` has a size of {self.dims} dims, and got {self.theta}"

    def hint(self) -> str | None:
        """What to do."""
        return "a size [N, C, H, W] takes [N, 2, 3], a size [N, C, D, H, W] takes [N, 3, 4]"


ERRORS: tuple[type[Mistake], ...] = (
    CornersWithoutInterpolation,
    FactorNotExact,
    NotAMultiple,
    PositionsDoNotFit,
    NotAnAffineMap,
)
