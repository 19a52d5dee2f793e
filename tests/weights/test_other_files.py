"""Initializers of ONNX files, HDF5 datasets, indexes of safetensors, files whose endings lie."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

import specc
from specc.weights.open import open_checkpoint


def onnx_file(path: Path, tensors: list[onnx.TensorProto], **options: object) -> dict[str, np.ndarray]:
    """Write a model with these initializers; their values as onnx reads them."""
    onnx.save(helper.make_model(helper.make_graph([], "g", [], [], tensors)), path, **options)
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in tensors}


LISTED = {
    TensorProto.FLOAT: [1.5, -2.0],
    TensorProto.DOUBLE: [1.5, -2.0],
    TensorProto.FLOAT16: [1.5, -2.0],
    TensorProto.BFLOAT16: [1.5, -2.0],
    TensorProto.INT8: [-128, 127],
    TensorProto.UINT8: [0, 255],
    TensorProto.INT16: [-(2**15), 3],
    TensorProto.INT32: [-(2**31), 3],
    TensorProto.INT64: [-(2**63), 2**63 - 1],
    TensorProto.UINT32: [0, 2**32 - 1],
    TensorProto.UINT64: [0, 2**64 - 1],
    TensorProto.BOOL: [True, False],
}


@pytest.mark.parametrize("raw", [False, True])
def test_onnx_initializers_of_every_type(tmp_path: Path, raw: bool) -> None:
    tensors = [helper.make_tensor(str(code), code, [2, 1], values) for code, values in LISTED.items()]
    if raw:
        tensors = [numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name) for tensor in tensors]
    wanted = onnx_file(tmp_path / "m.onnx", tensors)
    made = open_checkpoint(tmp_path / "m.onnx").tensors
    assert set(made) == set(wanted)
    for name, array in wanted.items():
        assert made[name].load().dtype == array.dtype
        assert np.array_equal(made[name].load(), array)


def test_onnx_data_in_other_files(tmp_path: Path) -> None:
    drawn = np.random.default_rng(0).normal(size=(50, 30)).astype(np.float32)
    tensors = [numpy_helper.from_array(drawn, "a"), numpy_helper.from_array(drawn.T.copy(), "b")]
    options = {"save_as_external_data": True, "size_threshold": 0, "location": "m.data"}
    onnx_file(tmp_path / "m.onnx", tensors, **options)
    made = open_checkpoint(tmp_path / "m.onnx").tensors
    assert np.array_equal(made["a"].load(), drawn)
    assert np.array_equal(made["b"].load(), drawn.T)


def test_onnx_types_that_are_not_read_are_listed(tmp_path: Path) -> None:
    tensors = [helper.make_tensor("q", TensorProto.INT4, [2], [1, 2]), helper.make_tensor("s", 8, [1], [b"text"])]
    onnx.save(helper.make_model(helper.make_graph([], "g", [], [], tensors)), tmp_path / "m.onnx")
    made = open_checkpoint(tmp_path / "m.onnx").tensors
    assert {name: str(tensor) for name, tensor in made.items()} == {"q": "int4[2]", "s": "string[1]"}
    with pytest.raises(specc.SpecError, match="SP4211"):
        made["q"].load()


def test_a_model_of_ours_gives_its_weights_back(tmp_path: Path) -> None:
    spec = specc.loads("model m\ninput x: float32[N, 4]\noutput y = x -> linear(3) as fc\n", syntax="text")
    first = spec.compile(seed=3)
    first.save(tmp_path / "m.onnx")
    again = spec.compile(weights=str(tmp_path / "m.onnx"))
    assert all(np.array_equal(array, again.weights[name]) for name, array in first.weights.items())


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_hdf5(tmp_path: Path, libver: str) -> None:
    h5py = pytest.importorskip("h5py")
    drawn = np.random.default_rng(0).normal(size=(20, 50))
    with h5py.File(tmp_path / "x.h5", "w", libver=libver) as file:
        for index, dtype in enumerate(("<f2", "<f4", ">f4", "<f8", "<i1", "<i4", ">i8", "<u2", "|u1")):
            file[f"group/{index % 3}/{index}"] = (drawn * 10).astype(dtype)
        file["scalar"], file["empty"], file["flags"] = 5, np.zeros((0, 3)), np.array([True, False])
        wanted = {}
        file.visititems(lambda name, item: wanted.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    made = open_checkpoint(tmp_path / "x.h5").tensors
    assert set(made) == set(wanted)
    for name, array in wanted.items():
        assert made[name].load().shape == np.shape(array)
        assert np.array_equal(made[name].load(), array)


def test_hdf5_chunks_and_many_members(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    drawn = np.random.default_rng(0).normal(size=(20, 50)).astype(np.float32)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("packed", data=drawn, compression="gzip", shuffle=True, fletcher32=True, chunks=(7, 11))
        file.create_dataset("plain", data=drawn, chunks=(3, 50))
        half = file.create_dataset("half", data=drawn.astype(ml_dtypes.bfloat16))
        half.attrs["dtype"] = "bfloat16"
        file["text"] = "hello"
        for index in range(300):
            file[f"many/{index}"] = np.full(3, index, np.int32)
    made = open_checkpoint(tmp_path / "x.h5").tensors
    assert np.array_equal(made["packed"].load(), drawn)
    assert np.array_equal(made["plain"].load(), drawn)
    assert np.array_equal(made["half"].load(), drawn.astype(ml_dtypes.bfloat16))
    assert all(made[f"many/{index}"].load().tolist() == [index] * 3 for index in range(300))
    with pytest.raises(specc.SpecError, match="SP4211"):
        made["text"].load()


def test_hdf5_of_the_newest_kind_is_refused_by_name(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w", libver="latest") as file:
        for index in range(50):
            file[str(index)] = np.zeros(2)
    with pytest.raises(specc.SpecError, match="libver"):
        open_checkpoint(tmp_path / "x.h5")


def test_an_index_of_safetensors(tmp_path: Path) -> None:
    for name in "ab":
        save_file({name: np.full(2, ord(name), np.float32)}, tmp_path / f"{name}.safetensors")
    save_file({"other": np.ones(2)}, tmp_path / "consolidated.safetensors")
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {name: f"{name}.safetensors" for name in "ab"}}))
    for path in (tmp_path, index):
        tensors = open_checkpoint(path).tensors
        assert set(tensors) == {"a", "b"}
        assert tensors["b"].load().tolist() == [98, 98]


def test_two_shards_with_one_tensor(tmp_path: Path) -> None:
    for name in "ab":
        save_file({"w": np.ones(2)}, tmp_path / f"{name}.safetensors")
    with pytest.raises(specc.SpecError, match="another file of the folder"):
        open_checkpoint(tmp_path)


def test_endings_that_lie(tmp_path: Path) -> None:
    save_file({"w": np.ones(2)}, tmp_path / "s.safetensors")
    torch.save({"w": torch.ones(2)}, tmp_path / "t.pt")
    np.savez(tmp_path / "n.npz", w=np.ones(2))
    for name in ("s.safetensors", "t.pt", "n.npz"):
        for other in ("model.bin", "model.pt", "model", "model.safetensors", "model.h5"):
            shutil.copy(tmp_path / name, tmp_path / other)
            assert open_checkpoint(tmp_path / other).tensors["w"].load().tolist() == [1, 1]


def test_fortran_order_and_compression(tmp_path: Path) -> None:
    array = np.arange(6.0).reshape(2, 3)
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", c=array, f=np.asfortranarray(array))
        made = open_checkpoint(tmp_path / "x.npz").tensors
        assert np.array_equal(made["c"].load(), array)
        assert np.array_equal(made["f"].load(), array)


def test_safetensors_that_share_bytes(tmp_path: Path) -> None:
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    header = json.dumps({"a": entry, "b": {**entry, "data_offsets": [4, 12]}}).encode()
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(12))
    with pytest.raises(specc.SpecError, match="share bytes"):
        open_checkpoint(tmp_path / "x.safetensors")
