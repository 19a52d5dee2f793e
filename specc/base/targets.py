"""Targets: what a model is compiled for. Each is a YAML file of `targets/`, or one that the user names by its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TypeAlias

import yaml

from specc.base.assets import asset_folder
from specc.base.diagnostics import Reporter, fail
from specc.base.errors import BadTargetValue, TargetUnreadable, UnknownTarget, UnknownTargetKey
from specc.base.machine import Machine
from specc.base.source import Source, Span
from specc.base.suggest import nearest

_LARGEST_FILE = 1 << 16

Field: TypeAlias = str | int | bool | tuple[str, ...] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """Versions, the device and its execution providers in order of preference, and options of the session. `contrib`
    says whether operators of the runtime's own domain may be emitted."""

    name: str
    doc: str
    opset: int
    ir_version: int
    device: str = "cpu"
    contrib: bool = False
    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    session: Mapping[str, str] = field(default_factory=dict)
    disabled_optimizers: tuple[str, ...] = ()
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
    reporter = Reporter()
    found: dict[str, Field] = {}
    entries = _entries(source, _root(source), reporter)
    for key, node in entries:
        kind = _KINDS.get(key)
        if kind is None:
            mistake = UnknownTargetKey(key, "means nothing in a target", nearest(key, _KINDS))
            reporter.report(mistake, _span(source, node))
            continue
        value = kind.read(source, node, reporter)
        if value is None:
            reporter.report(BadTargetValue(key, kind.text), _span(source, node))
        else:
            found[key] = value
    for key in sorted(_required() - dict(entries).keys()):
        reporter.report(BadTargetValue(key, f"given: {_KINDS[key].text}"), None)
    reporter.raise_if_failed()
    return Target(**found)  # type: ignore[arg-type]  # each value was read by its field's kind


def _required() -> frozenset[str]:
    entries = fields(Target)
    return frozenset(e.name for e in entries if e.default is MISSING and e.default_factory is MISSING)


def _root(source: Source) -> yaml.Node:
    try:
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        why = error.problem if isinstance(error, yaml.MarkedYAMLError) and error.problem else "it is not YAML"
        raise fail(TargetUnreadable(source.name, why)) from None
    if not isinstance(root, yaml.MappingNode):
        raise fail(TargetUnreadable(source.name, "it is not a mapping"))
    return root


def _entries(source: Source, node: yaml.Node, reporter: Reporter) -> list[tuple[str, yaml.Node]]:
    """Keys and values of a mapping; a key that comes twice is reported and kept once."""
    found: dict[str, yaml.Node] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        text = str(key.value)
        if text in found:
            reporter.report(UnknownTargetKey(text, "is there twice", ()), _span(source, key))
        found.setdefault(text, value)
    return list(found.items())


def _span(source: Source, node: yaml.Node) -> Span:
    return Span(source, node.start_mark.index, max(node.end_mark.index, node.start_mark.index + 1))


@dataclass(frozen=True, slots=True)
class _Kind:
    text: str
    read: Callable[[Source, yaml.Node, Reporter], Field | None]


def _text(source: Source, node: yaml.Node, reporter: Reporter) -> str | None:
    return node.value if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" else None


def _number(source: Source, node: yaml.Node, reporter: Reporter) -> int | None:
    return int(node.value) if isinstance(node, yaml.ScalarNode) and node.value.isdecimal() else None


def _flag(source: Source, node: yaml.Node, reporter: Reporter) -> bool | None:
    words = {"true": True, "false": False}
    return words.get(node.value) if isinstance(node, yaml.ScalarNode) else None


def _texts(source: Source, node: yaml.Node, reporter: Reporter) -> tuple[str, ...] | None:
    if not isinstance(node, yaml.SequenceNode):
        return None
    items = [_text(source, item, reporter) for item in node.value]
    return tuple(item for item in items if item is not None) if None not in items else None


def _options(source: Source, node: yaml.Node, reporter: Reporter) -> dict[str, str] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    entries = _entries(source, node, reporter)
    scalars = {key: str(value.value) for key, value in entries if isinstance(value, yaml.ScalarNode)}
    return scalars if len(scalars) == len(entries) else None


def _device(source: Source, node: yaml.Node, reporter: Reporter) -> str | None:
    text = _text(source, node, reporter)
    return text if text in ("cpu", "cuda") else None


_KINDS: dict[str, _Kind] = {
    "name": _Kind("text", _text),
    "doc": _Kind("text", _text),
    "opset": _Kind("an integer", _number),
    "ir_version": _Kind("an integer", _number),
    "device": _Kind("`cpu` or `cuda`", _device),
    "contrib": _Kind("`true` or `false`", _flag),
    "providers": _Kind("a list of texts", _texts),
    "session": _Kind("a mapping of options to numbers or texts", _options),
    "disabled_optimizers": _Kind("a list of texts", _texts),
}
