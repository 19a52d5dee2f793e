"""Binding the arguments of a layer to its ports, attributes and weights, and adding it to the graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from functools import cache
from math import prod
from typing import cast

from specc.base.diagnostics import Label
from specc.base.errors import LimitExceeded
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.fields import parts
from specc.ir.graph import Node, Role, Value, Weight
from specc.ir.initial import Constant, Values
from specc.ir.operation import Arguments, Elements, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import Kind, Raw, Unfit
from specc.layers.size import Size
from specc.resolve.errors import (
    GivenTwice,
    MissingArgument,
    NotATensor,
    TooManyArguments,
    UnknownArgument,
    WrongArgument,
    WrongOperand,
)
from specc.resolve.errors_statements import Misplaced, NameTaken
from specc.resolve.errors_types import Unsupported, WeightMismatch
from specc.resolve.expand import Expander
from specc.resolve.items import Given, Item, LayerInstance, Results, brief_number, describe, is_number, is_tensor
from specc.tensor.dims import Dim, Poly
from specc.tensor.dtypes import DType
from specc.tensor.errors import NumberDoesNotFit
from specc.tensor.types import TensorType

_LONGEST_CHAIN = 8
"""Layers through which it is followed what integers a tensor can hold."""


@cache
def field_kinds(layer: type[Operation]) -> dict[str, Kind[Raw]]:
    """Kinds of a layer's attributes, by name, in order."""
    return {f.name: cast("Kind[Raw]", f.metadata["kind"]) for f in fields(layer) if "kind" in f.metadata}  # type: ignore[arg-type]


@cache
def required_fields(layer: type[Operation]) -> tuple[str, ...]:
    """Attributes without a default."""
    return tuple(f.name for f in fields(layer) if f.default is MISSING and "kind" in f.metadata)  # type: ignore[arg-type]


class Binding:
    """Arguments of one application, being sorted into ports, attributes and tied weights."""

    def __init__(self, ex: Expander, layer: type[Operation], span: Span) -> None:
        self.ex = ex
        self.layer = layer
        self.span = span
        self.inputs: list[Item] = []
        self.named: dict[str, Item] = {}
        self.attributes: dict[str, tuple[Item, Span]] = {}
        self.tied: dict[str, tuple[Value, Span]] = {}

    def take(self, piped: tuple[Value, ...], given: Given) -> None:
        """Sort all arguments."""
        self.inputs.extend(piped)
        rest = self._leading_inputs(given)
        names = list(field_kinds(self.layer))
        if len(rest) > len(names):
            raise self.ex.wrong(
                TooManyArguments(self.layer.name, len(rest), len(names), "attributes"), rest[len(names)][1]
            )
        self.attributes.update(zip(names, rest, strict=False))
        for name, (item, span) in given.named.items():
            self._named(name, item, span)

    def _leading_inputs(self, given: Given) -> list[tuple[Item, Span]]:
        """Tensors first; numbers and lists of numbers too, as long as a port has to be filled beside a tensor."""
        wanted = sum(not port.optional and not port.variadic for port in self.layer.ports)
        beside = bool(self.inputs) or any(is_tensor(item) for item, _ in given.positional)
        mixed = self.layer.literals and beside
        rest = list(given.positional)
        while rest:
            item = rest[0][0]
            literal = mixed and len(self.inputs) < wanted and _is_literal(item)
            if not is_tensor(item) and not literal:
                break
            self.inputs.extend(_flat(item) if is_tensor(item) else (item,))
            rest.pop(0)
        return rest

    def _named(self, name: str, item: Item, span: Span) -> None:
        ports = [port.name for port in self.layer.ports]
        if name in field_kinds(self.layer) and not is_tensor(item):
            ports = []
        if name in ports and (ports.index(name) < len(self.inputs) or name in self.named):
            raise self.ex.wrong(GivenTwice(self.layer.name, name), span)
        if name in ports:
            self.named[name] = item
        elif name in field_kinds(self.layer):
            if name in self.attributes:
                raise self.ex.wrong(GivenTwice(self.layer.name, name), span)
            self.attributes[name] = (item, span)
        elif isinstance(item, Value):
            self.tied[name] = (item, span)
        else:
            known = (*(p for p in ports if p in self.optional_ports()), *field_kinds(self.layer))
            raise self.ex.wrong(UnknownArgument(self.layer.name, name, known, nearest(name, known)), span)

    def optional_ports(self) -> tuple[str, ...]:
        """Ports that are mostly given by name."""
        return tuple(port.name for port in self.layer.ports if port.optional)

    def operation(self) -> Operation:
        """The layer with its attributes."""
        kinds = field_kinds(self.layer)
        values: dict[str, Raw] = {}
        for name, (item, span) in self.attributes.items():
            values[name] = self._converted(name, kinds[name], item, span)
        missing = tuple(name for name in required_fields(self.layer) if name not in values)
        if missing:
            raise self.ex.wrong(MissingArgument(self.layer.name, missing), self.span)
        return self.layer(**values)

    def _converted(self, name: str, kind: Kind[Raw], item: Item, span: Span) -> Raw:
        try:
            return kind.convert(cast("Raw", item))
        except Unfit:
            whole = isinstance(item, float) and item.is_integer()
            wrong = WrongArgument(self.layer.name, name, kind.text, describe(item), whole)
            raise self.ex.wrong(wrong, span) from None

    def values(self) -> tuple[Value | None, ...]:
        """What stands at each port."""
        self.ex.step(self.span, 4 * len(self.inputs))
        ports = self.layer.ports
        variadic = bool(ports) and ports[-1].variadic
        if len(self.inputs) > len(ports) and not variadic:
            raise self.ex.wrong(TooManyArguments(self.layer.name, len(self.inputs), len(ports), "inputs"), self.span)
        items: list[Item] = list(self.inputs)
        for port in ports[len(self.inputs) :]:
            items.extend(_flat(self.named.get(port.name)) if port.variadic else (self.named.get(port.name),))
        missing = tuple(
            p.name for p, item in zip(ports, (*items, None), strict=False) if item is None and not p.optional
        )
        if missing:
            raise self.ex.wrong(MissingArgument(self.layer.name, missing, inputs=True), self.span)
        return tuple(self._value(item, items, ports[min(i, len(ports) - 1)]) for i, item in enumerate(items))

    def _value(self, item: Item, items: list[Item], port: Port) -> Value | None:
        if item is None:
            return None
        if isinstance(item, Results):
            item = item.values[0]
        if isinstance(item, Value):
            return self.ex.local(item)
        if not self.layer.literals or not _is_literal(item):
            raise self.ex.wrong(NotATensor(describe(item), f"`{port.name}` of `{self.layer.name}`"), self.span)
        beside = [] if port.index else items
        if isinstance(item, Poly):
            return size_tensor(self.ex, item, beside, self.span)
        return literal(self.ex, item, beside, self.span)


