"""Files that are damaged, or made to do harm, end in one clear error soon."""

from __future__ import annotations

import pickle
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from safetensors.numpy import save_file

import specc
from specc.weights.open import open_checkpoint
from specc.weights.readers.pickle_machine import MOST_STEPS

SECONDS = 60.0
MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)


def opened(path: Path) -> None:
    """Open the file and read every tensor that is not absurdly large."""
    for tensor in open_checkpoint(path).tensors.values():
        if tensor.elements < 1_000_000:
            tensor.load()


def refused(path: Path, *codes: str) -> str:
    """The message of the one error that opening the file ends in."""
    start = time.process_time()
    with pytest.raises(specc.SpecError) as caught:
        opened(path)
    assert time.process_time() - start < SECONDS
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code in (codes or ("SP4201",))
    assert len(diagnostic.message) < 1000
    return diagnostic.message


def torch_zip(path: Path, data: bytes, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", data)
        for name, content in members.items():
            archive.writestr(f"a/data/{name.removeprefix('_')}", content)
    return path


# --- damage --------------------------------------------------------------------------------------------------------


def _torch(path: Path, new: bool) -> None:
    tensors = {"model": {"a": torch.arange(6.0).reshape(2, 3), "b": torch.zeros(3).half()}, "step": 3}
    torch.save(tensors, path, _use_new_zipfile_serialization=new)


def _onnx(path: Path) -> None:
    tensors = [numpy_helper.from_array(np.ones((2, 3), np.float32), "a")]
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "g", [], [], tensors)), path)


MAKERS: dict[str, Callable[[Path], None]] = {
    "w.pt": lambda path: _torch(path, True),
    "old.pt": lambda path: _torch(path, False),
    "w.onnx": _onnx,
    "w.npz": lambda path: np.savez(path, a=np.ones((2, 3)), b=np.zeros(4, np.int64)),
    "packed.npz": lambda path: np.savez_compressed(path, a=np.ones((2, 3)), b=np.zeros(4, np.int64)),
    "w.safetensors": lambda path: save_file({"a": np.ones((2, 3)), "b": np.zeros(4, np.int64)}, path),
}


