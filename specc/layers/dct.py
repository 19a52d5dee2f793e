"""Discrete cosine transform."""

from __future__ import annotations

from math import pi, sqrt
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Formula, FormulaTerm, Index
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import INT, POSITIVE, attribute, choice, layer, optional
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_axis, need_number
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_signal import TooManyCoefficients
from specc.layers.common.spectral import apply
from specc.tensor.types import TensorType

SAMPLE, COEFFICIENT = Index(0), Index(1)


@layer
class Dct(Operation):
    """Discrete cosine transform (type II) along an axis, of which the first coefficients are kept.

    `norm=ortho` makes the transform orthogonal; `none` leaves the sums as they are, times 2.

    Formula: y[k] = 2 * sum over i of x[i] * cos(pi (2 i + 1) k / (2 n)); ortho: divided by sqrt(4 n) for k = 0, and by
        sqrt(2 n) for all others
    Source: Ahmed, Natarajan, Rao 1974; scipy.fft.dct; torchaudio.functional.create_dct
    Example:
        input bands: float32[N, 40, T]
        y = bands -> dct(13, axis=1)
    """

    name: ClassVar[str] = "dct"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[...]"),)

    out: int | None = attribute(optional(POSITIVE), "coefficients that are kept, by default all", default=None)
    axis: int = attribute(INT, "axis that is transformed", default=-1)
    norm: str | None = attribute(optional(choice("ortho")), "scale of the coefficients", default="ortho")

    def _sizes(self, tensor: TensorType) -> tuple[int, int]:
        """Elements along the axis, and coefficients."""
        axis = need_axis(self.name, tensor, self.axis)
        size = need_number(self.name, tensor, axis)
        if self.out is not None and self.out > size:
            raise Rejected(TooManyCoefficients(self.out, size), Blame(0, axis))
        return size, size if self.out is None else self.out

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with its coefficients along the axis."""
        FLOATS.need(self.name, inputs[0])
        shape = inputs[0].shape
        axis = need_axis(self.name, inputs[0], self.axis)
        if axis != len(shape) - 1:
            need_some(self.name, inputs[0], range(len(shape)))
        return (inputs[0].with_shape((*shape[:axis], self._sizes(inputs[0])[1], *shape[axis + 1 :])),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: elements of the output x elements along the axis, as the matrix product that it is."""
        macs = outputs[0].size * self._sizes(inputs[0])[0]
        return Cost(macs, 2 * macs)

    def _table(self, size: int) -> FormulaTerm:
        turns = apply("%", apply("*", apply("+", apply("*", 2, SAMPLE), 1), COEFFICIENT), 4 * size)
        wave = apply("cos", apply("*", pi / (2 * size), turns))
        if self.norm is None:
            return apply("*", 2, wave)
        first = apply("==", COEFFICIENT, 0)
        return apply("*", apply("where", first, sqrt(1 / size), sqrt(2 / size)), wave)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul with a table of cosines, the axis moved to the end where it is another."""
        tensor, given = site.inputs[0], site.types[0]
        size, out = self._sizes(given)
        axis, last = need_axis(self.name, given, self.axis), given.rank - 1
        order = tuple({axis: last, last: axis}.get(i, i) for i in range(given.rank))
        table = build.table(f"dct/{self.norm}", Formula(self._table(size)), given.dtype, (size, out))
        if axis == last:
            return (build.op("MatMul", tensor, table),)
        made = build.op("MatMul", build.op("Transpose", tensor, perm=order), table)
        return (build.op("Transpose", made, perm=order),)
