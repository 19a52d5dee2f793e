"""3x3 convolutions with fewer products, beside torch in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch.nn import functional

import specc
from specc.lower import conv_forms

BORDERS = {"0": (0, 0, 0, 0), "1": (1, 1, 1, 1), "2": (2, 2, 2, 2), "[[0, 3], [2, 1]]": (2, 1, 0, 3)}
"""Columns before and after, rows before and after."""
CASES = {
    "same": ("1", 40, 24, 128, 128, True),
    "rows_left": ("[[0, 3], [2, 1]]", 14, 15, 256, 256, True),
    "valid": ("0", 30, 9, 288, 288, False),
    "wide_border": ("2", 12, 9, 320, 320, True),
    "one_column": ("1", 16, 1, 976, 976, False),
}


def spec(padding: str, rows: int, columns: int, channels: int, out: int, bias: bool, more: str = "") -> specc.Spec:
    sizes = f"{channels}, {rows}, {columns}"
    options = f"padding={padding}, bias={str(bias).lower()}{more}"
    return specc.loads(f"model m\ninput x: float32[N, {sizes}]\noutput y = x -> conv({out}, 3, {options}) as c\n")


def exact(x: np.ndarray, weights: dict[str, np.ndarray], padding: str) -> np.ndarray:
    """The convolution in double precision."""
    padded = functional.pad(torch.from_numpy(x).double(), BORDERS[padding])
    bias = weights.get("c.bias")
    weight = torch.from_numpy(weights["c.weight"]).double()
    made = functional.conv2d(padded, weight, None if bias is None else torch.from_numpy(bias).double())
    return np.asarray(made)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("batch", [1, 3])
def test_errors_are_those_of_a_plain_convolution(name: str, batch: int) -> None:
    case = CASES[name]
    x = np.random.default_rng(0).standard_normal((batch, case[3], *case[1:3])).astype(np.float32)
    plain, form = spec(*case).compile("cpu", without=["winograd"]), spec(*case).compile("cpu")
    assert form.ledger.applied("winograd") == 1 and not plain.ledger.applied("winograd")
    wanted = exact(x, dict(form.weights), case[0])
    errors = [float(np.max(np.abs(model.run(x=x)["y"] - wanted)) / np.max(np.abs(wanted))) for model in (plain, form)]
    assert errors[1] < max(4 * errors[0], 2e-6)


def test_nothing_in_is_nothing_out_and_a_bias_stays() -> None:
    model = spec(*CASES["same"]).compile("cpu")
    y = model.run(x=np.zeros((1, 128, 40, 24), np.float32))["y"]
    bias = model.weights["c.bias"]
    assert np.abs(y - bias[:, None, None]).max() < 1e-6 * np.abs(bias).max()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x -> conv(96, 3, padding=1) as c", ""),
        ("x -> conv(96, 3, padding=1, stride=2) as c", "a stride"),
        ("x -> conv(96, 3, padding=2, dilation=2) as c", "a dilation"),
        ("x -> conv(96, 5, padding=2) as c", "another kernel"),
        ("x -> conv(96, [3, 1]) as c", "another kernel"),
        ("x -> conv(96, 3, groups=2) as c", "groups"),
        ("x -> conv(96, 3, padding=1, padding_mode=reflect) as c", "another padding"),
        ("x -> conv(32, 3, padding=1) as c", "few channels"),
        ("x -> conv(100, 3, padding=1) as c", "channels that fill no block"),
        ("x -> reshape([n, 96, 9, 1600]) -> conv(96, 3, padding=1) as c", "few rows"),
        ("x[:, :, :, :10] -> conv(96, 3, padding=1) as c", "few products"),
        ("x -> conv(96, 3, padding=1, weight=w) as c", "a weight that is computed"),
    ],
)
def test_which_convolutions_stay_as_they_are(text: str, why: str) -> None:
    head = "model m\ninput x: float32[N, 96, 120, 120]\nn = x.shape[0]\nparam v: float32[96, 96, 3, 3]\nw = v * 2\n"
    used = "" if "weight=w" in text else "output z = w\n"
    model = specc.loads(f"{head}{used}output y = {text}\n").compile("cpu", without=["fold_ahead", "fold_constants"])
    assert model.ledger.applied("winograd") == (not why), why


def test_free_sizes_and_other_choices_stay_as_they_are() -> None:
    free = specc.loads("model m\ninput x: float32[N, 96, H, W]\noutput y = x -> conv(96, 3, padding=1) as c\n")
    assert free.compile("cpu").ledger.applied("winograd") == 0
    assert free.compile("cpu", bindings={"H": 120, "W": 120}).ledger.applied("winograd") == 1
    fixed = spec(*CASES["same"])
    for options in (
        {"target": "portable"},
        {"target": "cuda"},
        {"level": 1},
        {"weights": "none"},
        {"dtype": "float16"},
    ):
        assert fixed.compile(**{"target": "cpu", **options}).ledger.applied("winograd") == 0  # type: ignore[arg-type]


def test_it_is_one_of_the_rewrites_that_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    model = spec(*CASES["same"]).compile("cpu")
    (entry,) = (entry for entry in model.ledger.entries if entry.rewrite == "winograd")
    assert entry.layers == ("c",) and entry.source.endswith(":3") and "half the products" in entry.why


def test_the_matrices_multiply_polynomials() -> None:
    """A (G w * B x) is the convolution, exactly."""
    rng = np.random.default_rng(0)
    w, x = ([Fraction(int(number)) for number in rng.integers(-9, 9, count)] for count in (3, 6))
    kernel, rows = times(conv_forms.kernel_to_points(), w), times(conv_forms.rows_to_points(), x)
    made = times(conv_forms.points_to_rows(), [one * other for one, other in zip(kernel, rows, strict=True)])
    assert made == [sum(w[tap] * x[row + tap] for tap in range(3)) for row in range(4)]
    assert times(conv_forms.points_to_rows(), conv_forms.ones_at_points()) == [1, 1, 1, 1]


def times(matrix: conv_forms.Matrix, vector: Sequence[Fraction]) -> list[Fraction]:
    return [sum((m * n for m, n in zip(row, vector, strict=True)), Fraction()) for row in matrix]
