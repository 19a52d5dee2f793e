"""How layers are emitted for a target that has something better for them than what they emit themselves.

Each table belongs to one device; a form gives None where it does not fit, and then the layer emits itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.lower.attention_forms import attention, multihead_attention
from specc.lower.norm_forms import local_response_norm

Form: TypeAlias = Callable[[Operation, Builder, Site], tuple[str, ...] | None]

PORTABLE: Mapping[str, Form] = {}
CPU: Mapping[str, Form] = {
    "attention": attention,
    "multihead_attention": multihead_attention,
    "local_response_norm": local_response_norm,
}
CUDA: Mapping[str, Form] = {"attention": attention, "multihead_attention": multihead_attention}
INTEGER: Mapping[str, Form] = {"attention": attention}
"""For models whose matrices become integers, which an operator with projections has no room for."""
TABLES: Mapping[str, Mapping[str, Form]] = {"portable": PORTABLE, "cpu": CPU, "cuda": CUDA, "integer": INTEGER}
