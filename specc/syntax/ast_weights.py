"""Rules for weights, as nodes of the syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.syntax.element import Element, node

if TYPE_CHECKING:
    from specc.syntax.ast import Expression


@node
class WeightStep(Element):
    """`transpose`, `split(0)`, `gates(zrh, rzn)`: how a tensor of a checkpoint is relaid."""

    name: str
    arguments: tuple[int | str, ...]


@node
class Rename(Element):
    r"""`rename "pattern" -> step -> "replacement"`: regular expressions, perhaps several on either side."""

    patterns: tuple[str, ...]
    steps: tuple[WeightStep, ...]
    targets: tuple[str, ...]


@node
class Ignore(Element):
    """`ignore "pattern"`: tensors of the checkpoint that are left out."""

    pattern: str


@node
class Keep(Element):
    """`keep "pattern"`: weights that have their first values where the checkpoint lacks them."""

    pattern: str


@node
class Fill(Element):
    """`fill "pattern" = 0`: weights that are one number where the checkpoint lacks them."""

    pattern: str
    value: Expression


@node
class Under(Element):
    """`under "state_dict"`: the dict in the checkpoint that the tensors lie in."""

    path: str


WeightRule = Rename | Ignore | Keep | Fill | Under
