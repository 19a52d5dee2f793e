"""The PyTorch nets and their exports. Runs in the peers' environment.

    python peers.py NET BATCH FOLDER

writes into FOLDER the seeded weights, the inputs, what PyTorch makes of them, and one ONNX file for each way to export
the net; `exports.json` tells which ways failed, and why.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from nets import HEADS, LAYERS, NETS, PRESENT, feeds_of
from torch import Tensor, nn

Arguments = tuple[Tensor, ...]
SEED, OPSET = 0, 21
TORCHVISION = (
    "nms roi_align _roi_align_backward ps_roi_align _ps_roi_align_backward roi_pool _roi_pool_backward ps_roi_pool "
    "_ps_roi_pool_backward qnms qroi_align deform_conv2d _deform_conv2d_backward"
)


LIBRARY = torch.library.Library("torchvision", "FRAGMENT")
"""Names of torchvision's compiled operators, which no net here has, and whose build need not fit this PyTorch."""


def torchvision_models() -> object:
    """torchvision's models."""
    for name in TORCHVISION.split():
        if not hasattr(torch.ops.torchvision, name):
            LIBRARY.define(f"{name}(Tensor x) -> Tensor")
    import torchvision

    return torchvision.models


class Text(nn.Module):
    """BertModel with tensors for results."""

    def __init__(self, attention: str) -> None:
        super().__init__()
        from transformers import BertConfig, BertModel

        self.net = BertModel(BertConfig(attn_implementation=attention))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Arguments:
        """Hidden states and those of the first token."""
        made = self.net(input_ids=ids, attention_mask=mask, token_type_ids=segments)
        return made.last_hidden_state, made.pooler_output


class Prompt(nn.Module):
    """GPT2LMHeadModel over a prompt."""

    def __init__(self, attention: str) -> None:
        super().__init__()
        from transformers import GPT2Config, GPT2LMHeadModel

        self.net = GPT2LMHeadModel(GPT2Config(attn_implementation=attention, use_cache=False))
        self.masked = attention == "eager"

    def forward(self, ids: Tensor) -> Tensor:
        """Logits of all tokens. Without a mask, transformers looks for packed sequences with an operator that the
        exporter by TorchScript does not have."""
        return self.net(input_ids=ids, attention_mask=torch.ones_like(ids) if self.masked else None).logits


class Step(Prompt):
    """GPT2LMHeadModel with the keys and values of the tokens before."""

    def forward(self, ids: Tensor, *past: Tensor) -> Arguments:  # type: ignore[override]
        """Logits, and all keys and values."""
        from transformers import DynamicCache

        cache = DynamicCache(list(zip(past[::2], past[1::2], strict=True)))
        made = self.net(input_ids=ids, past_key_values=cache, use_cache=True)
        pairs = [(layer.keys, layer.values) for layer in made.past_key_values.layers]
        return made.logits, *(tensor for pair in pairs for tensor in pair)


class Recurrent(nn.Module):
    """Two LSTM layers."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(512, 512, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Results of all steps."""
        return self.lstm(x)[0]


