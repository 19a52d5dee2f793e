"""What onnxruntime rewrites on the CPU, as far as tensors come or go by it."""

from __future__ import annotations

from collections import Counter

from specc.arena.nodes import Run, Work, in_order

WITHIN_CONV = frozenset(("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "HardSwish", "Clip"))


def rewritten(run: Run) -> None:
    """Fold constants, take identities out, and join products with their sums, convolutions with what follows."""
    fold_constants(run)
    skip_identities(run)
    join_gemm(run)
    join_transposes(run)
    join_swish(run)
    join_convolutions(run)


def fold_constants(run: Run) -> None:
    """Nodes that read constants alone are computed when the model is loaded."""
    kept = []
    for node in run.nodes:
        if not node.bodies and all(not name or name in run.constants for name in node.inputs):
            run.constants.update(node.outputs)
        else:
            kept.append(node)
    run.nodes = kept


def skip_identities(run: Run) -> None:
    """An identity goes away where its result is no output."""
    same: dict[str, str] = {}
    kept = []
    for node in run.nodes:
        node.inputs = [same.get(name, name) for name in node.inputs]
        if node.op in ("Identity", "Dropout") and node.outputs[0] not in run.outputs:
            same[node.outputs[0]] = node.inputs[0]
        else:
            kept.append(node)
    run.nodes = kept


def join_gemm(run: Run) -> None:
    """A product of matrices and the bias behind it are one `Gemm`."""
    uses, makers, gone = run.uses(), run.makers(), set()
    for node in in_order(run):
        for place in (0, 1) if node.op == "Add" and len(node.inputs) == 2 else ():
            product, bias = makers.get(node.inputs[place]), node.inputs[1 - place]
            if product is None or product.op != "MatMul" or uses[node.inputs[place]] > 1 or id(product) in gone:
                continue
            sides = [run.shape(name) for name in product.inputs]
            flat = all(side is not None and len(side) == 2 for side in sides)
            if bias in run.constants and flat and run.shape(bias) in _rows(sides[1]):
                gone.add(id(product))
                node.op, node.inputs, node.index = "Gemm", [*product.inputs, bias], run.next_index()
                break
    run.nodes = [node for node in run.nodes if id(node) not in gone]


def _rows(matrix: tuple[int, ...] | None) -> tuple[tuple[int, ...], ...]:
    """The shapes of what is added to each row of a product with this matrix."""
    return ((matrix[1],), (1, matrix[1])) if matrix is not None else ()


def join_transposes(run: Run) -> None:
    """A product reads a matrix turned where its last two axes are swapped before."""
    uses, makers, gone = run.uses(), run.makers(), set()
    for node in run.nodes:
        for place in (0, 1) if node.op == "MatMul" else ():
            turn = makers.get(node.inputs[place])
            if turn is None or turn.op != "Transpose" or turn.outputs[0] in run.outputs:
                continue
            rank = len(run.shape(turn.inputs[0]) or ())
            order = turn.attributes.get("perm", tuple(reversed(range(rank))))
            if rank >= 2 and order == (*range(rank - 2), rank - 1, rank - 2):
                node.inputs[place] = turn.inputs[0]
                uses[turn.outputs[0]] -= 1
                if not uses[turn.outputs[0]]:
                    gone.add(id(turn))
    run.nodes = [node for node in run.nodes if id(node) not in gone]


def join_swish(run: Run) -> None:
    """`x * sigmoid(x)` is one operator."""
    uses, makers, gone = run.uses(), run.makers(), set()
    for node in in_order(run):
        for place in (0, 1) if node.op == "Mul" and len(node.inputs) == 2 else ():
            gate = makers.get(node.inputs[place])
            if gate is None or gate.op != "Sigmoid" or uses[gate.outputs[0]] > 1:
                continue
            if gate.inputs[0] == node.inputs[1 - place]:
                gone.add(id(gate))
                node.op, node.inputs, node.index = "QuickGelu", gate.inputs, run.next_index()
                break
    run.nodes = [node for node in run.nodes if id(node) not in gone]


def join_convolutions(run: Run) -> None:
    """An activation becomes part of the convolution before it, where nothing else reads that."""
    uses, makers, gone = run.uses(), run.makers(), set()
    for node in in_order(run):
        before = makers.get(node.inputs[0]) if node.inputs and node.op in WITHIN_CONV else None
        if before is not None and before.op == "Conv" and not before.taken and only_use(node, run, uses):
            gone.add(id(node))
            before.taken.append(node.op)
            before.outputs, before.index = node.outputs, run.next_index()
            makers[node.outputs[0]] = before
    run.nodes = [node for node in run.nodes if id(node) not in gone]


def only_use(node: Work, run: Run, uses: Counter[str]) -> bool:
    """Whether nothing but `node` reads its first input, and all others are constant."""
    return uses[node.inputs[0]] == 1 and all(not name or name in run.constants for name in node.inputs[1:])
