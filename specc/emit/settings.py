"""Choices of one compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EmitSettings:
    """Versions, what is noted of the compile, and whether weights are stored (else each becomes an input)."""

    opset: int = 21
    ir_version: int = 10
    parameters: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    with_weights: bool = True
