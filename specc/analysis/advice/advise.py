"""All advisers, in the order in which their findings are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specc.analysis.advice.advice import Advice
from specc.analysis.cost import CostReport
from specc.analysis.roofline import Roofline
from specc.base.machine import Machine
from specc.ir.graph import Graph


@dataclass(frozen=True, slots=True)
class Facts:
    """What advisers look at: the graph, its costs at the bindings, times and the device where they are known."""

    graph: Graph
    cost: CostReport
    bindings: Mapping[str, int]
    roofline: Roofline | None = None
    machine: Machine | None = None


Adviser: TypeAlias = Callable[[Facts], tuple[Advice, ...]]
ADVISERS: tuple[Adviser, ...] = ()


def advise(facts: Facts) -> tuple[Advice, ...]:
    """What all advisers find."""
    return tuple(advice for adviser in ADVISERS for advice in adviser(facts))
