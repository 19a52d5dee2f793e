"""Every mistake that a user can make, by code: the reference behind `specc explain`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc

from specc.base.diagnostics import Mistake

SECTIONS = ("Why", "Wrong", "Right")
FILES: tuple[str, ...] = (
    "specc.analysis.errors",
    "specc.base.errors",
    "specc.emit.errors",
    "specc.errors",
    "specc.layers.common.errors",
    "specc.layers.common.errors_attention",
    "specc.layers.common.errors_elementwise",
    "specc.layers.common.errors_images",
    "specc.layers.common.errors_movement",
    "specc.layers.common.errors_positions",
    "specc.layers.common.errors_recurrent",
    "specc.layers.common.errors_selection",
    "specc.layers.common.errors_sequence",
    "specc.layers.common.errors_signal",
    "specc.layers.common.errors_tensor",
    "specc.layers.common.errors_vision",
    "specc.layers.common.errors_windows",
    "specc.lower.errors",
    "specc.quantise.errors",
    "specc.resolve.errors",
    "specc.resolve.errors_statements",
    "specc.resolve.errors_types",
    "specc.resolve.errors_weights",
    "specc.runtime.errors",
    "specc.syntax.errors",
    "specc.syntax.yaml_errors",
    "specc.tensor.errors",
    "specc.weights.errors",
    "specc.weights.errors_files",
    "specc.weights.errors_match",
)
"""Every file of mistakes. A new one is its file, whose `ERRORS` lists the mistakes, and one line here."""


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
    found = {mistake.code: mistake for file in FILES for mistake in _mistakes_in(file)}
    return dict(sorted(found.items()))


def _mistakes_in(file: str) -> tuple[type[Mistake], ...]:
    listed: tuple[type[Mistake], ...] = import_module(file).ERRORS
    return listed


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