def literal(ex: Expander, item: Item, items: list[Item], span: Span) -> Weight:
    """A number, or nested lists of numbers, as a tensor of the element type of the tensors beside it."""
    shape, numbers = elements(ex, item, span)
    beside = [value.type.dtype for value in items if isinstance(value, Value) and value.type.dtype is not DType.BOOL]
    whole = all(isinstance(number, int) for number in numbers)
    dtype = DType.INT64 if whole else DType.FLOAT32
    if beside and (whole or beside[0].is_float):
        dtype = beside[0]
    if numbers and all(isinstance(number, bool) for number in numbers):
        dtype = DType.BOOL
    check_numbers(ex, numbers, dtype, span)
    return ex.literal(numbers if shape else numbers[0], shape, dtype)


def check_numbers(ex: Expander, numbers: Iterable[int | float], dtype: DType, span: Span) -> None:
    """Report the first of `numbers` that no element of type `dtype` can be."""
    wrong = next((number for number in numbers if not dtype.holds(number)), None)
    if wrong is not None:
        raise ex.wrong(NumberDoesNotFit(brief_number(wrong), str(dtype)), span)


def size_tensor(ex: Expander, size: Dim, items: list[Item], span: Span) -> Value:
    """A size as a tensor of the element type of the tensors beside it."""
    beside = [value.type.dtype for value in items if isinstance(value, Value) and value.type.dtype is not DType.BOOL]
    made = add_operation(ex, Size(size, beside[0] if beside else DType.INT64), (), {}, None, span)
    assert isinstance(made, Value)
    return ex.local(made)


def _is_literal(item: Item) -> bool:
    if isinstance(item, Poly):
        return True
    if isinstance(item, tuple):
        return bool(item) and all(_is_literal(part) for part in item)
    return is_number(item) or isinstance(item, bool)


def _list_shape(item: Item) -> tuple[int, ...]:
    if not isinstance(item, tuple):
        return ()
    return (len(item), *_list_shape(item[0])) if item else (0,)


