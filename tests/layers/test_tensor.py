"""What arithmetic, products and movement reject, in which words, and what they count."""

from __future__ import annotations

import pytest

import specc

A_B = "input a: float32[N, {}]\ninput b: float32[{}]\n"
X = "input x: float32[N, T, 8]\n"

MESSAGES = {
    A_B.format("8", "N, 4") + "output y = a + b": (
        "SP3201",
        "`add` of float32[N, 8] and float32[N, 4]: 8 and 4 are neither equal nor 1",
    ),
    A_B.format("T", "N, S") + "output y = a * b": (
        "SP3201",
        "`mul` of float32[N, T] and float32[N, S]: T and S are neither equal nor 1",
    ),
    "input c: bool[N]\n" + A_B.format("4", "2, N, 3") + "output y = where(c[:, none], a, b)": (
        "SP3201",
        "`where` of float32[N, 4] and float32[2, N, 3]: 4 and 3 are neither equal nor 1",
    ),
    "input a: float32[N]\ninput b: int64[N]\noutput y = a + b": (
        "SP3202",
        "`add` needs tensors of one element type, and got float32[N] and int64[N]",
    ),
    "input a: int64[N]\noutput y = a / a": ("SP3004", "`div` needs floating point, and got int64[N]"),
    "input a: uint8[N]\noutput y = -a": ("SP3004", "`neg` needs signed numbers, and got uint8[N]"),
    "input a: bool[N]\noutput y = a + a": ("SP3004", "`add` needs numbers, and got bool[N]"),
    "input a: float64[N]\noutput y = erf(a)": (
        "SP3004",
        "`erf` needs float32, float16 or bfloat16, and got float64[N]",
    ),
    X + "output y = mean(x, 3)": ("SP3009", "`mean` works along axis 3, and the input has 3 dims"),
    X + "output y = mean(x, [1, -2])": ("SP3203", "`mean` names an axis twice in [1, -2]"),
    X + "output y = flatten(x, 2, 1)": ("SP3204", "axis 2 comes after axis 1 of float32[N, T, 8]"),
    A_B.format("8", "4, 8") + "output y = a @ b": (
        "SP3205",
        "the product of float32[N, 8] and float32[4, 8] would sum 8 against 4 elements",
    ),
    X + "output y = reshape(x, [N, 3, -1])": (
        "SP3206",
        "`reshape` cannot bring float32[N, T, 8] into the shape [N, 3, -1] for every size",
    ),
    X + "output y = reshape(x, [-1, -1, 8])": (
        "SP3206",
        "`reshape` cannot bring float32[N, T, 8] into the shape [-1, -1, 8] for every size",
    ),
    X + "output y = x[:, 3]": ("SP3207", "index 3 may be outside axis 1, which has T elements"),
    X + "output y = x[..., -9]": ("SP3207", "index -9 is outside axis 2, which has 8 elements"),
    X + "output y = x[:, T]": ("SP3207", "index T may be outside axis 1, which has T elements"),
    X + "output y = x[:, T - 4:]": ("SP3208", "the bound `T - 4` is negative for some sizes and not for others"),
    X + "output y = x[..., 5:3]": ("SP3209", "the slice of axis 2, which has 8 elements, takes none"),
    X + "output y = x[:, :, :, 0]": ("SP3210", "4 subscripts do not fit the 3 axes of float32[N, T, 8]"),
    X + "output y = transpose(x, [0, 2])": (
        "SP3211",
        "[0, 2] does not name each of the 3 axes of float32[N, T, 8] once",
    ),
    A_B.format("8", "M, 8") + "output y = concat(a, b, axis=1)": (
        "SP3212",
        "`concat` needs axis 0 of all inputs to be equal, and got N and M",
    ),
    A_B.format("8", "N, 4, 8") + "output y = concat(a, b)": (
        "SP3001",
        "`concat` needs 2 dims like the first input, and got float32[N, 4, 8]",
    ),
    X + "a, b = split(x, 2)\noutput y = a\noutput z = b": ("SP3213", "T elements do not divide into 2 equal parts"),
    X + "a, b = split(x, [3, 4], axis=2)\noutput y = a\noutput z = b": ("SP3213", "parts of 3, 4 do not add up to 8"),
    X + "output y = squeeze(x, 1)": ("SP3214", "axis 1 has size T, and only a dim of 1 can be dropped"),
    X + "output y = expand(x, [N, 5, 8])": (
        "SP3215",
        "float32[N, T, 8] cannot be repeated to the shape [N, 5, 8]",
    ),
    X + "output y = x[:, 4:] -> amax(1)": (
        "SP3216",
        "`amax` needs at least one element along axis 1, whose size max(0, T - 4) may be 0",
    ),
    X + "output y = clamp(x)": ("SP3217", "`clamp` needs `min`, `max` or both"),
    X + "output y = clamp(x, 2, 1)": ("SP3217", "`clamp` from 2.0 to 1.0 leaves no number"),
    X + "output z = x\noutput y = arange(T - 4)": (
        "SP3218",
        "`arange` would make a dim of T - 4, which may be negative",
    ),
    X + 'output y = einsum(x, "ij->i")': (
        "SP3219",
        'the equation "ij->i" names 2 axes of input 0, and float32[N, T, 8] has 3',
    ),
    X + 'output y = einsum(x, "ijj->i")': ("SP3219", 'the equation "ijj->i" names an axis twice in `ijj`'),
    X + 'output y = einsum(x, x, "ijk,ikj->i")': (
        "SP3212",
        "`einsum` needs all sizes of `k` to be equal, and got 8 and T",
    ),
    X + "output y = tile(x, 2)": ("SP3220", "`tile` has 1 numbers, and float32[N, T, 8] has 3 axes"),
    X + "output z = x\noutput y = full([N], 300, uint8)": ("SP3221", "300 is not a value of uint8"),
}


