"""Write `std_records.npz`: what blocks of torchvision, timm and pytorchcv give for drawn weights and inputs.

    python -m pip install --no-deps --target peers torchvision timm pytorchcv pillow
    python tests/parity/record_std_peers.py peers

torchvision's compiled library is not needed, and need not fit the torch that is installed.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import ModuleType

import numpy as np
import torch
from std_peers import EVEN, Peer, PlainConv, Pyramid, Wrapped, entry
from std_records import FILE
from torch import nn

sys.modules["torchvision._meta_registrations"] = ModuleType("torchvision._meta_registrations")
sys.path[:0] = sys.argv[1:]

import pytorchcv.models.pspnet
import pytorchcv.models.resnet
import pytorchcv.models.shufflenet
import pytorchcv.models.unet
import timm
import torchvision
from timm.layers import (
    BatchNormAct2d,
    ConvNormAct,
    EcaModule,
    EffectiveSEModule,
    GlobalContext,
    LayerNorm2d,
    Mlp,
    PatchEmbed,
    SelectiveKernel,
    SEModule,
    create_conv2d,
)
from timm.layers.cbam import CbamModule, ChannelAttn, SpatialAttn
from timm.layers.non_local_attn import NonLocalAttn
from timm.models import (
    _efficientnet_blocks,
    convnext,
    cspnet,
    ghostnet,
    metaformer,
    mlp_mixer,
    resnetv2,
    vision_transformer,
)
from timm.models import resnet as timm_resnet
from torchvision.models import densenet, efficientnet, mobilenetv2, mobilenetv3, resnet, shufflenetv2, squeezenet
from torchvision.models import inception as inception_v3
from torchvision.models.segmentation import deeplabv3, fcn
from torchvision.ops import Conv2dNormActivation, FeaturePyramidNetwork, SqueezeExcitation

googlenet = import_module("torchvision.models.googlenet")  # the packages have functions of the same names
xception = import_module("timm.models.xception")
inception_v4 = import_module("timm.models.inception_v4")
inception_resnet_v2 = import_module("timm.models.inception_resnet_v2")
V3_NORM = partial(nn.BatchNorm2d, eps=1e-3)
CONV = partial(ConvNormAct, padding=0, norm_layer=V3_NORM, act_layer=nn.ReLU)
GATE = partial(SEModule, rd_channels=4)
LARGE = "require H >= 7 and W >= 7\n"


INNER = ((r"inner\.(.*)", r"\1"),)
STEM = ((r"(?!conv1|bn1).*", ""),)
DOUBLE = ((r"(conv\d)\.conv\.(.*)", r"\1.0.\2"), (r"(conv\d)\.bn\.(.*)", r"\1.1.\2"))
UNIT = (
    (r"body\.(conv\d)\.conv\.(.*)", r"\1.\2"),
    (r"body\.conv(\d)\.bn\.(.*)", r"bn\1.\2"),
    (r"identity_conv\.conv\.(.*)", r"downsample.0.\1"),
    (r"identity_conv\.bn\.(.*)", r"downsample.1.\1"),
)
BRANCHES = tuple(
    (rf"branches\.branch{i + 2}\.conv\.{part}\.(.*)", rf"features.{i}.{place}.\1")
    for i in range(4)
    for place, part in ((1, "conv"), (2, "bn"))
)


def projection(channels: int, out: int, stride: int, conv: Callable[..., nn.Module] = resnet.conv1x1) -> nn.Module:
    return nn.Sequential(conv(channels, out, stride), nn.BatchNorm2d(out))


def torchvision_residual() -> list[Peer]:
    return [
        Peer("conv_bn_act(8, 3, stride=2)", Conv2dNormActivation(16, 8, 3, 2)),
        Peer(
            "conv_bn_act(8, 5, dilation=2, groups=4, activation=silu, eps=1e-3)",
            Conv2dNormActivation(16, 8, 5, groups=4, dilation=2, norm_layer=V3_NORM, activation_layer=nn.SiLU),
        ),
        Peer(
            "conv_bn_act(8, 3, padding=0, activation=none)",
            Conv2dNormActivation(16, 8, 3, padding=0, activation_layer=None),
        ),
        Peer(
            "basic_conv(8, 3, stride=2, padding=1)", inception_v3.BasicConv2d(16, 8, kernel_size=3, stride=2, padding=1)
        ),
        Peer(
            "resnet_stem",
            Wrapped(resnet.ResNet(resnet.BasicBlock, [1, 1, 1, 1]), lambda m, x: m.maxpool(m.relu(m.bn1(m.conv1(x))))),
            3,
            EVEN,
            (16, 24),
            INNER + STEM,
        ),
        Peer("shortcut(24, 2)", projection(16, 24, 2), rename=((r"(\d.*)", r"downsample.\1"),)),
        Peer("basic_block(16)", resnet.BasicBlock(16, 16)),
        Peer("basic_block(24, 2)", resnet.BasicBlock(16, 24, 2, projection(16, 24, 2))),
        Peer("bottleneck(4)", resnet.Bottleneck(16, 4)),
        Peer("bottleneck(8, 2)", resnet.Bottleneck(16, 8, 2, projection(16, 32, 2))),
        Peer(
            "bottleneck(64, 2, groups=32, base_width=4)",
            resnet.Bottleneck(16, 64, 2, projection(16, 256, 2), groups=32, base_width=4),
        ),
        Peer("bottleneck(4, base_width=128)", resnet.Bottleneck(16, 4, base_width=128)),
        Peer("bottleneck(8, dilation=2)", resnet.Bottleneck(16, 8, 1, projection(16, 32, 1), dilation=2)),
        Peer(
            "dense_layer(8)",
            Wrapped(densenet._DenseLayer(16, 8, 4, 0.0), lambda m, x: torch.cat([x, m(x)], 1)),
            rename=INNER,
        ),
        Peer("dense_block(3, 8, 2)", densenet._DenseBlock(3, 16, 2, 8, 0.0)),
        Peer("dense_transition(8)", densenet._Transition(16, 8)),
    ]


def torchvision_mobile() -> list[Peer]:
    return [
        Peer("fire(4, 8, 12)", squeezenet.Fire(16, 4, 8, 12)),
        Peer("squeeze_excite(4)", SqueezeExcitation(16, 4)),
        Peer(
            "squeeze_excite(4, activation=silu, gate=hard_sigmoid)", SqueezeExcitation(16, 4, nn.SiLU, nn.Hardsigmoid)
        ),
        Peer("inverted_residual(16)", mobilenetv2.InvertedResidual(16, 16, 1, 6)),
        Peer("inverted_residual(24, 2, expand=1)", mobilenetv2.InvertedResidual(16, 24, 2, 1)),
        *(
            Peer(
                f"inverted_residual_v3({hidden}, {out}, {kernel}, {stride}, {dilation}, {'true' if gate else 'false'}, "
                f"{'hard_swish' if hs else 'relu'})",
                mobilenetv3.InvertedResidual(
                    mobilenetv3.InvertedResidualConfig(
                        16, kernel, hidden, out, gate, "HS" if hs else "RE", stride, dilation, 1.0
                    ),
                    V3_NORM,
                ),
            )
            for hidden, out, kernel, stride, dilation, gate, hs in (
                (40, 16, 3, 1, 1, True, True),
                (16, 24, 5, 2, 1, False, False),
                (64, 16, 5, 2, 2, True, False),
            )
        ),
        *(
            Peer(
                f"mbconv({out}, {stride}, {expand}, {kernel})",
                efficientnet.MBConv(efficientnet.MBConvConfig(expand, kernel, stride, 16, out, 1), 0.1, nn.BatchNorm2d),
            )
            for out, stride, expand, kernel in ((16, 1, 6, 3), (24, 2, 4, 5), (8, 1, 1, 3))
        ),
        *(
            Peer(
                f"fused_mbconv({out}, {stride}, {expand})",
                efficientnet.FusedMBConv(efficientnet.FusedMBConvConfig(expand, 3, stride, 16, out, 1), 0.1, V3_NORM),
            )
            for out, stride, expand in ((16, 1, 4), (24, 2, 4), (16, 1, 1))
        ),
        Peer("shuffle_unit_v2(16)", shufflenetv2.InvertedResidual(16, 16, 1)),
        Peer("shuffle_unit_v2(28, 2)", shufflenetv2.InvertedResidual(16, 28, 2)),
    ]


def torchvision_inception() -> list[Peer]:
    return [
        Peer("inception(4, 4, 8, 2, 6, 3, kernel5=3)", googlenet.Inception(16, 4, 4, 8, 2, 6, 3)),
        Peer(
            "inception(4, 4, 8, 2, 6, 3, batch_norm=false, kernel5=3)",
            googlenet.Inception(16, 4, 4, 8, 2, 6, 3, PlainConv),
        ),
        Peer("inception_a(8)", inception_v3.InceptionA(16, 8)),
        Peer("inception_b", inception_v3.InceptionB(16), require=LARGE, shape=(8, 9)),
        Peer("inception_c(12)", inception_v3.InceptionC(16, 12), shape=(4, 8)),
        Peer("inception_d", inception_v3.InceptionD(16), require=LARGE, shape=(8, 9)),
        Peer("inception_e", inception_v3.InceptionE(16), shape=(4, 4)),
    ]


def torchvision_segmentation() -> list[Peer]:
    return [
        Peer("aspp(8, [2, 3])", deeplabv3.ASPP(16, [2, 3], 8)),
        Peer("deeplab_head(5, [2, 3])", deeplabv3.DeepLabHead(16, 5, [2, 3])),
        Peer("fcn_head(5)", fcn.FCNHead(16, 5)),
        Pyramid("feature_pyramid", FeaturePyramidNetwork([8, 12, 20], 6)),
    ]


def preactivated(kind: type[nn.Module], channels: int, out: int, stride: int, project: bool) -> nn.Module:
    norm, conv = partial(BatchNormAct2d, act_layer=nn.ReLU), create_conv2d
    proj = resnetv2.DownsampleConv if project else None
    return kind(channels, out, stride=stride, conv_layer=conv, norm_layer=norm, proj_layer=proj)


def timm_convolution() -> list[Peer]:
    return [
        Peer("separable_conv(8)", xception.SeparableConv2d(16, 8, 3, 1, 1)),
        Peer("separable_conv(8, 5, 2)", xception.SeparableConv2d(16, 8, 5, 2, 2)),
        Peer(
            "depthwise_separable(8, stride=2)",
            _efficientnet_blocks.DepthwiseSeparableConv(16, 8, stride=2, pw_act=True),
        ),
        Peer(
            'depthwise_separable(16, 5, gate=squeeze_excite(4, silu, names=["conv_reduce", "conv_expand"]), '
            "activation=silu, last_activation=false, residual=true)",
            _efficientnet_blocks.DepthwiseSeparableConv(
                16, 16, 5, act_layer=nn.SiLU, se_layer=partial(_efficientnet_blocks.SqueezeExcite, rd_ratio=0.25)
            ),
        ),
        Peer(
            "resnet_stem(16, deep=true)",
            Wrapped(
                timm_resnet.ResNet(timm_resnet.BasicBlock, (1, 1, 1, 1), 0, stem_width=8, stem_type="deep"),
                lambda m, x: m.maxpool(m.act1(m.bn1(m.conv1(x)))),
            ),
            3,
            EVEN,
            (16, 24),
            INNER + STEM,
        ),
    ]


def timm_residual() -> list[Peer]:
    return [
        Peer("basic_block(16, gate=squeeze_excite(4))", timm_resnet.BasicBlock(16, 16, attn_layer=GATE)),
        Peer(
            "bottleneck(8, 2, gate=squeeze_excite(4), pool=true)",
            timm_resnet.Bottleneck(16, 8, 2, timm_resnet.downsample_avg(16, 32, 1, 2), attn_layer=GATE),
        ),
        Peer("preact_block(16)", preactivated(resnetv2.PreActBasic, 16, 16, 1, True)),
        Peer("preact_block(24, 2)", preactivated(resnetv2.PreActBasic, 16, 24, 2, True)),
        Peer("preact_bottleneck(8)", preactivated(resnetv2.PreActBottleneck, 32, 32, 1, False), 32),
        Peer("preact_bottleneck(8, 2)", preactivated(resnetv2.PreActBottleneck, 16, 32, 2, True)),
        Peer("dark_block", cspnet.DarkBlock(16, 16, act_layer=partial(nn.LeakyReLU, 0.1))),
    ]


def timm_gates() -> list[Peer]:
    return [
        Peer("squeeze_excite(4, gate=sigmoid, bias=false)", SEModule(16, rd_channels=4, bias=False)),
        Peer("effective_squeeze_excite", EffectiveSEModule(16)),
        Peer("efficient_channel_attention(5)", EcaModule(kernel_size=5)),
        Peer("channel_gate(4)", ChannelAttn(16, rd_channels=4)),
        Peer("spatial_gate(3)", SpatialAttn(3)),
        Peer("cbam(4)", CbamModule(16, rd_channels=4)),
        Peer("global_context(4)", GlobalContext(16, rd_channels=4)),
        Peer("global_context(4, add=true)", GlobalContext(16, rd_channels=4, fuse_add=True, fuse_scale=False)),
        Peer(
            "selective_kernel(12, 8, 2, 2)",
            SelectiveKernel(16, 12, stride=2, groups=2, rd_channels=8, split_input=False),
        ),
        Peer("non_local(4)", NonLocalAttn(16, rd_channels=4)),
    ]


def timm_mobile() -> list[Peer]:
    return [
        Peer("ghost_module(9)", ghostnet.GhostModule(16, 9)),
        Peer("ghost_module(12, 3, 3, 5, 2, hard_swish)", ghostnet.GhostModule(16, 12, 3, 3, 5, 2, nn.Hardswish)),
        Peer("xception_block(24, 2, 2, false)", xception.Block(16, 24, 2, 2, start_with_relu=False)),
        Peer("xception_block(16, 3)", xception.Block(16, 16, 3, 1)),
        Peer("xception_block(24, 2, 2, grow_first=false)", xception.Block(16, 24, 2, 2, grow_first=False)),
    ]


def timm_inception() -> list[Peer]:
    return [
        Peer("inception_v4_a", inception_v4.InceptionA(CONV), 384, shape=(4, 4)),
        Peer("inception_v4_b", inception_v4.InceptionB(CONV), 1024, shape=(4, 4)),
        Peer("inception_v4_c", inception_v4.InceptionC(CONV), 1536, shape=(4, 4)),
        Peer("inception_reduction_a", inception_v4.ReductionA(CONV), 384, LARGE, (7, 8)),
        Peer("inception_v4_reduction_b", inception_v4.ReductionB(CONV), 1024, LARGE, (7, 8)),
        Peer("inception_reduction_a(256, 256, 384, 384)", inception_resnet_v2.Mixed_6a(CONV), 320, LARGE, (7, 8)),
        Peer("inception_resnet_reduction_b", inception_resnet_v2.Mixed_7a(CONV), 1088, LARGE, (7, 8)),
        Peer("inception_resnet_a(0.17)", inception_resnet_v2.Block35(0.17, CONV), 320, shape=(4, 4)),
        Peer("inception_resnet_b(0.1)", inception_resnet_v2.Block17(0.1, CONV), 1088, shape=(4, 4)),
        Peer("inception_resnet_c(0.2)", inception_resnet_v2.Block8(0.2, conv_block=CONV), 2080, shape=(4, 4)),
        Peer(
            "inception_resnet_c(activation=identity)",
            inception_resnet_v2.Block8(no_relu=True, conv_block=CONV),
            2080,
            shape=(4, 4),
        ),
    ]


def timm_convnext() -> list[Peer]:
    return [
        Peer("layer_scale", vision_transformer.LayerScale(16), shape=(5,)),
        Peer("layernorm_channels", LayerNorm2d(16)),
        Peer("convnext_downsample(12)", nn.Sequential(LayerNorm2d(16), nn.Conv2d(16, 12, 2, 2))),
        Peer("convnext_block", convnext.ConvNeXtBlock(16, drop_path=0.1)),
        Peer(
            "convnext_block(5, 3, scale=none, response_norm=true)",
            convnext.ConvNeXtBlock(16, kernel_size=5, mlp_ratio=3, use_grn=True, ls_init_value=None),
        ),
        Peer(
            "poolformer_block",
            metaformer.MetaFormerBlock(
                16, mlp_act=nn.GELU, mlp_bias=True, norm_layer=metaformer.GroupNorm1, layer_scale_init_value=1e-5
            ),
        ),
    ]


def timm_tokens() -> list[Peer]:
    return [
        Peer("mlp(24)", Mlp(16, 24), shape=(5,)),
        Peer("patch_embedding(12, 4)", PatchEmbed(None, 4, 16, 12)),
        Peer(
            "patch_embedding(12, 4, normalise=true, bias=false)", PatchEmbed(None, 4, 16, 12, nn.LayerNorm, bias=False)
        ),
        Peer("patch_embedding(12, 4, flat=false)", PatchEmbed(None, 4, 16, 12, flatten=False)),
        Peer(
            "vit_embedding(12, 4)",
            Wrapped(
                vision_transformer.VisionTransformer(8, 4, 3, 0, embed_dim=12, depth=0, num_heads=2),
                lambda m, x: m._pos_embed(m.patch_embed(x)),
            ),
            3,
            None,
            (8, 8),
            (*INNER, ("norm.*", "")),
        ),
        *(
            Peer(
                f"vit_embedding(12, 4, registers=2, embed_class={'false' if apart else 'true'})",
                Wrapped(
                    vision_transformer.VisionTransformer(
                        8, 4, 3, 0, embed_dim=12, depth=0, num_heads=2, reg_tokens=2, no_embed_class=apart
                    ),
                    lambda m, x: m._pos_embed(m.patch_embed(x)),
                ),
                3,
                None,
                (8, 8),
                (*INNER, ("norm.*", "")),
            )
            for apart in (False, True)
        ),
        Peer("vit_attention(2)", vision_transformer.Attention(16, 2, qkv_bias=True), shape=(5,)),
        Peer(
            "vit_block(2)",
            vision_transformer.Block(16, 2, qkv_bias=True, drop_path=0.1, norm_layer=partial(nn.LayerNorm, eps=1e-6)),
            shape=(5,),
        ),
        Peer(
            "vit_block(4, 24, qkv_bias=false, scale=1e-5)",
            vision_transformer.Block(16, 4, 1.5, init_values=1e-5, norm_layer=partial(nn.LayerNorm, eps=1e-6)),
            shape=(5,),
        ),
        Peer("mixer_block(8, 64)", mlp_mixer.MixerBlock(16, 5), require=None, shape=(5,)),
        Peer("affine", mlp_mixer.Affine(16), shape=(5,)),
        Peer("resmlp_block", mlp_mixer.ResBlock(16, 5), require=None, shape=(5,)),
        Peer("gmlp_block(24)", mlp_mixer.SpatialGatingBlock(16, 5, 1.5), require=None, shape=(5,)),
    ]


def pytorch_cv() -> list[Peer]:
    unit = partial(pytorchcv.models.shufflenet.ShuffleUnit, 24)
    return [
        Peer(
            "bottleneck(8, 2, stride_first=true)",
            pytorchcv.models.resnet.ResUnit(16, 32, 2, bottleneck=True, conv1_stride=True),
            rename=UNIT,
        ),
        Peer("double_conv(8)", pytorchcv.models.unet.UNetBlock(16, 8, False), rename=DOUBLE),
        Peer(
            "pyramid_pooling",
            pytorchcv.models.pspnet.PyramidPooling(16, None),
            16,
            "require H % 6 == 0 and W % 6 == 0\n",
            (6, 12),
            BRANCHES,
        ),
        Peer("shuffle_unit(24)", unit(24, 3, False, False), 24),
        Peer("shuffle_unit(48, 2, 2)", unit(48, 2, True, False), 24),
        Peer("shuffle_unit(36, 3, 2, group_first=false)", unit(36, 3, True, True), 24),
    ]


def main() -> None:
    sources: dict[str, tuple[Callable[[], list[Peer]], ...]] = {
        f"torchvision {torchvision.__version__}": (
            torchvision_residual,
            torchvision_mobile,
            torchvision_inception,
            torchvision_segmentation,
        ),
        f"timm {timm.__version__}": (
            timm_convolution,
            timm_residual,
            timm_gates,
            timm_mobile,
            timm_inception,
            timm_convnext,
            timm_tokens,
        ),
        f"pytorchcv {pytorchcv.__version__}": (pytorch_cv,),
    }
    index: list[dict[str, object]] = []
    arrays: dict[str, np.ndarray] = {}
    for source, families in sources.items():
        for peer in (peer for family in families for peer in family()):
            facts, results = entry(peer, source)
            arrays |= {f"{len(index)}.{name}": array for name, array in results.items()}
            index.append(facts)
    np.savez_compressed(FILE, index=np.array(json.dumps(index)), **arrays)


if __name__ == "__main__":
    main()
