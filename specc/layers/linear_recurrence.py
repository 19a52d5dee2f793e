"""Diagonal linear recurrence."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, INT, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.checks import need_axis, need_rank
from specc.layers.common.element_types import STEPPED
from specc.layers.common.loop import Along, Loop, Names
from specc.tensor.types import TensorType


@layer
class LinearRecurrence(Operation):
    """Linear recurrence of each element along an axis: a moving average, a diagonal state space model.

    `a` and `b` are broadcast; one without the axis is the same in every step. Results are all steps, and the last one.

    Formula: h_t = a_t * h_t-1 + b_t, with h_0 = 0 where it is not given
    Source: Martin, Cundy 2018, arXiv:1709.04057
    Example:
        input x: float32[N, T, 64]
        param decay: float32[64] = uniform(0, 1)
        y, last = linear_recurrence(decay, (1 - decay) * x)
    """

    name: ClassVar[str] = "linear_recurrence"
    primary: ClassVar[bool] = True
    literals: ClassVar[bool] = True
    ports: ClassVar[tuple[Port, ...]] = (
        Port("a", doc="factors, [N, T, ...] or a number"),
        Port("b", doc="what is added, [N, T, ...] or a number"),
        Port("h0", optional=True, doc="first state, the shape of the result without the axis; zeros by default"),
    )

    axis: int = attribute(INT, "axis of the steps, in the result", default=1)
    reverse: bool = attribute(BOOL, "whether the last step comes first; results stay in the order of T", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """All steps, in the common shape of `a` and `b`, and the last state without the axis."""
        STEPPED.need_one(self.name, inputs)
        pair = Arguments(self.ports, inputs.items[:2])
        whole = inputs[0].with_shape(broadcast(self.name, pair))
        axis = need_axis(self.name, whole, self.axis)
        last = _without(whole, axis)
        for port in (0, 1):
            need_some(self.name, inputs[port], range(inputs[port].rank), port)
        start = inputs.get(2)
        if start is not None:
            need_rank(self.name, start, last.rank, last.rank, f"{last} like one step", 2)
            for place, (left, right) in enumerate(zip(last.shape, start.shape, strict=True)):
                need_equal(self.name, f"axis {place} of `h0` and of a step", left, right, Blame(2, place))
        return whole, last

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A product and a sum for each element."""
        return Cost(0, 2 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Scan."""
        whole, last = site.outputs
        axis = need_axis(self.name, whole, self.axis)
        fixed: dict[int, str] = {}
        along: dict[int, Along] = {}
        for port in (0, 1):
            tensor, name = site.types[port], site.inputs[port]
            place = _steps(tensor, whole, axis)
            if place is None:
                fixed[port] = _dropped(build, name, tensor, axis - whole.rank)
            else:
                along[port] = Along(name, place, _without(tensor, place))
        start = site.inputs.get(2) or build.expand(build.scalar(0.0, last.dtype), (), last.shape, last.dtype)
        loop = Loop(((start, last),), tuple(along.values()), ((last, axis),), self.reverse)

        def step(inner: Builder, before: Names, slices: Names) -> tuple[Names, Names]:
            given = fixed | dict(zip(along, slices, strict=True))
            after = inner.op("Add", inner.op("Mul", given[0], before[0]), given[1])
            return (after,), (after,)

        lasts, results = loop.emit(build, step)
        return (*results, *lasts)


def _without(tensor: TensorType, axis: int) -> TensorType:
    return tensor.with_shape((*tensor.shape[:axis], *tensor.shape[axis + 1 :]))


def _steps(tensor: TensorType, whole: TensorType, axis: int) -> int | None:
    """The axis of `tensor` that stands at `axis` of `whole`, where it has all the steps."""
    place = axis - whole.rank + tensor.rank
    return place if place >= 0 and tensor.shape[place] == whole.shape[axis] else None


def _dropped(build: Builder, name: str, tensor: TensorType, axis: int) -> str:
    """A tensor that is the same in every step, without its axis of size 1, counted from the end, where it has it."""
    return build.op("Squeeze", name, build.ints(axis)) if -axis <= tensor.rank else name
