"""What running maxima and minima have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.arange import counted
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import EITHER
from specc.layers.common.reduction import reduced
from specc.layers.common.running import run
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class RunningExtreme(Operation):
    """Base of layers that give the best element so far along an axis, and its index: the last of equal ones."""

    better: ClassVar[str]
    """The ONNX comparison that holds where an element takes the place of the best."""

    axis: int = attribute(INT, "axis to work along", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input, and its shape as int64."""
        EITHER.need(self.name, inputs[0])
        need_some(self.name, inputs[0], (need_axis(self.name, inputs[0], self.axis),))
        return (inputs[0], inputs[0].with_dtype(DType.INT64))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Scan with a comparison and Where in its body; it begins with the first element."""
        type_, tensor = site.types[0], site.inputs[0]
        axis = need_axis(self.name, type_, self.axis)
        one = type_.with_shape(reduced(type_.shape, (axis,), False))
        first = build.op("Gather", tensor, build.scalar(0, DType.INT64), axis=axis)
        zero = build.scalar(0, DType.INT64)
        places = one.with_dtype(DType.INT64)
        start = build.expand(zero, (), one.shape, DType.INT64) if one.rank else zero
        numbers = counted(build, type_.shape[axis])
        step = self._step_of_floats if type_.dtype.is_float else self._step
        states = ((first, one), (start, places))
        return run(build, states, ((tensor, one, axis), (numbers, TensorType(DType.INT64, ()), 0)), axis, step)

    def _step(self, build: Builder, states: tuple[str, ...], elements: tuple[str, ...]) -> tuple[str, ...]:
        (best, place), (element, index) = states, elements
        taken = build.op(self.better, element, best)
        return build.op("Where", taken, element, best), build.op("Where", taken, index, place)

    def _step_of_floats(self, build: Builder, states: tuple[str, ...], elements: tuple[str, ...]) -> tuple[str, ...]:
        """A NaN takes the place of the best, and keeps it."""
        (best, place), (element, index) = states, elements
        taken = build.op("Or", build.op(self.better, element, best), build.op("IsNaN", element))
        return build.op("Where", taken, element, best), build.op("Where", taken, index, place)