def diagnostic(text: str) -> specc.Diagnostic:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model bad\n{text}\n", syntax="text").check()
    (found,) = caught.value.diagnostics
    return found


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    found = diagnostic(text)
    assert (found.code, found.message) == MESSAGES[text]


def test_a_clash_shows_both_sides() -> None:
    found = diagnostic(A_B.format("8", "N, 4") + "output y = a + b")
    assert sorted(label.span.line for label in found.labels) == [2, 3]


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        (X + "{}output y = x[:, 3]", "require T >= 4"),
        (X + "{}output y = x[:, -3]", "require T >= 3"),
        (X + "{}output y = x[:, T - 4:]", "require T - 4 >= 0"),
        (X + "{}a, b = split(x, 2)\noutput y = a\noutput z = b", "require T % 2 == 0"),
        (X + "{}output z = x\noutput y = arange(T - 4)", "require T - 4 >= 0"),
    ],
)
def test_the_promise_that_is_advised_helps(text: str, promise: str) -> None:
    hint = diagnostic(text.format("")).help
    assert hint is not None
    assert promise in hint
    specc.loads("model good\n" + text.format(promise + "\n"), syntax="text").check()


@pytest.mark.parametrize(
    ("text", "macs", "flops"),
    [
        ("input a: float32[2, 3]\ninput b: float32[2, 1]\noutput y = a + b", 0, 6),
        ("input a: float32[2, 3]\noutput y = rsqrt(a)", 0, 12),
        ("input a: float32[2, 3, 4]\noutput y = mean(a, 1)", 0, 24),
        ("input a: float32[2, 3, 4]\noutput y = swap(a)", 0, 0),
        ("input a: float32[5, 2, 3]\ninput b: float32[3, 4]\noutput y = a @ b", 120, 240),
        ("input a: float32[3]\ninput b: float32[3]\noutput y = a @ b", 3, 6),
        ('input a: float32[2, 3]\ninput b: float32[3, 4]\noutput y = einsum(a, b, "ij,jk->ik")', 24, 48),
        (
            "input a: float32[2, 3]\ninput b: float32[3, 4]\ninput c: float32[4, 5]\n"
            'output y = einsum(a, b, c, "ij,jk,kl->il")',
            24 + 40,
            2 * (24 + 40),
        ),
    ],
)
def test_cost(text: str, macs: int, flops: int) -> None:
    report = specc.loads(f"model counted\n{text}\n", syntax="text").report()
    assert (report.macs, report.flops) == (macs, flops)
