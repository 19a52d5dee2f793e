"""Files that PyTorch writes, in both of its forms, read without it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import specc
from specc.weights.open import open_checkpoint

BASE = torch.arange(24.0).reshape(4, 6)
TYPES = (
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128, torch.bool),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8),
)
NEWER_TYPES = (torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn, self.fc = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.bn(self.conv(x)).mean((2, 3)))


def tensors_in(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield ".".join(path) or "tensor", value.detach()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from tensors_in(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from tensors_in(item, (*path, str(index)))


def same(path: Path, value: object) -> None:
    """Assert that the file holds the tensors of `value`, and no others."""
    made = open_checkpoint(path).tensors
    wanted = dict(tensors_in(value))
    assert list(made) == list(wanted)
    for name, tensor in wanted.items():
        array = made[name].load()
        assert made[name].dtype == array.dtype.name == str(tensor.dtype).removeprefix("torch.")
        assert made[name].shape == array.shape == tuple(tensor.shape)
        small = tensor.dtype in (torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2)
        exact = tensor.float().numpy() if small else tensor.numpy()
        assert np.array_equal(array.astype(np.float32) if small else array, exact), name


def contents() -> dict[str, object]:
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.randn(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    named = nn.Parameter(torch.ones(2))
    named.tag = "text"
    return {
        "state dict": net.state_dict(),
        "checkpoint": {
            "epoch": 3,
            "model": net.state_dict(),
            "optimizer": optimizer.state_dict(),
            "loss": [0.5, None, True],
            "note": "ünïcödé",
            "size": torch.Size([2, 3]),
            "counts": Counter("abca"),
            "big": 2**80,
            "raw": b"\x00\xff",
            "device": torch.device("cpu"),
            "dtype": torch.float16,
            "set": {1, 2},
            "many": defaultdict(list),
        },
        "types": {str(dtype): BASE.to(dtype) for dtype in TYPES},
        "views": {
            "transposed": BASE.t(),
            "steps": BASE[1:3, ::2],
            "shared": BASE,
            "expanded": torch.ones(1).expand(5),
            "empty": torch.zeros(0, 3),
            "scalar": torch.tensor(3.0),
            "last": BASE[3],
        },
        "parameters": OrderedDict(a=net.fc.weight, b=named),
        "lists": [{"a": BASE}, (BASE, [BASE])],
        "one tensor": BASE,
    }


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("name", contents())
def test_what_torch_saves_is_read(tmp_path: Path, name: str, is_zip: bool, protocol: int) -> None:
    value = contents()[name]
    torch.save(value, tmp_path / "x.bin", pickle_protocol=protocol, _use_new_zipfile_serialization=is_zip)
    same(tmp_path / "x.bin", value)


def test_newer_types(tmp_path: Path) -> None:
    value = {str(dtype): torch.ones(3).to(dtype) for dtype in NEWER_TYPES}
    torch.save(value, tmp_path / "x.pt")
    same(tmp_path / "x.pt", value)


def test_storages_are_read_in_place(tmp_path: Path) -> None:
    torch.save({"a": BASE, "b": BASE.t()}, tmp_path / "x.pt")
    tensors = open_checkpoint(tmp_path / "x.pt").tensors
    one, turned = tensors["a"].load(), tensors["b"].load()
    assert not one.flags.owndata and not one.flags.writeable
    assert np.shares_memory(one, tensors["a"].load())
    assert np.shares_memory(one, turned)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("made", ["script", "trace"])
def test_torchscript(tmp_path: Path, made: str) -> None:
    net = Net().eval()
    script = torch.jit.script(net) if made == "script" else torch.jit.trace(net, torch.randn(1, 3, 8, 8))
    script.save(str(tmp_path / "x.pt"))
    tensors = open_checkpoint(tmp_path / "x.pt").tensors
    wanted = {name: tensor.numpy() for name, tensor in net.state_dict().items()}
    assert set(tensors) == set(wanted)
    assert all(np.array_equal(tensors[name].load(), array) for name, array in wanted.items())
    torch.jit.freeze(torch.jit.script(net)).save(str(tmp_path / "frozen.pt"))
    with pytest.raises(specc.SpecError, match="freezing has put them into its code"):
        open_checkpoint(tmp_path / "frozen.pt")


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize(
    ("value", "named"),
    [
        (Net(), "`test_torch_files.Net`"),
        (nn.Linear(2, 3), "a whole module (`torch.nn.modules.linear.Linear`)"),
        ({"args": argparse.Namespace(lr=1)}, "`argparse.Namespace`"),
        ({"best": np.float64(3)}, "multiarray.scalar`"),
        ({"f": torch.relu}, "getattr`"),
        ({"s": torch.eye(3).to_sparse()}, "`torch._utils._rebuild_sparse_tensor`"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_other_objects_are_named_and_refused(tmp_path: Path, value: object, named: str, is_zip: bool) -> None:
    torch.save(value, tmp_path / "x.pt", _use_new_zipfile_serialization=is_zip)
    with pytest.raises(specc.SpecError, match="SP4210") as caught:
        open_checkpoint(tmp_path / "x.pt")
    (diagnostic,) = caught.value.diagnostics
    assert named in diagnostic.message
    assert diagnostic.help is not None and "state_dict" in diagnostic.help


def test_torch_is_not_imported(tmp_path: Path) -> None:
    torch.save(Net().state_dict(), tmp_path / "x.pt")
    code = (
        "import sys; from pathlib import Path; from specc.weights.open import open_checkpoint;"
        f"open_checkpoint(Path({str(tmp_path / 'x.pt')!r})).tensors['fc.weight'].load();"
        "print([name for name in sys.modules if name in ('torch', 'pickle', '_pickle')])"
    )
    made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "torch" not in made.stdout


def test_shards_with_an_index(tmp_path: Path) -> None:
    torch.save({"a": BASE}, tmp_path / "pytorch_model-00001-of-00002.bin")
    torch.save({"b": BASE + 1}, tmp_path / "pytorch_model-00002-of-00002.bin")
    torch.save({"a": BASE + 2}, tmp_path / "training_args.bin")
    places = {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"}
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    for path in (tmp_path, tmp_path / "pytorch_model.bin.index.json"):
        tensors = open_checkpoint(path).tensors
        assert np.array_equal(tensors["a"].load(), BASE.numpy())
        assert np.array_equal(tensors["b"].load(), BASE.numpy() + 1)
