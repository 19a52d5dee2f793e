"""The zoo: models by name, each a spec that comes with the program and the parameters that make it this model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specc.base.assets import asset_folder, read_asset
from specc.base.diagnostics import fail
from specc.errors import UnknownThing
from specc.layers.common.attributes import Raw
from specc.values import parameter

PREFIX = "zoo:"
INDEX = "zoo.yaml"


@dataclass(frozen=True, slots=True)
class Top1:
    """Published accuracy of the best guess, with trained weights: percent, and of whose evaluation."""

    percent: float
    source: str


@dataclass(frozen=True, slots=True)
class ZooModel:
    """A model of the zoo: `spec` is a path below the folder of the specs; `paper` an arXiv number, a DOI or a title.

    `params` are trainable elements, `macs` those of one run at the sizes `at`; the suite holds both to the report.
    `top1` is what a classifier of images has reached.
    """

    name: str
    spec: str
    parameters: Mapping[str, Raw]
    title: str
    year: int | None
    paper: str
    at: Mapping[str, int]
    params: int | None
    macs: int | None
    top1: Top1 | None = None

    @property
    def path(self) -> Path:
        """The spec's file."""
        return self.root / self.spec

    @property
    def root(self) -> Path:
        """The folder that imports stay in."""
        return asset_folder("specs")


def zoo() -> dict[str, ZooModel]:
    """Every model of the zoo, by name, in the order of the index."""
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    if not (asset_folder("specs") / INDEX).is_file():
        return {}
    entries: dict[str, dict[str, object]] = yaml.load(read_asset("specs", INDEX), loader) or {}
    return {name: _model(name, entry) for name, entry in entries.items()}


def zoo_model(name: str) -> ZooModel:
    """The model called `name`. Raises `SpecError` where there is none."""
    models = zoo()
    if name not in models:
        raise fail(UnknownThing("model of the zoo", name, tuple(models), "`specc zoo`"))
    return models[name]


def _model(name: str, entry: Mapping[str, object]) -> ZooModel:
    given, at = entry.get("parameters"), entry.get("at")
    values = given if isinstance(given, dict) else {}
    parameters = {key: parameter(key, value) for key, value in values.items()}
    return ZooModel(
        name,
        str(entry["spec"]),
        parameters,
        str(entry.get("title", name)),
        _number(entry.get("year")),
        str(entry.get("paper", "")),
        dict(at) if isinstance(at, dict) else {},
        _number(entry.get("params")),
        _number(entry.get("macs")),
        _top1(entry.get("top1")),
    )


def _top1(value: object) -> Top1 | None:
    return Top1(float(value["percent"]), str(value["source"])) if isinstance(value, dict) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
