"""What was quantised, and how near the model is to the one in floating point."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.diagnostics import Diagnostic
from specc.quantise.accuracy import Accuracy, least_cosine
from specc.quantise.culprits import Culprit


@dataclass(frozen=True, slots=True)
class Quantisation:
    """The element type of the weights and the form; `layers` that are quantised; those that stay in floating point
    since they were named (`kept`) or since they hurt (`culprits`, after `runs` models); the accuracy over `samples`
    inputs, which were made up where they are `random`; `float_bytes` of weights before."""

    dtype: str
    form: str
    method: str | None = None
    layers: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    culprits: tuple[Culprit, ...] = ()
    accuracy: tuple[Accuracy, ...] = ()
    samples: int = 0
    random: bool = False
    runs: int = 0
    float_bytes: int = 0
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def cosine(self) -> float:
        """That of the output that is farthest off."""
        return least_cosine(self.accuracy)
