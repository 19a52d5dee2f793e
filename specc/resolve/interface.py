"""Inputs, states, outputs and free weights: what a model shows to the outside."""

from __future__ import annotations

from specc.base.diagnostics import Label
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.graph import GraphInput, GraphOutput, Role, StatePair, Value, Weight
from specc.ir.initial import Constant, File, Initial, Normal, Values
from specc.layers.common.attributes import Unfit
from specc.layers.common.initializers import INITIAL
from specc.resolve.bind_layer import check_numbers, check_supported, elements
from specc.resolve.errors import MissingArgument, NotATensor, WrongArgument
from specc.resolve.errors_statements import NameTaken, NextUnfit, StateNotUpdated
from specc.resolve.errors_types import DeclaredTypeWrong, UnknownDtype, WrongDim
from specc.resolve.evaluate import path_text
from specc.resolve.expand import Expander
from specc.resolve.formula import formula
from specc.resolve.items import Item, Results, Scope, describe, is_number
from specc.syntax import ast
from specc.tensor.dims import Dim, Poly, at_least
from specc.tensor.dtypes import DTYPES, DType
from specc.tensor.types import TensorType

ENTRY_STEPS = 40


def tensor_type(ex: Expander, expression: ast.TypeExpression, scope: Scope) -> TensorType:
    """The type that is written."""
    dtype = _dtype(ex, expression)
    type_ = TensorType(dtype, tuple(_dim(ex, dim, scope) for dim in expression.dims))
    check_supported(ex, (type_,), expression.span)
    return type_


def _dtype(ex: Expander, expression: ast.TypeExpression) -> DType:
    if expression.dtype not in DTYPES:
        raise ex.wrong(UnknownDtype(expression.dtype, nearest(expression.dtype, DTYPES)), expression.span)
    return DTYPES[expression.dtype]


def _dim(ex: Expander, expression: ast.Expression, scope: Scope) -> Dim:
    item = ex.evaluate(expression, scope)
    if isinstance(item, bool) or not isinstance(item, (int, Poly)):
        raise ex.wrong(WrongDim(describe(item)), expression.span)
    if isinstance(item, int) and item < 0:
        raise ex.wrong(WrongDim(describe(item)), expression.span)
    if isinstance(item, Poly) and not at_least(item, 0):
        raise ex.wrong(WrongDim(f"{item}, which may be negative"), expression.span)
    return item


def _take_name(ex: Expander, name: str, span: Span) -> str:
    if name in ex.taken:
        raise ex.wrong(NameTaken(name, "choose another name; an input and a layer cannot share one"), span)
    ex.taken.add(name)
    return name


def _default(ex: Expander, expression: ast.Expression | None, name: str, dtype: DType, scope: Scope) -> float | None:
    if expression is None:
        return None
    item = ex.evaluate(expression, scope)
    if not is_number(item) and not isinstance(item, bool):
        raise ex.wrong(WrongArgument("input", name, "a number that fills it", describe(item)), expression.span)
    assert isinstance(item, (int, float))
    check_numbers(ex, (item,), dtype, expression.span)
    return int(item) if isinstance(item, bool) else item


def declare_input(ex: Expander, statement: ast.Input, scope: Scope) -> None:
    """An input of the model, or, of an imported model, the tensor that its caller gives."""
    if ex.interfaces:
        _take_given(ex, statement.name, statement.type, scope, statement.span)
        return
    name = path_text(ex, statement.path, scope) or statement.name
    type_ = tensor_type(ex, statement.type, scope)
    default = _default(ex, statement.default, statement.name, type_.dtype, scope)
    _add_input(ex, statement.name, name, type_, default, scope, statement.span)


def _add_input(
    ex: Expander, variable: str, name: str, type_: TensorType, default: float | None, scope: Scope, span: Span
) -> Value:
    ex.step(span, ENTRY_STEPS)
    value = Value(_take_name(ex, name, span), type_, span)
    ex.graph.inputs.append(GraphInput(value, default))
    ex.bodies[0].own.add(id(value))
    scope.bind(variable, value, span)
    scope.variables[variable].read = True
    return value


