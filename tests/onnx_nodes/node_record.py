"""How the node tests ended, gathered while they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from node_ways import Outcome

_ended: dict[str, dict[str, Outcome]] = {}


def note(way: str, name: str, outcome: Outcome) -> None:
    """One node test ended."""
    _ended.setdefault(way, {})[name] = outcome


def as_plain() -> dict[str, dict[str, dict[str, object]]]:
    """The outcomes as plain values."""
    return {way: {name: asdict(outcome) for name, outcome in ended.items()} for way, ended in _ended.items()}


def add(plain: Mapping[str, Mapping[str, Mapping[str, object]]]) -> None:
    """Add the outcomes of another process."""
    for way, ended in plain.items():
        for name, values in ended.items():
            note(way, name, Outcome(**values))  # type: ignore[arg-type]


def ended(way: str) -> Mapping[str, Outcome]:
    """The outcomes of one way, by the name of the node test."""
    return _ended.get(way, {})
