"""Targets: what a model is compiled for. Each is a YAML file of `targets/`, or one that the user names by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import TypeAlias, Union

import yaml

from specc.base.assets import asset_folder
from specc.base.diagnostics import Reporter, fail
from specc.base.errors import BadTargetValue, TargetUnreadable, UnknownTarget
from specc.base.machine import Machine, read_machine
from specc.base.source import Source
from specc.base.suggest import nearest
from specc.base.target_reading import (
    Kind,
    flag,
    natural,
    one_of,
    read_fields,
    scalars,
    span_of,
    text,
    texts,
)

_LARGEST_FILE = 1 << 16

Field: TypeAlias = Union[str, int, bool, tuple[str, ...], dict[str, str], Machine]


@dataclass(frozen=True, slots=True)
class Target:
    """Versions, the device (`other` is one that models are not run on here, with figures alone) and its execution
    providers in order of preference, and options of the session and of the first provider. `contrib`
    says whether operators of the runtime's own domain may be emitted; with `reduced_range`, integers of weights that
    meet quantised activations have seven bits, as sums of two products of eight would not fit the 16 bits that the
    processor has for them (AVX2 without VNNI; None: where this processor has no more); `machine` has the figures of the
    device."""

    name: str
    doc: str
    opset: int
    ir_version: int
    device: str = "cpu"
    contrib: bool = False
    reduced_range: bool | None = None
    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    session: Mapping[str, str] = field(default_factory=dict)
    disabled_optimizers: tuple[str, ...] = ()
    provider_options: Mapping[str, str] = field(default_factory=dict)
    machine: Machine | None = None


def target_names() -> tuple[str, ...]:
    """Names of the targets that come with the program."""
    return tuple(sorted(path.stem for path in asset_folder("targets").glob("*.yaml")))


def load_target(name: str) -> Target:
    """The target called `name`, or in the file `name` where that ends in `.yaml`. Raises `SpecError` with all that is
    wrong with it."""
    if name.endswith((".yaml", ".yml")):
        return read_target(_source(Path(name), name))
    known = target_names()
    if name not in known:
        raise fail(UnknownTarget(name, known, nearest(name, known)))
    return read_target(_source(asset_folder("targets") / f"{name}.yaml", f"targets/{name}.yaml"))


def _source(path: Path, name: str) -> Source:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise fail(TargetUnreadable(name, "the file is too large"))
        return Source(name, path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError:
        raise fail(TargetUnreadable(name, "it is not UTF-8 text")) from None
    except OSError as error:
        raise fail(TargetUnreadable(name, (error.strerror or str(error)).lower())) from None


def read_target(source: Source) -> Target:
    """The target that `source` spells. Raises `SpecError` with all that is wrong with it."""
    reporter, root = Reporter(), _root(source)
    found = read_fields(source, root, reporter, _KINDS, "a target")
    given = {str(key.value) for key, _ in root.value}
    base = _base(found.pop("base", None), source, root, reporter)
    for key in sorted((_OWN if base else _required()) - given):
        reporter.report(BadTargetValue(key, f"given: {_KINDS[key].text}"), None)
    reporter.raise_if_failed()
    if base is not None:
        return replace(base, **found)  # type: ignore[arg-type]  # each value was read by its field's kind
    return Target(**found)  # type: ignore[arg-type]  # the same


def _base(name: Field | None, source: Source, root: yaml.MappingNode, reporter: Reporter) -> Target | None:
    """The target that gives the keys that are not there; one of those that stand for themselves."""
    if name in BASES:
        return load_target(str(name))
    if name is not None:
        place = next(value for key, value in root.value if key.value == "base")
        reporter.report(BadTargetValue("base", _KINDS["base"].text), span_of(source, place))
    return None


def _required() -> frozenset[str]:
    entries = fields(Target)
    return frozenset(e.name for e in entries if e.default is MISSING and e.default_factory is MISSING)


class _Shallow(yaml.SafeLoader):
    """Gives up on what is nested deeper than any target: PyYAML takes time by the square of the depth."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.depth >= DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"lists and mappings are nested more than {DEEPEST} deep")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


DEEPEST = 20
"""Levels of lists and mappings in a file of a target."""


def _root(source: Source) -> yaml.MappingNode:
    try:
        root = yaml.compose(source.text, Loader=_Shallow)
    except (yaml.YAMLError, RecursionError) as error:
        why = error.problem if isinstance(error, yaml.MarkedYAMLError) and error.problem else "it is not YAML"
        raise fail(TargetUnreadable(source.name, why)) from None
    if not isinstance(root, yaml.MappingNode):
        raise fail(TargetUnreadable(source.name, "it is not a mapping"))
    return root


BASES = ("cpu", "cuda", "portable")
"""Targets that say how to compile; the others take that from one of them."""
_OWN = frozenset(("name", "doc"))
_KINDS: dict[str, Kind[Field]] = {
    "name": Kind("text", text),
    "doc": Kind("text", text),
    "base": Kind(f"one of {', '.join(BASES)}", text),
    "opset": Kind("an integer", natural),
    "ir_version": Kind("an integer", natural),
    "device": Kind("`cpu`, `cuda` or `other`", one_of("cpu", "cuda", "other")),
    "contrib": Kind("`true` or `false`", flag),
    "reduced_range": Kind("`true` or `false`", flag),
    "providers": Kind("a list of texts", texts),
    "session": Kind("a mapping of options to numbers or texts", scalars),
    "disabled_optimizers": Kind("a list of texts", texts),
    "provider_options": Kind("a mapping of options to numbers or texts", scalars),
    "machine": Kind("a mapping of figures", read_machine),
}