def _take_given(ex: Expander, name: str, declared: ast.TypeExpression, scope: Scope, span: Span) -> None:
    interface = ex.interfaces[-1]
    value = interface.inputs.pop(name, None) or (interface.waiting.pop(0) if interface.waiting else None)
    if value is None:
        raise ex.wrong(MissingArgument("the imported model", (name,), inputs=True), ex.frame.calls[-1])
    if _dtype(ex, declared) is not value.type.dtype or len(declared.dims) != value.type.rank:
        written = declared.span.source.text[declared.span.start : declared.span.end]
        raise ex.wrong(DeclaredTypeWrong(name, written, str(value.type)), span, _label(value))
    for expression, dim in zip(declared.dims, value.type.shape, strict=True):
        if isinstance(expression, ast.Name) and scope.find(expression.name) is None:
            scope.bind(expression.name, dim, expression.span)
            scope.variables[expression.name].read = True
        elif (wanted := _dim(ex, expression, scope)) != dim:
            raise ex.wrong(DeclaredTypeWrong(name, str(wanted), str(dim)), expression.span, _label(value))
    scope.bind(name, ex.local(value), span)


def _label(value: Value) -> list[Label]:
    return [Label(value.span, f"{value.type} from `{value.name}`")] if value.span is not None else []


def declare_state(ex: Expander, statement: ast.State, scope: Scope) -> None:
    """An input whose next value is an output."""
    name = path_text(ex, statement.path, scope) or statement.name
    next_name = path_text(ex, statement.next_path, scope) or f"next_{name}"
    if ex.interfaces:
        _take_given(ex, statement.name, statement.type, scope, statement.span)
        return
    type_ = tensor_type(ex, statement.type, scope)
    default = _default(ex, statement.default, statement.name, type_.dtype, scope)
    value = _add_input(ex, statement.name, name, type_, default, scope, statement.span)
    ex.open_states[statement.name] = (value, next_name, statement.span)


def declare_next(ex: Expander, statement: ast.Next, scope: Scope) -> None:
    """The output that feeds a state in the next run."""
    opened = None if ex.interfaces else ex.open_states.pop(statement.name, None)
    value = _tensor(ex, ex.evaluate(statement.value, scope), statement.name, statement.value.span)
    if statement.type is not None:
        _check_declared(ex, statement.name, statement.type, value, scope)
    if ex.interfaces:
        ex.interfaces[-1].outputs.append(value)
        return
    if opened is None:
        raise ex.wrong(StateNotUpdated(statement.name, False), statement.span)
    state, next_name, _ = opened
    if not ex.bound and (where := _unlike(state.type, value.type)) is not None:
        labels = _label(state) + _label(value)
        unfit = NextUnfit(statement.name, str(state.type), str(value.type), where)
        raise ex.wrong(unfit, statement.value.span, labels)
    _add_output(ex, next_name, value, statement.span)
    ex.graph.states.append(StatePair(state.name, next_name))


def _unlike(state: TensorType, following: TensorType) -> str | None:
    """Where no run that takes `following` as its `state` can succeed."""
    if state.dtype is not following.dtype:
        return f"{state.dtype} is not {following.dtype}"
    if state.rank != following.rank:
        return f"rank {state.rank} is not rank {following.rank}"
    for axis, (size, new) in enumerate(zip(state.shape, following.shape, strict=True)):
        if isinstance(size, int) and (at_least(new, size + 1) or at_least(size, new + 1)):
            return f"axis {axis} is {size} and becomes {new}"
    return None


def declare_output(ex: Expander, statement: ast.Output, scope: Scope) -> None:
    """An output of the model, its declared type checked."""
    if statement.value is not None:
        item = ex.evaluate(statement.value, scope)
    else:
        item = ex.evaluate(ast.Name(statement.span, statement.name), scope)
    value = _tensor(ex, item, statement.name, statement.span)
    if statement.type is not None:
        _check_declared(ex, statement.name, statement.type, value, scope)
    scope.bind(statement.name, value, statement.span)
    scope.variables[statement.name].read = True
    if ex.interfaces:
        ex.interfaces[-1].outputs.append(value)
        return
    _add_output(ex, path_text(ex, statement.path, scope) or statement.name, value, statement.span)


