"""The standard library: every block applied, compiled and run; some beside the PyTorch modules they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
import torch

import specc
from specc.base.assets import read_asset

IMAGE = "input x: float32[N, 16, H, W]\nrequire H % 4 == 0 and W % 4 == 0\n"
TOKENS = "input x: float32[N, T, 32]\nrequire T <= 5000\n"
MEMORY = f"{TOKENS}input memory: float32[N, S, 32]\n"
PAST = f"{TOKENS}input k: float32[N, 2, P, 8]\ninput v: float32[N, 2, P, 8]\n"
FIXED = TOKENS.replace("T", "5").replace("require 5 <= 5000\n", "")
WINDOWS = "input x: float32[N, H, W, 6]\nrequire H % 4 == 0 and W % 4 == 0\n"
SHAPES = {
    "x: float32[N, 16": (2, 16, 8, 12),
    "x: float32[N, T": (2, 5, 32),
    "x: float32[N, 5": (2, 5, 32),
    "x: float32[N, H": (2, 8, 12, 6),
    "memory: ": (2, 7, 32),
    "k: ": (2, 2, 3, 8),
    "v: ": (2, 2, 3, 8),
}
TOLERANCE = 2e-5
"""Absolute and relative, for float32."""


@dataclass(frozen=True)
class Use:
    """A block of `std` in a model: its inputs, the stage, the shape of the result."""

    inputs: str
    stage: str
    shape: tuple[int, ...]


USES = (
    Use(IMAGE, "conv_bn_act(8, 3, stride=2)", (2, 8, 4, 6)),
    Use(IMAGE, "conv_bn_act(8, 5, dilation=2, activation=none)", (2, 8, 8, 12)),
    Use(IMAGE, "conv_bn_act(8, 3, padding=0, groups=4, activation=leaky_relu(0.1))", (2, 8, 6, 10)),
    Use(IMAGE, "shortcut(8, 2)", (2, 8, 4, 6)),
    Use(IMAGE, "basic_block(16)", (2, 16, 8, 12)),
    Use(IMAGE, "basic_block(24, 2)", (2, 24, 4, 6)),
    Use(IMAGE, "bottleneck(4)", (2, 16, 8, 12)),
    Use(IMAGE, "bottleneck(64, 2, groups=32, base_width=4)", (2, 256, 4, 6)),
    Use(IMAGE, "squeeze_excite(4)", (2, 16, 8, 12)),
    Use(IMAGE, "inverted_residual(16)", (2, 16, 8, 12)),
    Use(IMAGE, "inverted_residual(24, stride=2, expand=1, kernel=5)", (2, 24, 4, 6)),
    Use(IMAGE, "fire(4, 8, 12)", (2, 20, 8, 12)),
    Use(IMAGE, "dense_layer(8)", (2, 24, 8, 12)),
    Use(IMAGE, "dense_transition(8)", (2, 8, 4, 6)),
    Use(IMAGE, "inception(4, 4, 8, 2, 6, 3)", (2, 21, 8, 12)),
    Use(IMAGE, "double_conv(8)", (2, 8, 8, 12)),
    Use(TOKENS, "feed_forward(64, activation=gelu)", (2, 5, 32)),
    Use(TOKENS, "gated_feed_forward(48)", (2, 5, 32)),
    Use(TOKENS, "add_sinusoidal_positions", (2, 5, 32)),
    Use(TOKENS, "encoder_layer(4, 64)", (2, 5, 32)),
    Use(TOKENS, "encoder_layer(4, 64, norm_first=true, causal=true)", (2, 5, 32)),
    Use(MEMORY, "decoder_layer(memory, 4, 64)", (2, 5, 32)),
    Use(MEMORY, "decoder_layer(memory, 4, 64, norm_first=true, memory_mask=memory[..., 0] > 0)", (2, 5, 32)),
    Use(WINDOWS, "window_partition(4)", (12, 16, 6)),
    Use(WINDOWS, "window_attention(2, 4)", (2, 8, 12, 6)),
    Use(WINDOWS, "window_attention(2, 4, shift=1)", (2, 8, 12, 6)),
    Use(MEMORY, "additive_attention(memory, 8)", (2, 5, 32)),
    Use(MEMORY, "luong_attention(memory)", (2, 5, 32)),
    Use(MEMORY, 'luong_attention(memory, "concat", 8, memory_mask=memory[..., 0] > 0)', (2, 5, 32)),
    Use(FIXED, "linformer_attention(4, 3)", (2, 5, 32)),
    Use(TOKENS, "dense_synthesizer(4, 5000)", (2, 5, 32)),
    Use(TOKENS, "random_synthesizer(4, 5000, causal=true)", (2, 5, 32)),
)
UNET = f"""model unet
from std import unet_down, unet_up
{IMAGE}
down1, skip1 = x -> unet_down(8) as down1
down2, skip2 = down1 -> unet_down(12) as down2
y = (down2, skip2) -> unet_up(12) as up2
output y: float32[N, 8, H, W] = (y, skip1) -> unet_up(8) as up1
"""
RECURRENT = f"""model recurrent
from std import min_gru, mamba_mixer, mamba_layer, rwkv_time_mix, rwkv_channel_mix, rwkv_layer, wkv_step
{TOKENS}
a, last = x -> min_gru(32) as gru
b, past, state = a -> mamba_mixer as mixer
c, _, memory = b -> rwkv_time_mix as time_mix
d, _ = c -> rwkv_channel_mix(48) as channel_mix
e, _, _, _ = (d[:, 0], c[:, 0], memory) -> wkv_step(-1.0, 0.5)
output y: float32[N, T, 32] = d + e[:, none] -> mamba_layer(8) as layer -> rwkv_layer as rwkv
output last: float32[N, 32]
output past: float32[N, 64, 3]
output state: float32[N, 64, 16]
"""


def spec_of(use: Use) -> specc.Spec:
    name = use.stage.partition("(")[0]
    return specc.loads(f"model one\nfrom std import {name}\n{use.inputs}output y = x -> {use.stage} as block\n")


def arrays_for(inputs: str) -> dict[str, np.ndarray]:
    drawn = np.random.default_rng(3)
    return {
        start.partition(":")[0]: drawn.standard_normal(shape).astype(np.float32)
        for start, shape in SHAPES.items()
        if f"input {start}" in inputs
    }


def defined(part: str) -> set[str]:
    return set(re.findall(r"^block (\w+)", read_asset("specs", f"std/{part}.specc"), re.MULTILINE))


@pytest.mark.parametrize("use", USES, ids=lambda use: use.stage)
def test_block_compiles_and_runs(use: Use) -> None:
    spec = spec_of(use)
    spec.check()
    assert spec.warnings == ()
    made = spec.compile(seed=0).run(arrays_for(use.inputs))["y"]
    assert made.shape == use.shape
    assert np.isfinite(made).all()


def test_windows_are_merged_again() -> None:
    text = f"model one\nfrom std import window_partition, window_merge\n{WINDOWS}"
    stages = "window_merge(x -> window_partition(4), H, W, 4)"
    arrays = arrays_for(WINDOWS)
    made = specc.loads(f"{text}output y: float32[N, H, W, 6] = {stages}\n").compile().run(arrays)["y"]
    np.testing.assert_array_equal(made, arrays["x"])


def test_a_cached_layer_gives_its_keys_and_values() -> None:
    attend = "cached_attention(num_heads=4, num_kv_heads=2)"
    imports = "cached_attention, cached_decoder_layer, gated_feed_forward"
    stage = f"cached_decoder_layer({attend}, gated_feed_forward(48))"
    text = f"model one\nfrom std import {imports}\n{PAST}y, keys, values = (x, k, v) -> {stage} as block\n"
    typed = "output keys: float32[N, 2, P + T, 8]\noutput values: float32[N, 2, P + T, 8]\n"
    arrays = arrays_for(PAST)
    made = specc.loads(f"{text}output y: float32[N, T, 32]\n{typed}").compile(seed=0).run(arrays)
    np.testing.assert_array_equal(made["values"][:, :, :3], arrays["v"])
    np.testing.assert_array_equal(made["keys"][:, :, :3], arrays["k"])
    assert np.isfinite(made["y"]).all()


def test_unet_keeps_the_size() -> None:
    made = specc.loads(UNET).compile(seed=0).run(arrays_for(IMAGE))["y"]
    assert made.shape == (2, 8, 8, 12)


def test_recurrent_blocks_compile_and_run() -> None:
    made = specc.loads(RECURRENT).compile(seed=0).run(arrays_for(TOKENS))
    assert made["y"].shape == (2, 5, 32)
    assert np.isfinite(made["y"]).all()


def test_unet_rejects_odd_sizes() -> None:
    with pytest.raises(specc.SpecError):
        specc.loads(UNET.replace("require H % 4 == 0 and W % 4 == 0", "require H >= 9 and W >= 9")).check()


def test_every_block_is_offered_and_applied() -> None:
    blocks = defined("vision") | defined("transformer") | defined("recurrent") | defined("attention")
    imports = re.findall(r"^from .* import (.*)", read_asset("specs", "std.specc"), re.MULTILINE)
    offered = {name for line in imports for name in line.split(", ")}
    assert offered == blocks
    applied = {use.stage.partition("(")[0] for use in USES} | set(re.findall(r"unet_\w+", UNET))
    applied |= set(re.findall(r"-> (\w+)", RECURRENT))
    elsewhere = {"cached_attention", "cached_decoder_layer", "window_merge"}
    assert applied | elsewhere == blocks


def drawn(module: torch.nn.Module, prefix: str) -> dict[str, np.ndarray]:
    """Draw every weight of `module` anew; the weights under the names that the spec gives them."""
    generator = torch.Generator().manual_seed(1)
    state = {name: tensor for name, tensor in module.state_dict().items() if tensor.is_floating_point()}
    for name, tensor in state.items():
        values = 0.3 * torch.randn(tensor.shape, generator=generator)
        tensor.copy_(values.abs() + 0.5 if name.endswith("running_var") else values)
    return {f"{prefix}.{name}": tensor.numpy() for name, tensor in state.items()}


def compare(use: Use, module: torch.nn.Module, **arguments: object) -> None:
    """Assert that the block computes what `module` does with the same weights, all loaded by their names."""
    arrays = arrays_for(use.inputs)
    weights = drawn(module.eval(), "block")
    model = spec_of(use).compile(weights=weights)
    assert set(model.weights) == set(weights)
    with torch.no_grad():
        wanted = module(*(torch.from_numpy(array) for array in arrays.values()), **arguments).numpy()
    np.testing.assert_allclose(model.run(arrays)["y"], wanted, rtol=TOLERANCE, atol=TOLERANCE)


class Bottleneck(torch.nn.Module):
    """torchvision's bottleneck."""

    def __init__(self, channels: int, width: int, stride: int, groups: int = 1) -> None:
        super().__init__()
        nn = torch.nn
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.downsample = None
        if stride != 1 or channels != 4 * width:
            projection = nn.Conv2d(channels, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(4 * width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Gated(torch.nn.Module):
    """Llama's feed-forward net."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_proj = torch.nn.Linear(width, hidden, bias=False)
        self.up_proj = torch.nn.Linear(width, hidden, bias=False)
        self.down_proj = torch.nn.Linear(hidden, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(torch.nn.functional.silu(self.gate_proj(x)) * self.up_proj(x))


class InvertedResidual(torch.nn.Module):
    """torchvision's inverted residual, with expansion and without a stride."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        nn = torch.nn
        expand = nn.Sequential(nn.Conv2d(channels, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6())
        depthwise = nn.Conv2d(hidden, hidden, 3, 1, 1, groups=hidden, bias=False)
        middle = nn.Sequential(depthwise, nn.BatchNorm2d(hidden), nn.ReLU6())
        project = nn.Conv2d(hidden, channels, 1, bias=False)
        self.conv = nn.Sequential(expand, middle, project, nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x)


def test_conv_bn_act_is_its_torch_twin() -> None:
    module = torch.nn.Sequential(torch.nn.Conv2d(16, 8, 3, 2, 1, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU())
    compare(Use(IMAGE, "conv_bn_act(8, 3, stride=2)", ()), module)


def test_conv_bn_act_keeps_the_size_with_dilation() -> None:
    conv = torch.nn.Conv2d(16, 8, 5, padding=4, dilation=2, groups=4, bias=False)
    module = torch.nn.Sequential(conv, torch.nn.BatchNorm2d(8), torch.nn.SiLU())
    compare(Use(IMAGE, "conv_bn_act(8, 5, dilation=2, groups=4, activation=silu)", ()), module)


@pytest.mark.parametrize("stride", [1, 2])
def test_bottleneck_is_its_torch_twin(stride: int) -> None:
    compare(Use(IMAGE, f"bottleneck(4, {stride})", ()), Bottleneck(16, 4, stride))


def test_inverted_residual_is_its_torch_twin() -> None:
    compare(Use(IMAGE, "inverted_residual(16, expand=4)", ()), InvertedResidual(16, 64))


def test_gated_feed_forward_is_its_torch_twin() -> None:
    compare(Use(TOKENS, "gated_feed_forward(48)", ()), Gated(32, 48))


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_encoder_layer_is_its_torch_twin(norm_first: bool, activation: str) -> None:
    module = torch.nn.TransformerEncoderLayer(32, 4, 64, 0.0, activation, norm_first=norm_first, batch_first=True)
    stage = f"encoder_layer(4, 64, activation={activation}, norm_first={str(norm_first).lower()})"
    compare(Use(TOKENS, stage, ()), module)


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer_is_its_torch_twin(norm_first: bool) -> None:
    module = torch.nn.TransformerDecoderLayer(32, 4, 64, 0.0, norm_first=norm_first, batch_first=True)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(5)
    stage = f"decoder_layer(memory, 4, 64, norm_first={str(norm_first).lower()})"
    compare(Use(MEMORY, stage, ()), module, tgt_mask=mask)


def test_sinusoidal_positions_alternate_sine_and_cosine() -> None:
    use = Use(TOKENS, "add_sinusoidal_positions", ())
    zeros: Mapping[str, np.ndarray] = {"x": np.zeros((1, 5, 32), np.float32)}
    made = spec_of(use).compile(seed=0).run(zeros)["y"][0]
    angle = np.arange(5)[:, None] / 10000 ** (np.arange(0, 32, 2) / 32)
    np.testing.assert_allclose(made[:, 0::2], np.sin(angle), atol=1e-6)
    np.testing.assert_allclose(made[:, 1::2], np.cos(angle), atol=1e-6)
