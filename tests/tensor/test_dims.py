"""Arithmetic of dims against plain integers."""

from __future__ import annotations

import time

import pytest
from dim_expressions import NAMES, Expression, bindings, domains, expressions, to_dim, to_int
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specc.base.diagnostics import SpecError
from specc.tensor.dim_text import DimSyntaxError, parse_dim, parse_type
from specc.tensor.dims import (
    Dim,
    Domain,
    Poly,
    at_least,
    ceildiv,
    evaluate,
    exact_quotient,
    floordiv,
    format_dim,
    product,
    substitute,
    symbols,
    total,
)


def plain(dim: Dim, values: dict[str, int]) -> int:
    """The text of a dim, evaluated by Python itself."""
    value = eval(str(dim).replace("^", "**"), {"min": min, "max": max}, dict(values))
    assert isinstance(value, int)
    return value


@given(st.data(), domains(), expressions())
@settings(max_examples=400, deadline=None)
def test_a_dim_has_the_value_of_its_expression(data: st.DataObject, domain: Domain, expression: Expression) -> None:
    values = data.draw(bindings(domain))
    dim = to_dim(expression, domain)
    wanted = to_int(expression, values)
    assert evaluate(dim, values) == wanted
    assert plain(dim, values) == wanted
    assert symbols(dim) <= set(NAMES)
    assert substitute(dim, values) == wanted


@given(domains(), expressions())
@settings(max_examples=400, deadline=None)
def test_a_dim_parses_back_from_its_text(domain: Domain, expression: Expression) -> None:
    dim = to_dim(expression, domain)
    again = parse_dim(str(dim), domain)
    assert again == dim
    assert str(again) == str(dim)
    assert parse_type(f"int8[{dim}, {dim}]", domain).shape == (dim, dim)


@given(domains(), expressions(), expressions(), expressions())
@settings(max_examples=150, deadline=None)
def test_equal_sums_and_products_are_equal_dims(domain: Domain, a: Expression, b: Expression, c: Expression) -> None:
    x, y, z = (to_dim(e, domain) for e in (a, b, c))
    assert x * (y + z) == x * y + x * z
    assert x + y - y == x
    assert hash(x + y) == hash(y + x)
    assert total((x, y, z)) == z + y + x
    assert product((x, y, z)) == z * y * x


@given(domains(), expressions(leaves=4), expressions(leaves=4))
@settings(max_examples=200, deadline=None)
def test_a_product_divides_by_its_factors(domain: Domain, a: Expression, b: Expression) -> None:
    x, y = to_dim(a, domain), to_dim(b, domain)
    assume(y != 0)
    assert exact_quotient(x * y, y) == x


@given(st.data(), domains(), expressions(leaves=5), expressions(leaves=4))
@settings(max_examples=200, deadline=None)
def test_substitution_of_dims(data: st.DataObject, domain: Domain, outer: Expression, inner: Expression) -> None:
    domain.unit.pop("H", None)
    domain.high.pop("H", None)
    domain.low.pop("H", None)
    values = data.draw(bindings(domain))
    replaced = to_int(inner, values)
    assume(replaced >= 1)
    wanted = to_int(outer, {**values, "H": replaced})
    assert evaluate(substitute(to_dim(outer, domain), {"H": to_dim(inner, domain)}), values) == wanted


@given(st.integers(0, 12), st.integers(1, 8), st.integers(1, 8), st.integers(-20, 20))
def test_nested_roundings_merge(offset: int, first: int, second: int, shift: int) -> None:
    height = Domain().symbol("H")
    nested = floordiv(floordiv(height + offset, first) + shift, second)
    assert nested == floordiv(height + offset + shift * first, first * second)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("(H - 1)//2 + 1", "(H + 1)//2"),
        ("((H - 1)//2 + 1 - 1)//2 + 1", "(H + 3)//4"),
        ("(2*H + 3)//4", "(H + 1)//2"),
        ("(4*H + T)//4", "H + T//4"),
        ("(N*T*H)//(N*2)", "(H*T)//2"),
        ("H//2", "H//2"),
        ("N*(H//2)", "N*(H//2)"),
        ("0 - H//2", "-(H//2)"),
        ("N - H//2", "N - H//2"),
        ("T^2*N", "N*T^2"),
        ("(T + H)//T", "H//T + 1"),
        ("min(T, 5)//2", "(min(5, T))//2"),
        ("I//4", "I//4"),
        ("I//4*(J//4)", "(I//4)*(J//4)"),
        ("I//64", "I//64"),
        ("3*I", "3*I"),
        ("I//32 + 1", "I//32 + 1"),
        ("2*(I//4)", "I//2"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    domain = Domain(unit={"I": 32, "J": 32})
    made = parse_dim(text.replace("min(T, 5)", "min(5, T)"), domain)
    assert str(made) == normal
    assert parse_dim(normal, domain) == made


def test_thousands() -> None:
    size = Domain().symbol("T")
    assert format_dim(1536 * size * size + 10_000, ",") == "1,536*T^2 + 10,000"
    assert format_dim(1_000_000, "_") == "1_000_000"


def test_huge_integers_stay_exact() -> None:
    size = Domain().symbol("T")
    assert evaluate(10**40 * size + 1, {"T": 3}) == 3 * 10**40 + 1
    assert at_least(10**400 * size, 10**399)


@pytest.mark.parametrize("text", ["", "H +", "(H", "H)", "min(H)", "1.5", "H H", "H//0", "2^H", "min(H, 2", "§"])
def test_no_dim(text: str) -> None:
    with pytest.raises(DimSyntaxError):
        parse_dim(text, Domain())


@pytest.mark.parametrize("text", ["float31[N]", "float32", "float32[N,]", "float32[N"])
def test_no_type(text: str) -> None:
    with pytest.raises(DimSyntaxError):
        parse_type(text, Domain())


def test_a_scalar_type() -> None:
    assert parse_type("bool[]", Domain()).shape == ()


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (7, 2, 3), (2, 2, 0), (5, 3, 1)])
def test_fifty_strided_convolutions_are_fast(kernel: int, stride: int, padding: int) -> None:
    size: Dim = Domain().symbol("H")
    start = time.process_time()
    for _ in range(50):
        at_least(size + 2 * padding, kernel)
        size = floordiv(size + 2 * padding - kernel, stride) + 1
    assert time.process_time() - start < 0.5
    assert isinstance(size, Poly)
    assert str(size).count("//") == 1


def test_endless_growth_is_refused() -> None:
    size: Dim = Domain().symbol("H")
    start = time.process_time()
    with pytest.raises(SpecError, match="too many parts"):
        for _ in range(80):
            size = size + floordiv(3 * size - 1, 2)
    with pytest.raises(SpecError, match="too many parts"):
        Domain().symbol("H") ** 10**9
    assert time.process_time() - start < 2


def test_ceil_rounds_up() -> None:
    size = Domain().symbol("H")
    assert ceildiv(size, 2) == floordiv(size + 1, 2)
    with pytest.raises(ZeroDivisionError):
        floordiv(size, 0)
