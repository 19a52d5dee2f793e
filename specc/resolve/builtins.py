"""Functions and constants of the language."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

from specc.base.errors import LimitExceeded
from specc.base.source import Span
from specc.base.work import spend
from specc.ir.graph import Value
from specc.ir.initial import File
from specc.layers.common.initializers import CALLS, called_initial
from specc.resolve.arithmetic import PARTS_A_STEP, Impossible, binary, compare
from specc.resolve.bind_layer import apply_layer
from specc.resolve.errors import TooManyArguments, WrongOperand
from specc.resolve.expand import NOTHING_GIVEN, Expander
from specc.resolve.items import Builtin, Given, Item, LayerInstance, Results, describe, is_number, is_tensor
from specc.resolve.modules import inside_root
from specc.resolve.nesting import checked
from specc.resolve.scanning import scan
from specc.tensor.dims import Poly, maximum, minimum
from specc.tensor.dtypes import DType

MADE_ANEW = ("enumerate", "zip", "sum", "all", "any", "min", "max")
"""Functions whose work on an entry is more than a copy."""
CONSTANTS: dict[str, Item] = {"pi": math.pi, "e": math.e, "inf": math.inf}


def _given(name: str, given: Given, low: int, high: int) -> list[Item]:
    items = [item for item, _ in given.positional]
    if given.named or not low <= len(items) <= high:
        wanted = f"{low}" if low == high else f"{low} to {high}"
        raise Impossible(WrongOperand(name, f"takes {wanted} arguments by position"))
    return items


def _listed(name: str, item: Item) -> tuple[Item, ...]:
    if isinstance(item, Results):
        return item.values
    if isinstance(item, (tuple, dict)):
        spend(len(item) if name in MADE_ANEW else len(item) // PARTS_A_STEP)
        return tuple(item)
    raise Impossible(WrongOperand(name, f"needs a list, and got {describe(item)}"))


def _range(ex: Expander, given: Given) -> Item:
    bounds: list[int] = []
    for item in _given("range", given, 1, 3):
        if isinstance(item, bool) or not isinstance(item, int):
            raise Impossible(WrongOperand("range", f"needs integers, and got {describe(item)}"))
        bounds.append(item)
    if len(bounds) == 3 and bounds[2] == 0:
        raise Impossible(WrongOperand("range", "the step cannot be 0"))
    numbers = range(*bounds)
    try:
        count = len(numbers)
    except OverflowError:
        count = ex.limits.items + 1
    if count > ex.limits.items:
        raise Impossible(LimitExceeded("a range is too long", ex.limits.items, "items"))
    spend(count // 4)
    return tuple(numbers)


def _enumerate(ex: Expander, given: Given) -> Item:
    items = _given("enumerate", given, 1, 2)
    start = items[1] if len(items) == 2 else 0
    if not isinstance(start, int):
        raise Impossible(WrongOperand("enumerate", "the start must be an integer"))
    return checked(tuple(enumerate(_listed("enumerate", items[0]), start)), ex.limits)


def _zip(ex: Expander, given: Given) -> Item:
    lists = [_listed("zip", item) for item in _given("zip", given, 1, 64)]
    if len({len(items) for items in lists}) > 1:
        lengths = ", ".join(str(len(items)) for items in lists)
        raise Impossible(WrongOperand("zip", f"the lists differ in length ({lengths})"))
    return checked(tuple(zip(*lists, strict=True)), ex.limits)


def _len(ex: Expander, given: Given) -> Item:
    item = _given("len", given, 1, 1)[0]
    return len(item) if isinstance(item, str) else len(_listed("len", item))


def _extreme(name: str) -> Callable[[Expander, Given], Item]:
    def call(ex: Expander, given: Given) -> Item:
        items: tuple[Item, ...] = tuple(_given(name, given, 1, 1_000_000))
        items = _listed(name, items[0]) if len(items) == 1 else items
        if not items:
            raise Impossible(WrongOperand(name, "the list is empty"))
        result = items[0]
        for item in items[1:]:
            if isinstance(result, (int, Poly)) and isinstance(item, (int, Poly)) and not isinstance(result, bool):
                result = (minimum if name == "min" else maximum)(result, item)
            elif compare("<" if name == "min" else ">", item, result):
                result = item
        return result

    return call


def _sum(ex: Expander, given: Given) -> Item:
    total: Item = 0
    for item in _listed("sum", _given("sum", given, 1, 1)[0]):
        total = binary("+", total, item, ex.limits)
    return total


def _reversed(ex: Expander, given: Given) -> Item:
    return _listed("reversed", _given("reversed", given, 1, 1)[0])[::-1]


def _all(ex: Expander, given: Given) -> Item:
    return all(item is True for item in _listed("all", _given("all", given, 1, 1)[0]))


def _any(ex: Expander, given: Given) -> Item:
    return any(item is True for item in _listed("any", _given("any", given, 1, 1)[0]))


def _int(ex: Expander, given: Given) -> Item:
    item = _given("int", given, 1, 1)[0]
    if isinstance(item, (int, float)) and math.isfinite(item):
        return int(item)
    raise Impossible(WrongOperand("int", f"needs a finite number, and got {describe(item)}"))


def _float(ex: Expander, given: Given) -> Item:
    item = _given("float", given, 1, 1)[0]
    if isinstance(item, (int, float)) and DType.FLOAT64.holds(item) and abs(item) <= sys.float_info.max:
        return float(item)
    raise Impossible(WrongOperand("float", f"needs a number that is no larger than a float, and got {describe(item)}"))


def _str(ex: Expander, given: Given) -> Item:
    item = _given("str", given, 1, 1)[0]
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, (int, float, str)):
        return str(item)
    raise Impossible(WrongOperand("str", f"needs a number or a string, and got {describe(item)}"))


def _initial(name: str) -> Callable[[Expander, Given], Item]:
    def call(ex: Expander, given: Given) -> Item:
        items = _given(name, given, 0, 2)
        numbers = tuple(
            float(i) for i in items if isinstance(i, (int, float)) and DType.FLOAT32.holds(i) and math.isfinite(i)
        )
        made = called_initial(name, numbers) if len(numbers) == len(given.positional) else None
        if made is None:
            raise Impossible(WrongOperand(name, "this initialiser does not take these arguments"))
        return made

    return call


def _file(ex: Expander, given: Given) -> Item:
    names = _given("file", given, 1, 2)
    if not all(isinstance(name, str) for name in names) or not names[0]:
        raise Impossible(WrongOperand("file", "needs the name of a .npy or .npz file, and the key in a .npz file"))
    span = given.positional[0][1]
    path = inside_root(ex, Path(str(names[0])), str(names[0]), span)
    return File(str(path), str(names[1]) if len(names) == 2 else None, span)


def _number_function(name: str, compute: Callable[[float], float]) -> Callable[[Expander, Given], Item]:
    def call(ex: Expander, given: Given) -> Item:
        item = _given(name, given, 1, 1)[0]
        if not isinstance(item, (int, float)) or not is_number(item):
            raise Impossible(WrongOperand(name, f"needs a number, and got {describe(item)}"))
        try:
            return compute(item)
        except (ValueError, OverflowError):
            raise Impossible(WrongOperand(name, f"has no result for {describe(item)}")) from None

    return call


def _root(number: float) -> float:
    """Square root; of a square integer it is an integer."""
    if isinstance(number, int) and number >= 0 and math.isqrt(number) ** 2 == number:
        return math.isqrt(number)
    return math.sqrt(number)


def _logarithm(number: float) -> float:
    return math.log(number)


PLAIN: dict[str, Callable[[Expander, Given], Item]] = {
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "len": _len,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _sum,
    "reversed": _reversed,
    "all": _all,
    "any": _any,
    "int": _int,
    "float": _float,
    "str": _str,
    "file": _file,
    "abs": _number_function("abs", abs),
    "round": _number_function("round", round),
    "floor": _number_function("floor", math.floor),
    "ceil": _number_function("ceil", math.ceil),
    "sqrt": _number_function("sqrt", _root),
    "exp": _number_function("exp", math.exp),
    "log": _number_function("log", _logarithm),
    "log2": _number_function("log2", math.log2),
    "sin": _number_function("sin", math.sin),
    "cos": _number_function("cos", math.cos),
    **{name: _initial(name) for name in CALLS if name not in ("zeros", "ones")},
}


_ELEMENTWISE = {
    "max": "`maximum(a, b)` takes the larger one of each two elements, `amax` the largest along axes",
    "min": "`minimum(a, b)` takes the smaller one of each two elements, `amin` the smallest along axes",
}


def _terms(given: Given) -> tuple[Item, ...]:
    """What `sum` adds up where it is given a list, or results of a layer of which none is the main one."""
    if given.named or len(given.positional) != 1:
        return ()
    item = given.positional[0][0]
    if isinstance(item, Results) and not item.primary:
        return item.values
    return item if isinstance(item, tuple) else ()


def _added(ex: Expander, terms: tuple[Item, ...], span: Span) -> Item:
    total = terms[0]
    for term in terms[1:]:
        both = Given(((total, span), (term, span)))
        total = apply_layer(ex, LayerInstance(ex.layers["add"], both, span), (), NOTHING_GIVEN, None, span)
    return total


def _builtin(name: str, compute: Callable[[Expander, Given], Item]) -> Builtin:
    """A function of numbers and lists; on tensors it is the layer of the same name, where there is one."""

    def call(ex: Expander, piped: tuple[Value, ...], given: Given, span: Span) -> Item:
        tensor = bool(piped) or any(is_tensor(item) for item, _ in given.positional)
        terms = _terms(given) if name == "sum" and not piped else ()
        if tensor and terms:
            return _added(ex, terms, span)
        if tensor and name in _ELEMENTWISE:
            raise ex.wrong(WrongOperand(name, "compares numbers and sizes, not tensors", _ELEMENTWISE[name]), span)
        if tensor and name in ex.layers:
            return apply_layer(ex, LayerInstance(ex.layers[name], given, span), piped, NOTHING_GIVEN, None, span)
        if piped:
            raise ex.wrong(TooManyArguments(name, len(piped), 0, "tensors"), span)
        try:
            return compute(ex, given)
        except Impossible as impossible:
            raise ex.wrong(impossible.mistake, span) from None

    return Builtin(name, call)


BUILTINS: dict[str, Builtin] = {
    **{name: _builtin(name, compute) for name, compute in PLAIN.items()},
    "scan": Builtin("scan", scan),
}
