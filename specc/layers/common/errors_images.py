"""Mistakes in resizing, in moving between channels and positions, and in sampling."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim


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


ERRORS: tuple[type[Mistake], ...] = (CornersWithoutInterpolation, FactorNotExact)
