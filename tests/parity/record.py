"""What the parity cases of each layer showed, counted while they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from specc.layers.registry import LANGUAGE, LAYERS

INTRO = """# Layers against outside implementations

Made by `make parity`, which compares every layer with an implementation that is not part of this project (PyTorch,
transformers, Keras, or the paper's equations in numpy) on drawn attributes, shapes and values, run on the CPU by
onnxruntime. A case holds when the result has the shape and the element type that were inferred and agrees within the
tolerance, absolute and relative. `symbols` counts the cases in which a dim was a symbol; a case is compiled for opset
21 or for opset 23. `worst` is the largest `|made - wanted| / (1 + |wanted|)`.

"""
COLUMNS = ("layer", "cases", "tolerance", "worst", "CPU", "symbols", "opset 21", "opset 23")


@dataclass(slots=True)
class Shown:
    """Counts of one layer."""

    cases: int = 0
    tolerance: float = 0.0
    worst: float = 0.0
    symbols: int = 0
    opset21: int = 0
    opset23: int = 0

    def add(self, other: Shown) -> None:
        self.cases += other.cases
        self.tolerance = max(self.tolerance, other.tolerance)
        self.worst = max(self.worst, other.worst)
        self.symbols += other.symbols
        self.opset21 += other.opset21
        self.opset23 += other.opset23


_shown: dict[str, Shown] = {}


def count(layer: str, opset: int, symbols: bool, tolerance: float, error: float) -> None:
    """One case of `layer` holds."""
    assert layer in LAYERS or layer in LANGUAGE, layer
    case = Shown(1, tolerance, error, int(symbols), int(opset == 21), int(opset == 23))
    _shown.setdefault(layer, Shown()).add(case)


def as_plain() -> dict[str, dict[str, float]]:
    """The counts as plain values."""
    return {name: asdict(shown) for name, shown in _shown.items()}


def add(plain: Mapping[str, Mapping[str, float]]) -> None:
    """Add the counts of another process."""
    for name, values in plain.items():
        _shown.setdefault(name, Shown()).add(Shown(**values))


def table() -> str:
    """The page `docs/parity.md`."""
    rows = [COLUMNS, tuple("-" * len(column) for column in COLUMNS)]
    for name in sorted({*LAYERS, *LANGUAGE, *_shown}):
        shown = _shown.get(name, Shown())
        rows.append(
            (
                f"`{name}`",
                str(shown.cases),
                f"{shown.tolerance:.0e}",
                f"{shown.worst:.0e}",
                str(shown.cases),
                str(shown.symbols),
                str(shown.opset21),
                str(shown.opset23),
            )
        )
    return INTRO + "".join(f"| {' | '.join(row)} |\n" for row in rows)
