"""Binding the arguments of a block or function, and running its body."""

from __future__ import annotations

from collections.abc import Mapping

from specc.base.errors import LimitExceeded
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.graph import Value
from specc.resolve.errors import (
    GivenTwice,
    MissingArgument,
    NotATensor,
    TooManyArguments,
    UnknownArgument,
    WrongArgument,
)
from specc.resolve.errors_statements import NothingReturned
from specc.resolve.expand import Expander, Frame, Interface
from specc.resolve.items import (
    Abandoned,
    Block,
    BlockInstance,
    Given,
    Item,
    LayerInstance,
    ModelBlock,
    Poison,
    Results,
    Scope,
    describe,
    is_number,
    is_tensor,
)
from specc.syntax import ast
from specc.tensor.dims import Poly

BLOCK_STEPS = 15
KINDS = ("int", "float", "bool", "str", "list", "map", "block", "tensor")


def signature(block: Block | ModelBlock) -> tuple[ast.Parameter, ...]:
    """Declared parameters; those of a whole model."""
    return block.definition.parameters if isinstance(block, Block) else block.header.parameters


def block_name(block: Block | ModelBlock) -> str:
    """The name it was defined under."""
    return block.definition.name if isinstance(block, Block) else block.header.name


def run_block(
    ex: Expander, instance: BlockInstance, piped: tuple[Value, ...], given: Given, path: str | None, span: Span
) -> Item:
    """Run the body of a block on `piped` tensors and arguments; what it returns."""
    block = instance.block
    if len(ex.frames) > ex.limits.calls:
        what = f"`{block_name(block)}`: blocks nest too deeply (no block may apply itself)"
        raise ex.wrong(LimitExceeded(what, ex.limits.calls, "calls"), span)
    ex.step(span, BLOCK_STEPS)
    merged = _merged(ex, block, given, instance.given)
    frame = _frame(ex, instance, path, span)
    if isinstance(block, ModelBlock):
        return _run_model(ex, block, piped, merged, frame, span)
    scope = Scope(block.scope)
    places = [(value, span) for value in piped]
    bind_parameters(ex, block_name(block), signature(block), (*places, *merged.positional), merged.named, scope, span)
    ex.frames.append(frame)
    _document(ex, block.definition, frame)
    try:
        returned = ex.execute_statements(ex, block.definition.body, scope)
    finally:
        ex.frames.pop()
    if returned is None:
        raise ex.wrong(NothingReturned(block_name(block)), block.definition.span)
    if isinstance(returned.item, Poison):
        raise Abandoned
    return returned.item


def _document(ex: Expander, definition: ast.Definition, frame: Frame) -> None:
    first = definition.body[0] if definition.body else None
    if isinstance(first, ast.Docstring) and frame.prefix:
        ex.graph.scope_docs.setdefault(frame.prefix, first.text)


def _merged(ex: Expander, block: Block | ModelBlock, given: Given, before: Given) -> Given:
    for name in given.named:
        if name in before.named:
            raise ex.wrong(GivenTwice(block_name(block), name), given.named[name][1])
    return Given((*given.positional, *before.positional), {**before.named, **given.named})


def _frame(ex: Expander, instance: BlockInstance, path: str | None, span: Span) -> Frame:
    """The naming scope of one application; applied again, an instance shares the weights of the first time."""
    outer = ex.frame
    calls = (*outer.calls, span)
    definition = instance.block.definition if isinstance(instance.block, Block) else None
    if definition is not None and definition.keyword == "function":
        return Frame(outer.prefix, outer.counts, outer.reuse, calls, definition.name, definition)
    if instance.used and instance.home is not None:
        return Frame(instance.home, {}, True, calls, None, definition)
    if path == "." or (path is None and instance.inline):
        return Frame(outer.prefix, outer.counts, outer.reuse, calls, None, definition)
    named = outer.join(path) if path is not None else instance.home
    if named is not None:
        ex.prefixes.add(named)
    prefix = named or _automatic(ex, block_name(instance.block))
    instance.home, instance.used = prefix, True
    return Frame(prefix, {}, outer.reuse, calls, None, definition)


def _automatic(ex: Expander, name: str) -> str:
    full = ex.automatic(name)
    while full in ex.prefixes and not ex.frame.reuse:
        full = ex.automatic(name)
    ex.prefixes.add(full)
    return full


