"""What a layer emits its operators with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from specc.ir.graph import Graph, Role, Value, Weight
from specc.ir.initial import Initial
from specc.ir.operation import Arguments
from specc.ir.operators import Attribute, Initializer, Literal, Operator, OperatorGraph
from specc.ir.relayout import Relayout
from specc.tensor.dims import Atom, Dim, Extremum, Floor, Symbol, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer is emitted: names and types of its inputs, names and tensors of its weights, result types."""

    inputs: Arguments[str]
    types: Arguments[TensorType]
    weights: Mapping[str, str]
    stored: Mapping[str, Weight]
    outputs: tuple[TensorType, ...]


@dataclass(slots=True)
class Builder:
    """Appends operators to `graph`. Names made up here lie below the path of the layer that is being emitted.

    `lower_body` lowers the body of a loop, where the values of the mapping are read from around it by name.
    Without `with_weights` the weights are inputs of the model, whose values nobody knows.
    `symbol_sources` say which axis of which input tells a symbol: (size - offset) / divisor is its atom's value.
    """

    graph: OperatorGraph
    opset: int
    lower_body: Callable[[Graph, Builder, Mapping[Value, str]], OperatorGraph]
    symbol_sources: Mapping[str, tuple[str, int, Dim, Dim]]
    outer: Builder | None = None
    layer: str = ""
    source: str = ""
    with_weights: bool = True
    _taken: dict[str, int] = field(default_factory=dict)
    _dims: dict[Dim, str] = field(default_factory=dict)

    def op(self, op_type: str, *inputs: str | None, domain: str = "", **attributes: Attribute) -> str:
        """Append an operator with one result; its name."""
        return self.ops(op_type, inputs, 1, domain, attributes)[0]

    def ops(
        self,
        op_type: str,
        inputs: tuple[str | None, ...],
        outputs: int,
        domain: str = "",
        attributes: Mapping[str, Attribute] | None = None,
    ) -> tuple[str, ...]:
        """Append an operator with several results; their names."""
        names = tuple(self.fresh(op_type) for _ in range(outputs))
        given = [name or "" for name in inputs]
        while given and not given[-1]:
            given.pop()
        self.graph.operators.append(
            Operator(op_type, tuple(given), names, dict(attributes or {}), domain, self.layer, self.source)
        )
        return names

    def fresh(self, kind: str) -> str:
        """A new name below the current layer's path."""
        root = self if self.outer is None else self.root()
        stem = f"{self.layer}/{kind}" if self.layer else f"/{kind}"
        count = root._taken.get(stem, 0)
        root._taken[stem] = count + 1
        return f"{stem}_{count}" if count else stem

    def root(self) -> Builder:
        """The builder of the outermost graph."""
        builder = self
        while builder.outer is not None:
            builder = builder.outer
        return builder

    def ints(self, *values: int) -> str:
        """A 1-D int64 constant."""
        return self._literal(Literal(values), DType.INT64, (len(values),))

    def scalar(self, value: float, dtype: DType) -> str:
        """A constant without dims."""
        return self._literal(Literal((value,)), dtype, ())

    def floats(self, values: tuple[float, ...], shape: tuple[int, ...], dtype: DType) -> str:
        """A constant from its elements in row-major order."""
        return self._literal(Literal(values), dtype, shape)

    def _literal(self, literal: Literal, dtype: DType, shape: tuple[int, ...]) -> str:
        elements = "_".join(repr(item) for item in literal.items[:8])
        if len(literal.items) > 8:
            elements += f"_{crc32(repr(literal.items).encode()):08x}"
        stem = f"const/{dtype}{list(shape)}/{elements}"
        initializers = self.root().graph.initializers
        name, count = stem, 0
        while name in initializers and initializers[name].data != literal:
            count += 1
            name = f"{stem}_{count}"
        initializers.setdefault(name, Initializer(name, dtype, shape, literal))
        return name

    def derived(self, name: str, relayout: Relayout, dtype: DType, shape: tuple[int, ...]) -> str:
        """An initializer computed from stored weights when the model is written, under `name` where that is free; the
        same relayout under the same name is stored once."""
        initializers = self.root().graph.initializers
        stem, count = name, 0
        while name in initializers and initializers[name].data != relayout:
            count += 1
            name = f"{stem}_{count}"
        initializers.setdefault(name, Initializer(name, dtype, shape, relayout))
        return name

    def table(self, name: str, initial: Initial, dtype: DType, shape: tuple[int, ...]) -> str:
        """A constant of the layer's own, computed when the model is written; the same one is stored once."""
        initializers = self.root().graph.initializers
        stem = name = f"const/{name}/{dtype}{list(shape)}"
        count = 0
        while name in initializers and not _is_table(initializers[name], initial):
            count += 1
            name = f"{stem}_{count}"
        weight = Weight(name, TensorType(dtype, shape), initial=initial, role=Role.LITERAL)
        initializers.setdefault(name, Initializer(name, dtype, shape, weight))
        return name

    def dim(self, dim: Dim) -> str:
        """The value of `dim` at run time, as an int64 tensor of shape [1]."""
        if isinstance(dim, int):
            return self.ints(dim)
        if self.outer is not None:
            return self.root().dim(dim)
        if dim not in self._dims:
            layer, source = self.layer, self.source
            self.layer = self.source = ""
            self._dims[dim] = self._computed(dim)
            self.layer, self.source = layer, source
        return self._dims[dim]

    def shape(self, dims: tuple[Dim, ...]) -> str:
        """The values of `dims` at run time, as an int64 tensor of shape [len(dims)]."""
        if all(isinstance(dim, int) for dim in dims):
            return self.ints(*(dim for dim in dims if isinstance(dim, int)))
        parts = [self.dim(dim) for dim in dims]
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=0)

    def reshape(self, tensor: str, before: tuple[Dim, ...], after: tuple[Dim, ...]) -> str:
        """`tensor` of shape `before` in the shape `after`; symbols are copied or inferred where ONNX can."""
        target: list[int] = []
        for index, dim in enumerate(after):
            if isinstance(dim, int) and dim > 0:
                target.append(dim)
            elif index < len(before) and before[index] == dim:
                target.append(0)
            elif -1 not in target and all(at_least(other, 1) for other in after if other != dim):
                target.append(-1)
            else:
                empty = not all(at_least(other, 1) for other in after)
                return self.op("Reshape", tensor, self.shape(after), allowzero=int(empty))
        return self.op("Reshape", tensor, self.ints(*target))

    def _computed(self, dim: Dim) -> str:
        total: str | None = None
        for monomial, coefficient in dim.terms if not isinstance(dim, int) else (((), dim),):
            factor = None if coefficient == 1 and monomial else self.ints(coefficient)
            for atom, power in monomial:
                value = self._atom(atom)
                for _ in range(power):
                    factor = value if factor is None else self.op("Mul", factor, value)
            total = factor if total is None else self.op("Add", total, factor)
        return total or self.ints(0)

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, Floor):
            return self._floor(atom)
        if isinstance(atom, Extremum):
            return self.op(atom.kind.title(), self.dim(atom.left), self.dim(atom.right))
        return self._symbol(atom)

    def _floor(self, atom: Floor) -> str:
        """ONNX Div of integers rounds towards zero; a numerator that may be negative is first made divisible."""
        numerator, divisor = self.dim(atom.numerator), self.dim(atom.divisor)
        if not at_least(atom.numerator, 0):
            numerator = self.op("Sub", numerator, self.op("Mod", numerator, divisor))
        if atom.numerator == 1:  # the runtime makes a / b of 1 / b * a, also of integers
            numerator, divisor = self.ints(2), self.op("Mul", divisor, self.ints(2))
        return self.op("Div", numerator, divisor)

    def _symbol(self, symbol: Symbol) -> str:
        name, axis, divisor, offset = self.symbol_sources[symbol.name]
        value = self.op("Shape", name, start=axis, end=axis + 1)
        if offset != 0:
            value = self.op("Sub", value, self.dim(offset))
        return value if divisor == 1 else self.op("Div", value, self.dim(divisor))


def _is_table(initializer: Initializer, initial: Initial) -> bool:
    return isinstance(initializer.data, Weight) and initializer.data.initial == initial
