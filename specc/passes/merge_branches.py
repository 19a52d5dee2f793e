"""Convolutions of one tensor whose results are added (re-parameterised networks)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from specc.ir.graph import Node, Value, Weight
from specc.ir.relayout import Bordered, Diagonal, Filled, Relayout, Reshaped, Sum
from specc.layers.batchnorm import BatchNorm
from specc.layers.common.windows import Window, windows
from specc.layers.conv import Conv
from specc.passes.common.constants import relayout_of
from specc.passes.common.normalised import as_affine
from specc.passes.common.scaling import stem, why_fixed
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

_SHARED = "the result of a branch is used without the sum, too"


@dataclass(frozen=True, slots=True)
class _Branch:
    """A kernel over the windows of the larger convolution, and a bias, of which None is zero."""

    weight: Relayout
    bias: Relayout | None


class MergeBranches(Rewrite):
    """Makes one convolution of two whose results are added, of a convolution and its input, or of a convolution and a
    batch normalisation of its input: what they compute is linear, and a small kernel is a large one with zeros around.

    Formula: conv(x; a) + conv(x; b) = conv(x; a + b), x = conv(x; 1 at the centre of the same channel)
    Source: Ding et al. 2021 (RepVGG), arXiv:2101.03697
    Example:
        y = (x -> conv(8, 3, padding=1)) + (x -> conv(8, 1)) + x
        y = x -> conv(8, 3, padding=1)
    """

    name: ClassVar[str] = "merge_branches"
    layers: ClassVar[tuple[str, ...]] = ("add",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A sum, one side of which is a convolution of what the other side is made of."""
        a, b = node.inputs[0], node.inputs[1]
        if a is None or b is None or a.type != b.type:
            return None
        for main, other in _orders(a, b):
            source = main.inputs[0]
            assert source is not None
            beside = other.producer
            same = other is source
            if not same and (beside is None or not beside.inputs or beside.inputs[0] is not source):
                continue
            if not same and not (beside is not None and isinstance(beside.operation, Conv | BatchNorm)):
                continue
            nodes = (main, node) if same or beside is None else (main, beside, node)
            return _merged(nodes, scene)
        return None


def _orders(a: Value, b: Value) -> list[tuple[Node, Value]]:
    """Convolutions among the makers of both, the one with the larger kernel first, each with the other value."""
    both = [(one.producer, other) for one, other in ((a, b), (b, a))]
    convs = [(maker, other) for maker, other in both if maker is not None and isinstance(maker.operation, Conv)]
    return sorted(convs, key=lambda pair: -_volume(pair[0]))


def _volume(node: Node) -> int:
    size = 1
    for window in _windows(node):
        size *= window.kernel
    return size


def _windows(node: Node) -> tuple[Window, ...]:
    operation = node.operation
    assert isinstance(operation, Conv)
    axes = node.outputs[0].type.rank - 2
    return windows("conv", axes, operation.kernel, operation.stride, operation.padding, operation.dilation)


def _merged(nodes: tuple[Node, ...], scene: Scene) -> Outcome:
    main, node = nodes[0], nodes[-1]
    beside = nodes[1] if len(nodes) == 3 else None
    operation = main.operation
    assert isinstance(operation, Conv)
    if main is beside:
        return None
    if any(scene.only_reader(one.outputs[0]) is not node for one in nodes[:-1]):
        return Refused(nodes, _SHARED)
    why = why_fixed(main, scene) or _why_not(main, beside, scene)
    if why is not None:
        return Refused(nodes, why)
    branch = _branch(main, beside)
    if branch is None:
        return Refused(nodes, "the windows of the branches do not lie around the same centre")

    def edit(scene: Scene) -> None:
        weights = _weights(main, branch, scene)
        scene.patch.change(main, replace(operation, bias="bias" in weights), weights=weights)
        scene.patch.replace_uses(node.outputs[0], main.outputs[0])
        scene.patch.remove(*nodes[1:])

    return Found(nodes, edit, "one convolution")


def _why_not(main: Node, beside: Node | None, scene: Scene) -> str | None:
    operation = main.operation
    assert isinstance(operation, Conv)
    if operation.padding_mode != "zeros":
        return "the convolution pads with elements of the tensor"
    if beside is None:
        return None
    if isinstance(beside.operation, Conv):
        if beside.operation.padding_mode != "zeros":
            return "the convolution pads with elements of the tensor"
        if beside.operation.groups != operation.groups:
            return "the branches have different groups"
        return why_fixed(beside, scene)
    if any(not isinstance(value, Weight) for value in beside.weights.values()):
        return "the statistics are computed"
    return None


def _branch(main: Node, beside: Node | None) -> _Branch | None:
    """What `beside`, or the input itself, adds to the kernel of `main`; None where the windows do not fit."""
    operation, weight = main.operation, main.weights["weight"]
    assert isinstance(operation, Conv)
    assert isinstance(weight, Weight)
    axes = len(weight.dims) - 2
    inner = (Window(1),) * axes
    if beside is not None and isinstance(beside.operation, Conv):
        inner = _windows(beside)
    borders = [_border(large, small) for large, small in zip(_windows(main), inner, strict=True)]
    around = tuple(border for border in borders if border is not None)
    if len(around) < axes:
        return None
    whole = ((0, 0), (0, 0), *around)
    if beside is not None and isinstance(beside.operation, Conv):
        bias = beside.weights.get("bias")
        return _Branch(
            Bordered(relayout_of(beside.weights["weight"]), whole), None if bias is None else relayout_of(bias)
        )
    gain: Relayout = Filled((operation.out,), 1.0)
    shift = None
    if beside is not None:
        affine = as_affine(beside)
        assert affine.gain is not None
        gain, shift = affine.gain, affine.shift
    matrix = Reshaped(Diagonal(gain, weight.dims[1]), (*weight.dims[:2], *(1,) * axes))
    return _Branch(Bordered(matrix, whole), shift)


def _border(large: Window, small: Window) -> tuple[int, int] | None:
    """Elements of the kernel before and after those of the small one; None where they do not lie on each other."""
    ahead = large.before - small.before
    if (
        large.stride != small.stride
        or ahead % large.dilation
        or (small.kernel > 1 and small.dilation != large.dilation)
    ):
        return None
    before = ahead // large.dilation
    after = large.kernel - small.kernel - before
    return (before, after) if before >= 0 and after >= 0 else None


def _weights(main: Node, branch: _Branch, scene: Scene) -> dict[str, Value]:
    weight, bias = main.weights["weight"], main.weights.get("bias")
    assert isinstance(weight, Weight)
    weights: dict[str, Value] = dict(main.weights)
    kernel = Sum((relayout_of(weight), branch.weight))
    weights["weight"] = scene.folded(f"{stem(main, 'weight')}/folded", weight, weight.dims, kernel)
    if branch.bias is not None:
        total = branch.bias if bias is None else Sum((relayout_of(bias), branch.bias))
        weights["bias"] = scene.folded(f"{stem(main, 'bias')}/folded", weight, weight.dims[:1], total)
    return weights
