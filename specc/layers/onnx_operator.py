"""Any ONNX operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.ir.operators import Attribute, OperatorAttribute, TensorLiteral
from specc.ir.oracle import Elements, OperatorOracle
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class OnnxOperator(Operation):
    """An operator by the name that ONNX gives it, standard or of another domain.

    `attributes` are pairs sorted by name, `results` which of its
    results are taken, `known` the elements of small constant
    inputs; `oracle` knows the signature. Where ONNX cannot tell the types of the results, as for operators of other
    domains, `like=x` or `like=[x, y]` names tensors of the same types. The arithmetic is not known and counts as none.

    Source: the operator's own page of the ONNX documentation
    Example:
        input x: float32[N, 16]
        y = onnx.Hardmax(x, axis=1)
        z = onnx.com.microsoft.BiasGelu(y, y[0], like=y)
    """

    name: ClassVar[str] = "onnx"
    ports: ClassVar[tuple[Port, ...]] = (Port("inputs", optional=True, variadic=True),)

    op_type: str
    domain: str
    attributes: tuple[tuple[str, OperatorAttribute], ...]
    results: tuple[int, ...]
    known: tuple[tuple[int, Elements], ...] = ()
    like: tuple[TensorType, ...] = ()
    oracle: OperatorOracle | None = field(default=None, compare=False, repr=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """What ONNX infers, or `like`. Raises `Rejected` for what the operator does not take."""
        assert self.oracle is not None, "the signature of an ONNX operator is needed"
        attributes, known = dict(self.attributes), dict(self.known)
        return self.oracle.infer(self.op_type, self.domain, attributes, inputs.items, self.results, known, self.like)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing: the arithmetic of an operator that is no layer is not known."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The operator itself."""
        attributes = {name: _attribute(value) for name, value in self.attributes}
        names = build.ops(self.op_type, site.inputs.items, self.results[-1] + 1, self.domain, attributes)
        taken = tuple(name if index in self.results else "" for index, name in enumerate(names))
        build.graph.operators[-1].outputs = taken
        return tuple(names[index] for index in self.results)


def _attribute(value: OperatorAttribute) -> Attribute:
    """A list of numbers has one type: floating point where one of them is."""
    if isinstance(value, TensorLiteral) or not isinstance(value, tuple):
        return value
    if any(isinstance(item, str) for item in value):
        return tuple(str(item) for item in value)
    if any(isinstance(item, float) for item in value):
        return tuple(float(item) for item in value)
    return tuple(item for item in value if isinstance(item, int))
