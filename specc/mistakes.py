"""Every mistake that a user can make, by code: the reference behind `specc explain`."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

from specc.base.diagnostics import Mistake

SECTIONS = ("Why", "Wrong", "Right")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake's docstring, taken apart."""

    code: str
    title: str
    what: str
    why: str
    wrong: str
    right: str


def mistakes() -> dict[str, type[Mistake]]:
    """All mistakes, in the order of their codes."""
    found = {mistake.code: mistake for package in _packages() for mistake in package}
    return dict(sorted(found.items()))


def explanation(mistake: type[Mistake]) -> Explanation:
    """The sections of the docstring of `mistake`."""
    parts = {"": [""]}
    current = ""
    for line in cleandoc(mistake.__doc__ or "").split("\n"):
        word, colon, rest = line.partition(":")
        if colon and word in SECTIONS:
            current = word
            line = rest.strip()
        parts.setdefault(current, []).append(line)
    texts = {name: cleandoc("\n".join(lines).strip("\n")) for name, lines in parts.items()}
    sections = (texts.get(name, "") for name in SECTIONS)
    return Explanation(mistake.code, mistake.title, texts[""].strip(), *sections)


def _packages() -> tuple[tuple[type[Mistake], ...], ...]:
    from specc import errors
    from specc.analysis import errors as analysis
    from specc.base import errors as base
    from specc.emit import errors as emit
    from specc.layers.common import errors as layers
    from specc.layers.common import errors_movement, errors_sequence, errors_tensor, errors_vision
    from specc.lower import errors as lower
    from specc.resolve import errors as resolve
    from specc.resolve import errors_statements, errors_types, errors_weights
    from specc.runtime import errors as runtime
    from specc.syntax import errors as syntax
    from specc.syntax import yaml_errors
    from specc.tensor import errors as tensor
    from specc.weights import errors as weights
    from specc.weights import errors_files, errors_match

    return (
        base.ERRORS,
        syntax.ERRORS,
        yaml_errors.ERRORS,
        resolve.ERRORS,
        errors_statements.ERRORS,
        errors_types.ERRORS,
        errors_weights.ERRORS,
        tensor.ERRORS,
        layers.ERRORS,
        errors_tensor.ERRORS,
        errors_vision.ERRORS,
        errors_sequence.ERRORS,
        errors_movement.ERRORS,
        weights.ERRORS,
        errors_files.ERRORS,
        errors_match.ERRORS,
        analysis.ERRORS,
        lower.ERRORS,
        emit.ERRORS,
        runtime.ERRORS,
        errors.ERRORS,
    )
