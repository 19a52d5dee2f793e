"""Attention that is not between all pairs, written from the papers with the names of the published implementations."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import instance_norm, interpolate, leaky_relu, scaled_dot_product_attention


def split_heads(x: Tensor, heads: int) -> Tensor:
    """[N, T, heads * size] as [N, heads, T, size]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


class LowRankAttention(nn.Module):
    """Linformer: one head of keys, which are the values, too."""

    def __init__(self, width: int, length: int, heads: int, projected: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(width, width // heads, bias=False)
        self.proj_k = nn.Parameter(torch.randn(length, projected) / projected**0.5)
        self.to_out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        q = split_heads(self.to_q(x), self.heads)
        k = torch.einsum("nts,tp->nps", self.to_k(x), self.proj_k)[:, None]
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        return self.to_out((scores.softmax(-1) @ k).transpose(1, 2).flatten(2))


class Features(nn.Module):
    """FAVOR+: positive random features of queries and keys."""

    def __init__(self, size: int, features: int) -> None:
        super().__init__()
        self.register_buffer("projection_matrix", torch.randn(features, size))

    def features(self, x: Tensor, axes: tuple[int, ...]) -> Tensor:
        x = x / x.shape[-1] ** 0.25
        exponents = x @ self.projection_matrix.T
        half = (x * x).sum(-1, keepdim=True) / 2
        return (exponents - half - exponents.amax(axes, keepdim=True)).exp() + 1e-4

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        scores = self.features(q, (-1,)) @ self.features(k, (-2, -1)).transpose(-1, -2)
        return scores / scores.sum(-1, keepdim=True) @ v


class KernelAttention(nn.Module):
    """Performer's attention."""

    def __init__(self, width: int, heads: int, size: int, features: int) -> None:
        super().__init__()
        self.heads = heads
        self.fast_attention = Features(size, features)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, heads * size) for _ in range(3))
        self.to_out = nn.Linear(heads * size, width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (split_heads(part(x), self.heads) for part in (self.to_q, self.to_k, self.to_v))
        return self.to_out(self.fast_attention(q, k, v).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.w1, self.w2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.w2(nn.functional.gelu(self.w1(x)))


class Named(nn.Module):
    """A module by the name `fn`, perhaps after a norm."""

    def __init__(self, fn: nn.Module, width: int | None = None) -> None:
        super().__init__()
        self.fn = fn
        if width is not None:
            self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fn(self.norm(x) if hasattr(self, "norm") else x)


class Sums(nn.Module):
    """Pairs of modules, each added to its input, as `net.layers`."""

    def __init__(self, pairs: list[tuple[nn.Module, nn.Module]], width: int) -> None:
        super().__init__()
        self.net = nn.Module()
        self.net.layers = nn.ModuleList(nn.ModuleList(Named(part, width) for part in pair) for pair in pairs)

    def forward(self, x: Tensor) -> Tensor:
        for pair in self.net.layers:
            for part in pair:
                x = x + part(x)
        return x


def linformer(width: int, length: int, depth: int, projected: int, heads: int) -> nn.Module:
    attends = [LowRankAttention(width, length, heads, projected) for _ in range(depth)]
    return Sums([(attend, FeedForward(width)) for attend in attends], width)


def performer(width: int, depth: int, heads: int, size: int, features: int) -> nn.Module:
    attends = [KernelAttention(width, heads, size, features) for _ in range(depth)]
    return Sums([(attend, Named(FeedForward(width))) for attend in attends], width)


class DenseSynthesizer(nn.Module):
    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.dense = nn.Sequential(nn.Linear(width, length), nn.ReLU(), nn.Linear(length, length))
        self.value_fc = nn.Linear(width, width)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        attention = self.dense(x).softmax(-1)
        return {"out": attention @ self.value_fc(x), "attention": attention}


class Hears(nn.Module):
    """Attention of one head from vectors of one size to those of another."""

    def __init__(self, asks: int, told: int, inner: int) -> None:
        super().__init__()
        self.to_queries = nn.Linear(asks, inner)
        self.to_keys, self.to_values = nn.Linear(told, inner), nn.Linear(told, inner)

    def hear(self, asks: Tensor, told: Tensor) -> Tensor:
        q, k, v = self.to_queries(asks), self.to_keys(told), self.to_values(told)
        return scaled_dot_product_attention(q, k, v)


class Centroids(Hears):
    def __init__(self, width: int, channels: int) -> None:
        super().__init__(width, channels, channels)
        self.out = nn.Linear(channels, width)


class Bipartite(Hears):
    def __init__(self, width: int, channels: int, size: int, duplex: bool) -> None:
        super().__init__(channels, width, channels)
        self.grid_pos = nn.Parameter(torch.randn(size * size, channels))
        self.modulation = nn.Linear(channels, 2 * channels)
        if duplex:
            self.centroids = Centroids(width, channels)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        places = x.flatten(2).transpose(1, 2) + self.grid_pos
        if hasattr(self, "centroids"):
            y = y + self.centroids.out(self.centroids.hear(y, places))
        steer = self.modulation(self.hear(places, y)).transpose(1, 2).unflatten(2, x.shape[2:])
        gain, shift = steer.chunk(2, 1)
        return instance_norm(x) * (1 + gain) + shift, y


class GanBlock(nn.Module):
    def __init__(self, before: int, after: int, width: int, size: int, duplex: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, 3, padding=1)
        self.transformer = Bipartite(width, after, size, duplex)
        self.torgb = nn.Conv2d(after, 3, 1)


class Gansformer(nn.Module):
    """The small generator of the zoo: latents and places of an image attend to each other."""

    def __init__(self, width: int, mapping: int, resolution: int, channels: int, duplex: bool) -> None:
        super().__init__()
        self.mapping = nn.ModuleDict({f"fc{i}": nn.Linear(width, width) for i in range(mapping)})
        self.sizes = [2**i for i in range(2, 12) if 2**i <= resolution]
        self.synthesis = nn.Module()
        self.synthesis.const = nn.Parameter(torch.randn(1, channels, 4, 4))
        before = channels
        for i, size in enumerate(self.sizes):
            after = max(channels // 2**i, 8)
            setattr(self.synthesis, f"b{size}", GanBlock(before, after, width, size, duplex))
            before = after

    def forward(self, z: Tensor) -> dict[str, Tensor]:
        y = z * torch.rsqrt((z * z).mean(-1, keepdim=True) + 1e-8)
        for part in self.mapping.values():
            y = leaky_relu(part(y), 0.2)
        x, image = self.synthesis.const.expand(len(z), -1, -1, -1), torch.zeros(1)
        for size in self.sizes:
            block = getattr(self.synthesis, f"b{size}")
            if size > 4:
                x, image = (interpolate(part, scale_factor=2, mode="bilinear") for part in (x, image))
            x, y = block.transformer(block.conv(x), y)
            x = leaky_relu(x, 0.2)
            image = image + block.torgb(x)
        return {"image": image, "latents_seen": y}
