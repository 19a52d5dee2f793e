"""CLIP with a ResNet, written from its paper with the names of the authors' code."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, normalize, scaled_dot_product_attention


class Bottleneck(nn.Module):
    def __init__(self, channels: int, planes: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.conv1, self.bn1 = nn.Conv2d(channels, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
        if stride > 1 or channels != 4 * planes:
            projection = nn.Conv2d(channels, 4 * planes, 1, bias=False)
            self.downsample = nn.Sequential(
                OrderedDict([("-1", nn.AvgPool2d(stride)), ("0", projection), ("1", nn.BatchNorm2d(4 * planes))])
            )

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(avg_pool2d(y, self.stride)))
        return torch.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class AttentionPool(nn.Module):
    def __init__(self, places: int, size: int, heads: int, out: int) -> None:
        super().__init__()
        self.heads = heads
        self.positional_embedding = nn.Parameter(torch.randn(places + 1, size) / size**0.5)
        self.k_proj, self.q_proj, self.v_proj = (nn.Linear(size, size) for _ in range(3))
        self.c_proj = nn.Linear(size, out)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(2).transpose(1, 2)
        x = torch.cat([x.mean(1, keepdim=True), x], 1) + self.positional_embedding
        q, k, v = (
            y.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for y in (self.q_proj(x[:, :1]), self.k_proj(x), self.v_proj(x))
        )
        return self.c_proj(scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)[:, 0])


class Visual(nn.Module):
    def __init__(self, layout: tuple[int, ...], width: int, size: int, out: int) -> None:
        super().__init__()
        stem = [(3, width // 2, 2), (width // 2, width // 2, 1), (width // 2, width, 1)]
        for i, (before, after, stride) in enumerate(stem, 1):
            setattr(self, f"conv{i}", nn.Conv2d(before, after, 3, stride, 1, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(after))
        channels = width
        for stage, count in enumerate(layout):
            blocks = []
            for i in range(count):
                blocks.append(Bottleneck(channels, width * 2**stage, 2 if stage and not i else 1))
                channels = 4 * width * 2**stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.attnpool = AttentionPool((size // 32) ** 2, channels, channels // 64, out)

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm in ((self.conv1, self.bn1), (self.conv2, self.bn2), (self.conv3, self.bn3)):
            x = torch.relu(norm(conv(x)))
        x = avg_pool2d(x, 2)
        return self.attnpool(self.layer4(self.layer3(self.layer2(self.layer1(x)))))


class QuickGELU(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(1.702 * x)


class TextLayer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(width, width // 64, batch_first=True)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        parts = [("c_fc", nn.Linear(width, 4 * width)), ("gelu", QuickGELU()), ("c_proj", nn.Linear(4 * width, width))]
        self.mlp = nn.Sequential(OrderedDict(parts))

    def forward(self, x: Tensor) -> Tensor:
        y = self.ln_1(x)
        later = torch.full((x.shape[1], x.shape[1]), float("-inf")).triu(1)
        x = x + self.attn(y, y, y, attn_mask=later, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class Text(nn.Module):
    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        self.resblocks = nn.Sequential(*(TextLayer(width) for _ in range(layers)))

    def forward(self, x: Tensor) -> Tensor:
        return self.resblocks(x)


class ClipResNet(nn.Module):
    def __init__(
        self,
        layout: tuple[int, ...] = (3, 4, 6, 3),
        width: int = 64,
        size: int = 224,
        embed: int = 1024,
        vocab: int = 49408,
        text_width: int = 512,
        text_layers: int = 12,
    ) -> None:
        super().__init__()
        self.visual = Visual(layout, width, size, embed)
        self.transformer = Text(text_width, text_layers)
        self.token_embedding = nn.Embedding(vocab, text_width)
        self.positional_embedding = nn.Parameter(torch.randn(77, text_width) * 0.01)
        self.ln_final = nn.LayerNorm(text_width)
        self.text_projection = nn.Parameter(torch.randn(text_width, embed) / text_width**0.5)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))

    def read(self, text: Tensor) -> Tensor:
        x = self.token_embedding(text) + self.positional_embedding[: text.shape[1]]
        x = self.ln_final(self.transformer(x))
        return x[torch.arange(len(x)), text.argmax(-1)] @ self.text_projection

    def forward(self, image: Tensor, text: Tensor) -> dict[str, Tensor]:
        seen, said = normalize(self.visual(image), dim=-1), normalize(self.read(text), dim=-1)
        scores = self.logit_scale.exp() * seen @ said.T
        parts = {"image_embeds": seen, "text_embeds": said}
        return {"logits_per_image": scores, "logits_per_text": scores.T, **parts}
