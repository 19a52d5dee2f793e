"""Outputs take the place of older files whole, or leave them alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

import specc
from specc.cli.main import main
from specc.emit.replace import replace_text
from specc.model import Model

LARGE = "model large\ninput x: float32[N, 512]\noutput y = x -> linear(600)\n"
SMALL = "model small\ninput x: float32[N, 512]\noutput y = x -> linear(2)\n"


def compiled(text: str, seed: int = 0) -> Model:
    return specc.loads(text, syntax="text").compile(seed=seed)


def computed(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found: np.ndarray = session.run(None, {"x": np.ones((1, 512), np.float32)})[0]
    return found


def spec_file(folder: Path, text: str = SMALL) -> Path:
    path = folder / "net.specc"
    path.write_text(text)
    return path


def test_written_again_the_files_have_the_same_names_and_bytes(tmp_path: Path) -> None:
    for folder in ("once", "twice"):
        (tmp_path / folder).mkdir()
    compiled(LARGE).save(tmp_path / "once" / "m.onnx")
    for seed in (1, 2, 0):
        written = compiled(LARGE, seed).save(tmp_path / "twice" / "m.onnx")
        assert {path.name for path in written} == {"m.onnx", "m.onnx.data"} == set(os.listdir(tmp_path / "twice"))
    for name in ("m.onnx", "m.onnx.data"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()


def test_a_small_model_takes_the_data_of_the_old_one_away(tmp_path: Path) -> None:
    compiled(LARGE).save(tmp_path / "m.onnx")
    compiled(SMALL).save(tmp_path / "m.onnx")
    assert os.listdir(tmp_path) == ["m.onnx"]
    (tmp_path / "m.onnx.data").write_text("somebody's own")
    compiled(SMALL).save(tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx.data").read_text() == "somebody's own"


def test_without_links_the_data_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*arguments: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", link)
    compiled(LARGE, 1).save(tmp_path / "m.onnx")
    compiled(LARGE, 2).save(tmp_path / "m.onnx")
    assert sorted(os.listdir(tmp_path)) == ["m.onnx", "m.onnx.data"]
    compiled(LARGE, 2).save(tmp_path / "other.onnx")
    assert np.array_equal(computed(tmp_path / "m.onnx"), computed(tmp_path / "other.onnx"))


def test_where_the_last_step_fails_the_new_model_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def copied(*arguments: object) -> None:
        raise OSError("disk full")

    compiled(LARGE, 1).save(tmp_path / "m.onnx")
    monkeypatch.setattr(os, "link", copied)
    monkeypatch.setattr(shutil, "copyfile", copied)
    written = compiled(LARGE, 2).save(tmp_path / "m.onnx")
    assert [path.name for path in written] == ["m.onnx.new.data", "m.onnx"]
    new = computed(tmp_path / "m.onnx")
    monkeypatch.undo()
    compiled(LARGE, 2).save(tmp_path / "m.onnx")
    assert sorted(os.listdir(tmp_path)) == ["m.onnx", "m.onnx.data"]
    assert np.array_equal(new, computed(tmp_path / "m.onnx"))


def test_leftovers_of_killed_programs_are_removed(tmp_path: Path) -> None:
    process = os.fork()
    if process == 0:
        os._exit(0)
    os.waitpid(process, 0)
    (tmp_path / f".m.onnx.data.{process}.tmp").write_text("left")
    (tmp_path / f".m.onnx.{os.getppid()}.tmp").write_text("still written")
    (tmp_path / ".m.onnx.notes.tmp").write_text("somebody's own")
    compiled(SMALL).save(tmp_path / "m.onnx")
    assert sorted(os.listdir(tmp_path)) == [f".m.onnx.{os.getppid()}.tmp", ".m.onnx.notes.tmp", "m.onnx"]


def test_a_link_is_replaced_and_its_file_stays(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("kept")
    (tmp_path / "m.onnx").symlink_to("real")
    compiled(SMALL).save(tmp_path / "m.onnx")
    assert not (tmp_path / "m.onnx").is_symlink() and (tmp_path / "real").read_text() == "kept"


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full", "/dev/zero"])
def test_devices_and_pipes_are_refused(tmp_path: Path, device: str) -> None:
    (tmp_path / "link.onnx").symlink_to(device)
    os.mkfifo(tmp_path / "pipe.onnx")
    for target in (Path(device), tmp_path / "link.onnx", tmp_path / "pipe.onnx"):
        with pytest.raises(specc.SpecError, match="not an ordinary file"):
            compiled(SMALL).save(target)
    assert (tmp_path / "link.onnx").is_symlink() and not Path(device).is_file()


def test_read_only_files_are_kept(tmp_path: Path) -> None:
    for name, text in (("m.onnx", SMALL), ("n.onnx.data", LARGE)):
        (tmp_path / name).write_text("kept")
        (tmp_path / name).chmod(0o444)
        with pytest.raises(specc.SpecError, match="it is read-only"):
            compiled(text).save(tmp_path / name.removesuffix(".data"))
        assert (tmp_path / name).read_text() == "kept"
    assert sorted(os.listdir(tmp_path)) == ["m.onnx", "n.onnx.data"]


def test_a_disk_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(SMALL).save(tmp_path / "m.onnx")
    before = (tmp_path / "m.onnx").read_bytes()
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(specc.SpecError, match="takes 1,231,200 bytes, and the disk has room for 1,000"):
        compiled(LARGE).save(tmp_path / "m.onnx")
    assert os.listdir(tmp_path) == ["m.onnx"] and (tmp_path / "m.onnx").read_bytes() == before


def test_weights_of_terabytes_are_not_begun(tmp_path: Path) -> None:
    with pytest.raises(specc.SpecError, match="the disk has room for"):
        compiled("model big\ninput x: float32[N, 1]\noutput y = x -> linear(30G)\n").save(tmp_path / "m.onnx")
    assert os.listdir(tmp_path) == []


def test_a_name_that_no_file_may_have(tmp_path: Path) -> None:
    for name in ("a\0b.onnx", "a" * 300 + ".onnx"):
        with pytest.raises(specc.SpecError, match="SP6001"):
            compiled(SMALL).save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_the_spec_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spec_file(tmp_path)
    (tmp_path / "link.specc").symlink_to(path)
    for target in (path, tmp_path / "link.specc", tmp_path / ".." / tmp_path.name / "net.specc"):
        assert main(["compile", str(path), "-o", str(target)]) == 1
        assert "SP6220" in capsys.readouterr().err
    assert path.read_text() == SMALL


def test_the_weights_are_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spec_file(tmp_path)
    weights = tmp_path / "w.npz"
    np.savez(weights, **compiled(SMALL).weights)
    before = weights.read_bytes()
    assert main(["compile", str(path), "--weights", str(weights), "-o", str(weights)]) == 1
    assert "SP6220" in capsys.readouterr().err and weights.read_bytes() == before


def test_texts_are_replaced_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spec_file(tmp_path)
    path.chmod(0o640)
    (tmp_path / "link.specc").symlink_to(path)
    assert main(["fmt", "-w", str(tmp_path / "link.specc")]) == 0
    assert path.read_text() != SMALL and sorted(os.listdir(tmp_path)) == ["link.specc", "net.specc"]
    assert (tmp_path / "link.specc").is_symlink() and path.stat().st_mode & 0o777 == 0o640
    assert main(["fmt", str(path), "-o", str(tmp_path / "no" / "net.specc")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert main(["fmt", str(path), "-o", str(tmp_path)]) == 1
    assert main(["fmt", str(path), "-o", "/dev/null"]) == 1
    with pytest.raises(specc.SpecError, match="it is a folder"):
        replace_text(tmp_path, "text")
