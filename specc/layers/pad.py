"""Padding of trailing dims."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import FLOAT, NON_NEGATIVE, Kind, Raw, Unfit, attribute, layer
from specc.layers.common.borders import ONNX_MODES, bordered, need_border
from specc.layers.common.checks import need_float, need_rank
from specc.layers.common.errors_vision import TooManyBorders
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


def _mode(raw: Raw) -> str:
    if not isinstance(raw, str) or raw not in (*ONNX_MODES, "edge"):
        raise Unfit
    return "replicate" if raw == "edge" else raw


MODE = Kind("constant, reflect, replicate (numpy calls it edge) or circular", _mode, (*ONNX_MODES, "edge"))
Amounts: TypeAlias = int | tuple[tuple[int, int], ...]


def _amounts(raw: Raw) -> Amounts:
    if not isinstance(raw, tuple):
        return NON_NEGATIVE.convert(raw)
    return tuple(_border(item) for item in raw)


def _border(raw: Raw) -> tuple[int, int]:
    before, after = raw if isinstance(raw, tuple) and len(raw) == 2 else (raw, raw)
    if isinstance(raw, tuple) and len(raw) != 2:
        raise Unfit
    return NON_NEGATIVE.convert(before), NON_NEGATIVE.convert(after)


AMOUNTS: Kind[Amounts] = Kind(
    "an integer, or a list with an integer or a pair [before, after] for each of the last dims", _amounts
)


@layer
class Pad(Operation):
    """A border around the last dims: a value, the elements mirrored at the edge, the edge itself, or the other end.

    One number is for every dim after the channels of `[N, C, ...]`; a list has an entry for each of the last dims.

    Formula: y[..., i] = x[..., i - before] inside; outside `value`, or x at the mirrored, nearest or cyclic index
    Source: torch.nn.functional.pad (its modes constant, reflect, replicate, circular); ONNX Pad
    Example:
        input image: float32[N, 3, H, W]
        y = image -> pad([[0, 1], [0, 1]])
    """

    name: ClassVar[str] = "pad"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[...]"),)

    amounts: Amounts = attribute(AMOUNTS, "elements before and after, for each of the last dims")
    mode: str = attribute(MODE, "what the border is made of", default="constant")
    value: float = attribute(FLOAT, "what the border holds in the mode constant", default=0.0)

    def _borders(self, tensor: TensorType) -> tuple[tuple[int, int], ...]:
        if isinstance(self.amounts, int):
            need_rank(self.name, tensor, 3, 16, "[N, C, ...], where one number is for all spatial dims")
            return ((self.amounts, self.amounts),) * (tensor.rank - 2)
        if len(self.amounts) > tensor.rank:
            raise Rejected(TooManyBorders(len(self.amounts), tensor.rank), Blame(0))
        return self.amounts

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The last dims grow by their borders."""
        need_float(self.name, inputs)
        tensor = inputs[0]
        borders = self._borders(tensor)
        need_border(self.name, self.mode, tensor, borders)
        shape: list[Dim] = list(tensor.shape)
        for axis, (before, after) in enumerate(borders, tensor.rank - len(borders)):
            shape[axis] = shape[axis] + before + after
        return (tensor.with_shape(tuple(shape)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """No arithmetic."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Pad."""
        borders, rank = self._borders(site.types[0]), site.types[0].rank
        if not borders:
            return (site.inputs[0],)
        value = build.scalar(self.value, site.types[0].dtype) if self.mode == "constant" else None
        return (bordered(build, site.inputs[0], rank, borders, value, self.mode),)
