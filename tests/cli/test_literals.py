"""Values of `-D`."""

from __future__ import annotations

import pytest

from specc.cli.literals import NotALiteral, literal

GOOD = {
    "50": 50,
    "-3": -3,
    "1_000": 1000,
    "5M": 5_000_000,
    "1e-5": 1e-5,
    "-0.5": -0.5,
    "true": True,
    "none": None,
    '"a b"': "a b",
    "large": "large",
    "[1, [2, x]]": (1, (2, "x")),
    "(1, 2)": (1, 2),
    "[]": (),
    '{"a": 1, 2: [3]}': {"a": 1, 2: (3,)},
}


@pytest.mark.parametrize(("text", "value"), GOOD.items())
def test_values(text: str, value: object) -> None:
    assert literal(text) == value
    assert type(literal(text)) is type(value)


@pytest.mark.parametrize("text", ["", " ", "1 +", "1 + 1", "f(1)", "010", "[1", "a.b", "x -> y", '"open', "-true"])
def test_what_is_no_value(text: str) -> None:
    with pytest.raises(NotALiteral):
        literal(text)
