"""Reads `.keras` archives: the config tells layers by name and class, so that their variables get the names and layouts
that the layers here have."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from specc.ir.relayout import Relayout, stored_paths
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.mapped import Damaged, MappedFile, reading
from specc.weights.readers.archive import Archive
from specc.weights.readers.hdf5 import datasets
from specc.weights.readers.keras_layers import Config, Named, class_and_config, local_weights
from specc.weights.relayout import evaluate_relayout
from specc.weights.steps import Laid, stored

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
_MODELS = ("Sequential", "Functional", "Model")
_LARGEST_CONFIG = 32 << 20
_DEEPEST = 32


def is_keras(archive: Archive | None) -> bool:
    """Whether the archive is one of Keras 3."""
    return archive is not None and CONFIG in archive.members and WEIGHTS in archive.members


def read_keras(file: MappedFile, archive: Archive) -> Checkpoint:
    """The variables as `<layer>.<weight>`, those of layers without a counterpart by their paths in the file. Raises
    `SpecError` for a damaged file."""
    with reading(file.path):
        config = json.loads(archive.text(CONFIG, _LARGEST_CONFIG))
        reader = _Keras(datasets(archive.members[WEIGHTS].content()))
        kind, inner = class_and_config(config)
        if kind in _MODELS:
            reader.model(inner, (), "")
        return Checkpoint(file.path, reader.named(), (file,))


@dataclass(slots=True)
class _Keras:
    stored: Mapping[str, StoredTensor]
    found: dict[str, StoredTensor] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def model(self, config: Config, names: tuple[str, ...], place: str) -> None:
        """Every layer of a model, which lies at `place` in the file."""
        if len(names) > _DEEPEST:
            raise Damaged("its models are nested too deep")
        layers = config.get("layers")
        counts: dict[str, int] = {}
        for layer in layers if isinstance(layers, list) else ():
            kind, inner = class_and_config(layer)
            stem = snake_case(kind.rpartition(">")[2])
            number = counts.get(stem, 0)
            counts[stem] = number + 1
            path = f"{place}layers/{stem}{f'_{number}' if number else ''}"
            self._layer(kind, inner, (*names, str(inner.get("name", stem))), path)

    def _layer(self, kind: str, config: Config, names: tuple[str, ...], place: str) -> None:
        if kind in _MODELS:
            self.model(config, names, f"{place}/")
            return
        for weight in local_weights(kind, config, partial(self._variables, place)):
            name = ".".join((*names, weight.name))
            if name in self.found:
                raise Damaged(f"it has two weights called `{name[:200]}`")
            sources = stored_paths(weight.made.relayout)
            self.used.update(sources)
            self.found[name] = self._relaid(weight, sources)

    def _variables(self, place: str, path: str) -> list[Laid]:
        folder = "/".join(filter(None, (place, path, "vars/")))
        names = [name for name in (f"{folder}{index}" for index in range(8)) if name in self.stored]
        return [stored(name, self.stored[name].shape, self.stored[name].dtype) for name in names]

    def _relaid(self, weight: Named, sources: tuple[str, ...]) -> StoredTensor:
        made = weight.made
        load = partial(self._load, made.relayout)
        return StoredTensor(made.dtype, made.shape, load, ", ".join(sources), weight.how, weight.is_made_up)

    def _load(self, relayout: Relayout) -> Array:
        return evaluate_relayout(relayout, lambda name: self.stored[name].load(), DType.FLOAT32)

    def named(self) -> dict[str, StoredTensor]:
        """The weights of known layers by name; the rest by its place in the file, the optimizer's as not needed."""
        rest = {name: tensor for name, tensor in self.stored.items() if name not in self.used}
        return {**self.found, **{name: _perhaps_unused(name, tensor) for name, tensor in rest.items()}}


def _perhaps_unused(name: str, tensor: StoredTensor) -> StoredTensor:
    state = name.startswith("optimizer/") or "/seed_generator/" in name
    return StoredTensor(tensor.dtype, tensor.shape, tensor.load, optional=state)


def snake_case(name: str) -> str:
    """The name that Keras gives to the variables of a class: `Conv2DTranspose` is `conv2d_transpose`."""
    plain = re.sub(r"\W+", "", name)
    apart = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()
