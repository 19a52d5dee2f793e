"""Blocks of the standard library beside modules of torch and transformers, and torch twins written from the papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from one_layer import values
from std_records import draw
from torch import nn
from torch.nn import functional as F
from transformers import Wav2Vec2ConformerConfig
from transformers.models.convnextv2.modeling_convnextv2 import ConvNextV2GRN
from transformers.models.mobilenet_v2.modeling_mobilenet_v2 import make_divisible
from transformers.models.wav2vec2_conformer.modeling_wav2vec2_conformer import Wav2Vec2ConformerConvolutionModule
from whole_spec import evaluate

import specc

TOLERANCE = 2e-5
"""Absolute and relative, for float32 results of unit size."""
IMAGE = "input x: float32[N, 16, H, W]\nrequire H % 4 == 0 and W % 4 == 0\n"
TOKENS = "input x: float32[N, T, 32]\nrequire T <= 5000\n"
SOUND = "input x: float32[N, 16, T]\n"
SHAPES = {IMAGE: (2, 16, 8, 12), TOKENS: (2, 5, 32), SOUND: (2, 16, 9)}


def drawn(module: nn.Module, prefix: str = "block.") -> dict[str, np.ndarray]:
    """Draw every weight of `module` anew; the weights under the names that the spec gives them."""
    state = {name: tensor for name, tensor in module.state_dict().items() if tensor.is_floating_point()}
    weights = {f"{prefix}{name}": draw(f"{prefix}{name}", tuple(tensor.shape)) for name, tensor in state.items()}
    for name, tensor in state.items():
        tensor.copy_(torch.from_numpy(weights[f"{prefix}{name}"]))
    return weights


def agree(stage: str, module: nn.Module, declared: str, more: Mapping[str, np.ndarray] | None = None) -> None:
    """Assert that the block computes what `module` does, with the same weights by name and as many parameters.

    `declared` are the inputs, of which `x` is piped in, and `more` the arrays for the others.
    """
    name = stage.partition("(")[0]
    text = f"from std import {name}\n{declared}output y = x -> {stage} as block\n"
    arrays = {
        "x": values(next(shape for start, shape in SHAPES.items() if declared.startswith(start)), 3),
        **(more or {}),
    }
    weights = drawn(module.eval())
    with torch.no_grad():
        wanted = module(*(torch.from_numpy(array) for array in arrays.values()))
    made = evaluate(text, weights, **arrays)["y"]
    np.testing.assert_allclose(made, wanted.numpy(), rtol=TOLERANCE, atol=TOLERANCE)
    spec = specc.loads(f"model one\n{text}")
    assert set(spec.compile(seed=0).weights) == set(weights)
    assert spec.report().params.trainable == sum(parameter.numel() for parameter in module.parameters())


class Given(nn.Module):
    """A function of the inputs and of named modules."""

    def __init__(self, function: Callable[..., torch.Tensor], **modules: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.function(self, *inputs)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_encoder_layer(norm_first: bool, activation: str) -> None:
    module = nn.TransformerEncoderLayer(32, 4, 64, 0.0, activation, norm_first=norm_first, batch_first=True)
    agree(f"encoder_layer(4, 64, activation={activation}, norm_first={str(norm_first).lower()})", module, TOKENS)


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer(norm_first: bool) -> None:
    module = nn.TransformerDecoderLayer(32, 4, 64, 0.0, norm_first=norm_first, batch_first=True)
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    causal = Given(lambda m, x, memory: m.layer(x, memory, tgt_mask=mask), layer=module)
    causal.state_dict = module.state_dict
    declared = TOKENS + "input memory: float32[N, S, 32]\n"
    stage = f"decoder_layer(memory, 4, 64, norm_first={str(norm_first).lower()})"
    agree(stage, causal, declared, {"memory": values((2, 7, 32), 4)})


def test_gated_feed_forward() -> None:
    def swiglu(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.down_proj(F.silu(m.gate_proj(x)) * m.up_proj(x))

    parts = {"gate_proj": nn.Linear(32, 48, bias=False), "up_proj": nn.Linear(32, 48, bias=False)}
    agree("gated_feed_forward(48)", Given(swiglu, **parts, down_proj=nn.Linear(48, 32, bias=False)), TOKENS)


def test_feed_forward() -> None:
    parts = {"linear1": nn.Linear(32, 48, bias=False), "linear2": nn.Linear(48, 32, bias=False)}
    module = Given(lambda m, x: m.linear2(F.gelu(m.linear1(x))), **parts)
    agree("feed_forward(48, activation=gelu, bias=false)", module, TOKENS)


def test_highway() -> None:
    def carried(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(m.gate(x))
        return gate * torch.relu(m.transform(x)) + (1 - gate) * x

    agree("highway", Given(carried, gate=nn.Linear(32, 32), transform=nn.Linear(32, 32)), TOKENS)


@pytest.mark.parametrize(("kernel", "dilation", "condition"), [(2, 1, False), (3, 4, True)])
def test_wavenet_block(kernel: int, dilation: int, condition: bool) -> None:
    """Both results of the block, one after another along the channels."""

    def gated(m: nn.Module, x: torch.Tensor, c: torch.Tensor | None = None) -> torch.Tensor:
        y = m.conv(F.pad(x, ((kernel - 1) * dilation, 0)))
        y = y if c is None else y + m.conv1x1c(c)
        y = torch.tanh(y[:, :20]) * torch.sigmoid(y[:, 20:])
        return torch.cat([0.5**0.5 * (x + m.conv1x1_out(y)), m.conv1x1_skip(y)], 1)

    parts = {"conv": nn.Conv1d(16, 40, kernel, dilation=dilation), "conv1x1_out": nn.Conv1d(20, 16, 1)}
    parts["conv1x1_skip"] = nn.Conv1d(20, 6, 1)
    declared, more, argument = SOUND, {}, "none"
    if condition:
        parts["conv1x1c"] = nn.Conv1d(7, 40, 1, bias=False)
        declared, more, argument = SOUND + "input c: float32[N, 7, T]\n", {"c": values((2, 7, 9), 5)}, "c"
    stage = f"wavenet_block(6, {kernel}, {dilation}, gated=40, condition={argument}, scale=sqrt(0.5))"
    text = f"from std import wavenet_block\n{declared}total, skip = x -> {stage} as block\n"
    module = Given(gated, **parts).eval()
    weights, arrays = drawn(module), {"x": values((2, 16, 9), 3), **more}
    with torch.no_grad():
        wanted = module(*(torch.from_numpy(array) for array in arrays.values()))
    made = evaluate(text + "output y = concat(total, skip, axis=1)\n", weights, **arrays)["y"]
    np.testing.assert_allclose(made, wanted.numpy(), rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize(("out", "kernel", "dilation"), [(16, 2, 1), (12, 3, 2)])
def test_tcn_block(out: int, kernel: int, dilation: int) -> None:
    def causal(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = x
        for conv in (m.conv1, m.conv2):
            y = torch.relu(conv(F.pad(y, ((kernel - 1) * dilation, 0))))
        return torch.relu(y + (x if out == 16 else m.downsample(x)))

    parts = {"conv1": nn.Conv1d(16, out, kernel, dilation=dilation)}
    parts["conv2"] = nn.Conv1d(out, out, kernel, dilation=dilation)
    if out != 16:
        parts["downsample"] = nn.Conv1d(16, out, 1)
    agree(f"tcn_block({out}, {kernel}, {dilation})", Given(causal, **parts), SOUND)


@pytest.mark.parametrize("kernel", [3, 31])
def test_conformer_conv(kernel: int) -> None:
    config = Wav2Vec2ConformerConfig(hidden_size=32, conv_depthwise_kernel_size=kernel, hidden_act="swish")
    agree(f"conformer_conv({kernel})", Wav2Vec2ConformerConvolutionModule(config), TOKENS)


def test_attention_gate() -> None:
    def asked(m: nn.Module, x: torch.Tensor, g: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(m.psi(torch.relu(m.W_g(g) + m.W_x(x))))

    parts = {"W_g": (10, 6), "W_x": (16, 6), "psi": (6, 1)}
    made = {name: nn.Sequential(nn.Conv2d(*sizes, 1), nn.BatchNorm2d(sizes[1])) for name, sizes in parts.items()}
    declared = IMAGE + "input g: float32[N, 10, H, W]\n"
    agree("attention_gate(g, 6)", Given(asked, **made), declared, {"g": values((2, 10, 8, 12), 6)})


@pytest.mark.parametrize("activation", ["none", "elu"])
def test_gated_conv(activation: str) -> None:
    def gated(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        value, gate = m.conv(x).chunk(2, 1)
        return (F.elu(value) if activation == "elu" else value) * torch.sigmoid(gate)

    module = Given(gated, conv=nn.Conv2d(16, 10, 3, 2, 1))
    agree(f"gated_conv(5, 3, 2, 1, activation={activation})", module, IMAGE)


def test_depthwise_conv() -> None:
    agree("depthwise_conv", nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False), IMAGE)
    wide = nn.Conv2d(16, 32, 5, 2, 4, 2, groups=16)
    agree("depthwise_conv(5, 2, dilation=2, multiplier=2, bias=true)", wide, IMAGE)


def test_squeeze_excite_of_linear_layers() -> None:
    def gated(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(m.fc2(torch.relu(m.fc1(x.mean((2, 3))))))[:, :, None, None]

    module = Given(gated, fc1=nn.Linear(16, 4, bias=False), fc2=nn.Linear(4, 16, bias=False))
    agree("squeeze_excite(4, linear_form=true, bias=false)", module, IMAGE)


def test_pyramids_of_the_largest_values() -> None:
    vector = Given(lambda m, x: torch.cat([F.adaptive_max_pool2d(x, size).flatten(1) for size in (1, 2, 4)], 1))
    agree("spatial_pyramid_pooling", vector, IMAGE)
    map_ = Given(lambda m, x: torch.cat([x, *(F.max_pool2d(x, size, 1, size // 2) for size in (5, 9, 13))], 1))
    agree("spatial_pyramid_block", map_, IMAGE)


@pytest.mark.parametrize("eps", [1e-6, 0.1])
def test_global_response_norm(eps: float) -> None:
    """On [N, H, W, C]; transformers keeps the weights as [1, 1, 1, C]."""
    module = ConvNextV2GRN(16)
    weights = {f"block.{name}": draw(name, (16,)) for name in ("weight", "bias")}
    array = values((2, 5, 7, 16), 8)
    text = "from std import global_response_norm\ninput x: float32[N, H, W, 16]\n"
    made = evaluate(f"{text}output y = x -> global_response_norm({eps}) as block\n", weights, x=array)["y"]
    x = torch.from_numpy(array)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weights["block.weight"]))
        module.bias.copy_(torch.from_numpy(weights["block.bias"]))
        wanted = module(x)
        if eps == 0.1:
            norm = x.norm(dim=(1, 2), keepdim=True)
            wanted = x + module.weight * (x * norm / (norm.mean(-1, keepdim=True) + eps)) + module.bias
    np.testing.assert_allclose(made, wanted.numpy(), rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("divisor", [4, 8])
def test_make_divisible(divisor: int) -> None:
    widths = [round(value * 4.7, 3) for value in range(1, 40)]
    wanted = [make_divisible(width, divisor) for width in widths]
    text = f"from std import make_divisible\ninput x: float32[N, 4]\nwidths = {widths}\n"
    text += f"require [make_divisible(w, {divisor}) for w in widths] == {wanted}, 'they differ'\n"
    specc.loads(f"model one\n{text}output y = x -> relu\n").check()


def test_blocks_that_do_nothing() -> None:
    agree("drop_path(0.1)", nn.Identity(), TOKENS)


def test_sinusoidal_positions_alternate_sine_and_cosine() -> None:
    angle = np.arange(5)[:, None] / 10000 ** (np.arange(0, 32, 2) / 32)
    table = torch.from_numpy(np.stack([np.sin(angle), np.cos(angle)], -1).reshape(5, 32).astype(np.float32))
    text = f"from std import add_sinusoidal_positions\n{TOKENS}output y = x -> add_sinusoidal_positions\n"
    array = values((2, 5, 32), 3)
    np.testing.assert_allclose(evaluate(text, x=array)["y"], torch.from_numpy(array) + table, atol=1e-6)


class DoubleConv(nn.Module):
    """Two 3x3 convolutions of U-Net."""

    def __init__(self, channels: int, out: int, padding: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, out, 3, 1, padding), nn.Conv2d(out, out, 3, 1, padding)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.conv2(torch.relu(self.conv1(x))))


class Up(DoubleConv):
    """A level of U-Net upwards, by a transposed convolution or by interpolation."""

    def __init__(self, channels: int, skip: int, out: int, padding: int, bilinear: bool) -> None:
        super().__init__(skip + (channels if bilinear else out), out, padding)
        if not bilinear:
            self.up = nn.ConvTranspose2d(channels, out, 2, 2)
        self.bilinear = bilinear

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        y = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True) if self.bilinear else self.up(x)
        top, left = ((skip.shape[axis] - y.shape[axis]) // 2 for axis in (2, 3))
        return super().forward(torch.cat([skip[:, :, top : top + y.shape[2], left : left + y.shape[3]], y], 1))


@pytest.mark.parametrize("bilinear", [False, True])
@pytest.mark.parametrize(
    ("padding", "promise", "size"), [(1, "require H % 4 == 0", 16), (0, "require H % 4 == 0 and H >= 48", 48)]
)
def test_unet(bilinear: bool, padding: int, promise: str, size: int) -> None:
    def whole(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        skip1 = m.down1(x)
        skip2 = m.down2(F.max_pool2d(skip1, 2))
        return m.up1(m.up2(m.middle(F.max_pool2d(skip2, 2)), skip2), skip1)

    module = Given(
        whole,
        down1=DoubleConv(3, 4, padding),
        down2=DoubleConv(4, 6, padding),
        middle=DoubleConv(6, 8, padding),
        up2=Up(8, 6, 6, padding, bilinear),
        up1=Up(6, 4, 4, padding, bilinear),
    ).eval()
    options = f"padding={padding}, batch_norm=false"
    up = f"{options}, bilinear={str(bilinear).lower()}"
    text = f"""from std import double_conv, unet_down, unet_up
input x: float32[N, 3, H, H]
{promise}
a, skip1 = x -> unet_down(4, {options}) as down1
b, skip2 = a -> unet_down(6, {options}) as down2
c = b -> double_conv(8, {options}) as middle
d = (c, skip2) -> unet_up(6, {up}) as up2
output y = (d, skip1) -> unet_up(4, {up}) as up1
"""
    weights, array = drawn(module, ""), values((2, 3, size, size), 7)
    with torch.no_grad():
        wanted = module(torch.from_numpy(array))
    made = evaluate(text, weights, x=array)["y"]
    np.testing.assert_allclose(made, wanted.numpy(), rtol=TOLERANCE, atol=TOLERANCE)
