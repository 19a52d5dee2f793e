"""The lowered graph: operators as ONNX names them, still free of protobuf."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, Union

from specc.ir.graph import StatePair, Weight
from specc.ir.relayout import Relayout
from specc.tensor.dims import Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class TensorLiteral:
    """A small tensor as an attribute, by its elements in row-major order."""

    dtype: DType
    shape: tuple[int, ...]
    items: tuple[int | float, ...]


Scalar: TypeAlias = Union[int, float, str]
OperatorAttribute: TypeAlias = Union[Scalar, tuple[Scalar, ...], TensorLiteral]
"""An attribute as a spec gives it."""
Attribute: TypeAlias = Union[
    int, float, str, tuple[int, ...], tuple[float, ...], tuple[str, ...], TensorLiteral, "OperatorGraph"
]


@dataclass(slots=True, eq=False)
class Operator:
    """One ONNX node. An empty input name is an optional input left out. `layer` is the path, `source` is FILE:LINE."""

    op_type: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]
    domain: str
    layer: str
    source: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A small tensor given by its elements in row-major order."""

    items: tuple[int, ...] | tuple[float, ...] | tuple[bool, ...]


@dataclass(slots=True, eq=False)
class Initializer:
    """A tensor stored in the model: a weight, a relayout of weights, or a literal."""

    name: str
    dtype: DType
    shape: tuple[int, ...]
    data: Weight | Relayout | Literal


@dataclass(slots=True, eq=False)
class OperatorInput:
    """A graph input; with a `default` it is also an initializer and may be left out. Without one, `filled` is what a
    session gives where its user gives nothing."""

    name: str
    type: TensorType
    default: float | None = None
    filled: float | None = None

    @property
    def absent(self) -> float | None:
        """Its value where it is left out, None where it may not be."""
        return self.filled if self.default is None else self.default


@dataclass(frozen=True, slots=True)
class FormUse:
    """A form by name, the path of the layer that it emits, the `FILE:LINE` of that, and what the form does."""

    form: str
    layer: str
    source: str
    what: str


@dataclass(slots=True, eq=False)
class OperatorGraph:
    """A model or a body, ready to be written: `initializers` by name, in order of first use. `types` of results that
    layers make, `scope_docs` by the path of the block, `forms` that were used in place of what layers emit themselves,
    `weights` that relayouts read by path."""

    name: str
    doc: str = ""
    inputs: list[OperatorInput] = field(default_factory=list)
    outputs: list[OperatorInput] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    initializers: dict[str, Initializer] = field(default_factory=dict)
    states: list[StatePair] = field(default_factory=list)
    domain: Domain = field(default_factory=Domain)
    types: dict[str, TensorType] = field(default_factory=dict)
    scope_docs: dict[str, str] = field(default_factory=dict)
    forms: list[FormUse] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
