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

    What comes out is verified; a failure, which is a bug of a pass, names it.
    """
    if not passes:
        return graph, Ledger()
    made, ledger = _rewritten(graph, passes, setting)
    if any(entry.applied for entry in ledger.entries):
        try:
            verify(made)
        except IrError:
            _rewritten(graph, passes, setting, check=True)
            raise
    return made, ledger


def _rewritten(graph: Graph, passes: Sequence[Pass], setting: Setting, check: bool = False) -> tuple[Graph, Ledger]:
    """The graph after every pass, with `check` verified after each that changed it."""
    made, ledger = copied(graph), Ledger()
    scene = Scene(made, setting)
    for rewrite in passes:
        before = len(made.nodes)
        after = run_pass(scene, rewrite, ledger)
        if check and after is not scene:
            _verify(made, rewrite)
        scene = after
        ledger.nodes[rewrite.name] = (before, len(made.nodes))
    return made, ledger


def _verify(graph: Graph, rewrite: Pass) -> None:
    try:
        verify(graph)
    except IrError as error:
        raise IrError(error.where, f"after `{rewrite.name}`: {error.what}") from error


def run_pass(scene: Scene, rewrite: Pass, ledger: Ledger) -> Scene:
    """Apply one pass until it finds nothing more; the graph as it is then, which is `scene` where nothing changed."""
    while True:
        refused: list[Refused] = []
        found = _clean(rewrite, scene) if isinstance(rewrite, Cleanup) else _sweep(rewrite, scene, refused)
        ledger.entries += [_entry(rewrite, change.nodes, True, change.note) for change in found]
        if scene.patch.empty:
            ledger.entries += [_entry(rewrite, place.nodes, False, place.why) for place in refused]
            return scene
        scene.patch.apply(scene.graph)
        scene = Scene(scene.graph, scene.setting)


def _clean(rewrite: Cleanup, scene: Scene) -> list[Found]:
    found = list(rewrite.clean(scene))
    for change in found:
        change.edit(scene)
    return found


def _sweep(rewrite: Rewrite, scene: Scene, refused: list[Refused]) -> list[Found]:
    """Changes that have nothing to do with each other: none touches what another touches or reads."""
    touched: set[Node] = set()
    relied: set[Node] = set()
    found: list[Found] = []
    for node in scene.at(rewrite.layers):
        if node in touched:
            continue
        spend(1)
        outcome: Outcome = rewrite.attempt(node, scene)
        if isinstance(outcome, Refused):
            refused.append(outcome)
        elif outcome is not None:
            read = _makers(outcome.nodes)
            if touched.isdisjoint(outcome.nodes) and touched.isdisjoint(read) and relied.isdisjoint(outcome.nodes):
                outcome.edit(scene)
                touched.update(outcome.nodes)
                relied.update(read)
                found.append(outcome)
    return found


def _makers(nodes: tuple[Node, ...]) -> set[Node]:
    """The nodes that make what `nodes` read, themselves aside."""
    made = {value.producer for node in nodes for value in node.inputs if value is not None}
    return {node for node in made if node is not None} - set(nodes)


def _entry(rewrite: Pass, nodes: tuple[Node, ...], applied: bool, why: str) -> Entry:
    span = nodes[0].span
    source = "" if span is None else f"{span.source.name}:{span.line}"
    return Entry(rewrite.name, tuple(node.path for node in nodes), source, applied, why)
