"""Local response normalisation."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import FLOAT, POSITIVE, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.tensor.dims import product
from specc.tensor.types import TensorType


@layer
class LocalResponseNorm(Operation):
    """Each element divided by a power of the mean square of its neighbours in the channels next to its own.

    The window goes from `size // 2` channels before to `(size - 1) // 2` after; channels that are not there are zeros.

    Formula: y[n, c, p] = x[n, c, p] / (k + alpha / size * sum over the window of x[n, c', p]^2)^beta
    Source: Krizhevsky et al. 2012; torch.nn.LocalResponseNorm; ONNX LRN, for an even size Pad and AveragePool
    Example:
        input x: float32[N, 96, 55, 55]
        y = x -> local_response_norm(5, k=2)
    """

    name: ClassVar[str] = "local_response_norm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, ...] with at least one further dim"),)

    size: int = attribute(POSITIVE, "channels of the window")
    alpha: float = attribute(FLOAT, "factor of the mean square", default=1e-4)
    beta: float = attribute(FLOAT, "exponent", default=0.75)
    k: float = attribute(FLOAT, "added to the mean square", default=1.0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 3, 16, "[N, C, ...]")
        need_some(self.name, inputs[0], range(1, inputs[0].rank))
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element its square, the sum over the window, and four more."""
        return Cost(0, (self.size + 5) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX LRN of [N, C, positions, 1]; it centres no window of an even size, for which there are its parts."""
        given = site.types[0].shape
        flat = (*given[:2], product(given[2:]), 1)
        tensor = build.reshape(site.inputs[0], given, flat)
        if self.size % 2 == 0:
            made = self._parts(build, site, tensor)
        else:
            made = build.op("LRN", tensor, size=self.size, alpha=self.alpha, beta=self.beta, bias=self.k)
        return (build.reshape(made, flat, given),)

    def _parts(self, build: Builder, site: Site, tensor: str) -> str:
        given, dtype = site.types[0].shape, site.types[0].dtype
        flat, row = (*given[:2], product(given[2:]), 1), (given[0], 1, given[1], product(given[2:]))
        squares = build.reshape(build.op("Mul", tensor, tensor), flat, row)
        mean = build.op(
            "AveragePool",
            squares,
            kernel_shape=(self.size, 1),
            pads=(self.size // 2, 0, (self.size - 1) // 2, 0),
            count_include_pad=1,
        )
        scaled = build.op("Mul", build.reshape(mean, row, flat), build.scalar(self.alpha, dtype))
        base = build.op("Add", scaled, build.scalar(self.k, dtype))
        return build.op("Div", tensor, build.op("Pow", base, build.scalar(self.beta, dtype)))
