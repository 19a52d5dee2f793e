"""Runs rewrites over a graph, each until it finds nothing more, and notes what was done."""

from __future__ import annotations

from collections.abc import Sequence

from specc.base.work import spend
from specc.ir.copy import copied
from specc.ir.graph import Graph, Node
from specc.ir.verify import IrError, verify
from specc.passes.ledger import Entry, Ledger
from specc.passes.rewrite import Cleanup, Found, Outcome, Pass, Refused, Rewrite, Scene, Setting


def optimise(graph: Graph, passes: Sequence[Pass], setting: Setting) -> tuple[Graph, Ledger]:
    """A copy of `graph` after every pass in turn, and what they did. The graph itself stays as it is.

    After a pass that changed anything the graph is verified; a failure, which is a bug of the pass, names it.
    """
    ledger = Ledger()
    if not passes:
        return graph, ledger
    made = copied(graph)
    for rewrite in passes:
        before = len(made.nodes)
        if run_pass(made, rewrite, setting, ledger):
            _verify(made, rewrite)
        ledger.nodes[rewrite.name] = (before, len(made.nodes))
    return made, ledger


def _verify(graph: Graph, rewrite: Pass) -> None:
    try:
        verify(graph)
    except IrError as error:
        raise IrError(error.where, f"after `{rewrite.name}`: {error.what}") from error


def run_pass(graph: Graph, rewrite: Pass, setting: Setting, ledger: Ledger) -> bool:
    """Apply one pass until it finds nothing more; whether it changed the graph."""
    changed = False
    while True:
        scene = Scene(graph, setting)
        refused: list[Refused] = []
        found = _clean(rewrite, scene) if isinstance(rewrite, Cleanup) else _sweep(rewrite, scene, refused)
        ledger.entries += [_entry(rewrite, change.nodes, True, change.note) for change in found]
        if scene.patch.empty:
            ledger.entries += [_entry(rewrite, place.nodes, False, place.why) for place in refused]
            return changed
        scene.patch.apply(graph)
        changed = True


def _clean(rewrite: Cleanup, scene: Scene) -> list[Found]:
    found = list(rewrite.clean(scene))
    for change in found:
        change.edit(scene)
    return found


def _sweep(rewrite: Rewrite, scene: Scene, refused: list[Refused]) -> list[Found]:
    """Changes at nodes that no other change of this sweep has to do with."""
    touched: set[Node] = set()
    found: list[Found] = []
    for node in scene.graph.nodes:
        if node.operation.name not in rewrite.layers or node in touched:
            continue
        spend(1)
        outcome: Outcome = rewrite.attempt(node, scene)
        if isinstance(outcome, Refused):
            refused.append(outcome)
        elif outcome is not None and touched.isdisjoint(outcome.nodes):
            outcome.edit(scene)
            touched.update(outcome.nodes)
            found.append(outcome)
    return found


def _entry(rewrite: Pass, nodes: tuple[Node, ...], applied: bool, why: str) -> Entry:
    span = nodes[0].span
    source = "" if span is None else f"{span.source.name}:{span.line}"
    return Entry(rewrite.name, tuple(node.path for node in nodes), source, applied, why)
