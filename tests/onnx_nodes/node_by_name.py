"""Node tests through `onnx.OpName(...)`: the node itself, written as a spec."""

from __future__ import annotations

from collections.abc import Iterator

from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, constant, show, type_text
from node_tests import Array, NodeTest
from onnx import TensorProto, defs, numpy_helper

OPSETS = (21, 23, 24)
"""Those that a spec is compiled for."""
BY_VALUES = ("Compress", "NonMaxSuppression", "NonZero", "Unique")
RANDOM = ("Bernoulli",)
SMALL = 64


def opsets(test: NodeTest) -> tuple[int, ...]:
    """Opsets that have the node in the form of the test: those of every other test, or the newest. Raises `Excluded`
    where none has it."""
    if test.node.domain:
        return OPSETS[:1]
    lacking = {opset: _lack(test, opset) for opset in OPSETS}
    found = tuple(opset for opset, lack in lacking.items() if lack is None)
    if not found:
        raise Excluded(Reason.OPSET, lacking[OPSETS[-1]] or "")
    return found[:2]


def _lack(test: NodeTest, opset: int) -> str | None:
    """What `opset` lacks of the node, None where it has all of it."""
    name = test.node.op_type
    if not defs.has(name, opset, ""):
        return f"`{name}`, which came with opset {test.opset}"
    schema = defs.get_schema(name, opset, "")
    if schema.deprecated:
        return f"`{name}`, which went with opset {schema.since_version}"
    for attribute in sorted(set(test.attributes()) - set(schema.attributes)):
        return f"`{attribute}` of `{name}` as an attribute"
    if name == "Split" and len(test.inputs) < 2 and "num_outputs" not in test.attributes():
        return "`Split` without the number or the sizes of its parts"
    for index, array in enumerate(test.inputs):
        if array is not None and not _fits(schema, index, array):
            return f"`{name}` of {array.dtype}"
    return None


def _fits(schema: defs.OpSchema, index: int, array: Array) -> bool:
    formal = schema.inputs[min(index, len(schema.inputs) - 1)]
    name = {"float32": "float", "float64": "double"}.get(str(array.dtype), str(array.dtype))
    return f"tensor({name})" in formal.types


def forms(test: NodeTest) -> Iterator[NodeSpec]:
    """Specs of the node, the plainest first: all inputs given at run time; small ones constant, which tells shapes; and
    the types of the results stated by `like`. Raises `Excluded` where there is none."""
    if test.node.op_type in BY_VALUES:
        raise Excluded(Reason.SHAPE_BY_VALUES, "the number of results")
    if test.node.op_type in RANDOM or (test.node.op_type == "Dropout" and test.has(2) and test.input(2).all()):
        raise Excluded(Reason.RANDOM)
    small = {i for i, array in enumerate(test.inputs) if array is not None and array.size <= SMALL and array.ndim < 2}
    yield _written(test, set())
    if small - {0}:
        yield _written(test, small - {0})
    if 0 in small:
        yield _written(test, small)
    yield _written(test, set(), like=True)


def _written(test: NodeTest, fixed: set[int], like: bool = False) -> NodeSpec:
    given = {f"i{index}": array for index, array in enumerate(test.inputs) if array is not None}
    names = [f"i{index}" if array is not None else "none" for index, array in enumerate(test.inputs)]
    arrays = {name: array for name, array in given.items() if int(name[1:]) not in fixed}
    lines = [f"input {name}: {type_text(array)}" for name, array in arrays.items()]
    lines += [constant(name, array) for name, array in given.items() if name not in arrays]
    attributes = dict(_attributes(test, lines))
    indices = [index for index, array in enumerate(test.outputs) if array is not None]
    if len(test.outputs) > 1:
        attributes["outputs"] = str(len(indices)) if len(indices) == len(test.outputs) else show(indices)
    if like:
        attributes["like"] = _like(test, lines)
    call = ", ".join([*names, *(f"{name}={value}" for name, value in attributes.items())])
    operator = f"{test.node.domain}.{test.node.op_type}" if test.node.domain else test.node.op_type
    lines.append(f"r = onnx.{operator}({call})")
    wanted = {f"y{place}": array for place, array in enumerate(filter(_there, test.outputs)) if array is not None}
    results = ["r"] if len(indices) == 1 else [f"r[{place}]" for place in range(len(indices))]
    lines += [f"output y{place} = {result}" for place, result in enumerate(results)]
    return NodeSpec("\n".join(["model node", *lines, ""]), arrays, wanted)


def _there(array: Array | None) -> bool:
    return array is not None


def _attributes(test: NodeTest, lines: list[str]) -> Iterator[tuple[str, str]]:
    """Attributes as a spec spells them; a tensor is a constant, whose statement goes to `lines`."""
    for name, value in test.attributes().items():
        if isinstance(value, TensorProto):
            lines.append(constant(f"a_{name}", numpy_helper.to_array(value)))
            yield name, f"a_{name}"
        else:
            yield name, show(value)


def _like(test: NodeTest, lines: list[str]) -> str:
    """Constants of the types of the results."""
    arrays = [array for array in test.outputs if array is not None]
    for index, array in enumerate(arrays):
        lines.append(f"const t{index}: {type_text(array)} = {'false' if array.dtype == bool else 0}")
    return "[" + ", ".join(f"t{index}" for index in range(len(arrays))) + "]"
