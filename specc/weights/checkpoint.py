"""A file of named tensors, and how its names are matched with a model's weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from specc.base.diagnostics import Reporter, fail
from specc.base.patterns import takes_too_long
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.graph import Role, Weight
from specc.ir.initial import File, Formula, Values
from specc.syntax.ast import WeightRule
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, cast
from specc.weights.errors import BadWeightRule, TensorAmbiguous, TensorMisshaped, TensorMissing, TensorUnexpected
from specc.weights.initialise import first_values

COUNTER = re.compile(r"(.*\.)?num_batches_tracked")
"""PyTorch's count of training steps in batch norm, which no result depends on."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Element type, as the file calls it, and shape of a tensor in a file."""

    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


class Checkpoint(Protocol):
    """A file of named tensors; only those that are asked for are read."""

    @property
    def tensors(self) -> Mapping[str, StoredTensor]:
        """What the file holds, by name."""
        ...

    def read(self, name: str) -> Array:
        """The tensor called `name`. Raises `SpecError` where the file is damaged."""
        ...


@dataclass(frozen=True, slots=True)
class CheckpointWeights:
    """Weights from a checkpoint: `names` gives the tensor for each path; fixed tables and literals of the spec are
    computed where the checkpoint does not have them."""

    checkpoint: Checkpoint
    names: Mapping[str, str]
    seed: int = 0

    def fetch(self, weight: Weight) -> Array:
        """The checkpoint's tensor in the element type of `weight`."""
        if weight.name not in self.names:
            return first_values(weight, self.seed)
        array = self.checkpoint.read(self.names[weight.name]).reshape(weight.dims)
        return cast(array, weight.type.dtype, weight.name, weight.span)


def match_checkpoint(
    checkpoint: Checkpoint, weights: Mapping[str, Weight], rules: Iterable[WeightRule] = ()
) -> CheckpointWeights:
    """Find the tensor of every weight. Raises one `SpecError` that lists each missing, unexpected and misshaped one."""
    reporter = Reporter()
    found = _renamed(checkpoint, tuple(rules))
    matched = _match(checkpoint, found, weights, reporter)
    known = {path for weight in weights.values() for path in _paths(weight)}
    missing = [path for path in weights if path not in matched]
    for target, names in found.items():
        if target not in known and not COUNTER.fullmatch(target):
            for name in names:
                reporter.report(TensorUnexpected(name, nearest(target, missing, 2)), None)
    reporter.raise_if_failed()
    return CheckpointWeights(checkpoint, matched)


def _match(
    checkpoint: Checkpoint, found: Mapping[str, list[str]], weights: Mapping[str, Weight], reporter: Reporter
) -> dict[str, str]:
    matched: dict[str, str] = {}
    known = {path for weight in weights.values() for path in _paths(weight)}
    spare = [target for target in found if target not in known]
    for weight in weights.values():
        if weight.role is Role.LITERAL:
            continue
        names = [name for path in _paths(weight) for name in found.get(path, ())]
        if names:
            matched[weight.name] = names[0]
            _check(checkpoint, weight, names, reporter)
        elif not _computed(weight):
            reporter.report(TensorMissing(weight.name, str(weight.type), nearest(weight.name, spare, 2)), weight.span)
    return matched


def _paths(weight: Weight) -> tuple[str, ...]:
    return (weight.name, *weight.aliases)


def _computed(weight: Weight) -> bool:
    """Whether the spec itself gives the values of a weight that is not trained."""
    return weight.role is not Role.TRAINABLE and isinstance(weight.initial, Formula | Values | File)


def _check(checkpoint: Checkpoint, weight: Weight, names: list[str], reporter: Reporter) -> None:
    for name in names:
        stored = checkpoint.tensors[name]
        if stored.shape != weight.type.shape or not _convertible(stored.dtype, weight.type.dtype):
            reporter.report(TensorMisshaped(weight.name, str(weight.type), f"{stored} (`{name}`)"), weight.span)
            return
    for name in names[1:]:
        if not np.array_equal(checkpoint.read(names[0]), checkpoint.read(name)):
            reporter.report(TensorAmbiguous(weight.name, names[0], name), weight.span)


def _convertible(stored: str, wanted: DType) -> bool:
    return wanted.is_float if "float" in stored else not stored.startswith("complex")


def _renamed(checkpoint: Checkpoint, rules: tuple[WeightRule, ...]) -> dict[str, list[str]]:
    """Names of the checkpoint by the path that the rules give them; ignored ones are left out."""
    compiled = [(_pattern(rule), rule) for rule in rules]
    found: dict[str, list[str]] = {}
    for name in checkpoint.tensors:
        target = _target(name, compiled)
        if target is not None:
            found.setdefault(target, []).append(name)
    return found


def _target(name: str, rules: list[tuple[re.Pattern[str], WeightRule]]) -> str | None:
    for pattern, rule in rules:
        if takes_too_long(rule.pattern, len(name)):
            raise fail(BadWeightRule(rule.pattern, f"matching `{name}` could take forever"), rule.span)
        match = pattern.fullmatch(name)
        if match and rule.replacement is None:
            return None
        if match and rule.replacement is not None:
            return _expanded(match, rule.replacement, rule.span, rule.pattern)
    return name


def _expanded(match: re.Match[str], replacement: str, span: Span, pattern: str) -> str:
    try:
        return match.expand(replacement)
    except (re.error, IndexError) as error:
        raise fail(BadWeightRule(pattern, str(error)), span) from None


def _pattern(rule: WeightRule) -> re.Pattern[str]:
    try:
        return re.compile(rule.pattern)
    except re.error as error:
        raise fail(BadWeightRule(rule.pattern, str(error)), rule.span) from None
