"""Places of a sequence: integers that are given or counted from an offset."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.arange import counted
from specc.layers.common.axes import need_sizes
from specc.layers.common.errors_positions import OffsetBesidePlaces, PlacesDoNotFit
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def need_places(layer: str, inputs: Arguments[TensorType], batch: Dim, length: Dim, offset: Dim) -> None:
    """Reject positions, at port 1, that are not [length] or [batch, length] integers, and an offset beside them."""
    need_sizes(layer, (offset,))
    places = inputs.get(1)
    if places is None:
        return
    if places.dtype not in (DType.INT64, DType.INT32) or places.shape not in ((length,), (batch, length), (1, length)):
        raise Rejected(PlacesDoNotFit(layer, places, batch, length), Blame(1))
    if offset != 0:
        raise Rejected(OffsetBesidePlaces(layer), Blame(1))


def places_of(build: Builder, site: Site, length: Dim, offset: Dim) -> str:
    """The positions at port 1, else the integers from `offset` on."""
    given = site.inputs.get(1)
    if given is not None:
        return given
    count = counted(build, length)
    return count if offset == 0 else build.op("Add", count, build.number(offset))
