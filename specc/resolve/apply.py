"""Application of layers, blocks and functions to tensors."""

from __future__ import annotations

from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.graph import Value
from specc.ir.operation import Operation
from specc.resolve.bind_block import run_block, signature
from specc.resolve.bind_layer import apply_layer, field_kinds
from specc.resolve.errors import GivenTwice, NotATensor, NotCallable, UnknownMember
from specc.resolve.errors_statements import NameTaken
from specc.resolve.expand import Expander
from specc.resolve.items import (
    Abandoned,
    Block,
    BlockInstance,
    Builtin,
    Given,
    Item,
    LayerInstance,
    ModelBlock,
    OnnxNamespace,
    OnnxOperatorName,
    Quantity,
    Results,
    describe,
    is_tensor,
)
from specc.resolve.onnx_call import apply_onnx
from specc.tensor.dims import substitute


def tensors(ex: Expander, item: Item, span: Span) -> tuple[Value, ...]:
    """The tensors that `item` pipes into a layer."""
    if isinstance(item, Value):
        return (item,)
    if isinstance(item, Results):
        return item.values[:1] if item.primary else item.values
    if isinstance(item, tuple) and item:
        return tuple(value for part in item for value in tensors(ex, part, span))
    raise ex.wrong(NotATensor(describe(item), "what stands before `->`"), span)


def words(callee: Item, name: str | None) -> tuple[str, ...]:
    """Bare names that the attribute `name` of `callee` (any, by position) takes for words."""
    layer = callee.layer if isinstance(callee, LayerInstance) else callee
    if not isinstance(layer, type):
        return ()
    kinds = field_kinds(layer)
    if name is not None:
        return kinds[name].words if name in kinds else ()
    return tuple(word for kind in kinds.values() for word in kind.words)


def given_twice(ex: Expander, callee: Item, name: str, span: Span) -> Abandoned:
    """Report that an argument is given twice."""
    return ex.wrong(GivenTwice(title(callee), name), span)


def title(callee: Item) -> str:
    """Name of what is called."""
    match callee:
        case type():
            return callee.name
        case LayerInstance():
            return callee.layer.name
        case Block():
            return callee.definition.name
        case BlockInstance():
            return title(callee.block)
        case ModelBlock():
            return callee.header.name
        case Builtin() | Quantity():
            return callee.name
        case OnnxOperatorName():
            return f"onnx.{callee.op_type}"
        case _:
            return describe(callee)


def runs_at_once(callee: Item, given: Given) -> bool:
    """Whether a call outside a pipeline is carried out, rather than kept as an instance to be applied later."""
    if not isinstance(callee, (type, Block, ModelBlock)):
        return True
    if any(is_tensor(item) for item, _ in given.positional):
        return True
    if isinstance(callee, type):
        wanted = [port.name for port in callee.ports if not port.optional]
        return all(name in given.named for name in wanted)
    if isinstance(callee, Block) and callee.definition.keyword == "function":
        return True
    if isinstance(callee, ModelBlock):
        return any(is_tensor(item) for item, _ in given.named.values())
    required = [p.name for p in signature(callee) if p.default is None]
    return not given.positional and all(name in given.named for name in required)


def instance(ex: Expander, callee: Item, given: Given, path: str | None, span: Span) -> Item:
    """A layer or block with arguments, to be applied later."""
    home = None if path is None else ex.frame.join(path)
    if isinstance(callee, type):
        return LayerInstance(callee, given, span, home=home)
    assert isinstance(callee, (Block, ModelBlock))
    return BlockInstance(callee, given, span, home=home or None, inline=path == ".")


def apply(ex: Expander, callee: Item, piped: tuple[Value, ...], given: Given, path: str | None, span: Span) -> Item:
    """Apply `callee` to `piped` tensors and the arguments; the result is named `path` where that is given."""
    ex.step(span)
    match callee:
        case type():
            return apply_layer(ex, LayerInstance(callee, given, span), piped, Given(), path, span)
        case LayerInstance():
            return apply_layer(ex, callee, piped, given, path, span)
        case Block() | ModelBlock():
            return run_block(ex, BlockInstance(callee, given, span), piped, Given(), path, span)
        case BlockInstance():
            return run_block(ex, callee, piped, given, path, span)
        case Builtin():
            result = callee.call(ex, piped, given, span)
            return result if path is None else named(ex, result, path, span)
        case OnnxOperatorName():
            return apply_onnx(ex, callee, piped, given, path, span)
        case OnnxNamespace(domain):
            *_, last = domain.split(".")
            advice = f"the names of operators begin with a capital: `onnx.{last.title()}(...)`"
            raise ex.wrong(NotCallable(f"the domain `onnx.{domain}`", advice), span)
        case Quantity():
            return _measured(ex, callee, given, span)
        case _:
            raise ex.wrong(NotCallable(describe(callee)), span)


def _measured(ex: Expander, quantity: Quantity, given: Given, span: Span) -> Item:
    bindings: dict[str, int] = {}
    for name, (item, place) in given.named.items():
        if name not in quantity.symbols or not isinstance(item, int):
            near = nearest(name, sorted(quantity.symbols))
            raise ex.wrong(UnknownMember("the model's set of symbols", name, near), place)
        bindings[name] = item
    return substitute(quantity.value, bindings)


def named(ex: Expander, item: Item, path: str | None, span: Span) -> Item:
    """`item` under the name `path`: an instance gets its home, a fresh tensor its name."""
    if path is None:
        return item
    home = ex.frame.join(path)
    match item:
        case BlockInstance() if path == ".":
            item.inline = True
            return item
        case LayerInstance() | BlockInstance() if item.home is None:
            item.home = home
            return item
        case type() if issubclass(item, Operation):
            return LayerInstance(item, Given(), span, home=home)
        case Block() | ModelBlock():
            return BlockInstance(item, Given(), span, home=home or None, inline=path == ".")
        case Value() if item.producer is not None and not item.producer.weights and len(item.producer.outputs) == 1:
            if home in ex.taken:
                raise ex.wrong(NameTaken(home), span)
            ex.taken.add(home)
            item.name = item.producer.path = home
            return item
        case _:
            raise ex.wrong(NotCallable(f"{describe(item)} cannot be named; what is named with `as`"), span)
