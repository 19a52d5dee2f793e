"""Sinusoidal positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.cast import converted
from specc.layers.common.attributes import BOOL, FLOAT, POSITIVE, POSITIVE_NUMBER, attribute, choice, layer
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_positions import HalvesNeedSpacing
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Sinusoidal(Operation):
    """Sines and cosines of positions, or of times, at frequencies that fall geometrically.

    They alternate (Vaswani et al.), or the `halves` of each vector are the sines and then the cosines (tensor2tensor,
    fairseq: `shift=1`), or the other way round where `cosine_first` (diffusion models). An odd width has one cosine
    less, or in halves a 0 at the end.

    Formula: sin(p * f_i) and cos(p * f_i), f_i = base^(-i / (ceil(width / 2) - shift)); of halves floor(width / 2)
    Source: Vaswani et al. 2017, arXiv:1706.03762, 3.5
    Example:
        input x: float32[N, T, 512]
        y = x + sinusoidal(arange(T), 512)
    """

    name: ClassVar[str] = "sinusoidal"
    ports: ClassVar[tuple[Port, ...]] = (Port("positions", doc="any shape; int64, int32 or float32"),)

    width: int = attribute(POSITIVE, "size of the vector of each position")
    layout: str = attribute(choice("interleaved", "halves"), "the order of sines and cosines", default="interleaved")
    base: float = attribute(POSITIVE_NUMBER, "base of the frequencies", default=10000.0)
    shift: float = attribute(FLOAT, "taken off the count of the frequencies in the exponent", default=0.0)
    cosine_first: bool = attribute(BOOL, "whether cosines come before sines", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., width], float32."""
        places = inputs[0]
        if places.dtype not in (DType.INT64, DType.INT32, DType.FLOAT32):
            raise Rejected(WrongDtype(self.name, "int64, int32 or float32", str(places)), Blame(0))
        if self._count() and self._count() <= self.shift:
            raise Rejected(HalvesNeedSpacing(self.width, self._count(), self.shift))
        return (TensorType(DType.FLOAT32, (*places.shape, self.width)),)

    def _count(self) -> int:
        """Number of frequencies."""
        return self.width // 2 if self.layout == "halves" else (self.width + 1) // 2

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Three for each pair: the angle, its sine, its cosine."""
        return Cost(0, inputs[0].size * (3 * self._count()))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Mul, Sin, Cos, Concat."""
        count, places = self._count(), site.inputs[0]
        if site.types[0].dtype is not DType.FLOAT32:
            places = converted(build, places, DType.FLOAT32)
        places = build.op("Unsqueeze", places, build.ints(-1))
        if not count:
            return (build.op("Mul", places, build.scalar(0.0, DType.FLOAT32)),)
        steps = tuple(self.base ** (-i / (count - self.shift)) for i in range(count))
        angles = build.op("Mul", places, build.floats(steps, (count,), DType.FLOAT32))
        waves = [build.op("Sin", angles), build.op("Cos", angles)]
        if self.cosine_first:
            waves.reverse()
        if self.layout == "halves":
            return (self._padded(build, build.op("Concat", *waves, axis=-1)),)
        pairs = [build.op("Unsqueeze", wave, build.ints(-1)) for wave in waves]
        joined = build.op("Concat", *pairs, axis=-1)
        shape = (*site.types[0].shape, count, 2)
        flat = build.reshape(joined, shape, (*shape[:-2], 2 * count))
        if self.width % 2 == 0:
            return (flat,)
        return (build.op("Slice", flat, build.ints(0), build.ints(self.width), build.ints(-1)),)

    def _padded(self, build: Builder, halves: str) -> str:
        if self.width % 2 == 0:
            return halves
        return build.op("Pad", halves, build.ints(0, 1), None, build.ints(-1))
