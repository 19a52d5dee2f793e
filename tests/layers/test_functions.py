"""What functions, reductions, ordering and scattering reject, in which words, and what they count."""

from __future__ import annotations

import pytest

import specc

X = "input x: float32[N, T, 8]\n"
INDEX = "input i: int64[K]\n"

MESSAGES = {
    "input a: int64[N]\noutput y = floor_divide(a, 0)": ("SP3230", "`floor_divide` divides integers by 0"),
    X + "input l: float32[8]\noutput y = clamp(x, l, 0)": (
        "SP3233",
        "`clamp` has its bound `min` as a number and as a tensor",
    ),
    X + "input l: float32[T]\noutput y = clamp(x, max=l)": (
        "SP3201",
        "`clamp` of float32[N, T, 8] and float32[T]: 8 and T are neither equal nor 1",
    ),
    "input a: int32[N, 2]\noutput y = fmod(a, [3, 0])": ("SP3230", "`fmod` divides integers by 0"),
    X + "output y = var(x, 1)": (
        "SP3231",
        "`var` needs more than 1 elements, its correction, and their number may be less: T",
    ),
    X + "output y = stddev(x[:, :, :2], 2, correction=2)": (
        "SP3231",
        "`stddev` needs more than 2 elements, its correction, and their number is 2",
    ),
    X + "output y = maxout(x, 3, axis=2)": (
        "SP3232",
        "`maxout` takes groups of 3, into which an axis of 8 does not divide",
    ),
    X + "output y = maxout(x, 3)": ("SP3232", "`maxout` takes groups of 3, into which an axis of T may not divide"),
    X + "output y = swiglu(x, 1)": ("SP3121", "`swiglu` halves axis 1, whose size may be odd: T"),
    X + "output y = rrelu(x, 0.5, 0.1)": ("SP3122", "`rrelu` is to keep its input between 0.5 and 0.1"),
    X + "output y = topk(x, 9)[0]": ("SP3234", "`topk` picks 9 elements of axis 2, which has 8"),
    X + "output y = topk(x, 5, axis=1)[0]": ("SP3234", "`topk` picks 5 elements of axis 1, which may have fewer: T"),
    X + "output y = topk(x, T - 2, axis=1)[0]": ("SP3218", "`topk` would make a dim of T - 2, which may be negative"),
    X + "output y = topk(x > 0, 5)[0]": (
        "SP3004",
        "`topk` needs floating point, uint8 or signed integers, and got bool[N, T, 8]",
    ),
    INDEX + "output y = one_hot(i, K - 2)": ("SP3218", "`one_hot` would make a dim of K - 2, which may be negative"),
    X + "output z = x\nconst c: int64[2] = [4, -1]\noutput y = one_hot(c, 5)": (
        "SP3235",
        "index -1 is not among the 5 classes of `one_hot`",
    ),
    X + "input p: int64[K, 4]\noutput y = gather_nd(x, p)": (
        "SP3236",
        "`gather_nd` needs indices whose last dim is from 1 to 3, and got 4",
    ),
    X + "input p: int64[3, K]\noutput y = gather_nd(x, p)": (
        "SP3236",
        "`gather_nd` needs indices whose last dim is from 1 to 3, and got K",
    ),
    X + "input p: int64[N, 1]\noutput y = gather_nd(x, p, 2)": (
        "SP3239",
        "2 batch dims do not fit float32[N, T, 8] and indices int64[N, 1]",
    ),
    X + "input p: int64[M, 2]\noutput y = gather_nd(x, p, 1)": (
        "SP3212",
        "`gather_nd` needs axis 0 of both inputs to be equal, and got N and M",
    ),
    X + "input p: int64[N, 2, 9]\noutput y = scatter(x, p, 0, axis=1)": (
        "SP3237",
        "axis 2 of the indices of `scatter` is 9, which is above 8",
    ),
    X + "input p: int64[N, K, 8]\noutput y = scatter(x, p, 0, axis=2)": (
        "SP3237",
        "axis 1 of the indices of `scatter` is K, which may be above T",
    ),
    X + "input p: int64[N, K, 8]\ninput s: float32[N, T, 8]\noutput y = scatter(x, p, s, axis=1)": (
        "SP3212",
        "`scatter` needs axis 1 of `index` and `src` to be equal, and got K and T",
    ),
    X + INDEX + "output y = scatter(x, i, 0)": (
        "SP3001",
        "`scatter` needs 3 dims like the first input, and got int64[K]",
    ),
    "input b: bool[N]\n" + INDEX + "output y = scatter(b, i, true, reduce=add)": (
        "SP3004",
        "`scatter` needs numbers, and got bool[N]",
    ),
    X + "input p: int64[K, 1]\ninput s: float32[K, 8]\noutput y = scatter_nd(x, p, s)": (
        "SP3001",
        "`scatter_nd` needs 3 dims in `src`, [K, T, 8], and got float32[K, 8]",
    ),
    X + "input p: int64[K, 2]\ninput s: float32[K, T]\noutput y = scatter_nd(x, p, s)": (
        "SP3212",
        "`scatter_nd` needs axis 1 of `src` and of the places to be equal, and got 8 and T",
    ),
    X + "output y = arange(T) -> embedding(5, 3)": (
        "SP3207",
        "index T - 1 may be outside axis 0, which has 5 elements",
    ),
    X + "input p: float32[N, P, 4]\nrequire P >= 0\noutput y = gather(p, (arange(P) + 1)[none], axis=1)": (
        "SP3207",
        "index P may be outside axis 1, which has P elements",
    ),
    X + "output y = gather(x, 2 - arange(T), axis=2)": (
        "SP3207",
        "index -T + 3 may be outside axis 2, which has 8 elements",
    ),
    "input x: float32[4, 3]\noutput y = scatter_nd(x, [[2], [4]], x[:2])": (
        "SP3207",
        "index 4 is outside axis 0, which has 4 elements",
    ),
    "input x: float32[2, 4, 3]\noutput y = gather_nd(x, [[[0, -4]], [[3, 2]]], 1)": (
        "SP3207",
        "index -4 is outside axis 2, which has 3 elements",
    ),
    X + INDEX + "input s: float32[N, T, 8]\noutput y = index_add(x, i, s, axis=1)": (
        "SP3212",
        "`index_add` needs axis 1 of `src` and the length of `index` to be equal, and got K and T",
    ),
    X + "output y = take_along_dim(x, [[[8]]])": (
        "SP3207",
        "index 8 is outside axis 2, which has 8 elements",
    ),
    X + "output y = take_along_dim(x, [0, 1])": (
        "SP3001",
        "`take_along_dim` needs 3 dims like the first input, and got int64[2]",
    ),
    X + "output y = roll(x, [1, 2], 1)": ("SP3238", "`roll` has 2 shifts for 1 axes"),
    X + "output y = roll(x, [1, 2])": ("SP3238", "`roll` has 2 shifts for 1 axes"),
    X + "output y = diagonal(x, 0, 1, -2)": ("SP3203", "`diagonal` names an axis twice in [1, -2]"),
    X + "output y = flip(x, [0, 3])": ("SP3009", "`flip` works along axis 3, and the input has 3 dims"),
    X + "output y = tril(x[0, 0])": ("SP3001", "`tril` needs 2 to 16 dims, [..., rows, columns], and got float32[8]"),
    X + "output y = repeat_interleave(x, T - 2, 1)": (
        "SP3218",
        "`repeat_interleave` would make a dim of T - 2, which may be negative",
    ),
    X + "output y = mean(x[:, 2:], 1)": (
        "SP3216",
        "`mean` needs at least one element along axis 1, whose size max(0, T - 2) may be 0",
    ),
    X + "output y = norm(x[:, 2:], 1, p=inf)": (
        "SP3216",
        "`norm` needs at least one element along axis 1, whose size max(0, T - 2) may be 0",
    ),
    X + "output y = all(x)": ("SP3004", "`all` needs bool, and got float32[N, T, 8]"),
    X + "output y = bitwise_and(x, x)": ("SP3004", "`bitwise_and` needs integers, and got float32[N, T, 8]"),
    "input i: uint8[N]\ninput m: bool[N]\noutput y = masked_fill(i, m, -1)": ("SP3221", "-1 is not a value of uint8"),
    X + "output y = scatter(x, x, x)": ("SP3004", "`scatter` needs int64 or int32, and got float32[N, T, 8]"),
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


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        (X + "{}output y = var(x, 1)", "require T >= 2"),
        (X + "{}output y = maxout(x, 3)", "require T % 3 == 0"),
        (X + "{}output y = topk(x, 5, axis=1)[0]", "require T >= 5"),
        (X + "{}output y = reglu(x, 1)", "require T % 2 == 0"),
        (X + "input p: int64[N, K, 8]\n{}output y = scatter(x, p, 0, axis=2)", "require T >= K"),
    ],
)
def test_the_promise_that_is_advised_helps(text: str, promise: str) -> None:
    hint = diagnostic(text.format("")).help
    assert hint is not None
    assert promise in hint
    specc.loads("model good\n" + text.format(promise + "\n"), syntax="text").check()


@pytest.mark.parametrize(
    ("text", "flops"),
    [
        ("input a: float32[2, 3]\noutput y = log1p(a)", 48),
        ("input a: float32[2, 4]\noutput y = swiglu(a)", 20),
        ("input a: float32[2, 3, 4]\noutput y = var(a, 1)", 96),
        ("input a: float32[2, 3, 4]\noutput y = cumprod(a, 1)", 24),
        ("input a: float32[2, 3, 4]\noutput y = topk(a, 2)[0]", 24),
        ("input a: float32[2, 3, 4]\noutput y = flip(a, 0)", 0),
        ("input a: float32[2, 3]\noutput y = atan2(a, a)", 90),
        ("input a: float32[5]\ninput i: int64[2]\ninput s: float32[2]\noutput y = index_add(a, i, s)", 2),
    ],
)
def test_cost(text: str, flops: int) -> None:
    report = specc.loads(f"model counted\n{text}\n", syntax="text").report()
    assert (report.macs, report.flops) == (0, flops)


def test_the_word_none_of_an_attribute() -> None:
    specc.loads(
        "model none_of\ninput x: float32[N, 4]\noutput y = x -> gelu(approximate=none)\n", syntax="text"
    ).check()
