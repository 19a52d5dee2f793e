"""Ranges of the activations of a model over its samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from specc.calibrate.samples import Samples
from specc.model import Model
from specc.quantise.ranges import Affine, Observed, affine
from specc.runtime.interface import check_inputs
from specc.tensor.dims import evaluate

GROUP = 1 << 29
"""Bytes of tensors that are looked at in one run."""
_UNKNOWN = 1 << 24


def ranges_of(model: Model, names: Sequence[str], samples: Samples, method: str) -> dict[str, Affine]:
    """The integers for each of the tensors `names`. Histograms are kept, no tensors."""
    observed = {name: Observed() for name in names}
    counted = method != "minmax"
    inputs = {entry.name: entry for entry in model.operators.inputs}
    first = next(iter(samples), {})
    sizes = check_inputs(model.session().inputs, first)
    for sample in samples:
        for name in names:
            if name in inputs:
                observed[name].add(sample.get(name, np.full(1, inputs[name].absent or 0.0)), counted)
    inner = [name for name in names if name not in inputs]
    shown = {entry.name for entry in model.operators.outputs}
    for group in _groups(model, inner, sizes):
        settings = replace(model.settings, watched=tuple(name for name in group if name not in shown))
        watching = Model(model.operators, model.resolved, model.source, settings)
        for sample in samples:
            results = watching.run(sample)
            for name in group:
                observed[name].add(np.asarray(results[name]), counted)
    return {name: affine(one, method) for name, one in observed.items()}


def _groups(model: Model, names: Sequence[str], sizes: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Tensors that together take no more than `GROUP` bytes in one run."""
    group: list[str] = []
    total = 0
    for name in names:
        type_ = model.operators.types.get(name)
        elements = None if type_ is None else evaluate(type_.size, sizes)
        size = _UNKNOWN if elements is None else 4 * elements
        if group and total + size > GROUP:
            yield tuple(group)
            group, total = [], 0
        group.append(name)
        total += size
    if group:
        yield tuple(group)
