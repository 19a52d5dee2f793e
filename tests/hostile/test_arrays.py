"""Constants from files that are traps: `specc compile` refuses them in as little time and memory."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from speed import within

sys.path.insert(0, str(Path(__file__).parent))

from serving import Server

CODE = b"__import__('os')" * 4
SPEC = 'model m\ninput x: float32[N, 4]\nconst c: float32[4] = file("c.{0}")\noutput y = x + c\n'


def head(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    target = io.BytesIO()
    np.lib.format.write_array_header_1_0(target, {"descr": descr, "fortran_order": False, "shape": shape})
    return target.getvalue()


def sparse(path: Path) -> None:
    """Ten gigabytes that take no room."""
    with path.open("wb") as file:
        file.write(head((10 << 28,)))
        file.truncate(10 << 30)


def archive(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            target.writestr("a.npy", content)

    return make


def objects(path: Path) -> None:
    np.save(path, np.array([{"a": 1}, None, "b", 4], dtype=object), allow_pickle=True)


TRAPS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "missing": ("npy", lambda path: None),
    "pipe": ("npy", os.mkfifo),
    "folder": ("npy", Path.mkdir),
    "sparse": ("npy", sparse),
    "a head of a terabyte": ("npy", lambda path: path.write_bytes(head((1 << 38,)))),
    "a head of more than 64 bits": ("npy", lambda path: path.write_bytes(head((1 << 40, 1 << 40)))),
    "negative": ("npy", lambda path: path.write_bytes(head((-4,)) + bytes(16))),
    "a head that is code": (
        "npy",
        lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\x40\x00" + b"__import__('os')" * 4),
    ),
    "a deep head": ("npy", lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\x60\xea" + b"(" * 60_000)),
    "objects": ("npy", objects),
    "pickle": ("npy", lambda path: path.write_bytes(b"\x80\x04cos\nsystem\n(S'id'\ntR.")),
    "empty": ("npy", lambda path: path.write_bytes(b"")),
    "text": ("npy", lambda path: path.write_text("1, 2, 3, 4")),
    "cut off": ("npy", lambda path: path.write_bytes(head((4,)) + bytes(7))),
    "another shape": ("npy", lambda path: np.save(path, np.zeros(5, np.float32))),
    "strings": ("npy", lambda path: np.save(path, np.array(["a"] * 4))),
    "zip bomb": ("npz", archive(head((50_000_000,)) + bytes(200_000_000))),
    "zip of a head": ("npz", archive(head((1 << 38,)))),
    "zip of nothing": ("npz", archive(b"")),
    "no zip": ("npz", lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100))),
    "zip pipe": ("npz", os.mkfifo),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("name", TRAPS)
def test_array(name: str, server: Server, tmp_path: Path) -> None:
    suffix, make = TRAPS[name]
    make(tmp_path / f"c.{suffix}")
    (tmp_path / "case.specc").write_text(SPEC.format(suffix))
    run = server.run(["compile", "case.specc", "-o", "m.onnx"], tmp_path)
    assert run.status == 1 and run.err.startswith(("error[SP4104]", "error[SP4105]")), run.err[-1500:]
    assert "Traceback" not in run.err and "case.specc:3:" in run.err
    assert within(run.processor, 1.6) and run.memory < 512
    assert not (tmp_path / "m.onnx").exists()
