"""The nodes of a run, as the runtime's rewriting goes over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specc.emit.sized import SizedGraph, SizedTensor


@dataclass(slots=True, eq=False)
class Work:
    """One node. `index` grows with each node that is made: the order of a run depends on it. `taken` are operators that
    became part of it."""

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: Mapping[str, tuple[int, ...]]
    index: int
    bodies: tuple[SizedGraph, ...] = ()
    taken: list[str] = field(default_factory=list)

    def number(self, name: str, otherwise: int) -> int:
        """An attribute that is one integer."""
        return self.attributes.get(name, (otherwise,))[0]


@dataclass(slots=True, eq=False)
class Run:
    """A graph while it is rewritten."""

    nodes: list[Work]
    tensors: dict[str, SizedTensor]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: set[str]
    count: int = 0

    def uses(self) -> Counter[str]:
        """How often each tensor is read, an output of the graph once more."""
        found = Counter(name for node in self.nodes for name in node.inputs if name)
        found.update(name for node in self.nodes for name in outer_reads(node))
        found.update(self.outputs)
        return found

    def makers(self) -> dict[str, Work]:
        """The node that makes each tensor."""
        return {name: node for node in self.nodes for name in node.outputs if name}

    def next_index(self) -> int:
        """An index for a node that is made now."""
        self.count += 1
        return self.count

    def shape(self, name: str) -> tuple[int, ...] | None:
        """The shape of a tensor, None where it is not known."""
        tensor = self.tensors.get(name)
        return None if tensor is None else tensor.shape


def run_of(graph: SizedGraph) -> Run:
    """A graph as it is written."""
    run = Run([], dict(graph.tensors), graph.inputs, graph.outputs, set(graph.constants))
    for node in graph.nodes:
        made = Work(node.op, list(node.inputs), list(node.outputs), node.attributes, run.next_index(), node.bodies)
        run.nodes.append(made)
    return run


def outer_reads(node: Work) -> Iterable[str]:
    """Tensors of the graph that bodies of the node read."""
    for body in node.bodies:
        yield from sorted(_free(body))


def _free(body: SizedGraph) -> set[str]:
    """Tensors that a body reads, or a body within it, and that neither makes."""
    made = {*body.inputs, *(name for inner in body.nodes for name in inner.outputs)}
    read = {name for inner in body.nodes for name in inner.inputs if name} | set(body.outputs)
    return read.union(*(_free(deeper) for inner in body.nodes for deeper in inner.bodies)) - made


def in_order(run: Run) -> list[Work]:
    """The nodes in the order in which they run: depth first from the last node that nothing reads, of several inputs
    the node that was made last before the others."""
    makers = run.makers()
    above = {id(node): _above(node, makers) for node in run.nodes}
    read = {id(other) for nodes in above.values() for other in nodes}
    leaves = sorted((node for node in run.nodes if id(node) not in read), key=lambda node: node.index)
    stack: list[tuple[Work, bool]] = [(node, False) for node in leaves]
    seen: set[int] = set()
    made: list[Work] = []
    while stack:
        node, done = stack.pop()
        if done:
            made.append(node)
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        stack.append((node, True))
        stack.extend((other, False) for other in above[id(node)] if id(other) not in seen)
    return made


def _above(node: Work, makers: Mapping[str, Work]) -> list[Work]:
    found = {id(makers[name]): makers[name] for name in (*node.inputs, *outer_reads(node)) if name in makers}
    return sorted(found.values(), key=lambda other: other.index)
