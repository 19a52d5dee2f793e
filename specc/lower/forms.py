"""How layers are emitted for a target that has something better for them than what they emit themselves.

Each table belongs to one device; a form gives None where it does not fit, and then the layer emits itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.lower.attention_forms import attention, multihead_attention
from specc.lower.conv_forms import winograd
from specc.lower.norm_forms import local_response_norm


class Form(Protocol):
    """What is emitted for a layer, None where it does not fit; its name is what `--without` leaves out, and the first
    line of its docstring what it does."""

    __name__: str

    def __call__(self, operation: Operation, build: Builder, site: Site, /) -> tuple[str, ...] | None:
        """Names of the results."""


PORTABLE: Mapping[str, Form] = {}
CPU: Mapping[str, Form] = {
    "conv": winograd,
    "attention": attention,
    "multihead_attention": multihead_attention,
    "local_response_norm": local_response_norm,
}
CUDA: Mapping[str, Form] = {"attention": attention, "multihead_attention": multihead_attention}
INTEGER: Mapping[str, Form] = {"attention": attention}
"""For models whose matrices become integers, which an operator with projections has no room for."""
TABLES: Mapping[str, Mapping[str, Form]] = {"portable": PORTABLE, "cpu": CPU, "cuda": CUDA, "integer": INTEGER}
FORMS = tuple(dict.fromkeys(form.__name__ for table in TABLES.values() for form in table.values()))
"""Names of all forms."""


def summary(form: Form) -> str:
    """The first line of its docstring."""
    return (form.__doc__ or "").partition("\n")[0]