def bind_parameters(
    ex: Expander,
    name: str,
    parameters: tuple[ast.Parameter, ...],
    positional: tuple[tuple[Item, Span], ...],
    named: Mapping[str, tuple[Item, Span]],
    scope: Scope,
    span: Span,
    inferred: bool = False,
) -> None:
    """Bind arguments and defaults in `scope`; a default may use the parameters before it. With `inferred`, a literal
    default tells the kind of a parameter that states none."""
    known = tuple(parameter.name for parameter in parameters)
    if len(positional) > len(parameters):
        raise ex.wrong(
            TooManyArguments(name, len(positional), len(parameters), "arguments"), positional[len(parameters)][1]
        )
    for key, (_, place) in named.items():
        if key not in known:
            raise ex.wrong(UnknownArgument(name, key, known, nearest(key, known)), place)
        if known.index(key) < len(positional):
            raise ex.wrong(GivenTwice(name, key), place)
    missing: list[str] = []
    for index, parameter in enumerate(parameters):
        if index < len(positional) or parameter.name in named:
            item, place = positional[index] if index < len(positional) else named[parameter.name]
            _check_kind(ex, name, parameter, item, place, inferred)
        elif parameter.default is None:
            missing.append(parameter.name)
            continue
        else:
            item, place = ex.evaluate(parameter.default, scope), parameter.span
        scope.bind(parameter.name, item, parameter.span)
    if missing:
        raise ex.wrong(MissingArgument(name, tuple(missing)), span)


def _check_kind(ex: Expander, name: str, parameter: ast.Parameter, item: Item, place: Span, inferred: bool) -> None:
    kind = parameter.kind or (_kind_of_default(parameter.default) if inferred else None)
    if kind is None or fits(kind, item):
        return
    whole = kind == "int" and isinstance(item, float) and item.is_integer()
    wanted = f"of kind {kind}" if parameter.kind else f"of kind {kind}, like its default"
    raise ex.wrong(WrongArgument(name, parameter.name, wanted, describe(item), whole), place)


def _kind_of_default(default: ast.Expression | None) -> str | None:
    match default:
        case ast.Number(value=int()):
            return "int"
        case ast.Number():
            return "float"
        case ast.Boolean():
            return "bool"
        case ast.String():
            return "str"
        case _:
            return None


def fits(kind: str, item: Item) -> bool:
    """Whether `item` is of an annotated kind; sizes are integers, integers are floats."""
    match kind:
        case "int":
            return isinstance(item, Poly) or (isinstance(item, int) and not isinstance(item, bool))
        case "float":
            return is_number(item)
        case "bool":
            return isinstance(item, bool)
        case "str":
            return isinstance(item, str)
        case "list":
            return isinstance(item, tuple)
        case "map":
            return isinstance(item, dict)
        case "block":
            return isinstance(item, (type, LayerInstance, Block, BlockInstance, ModelBlock))
        case "tensor":
            return is_tensor(item)
        case _:
            return True


def _run_model(
    ex: Expander, block: ModelBlock, piped: tuple[Value, ...], given: Given, frame: Frame, span: Span
) -> Item:
    """Run a whole model as a block: tensors go to its inputs in order or by name, other arguments to its parameters."""
    leading = [item for item, _ in given.positional]
    if not all(isinstance(item, (Value, Results)) for item in leading):
        raise ex.wrong(NotATensor("something else", f"a positional argument of the model `{block.header.name}`"), span)
    values = [
        item.values[0] if isinstance(item, Results) else item for item in leading if isinstance(item, (Value, Results))
    ]
    inputs = {name: item for name, (item, _) in given.named.items() if isinstance(item, Value)}
    rest = {name: pair for name, pair in given.named.items() if not isinstance(pair[0], Value)}
    scope = Scope()
    bind_parameters(ex, block.header.name, block.header.parameters, (), rest, scope, span, inferred=True)
    interface = Interface(inputs, [*piped, *values])
    ex.frames.append(frame)
    ex.interfaces.append(interface)
    try:
        ex.execute_statements(ex, block.module.statements, scope)
    finally:
        ex.interfaces.pop()
        ex.frames.pop()
    if interface.waiting or not interface.outputs:
        raise ex.wrong(
            TooManyArguments(
                block.header.name, len(piped) + len(values), len(piped) + len(values) - len(interface.waiting), "inputs"
            ),
            span,
        )
    outputs = tuple(interface.outputs)
    return outputs[0] if len(outputs) == 1 else Results(outputs, False, block.header.name)
