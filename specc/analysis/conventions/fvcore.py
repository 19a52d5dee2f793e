"""fvcore's `FlopCountAnalysis`: handlers of the operators in a trace of `torch.jit`."""

from __future__ import annotations

from specc.analysis.conventions.convention import (
    FUSED,
    Convention,
    Count,
    Rule,
    Seen,
    nothing,
    same,
    unless_fused,
    written,
)
from specc.tensor.dims import Dim

IMAGES = 4
"""Rank of a batch of images."""


def _batchnorm(seen: Seen) -> Dim:
    return (2 if seen.parameters else 1) * seen.input.size


def _norm(seen: Seen) -> Dim:
    return (5 if seen.parameters else 4) * seen.input.size


def _of_images(count: Count) -> Count:
    return lambda seen: count(seen) if seen.input.rank == IMAGES else 0


def _upsample(seen: Seen) -> Dim:
    each = {"nearest": 1, "bilinear": 4}.get(str(seen.option("mode")), 0)
    return each * seen.output.size if seen.input.rank == IMAGES else 0


def _pool(seen: Seen) -> Dim:
    return seen.input.size


NORM = "a rough 5 for each element, 4 without a weight"
POOL = "adaptive average pooling of images counts each element that it reads"
RESIZED = "resized images count each element of the result: 1, bilinear 4; other modes nothing"
NO_HANDLER = "the trace shows one operator that has no handler: it counts as nothing"

CONVENTION = Convention(
    "fvcore",
    "0.1.5.post20221221",
    "MACs, which it calls flops, and rough numbers for norms and pools",
    {
        "batchnorm": Rule(_batchnorm, "2 for each element, 1 without a weight"),
        "layernorm": Rule(_norm, NORM),
        "groupnorm": Rule(_norm, NORM),
        "instancenorm": Rule(_norm, NORM),
        "global_avgpool": Rule(_of_images(_pool), POOL),
        "adaptive_avgpool": Rule(_of_images(_pool), POOL),
        "upsample": Rule(_upsample, RESIZED),
        "resize": Rule(_upsample, RESIZED),
        "grid_sample": Rule(written(4), "4 for each element of the result"),
        "attention": Rule(nothing, NO_HANDLER),
        "multihead_attention": Rule(unless_fused, FUSED),
        "bilinear": Rule(nothing, NO_HANDLER),
        "rnn": Rule(nothing, NO_HANDLER),
        "gru": Rule(nothing, NO_HANDLER),
        "lstm": Rule(nothing, NO_HANDLER),
    },
    Rule(same),
)
