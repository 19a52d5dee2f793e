"""What every node of the syntax tree is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

from specc.base.source import Span

C = TypeVar("C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(cls: type[C], /) -> type[C]:
    """Class decorator of every element. The type checker keeps its fields frozen; at run time nothing does, since the
    methods for that are a twentieth of the program's start."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@node
class Element:
    """Anything that was written at a place."""

    span: Span = field(compare=False, repr=False)