@pytest.mark.parametrize("name", MAKERS)
def test_damage_is_an_error_or_harmless(tmp_path: Path, name: str) -> None:
    path, damaged = tmp_path / name, tmp_path / f"x{name}"
    MAKERS[name](path)
    content = path.read_bytes()
    dice = random.Random(0)
    start = time.process_time()
    for _ in range(300):
        made = bytearray(content)
        if dice.random() < 0.3:
            made = made[: dice.randrange(len(made))]
        for _ in range(dice.choice((0, 1, 2, 8)) if made else 0):
            made[dice.randrange(len(made))] = dice.choice((0, 1, 127, 128, 255, dice.randrange(256)))
        damaged.write_bytes(made)
        try:
            opened(damaged)
        except specc.SpecError as error:
            assert len(error.diagnostics) == 1
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", MAKERS)
def test_files_that_are_cut_short(tmp_path: Path, name: str) -> None:
    MAKERS[name](tmp_path / name)
    content = (tmp_path / name).read_bytes()
    most = len(content) // 2 if name == "w.onnx" else len(content) - 1
    for length in sorted({0, 1, 7, 9, 64, len(content) // 2, most}):
        if length > most:
            continue
        (tmp_path / f"x{name}").write_bytes(content[:length])
        refused(tmp_path / f"x{name}")


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.pt")
    (tmp_path / "folder.pt").mkdir()
    assert "has no .safetensors files" in refused(tmp_path / "folder.pt")
    (tmp_path / "text.pt").write_text("hello")
    assert "it is no PyTorch file" in refused(tmp_path / "text.pt")
    (tmp_path / "text.txt").write_text("hello")
    assert "none of the known forms" in refused(tmp_path / "text.txt")
    assert "it is no file" in refused(Path("/dev/zero"))


# --- pickles -------------------------------------------------------------------------------------------------------

CODE = {
    "reduce": b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.",
    "stack global": b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
    "instance": b"(S'true'\nios\nsystem\n.",
    "object": b"(cos\nsystem\nS'true'\no.",
    "new": b"\x80\x02c__main__\nNet\n)\x81.",
    "dotted name": b"\x80\x04\x8c\x05torch\x8c\x12_utils.os.system.x\x93.",
    "attribute": b"\x80\x02c__builtin__\ngetattr\n.",
    "a function of torch that is not needed": b"\x80\x02ctorch.hub\nload\n.",
    "persistent text": b"Pstorage\n.",
    "module source": b"\x80\x02(X\x06\x00\x00\x00modulec__main__\nNet\ntQ.",
    "whole module": b"\x80\x02ctorch.nn.modules.linear\nLinear\n)\x81.",
    "script object": b"\x80\x02c__torch__\nNet\n)\x81.",
    "build on a tuple": b"\x80\x02)}b.",
}


@pytest.mark.parametrize("name", CODE)
def test_pickles_with_code(tmp_path: Path, name: str) -> None:
    message = refused(torch_zip(tmp_path / "x.pt", CODE[name]), "SP4210")
    assert "only tensors, containers, text and numbers are read" in message
    (tmp_path / "old.pt").write_bytes(MAGIC + CODE[name] + pickle.dumps([], 2))
    refused(tmp_path / "old.pt", "SP4210")


def _strings(count: int) -> bytes:
    """Tuples that hold the one before twice: 2^count texts, if they were written out."""
    twice = (b"h" + bytes([i]) + b"h" + bytes([i]) + b"\x86\x94" for i in range(count))
    return b"\x80\x04\x8c\x01a\x94" + b"".join(twice)


def _lists(count: int) -> bytes:
    """The same with lists."""
    twice = (b"](h" + bytes([i]) + b"h" + bytes([i]) + b"e\x94" for i in range(count))
    return b"\x80\x04]\x94" + b"".join(twice) + b"."


def _keys(count: int) -> bytes:
    """Integers that Python gives the same hash."""
    numbers = (b"\x8a\x10" + ((2**61 - 1) * i).to_bytes(16, "little") + b"N" for i in range(1, count))
    return b"\x80\x02}(" + b"".join(numbers) + b"u."


BOMBS = {
    "endless": b"\x80\x02" + b"N0" * (MOST_STEPS // 2 + 1) + b"N.",
    "many lists": b"\x80\x02" + b"]" * (MOST_STEPS + 1) + b".",
    "deep lists": b"\x80\x02" + b"]" * 500_000 + b"a" * 499_999 + b".",
    "shared without end": _lists(90),
    "a list in itself": b"\x80\x02]q\x00h\x00a.",
    "tuples as keys": _strings(60) + b"}h<K\x01s.",
    "huge text": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"x.",
    "huge number": b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"x.",
    "number without end": b"I" + b"9" * 100_000,
    "far memo": b"\x80\x02Nr\xff\xff\xff\xffj\xfe\xff\xff\xff.",
    "empty stack": b"\x80\x020.",
    "no mark": b"\x80\x02Nt.",
    "unknown instruction": b"\x80\x02\xff.",
    "extension": b"\x80\x02\x82\x01.",
    "buffers": b"\x80\x05\x97.",
    "no end": b"\x80\x02}",
    "call of a number": b"\x80\x02K\x01)R.",
    "odd items": b"\x80\x02}(K\x01u.",
    "append to a dict": b"\x80\x02}K\x01a.",
    "colliding keys": _keys(20),
}


@pytest.mark.parametrize("name", BOMBS)
def test_pickle_bombs(tmp_path: Path, name: str) -> None:
    refused(torch_zip(tmp_path / "x.pt", BOMBS[name]))


def tensor_pickle(storage: str, count: int, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> bytes:
    """A tensor over a storage, as torch.save writes it."""

    def numbers(items: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(b"\x8a\x0a" + item.to_bytes(10, "little", signed=True) for item in items) + b"t"

    key = b"(X\x07\x00\x00\x00storagectorch\n" + storage.encode() + b"\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
    pid = key + b"\x8a\x0a" + count.to_bytes(10, "little", signed=True) + b"tQ"
    start = b"\x8a\x0a" + offset.to_bytes(10, "little", signed=True)
    return (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + pid + start + numbers(shape) + numbers(strides) + b"\x89NtR."
    )


@pytest.mark.parametrize(
    ("storage", "count", "offset", "shape", "strides"),
    [
        ("FloatStorage", 4, 1, (2, 2), (2, 1)),
        ("FloatStorage", 4, 0, (2, 2), (3, 1)),
        ("FloatStorage", 5, 0, (5,), (1,)),
        ("DoubleStorage", 4, 0, (4,), (1,)),
        ("FloatStorage", 4, -1, (2,), (1,)),
        ("FloatStorage", 4, 3, (2,), (-1,)),
        ("FloatStorage", 4, 0, (-2,), (1,)),
        ("FloatStorage", 4, 0, (2**61, 2**61), (1, 1)),
        ("FloatStorage", -4, 0, (0,), (1,)),
        ("FloatStorage", 2**70, 0, (1,), (1,)),
        ("FloatStorage", 4, 0, (1,) * 100, (1,) * 100),
        ("FloatStorage", 4, 0, (2,), (1, 1)),
    ],
)
def test_tensors_that_reach_beyond(
    tmp_path: Path, storage: str, count: int, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    good = torch_zip(tmp_path / "good.pt", tensor_pickle("FloatStorage", 4, 0, (2, 2), (1, 2)), _0=bytes(16))
    opened(good)
    data = tensor_pickle(storage, count, offset, shape, strides)
    refused(torch_zip(tmp_path / "x.pt", data, _0=bytes(16)))


def test_an_expanded_scalar_takes_no_memory(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "x.pt", tensor_pickle("FloatStorage", 4, 0, (2**40, 2**10), (0, 0)), _0=bytes(16))
    assert open_checkpoint(path).tensors["tensor"].shape == (2**40, 2**10)
    spec = specc.loads("model m\ninput x: float32[N, 4]\nparam tensor: float32[4]\noutput y = x * tensor\n")
    with pytest.raises(specc.SpecError, match="SP4204"):
        spec.compile(weights=str(path))


# --- archives ------------------------------------------------------------------------------------------------------


def test_zip_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", b"\0" * (100 << 20))
    assert "larger than 64 MiB" in refused(tmp_path / "x.pt")
    packed = zlib.compressobj(wbits=-15)
    stream = packed.compress(b"]" * (70 << 20)) + packed.flush()
    lying = zipfile.ZipInfo("a/data.pkl")
    with zipfile.ZipFile(tmp_path / "y.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(lying, b"]", zipfile.ZIP_DEFLATED)
        small = archive.getinfo("a/data.pkl").compress_size
    content = (tmp_path / "y.pt").read_bytes()
    content = content.replace(struct.pack("<LL", small, 1), struct.pack("<LL", small, 2**20))
    (tmp_path / "y.pt").write_bytes(content)
    assert len(stream) < 1 << 20
    refused(tmp_path / "y.pt")


def test_members_that_overlap_or_come_twice(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "x.pt", b"\x80\x02}.", _0=bytes(16), _1=bytes(16))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        first, second = (archive.getinfo(f"a/data/{name}").header_offset for name in "01")
    (tmp_path / "y.pt").write_bytes(
        content.replace(struct.pack("<L", second) + b"a/data/1", struct.pack("<L", first) + b"a/data/1")
    )
    assert "share bytes" in refused(tmp_path / "y.pt")
    (tmp_path / "z.pt").write_bytes(content.replace(b"a/data/1", b"a/data/0"))
    assert "two members called" in refused(tmp_path / "z.pt")


def test_encrypted_and_oddly_compressed_members(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.pt", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a/data.pkl", b"\x80\x02}.")
    assert "compressed in an unusual way" in refused(tmp_path / "x.pt")
    content = bytearray(torch_zip(tmp_path / "y.pt", b"\x80\x02}.").read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    (tmp_path / "y.pt").write_bytes(content)
    assert "encrypted" in refused(tmp_path / "y.pt")


def test_an_npz_with_objects(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.array([{}], object))
    assert "Python objects" in refused(tmp_path / "x.npz")


# --- ONNX ----------------------------------------------------------------------------------------------------------


def external(folder: Path, **entries: str) -> Path:
    tensor = onnx.TensorProto(name="a", data_type=onnx.TensorProto.FLOAT, dims=[2], data_location=1)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "g", [], [], [tensor])), folder / "m.onnx")
    return folder / "m.onnx"


def test_data_outside_of_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_bytes(bytes(8))
    (inner / "link").symlink_to(tmp_path / "secret")
    (inner / "data").write_bytes(np.array([1, 2], np.float32).tobytes())
    assert open_checkpoint(external(inner, location="data")).tensors["a"].load().tolist() == [1, 2]
    for location in ("../secret", str(tmp_path / "secret"), "link", "..", "", "x/../../secret"):
        refused(external(inner, location=location))
    for more in ({"offset": "4"}, {"length": "4"}, {"offset": "-8"}, {"length": "-1"}, {"offset": "x"}):
        refused(external(inner, location="data", **more))
    assert "no such file" in refused(external(inner, location="missing"))


def test_onnx_messages_that_lie(tmp_path: Path) -> None:
    def field(number: int, content: bytes) -> bytes:
        size, made = len(content), b""
        while size > 127:
            made, size = made + bytes([size & 127 | 128]), size >> 7
        return bytes([number << 3 | 2]) + made + bytes([size]) + content

    tensor = bytes([8, 2, 16, 1]) + field(8, b"a") + field(9, bytes(8))
    for name, content in {
        "no graph": b"\x08\x07",
        "two graphs": field(7, b"") * 2,
        "many fields": field(7, b"\x10\x01" * 1_000_001),
        "twice": field(7, field(5, tensor) * 2),
        "too short": field(7, field(5, tensor[:-1] + b"")),
        "negative dim": field(7, field(5, b"\x08" + b"\xff" * 9 + b"\x01" + tensor[2:])),
        "many dims": field(7, field(5, b"\x08\x01" * 100 + tensor[2:])),
        "endless number": field(7, field(5, b"\x08" + b"\xff" * 20)),
        "groups": b"\x0b\x0c",
    }.items():
        (tmp_path / "x.onnx").write_bytes(content)
        refused(tmp_path / "x.onnx"), name


# --- indexes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "{}",
        '{"weight_map": []}',
        '{"weight_map": {"a": 3}}',
        '{"weight_map": {"a": "../x.safetensors"}}',
        '{"weight_map": {"a": "/etc/passwd"}}',
        '{"weight_map": {"a": "missing.safetensors"}}',
        '{"weight_map": {"b": "x.safetensors"}}',
        '{"weight_map": {"a": ".."}}',
    ],
)
def test_indexes_that_lie(tmp_path: Path, text: str) -> None:
    save_file({"a": np.ones(2)}, tmp_path / "x.safetensors")
    (tmp_path / "model.safetensors.index.json").write_text(text)
    refused(tmp_path / "model.safetensors.index.json")
    refused(tmp_path)
