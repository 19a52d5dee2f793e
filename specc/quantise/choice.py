"""How a model is to be quantised."""

from __future__ import annotations

from dataclasses import dataclass

HALF = ("float16", "bfloat16")
DTYPES = ("float32", *HALF, "int8", "int4")
FORMS = ("static", "dynamic", "weights")
METHODS = ("minmax", "entropy", "percentile")
BLOCKS = (16, 32, 64, 128, 256)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: the `form`, the `bits` of weights, the `method` that finds the ranges of activations; layers
    to `keep` in floating point, each with all below it; the `block` of weights that share a scale.

    `contrib` says whether operators of the runtime's own domain may be emitted, `device` where they have to run.
    """

    form: str
    bits: int = 8
    method: str = "minmax"
    keep: tuple[str, ...] = ()
    block: int = 32
    contrib: bool = False
    device: str = "cpu"

    def keeps(self, layer: str) -> bool:
        """Whether `layer` stays in floating point."""
        return any(layer == path or layer.startswith((f"{path}.", f"{path}/")) for path in self.keep)