def elements(ex: Expander, item: Item, span: Span) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Shape and numbers of a number or of nested lists of numbers; anything else is reported."""
    shape, parts = _list_shape(item), _parts(item)
    strange = next((part for part in parts if not isinstance(part, (int, float))), None)
    if strange is not None or None in parts:
        raise ex.wrong(WrongOperand("[]", f"a list of numbers cannot hold {describe(strange)}"), span)
    if len(parts) != prod(shape) or not _even(item, shape):
        raise ex.wrong(NotATensor("a list whose rows differ in length", "an operand"), span)
    return shape, tuple(part for part in parts if isinstance(part, (int, float)))


def _parts(item: Item) -> list[Item]:
    return [inner for part in item for inner in _parts(part)] if isinstance(item, tuple) else [item]


def _even(item: Item, shape: tuple[int, ...]) -> bool:
    if not shape or not isinstance(item, tuple):
        return not shape and not isinstance(item, tuple)
    return len(item) == shape[0] and all(_even(part, shape[1:]) for part in item)


def _flat(item: Item) -> tuple[Item, ...]:
    """Tensors of nested lists, and of the results of a layer."""
    if isinstance(item, tuple):
        return tuple(value for part in item for value in _flat(part))
    if isinstance(item, Results):
        return item.values[:1] if item.primary else item.values
    return () if item is None else (item,)


def apply_layer(
    ex: Expander, instance: LayerInstance, piped: tuple[Value, ...], given: Given, path: str | None, span: Span
) -> Item:
    """Add one application of `instance` to the graph; its result or results."""
    layer = instance.layer
    if ex.frame.function is not None:
        raise ex.wrong(Misplaced(f"the layer `{layer.name}`", f"in the function `{ex.frame.function}`"), span)
    binding = Binding(ex, layer, span)
    binding.take(piped, _merged(ex, layer, given, instance.given))
    return add_operation(ex, binding.operation(), binding.values(), binding.tied, path, span, instance)


def _merged(ex: Expander, layer: type[Operation], given: Given, before: Given) -> Given:
    for name in given.named:
        if name in before.named:
            raise ex.wrong(GivenTwice(layer.name, name), given.named[name][1])
    return Given((*given.positional, *before.positional), {**before.named, **given.named})


def add_operation(
    ex: Expander,
    operation: Operation,
    inputs: tuple[Value | None, ...],
    tied: dict[str, tuple[Value, Span]],
    path: str | None,
    span: Span,
    instance: LayerInstance | None = None,
) -> Item:
    """Infer, make weights, append the node; its value, or `Results`."""
    types = Arguments(operation.ports, tuple(None if value is None else value.type for value in inputs))
    try:
        specs = operation.weights(types)
        results = operation.infer(types)
        operation.check_elements(types, _known_elements(operation, inputs))
    except Rejected as rejected:
        raise ex.wrong(rejected.mistake, span, _labels(rejected, inputs)) from None
    check_supported(ex, results, span)
    full, node_path = _paths(ex, operation, path, instance, span)
    weights = _weights(ex, specs, tied, full, span, instance)
    names = [node_path] if len(results) == 1 else [f"{node_path}:{index}" for index in range(len(results))]
    outputs = tuple(Value(name, type_, span) for name, type_ in zip(names, results, strict=True))
    ex.add_node(Node(operation, node_path, inputs, weights, outputs, span, ex.frame.calls))
    if instance is not None and not instance.used:
        instance.home, instance.weights, instance.used = full, weights, True
    return outputs[0] if len(outputs) == 1 else Results(outputs, operation.primary, operation.name)


def _known_elements(operation: Operation, inputs: tuple[Value | None, ...]) -> dict[int, Elements]:
    """What is known of integers that a layer is given, where it looks at them."""
    if type(operation).check_elements is Operation.check_elements:
        return {}
    found = {index: _elements(value, _LONGEST_CHAIN) for index, value in enumerate(inputs)}
    return {index: elements for index, elements in found.items() if elements is not None}


def _elements(value: Value | None, depth: int) -> Elements | None:
    if value is None or not value.type.dtype.is_integer or not depth:
        return None
    written = constant_elements(value)
    if written:
        return Elements(min(written), max(written), written)
    if value.producer is None:
        return None
    return value.producer.operation.elements([_elements(item, depth - 1) for item in value.producer.inputs])


def constant_elements(value: Value | None) -> tuple[int, ...]:
    """Elements of a small integer constant, nothing for another tensor."""
    if value is None or not value.type.dtype.is_integer:
        return ()
    return tuple(int(item) for item in written_elements(value) or ())


def written_elements(value: Value | None) -> tuple[float, ...] | None:
    """Elements of a small constant that the spec writes down, None for another tensor."""
    if not isinstance(value, Weight) or value.role is Role.TRAINABLE:
        return None
    match value.initial:
        case Values(items) if len(items) <= 64:
            return items
        case Constant(number) if isinstance(value.type.size, int) and value.type.size <= 64:
            return (number,) * value.type.size
        case _:
            return None


def check_supported(ex: Expander, types: tuple[TensorType, ...], span: Span) -> None:
    """Report a type that could not run: bfloat16, too many dims."""
    for type_ in types:
        if type_.rank > ex.limits.rank:
            reason = f"a tensor has at most {ex.limits.rank} dims"
            raise ex.wrong(Unsupported(str(type_)[:80], reason, "join dims with `reshape`"), span)
        if prod(_scale(dim) for dim in type_.shape) > ex.limits.elements:
            raise ex.wrong(LimitExceeded("a tensor has too many elements", ex.limits.elements, "elements"), span)
        if type_.dtype is DType.BFLOAT16:
            advice = "declare float32; precision is chosen when the spec is compiled"
            raise ex.wrong(Unsupported(str(type_), "no kernel runs it on the CPU", advice), span)


def _scale(dim: Dim) -> int:
    """The size of a dim up to its symbols."""
    return dim if isinstance(dim, int) else max(abs(coefficient) for _, coefficient in dim.terms)


def _paths(
    ex: Expander, operation: Operation, path: str | None, instance: LayerInstance | None, span: Span
) -> tuple[str, str]:
    """Path of the weights and path of the node; they differ where a layer is applied again."""
    again = instance is not None and instance.used
    home = instance.home if instance is not None else None
    if again and home is not None:
        return home, ex.unique(ex.frame.join(path) if path is not None else home)
    full = ex.frame.join(path) if path is not None else home
    if full is not None and full in ex.taken and not ex.frame.reuse:
        raise ex.wrong(NameTaken(full), span)
    full = full or ex.automatic(operation.name)
    return full, ex.unique(full)


def _weights(
    ex: Expander,
    specs: tuple[WeightSpec, ...],
    tied: dict[str, tuple[Value, Span]],
    full: str,
    span: Span,
    instance: LayerInstance | None,
) -> dict[str, Value]:
    known = tuple(spec.name for spec in specs)
    for name, (_, place) in tied.items():
        if name not in known:
            raise ex.wrong(UnknownArgument(full, name, known, nearest(name, known)), place)
    shared = instance.weights if instance is not None else {}
    weights: dict[str, Value] = {}
    for spec in specs:
        name = f"{full}.{spec.name}"
        existing = tied[spec.name][0] if spec.name in tied else shared.get(spec.name)
        if existing is None and ex.frame.reuse:
            existing = ex.graph.weights.get(name)
        weights[spec.name] = (
            _new_weight(ex, spec, name, span) if existing is None else _shared(ex, spec, name, existing, span)
        )
    return weights


def _new_weight(ex: Expander, spec: WeightSpec, name: str, span: Span) -> Weight:
    role = Role.TRAINABLE if spec.trainable else Role.BUFFER
    home = name.removesuffix(spec.name)
    made = Weight(
        name,
        TensorType(spec.dtype, spec.shape),
        span,
        initial=spec.initial,
        role=role,
        fan_in=spec.fan_in,
        fan_out=spec.fan_out,
        aliases=[f"{home}{local}" for local in spec.also],
    )
    return ex.new_weight(made, span)


def _shared(ex: Expander, spec: WeightSpec, name: str, existing: Value, span: Span) -> Value:
    if existing.type.shape != spec.shape or existing.type.dtype is not spec.dtype:
        wanted = str(TensorType(spec.dtype, spec.shape))
        raise ex.wrong(WeightMismatch(name, wanted, str(existing.type)), span)
    if isinstance(existing, Weight) and existing.name != name and name not in existing.aliases:
        existing.aliases.append(name)
    return ex.local(existing)


def _labels(rejected: Rejected, inputs: tuple[Value | None, ...]) -> list[Label]:
    blamed = ((inputs[blame.index], blame.dim) for blame in rejected.blames if blame.index < len(inputs))
    found = (_label(value, dim) for value, dim in blamed if value is not None)
    return [label for label in found if label is not None]


def _label(value: Value, dim: int | None) -> Label | None:
    """Where a tensor, or the size of one of its dims, comes from; None for a number of the spec."""
    origin = _origin(value, dim) if dim is not None else value
    name = origin.producer.path if origin.producer is not None else origin.name
    what = (
        f"{value.type.shape[dim]} (of {value.type})" if dim is not None and dim < value.type.rank else str(value.type)
    )
    span = origin.span or value.span
    return None if span is None else Label(span, f"{what} from `{name}`")


def _origin(value: Value, dim: int) -> Value:
    """The value that first had this size at this place: back through layers that keep it, which are those that have no
    weights or do not name the size."""
    while value.producer is not None and dim < value.type.rank:
        size = value.type.shape[dim]
        same = [v for v in value.producer.inputs if v is not None and v.type.rank > dim and v.type.shape[dim] == size]
        if not same or same[0].type.rank != value.type.rank:
            return value
        if value.producer.weights and any(part == size for part in parts(value.producer.operation)):
            return value
        value = same[0]
    return value
