"""All advisers, in the order in which their advice is given."""

from __future__ import annotations

from specc.analysis.advice.advice import Advice, Adviser, Facts
from specc.analysis.advice.bottleneck_block import bottleneck_block
from specc.analysis.advice.early_downsampling import early_downsampling
from specc.analysis.advice.factorised_kernel import factorised_kernel
from specc.analysis.advice.fewer_gates import fewer_gates
from specc.analysis.advice.global_pooling import global_pooling
from specc.analysis.advice.grouped_heads import grouped_heads
from specc.analysis.advice.heavy_parameters import heavy_parameters
from specc.analysis.advice.idle_lanes import idle_lanes
from specc.analysis.advice.linear_attention import linear_attention
from specc.analysis.advice.representation import representation
from specc.analysis.advice.separable import separable
from specc.analysis.advice.small_kernels import small_kernels
from specc.analysis.advice.tied_embeddings import tied_embeddings

ADVISERS: tuple[Adviser, ...] = (
    early_downsampling,
    representation,
    bottleneck_block,
    small_kernels,
    factorised_kernel,
    separable,
    global_pooling,
    heavy_parameters,
    tied_embeddings,
    linear_attention,
    grouped_heads,
    fewer_gates,
    idle_lanes,
)


def advise(facts: Facts) -> tuple[Advice, ...]:
    """What each adviser finds."""
    return tuple(advice for adviser in ADVISERS for advice in adviser(facts))
