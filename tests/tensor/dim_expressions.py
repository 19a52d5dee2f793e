"""Random dim expressions, built twice: as dims, and as plain integers at given values of the symbols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

from hypothesis import strategies as st

from specc.tensor.dims import Dim, Domain, ceildiv, floordiv, maximum, minimum

NAMES = ("H", "N", "T")


@dataclass(frozen=True)
class Call:
    """An operator and what it is applied to."""

    operator: str
    left: Expression
    right: Expression


Expression: TypeAlias = Union[int, str, Call]


def expressions(names: tuple[str, ...] = NAMES, leaves: int = 8) -> st.SearchStrategy[Expression]:
    """Expressions over `names`; divisors are positive integers, or symbols."""

    def extend(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        divisors = st.integers(1, 9) | st.sampled_from(names)
        return st.one_of(
            st.builds(Call, st.sampled_from(("+", "-", "*", "min", "max")), inner, inner),
            st.builds(Call, st.sampled_from(("//", "ceil")), inner, divisors),
        )

    return st.recursive(st.integers(-9, 9) | st.sampled_from(names), extend, max_leaves=leaves)


def to_dim(expression: Expression, domain: Domain) -> Dim:
    """The dim of an expression."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, str):
        return domain.symbol(expression)
    left, right = to_dim(expression.left, domain), to_dim(expression.right, domain)
    match expression.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return floordiv(left, right)
        case "ceil":
            return ceildiv(left, right)
        case "min":
            return minimum(left, right)
        case _:
            return maximum(left, right)


def to_int(expression: Expression, bindings: dict[str, int]) -> int:
    """The integer of an expression at `bindings`."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, str):
        return bindings[expression]
    left, right = to_int(expression.left, bindings), to_int(expression.right, bindings)
    match expression.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return left // right
        case "ceil":
            return -(-left // right)
        case "min":
            return min(left, right)
        case _:
            return max(left, right)


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    """Bounds and units of the symbols; every unit leaves at least one value between the bounds."""
    domain = Domain()
    for name in NAMES:
        unit = draw(st.sampled_from((1, 1, 2, 6, 32)))
        low = draw(st.integers(1, 40))
        if unit > 1:
            domain.unit[name] = unit
        if draw(st.booleans()):
            domain.low[name] = low
        if draw(st.booleans()):
            domain.high[name] = low + unit + draw(st.integers(0, 60))
    return domain


@st.composite
def bindings(draw: st.DrawFn, domain: Domain) -> dict[str, int]:
    """Values of the symbols that keep bounds and units."""
    values = {}
    for name in NAMES:
        unit = domain.unit.get(name, 1)
        low = -(-domain.low.get(name, 1) // unit)
        high = domain.high.get(name, unit * (low + 200)) // unit
        values[name] = unit * draw(st.integers(low, high) | st.sampled_from((low, high)))
    return values
