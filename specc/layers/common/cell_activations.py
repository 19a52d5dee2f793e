"""Activations of recurrent cells, inside a fused operator and as operators of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc.ir.builder import Builder
from specc.ir.operators import Attribute
from specc.layers.common.attributes import Kind, choice
from specc.tensor.dtypes import DType


@dataclass(frozen=True, slots=True)
class Activation:
    """An ONNX operator that fused cells know by the same name; `slope` is alpha of HardSigmoid, whose beta is 1/2."""

    operator: str
    slope: float | None = None

    def emit(self, build: Builder, tensor: str, dtype: DType) -> str:
        """The operator on a tensor; of float64, for which the runtime does not have them all, simpler ones."""
        if self.slope is not None and dtype is DType.FLOAT64:
            sum_ = build.op("Add", build.op("Mul", tensor, build.scalar(self.slope, dtype)), build.scalar(0.5, dtype))
            return build.op("Clip", sum_, build.scalar(0.0, dtype), build.scalar(1.0, dtype))
        if self.operator == "Softsign" and dtype is DType.FLOAT64:
            return build.op("Div", tensor, build.op("Add", build.op("Abs", tensor), build.scalar(1.0, dtype)))
        if self.slope is None:
            return build.op(self.operator, tensor)
        return build.op(self.operator, tensor, alpha=self.slope, beta=0.5)


ACTIVATIONS = {
    "tanh": Activation("Tanh"),
    "sigmoid": Activation("Sigmoid"),
    "relu": Activation("Relu"),
    "softsign": Activation("Softsign"),
    "hard_sigmoid": Activation("HardSigmoid", 1 / 6),
    "keras2_hard_sigmoid": Activation("HardSigmoid", 0.2),
}
ACTIVATION: Kind[str] = choice(*ACTIVATIONS)
"""`hard_sigmoid` is that of PyTorch and Keras 3, x / 6 + 1/2 within 0 and 1; `keras2_hard_sigmoid` that of Keras 1 and
2, 0.2 x + 1/2."""


def activate(build: Builder, word: str, tensor: str, dtype: DType) -> str:
    """The activation `word` of a tensor."""
    return ACTIVATIONS[word].emit(build, tensor, dtype)


def activation_attributes(words: Sequence[str], directions: int) -> dict[str, Attribute]:
    """Attributes of a fused operator whose activations are `words`; none where it keeps its own."""
    made = [ACTIVATIONS[word] for word in words] * directions
    attributes: dict[str, Attribute] = {"activations": tuple(one.operator for one in made)} if made else {}
    slopes = tuple(one.slope for one in made if one.slope is not None)
    if slopes:
        attributes |= {"activation_alpha": slopes, "activation_beta": (0.5,) * len(slopes)}
    return attributes


def unlike(words: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    """`words`, or nothing where they are an operator's `own` activations."""
    return () if words == own else words