def unet() -> nn.Module:
    """The U-Net of the parity tests, in the layout of Pytorch-UNet."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "zoo"))
    from twins_images import UNet

    return UNet(3, True)


def built(name: str, attention: str = "sdpa") -> nn.Module:
    """A net with random weights from a fixed seed, in evaluation mode; no weight is left at 0 or 1: torchvision's ViT
    would give nothing but the bias of its last layer."""
    models = torchvision_models()
    torch.manual_seed(SEED)
    makers: dict[str, Callable[[], nn.Module]] = {
        "bert_base_128": lambda: Text(attention),
        "bert_base_512": lambda: Text(attention),
        "gpt2_prompt": lambda: Prompt(attention),
        "gpt2_step": lambda: Step(attention),
        "gpt2_decode": lambda: Step(attention),
        "lstm": Recurrent,
        "unet": unet,
    }
    plain = {"aux_logits": False, "init_weights": False, "transform_input": False} if name == "googlenet" else {}
    net = makers[name]() if name in makers else getattr(models, name)(weights=None, **plain)
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for key, value in net.named_parameters():
            if key.endswith("bias") or value.ndim == 1 or value.min() == value.max():
                value.add_(torch.randn(value.shape, generator=generator), alpha=0.02)
        for key, value in net.named_buffers():
            if key.endswith("running_mean"):
                value.copy_(torch.randn(value.shape, generator=generator) * 0.1)
            if key.endswith("running_var"):
                value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
    return net.eval()


def weights_of(net: nn.Module) -> dict[str, Tensor]:
    """The state dict under the names of the published class; of tensors that share memory, the first."""
    state = getattr(net, "net", net).state_dict()
    seen: set[int] = set()
    kept: dict[str, Tensor] = {}
    for key, value in state.items():
        if value.data_ptr() not in seen or not value.numel():
            kept[key] = value.detach().clone().contiguous()
        seen.add(value.data_ptr())
    return kept


def call(net: nn.Module, arguments: Arguments, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """One run in PyTorch."""
    with torch.inference_mode():
        made = net(*arguments)
    made = made if isinstance(made, tuple) else (made,)
    return {key: value.numpy() for key, value in zip(names, made, strict=True)}


def arguments_of(name: str, batch: int) -> Arguments:
    """The inputs as tensors."""
    return tuple(torch.from_numpy(value) for value in feeds_of(name, batch).values())


def dynamic_axes(name: str) -> dict[str, dict[int, str]]:
    """The axis of keys and values that grows from step to step; every other size is fixed, as is the default."""
    if not NETS[name].steps:
        return {}
    past = {key: {2: "P"} for key in feeds_of(name, 1) if key.startswith("past")}
    return past | {key: {2: "P_T"} for key in PRESENT}


def export_dynamo(name: str, batch: int, path: Path) -> None:
    """`torch.onnx.export` as it is by default."""
    arguments, names = arguments_of(name, batch), list(feeds_of(name, batch))
    shapes = None
    if NETS[name].steps:
        grows = {2: torch.export.Dim("P", min=2, max=1000)}
        shapes = ({}, tuple(grows for _ in range(2 * LAYERS)))
    program = torch.onnx.export(
        built(name), arguments, dynamo=True, input_names=names, output_names=list(NETS[name].outputs),
        dynamic_shapes=shapes, verbose=False,
    )  # fmt: skip
    assert program is not None
    program.save(str(path), external_data=True)


def export_script(name: str, batch: int, path: Path) -> None:
    """The exporter by TorchScript, on attention in its plain form, whose patterns the optimizer knows."""
    torch.onnx.export(
        built(name, "eager"), arguments_of(name, batch), str(path), dynamo=False, opset_version=17,
        input_names=list(feeds_of(name, batch)), output_names=list(NETS[name].outputs),
        dynamic_axes=dynamic_axes(name),
    )  # fmt: skip


def slimmed(source: Path, path: Path) -> None:
    """onnxslim's rewriting of an export."""
    import onnx
    import onnxslim

    onnx.save(onnxslim.slim(str(source)), str(path), save_as_external_data=True, location=f"{path.name}.data")


def fused(name: str, source: Path, path: Path) -> dict[str, int]:
    """The rewriting of an export by onnxruntime's transformers optimizer, and how often each fusion was made."""
    from onnxruntime.transformers.optimizer import optimize_model

    hidden = HEADS * 64
    model = optimize_model(str(source), NETS[name].family, HEADS, hidden, opt_level=0, use_gpu=False)
    model.save_model_to_file(str(path), use_external_data_format=True)
    return {key: count for key, count in model.get_fused_operator_statistics().items() if count}


def exports(name: str, batch: int, folder: Path) -> dict[str, str]:
    """Make all exports; what became of each."""
    ways: dict[str, Callable[[Path], object]] = {
        "dynamo": lambda path: export_dynamo(name, batch, path),
        "script": lambda path: export_script(name, batch, path),
        "slim": lambda path: slimmed(folder / "dynamo.onnx", path),
        "script_slim": lambda path: slimmed(folder / "script.onnx", path),
    }
    if NETS[name].family:
        ways["optimizer"] = lambda path: fused(name, folder / "dynamo.onnx", path)
        ways["script_optimizer"] = lambda path: fused(name, folder / "script.onnx", path)
    told: dict[str, str] = {}
    for way, make in ways.items():
        try:
            result = make(folder / f"{way}.onnx")
            told[way] = f"ok {result}" if isinstance(result, dict) else "ok"
        except Exception as problem:
            traceback.print_exc()
            told[way] = f"failed: {type(problem).__name__}: {str(problem)[:300]}"
            (folder / f"{way}.onnx").unlink(missing_ok=True)
    return told


def main() -> None:
    """Write the files of one net."""
    from safetensors.torch import save_file

    name, batch, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    net = built(name)
    save_file(weights_of(net), folder / "weights.safetensors")
    np.savez(folder / "feeds.npz", **feeds_of(name, batch))
    np.savez(folder / "expected.npz", **call(net, arguments_of(name, batch), NETS[name].outputs))
    (folder / "exports.json").write_text(json.dumps(exports(name, batch, folder), indent=1))


if __name__ == "__main__":
    main()
