"""Multiply-accumulates of an ONNX model, counted node by node with the shapes of a real run.

The count knows ONNX's operators: products of matrices, convolutions and recurrences, as often as loops repeat them.
Where a layer spells a product of matrices as Mul and a sum, it has to be told (`spelled`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

import numpy as np
import onnx
import onnxruntime as ort
from onnx import GraphProto, ModelProto, NodeProto, helper, shape_inference

Shape = tuple[int, ...]
Arrays = Mapping[str, np.ndarray]


def walked_macs(model: ModelProto, given: Arrays, spelled: Mapping[str, str] | None = None) -> int:
    """MACs of one run with the inputs `given`; `spelled` names the operator that sums products, by the layer's path."""
    values = all_values(model, given)
    shapes = {name: array.shape for name, array in values.items()}
    types = {name: helper.np_dtype_to_tensor_dtype(array.dtype) for name, array in values.items()}
    return _nodes(model.graph.node, shapes, types, model, spelled or {})


def all_values(model: ModelProto, given: Arrays) -> dict[str, np.ndarray]:
    """Every tensor of the outer graph in a run without rewriting."""
    exposed = ModelProto()
    exposed.CopyFrom(model)
    known = {entry.name for entry in exposed.graph.output}
    names = [name for node in exposed.graph.node for name in node.output if name and name not in known]
    exposed.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(exposed.SerializeToString(), options, providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in (*session.get_inputs(), *session.get_overridable_initializers())}
    results = session.run(None, {name: array for name, array in given.items() if name in wanted})
    made = dict(zip([entry.name for entry in session.get_outputs()], results, strict=True))
    constants = {entry.name: onnx.numpy_helper.to_array(entry) for entry in model.graph.initializer}
    return {**constants, **{name: np.asarray(array) for name, array in given.items()}, **made}


def _nodes(
    nodes: Sequence[NodeProto],
    shapes: Mapping[str, Shape],
    types: Mapping[str, int],
    model: ModelProto,
    spelled: Mapping[str, str],
) -> int:
    scalars = {name for name, shape in shapes.items() if not shape}
    padded = {(node.output[0], _layer(node)): node.input[0] for node in nodes if node.op_type == "Pad"}
    products = {node.output[0] for node in nodes if node.op_type == "Mul" and not scalars & set(node.input)}
    count = 0
    for node in nodes:
        whole = padded.get((node.input[0], _layer(node))) if node.op_type == "ConvTranspose" else None
        if whole is not None:  # zeros that the layer adds itself are no positions of its input
            count += prod(shapes[whole]) * prod(shapes[node.input[1]][1:])
            continue
        count += _node(node, shapes, types, model, spelled)
        if spelled.get(_layer(node)) == node.op_type and node.input[0] in products:
            count += prod(shapes[node.input[0]])
    return count


def _layer(node: NodeProto) -> str:
    """Path of the layer that a node belongs to."""
    return next((entry.value for entry in node.metadata_props if entry.key == "specc.layer"), "")


def _node(
    node: NodeProto,
    shapes: Mapping[str, Shape],
    types: Mapping[str, int],
    model: ModelProto,
    spelled: Mapping[str, str],
) -> int:
    if node.op_type in ("If", "Loop"):
        raise NotImplementedError(node.op_type)
    if node.op_type == "Scan":
        return _scan(node, shapes, types, model, spelled)
    count = COUNTS.get(node.op_type)
    inputs = [shapes.get(name, ()) if name else None for name in node.input]
    return count(node, inputs, [shapes.get(name, ()) for name in node.output]) if count else 0


