"""A spec compiled as it is and rewritten, with the same random weights, and the outputs of both on the same inputs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np

import specc
from specc.base.diagnostics import Diagnostic
from specc.ir.graph import Graph, Role, Weight
from specc.passes.passes import PASSES
from specc.weights.initialise import first_values

sys.path.append(str(Path(__file__).parents[1] / "generated"))

from running_specs import bindings, difference, inputs

TOLERANCE = 1e-4
"""Relative to 1 + the largest magnitude of an output; float32."""
HIGHEST = max(one.level for one in PASSES)
Sizes = Mapping[str, int]


@dataclass(frozen=True)
class StirredWeights:
    """First values, but others where all are the same number: statistics, biases, gains, factors of layers."""

    seed: int = 0
    warnings: tuple[Diagnostic, ...] = ()

    def fetch(self, weight: Weight) -> np.ndarray:
        array = first_values(weight, self.seed)
        constant = array.size and array.dtype.kind == "f" and (array == array.flat[0]).all()
        if not constant or weight.role is Role.LITERAL:
            return array
        rng = np.random.default_rng([self.seed, crc32(weight.name.encode())])
        if weight.name.endswith("running_var"):
            return rng.uniform(0.5, 1.5, array.shape).astype(array.dtype)
        return (array + 0.2 * rng.standard_normal(array.shape)).astype(array.dtype)

    def stored(self, weight: Weight) -> np.ndarray:
        return self.fetch(weight)

    def look_at(self, weight: Weight, values: np.ndarray) -> None: ...

    def release(self) -> None: ...


def compiled(spec: specc.Spec, level: int, without: Iterable[str] = (), seed: int = 0) -> specc.Model:
    """The model at a level, with random statistics."""
    model = spec.compile(level=level, without=without)
    model.source = StirredWeights(seed)
    return model


def both(spec: specc.Spec, without: Iterable[str] = ()) -> tuple[specc.Model, specc.Model]:
    """The model as it is, and with every pass but those in `without`."""
    return compiled(spec, 0), compiled(spec, HIGHEST, without)


def gap(plain: specc.Model, rewritten: specc.Model, sizes: Iterable[Sizes], seed: int = 0) -> float:
    """The largest difference of outputs over runs at `sizes`."""
    worst = 0.0
    for index, size in enumerate(sizes):
        given = inputs(plain.resolved.graph, size, seed + index)
        worst = max(worst, difference(rewritten.run(given), plain.run(given)))
    return worst


def two_bindings(graph: Graph) -> list[Sizes]:
    """The least sizes that are allowed, and others."""
    return [bindings(graph, None), bindings(graph, Random(1))]