def _add_output(ex: Expander, name: str, value: Value, span: Span) -> None:
    ex.step(span, ENTRY_STEPS + (len(ex.graph.outputs) + len(ex.graph.inputs)) // 20)
    if any(output.name == name for output in ex.graph.outputs) or any(e.value.name == name for e in ex.graph.inputs):
        raise ex.wrong(NameTaken(name, "inputs and outputs have a name each: `output NAME as OTHER.NAME = ...`"), span)
    ex.uses.add(id(value))
    ex.graph.outputs.append(GraphOutput(name, value, span))


def _tensor(ex: Expander, item: Item, name: str, span: Span) -> Value:
    if isinstance(item, Results) and item.primary:
        item = item.values[0]
    if not isinstance(item, Value):
        raise ex.wrong(NotATensor(describe(item), f"the output `{name}`"), span)
    return item


def _check_declared(ex: Expander, name: str, declared: ast.TypeExpression, value: Value, scope: Scope) -> None:
    wanted = tensor_type(ex, declared, scope)
    if wanted != value.type:
        raise ex.wrong(DeclaredTypeWrong(name, str(wanted), str(value.type)), declared.span, _label(value))


def declare_weight(ex: Expander, statement: ast.Weight, scope: Scope) -> None:
    """`param` or `const`: a tensor of the model that belongs to no layer."""
    type_ = tensor_type(ex, statement.type, scope)
    for dim, expression in zip(type_.shape, statement.type.dims, strict=True):
        if not isinstance(dim, int):
            raise ex.wrong(WrongDim(f"{dim}, and a stored tensor has a fixed shape", True), expression.span)
    path = ex.frame.join(path_text(ex, statement.path, scope) or statement.name)
    known = ex.graph.weights.get(path) if ex.frame.reuse else None
    if known is None:
        initial = _initial(ex, statement, type_, scope)
        role = Role.TRAINABLE if statement.trainable else Role.BUFFER
        known = ex.new_weight(Weight(path, type_, statement.span, initial=initial, role=role), statement.span)
    scope.bind(statement.name, known, statement.span)


def _initial(ex: Expander, statement: ast.Weight, type_: TensorType, scope: Scope) -> Initial:
    if statement.value is None:
        if not statement.trainable:
            raise ex.wrong(MissingArgument("const", (f"{statement.name} = ...",)), statement.span)
        return Normal(0.02)
    if statement.indices:
        if len(statement.indices) != type_.rank:
            shown = f"{len(statement.indices)} indices"
            raise ex.wrong(
                WrongArgument("const", statement.name, f"indexed by its {type_.rank} dims", shown), statement.span
            )
        return formula(ex, statement.value, statement.indices, scope)
    return _plain_initial(
        ex, statement.name, ex.evaluate(statement.value, scope, INITIAL.words), type_, statement.value
    )


def _plain_initial(ex: Expander, name: str, item: Item, type_: TensorType, expression: ast.Expression) -> Initial:
    if isinstance(item, tuple):
        shape, numbers = elements(ex, item, expression.span)
        if shape != type_.shape:
            given = f"a list of shape {list(shape)}"
            raise ex.wrong(WrongArgument("const", name, f"of shape {list(type_.shape)}", given), expression.span)
        check_numbers(ex, numbers, type_.dtype, expression.span)
        return Values(numbers)
    if isinstance(item, bool):
        return Constant(float(item))
    if isinstance(item, (int, float)):
        check_numbers(ex, (item,), type_.dtype, expression.span)
        return Constant(item)
    if isinstance(item, File):
        return item
    try:
        return INITIAL.convert(item)  # type: ignore[arg-type]
    except Unfit:
        raise ex.wrong(WrongArgument("const", name, INITIAL.text, describe(item)), expression.span) from None
