"""The wheel: it carries grammar, specs and targets, and works in an empty folder without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("specc", "grammar", "specs", "targets"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    subprocess.run(command, check=True)
    wheel = next(folder.glob("specc-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def specc(unpacked: Path, folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-m", "specc", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_asset_is_in_the_wheel(unpacked: Path) -> None:
    for kind in ("grammar", "specs", "targets"):
        kept = (
            p.relative_to(ROOT / kind) for p in (ROOT / kind).rglob("*") if p.suffix in (".lark", ".specc", ".yaml")
        )
        missing = [name for name in kept if not (unpacked / "specc" / "_assets" / kind / name).is_file()]
        assert missing == [], kind


def test_the_page_of_reports_is_in_the_wheel(unpacked: Path) -> None:
    html = Path("specc") / "report" / "html"
    files = [path.relative_to(ROOT) for kind in ("page", "libraries") for path in (ROOT / html / kind).iterdir()]
    assert len(files) > 30
    assert [file for file in files if not (unpacked / file).is_file()] == []


def test_every_package_is_in_the_wheel(unpacked: Path) -> None:
    modules = (path.relative_to(ROOT) for path in (ROOT / "specc").rglob("*.py"))
    assert [module for module in modules if not (unpacked / module).is_file()] == []


def test_it_works_in_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    where = [sys.executable, "-c", "import specc; print(specc.__file__)"]
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(unpacked)
    assert "61,706" in specc(unpacked, tmp_path, "check", "zoo:lenet5")
    assert "conv1" in specc(unpacked, tmp_path, "report", "zoo:resnet18", "--format", "html")
    specc(unpacked, tmp_path, "compile", "zoo:lenet5", "-o", "net.onnx")
    assert (tmp_path / "net.onnx").is_file()
    assert "logits" in specc(unpacked, tmp_path, "run", "net.onnx", "--input", "image=random", "-b", "N=2")
    (tmp_path / "own.specc").write_text(
        "model own\nfrom std import conv_bn_act\ninput x: float32[N, 3, 8, 8]\noutput y = x -> conv_bn_act(4, 3)\n"
    )
    assert "ok" in specc(unpacked, tmp_path, "check", "own.specc")
