"""What a layer emits its operators with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from zlib import crc32

from specc.ir.graph import Graph, Role, Value, Weight
from specc.ir.initial import Initial
from specc.ir.operation import Arguments
from specc.ir.operators import Attribute, Initializer, Literal, Operator, OperatorGraph
from specc.ir.relayout import Relayout
from specc.tensor.dims import Atom, Dim, Extremum, Floor, Symbol, at_least
from specc.tensor.dtypes import DType
from specc.tensor.poly import from_terms
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
    With `apart`, tensors are in the memory of a device, and sizes are not: what is computed of them as data is computed
    there, too, so that nothing is copied.
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
    apart: bool = False
    _taken: dict[str, int] = field(default_factory=dict)
    _dims: dict[Dim, str] = field(default_factory=dict)
    _numbers: dict[Dim, str] = field(default_factory=dict)
    _parts: dict[tuple[Dim, ...], str] = field(default_factory=dict)
    _sides: dict[tuple[Dim, ...], tuple[str, int]] = field(default_factory=dict)
    _seen: int = 0

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
            self._dims[dim] = self._computed(dim, self.dim)
            self.layer, self.source = layer, source
        return self._dims[dim]

    def number(self, dim: Dim) -> str:
        """The value of `dim` at run time as data, an int64 tensor of shape [1]."""
        if isinstance(dim, int) or not self.root().apart:
            return self.dim(dim)
        if self.outer is not None:
            return self.root().number(dim)
        if dim not in self._numbers:
            layer, source = self.layer, self.source
            self.layer = self.source = ""
            self._numbers[dim] = self._computed(dim, self.number)
            self.layer, self.source = layer, source
        return self._numbers[dim]

    def ones(self, length: Dim) -> str:
        """As many ones as `length`, int64; where that is a sum of sizes, one after another."""
        terms = () if isinstance(length, int) else length.terms
        if len(terms) > 1 and all(coefficient > 0 for _, coefficient in terms):
            parts = (from_terms({monomial: coefficient}) for monomial, coefficient in terms)
            return self.op("Concat", *(self.ones(part) for part in parts), axis=0)
        return self.op("Expand", self.ints(1), self.shape((length,)))

    def shape(self, dims: tuple[Dim, ...]) -> str:
        """The values of `dims` at run time, as an int64 tensor of shape [len(dims)]."""
        if all(isinstance(dim, int) for dim in dims):
            return self.ints(*(dim for dim in dims if isinstance(dim, int)))
        found = self.root()._found(dims)
        if found is not None:
            return found
        parts = [self.dim(dim) for dim in dims]
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=0)

    def _found(self, dims: tuple[Dim, ...]) -> str | None:
        """`dims` as a part of the shape of an input, or where tensors are `apart` of any tensor, that has them side by
        side."""
        if dims in self._parts:
            return self._parts[dims]
        place = self._sides.get(dims) if self._indexed() else None
        if place is None:
            return None
        layer, source = self.layer, self.source
        self.layer = self.source = ""
        self._parts[dims] = self.op("Shape", place[0], start=place[1], end=place[1] + len(dims))
        self.layer, self.source = layer, source
        return self._parts[dims]

    def _indexed(self) -> bool:
        """Take note of shapes that are new: the first tensor and axis of each run of dims with a symbol."""
        if not self._sides:
            for entry in self.graph.inputs:
                if entry.default is None:
                    self._note(entry.name, entry.type.shape)
        if self.apart:
            for name in islice(self.graph.types, self._seen, None):
                self._note(name, self.graph.types[name].shape)
            self._seen = len(self.graph.types)
        return True

    def _note(self, name: str, shape: tuple[Dim, ...]) -> None:
        for start in range(len(shape)):
            for stop in range(start + 1, len(shape) + 1):
                self._sides.setdefault(shape[start:stop], (name, start))

    def expand(self, tensor: str, before: tuple[Dim, ...], after: tuple[Dim, ...], dtype: DType) -> str:
        """`tensor` of shape `before` repeated to the shape `after`, dims aligned from the last."""
        root, known = self.root(), (*(1,) * (len(after) - len(before)), *before)
        fixed = tuple(dim if isinstance(dim, int) else 1 for dim in after)
        if all(isinstance(dim, int) or dim == old for dim, old in zip(after, known, strict=True)):
            return self.op("Expand", tensor, self.ints(*fixed))
        if not root.apart or len(after) == 1 or root._found(after) is not None:
            return self.op("Expand", tensor, self.shape(after))
        if fixed != tuple(dim if isinstance(dim, int) else 1 for dim in known):
            tensor = self.op("Expand", tensor, self.ints(*fixed))
        operator = "And" if dtype is DType.BOOL else "Mul"
        for axis, dim in enumerate(after):
            if not isinstance(dim, int) and known[axis] != dim:
                line = tuple(-1 if place == axis else 1 for place in range(len(after)))
                ones = self.op("Expand", self._one(dtype), self.shape((dim,)))
                tensor = self.op(operator, tensor, self.op("Reshape", ones, self.ints(*line)))
        return tensor

    def _one(self, dtype: DType) -> str:
        return self._literal(Literal((True,) if dtype is DType.BOOL else (1,)), dtype, (1,))

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

    def _computed(self, dim: Dim, value: Callable[[Dim], str]) -> str:
        """Sum of products; `value` gives a dim that occurs in them."""
        total: str | None = None
        for monomial, coefficient in dim.terms if not isinstance(dim, int) else (((), dim),):
            factor = None if coefficient == 1 and monomial else self.ints(coefficient)
            for atom, power in monomial:
                one = self._atom(atom, value)
                for _ in range(power):
                    factor = one if factor is None else self.op("Mul", factor, one)
            total = factor if total is None else self.op("Add", total, factor)
        return total or self.ints(0)

    def _atom(self, atom: Atom, value: Callable[[Dim], str]) -> str:
        if isinstance(atom, Floor):
            return self._floor(atom, value)
        if isinstance(atom, Extremum):
            return self.op(atom.kind.title(), value(atom.left), value(atom.right))
        return self._symbol(atom, value)

    def _floor(self, atom: Floor, value: Callable[[Dim], str]) -> str:
        """ONNX Div of integers rounds towards zero; a numerator that may be negative is first made divisible."""
        numerator, divisor = value(atom.numerator), value(atom.divisor)
        if not at_least(atom.numerator, 0):
            numerator = self.op("Sub", numerator, self.op("Mod", numerator, divisor))
        if atom.numerator == 1:  # the runtime makes a / b of 1 / b * a, also of integers
            numerator, divisor = self.ints(2), self.op("Mul", divisor, self.ints(2))
        return self.op("Div", numerator, divisor)

    def _symbol(self, symbol: Symbol, value: Callable[[Dim], str]) -> str:
        name, axis, divisor, offset = self.symbol_sources[symbol.name]
        size = self.op("Shape", name, start=axis, end=axis + 1)
        if value == self.number:
            size = self.op("ReduceSum", self.op("Expand", self.ints(1), size), self.ints(0), keepdims=1)
        if offset != 0:
            size = self.op("Sub", size, value(offset))
        return size if divisor == 1 else self.op("Div", size, value(divisor))


def _is_table(initializer: Initializer, initial: Initial) -> bool:
    return isinstance(initializer.data, Weight) and initializer.data.initial == initial
