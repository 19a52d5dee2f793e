"""Operators on compile-time values: integers of any size within the limits, floats, strings, lists, and sizes."""

from __future__ import annotations

from collections.abc import Callable

from specc.base.diagnostics import Mistake
from specc.base.errors import LimitExceeded
from specc.base.limits import Limits
from specc.base.work import spend
from specc.resolve.errors import WrongOperand
from specc.resolve.errors_statements import UnknownAtCompileTime
from specc.resolve.items import Item, describe, is_number
from specc.tensor.dims import Dim, Poly, at_least, exact_quotient, floordiv

ORDER = ("<", "<=", ">", ">=")
PARTS_A_STEP = 8
"""Entries of a list, or characters of a string, that are copied in one step."""


class Impossible(Exception):
    """Carries the mistake; the caller knows the place."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message())
        self.mistake = mistake


def binary(operator: str, left: Item, right: Item, limits: Limits) -> Item:
    """`left operator right`."""
    if isinstance(left, Poly) or isinstance(right, Poly):
        return _sizes(operator, left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)) and is_number(left) and is_number(right):
        return _numbers(operator, left, right, limits)
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        _room("a string this long", len(left) + len(right), limits)
        return left + right
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        _room("a list this long", len(left) + len(right), limits)
        return left + right
    if operator == "*" and isinstance(left, (str, tuple)) and isinstance(right, int) and is_number(right):
        _room("a list this long", len(left) * max(right, 0), limits)
        return left * max(right, 0)
    raise _clash(operator, left, right)


def _clash(operator: str, left: Item, right: Item) -> Impossible:
    return Impossible(WrongOperand(operator, f"does not work on {describe(left)} and {describe(right)}"))


def _room(what: str, size: int, limits: Limits) -> None:
    """Whether a string or list of `size` parts may be made, which is work."""
    if size > limits.items:
        raise Impossible(LimitExceeded(what, limits.items, "items"))
    spend(size // PARTS_A_STEP)


def _bits(count: int, limits: Limits) -> None:
    if count > limits.integer_bits:
        raise Impossible(LimitExceeded("an integer with this many bits", limits.integer_bits, "integer_bits"))


def _numbers(operator: str, left: int | float, right: int | float, limits: Limits) -> Item:
    if operator in ("/", "//", "%") and right == 0:
        raise Impossible(WrongOperand(operator, "division by zero"))
    if operator == "**":
        return _power(left, right, limits)
    if isinstance(left, int) and isinstance(right, int):
        several = left.bit_length() + right.bit_length()
        _bits(several if operator == "*" else several // 2, limits)
    try:
        return ARITHMETIC[operator](left, right)
    except OverflowError:
        raise Impossible(WrongOperand(operator, "the result is too large for a float")) from None
    except KeyError:
        raise _clash(operator, left, right) from None


ARITHMETIC: dict[str, Callable[[int | float, int | float], int | float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}


def _power(base: int | float, exponent: int | float, limits: Limits) -> Item:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) > 1:
            _bits(base.bit_length() * exponent, limits)
        return int(base**exponent)
    whole = isinstance(exponent, int) or exponent.is_integer()
    if (base == 0 and exponent < 0) or (base < 0 and not whole):
        raise Impossible(WrongOperand("**", "the result is not a number"))
    try:
        return float(base) ** exponent
    except OverflowError:
        raise Impossible(WrongOperand("**", "the result is too large for a float")) from None


def _sizes(operator: str, left: Item, right: Item) -> Dim:
    if not _is_size(left) or not _is_size(right):
        raise _clash(operator, left, right)
    assert isinstance(left, (int, Poly)) and isinstance(right, (int, Poly))
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//" | "%" if at_least(right, 1):
            whole = floordiv(left, right)
            return whole if operator == "//" else left - whole * right
        case "/":
            quotient = exact_quotient(left, right) if at_least(right, 1) else None
            if quotient is None:
                advice = "use `//`, which rounds down"
                raise Impossible(WrongOperand("/", f"{left} does not divide by {right} exactly", advice))
            return quotient
        case "**" if isinstance(left, Poly) and isinstance(right, int) and 0 <= right <= 8:
            return left**right
    raise _clash(operator, left, right)


def _is_size(item: Item) -> bool:
    return isinstance(item, Poly) or (isinstance(item, int) and not isinstance(item, bool))


def compare(operator: str, left: Item, right: Item) -> bool:
    """`left operator right`; sizes compare only where the answer is the same for every value of the symbols."""
    if operator in ("in", "not in"):
        return _contains(left, right) == (operator == "in")
    if isinstance(left, Poly) or isinstance(right, Poly):
        return _compare_sizes(operator, left, right)
    if operator in ("==", "!="):
        return _equal(left, right) == (operator == "==")
    if isinstance(left, (int, float)) and isinstance(right, (int, float)) and is_number(left) and is_number(right):
        return _ordered(operator, left, right)
    if isinstance(left, str) and isinstance(right, str):
        return _ordered_text(operator, left, right)
    raise _clash(operator, left, right)


def _ordered(operator: str, left: int | float, right: int | float) -> bool:
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _ordered_text(operator: str, left: str, right: str) -> bool:
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _equal(left: Item, right: Item) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        spend(1 + min(len(left), len(right)))
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(compare("==", a, b) for a, b in pairs)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        spend(min(len(left), len(right)) // PARTS_A_STEP)
    return bool(left == right)


def _contains(item: Item, container: Item) -> bool:
    spend(1 + len(container) // PARTS_A_STEP if isinstance(container, str) else 1)
    if isinstance(container, str) and isinstance(item, str):
        return item in container
    if isinstance(container, (tuple, dict)):
        spend(len(container))
        return any(compare("==", item, other) for other in container)
    raise _clash("in", item, container)


def _compare_sizes(operator: str, left: Item, right: Item) -> bool:
    if not _is_size(left) or not _is_size(right):
        if operator in ("==", "!="):
            return operator == "!="
        raise _clash(operator, left, right)
    assert isinstance(left, (int, Poly)) and isinstance(right, (int, Poly))
    if operator in (">", ">="):
        left, right, operator = right, left, {">": "<", ">=": "<="}[operator]
    if operator == "<":
        holds, fails = at_least(right, left + 1), at_least(left, right)
    elif operator == "<=":
        holds, fails = at_least(right, left), at_least(left, right + 1)
    else:
        same, differ = left == right, at_least(left, right + 1) or at_least(right, left + 1)
        holds, fails = (same, differ) if operator == "==" else (differ, same)
    if not holds and not fails:
        raise Impossible(UnknownAtCompileTime(f"{left} {operator} {right}"))
    return holds
