"""What a page is about."""

from __future__ import annotations

from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.base.targets import Target
from specc.ir.graph import Graph
from specc.report.record import Report


@dataclass(frozen=True, slots=True)
class Subject:
    """A report with the graph that it was made of; `command` makes the page again with `version` of the program;
    `binder` has the sizes of the report."""

    graph: Graph
    report: Report
    target: Target
    command: str
    version: str
    binder: Binder
