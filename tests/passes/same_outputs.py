"""A spec compiled as it is and rewritten, with the same random weights, and the outputs of both on the same inputs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

import numpy as np

import specc
from specc.ir.graph import Graph, Role, Weight
from specc.passes.passes import PASSES

sys.path.append(str(Path(__file__).parents[1] / "generated"))

from running_specs import Arrays, bindings, difference, inputs

TOLERANCE = 1e-4
"""Relative to 1 + the largest magnitude of an output; float32."""
HIGHEST = max(one.level for one in PASSES)
Sizes = Mapping[str, int]


def stirred(graph: Graph, weights: Mapping[str, np.ndarray], seed: int = 0) -> Arrays:
    """`weights` with other values where all are the same number: statistics, biases, gains, factors of layers."""
    rng = np.random.default_rng(seed)
    made: Arrays = {}
    for name, array in weights.items():
        made[name] = _stirred(graph.weights[name], array, rng)
    return made


def _stirred(weight: Weight, array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if not array.size or array.dtype.kind != "f" or (array != array.flat[0]).any():
        return array
    if weight.name.endswith("running_var"):
        return rng.uniform(0.5, 1.5, array.shape).astype(array.dtype)
    around = array.astype(np.float64) if weight.role is Role.TRAINABLE else 0.0
    return np.asarray(around + 0.2 * rng.standard_normal(array.shape)).astype(array.dtype)


def both(spec: specc.Spec, seed: int = 0, without: Iterable[str] = ()) -> tuple[specc.Model, specc.Model]:
    """The model as it is, and with every pass but those in `without`."""
    first = spec.compile(level=0, seed=seed)
    weights = stirred(first.resolved.graph, first.weights, seed)
    plain = spec.compile(level=0, weights=weights) if weights else first
    rewritten = spec.compile(level=HIGHEST, without=without, weights=weights or None)
    return plain, rewritten


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
