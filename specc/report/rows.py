"""Rows of a report: layers, or blocks with the sums of what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specc.analysis.cost import LayerCost
from specc.analysis.roofline import LayerTime
from specc.report.blocks import Block, folded, tree
from specc.report.record import Report
from specc.tensor.dims import Dim, total


@dataclass(frozen=True, slots=True)
class Row:
    """A layer or a block: what a table can show of it. A number is None while a size in its formula is free."""

    name: str
    layer: str
    source: str
    output_shape: tuple[int | str, ...] | None
    params: int
    macs: int | None
    flops: int | None
    read_formula: Dim
    written_formula: Dim
    bytes: int | None
    macs_formula: Dim
    flops_formula: Dim
    bound: str
    seconds: float | None
    share: float | None

    @property
    def bytes_formula(self) -> Dim:
        """Bytes that are read and written."""
        return self.read_formula + self.written_formula

    @property
    def intensity(self) -> float | None:
        """FLOPs for each byte."""
        return self.flops / self.bytes if self.flops is not None and self.bytes else None


def layer_rows(report: Report) -> tuple[Row, ...]:
    """One row for each layer."""
    return tuple(_layer_row(layer, time) for layer, time in _timed(report))


def _layer_row(layer: LayerCost, time: LayerTime | None) -> Row:
    return Row(
        layer.path,
        layer.layer,
        layer.source,
        layer.output_shape,
        layer.params,
        layer.macs,
        layer.flops,
        layer.read_formula,
        layer.written_formula,
        layer.bytes,
        layer.macs_formula,
        layer.flops_formula,
        (time.bound or "") if time else "",
        time.seconds if time else None,
        time.share if time else None,
    )


def block_rows(report: Report, depth: int | None) -> tuple[Row, ...]:
    """The tree of blocks down to `depth` levels, indented, equal neighbours folded."""
    times = {layer.path: time for layer, time in _timed(report)}
    return tuple(_block_rows(folded(tree(report.layers)), times, 0, depth))


def _timed(report: Report) -> Iterator[tuple[LayerCost, LayerTime | None]]:
    times = report.roofline.layers if report.roofline else (None,) * len(report.layers)
    yield from zip(report.layers, times, strict=True)


def _block_rows(
    blocks: Sequence[Block], times: dict[str, LayerTime | None], level: int, depth: int | None
) -> Iterator[Row]:
    for block in blocks:
        layers = tuple(block.layers())
        name = f"{'  ' * level}{block.title}{f' x{block.count}' if block.count > 1 else ''}"
        yield _row(name, layers, tuple(times[layer.path] for layer in layers), block.layer)
        if depth is None or level + 1 < depth:
            yield from _block_rows(block.parts, times, level + 1, depth)


def _row(name: str, layers: tuple[LayerCost, ...], times: tuple[LayerTime | None, ...], own: LayerCost | None) -> Row:
    if own is not None and len(layers) == 1:
        return replace(_layer_row(own, times[0]), name=name)
    known = [time for time in times if time is not None]
    return Row(
        name,
        own.layer if own else "",
        own.source if own else "",
        own.output_shape if own else layers[-1].output_shape if layers else None,
        sum(layer.params for layer in layers),
        _sum(layer.macs for layer in layers),
        _sum(layer.flops for layer in layers),
        total(layer.read_formula for layer in layers),
        total(layer.written_formula for layer in layers),
        _sum(layer.bytes for layer in layers),
        total(layer.macs_formula for layer in layers),
        total(layer.flops_formula for layer in layers),
        "",
        sum(time.seconds for time in known) if known else None,
        sum(time.share for time in known) if known else None,
    )


def _sum(numbers: Iterator[int | None]) -> int | None:
    count = 0
    for number in numbers:
        if number is None:
            return None
        count += number
    return count
