"""Straightforward PyTorch nets for text, written from their papers with the names of the published implementations."""

from __future__ import annotations

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
