"""What blocks of torchvision, timm and pytorchcv gave, as `record_std_peers.py` wrote it down.

A record has the names and shapes of the block's weights, and some elements of its results. Weights and inputs are drawn
again, from their names, by numpy's frozen `RandomState`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

FILE = Path(__file__).with_name("std_records.npz")
MOST = 800
"""Elements of a result that are kept."""


@dataclass(frozen=True)
class Record:
    """A block applied: `text` of the spec, its inputs, the weights by the published names, and what came out."""

    text: str
    source: str
    inputs: dict[str, tuple[int, ...]]
    weights: dict[str, tuple[int, ...]]
    trainable: int
    shapes: dict[str, tuple[int, ...]]
    kept: dict[str, np.ndarray]


def draw(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Values for a weight or an input, such that results stay of unit size."""
    values = np.random.RandomState(crc32(name.encode())).standard_normal(shape)
    if name.endswith("running_var"):
        values = np.abs(values) + 0.5
    elif len(shape) > 1 and not name.startswith("input "):
        values *= np.prod(shape[1:]) ** -0.5
    elif name.endswith(("weight", "gamma")):
        values = 1 + 0.3 * values
    return values.astype(np.float32)


def sample(array: np.ndarray) -> np.ndarray:
    """At most `MOST` elements, evenly spread by an odd step."""
    return array.ravel()[:: -(-array.size // MOST) | 1]


def load() -> tuple[Record, ...]:
    """All records."""
    with np.load(FILE) as archive:
        return tuple(
            Record(
                entry["text"],
                entry["source"],
                {name: tuple(shape) for name, shape in entry["inputs"].items()},
                {name: tuple(shape) for name, shape in entry["weights"].items()},
                entry["trainable"],
                {name: tuple(shape) for name, shape in entry["shapes"].items()},
                {name: archive[f"{index}.{name}"] for name in entry["shapes"]},
            )
            for index, entry in enumerate(json.loads(str(archive["index"])))
        )
