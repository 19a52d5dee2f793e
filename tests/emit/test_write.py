"""Files that are written: accepted by onnx, run by onnxruntime, the same each time, all or nothing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

import specc
from specc.base.diagnostics import SpecError
from specc.emit import write
from specc.ir.graph import Weight
from specc.weights.arrays import Array
from specc.weights.source import SeededWeights

SMALL = '''model small(width = 4)
"""A small model."""
input x: float32[N, width]
output y: float32[N, 2] = x -> linear(8) as first -> relu -> linear(2) as fc
'''
LARGE = """model large
input x: float32[N, 700]
output y: float32[N, 5] = x -> linear(700) as a -> relu -> linear(700) as b -> relu -> linear(5) as c
"""


def compiled(text: str) -> specc.Model:
    return specc.loads(text, syntax="text", name="net.specc").compile(seed=3)


def ort_run(path: Path, **inputs: np.ndarray) -> list[np.ndarray]:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, inputs)


def test_small_model_is_one_file(tmp_path: Path) -> None:
    model = compiled(SMALL)
    assert model.save(tmp_path / "m.onnx") == (tmp_path / "m.onnx",)
    onnx.checker.check_model(str(tmp_path / "m.onnx"), full_check=True)
    assert os.listdir(tmp_path) == ["m.onnx"]
    assert (tmp_path / "m.onnx").read_bytes() == model.to_bytes()


def test_model_says_where_it_comes_from(tmp_path: Path) -> None:
    proto = compiled(SMALL).proto
    assert (proto.producer_name, proto.producer_version) == ("specc", specc.__version__)
    assert proto.doc_string == "A small model."
    assert [(entry.domain, entry.version) for entry in proto.opset_import] == [("", 21)]
    noted = {entry.key: entry.value for entry in proto.metadata_props}
    assert noted["specc.model"] == "small"
    assert noted["specc.parameters"] == '{"width": "4"}'
    assert next(node.name for node in proto.graph.node) == "first/Gemm"
    assert len({node.name for node in proto.graph.node}) == 3
    for node in proto.graph.node:
        layer = {entry.key: entry.value for entry in node.metadata_props}
        assert layer["specc.source"] == "net.specc:4"
    assert {tensor.name for tensor in proto.graph.initializer} == {"first.weight", "first.bias", "fc.weight", "fc.bias"}


def test_large_weights_lie_beside_the_model_and_are_aligned(tmp_path: Path) -> None:
    model = compiled(LARGE)
    steps: list[tuple[int, int]] = []
    written = model.save(tmp_path / "m.onnx", lambda done, total: steps.append((done, total)))
    assert {path.name for path in written} == {"m.onnx", "m.onnx.data"} == set(os.listdir(tmp_path))
    onnx.checker.check_model(str(tmp_path / "m.onnx"), full_check=True)
    proto = onnx.load(tmp_path / "m.onnx", load_external_data=False)
    places = {t.name: {e.key: e.value for e in t.external_data} for t in proto.graph.initializer}
    assert places["c.bias"] == {}
    assert int(places["b.weight"]["offset"]) % 4096 == 0
    assert all(int(place["offset"]) % 64 == 0 for place in places.values() if place)
    assert all(place["location"] == "m.onnx.data" for place in places.values() if place)
    total = sum(array.nbytes for name, array in model.weights.items() if places[name])
    assert steps[-1] == (total, total)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    loaded = {t.name: numpy_helper.to_array(t) for t in onnx.load(tmp_path / "m.onnx").graph.initializer}
    for path, array in model.weights.items():
        assert np.array_equal(loaded[path], array)


def test_numbers_are_those_of_numpy(tmp_path: Path) -> None:
    model = compiled(LARGE)
    model.save(tmp_path / "m.onnx")
    x = np.random.default_rng(0).standard_normal((3, 700), np.float32)
    w, h = model.weights, x
    for name in "abc":
        h = h @ w[f"{name}.weight"].T + w[f"{name}.bias"]
        h = np.maximum(h, 0) if name != "c" else h
    np.testing.assert_allclose(ort_run(tmp_path / "m.onnx", x=x)[0], h, rtol=1e-4, atol=1e-5)


def test_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import specc, sys; from pathlib import Path; "
        "specc.loads(Path(sys.argv[1]).read_text(), syntax='text').compile(seed=1).save(sys.argv[2])"
    )
    (tmp_path / "spec").write_text(LARGE)
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", code, str(tmp_path / "spec"), str(tmp_path / seed / "m.onnx")]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    for name in ("m.onnx", "m.onnx.data"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_model_without_weights_takes_them_as_inputs(tmp_path: Path) -> None:
    spec = specc.loads(SMALL, syntax="text")
    spec.compile(weights="none").save(tmp_path / "m.onnx")
    onnx.checker.check_model(str(tmp_path / "m.onnx"), full_check=True)
    whole = spec.compile(seed=0)
    x = np.ones((2, 4), np.float32)
    whole.save(tmp_path / "w.onnx")
    wanted = ort_run(tmp_path / "w.onnx", x=x)[0]
    assert np.array_equal(ort_run(tmp_path / "m.onnx", x=x, **whole.weights)[0], wanted)


@pytest.mark.parametrize("target", ["no/such/folder/m.onnx", "folder", "file/m.onnx"])
def test_places_that_cannot_be_written(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError, match="SP6001"):
        compiled(SMALL).save(tmp_path / target)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_data_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "m.onnx.data").mkdir()
    with pytest.raises(SpecError, match="SP6001"):
        compiled(LARGE).save(tmp_path / "m.onnx")
    assert os.listdir(tmp_path) == ["m.onnx.data"]


class Failing:
    """A source that fails at the third tensor."""

    def __init__(self, error: Exception) -> None:
        self.error, self.count = error, 0

    def fetch(self, weight: Weight) -> Array:
        self.count += 1
        if self.count == 3:
            raise self.error
        return SeededWeights(0).fetch(weight)

    stored = fetch

    def look_at(self, weight: Weight, values: Array) -> None:
        pass

    def release(self) -> None:
        pass


def test_nothing_is_left_behind_and_the_old_model_stays(tmp_path: Path) -> None:
    model = compiled(LARGE)
    model.save(tmp_path / "m.onnx")
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    for error in (RuntimeError("broken"), OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()):
        with pytest.raises((RuntimeError, SpecError, KeyboardInterrupt)) as caught:
            write.write_model(tmp_path / "m.onnx", model.operators, Failing(error), model.settings)
        assert not isinstance(caught.value, SpecError) or "the disk is full" in str(caught.value)
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


def test_new_files_have_ordinary_permissions(tmp_path: Path) -> None:
    compiled(SMALL).save(tmp_path / "m.onnx")
    (tmp_path / "other").write_text("")
    assert (tmp_path / "m.onnx").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_full_disk_and_read_only_folder() -> None:
    with pytest.raises(SpecError, match="SP6001"):
        compiled(SMALL).save(Path("/proc/m.onnx"))


def test_a_model_of_more_than_two_gigabytes_is_not_one_piece() -> None:
    """Nothing is drawn: the size is known before."""
    model = compiled("model vast\ninput x: float32[N, 65_536]\noutput y = x -> linear(65_536) as fc\n")
    with pytest.raises(SpecError, match="17,180,131,328 bytes") as caught:
        model.to_bytes()
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["SP6002"]
