"""Checks that a graph is what the rest of the compiler takes it for; a failure is a bug of the code that made it."""

from __future__ import annotations

from specc.ir.fields import bodies, parts
from specc.ir.graph import Graph, Node, Value
from specc.ir.operation import Port, Rejected, WeightSpec
from specc.tensor.poly import Dim, Poly, symbol_atoms


class IrError(Exception):
    """The graph is broken: `where` is a path or name, `what` the rule that does not hold."""

    def __init__(self, where: str, what: str) -> None:
        """Place and rule."""
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


def verify(graph: Graph) -> None:
    """Raise `IrError` for the first rule that does not hold.

    Names are unique; each node comes after what it reads; types and weights are those that the layers give; outputs and
    states name what is there; every symbol belongs to the domain and occurs in an input. Bodies are checked as well.
    """
    _Verifier(graph, {}, set()).run()


class _Verifier:
    """One graph; `around` are the values that it may read from the graphs around it."""

    def __init__(self, graph: Graph, around: dict[str, Value], symbols: set[str]) -> None:
        self.graph = graph
        self.around = around
        self.defined: dict[str, Value] = {}
        self.symbols = symbols | {
            symbol.name for entry in graph.inputs for dim in entry.value.type.shape for symbol in symbol_atoms(dim)
        }

    def run(self) -> None:
        """Check everything."""
        for entry in self.graph.inputs:
            self.define(entry.value, None)
        self.weights()
        paths: set[str] = set()
        for node in self.graph.nodes:
            if node.path in paths:
                raise IrError(node.path, "two nodes have this path")
            paths.add(node.path)
            self.node(node)
        self.outputs()

    def define(self, value: Value, producer: Node | None) -> None:
        """Check a new value, and make it known."""
        if value.name in self.defined:
            raise IrError(value.name, "two values have this name")
        if value.producer is not producer:
            raise IrError(value.name, "its producer is not the node that makes it")
        for dim in value.type.shape:
            self.dim(value.name, dim)
        self.defined[value.name] = value

    def dim(self, where: str, dim: Dim) -> None:
        """Check the symbols of a dim."""
        domain = self.graph.domain
        for symbol in symbol_atoms(dim):
            if symbol.name not in self.symbols:
                raise IrError(where, f"symbol `{symbol.name}` occurs in no input")
            if symbol.domain is not domain or symbol.unit != domain.unit.get(symbol.name, 1):
                raise IrError(where, f"symbol `{symbol.name}` is not that of the graph's domain")

    def weights(self) -> None:
        """Check names, shapes and paths of the weights."""
        taken: set[str] = set()
        for name, weight in self.graph.weights.items():
            if name != weight.name:
                raise IrError(weight.name, f"it is kept under another name, `{name}`")
            if len(weight.dims) != weight.type.rank:
                raise IrError(name, "a weight has a shape with symbols")
            for path in (name, *weight.aliases):
                if path in taken:
                    raise IrError(path, "two weights have this path")
                taken.add(path)
            self.define(weight, None)

    def node(self, node: Node) -> None:
        """Check one node, then make its results known."""
        for value in (*node.inputs, *node.weights.values()):
            if value is not None:
                self.readable(node, value)
        self.ports(node, node.operation.ports)
        for part in parts(node.operation):
            if isinstance(part, Poly):
                self.dim(node.path, part)
        for body in bodies(node):
            own = body.domain is not self.graph.domain
            around = {**self.around, **self.defined}
            _Verifier(body, around, set() if own else self.symbols).run()
        self.types(node)
        for value in node.outputs:
            self.define(value, node)

    def readable(self, node: Node, value: Value) -> None:
        """Check that `value` is defined before `node`."""
        known = self.defined.get(value.name, self.around.get(value.name))
        if known is value:
            return
        what = "another value of this name is meant" if known is not None else "it is not defined before"
        raise IrError(node.path, f"it reads `{value.name}`: {what}")

    def ports(self, node: Node, ports: tuple[Port, ...]) -> None:
        """Check that the inputs fit the ports."""
        variadic = bool(ports) and ports[-1].variadic
        if len(node.inputs) > len(ports) and not variadic:
            raise IrError(node.path, f"{len(node.inputs)} inputs for {len(ports)} ports")
        for index, port in enumerate(ports):
            filled = index < len(node.inputs) and node.inputs[index] is not None
            if not filled and not port.optional:
                raise IrError(node.path, f"nothing stands at port `{port.name}`")

    def types(self, node: Node) -> None:
        """Check weights and types against what the layer gives."""
        inputs = node.input_types()
        try:
            specs = node.operation.weights(inputs)
            wanted = node.operation.infer(inputs)
        except Rejected as rejected:
            raise IrError(node.path, f"its layer rejects the inputs: {rejected}") from rejected
        if {spec.name for spec in specs} != set(node.weights):
            names = ", ".join(spec.name for spec in specs)
            raise IrError(node.path, f"its weights are {', '.join(node.weights) or 'none'}, and not {names or 'none'}")
        for spec in specs:
            self.weight(node, spec, node.weights[spec.name])
        given = tuple(value.type for value in node.outputs)
        if given != wanted:
            raise IrError(node.path, f"its results are {_shown(given)}, and its layer gives {_shown(wanted)}")

    def weight(self, node: Node, spec: WeightSpec, value: Value) -> None:
        """Check a weight's type; a narrower float may stand for the layer's float."""
        same = value.type.dtype is spec.dtype or (value.type.dtype.is_float and spec.dtype.is_float)
        if value.type.shape != spec.shape or not same:
            raise IrError(node.path, f"`{spec.name}` is {value.type}, and not {spec.dtype}{list(spec.shape)}")

    def outputs(self) -> None:
        """Check outputs and states."""
        names = [output.name for output in self.graph.outputs]
        inputs = {entry.value.name for entry in self.graph.inputs}
        for output in self.graph.outputs:
            known = self.defined.get(output.value.name, self.around.get(output.value.name))
            if known is not output.value:
                raise IrError(output.name, f"the output shows `{output.value.name}`, which is not defined")
            if names.count(output.name) > 1:
                raise IrError(output.name, "two outputs have this name")
        for pair in self.graph.states:
            if pair.input not in inputs or pair.output not in names:
                raise IrError(pair.input, f"the state `{pair.input}` -> `{pair.output}` is not an input and an output")


def _shown(types: tuple[object, ...]) -> str:
    return ", ".join(map(str, types)) or "none"
