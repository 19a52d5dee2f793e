"""What a name can stand for while a spec is expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, Union

from specc.base.source import Span
from specc.base.work import spend
from specc.ir.graph import Value
from specc.ir.initial import Initial
from specc.ir.operation import Operation
from specc.syntax import ast
from specc.tensor.dims import Dim, Poly
from specc.tensor.dtypes import DType

if TYPE_CHECKING:
    from specc.resolve.expand import Expander


class Abandoned(Exception):
    """The mistake is reported; whatever depends on this value is left out silently."""


@dataclass(frozen=True, slots=True)
class Poison:
    """Stands for a value whose computation failed."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Several results of one layer. Where `primary` is set, the first stands for all when one tensor is wanted."""

    values: tuple[Value, ...]
    primary: bool
    layer: str


@dataclass(frozen=True, slots=True)
class Given:
    """Evaluated arguments of a call: by position, by name, each with its place."""

    positional: tuple[tuple[Item, Span], ...] = ()
    named: Mapping[str, tuple[Item, Span]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class LayerInstance:
    """A layer with arguments, not yet applied. Applied again, it shares the weights of the first time."""

    layer: type[Operation]
    given: Given
    span: Span
    home: str | None = None
    used: bool = False
    weights: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Block:
    """A block or function of a spec, and the scope that its body sees."""

    definition: ast.Definition
    scope: Scope


@dataclass(slots=True, eq=False)
class ModelBlock:
    """A whole imported model, applied as a block: its inputs are the block's inputs, its outputs the results."""

    module: ast.Module
    header: ast.Model


@dataclass(slots=True, eq=False)
class BlockInstance:
    """A block with some arguments, not yet applied. Applied again, it shares the weights of the first time."""

    block: Block | ModelBlock
    given: Given
    span: Span
    home: str | None = None
    used: bool = False
    inline: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function of the language. `call` gets the piped tensors, the arguments and the place of the call."""

    name: str
    call: Callable[[Expander, tuple[Value, ...], Given, Span], Item]
    lazy: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """An imported file under one name."""

    name: str
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class OnnxNamespace:
    """`onnx` and `onnx.<domain>`: every member is an operator."""

    domain: str


@dataclass(frozen=True, slots=True, eq=False)
class OnnxOperatorName:
    """`onnx.OpName`, to be called."""

    domain: str
    op_type: str


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A cost of the model in an `expect`: as it stands, or called with bindings."""

    name: str
    value: Dim
    symbols: frozenset[str]


Item: TypeAlias = Union[
    bool,
    int,
    float,
    str,
    Poly,
    DType,
    Initial,
    tuple["Item", ...],
    dict["Item", "Item"],
    Value,
    Results,
    type[Operation],
    LayerInstance,
    Block,
    ModelBlock,
    BlockInstance,
    Builtin,
    Namespace,
    OnnxNamespace,
    OnnxOperatorName,
    Quantity,
    Poison,
    None,
]


@dataclass(slots=True, eq=False)
class Variable:
    """What a name is bound to, where it was bound, and whether it was ever read."""

    item: Item
    span: Span | None
    read: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """Names of one file, model or block call, inside the scope where it was defined."""

    parent: Scope | None = None
    variables: dict[str, Variable] = field(default_factory=dict)

    def find(self, name: str) -> Variable | None:
        """The innermost variable called `name`."""
        scope: Scope | None = self
        while scope is not None:
            variable = scope.variables.get(name)
            if variable is not None:
                return variable
            scope = scope.parent
        return None

    def bind(self, name: str, item: Item, span: Span | None) -> None:
        """Bind `name` here; what it stood for before is forgotten."""
        before = self.variables.get(name)
        self.variables[name] = Variable(item, span, before is not None and before.read)

    def names(self) -> Iterator[str]:
        """Every name that can be seen."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.variables
            scope = scope.parent


def is_tensor(item: Item) -> bool:
    """Whether `item` is a tensor, or a list with a tensor in it."""
    if isinstance(item, tuple):
        spend(1 + len(item) // 8)
        return any(is_tensor(part) for part in item)
    return isinstance(item, (Value, Results))


def is_number(item: Item) -> bool:
    """Whether `item` is an integer or a float (not a boolean)."""
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def is_list_of_numbers(item: Item) -> bool:
    """Whether `item` is a list, at any depth, of nothing but numbers and booleans."""
    if not isinstance(item, tuple):
        return False
    return all(isinstance(part, (int, float)) or is_list_of_numbers(part) for part in item)


def describe(item: Item) -> str:
    """What `item` is, for a message: `the number 3`, `a tensor float32[N, 64]`."""
    match item:
        case None:
            return "none"
        case bool():
            return "true" if item else "false"
        case int() | float():
            return f"the number {brief_number(item)}"
        case str():
            return f'the string "{item[:40]}"'
        case Poly():
            return f"the size {item}"
        case Value():
            return f"a tensor {item.type}"
        case Results():
            return f"{len(item.values)} results of `{item.layer}`"
        case tuple():
            return f"a list of {len(item)}"
        case dict():
            return f"a map of {len(item)}"
        case LayerInstance():
            return f"the layer `{item.layer.name}`, not applied to a tensor"
        case Block():
            return f"the {item.definition.keyword} `{item.definition.name}`"
        case BlockInstance():
            return "a block, not applied to a tensor"
        case ModelBlock():
            return f"the model `{item.header.name}`"
        case type():
            return f"the layer `{item.name}`"
        case Builtin() | Namespace() | Quantity():
            return f"`{item.name}`"
        case OnnxNamespace(domain):
            return f"the domain `onnx{'.' if domain else ''}{domain}`"
        case OnnxOperatorName():
            return "an ONNX operator"
        case DType():
            return f"the element type {item}"
        case Poison():
            return "a failed value"
        case _:
            return "an initialiser"


def brief_number(number: int | float) -> str:
    """`number` as text, cut where it is very long."""
    if isinstance(number, int) and number.bit_length() > 256:
        return f"of {number.bit_length()} bits"
    return str(number)
