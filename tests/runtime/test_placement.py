"""Where the CUDA provider would run each node, asked over libraries that stand for a device."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cuda_stubs import build, missing

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, sys
import specc
for line in json.load(sys.stdin):
    model = specc.load(line["spec"]).compile(target="cuda", **line["choices"])
    found = model.placement()
    print(json.dumps({**line, "whole": found.whole, "copies": found.copies, "nodes": sum(
        sum(kinds.values()) for kinds in found.nodes.values()), "on_cpu": [entry[0] for entry in found.on_cpu]}))
"""
NAMED = ("resnet50", "mobilenet_v2", "googlenet", "bert_base", "gpt2", "gpt2_cached", "vit_b_16", "lstm_lm", "unet")
OTHERS = ("inception_v3", "densenet121", "transformer_base", "clip_vit_b_32", "enet", "linformer", "minilm", "lstm_2")
HALF = ("resnet18", "minilm", "gpt2_cached", "lstm_lm", "unet")


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if missing():
        pytest.skip(f"placement needs libraries that stand for a device: {missing()}")
    folder = tmp_path_factory.mktemp("stubs")
    build(folder)
    return folder


def ask(stubs: Path, *lines: dict[str, object]) -> list[dict[str, object]]:
    """What a program says that runs with the libraries."""
    paths = os.pathsep.join([str(stubs), os.environ.get("LD_LIBRARY_PATH", "")])
    environment = {**os.environ, "LD_LIBRARY_PATH": paths, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(
        command, input=json.dumps(lines), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def zoo(name: str, **choices: str) -> dict[str, object]:
    return {"spec": f"zoo:{name}", "choices": choices}


def test_models_of_the_zoo_are_whole(stubs: Path) -> None:
    lines = ask(stubs, *(zoo(name) for name in (*NAMED, *OTHERS)))
    assert [(line["spec"], line["on_cpu"], line["copies"]) for line in lines if not line["whole"]] == []
    assert all(int(str(line["nodes"])) > 4 for line in lines)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_whole(stubs: Path, dtype: str) -> None:
    names = HALF if dtype == "float16" else ("resnet18", "minilm", "gpt2_cached")
    lines = ask(stubs, *(zoo(name, dtype=dtype, interface="same") for name in names))
    assert [(line["spec"], line["on_cpu"], line["copies"]) for line in lines if not line["whole"]] == []


def test_what_leaves_the_device_is_told(stubs: Path, tmp_path: Path) -> None:
    path = tmp_path / "tan.specc"
    path.write_text(
        "model m\ninput x: float32[N, 4]\ny = x -> linear(4) as fc -> tan\noutput z = y -> linear(4) as out\n"
    )
    (line,) = ask(stubs, {"spec": str(path), "choices": {}})
    assert (line["whole"], line["on_cpu"], line["copies"]) == (False, ["Tan"], 2)


def test_compile_fails_with_the_list(stubs: Path, tmp_path: Path) -> None:
    (tmp_path / "tan.specc").write_text("model m\ninput x: float32[N, 4]\noutput y = x -> tan\n")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(stubs), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "specc", "compile", "tan.specc", "--target", "cuda", "-o", "m.onnx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1 and done.stderr.startswith("error[SP7302]")
    assert "1 Tan of `tan` (tan.specc:3)" in done.stderr and not (tmp_path / "m.onnx").exists()
    accepted = subprocess.run(
        [*command, "--placement", "any"], cwd=tmp_path, capture_output=True, text=True, env=environment, check=False
    )
    assert accepted.returncode == 0 and (tmp_path / "m.onnx").exists()
