"""Tensors of a checkpoint that are equal are written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import specc
from specc.runtime.session import SessionSettings, open_session

SPEC = """\
model twins
input x: float32[N, 600]
h = x -> linear(600, bias=false) as a -> relu
output y = h -> linear(600, bias=false) as b -> relu -> linear(600, bias=false) as c
"""


def saved(folder: Path, weights: dict[str, np.ndarray]) -> tuple[specc.Model, tuple[Path, ...]]:
    save_file(weights, folder / "w.safetensors")
    model = specc.loads(SPEC, syntax="text").compile(weights=str(folder / "w.safetensors"))
    return model, model.save(folder / "m.onnx")


def data(files: tuple[Path, ...]) -> Path:
    return next(path for path in files if path.name.endswith(".data"))


def test_equal_tensors_are_written_once(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.standard_normal((600, 600)).astype(np.float32) / 25 for _ in range(2))
    _, files = saved(tmp_path, {"a.weight": one, "b.weight": other, "c.weight": one})
    assert data(files).stat().st_size < 2.1 * one.nbytes
    x = rng.standard_normal((2, 600)).astype(np.float32)
    made = open_session(tmp_path / "m.onnx", SessionSettings()).run({"x": x})["y"]
    wanted = np.maximum(np.maximum(x @ one.T, 0) @ other.T, 0) @ one.T
    np.testing.assert_allclose(made, wanted, rtol=1e-3, atol=1e-4)


def test_a_single_bit_makes_them_differ(tmp_path: Path) -> None:
    one = np.zeros((600, 600), np.float32)
    other = one.copy()
    other[311, 77] = -0.0
    third = np.full_like(one, np.nan)
    _, files = saved(tmp_path, {"a.weight": one, "b.weight": other, "c.weight": third})
    assert data(files).stat().st_size > 2.9 * one.nbytes


def test_drawn_weights_are_not_compared(tmp_path: Path) -> None:
    files = specc.loads(SPEC, syntax="text").compile().save(tmp_path / "m.onnx")
    assert data(files).stat().st_size > 3 * 4 * 600 * 600 - 1
