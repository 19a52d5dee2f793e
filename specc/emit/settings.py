"""Choices of one compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

IR_VERSIONS: Mapping[int, int] = {21: 10, 22: 10, 23: 11, 24: 11}
"""The file version of each opset that a model can be compiled for."""
OPSETS = tuple(IR_VERSIONS)
DOMAINS: Mapping[str, int] = {"ai.onnx.ml": 5}
"""Versions of the domains, besides the standard one, that ONNX itself describes; any other is of version 1."""


@dataclass(frozen=True, slots=True)
class Session:
    """How the model is meant to be run: its device, providers in order of preference with the options of the first,
    options of the session, and rewrites of the runtime that are left out."""

    device: str
    providers: tuple[str, ...]
    provider_options: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    disabled_optimizers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmitSettings:
    """Versions, what is noted of the compile, whether weights are stored (else each becomes an input), and how the
    model is meant to be run; tensors in `watched` are outputs beside those of the model."""

    opset: int = 21
    ir_version: int = 10
    parameters: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    with_weights: bool = True
    session: Session | None = None
    watched: tuple[str, ...] = ()
