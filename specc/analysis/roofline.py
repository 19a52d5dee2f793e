"""Predicted time of each layer on a device: what bounds it, arithmetic, memory or the start of a node.

The roofline of Williams, Waterman and Patterson 2009, doi:10.1145/1498765.1498785, with the rates of convolutions and
of the cache apart where the device's figures have them. Where arithmetic waits for weights, part of their time is added
(`overlap`), as in the execution-cache-memory model of Treibig and Hager 2010, arXiv:0905.0792.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from specc.analysis.cost import LayerCost, read_values
from specc.analysis.fusing import fused_nodes
from specc.base.machine import Machine
from specc.ir.graph import Graph, Node, Weight
from specc.layers.common.recurrent import Recurrent
from specc.layers.common.winograd import POINTS, TAPS, TILE, halved
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.tensor.types import TensorType

Bound = Literal["compute", "memory", "overhead"]
UNFUSED = 8
"""How much slower arithmetic is that is no fused multiply-add of a product: one operation for two, and functions that
take several instructions."""
DEPTHWISE = 4
"""How much slower a convolution of one channel a group is, which loads an operand for each multiply-accumulate."""
SHARED = 1 << 16
"""Multiply-accumulates from which a layer is shared among threads (`MLAS_SGEMM_THREAD_COMPLEXITY` of onnxruntime)."""
SHORT = 16
"""Multiply-accumulates whose time a sum of products takes besides, to start and to store it."""


@dataclass(frozen=True, slots=True)
class LayerTime:
    """Time of one layer: `intensity` in FLOPs per byte, `seconds` predicted, `share` of the whole. A layer that is part
    of the one before it, or that moves nothing, takes no time and has no `bound`."""

    intensity: float
    bound: Bound | None
    seconds: float
    share: float


@dataclass(frozen=True, slots=True)
class Roofline:
    """Times of the layers in the order of a run."""

    layers: tuple[LayerTime, ...]
    seconds: float
    machine: Machine


def predict(
    graph: Graph, layers: Sequence[LayerCost], machine: Machine, dtype: str = "float32", halving: bool = False
) -> Roofline | None:
    """Times at the bindings of `layers`; None where a size is free or the device has no peak for the element type.
    `halving`: convolutions that gain by fewer products have these, and the steps around them."""
    if dtype not in machine.peak or any(layer.flops is None or layer.bytes is None for layer in layers):
        return None
    fused = fused_nodes(graph)
    resident = sum(_weight_bytes(node) for node in graph.nodes) <= machine.cache
    work = _Work(machine, dtype, resident, halving)
    pairs = zip(graph.nodes, layers, strict=True)
    bare = [(None, 0.0) if id(node) in fused else work.time(node, layer) for node, layer in pairs]
    whole = sum(seconds for _, seconds in bare)
    times = (
        LayerTime(_intensity(layer), bound, seconds, seconds / whole if whole else 0.0)
        for layer, (bound, seconds) in zip(layers, bare, strict=True)
    )
    return Roofline(tuple(times), whole + machine.start, machine)


def _intensity(layer: LayerCost) -> float:
    return (layer.flops or 0) / layer.bytes if layer.bytes else 0.0


def _weight_bytes(node: Node) -> int:
    """Bytes of the weights that are read in whole."""
    if node.operation.looked_up(node.input_types()) is not None:
        return 0
    sizes = (value.type.size * (value.type.dtype.bits // 8) for value in read_values(node) if isinstance(value, Weight))
    return sum(size for size in sizes if isinstance(size, int))


@dataclass(frozen=True, slots=True)
class _Work:
    """How fast a device does the work of layers; `resident`: whether all weights stay in its cache between runs."""

    machine: Machine
    dtype: str
    resident: bool
    halving: bool

    def time(self, node: Node, layer: LayerCost) -> tuple[Bound | None, float]:
        """What bounds a layer, and its time."""
        macs, flops = layer.macs or 0, layer.flops or 0
        compute = 2 * macs / self._rate(node, macs) + (flops - 2 * macs) * UNFUSED / self.machine.peak[self.dtype]
        weights, others = self._memory(node, layer)
        memory, overhead = weights + others, self.machine.overhead
        if self.halving and isinstance(node.operation, Conv) and halved(node.operation, *_ends(node)):
            share, moved = _points(node, macs)
            compute = compute * share + moved / self._bandwidth(True)
            overhead += (POINTS + 6) * self.machine.overhead
        if isinstance(node.operation, Recurrent):
            steps, matrices, size = _repeated(node, node.operation, layer)
            memory += (steps - 1) * matrices * size / self._inner(size)
            overhead *= max(1, steps * matrices)
        elif macs >= SHARED:
            overhead += self.machine.fork
        hidden = 1.0 if self.resident else self.machine.overlap
        longest = max(compute, memory) + (1 - hidden) * min(compute, weights)
        if overhead > longest:
            return "overhead", longest + overhead
        return "compute" if compute >= memory else "memory", longest + overhead

    def _memory(self, node: Node, layer: LayerCost) -> tuple[float, float]:
        """Time to read the weights, and to read and write the other tensors."""
        weights = _weight_bytes(node)
        others = (layer.bytes or 0) - weights
        return weights / self._bandwidth(self.resident), others / self._bandwidth(others <= self.machine.cache)

    def _inner(self, size: int) -> float:
        """Bandwidth of what is read again and again, of so many bytes."""
        fits = 0 < size <= self.machine.inner_cache and self.machine.inner_bandwidth
        return self.machine.inner_bandwidth if fits else self._bandwidth(True)

    def _bandwidth(self, near: bool) -> float:
        return self.machine.cache_bandwidth if near and self.machine.cache_bandwidth else self.machine.bandwidth

    def _rate(self, node: Node, macs: int) -> float:
        """FLOP/s of the products of a layer. A convolution of one channel a group has no operand to use again; in
        others a register that the channels do not fill works for nothing, and a short sum costs more than its work."""
        rate, operation = self.machine.peak[self.dtype], node.operation
        if not isinstance(operation, Conv | ConvTranspose) or not macs:
            return rate
        rate = self.machine.conv_peak.get(self.dtype, rate)
        image = node.input_types()[0]
        channels = image.shape[1]
        if operation.groups == channels and operation.groups > 1:
            return rate / DEPTHWISE
        kernel = operation.kernel if isinstance(operation.kernel, tuple) else (operation.kernel,) * (image.rank - 2)
        lanes, each = self.machine.multiple.get(self.dtype, 1), operation.out // operation.groups
        summed = prod(kernel) * (channels // operation.groups if isinstance(channels, int) else 1)
        return rate * each / (-(-each // lanes) * lanes) * summed / (summed + SHORT)


def _ends(node: Node) -> tuple[TensorType, TensorType]:
    return node.input_types()[0], node.outputs[0].type


def _points(node: Node, macs: int) -> tuple[float, float]:
    """The part of the products that is left to a convolution whose rows are made four at a time, and bytes that the
    other steps read and write: each element of the input 6 times more, each of the result 10 times."""
    given, made = (type_.shape[1:] for type_ in _ends(node))
    channels, height, width, out, rows, columns = (size for size in (*given, *made) if isinstance(size, int))
    elements = macs / (TAPS * TAPS * channels)
    padded = -(-rows // TILE) * TILE / rows
    read = elements * channels * height * width / (out * rows * columns)
    return POINTS / (TILE * TAPS) * padded, 4 * (6 * read + 10 * elements)


def _repeated(node: Node, operation: Recurrent, layer: LayerCost) -> tuple[int, int, int]:
    """Steps of a recurrent layer, how many matrices are read at each, one a layer and direction, and bytes of one."""
    matrices = {name: value for name, value in node.weights.items() if name.startswith("weight_hh")}
    size = sum(value.type.size * 4 for value in matrices.values() if isinstance(value.type.size, int))
    length = layer.output_shape[1 if operation.batch_first else 0]
    steps = max(1, length) if isinstance(length, int) else 1
    return steps, len(matrices), size // max(1, len(matrices))
