"""What is rewritten in one compile."""

from __future__ import annotations

from dataclasses import dataclass

from specc.passes.narrow import Narrowing


@dataclass(frozen=True, slots=True)
class Optimisation:
    """How a model is rewritten: the level of `-O`, the names of passes that are left out, and the kind of target: where
    operators of the runtime's own may be emitted, its device. `narrowing` is to half precision."""

    level: int = 2
    without: frozenset[str] = frozenset()
    kind: str = "portable"
    narrowing: Narrowing | None = None
