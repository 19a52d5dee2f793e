"""Rectified linear unit with learnt slopes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import FLOAT, POSITIVE, attribute, layer
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors_vision import SlopesDoNotFit
from specc.layers.common.stored import reshaped
from specc.tensor.types import TensorType


@layer
class Prelu(Operation):
    """Rectified linear unit with a learnt slope below zero: one for all channels, or one for each.

    Formula: y = x where x > 0, else weight[c] * x
    Source: He et al. 2015; torch.nn.PReLU; ONNX PRelu
    Example:
        input x: float32[N, 64, H, W]
        y = x -> prelu(64)
    """

    name: ClassVar[str] = "prelu"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[...], or [N, C, ...] for a slope for each channel"),)

    num_parameters: int = attribute(POSITIVE, "number of slopes: 1, or the number of channels", default=1)
    initial: float = attribute(FLOAT, "value that the slopes start with", default=0.25)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [num_parameters]."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 1, 16, "[...]")
        return (WeightSpec("weight", (self.num_parameters,), Constant(self.initial), dtype=inputs[0].dtype),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        tensor = inputs[0]
        if self.num_parameters == 1:
            return (tensor,)
        need_rank(self.name, tensor, 2, 16, "[N, C, ...]")
        if tensor.shape[1] != self.num_parameters:
            raise Rejected(SlopesDoNotFit(self.num_parameters, str(tensor)), Blame(0, 1))
        return (tensor,)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A comparison and a multiplication for each element."""
        return Cost(0, 2 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX PRelu, the slopes in a shape that broadcasts over the trailing dims."""
        rank = site.types[0].rank
        shape = (1,) if self.num_parameters == 1 else (self.num_parameters, *(1,) * (rank - 2))
        return (build.op("PRelu", site.inputs[0], reshaped(build, site, "weight", shape)),)
