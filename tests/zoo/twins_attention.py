"""Straightforward PyTorch Transformers, written from their papers with the names of the published implementations."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn


def causal(length: int) -> Tensor:
    """PyTorch's mask of a decoder: true where a query may not attend."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)


class Translator(nn.Module):
    """The Transformer of 2017 of torch.nn's layers: no norms at the ends of the stacks, one table of words."""

    def __init__(self, vocab: int, width: int, heads: int, hidden: int, layers: int) -> None:
        super().__init__()
        sizes = (width, heads, hidden)
        self.embedding = nn.Embedding(vocab, width)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(*sizes, batch_first=True), layers)
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(*sizes, batch_first=True), layers)

    def embed(self, ids: Tensor) -> Tensor:
        width = self.embedding.embedding_dim
        angles = torch.arange(ids.shape[1])[:, None] / 10000 ** (torch.arange(0, width, 2) / width)
        places = torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
        return self.embedding(ids) * width**0.5 + places

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        memory = self.encoder(self.embed(source))
        y = self.decoder(self.embed(target), memory, tgt_mask=causal(target.shape[1]))
        return y @ self.embedding.weight.T


class ViTLayer(nn.Module):
    """torchvision's EncoderBlock."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.self_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.ModuleDict({"0": nn.Linear(width, hidden), "3": nn.Linear(hidden, width)})

    def forward(self, x: Tensor) -> Tensor:
        y = self.ln_1(x)
        x = x + self.self_attention(y, y, y, need_weights=False)[0]
        return x + self.mlp["3"](nn.functional.gelu(self.mlp["0"](self.ln_2(x))))


class ViTEncoder(nn.Module):
    """torchvision's Encoder: positions, layers, a norm."""

    def __init__(self, places: int, width: int, heads: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.randn(1, places, width) * 0.02)
        self.layers = nn.Sequential(
            OrderedDict((f"encoder_layer_{i}", ViTLayer(width, heads, hidden)) for i in range(layers))
        )
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        return self.ln(self.layers(x + self.pos_embedding))


class VisionTransformer(nn.Module):
    """ViT, with torchvision's names."""

    def __init__(self, size: int, patch: int, width: int, heads: int, hidden: int, layers: int, classes: int) -> None:
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.conv_proj = nn.Conv2d(3, width, patch, patch)
        self.encoder = ViTEncoder((size // patch) ** 2 + 1, width, heads, hidden, layers)
        self.heads = nn.ModuleDict({"head": nn.Linear(width, classes)})

    def forward(self, image: Tensor) -> Tensor:
        x = self.conv_proj(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], 1)
        return self.heads["head"](self.encoder(x)[:, 0])