def _scan(
    node: NodeProto,
    shapes: Mapping[str, Shape],
    types: Mapping[str, int],
    model: ModelProto,
    spelled: Mapping[str, str],
) -> int:
    body, attributes = _attributes(node)["body"], _attributes(node)
    assert isinstance(body, GraphProto)
    sequences = int(attributes["num_scan_inputs"])
    states = len(node.input) - sequences
    axes = list(attributes.get("scan_input_axes", [0] * sequences))
    inner: dict[str, Shape] = {}
    for index, entry in enumerate(body.input):
        shape = shapes[node.input[index]]
        axis = axes[index - states] % len(shape) if index >= states else None
        inner[entry.name] = shape if axis is None else shape[:axis] + shape[axis + 1 :]
    steps = shapes[node.input[states]][axes[0]]
    known = {**{entry.name: tuple(entry.dims) for entry in body.initializer}, **inner}
    inside = _inferred(body, known, shapes, types, model)
    return int(steps) * _nodes(body.node, inside, types, model, spelled)


def _inferred(
    body: GraphProto, known: dict[str, Shape], outer: Mapping[str, Shape], types: Mapping[str, int], model: ModelProto
) -> dict[str, Shape]:
    """Shapes inside of a loop's body, whose inputs and outer tensors have `known` and `outer` shapes."""
    made = {name for node in body.node for name in node.output}
    free = {name for node in body.node for name in node.input if name and name not in known and name not in made}
    elements = {entry.name: entry.type.tensor_type.elem_type for entry in body.input}
    graph = GraphProto()
    graph.CopyFrom(body)
    del graph.input[:], graph.output[:]
    for name in [entry.name for entry in body.input]:
        graph.input.append(helper.make_tensor_value_info(name, elements[name], known[name]))
    constants = {entry.name: entry for entry in model.graph.initializer}
    for name in sorted(free):
        if name in constants:
            graph.initializer.append(constants[name])
        else:
            graph.input.append(helper.make_tensor_value_info(name, types[name], outer[name]))
    for entry in body.output:
        graph.output.append(helper.make_empty_tensor_value_info(entry.name))
    whole = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    inferred = shape_inference.infer_shapes(whole, data_prop=True).graph
    shapes = {name: outer[name] for name in free if name in outer} | dict(known)
    for entry in (*inferred.value_info, *inferred.output):
        dims = entry.type.tensor_type.shape.dim
        if all(dim.HasField("dim_value") for dim in dims):
            shapes[entry.name] = tuple(dim.dim_value for dim in dims)
    shapes.update({entry.name: tuple(entry.dims) for entry in graph.initializer})
    return shapes


def _attributes(node: NodeProto) -> dict[str, object]:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def _conv(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    kernel = inputs[1]
    assert kernel is not None
    return prod(outputs[0]) * prod(kernel[1:])


def _conv_transpose(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    image, kernel = inputs[:2]
    assert image is not None and kernel is not None
    return prod(image) * prod(kernel[1:])


def _matmul(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    assert inputs[0] is not None
    return prod(outputs[0]) * inputs[0][-1]


def _gemm(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    assert inputs[0] is not None
    transposed = _attributes(node).get("transA", 0)
    return prod(outputs[0]) * inputs[0][0 if transposed else 1]


def _einsum(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    if len(inputs) < 2:
        return 0
    equation = _attributes(node)["equation"]
    assert isinstance(equation, bytes)
    terms = equation.decode().replace(" ", "").split("->")[0].split(",")
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, inputs, strict=True):
        assert shape is not None
        sizes.update(zip(term, shape, strict=True))
    return prod(sizes.values()) * (len(inputs) - 1)


def _recurrent(node: NodeProto, inputs: list[Shape | None], outputs: list[Shape]) -> int:
    sequence, weights, recurrence = inputs[:3]
    assert sequence is not None and weights is not None and recurrence is not None
    return sequence[0] * sequence[1] * (prod(weights) + prod(recurrence))


COUNTS: dict[str, Callable[[NodeProto, list[Shape | None], list[Shape]], int]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MatMul": _matmul,
    "Gemm": _gemm,
    "Einsum": _einsum,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNN": _recurrent,
}
