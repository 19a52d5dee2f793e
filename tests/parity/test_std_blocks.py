"""Blocks of the standard library beside what the published implementations gave, with the same weights by name."""

from __future__ import annotations

import numpy as np
import pytest
from std_records import Record, draw, load, sample
from whole_spec import evaluate

import specc

TOLERANCE = 2e-5
"""Absolute and relative, for float32 results of unit size."""
RECORDS = load()


def stage(record: Record) -> str:
    return record.text.rpartition("-> ")[2].partition(" as block")[0].strip()


@pytest.mark.parametrize("record", RECORDS, ids=stage)
def test_block_gives_what_its_peer_gave(record: Record) -> None:
    weights = {path: draw(path, shape) for path, shape in record.weights.items()}
    arrays = {name: draw(f"input {name}", shape) for name, shape in record.inputs.items()}
    made = evaluate(record.text, weights, **arrays)
    for name, kept in record.kept.items():
        assert made[name].shape == record.shapes[name]
        np.testing.assert_allclose(sample(made[name]), kept, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("record", RECORDS, ids=stage)
def test_block_has_the_parameters_of_its_peer(record: Record) -> None:
    spec = specc.loads(f"model one\n{record.text}")
    spec.check()
    assert spec.warnings == ()
    assert set(spec.compile(seed=0).weights) == set(record.weights)
    assert spec.report().params.trainable == record.trainable
