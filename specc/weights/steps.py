"""The steps of rename rules: how tensors of a checkpoint are relaid, with the shapes that this gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod

from specc.ir.relayout import Blocks, Joined, Part, Relayout, Reshaped, Stored, Transposed
from specc.resolve.weight_rules import gate_order
from specc.syntax.ast import WeightStep


class StepFails(Exception):
    """A step does not fit a tensor; the message says why."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A tensor that is made of stored ones: how, its shape and element type. `spelled` names the part of a split."""

    relayout: Relayout
    shape: tuple[int, ...]
    dtype: str
    spelled: str = ""


def stored(name: str, shape: tuple[int, ...], dtype: str) -> Laid:
    """The tensor called `name`, as it is."""
    return Laid(Stored(name), shape, dtype)


def relaid(tensors: Sequence[Laid], steps: Sequence[WeightStep], count: int) -> list[Laid]:
    """`tensors` after `steps`; a split without sizes makes `count` parts. Raises `StepFails`."""
    made = list(tensors)
    for step in steps:
        numbers = [argument for argument in step.arguments if isinstance(argument, int)]
        match step.name:
            case "concat":
                made = [_concat(made, _axis(made[0], numbers[0]))]
            case "stack":
                made = [_stack(made, numbers[0])]
            case "split":
                made = _split(made, numbers, count)
            case "gates":
                made = [_gates(one, step) for one in made]
            case name:
                made = [_SIMPLE[name](one, numbers) for one in made]
    return made


def _axis(tensor: Laid, axis: int, extra: int = 0) -> int:
    rank = len(tensor.shape) + extra
    if not -rank <= axis < rank:
        raise StepFails(f"{_shown(tensor)} has no axis {axis}")
    return axis % rank


def _shown(tensor: Laid) -> str:
    return f"{tensor.dtype}[{', '.join(map(str, tensor.shape))}]"


def _transpose(tensor: Laid, numbers: Sequence[int]) -> Laid:
    return _permuted(tensor, tuple(reversed(range(len(tensor.shape)))))


def _permute(tensor: Laid, numbers: Sequence[int]) -> Laid:
    if len(numbers) != len(tensor.shape):
        raise StepFails(f"{_shown(tensor)} has {len(tensor.shape)} axes, and the order names {len(numbers)}")
    return _permuted(tensor, tuple(numbers))


def _permuted(tensor: Laid, order: tuple[int, ...]) -> Laid:
    shape = tuple(tensor.shape[axis] for axis in order)
    return replace(tensor, relayout=Transposed(tensor.relayout, order), shape=shape)


def _kernel(tensor: Laid, numbers: Sequence[int]) -> Laid:
    """[spatial axes, in, out] to [out, in, spatial axes]."""
    rank = len(tensor.shape)
    if rank < 2:
        raise StepFails(f"a kernel has at least two axes, and this is {_shown(tensor)}")
    return _permuted(tensor, (rank - 1, rank - 2, *range(rank - 2)))


def _depthwise(tensor: Laid, numbers: Sequence[int]) -> Laid:
    """[spatial axes, channels, multiplier] to [channels x multiplier, 1, spatial axes]."""
    rank = len(tensor.shape)
    if rank < 3:
        raise StepFails(f"a depthwise kernel has at least three axes, and this is {_shown(tensor)}")
    turned = _permuted(tensor, (rank - 2, rank - 1, *range(rank - 2)))
    return _reshaped(turned, (prod(turned.shape[:2]), 1, *turned.shape[2:]))


def _reshaped(tensor: Laid, shape: tuple[int, ...]) -> Laid:
    return replace(tensor, relayout=Reshaped(tensor.relayout, shape), shape=shape)


