"""Checkpoints written by safetensors and numpy, matched with weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

from specc.base.diagnostics import SpecError
from specc.base.source import Source, Span
from specc.ir.graph import Role, Weight
from specc.ir.initial import Constant, Formula, Initial, Normal
from specc.ir.relayout import (
    FUNCTIONS,
    Applied,
    Blocks,
    Bordered,
    Diagonal,
    Filled,
    InverseRoot,
    Joined,
    MatrixProduct,
    Part,
    Product,
    Reshaped,
    Stored,
    Sum,
    Summed,
    Transposed,
)
from specc.syntax.ast import Ignore, Rename, WeightRule
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType
from specc.weights.match import match_checkpoint
from specc.weights.open import open_checkpoint
from specc.weights.relayout import evaluate_relayout
from specc.weights.source import CheckpointWeights

NOWHERE = Span(Source("net.specc", " "), 0, 1)


def weight(name: str, *shape: int, dtype: DType = DType.FLOAT32, role: Role = Role.TRAINABLE, **more: object) -> Weight:
    initial = more.get("initial", Normal(1.0))
    aliases = more.get("aliases", ())
    assert isinstance(initial, Initial) and isinstance(aliases, tuple)
    return Weight(name, TensorType(dtype, shape), initial=initial, role=role, aliases=list(aliases))


def weights(*made: Weight) -> dict[str, Weight]:
    return {one.name: one for one in made}


def rule(pattern: str, replacement: str | None) -> WeightRule:
    return Ignore(NOWHERE, pattern) if replacement is None else Rename(NOWHERE, (pattern,), (), (replacement,))


def stored(folder: Path, **tensors: np.ndarray) -> Path:
    path = folder / "model.safetensors"
    save_file({name.replace("__", "."): array for name, array in tensors.items()}, path)
    return path


def matched(path: Path, known: dict[str, Weight], *rules: WeightRule) -> CheckpointWeights:
    return CheckpointWeights(match_checkpoint(open_checkpoint(path), known, rules).need())


def codes(error: SpecError) -> list[str]:
    return sorted(diagnostic.code for diagnostic in error.diagnostics)


def test_tensors_are_read_by_name_and_type(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    half = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3)
    save_torch({"a": torch.from_numpy(array), "b": half, "c": half.to(torch.float16)}, tmp_path / "m.safetensors")
    known = weights(weight("a", 2, 3, dtype=DType.FLOAT16), weight("b", 2, 3), weight("c", 2, 3))
    source = matched(tmp_path / "m.safetensors", known)
    for name in known:
        made = source.fetch(known[name])
        assert made.dtype.name == known[name].type.dtype.label
        assert np.array_equal(made.astype(np.float32), array)


def test_empty_and_scalar_tensors(tmp_path: Path) -> None:
    path = stored(tmp_path, s=np.array(3.0, np.float32), e=np.zeros((0, 4), np.float32))
    known = weights(weight("s"), weight("e", 0, 4))
    source = matched(path, known)
    assert source.fetch(known["s"]) == 3
    assert source.fetch(known["e"]).shape == (0, 4)


def test_rules_rename_and_ignore(tmp_path: Path) -> None:
    path = stored(tmp_path, module__0__w=np.ones(2, np.float32), module__1__w=np.zeros(2, np.float32), extra=np.ones(1))
    known = weights(weight("block.0.w", 2), weight("block.1.w", 2))
    source = matched(path, known, rule("extra", None), rule(r"module\.(\d+)\.(.*)", r"block.\1.\2"))
    assert source.fetch(known["block.0.w"]).tolist() == [1, 1]
    assert source.fetch(known["block.1.w"]).tolist() == [0, 0]


def test_all_mistakes_at_once_with_near_names(tmp_path: Path) -> None:
    path = stored(
        tmp_path,
        head__weight=np.zeros((3, 4), np.float32),
        encoder__layer__0__wieght=np.zeros(2, np.float32),
        indices=np.zeros(3, np.int64),
    )
    known = weights(
        weight("head.weight", 4, 3),
        weight("encoder.layer.0.weight", 2),
        weight("running", 3, role=Role.BUFFER, initial=Constant(0.0)),
        weight("indices", 3),
        weight("k", 3, role=Role.LITERAL),
    )
    known["indices"] = weight("indices", 3, dtype=DType.INT64)
    with pytest.raises(SpecError) as caught:
        matched(path, known)
    assert codes(caught.value) == ["SP4202", "SP4202", "SP4203", "SP4204"]
    hints = "\n".join(str(diagnostic.help) for diagnostic in caught.value.diagnostics)
    assert "encoder.layer.0.wieght" in hints
    assert "encoder.layer.0.weight`" in hints


def test_floats_do_not_become_integers(tmp_path: Path) -> None:
    path = stored(tmp_path, a=np.zeros(3, np.float32))
    with pytest.raises(SpecError, match="SP4234"):
        matched(path, weights(weight("a", 3, dtype=DType.INT64)))


def test_tied_weights_under_any_or_all_of_their_names(tmp_path: Path) -> None:
    tied = weight("wte.weight", 2, aliases=("lm_head.weight",))
    one, other = np.ones(2, np.float32), np.zeros(2, np.float32)
    assert matched(stored(tmp_path, lm_head__weight=one), weights(tied)).fetch(tied).tolist() == [1, 1]
    both = stored(tmp_path, lm_head__weight=one, wte__weight=one)
    assert matched(both, weights(tied)).fetch(tied).tolist() == [1, 1]
    with pytest.raises(SpecError, match="SP4205"):
        matched(stored(tmp_path, lm_head__weight=one, wte__weight=other), weights(tied))


def test_fixed_tables_may_be_missing_and_counters_are_passed_over(tmp_path: Path) -> None:
    path = stored(tmp_path, bn__num_batches_tracked=np.array(7), w=np.ones(1, np.float32))
    table = weight("table", 4, role=Role.BUFFER, initial=Formula(1.5))
    source = matched(path, weights(weight("w", 1), table))
    assert source.fetch(table).tolist() == [1.5] * 4


@pytest.mark.parametrize(("pattern", "replacement"), [("(", "x"), ("a", r"\3")])
def test_wrong_rules(tmp_path: Path, pattern: str, replacement: str) -> None:
    with pytest.raises(SpecError, match="SP4206"):
        matched(stored(tmp_path, a=np.ones(1)), weights(weight("a", 1)), rule(pattern, replacement))


def test_shards_of_a_folder(tmp_path: Path) -> None:
    save_file({"a": np.ones(2, np.float32)}, tmp_path / "model-00001-of-00002.safetensors")
    save_file({"b": np.zeros(2, np.float32)}, tmp_path / "model-00002-of-00002.safetensors")
    known = weights(weight("a", 2), weight("b", 2))
    assert matched(tmp_path, known).fetch(known["a"]).tolist() == [1, 1]


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"fc.weight": np.ones((2, 2))})
    known = weights(weight("fc.weight", 2, 2))
    assert matched(tmp_path / "w.npz", known).fetch(known["fc.weight"]).sum() == 4


def header(content: object) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return len(text).to_bytes(8, "little") + text


DAMAGED = {
    "empty": b"",
    "short": b"abc",
    "long header": (10**9).to_bytes(8, "little") + b"{}",
    "no json": header(b"{not json"),
    "a list": header([1, 2]),
    "nested": header(b"[" * 100_000),
    "no entry": header({"a": 3}),
    "no offsets": header({"a": {"dtype": "F32", "shape": [1]}}),
    "beyond": header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}) + b"1234",
    "wrong size": header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}) + b"1234",
    "negative": header({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [4, 0]}}) + b"1234",
    "unknown type": header({"a": {"dtype": "Q4", "shape": [1], "data_offsets": [0, 4]}}) + b"1234",
    "twice": header(
        b'{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},'
        b' "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}'
    )
    + b"1",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_safetensors(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(DAMAGED[name])
    with pytest.raises(SpecError, match="SP4201"):
        open_checkpoint(path)


@pytest.mark.parametrize("name", ["missing.safetensors", "missing.npz", "weights.txt", "."])
def test_weights_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match="SP4201"):
        open_checkpoint(tmp_path / name)


def test_relayouts_against_numpy() -> None:
    generator = np.random.default_rng(0)
    arrays = {"w": generator.random((8, 3), np.float32), "b": generator.random(8, np.float32)}
    i, f, g, o = np.split(arrays["w"], 4)
    cases = [
        (Transposed(Stored("w"), (1, 0)), arrays["w"].T),
        (Reshaped(Stored("w"), (1, 8, 3)), arrays["w"][None]),
        (Blocks(Stored("w"), (0, 3, 1, 2)), np.concatenate([i, o, f, g])),
        (Part(Stored("w"), 1, 1, 3), arrays["w"][:, 1:3]),
        (Joined((Stored("b"), Filled((2,), 1.5)), 0), np.append(arrays["b"], [1.5, 1.5]).astype(np.float32)),
        (Bordered(Stored("w"), ((0, 1), (2, 0))), np.pad(arrays["w"], ((0, 1), (2, 0)))),
    ]
    for relayout, wanted in cases:
        made = evaluate_relayout(relayout, lambda path: arrays[path], DType.FLOAT32)
        assert made.dtype == np.float32
        np.testing.assert_array_equal(made, wanted)


def test_what_is_computed_is_of_double_precision() -> None:
    generator = np.random.default_rng(0)
    arrays = {"w": generator.random((8, 3), np.float32), "b": generator.random(8, np.float32)}
    w, b = (array.astype(np.float64) for array in arrays.values())
    cases = [
        (Sum((Stored("b"), Stored("b"), Filled((), 2.0))), 2 * b + 2),
        (Product((Stored("w"), Reshaped(Stored("b"), (8, 1)))), w * b[:, None]),
        (MatrixProduct(Transposed(Stored("w"), (1, 0)), Stored("w")), w.T @ w),
        (InverseRoot(Stored("b"), 0.5), 1 / np.sqrt(b + 0.5)),
        (Summed(Stored("w"), (1,)), w.sum(1)),
        *((Applied(name, Stored("b")), made) for name, made in _functions(b)),
        (Diagonal(Sum((Stored("b"),)), 4), np.concatenate([np.diag(b[:4]), np.diag(b[4:])])),
    ]
    for relayout, wanted in cases:
        made = evaluate_relayout(relayout, lambda path: arrays[path], DType.FLOAT32)
        assert made.dtype == np.float64
        np.testing.assert_allclose(made, wanted, rtol=1e-12)


def _functions(b: np.ndarray) -> list[tuple[str, np.ndarray]]:
    made = [("exp", np.exp(b)), ("neg", -b), ("reciprocal", 1 / b), ("sqrt", np.sqrt(b))]
    assert [name for name, _ in made] == list(FUNCTIONS)
    return made
