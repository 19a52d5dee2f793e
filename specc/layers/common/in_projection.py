"""Projections of queries, keys and values whose weights are the rows of one, as in torch.nn.MultiheadAttention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.ir.builder import Builder, Site
from specc.ir.relayout import Part, Stored, Transposed
from specc.layers.common.stored import transposed

APART = ("q_proj_weight", "k_proj_weight", "v_proj_weight")


@dataclass(frozen=True, slots=True)
class Projections:
    """For queries, keys and values: the port, the size of what is projected, the size of what comes out."""

    ports: tuple[int, int, int]
    inputs: tuple[int, int, int]
    rows: tuple[int, int, int]
    bias: bool

    @property
    def together(self) -> bool:
        """Whether the weights are one, `in_proj_weight`."""
        return len(set(self.inputs)) == 1

    def apart(self) -> Iterator[tuple[str, int, int]]:
        """Name, rows and columns of each weight, where they are three."""
        return zip(APART, self.rows, self.inputs, strict=True)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The rows of the projections `start` to `stop`."""
        return sum(self.rows[:start]), sum(self.rows[:stop])


def project(build: Builder, site: Site, made: Projections) -> tuple[str, str, str]:
    """Queries, keys and values, each [N, T, rows]; parts of the weight that read one tensor are one product."""
    if not made.together:
        query, key, value = (_apart(build, site, made, index) for index in range(3))
        return query, key, value
    parts: list[str] = []
    while len(parts) < 3:
        start, stop = len(parts), len(parts) + 1
        while stop < 3 and site.inputs[made.ports[stop]] == site.inputs[made.ports[start]]:
            stop += 1
        parts.extend(_part(build, site, made, start, stop))
    return parts[0], parts[1], parts[2]


def _apart(build: Builder, site: Site, made: Projections, index: int) -> str:
    """A projection with a weight of its own."""
    weight = transposed(build, site, APART[index])
    return _sum(build, site, made, build.op("MatMul", site.inputs[made.ports[index]], weight), index, index + 1)


def _part(build: Builder, site: Site, made: Projections, start: int, stop: int) -> tuple[str, ...]:
    """The projections `start` to `stop`, which read one tensor."""
    stored = site.stored.get("in_proj_weight")
    first, last = made.span(start, stop)
    if stored is None:
        weight = build.op("Transpose", _rows(build, site.weights["in_proj_weight"], first, last), perm=(1, 0))
    else:
        part = Transposed(Part(Stored(stored.name), 0, first, last), (1, 0))
        name = f"{stored.name}/transposed/{start}-{stop}"
        weight = build.derived(name, part, stored.type.dtype, (stored.dims[1], last - first))
    product = build.op("MatMul", site.inputs[made.ports[start]], weight)
    total = _sum(build, site, made, product, start, stop)
    rows = made.rows[start:stop]
    if len(rows) == 1:
        return (total,)
    if len(set(rows)) == 1:
        return build.ops("Split", (total,), len(rows), attributes={"axis": 2, "num_outputs": len(rows)})
    return build.ops("Split", (total, build.ints(*rows)), len(rows), attributes={"axis": 2})


def _sum(build: Builder, site: Site, made: Projections, product: str, start: int, stop: int) -> str:
    """`product` and its part of the bias."""
    if not made.bias:
        return product
    stored = site.stored.get("in_proj_bias")
    first, last = made.span(start, stop)
    if stored is None:
        return build.op("Add", product, _rows(build, site.weights["in_proj_bias"], first, last))
    if stop - start == 3:
        return build.op("Add", product, site.weights["in_proj_bias"])
    part = Part(Stored(stored.name), 0, first, last)
    bias = build.derived(f"{stored.name}/{start}-{stop}", part, stored.type.dtype, (last - first,))
    return build.op("Add", product, bias)


def _rows(build: Builder, weight: str, start: int, stop: int) -> str:
    return build.op("Slice", weight, build.ints(start), build.ints(stop), build.ints(0))
