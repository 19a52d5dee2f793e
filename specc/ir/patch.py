"""Changes of a graph, collected first, then checked and made all at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.ir.algorithms import CyclicError, topological_order
from specc.ir.fields import all_nodes, bodies
from specc.ir.graph import Graph, Node, Value, Weight
from specc.ir.operation import Arguments, Operation, Rejected


class PatchError(Exception):
    """The changes do not fit the graph, which is left as it was."""


@dataclass(slots=True)
class _Change:
    """What a node is to become; None leaves a part as it is."""

    operation: Operation | None = None
    inputs: tuple[Value | None, ...] | None = None
    weights: dict[str, Value] | None = None


@dataclass(slots=True)
class _Draft:
    """A node as it will be."""

    node: Node
    operation: Operation
    inputs: tuple[Value | None, ...]
    weights: dict[str, Value]


@dataclass(slots=True)
class Patch:
    """Collects changes; nothing happens before `apply`. New nodes and their values are made by the caller."""

    _uses: dict[Value, Value] = field(default_factory=dict)
    _before: dict[Node, list[Node]] = field(default_factory=dict)
    _after: dict[Node, list[Node]] = field(default_factory=dict)
    _removed: set[Node] = field(default_factory=set)
    _changes: dict[Node, _Change] = field(default_factory=dict)
    _added: list[Weight] = field(default_factory=list)
    _dropped: set[str] = field(default_factory=set)

    def replace_uses(self, old: Value, new: Value) -> None:
        """Let everything that reads `old` read `new`, of the same type; inserted nodes keep what they read."""
        if old in self._uses:
            raise PatchError(f"`{old.name}` is replaced twice")
        self._uses[old] = new

    def insert_before(self, anchor: Node, *nodes: Node) -> None:
        """Put `nodes` before `anchor`."""
        self._before.setdefault(anchor, []).extend(nodes)

    def insert_after(self, anchor: Node, *nodes: Node) -> None:
        """Put `nodes` after `anchor`."""
        self._after.setdefault(anchor, []).extend(nodes)

    def remove(self, *nodes: Node) -> None:
        """Remove `nodes`, whose results nothing may read afterwards."""
        self._removed.update(nodes)

    def change(
        self,
        node: Node,
        operation: Operation | None = None,
        inputs: tuple[Value | None, ...] | None = None,
        weights: dict[str, Value] | None = None,
    ) -> None:
        """Give `node` another layer, inputs or weights; its results keep their types. Inputs given here are final."""
        if node in self._changes:
            raise PatchError(f"`{node.path}` is changed twice")
        self._changes[node] = _Change(operation, inputs, weights)

    def replace(self, node: Node, *nodes: Node) -> None:
        """Put `nodes` in the place of `node`; the results of the last stand for its results, in order."""
        if len(nodes[-1].outputs) != len(node.outputs):
            raise PatchError(f"`{nodes[-1].path}` has not as many results as `{node.path}`")
        self.insert_before(node, *nodes)
        for old, new in zip(node.outputs, nodes[-1].outputs, strict=True):
            self.replace_uses(old, new)
        self.remove(node)

    def add_weight(self, weight: Weight) -> None:
        """Store another weight."""
        self._added.append(weight)

    def drop_weight(self, weight: Weight) -> None:
        """Store `weight` no longer; nothing may read it afterwards."""
        self._dropped.add(weight.name)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (
            self._uses or self._before or self._after or self._removed or self._changes or self._added or self._dropped
        )

    def apply(self, graph: Graph) -> None:
        """Make all changes, keeping the order topological. Raises `PatchError`, with the graph as it was."""
        _Application(self, graph).run()


class _Application:
    """One patch on one graph: a draft of every node is checked before any is touched."""

    def __init__(self, patch: Patch, graph: Graph) -> None:
        self.patch = patch
        self.graph = graph
        self.inserted = {node for group in (*patch._before.values(), *patch._after.values()) for node in group}
        self.final: dict[Value, Value] = {}
        for old in patch._uses:
            self.resolve(old)

    def resolve(self, value: Value) -> None:
        """Find what stands for `value`, and for those that lead there, in the end."""
        seen: dict[Value, None] = {}
        new = value
        while new in self.patch._uses and new not in self.final:
            if new in seen:
                raise PatchError(f"`{value.name}` is replaced in a circle")
            seen[new] = None
            new = self.patch._uses[new]
        new = self.final.get(new, new)
        for old in seen:
            if new.type != old.type:
                raise PatchError(f"`{old.name}` is {old.type}, and `{new.name}` in its place is {new.type}")
            self.final[old] = new

    def run(self) -> None:
        """Check, then change."""
        nodes = self.nodes()
        weights = self.weights()
        drafts = [self.draft(node) for node in nodes]
        inner = [self.draft(node) for host in nodes for body in bodies(host) for node in all_nodes(body)]
        self.check_defined(nodes, drafts, inner, weights)
        for draft in drafts:
            if draft.node in self.inserted or draft.node in self.patch._changes:
                _check_types(draft)
        self.commit(nodes, [*drafts, *inner], weights)

    def nodes(self) -> list[Node]:
        """The nodes as they will stand."""
        patch, known = self.patch, set(self.graph.nodes)
        for node in (*patch._before, *patch._after, *patch._removed, *patch._changes):
            if node not in known:
                raise PatchError(f"`{node.path}` is no node of the graph")
        if known & self.inserted:
            raise PatchError("a node is inserted that the graph has already")
        made: list[Node] = []
        for node in self.graph.nodes:
            made += patch._before.get(node, ())
            made += () if node in patch._removed else (node,)
            made += patch._after.get(node, ())
        if len(made) != len(set(made)):
            raise PatchError("a node is inserted twice")
        return made

    def weights(self) -> dict[str, Weight]:
        """The weights as they will be."""
        kept = {name: weight for name, weight in self.graph.weights.items() if name not in self.patch._dropped}
        if len(kept) + len(self.patch._dropped) != len(self.graph.weights):
            raise PatchError("a weight is dropped that the graph does not have")
        for weight in self.patch._added:
            if weight.name in kept:
                raise PatchError(f"there is already a weight `{weight.name}`")
            kept[weight.name] = weight
        return kept

    def draft(self, node: Node) -> _Draft:
        """`node` as it will be."""
        change = self.patch._changes.get(node, _Change())
        fixed = node in self.inserted
        inputs, weights = change.inputs, change.weights
        if inputs is None:
            inputs = node.inputs if fixed else tuple(None if v is None else self.final.get(v, v) for v in node.inputs)
        if weights is None:
            weights = node.weights if fixed else {name: self.final.get(v, v) for name, v in node.weights.items()}
        return _Draft(node, change.operation or node.operation, inputs, weights)

    def check_defined(
        self, nodes: list[Node], drafts: list[_Draft], inner: list[_Draft], weights: dict[str, Weight]
    ) -> None:
        """Nothing may read or show what is gone, and every name stands for one value."""
        values = [entry.value for entry in self.graph.inputs]
        values += [*weights.values(), *(value for node in nodes for value in node.outputs)]
        names: set[str] = set()
        for value in values:
            if value.name in names:
                raise PatchError(f"two values would be called `{value.name}`")
            names.add(value.name)
        before, present, new = set(self.graph.values()), set(values), set(self.final.values())
        added = self.inserted | set(self.patch._changes)
        for draft in (*drafts, *inner):
            for read in (*draft.inputs, *draft.weights.values()):
                if read is None or read in present:
                    continue
                wanted = (draft.node in added or read in new) and not isinstance(read, Weight)
                if wanted or read in before:
                    raise PatchError(f"`{draft.node.path}` reads `{read.name}`, which is not there")
        for output in self.graph.outputs:
            shown = self.final.get(output.value, output.value)
            if shown not in present:
                raise PatchError(f"the output `{output.name}` shows `{shown.name}`, which is not there")

    def commit(self, nodes: list[Node], drafts: list[_Draft], weights: dict[str, Weight]) -> None:
        """Make the changes; only a circle can still stop them, and then everything is put back."""
        previous = [_Draft(d.node, d.node.operation, d.node.inputs, d.node.weights) for d in drafts]
        _assign(drafts)
        try:
            self.graph.nodes = topological_order(nodes)
        except CyclicError as error:
            _assign(previous)
            raise PatchError(str(error)) from None
        self.graph.weights = weights
        for node in self.inserted:
            for value in node.outputs:
                value.producer = node
        self.show(self.graph)

    def show(self, graph: Graph) -> None:
        """Let outputs, those of bodies too, show what stands for their values."""
        for output in graph.outputs:
            output.value = self.final.get(output.value, output.value)
        for node in graph.nodes:
            for body in bodies(node):
                self.show(body)


def _assign(drafts: list[_Draft]) -> None:
    for draft in drafts:
        draft.node.operation = draft.operation
        draft.node.inputs = draft.inputs
        draft.node.weights = draft.weights


def _check_types(draft: _Draft) -> None:
    """A new or changed node has to give the types that its results have."""
    operation, path = draft.operation, draft.node.path
    types = Arguments(operation.ports, tuple(None if v is None else v.type for v in draft.inputs))
    try:
        specs = {spec.name: spec.shape for spec in operation.weights(types)}
        wanted = operation.infer(types)
    except Rejected as rejected:
        raise PatchError(f"the layer of `{path}` rejects its inputs: {rejected}") from rejected
    if specs != {name: value.type.shape for name, value in draft.weights.items()}:
        raise PatchError(f"the weights of `{path}` are not those of its layer")
    if wanted != tuple(value.type for value in draft.node.outputs):
        raise PatchError(f"the results of `{path}` are not of the types that its layer gives")
