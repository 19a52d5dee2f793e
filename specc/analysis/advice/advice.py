"""What could be changed in a model, and what that would save."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at, at the layer `path`; counts are None where they say nothing.

    `rule` names the adviser, `why` says what was found with its numbers, `change` what to do about it, `source` the
    paper or guide that it is from. MACs and parameters are those of what would be replaced and of what replaces it.
    """

    rule: str
    path: str
    why: str
    change: str | None = None
    source: str = ""
    macs_before: int | None = None
    macs_after: int | None = None
    params_before: int | None = None
    params_after: int | None = None