def _reshape(tensor: Laid, numbers: Sequence[int]) -> Laid:
    known, total = prod(size for size in numbers if size != -1), prod(tensor.shape)
    open_sizes = sum(size == -1 for size in numbers)
    fits = (
        min(numbers) >= -1 and open_sizes <= 1 and (total == known if not open_sizes else known and total % known == 0)
    )
    if not fits:
        raise StepFails(f"{_shown(tensor)} cannot have the shape [{', '.join(map(str, numbers))}]")
    return _reshaped(tensor, tuple(total // known if size == -1 else size for size in numbers))


def _flatten(tensor: Laid, numbers: Sequence[int]) -> Laid:
    if not tensor.shape:
        return _reshaped(tensor, (1,))
    first, last = (_axis(tensor, axis) for axis in (*numbers, *(0, -1)[len(numbers) :]))
    if first > last:
        raise StepFails(f"axis {first} comes after axis {last}")
    shape = tensor.shape
    return _reshaped(tensor, (*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


def _gates(tensor: Laid, step: WeightStep) -> Laid:
    order = gate_order(step)
    assert order is not None
    if not tensor.shape or tensor.shape[0] % len(order):
        raise StepFails(f"axis 0 of {_shown(tensor)} does not consist of {len(order)} equal gates")
    return replace(tensor, relayout=Blocks(tensor.relayout, order))


def _slice(tensor: Laid, numbers: Sequence[int]) -> Laid:
    axis, start, stop = _axis(tensor, numbers[0]), numbers[1], numbers[2]
    if not 0 <= start <= stop <= tensor.shape[axis]:
        raise StepFails(f"axis {axis} of {_shown(tensor)} has no elements {start} to {stop}")
    return _part(tensor, axis, start, stop)


def _part(tensor: Laid, axis: int, start: int, stop: int) -> Laid:
    shape = (*tensor.shape[:axis], stop - start, *tensor.shape[axis + 1 :])
    return replace(tensor, relayout=Part(tensor.relayout, axis, start, stop), shape=shape)


def _split(tensors: list[Laid], numbers: Sequence[int], count: int) -> list[Laid]:
    tensor, *others = tensors
    axis, sizes = _axis(tensor, numbers[0]), list(numbers[1:])
    size = tensor.shape[axis]
    if others:
        raise StepFails("only one tensor can be split")
    if not sizes and size % count == 0:
        sizes = [size // count] * count
    if sum(sizes) != size or len(sizes) != count or min(sizes, default=0) < 0:
        wanted = f"parts of {', '.join(map(str, sizes))}" if sizes else f"{count} equal parts"
        raise StepFails(f"axis {axis} of {_shown(tensor)} cannot be split into {wanted} for {count} weights")
    starts = [sum(sizes[:index]) for index in range(count)]
    parts = [_part(tensor, axis, start, start + part) for start, part in zip(starts, sizes, strict=True)]
    return [replace(part, spelled=f" {index + 1} of {count}") for index, part in enumerate(parts)]


def _concat(tensors: list[Laid], axis: int) -> Laid:
    first = tensors[0]
    for other in tensors[1:]:
        same = [size for index, size in enumerate(other.shape) if index != axis]
        if len(other.shape) != len(first.shape) or same != [s for i, s in enumerate(first.shape) if i != axis]:
            raise StepFails(f"{_shown(first)} and {_shown(other)} cannot be joined along axis {axis}")
        if other.dtype != first.dtype:
            raise StepFails(f"{_shown(first)} and {_shown(other)} are of different types")
    total = sum(tensor.shape[axis] for tensor in tensors)
    shape = (*first.shape[:axis], total, *first.shape[axis + 1 :])
    return Laid(Joined(tuple(tensor.relayout for tensor in tensors), axis), shape, first.dtype)


def _stack(tensors: list[Laid], axis: int) -> Laid:
    place = _axis(tensors[0], axis, 1)
    if any(tensor.shape != tensors[0].shape for tensor in tensors):
        raise StepFails("tensors of different shapes cannot be stacked")
    return _concat([_reshaped(one, (*one.shape[:place], 1, *one.shape[place:])) for one in tensors], place)


def _float(tensor: Laid, numbers: Sequence[int]) -> Laid:
    """Integers and booleans as numbers, which a rule has to say."""
    whole = tensor.dtype.startswith(("int", "uint", "bool"))
    return replace(tensor, dtype="float64") if whole else tensor


_SIMPLE: dict[str, Callable[[Laid, Sequence[int]], Laid]] = {
    "transpose": _transpose,
    "permute": _permute,
    "kernel": _kernel,
    "depthwise": _depthwise,
    "reshape": _reshape,
    "flatten": _flatten,
    "slice": _slice,
    "float": _float,
}
