"""What one recurrent cell is: its weights, its arithmetic, and one step of it. Layers over a sequence and single steps
are built of it alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from specc.ir.builder import Builder
from specc.ir.initial import Uniform
from specc.ir.operation import Cost, WeightSpec
from specc.layers.common.attributes import BOOL, Kind, Raw
from specc.layers.common.fused import Fused
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType


def _bias(raw: Raw) -> bool | str:
    if raw == "single":
        return "single"
    return BOOL.convert(raw)


BIAS: Kind[bool | str] = Kind("true, false or single", _bias, (*BOOL.words, "single"))
BIAS_DOC = "whether biases are added: two vectors as in PyTorch, or a single one as in Keras and most papers"


@dataclass(frozen=True, slots=True)
class Cell(ABC):
    """A cell of `hidden` units for tensors of `dtype`. `bias` is True for two vectors, "single" for one, else False."""

    hidden: int
    bias: bool | str
    dtype: DType

    @property
    @abstractmethod
    def gates(self) -> int:
        """Blocks of `hidden` rows in the matrices."""

    @property
    def states(self) -> tuple[int, ...]:
        """Sizes of the states."""
        return (self.hidden,)

    @property
    def output(self) -> int:
        """Size of the result of a step."""
        return self.states[0]

    @property
    def fed_back(self) -> str:
        """The matrix that reads the first state."""
        return "weight_hh"

    @property
    def biases(self) -> tuple[str, ...]:
        """Names of the biases of the gates; the first is added to what comes from the input."""
        if not self.bias:
            return ()
        return ("bias",) if self.bias == "single" else ("bias_ih", "bias_hh")

    def weights(self, suffix: str, size: int) -> list[WeightSpec]:
        """All weights for steps of `size`; uniform within 1 / sqrt(hidden), as in PyTorch."""
        rows = self.gates * self.hidden
        made = [
            self.weight(f"weight_ih{suffix}", rows, size),
            self.weight(f"{self.fed_back}{suffix}", rows, self.states[0]),
        ]
        made += [self.weight(f"{name}{suffix}", rows) for name in self.biases]
        return made + [self.weight(f"{name}{suffix}", *shape) for name, shape in self.further().items()]

    def further(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of weights beside those of the gates."""
        return {}

    def weight(self, name: str, *shape: int) -> WeightSpec:
        """One weight, a matrix or a vector."""
        bound = 1 / sqrt(self.hidden)
        fans = (shape[1], shape[0]) if len(shape) == 2 else (1, 1)
        return WeightSpec(name, shape, Uniform(-bound, bound), dtype=self.dtype, fan_in=fans[0], fan_out=fans[1])

    def cost(self, size: Dim, steps: Dim) -> Cost:
        """That of `steps` steps of `size`."""
        rows = self.gates * self.hidden
        macs = steps * ((size + self.states[0]) * rows + self.further_macs)
        return Cost(macs, 2 * macs + steps * (self.arithmetic + rows * len(self.biases)))

    @property
    def further_macs(self) -> int:
        """MACs of one step beside those of the gates."""
        return 0

    @property
    @abstractmethod
    def arithmetic(self) -> int:
        """FLOPs of one step without its matrices and the biases of the gates."""

    def fused(self) -> Fused | None:
        """The ONNX operator for all steps at once, where there is one."""
        return None

    def entered(self, build: Builder, weights: Mapping[str, str], steps: str, rank: int) -> str:
        """The part of the gates that comes from the input, `steps` [..., size] with `rank` axes: [..., gates * H]."""
        first = weights[self.biases[0]] if self.biases else None
        if rank == 2:
            return build.op("Gemm", steps, weights["weight_ih"], first, transB=1)
        made = build.op("MatMul", steps, build.op("Transpose", weights["weight_ih"], perm=(1, 0)))
        return made if first is None else build.op("Add", made, first)

    def from_state(self, build: Builder, weights: Mapping[str, str], state: str) -> str:
        """The part of the gates that comes from the first state, [N, gates * H]."""
        second = weights[self.biases[1]] if len(self.biases) == 2 else None
        return build.op("Gemm", state, weights[self.fed_back], second, transB=1)

    @abstractmethod
    def step(
        self, build: Builder, weights: Mapping[str, str], entered: str, states: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The result of one step and the next states; `entered` is [N, gates * H]."""
