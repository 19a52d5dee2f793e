"""Biases of attention by the distance between query and key."""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.layers.arange import counted
from specc.tensor.dims import Dim


def distances(build: Builder, queries: Dim, keys: Dim) -> str:
    """[Tq, Tk], int64: by how much key j lies after the place i + (Tk - Tq) of query i."""
    rows = counted(build, queries)
    if keys != queries:
        rows = build.op("Add", rows, build.number(keys - queries))
    return build.op("Sub", counted(build, keys), build.op("Unsqueeze", rows, build.ints(1)))
