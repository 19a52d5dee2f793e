"""Soundness of proofs at random values, and the claims that layers really need."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from dim_expressions import Expression, bindings, domains, expressions, to_dim
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from specc.tensor.dims import (
    Dim,
    Domain,
    Poly,
    at_least,
    ceildiv,
    evaluate,
    floordiv,
    maximum,
    minimum,
    product,
)
from specc.tensor.simplex import cost_below


def value(dim: Dim, values: dict[str, int]) -> int:
    found = evaluate(dim, values)
    assert found is not None
    return found


@given(st.data(), domains(), expressions(leaves=6), expressions(leaves=4))
@settings(max_examples=400, deadline=None)
def test_a_proved_claim_holds(data: st.DataObject, domain: Domain, left: Expression, right: Expression) -> None:
    x, y = to_dim(left, domain), to_dim(right, domain)
    if at_least(x, y):
        for _ in range(6):
            values = data.draw(bindings(domain))
            assert value(x, values) >= value(y, values), (str(x), str(y), values)


@given(st.data(), domains(), st.lists(expressions(leaves=4), max_size=3), expressions(), st.integers(0, 9))
@settings(max_examples=400, deadline=None)
def test_a_claim_proved_from_facts_holds(
    data: st.DataObject, domain: Domain, facts: list[Expression], claim: Expression, slack: int
) -> None:
    values = data.draw(bindings(domain))
    for fact in (to_dim(expression, domain) for expression in facts):
        fact = fact + slack
        if isinstance(fact, Poly):
            assume(value(fact, values) >= 0)
            domain.facts.append(fact)
    dim = to_dim(claim, domain)
    low = value(dim, values)
    assert not at_least(dim, low + 1), (str(dim), [str(f) for f in domain.facts], values)
    assert not at_least(low - 1, dim)


@given(st.integers(0, 40), st.integers(1, 9), st.integers(1, 5), st.integers(0, 4))
@example(1, 3, 2, 1)
def test_a_window_fits_exactly_where_it_does(low: int, kernel: int, stride: int, padding: int) -> None:
    """For one symbol the proof is complete: the smallest size decides."""
    domain = Domain(low={"H": low})
    height = domain.symbol("H")
    assert at_least(height + 2 * padding, kernel) == (low + 2 * padding >= kernel)
    out = floordiv(height + 2 * padding - kernel, stride) + 1
    smallest = (low + 2 * padding - kernel) // stride + 1
    assert at_least(out, smallest)
    assert not at_least(out, smallest + 1)
    again = floordiv(out + 2 * padding - kernel, stride) + 1
    assert at_least(again, (smallest + 2 * padding - kernel) // stride + 1)


def promise(domain: Domain, *facts: Dim) -> None:
    for fact in facts:
        assert isinstance(fact, Poly)
        domain.facts.append(fact)


def plain() -> Domain:
    return Domain()


def promised() -> Domain:
    domain = Domain(low={"P": 0})
    promise(domain, 1024 - domain.symbol("P") - domain.symbol("T"))
    return domain


def divisible() -> Domain:
    return Domain(unit={"H": 32, "W": 32})


def bounded() -> Domain:
    return Domain(low={"H": 7, "S": 2}, high={"H": 224, "S": 64, "T": 512})


def ordered() -> Domain:
    domain = Domain()
    promise(domain, domain.symbol("H") - domain.symbol("W"), 4096 - domain.symbol("H") * domain.symbol("W"))
    return domain


Sides = tuple[Dim, Dim]

PROVED: list[tuple[str, Callable[[], Domain], Callable[[Poly, Poly, Poly, Poly, Poly], Sides]]] = [
    ("half", plain, lambda h, w, t, p, s: (h, 2 * floordiv(h, 2))),
    ("half up", plain, lambda h, w, t, p, s: (2 * ceildiv(h, 2), h)),
    ("remainder", plain, lambda h, w, t, p, s: (3, h - 4 * floordiv(h, 4))),
    ("halves", plain, lambda h, w, t, p, s: (floordiv(h, 2) + ceildiv(h, 2), h)),
    ("halves again", plain, lambda h, w, t, p, s: (h, floordiv(h, 2) + ceildiv(h, 2))),
    ("area", plain, lambda h, w, t, p, s: (h * w, 4 * floordiv(h, 2) * floordiv(w, 2))),
    ("area of a batch", plain, lambda h, w, t, p, s: (s * h * w, 16 * s * floordiv(h, 4) * floordiv(w, 4))),
    ("area is a size", plain, lambda h, w, t, p, s: (floordiv(h, 2) * floordiv(w, 2), 0)),
    ("ceil pool", plain, lambda h, w, t, p, s: (ceildiv(h + 2 - 3, 2) + 1, floordiv(h + 2 - 3, 2) + 1)),
    ("transposed", plain, lambda h, w, t, p, s: ((floordiv(h - 1, 2) + 1 - 1) * 2 - 2 + 3 + 1, h)),
    ("transposed below", plain, lambda h, w, t, p, s: (h + 1, (floordiv(h - 1, 2) + 1 - 1) * 2 - 2 + 3 + 1)),
    ("min is below", plain, lambda h, w, t, p, s: (t, minimum(t, 512))),
    ("min is above", plain, lambda h, w, t, p, s: (minimum(t, minimum(s, 9)), 1)),
    ("max is above", plain, lambda h, w, t, p, s: (maximum(t, s), minimum(s, t))),
    ("max is below", plain, lambda h, w, t, p, s: (t + s, maximum(t, s) + 1)),
    ("min and max", plain, lambda h, w, t, p, s: (minimum(t, s) + maximum(t, s), t + s)),
    ("half of min", plain, lambda h, w, t, p, s: (floordiv(t, 2), floordiv(minimum(t, 100), 2))),
    ("slice end", plain, lambda h, w, t, p, s: (maximum(t - 4, 0), t - 4)),
    ("floor by symbol", plain, lambda h, w, t, p, s: (t, floordiv(t, s) * s)),
    ("ceil by symbol", plain, lambda h, w, t, p, s: (s * ceildiv(t, s), t)),
    ("cache", promised, lambda h, w, t, p, s: (1023, p)),
    ("cache and new", promised, lambda h, w, t, p, s: (1024, p + t)),
    ("cache of a batch", promised, lambda h, w, t, p, s: (1024 * s, s * (p + t))),
    ("half a cache", promised, lambda h, w, t, p, s: (512, floordiv(p + t, 2))),
    ("scaled cache", promised, lambda h, w, t, p, s: (3072, 3 * p + 2 * t)),
    ("mask", promised, lambda h, w, t, p, s: (1024, maximum(p, t))),
    ("least", divisible, lambda h, w, t, p, s: (h, 32)),
    ("tokens", divisible, lambda h, w, t, p, s: (floordiv(h, 16) * floordiv(w, 16), 4)),
    ("range", bounded, lambda h, w, t, p, s: (224 * s, h * s)),
    ("range of a product", bounded, lambda h, w, t, p, s: (512 * 64, s * t)),
    ("range of a floor", bounded, lambda h, w, t, p, s: (112, floordiv(h, s))),
    ("window", bounded, lambda h, w, t, p, s: (floordiv(h + 6 - 7, 2) + 1, 4)),
    ("order", ordered, lambda h, w, t, p, s: (floordiv(h, 2), floordiv(w, 2))),
    ("order of floors", ordered, lambda h, w, t, p, s: (floordiv(h - w, 2), 0)),
    ("part of an area", ordered, lambda h, w, t, p, s: (4096, h)),
    ("square", ordered, lambda h, w, t, p, s: (h * h, w * w)),
]


@pytest.mark.parametrize(("domain", "sides"), [case[1:] for case in PROVED], ids=[case[0] for case in PROVED])
def test_claims_of_layers_are_proved(
    domain: Callable[[], Domain], sides: Callable[[Poly, Poly, Poly, Poly, Poly], Sides]
) -> None:
    made = domain()
    left, right = sides(*(made.symbol(name) for name in "HWTPS"))
    start = time.process_time()
    assert at_least(left, right), f"{left} >= {right}"
    assert time.process_time() - start < 0.25


def test_downsampling_by_32_comes_back() -> None:
    start = Domain(unit={"H": 32}).symbol("H")
    size: Dim = start
    for _ in range(5):
        size = floordiv(size + 2 - 3, 2) + 1
    assert str(size) == "H//32"
    assert size * 32 == start


def test_a_unet_without_promises_is_refused() -> None:
    height = Domain().symbol("H")
    assert not at_least(2 * floordiv(height, 2), height)
    assert not at_least(floordiv(height, 2), 1)


def test_hard_claims_end_soon() -> None:
    domain = Domain()
    names = [domain.symbol(f"s{i}") for i in range(8)]
    promise(domain, *(a * b - b - a for a, b in pairwise(names)))
    tower = product(minimum(floordiv(a + b, 3), maximum(a, 7)) for a, b in pairwise(names))
    start = time.process_time()
    at_least(tower, names[0])
    at_least(names[0] * names[1] * names[2], floordiv(names[3], 2) - 5 * names[4])
    assert time.process_time() - start < 2


def test_linear_programs() -> None:
    """Minimise x + y with x + 2y = 4 is 2; infeasible rows never count; a free descent always does."""
    assert cost_below([[1, 2, 4]], [1, 1], 3)
    assert not cost_below([[1, 2, 4]], [1, 1], 2)
    assert not cost_below([[1, 1, -1]], [0, 0], 1)
    assert cost_below([[1, -1, 0]], [-1, 0], -100)
    assert cost_below([[1, 0, 2], [2, 0, 4]], [1, 1], 3)
