"""Random weights in which nothing is left at 0 or 1, so that no bias or scale can go missing unseen."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def stir(net: nn.Module, seed: int = 0, amount: float = 0.05) -> nn.Module:
    """`net` in evaluation mode, normal noise from a fixed seed added to all parameters."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=amount)
    return net.eval()


def tokens(vocab: int, *shape: int, seed: int = 0) -> Tensor:
    """Random tokens from a fixed seed."""
    return torch.randint(vocab, shape, generator=torch.Generator().manual_seed(seed))


def numbers(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers from a fixed seed."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
