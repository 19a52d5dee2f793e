"""Files that the commands of the cases name, made anew in a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto, helper
from safetensors.numpy import save_file

MLP = """model mlp
input x: float32[N, 4]
output y = x -> linear(3) as fc
"""


TARGET = """name: mine
doc: A target.
device: cpu
ir_version: 10
providers: [CPUExecutionProvider]
"""


def make_files(folder: Path) -> None:
    """Write every file that a case may name into `folder`."""
    (folder / "folder").mkdir()
    (folder / "mlp.specc").write_text(MLP, encoding="utf-8")
    (folder / "below.specc").write_text(MLP.replace("as fc", "as net.fc"), encoding="utf-8")
    _texts(folder)
    _weights(folder)
    _checkpoints(folder)


def _texts(folder: Path) -> None:
    (folder / "latin1.specc").write_bytes("model net  # naïve\n".encode("latin-1"))
    (folder / "large.specc").write_text("# long\n" * 700_000, encoding="utf-8")
    (folder / "long.specc").write_text("model net\nx = [" + "1, " * 150_000 + "]\n", encoding="utf-8")
    layers = "".join(f"      - l{index}: relu\n" for index in range(30_000))
    head = 'specc: 1\nmodel: net\ninputs: {x: "float32[N]"}\ngraph:\n  y:\n    from: x\n    layers:\n'
    (folder / "many_layers.yaml").write_text(f"{head}{layers}outputs: [y]\n", encoding="utf-8")
    (folder / "list.yaml").write_text("- cpu\n", encoding="utf-8")
    (folder / "unknown_key.yaml").write_text(f"{TARGET}opset: 21\nopsets: 21\n", encoding="utf-8")
    (folder / "wrong_value.yaml").write_text(f"{TARGET}opset: newest\n", encoding="utf-8")
    np.savez(folder / "calibration.npz", picture=np.ones((2, 64), np.float32))
    np.savez(folder / "narrow.npz", x=np.ones((2, 32), np.float32))
    (folder / "damaged.onnx").write_bytes(b"\x08\x07not a model")
    (folder / "cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")


def _weights(folder: Path) -> None:
    weight, bias = np.ones((3, 4), np.float32), np.zeros(3, np.float32)
    np.save(folder / "eleven_values.npy", np.arange(11, dtype=np.float32))
    (folder / "damaged.safetensors").write_bytes(b"\xff" * 64)
    save_file({"fc.weight": weight}, folder / "missing.safetensors")
    both = {"fc.weight": weight, "fc.bias": bias}
    save_file({**both, "head.weight": weight + 1, "head.bias": bias}, folder / "unexpected.safetensors")
    save_file({f"model.{name}": array for name, array in both.items()}, folder / "below.safetensors")
    save_file(both, folder / "unprefixed.safetensors")
    save_file({"fc.weight": weight.T.copy(), "fc.bias": bias}, folder / "misshaped.safetensors")


def _checkpoints(folder: Path) -> None:
    """Checkpoints of PyTorch and ONNX with what a model cannot take."""
    weight, bias = np.ones((3, 4), np.float32), np.zeros(3, np.float32)
    state = {"fc.weight": torch.ones(3, 4), "fc.bias": torch.zeros(3)}
    torch.save(torch.nn.Linear(4, 3), folder / "module.pt")
    torch.save({"model": state, "model_ema": state}, folder / "two.pt")
    torch.save({"state_dict": state}, folder / "wrapped.pt")
    save_file({"fc.weight": weight * np.nan, "fc.bias": bias}, folder / "diverged.safetensors")
    save_file({"fc.weight": weight.astype(np.int32), "fc.bias": bias}, folder / "integers.safetensors")
    save_file({"w": np.ones((3, 4), np.float32), "fc.bias": bias}, folder / "part.safetensors")
    save_file({f"layer{index}.weight": bias for index in range(200)}, folder / "many.safetensors")
    packed = helper.make_tensor("fc.weight", TensorProto.INT4, (3, 4), [1] * 12)
    graph = helper.make_graph([], "net", [], [], [packed])
    (folder / "net_int4.onnx").write_bytes(helper.make_model(graph, ir_version=10).SerializeToString())
