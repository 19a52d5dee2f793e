"""First values: statistics against torch's initialisers, determinism, formulas against numpy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from math import inf, sqrt
from pathlib import Path

import numpy as np
import pytest
import torch

from specc.base.diagnostics import SpecError
from specc.ir.graph import Weight
from specc.ir.initial import (
    Apply,
    Constant,
    File,
    Formula,
    Index,
    Initial,
    Normal,
    Orthogonal,
    Scaled,
    Uniform,
    Values,
)
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType
from specc.weights.initialise import first_values


def weight(
    initial: Initial, *shape: int, dtype: DType = DType.FLOAT32, name: str = "w", fans: tuple[int, int] = (1, 1)
) -> Weight:
    return Weight(name, TensorType(dtype, shape), initial=initial, fan_in=fans[0], fan_out=fans[1])


def same_distribution(ours: np.ndarray, theirs: torch.Tensor) -> None:
    """Two-sample Kolmogorov-Smirnov at p < 1e-6 (c = 2.69), plus the extremes."""
    left, right = np.sort(ours.ravel().astype(np.float64)), np.sort(theirs.numpy().ravel().astype(np.float64))
    grid = np.concatenate([left, right])
    gap = np.abs(
        np.searchsorted(left, grid, side="right") / left.size - np.searchsorted(right, grid, side="right") / right.size
    )
    assert gap.max() < 2.69 * sqrt(1 / left.size + 1 / right.size)


@pytest.mark.parametrize("seed", [0, 1])
def test_distributions_are_those_of_torch(seed: int) -> None:
    torch.manual_seed(seed)
    like = torch.empty(256, 128, 3, 3)
    fans = (128 * 9, 256 * 9)
    init = torch.nn.init
    cases: list[tuple[Initial, torch.Tensor]] = [
        (Uniform(-0.3, 0.1), init.uniform_(like.clone(), -0.3, 0.1)),
        (Normal(0.02, 1.0), init.normal_(like.clone(), 1.0, 0.02)),
        (Normal(1.0, 0.0, 2.0), init.trunc_normal_(like.clone())),
        (Scaled("in", sqrt(2), "normal"), init.kaiming_normal_(like.clone())),
        (Scaled("out", sqrt(2), "normal"), init.kaiming_normal_(like.clone(), mode="fan_out", nonlinearity="relu")),
        (Scaled("in", sqrt(2), "uniform"), init.kaiming_uniform_(like.clone())),
        (Scaled("average", 1.0, "uniform"), init.xavier_uniform_(like.clone())),
        (Scaled("average", 1.0, "normal"), init.xavier_normal_(like.clone())),
    ]
    for initial, theirs in cases:
        same_distribution(first_values(weight(initial, 256, 128, 3, 3, fans=fans), seed), theirs)


def test_truncated_normal_stays_inside_its_cut() -> None:
    values = first_values(weight(Normal(0.5, 3.0, 2.0), 100_000), 0)
    assert values.min() >= 2 and values.max() <= 4


@pytest.mark.parametrize("shape", [(64, 32), (32, 64), (16, 4, 3, 3), (5, 5)])
def test_orthogonal_rows_or_columns(shape: tuple[int, ...]) -> None:
    matrix = first_values(weight(Orthogonal(2.0), *shape), 3).reshape(shape[0], -1)
    small = matrix @ matrix.T if shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)


@pytest.mark.parametrize("dtype", [DType.FLOAT16, DType.FLOAT64, DType.BFLOAT16])
def test_other_float_types_hold_the_same_samples(dtype: DType) -> None:
    single = first_values(weight(Normal(1.0), 1000), 0)
    other = first_values(weight(Normal(1.0), 1000, dtype=dtype), 0)
    assert other.dtype.name == dtype.label
    np.testing.assert_allclose(other.astype(np.float32), single, rtol=1e-2)


def test_values_depend_on_seed_and_path_alone() -> None:
    one = first_values(weight(Normal(1.0), 2_500_000, name="a.b"), 0)
    assert np.array_equal(one, first_values(weight(Normal(1.0), 2_500_000, name="a.b"), 0))
    assert not np.array_equal(one, first_values(weight(Normal(1.0), 2_500_000, name="a.c"), 0))
    assert not np.array_equal(one, first_values(weight(Normal(1.0), 2_500_000, name="a.b"), 1))
    assert len(np.unique(one[:1000])) > 990
    assert not np.array_equal(one[: 1 << 20], one[1 << 20 : 2 << 20])


def test_values_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "from specc.ir.graph import Weight; from specc.ir.initial import Normal;"
        "from specc.tensor.types import TensorType; from specc.tensor.dtypes import DType;"
        "from specc.weights.initialise import first_values; import hashlib;"
        "w = Weight('x', TensorType(DType.FLOAT32, (99,)), initial=Normal(1.0));"
        "print(hashlib.sha256(first_values(w, 5).tobytes()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(made) == 1


def test_twenty_five_million_values_are_quick() -> None:
    start = time.process_time()
    first_values(weight(Uniform(-1.0, 1.0), 25_500_000), 0)
    assert time.process_time() - start < 2.0


def test_constants_and_lists() -> None:
    assert first_values(weight(Constant(1.0), 2, dtype=DType.BOOL), 0).tolist() == [True, True]
    assert first_values(weight(Values((1, 2, 3, 4)), 2, 2, dtype=DType.INT64), 0).tolist() == [[1, 2], [3, 4]]
    assert first_values(weight(Values((0.5, inf)), 2), 0).tolist() == [0.5, inf]
    assert first_values(weight(Values(()), 0, 3), 0).shape == (0, 3)


@pytest.mark.parametrize(
    ("initial", "shape", "dtype", "code"),
    [
        (Constant(300.0), (2,), DType.INT8, "SP4101"),
        (Values((0.5, 1.0)), (2,), DType.INT64, "SP4101"),
        (Values((-1, 1)), (2,), DType.UINT8, "SP4101"),
        (Values((2, 1)), (2,), DType.BOOL, "SP4101"),
        (Values((1, 2, 3)), (2,), DType.FLOAT32, "SP4102"),
        (Formula(Apply("/", (1, Index(0)))), (2,), DType.FLOAT32, "SP4103"),
        (Formula(Apply("//", (1, Index(0)))), (2,), DType.INT64, "SP4103"),
        (Formula(Apply("sqrt", (Apply("-", (0, Index(0))),))), (2,), DType.FLOAT32, "SP4103"),
        (Formula(Apply("*", (300, Index(0)))), (2,), DType.INT8, "SP4101"),
        (Formula(2**70), (2,), DType.FLOAT32, "SP4103"),
        (Formula(Apply("sin", (Index(0), 2))), (2,), DType.FLOAT32, "SP4103"),
        (Formula(Apply("min", (Index(0),))), (2,), DType.FLOAT32, "SP4103"),
    ],
)
def test_values_that_do_not_fit_are_mistakes(initial: Initial, shape: tuple[int, ...], dtype: DType, code: str) -> None:
    with pytest.raises(SpecError, match=code):
        first_values(weight(initial, *shape, dtype=dtype), 0)


def test_sinusoidal_table() -> None:
    angle = Apply("/", (Index(0), Apply("**", (10000, Apply("/", (Apply("//", (Index(1), 2)), 32))))))
    even = Apply("==", (Apply("%", (Index(1), 2)), 0))
    term = Apply("where", (even, Apply("sin", (angle,)), Apply("cos", (angle,))))
    i, j = np.ogrid[:50, :64]
    wanted = np.where(j % 2 == 0, np.sin(i / 10000 ** (j // 2 / 32)), np.cos(i / 10000 ** (j // 2 / 32)))
    np.testing.assert_allclose(first_values(weight(Formula(term), 50, 64), 0), wanted, atol=1e-6)


def test_causal_mask_and_relative_positions() -> None:
    mask = Apply("where", (Apply(">", (Index(1), Index(0))), -inf, 0.0))
    made = first_values(weight(Formula(mask), 5, 5), 0)
    assert np.array_equal(made, np.triu(np.full((5, 5), -inf), 1))
    inside = Apply("and", (Apply("<=", (Index(1), Index(0))), Apply("not", (Apply("==", (Index(0), 2)),))))
    made = first_values(weight(Formula(inside), 4, 4, dtype=DType.BOOL), 0)
    i, j = np.ogrid[:4, :4]
    assert np.array_equal(made, (j <= i) & (i != 2))
    distance = Apply("min", (Apply("abs", (Apply("-", (Index(0), Index(1))),)), 3, 2))
    made = first_values(weight(Formula(distance), 4, 4, dtype=DType.INT32), 0)
    assert np.array_equal(made, np.minimum(abs(i - j), 2))


def test_integer_formulas_do_not_wrap() -> None:
    powers = first_values(weight(Formula(Apply("**", (2, Index(0)))), 80, dtype=DType.FLOAT64), 0)
    assert powers.tolist() == [2.0**k for k in range(80)]
    large = Apply("*", (Apply("*", (Index(0), 2**40)), 2**40))
    assert first_values(weight(Formula(large), 3, dtype=DType.FLOAT64), 0).tolist() == [0.0, 2.0**80, 2.0**81]


def test_formula_in_blocks() -> None:
    term = Apply("+", (Apply("*", (Index(0), 1024)), Index(1)))
    made = first_values(weight(Formula(term), 3000, 1024, dtype=DType.INT64), 0)
    assert np.array_equal(made.ravel(), np.arange(3000 * 1024))


def test_array_files(tmp_path: Path) -> None:
    table = np.arange(6, dtype=np.float64).reshape(2, 3)
    np.save(tmp_path / "a.npy", table)
    np.savez(tmp_path / "b.npz", one=table, two=table + 1)
    assert np.array_equal(first_values(weight(File(str(tmp_path / "a.npy"), None), 2, 3), 0), table)
    assert np.array_equal(first_values(weight(File(str(tmp_path / "b.npz"), "two"), 2, 3), 0), table + 1)


def test_array_files_that_cannot_be_used(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    np.save(tmp_path / "o.npy", np.array([{}]), allow_pickle=True)
    np.savez(tmp_path / "b.npz", one=np.zeros(2), two=np.zeros(2))
    (tmp_path / "c.npy").write_text("no array")
    (tmp_path / "d.npz").write_bytes(b"PK\x03\x04 cut short")
    cases = [
        ("a.npy", None, (3, 2), DType.FLOAT32, "SP4105"),
        ("a.npy", None, (2, 3), DType.INT32, "SP4105"),
        ("a.npy", "key", (2, 3), DType.FLOAT32, "SP4104"),
        ("b.npz", None, (2,), DType.FLOAT32, "SP4104"),
        ("b.npz", "three", (2,), DType.FLOAT32, "SP4104"),
        ("c.npy", None, (2,), DType.FLOAT32, "SP4104"),
        ("d.npz", None, (2,), DType.FLOAT32, "SP4104"),
        ("o.npy", None, (1,), DType.FLOAT32, "SP4104"),
        ("missing.npy", None, (2,), DType.FLOAT32, "SP4104"),
    ]
    for name, key, shape, dtype, code in cases:
        with pytest.raises(SpecError, match=code):
            first_values(weight(File(str(tmp_path / name), key), *shape, dtype=dtype), 0)
