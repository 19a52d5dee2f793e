"""Weights in another layout: ready-made where the weight is stored, by an operator where it is computed."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.relayout import Part, Reshaped, Stored, Transposed
from specc.tensor.dtypes import DType


def transposed(build: Builder, site: Site, weight: str) -> str:
    """A matrix of the layer with its axes swapped. One that has several names is not stored a second time."""
    stored = site.stored.get(weight)
    if stored is None or stored.aliases:
        return build.op("Transpose", site.weights[weight], perm=(1, 0))
    rows, columns = stored.dims
    return build.derived(
        f"{stored.name}/transposed", Transposed(Stored(stored.name), (1, 0)), stored.type.dtype, (columns, rows)
    )


def reshaped(build: Builder, site: Site, weight: str, shape: tuple[int, ...]) -> str:
    """A weight of the layer in another shape."""
    stored = site.stored.get(weight)
    if stored is None:
        return build.op("Reshape", site.weights[weight], build.ints(*shape))
    if stored.dims == shape:
        return site.weights[weight]
    name = f"{stored.name}/{'x'.join(map(str, shape))}"
    return build.derived(name, Reshaped(Stored(stored.name), shape), stored.type.dtype, shape)


def matrix_of(build: Builder, site: Site, weight: str, index: int) -> str:
    """The matrix at `index` of a stack of matrices of the layer, with its axes swapped."""
    stored = site.stored.get(weight)
    if stored is None or stored.aliases:
        one = build.op("Gather", site.weights[weight], build.scalar(index, DType.INT64), axis=0)
        return build.op("Transpose", one, perm=(1, 0))
    _, rows, columns = stored.dims
    part = Reshaped(Part(Stored(stored.name), 0, index, index + 1), (rows, columns))
    name = f"{stored.name}/transposed/{index}"
    return build.derived(name, Transposed(part, (1, 0)), stored.type.dtype, (columns, rows))
