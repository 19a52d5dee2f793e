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
class EmitSettings:
    """Versions, what is noted of the compile, and whether weights are stored (else each becomes an input); tensors in
    `watched` are outputs beside those of the model."""

    opset: int = 21
    ir_version: int = 10
    parameters: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    with_weights: bool = True
    watched: tuple[str, ...] = ()
