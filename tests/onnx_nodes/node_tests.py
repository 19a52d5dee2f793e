"""The node tests of the ONNX project: one operator each, with inputs and expected outputs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import onnx
from node_outcomes import Excluded, Reason
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper

from specc.emit.types import DTYPES_OF_ONNX
from specc.tensor.dtypes import DType

Array = np.ndarray
AttributeValue = int | float | str | bytes | tuple[int | float | str, ...] | TensorProto
NAMES_OF_TYPES = {code: name.lower() for name, code in TensorProto.DataType.items()}


@dataclass(frozen=True, eq=False)
class NodeTest:
    """One node test. Inputs and outputs stand at the node's positions, None where the node leaves one out."""

    name: str
    model: ModelProto
    inputs: tuple[Array | None, ...]
    outputs: tuple[Array | None, ...]
    rtol: float
    atol: float

    @property
    def node(self) -> NodeProto:
        """The node, of a test that is no function body."""
        return self.model.graph.node[0]

    @property
    def operator(self) -> str:
        """The operator's name, with its domain where that is not the standard one."""
        return f"{self.node.domain}.{self.node.op_type}" if self.node.domain else self.node.op_type

    @property
    def is_body(self) -> bool:
        """Whether this is the body of a function, as the tests `*_expanded` are."""
        return "_expanded" in self.name

    @property
    def opset(self) -> int:
        """Version of the node's domain in the test's model."""
        return max(entry.version for entry in self.model.opset_import if entry.domain == self.node.domain)

    def has(self, index: int) -> bool:
        """Whether the node has an input at `index`."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def get(self, index: int) -> Array | None:
        """The input at `index`, None where the node has none."""
        return self.inputs[index] if index < len(self.inputs) else None

    def input(self, index: int) -> Array:
        """The input at `index`, which is there."""
        found = self.get(index)
        assert found is not None, f"{self.name} has no input {index}"
        return found

    def ints(self, index: int) -> tuple[int, ...] | None:
        """The elements of an integer input, None where the node has none."""
        found = self.get(index)
        return None if found is None else tuple(int(item) for item in found.ravel())

    def attributes(self) -> dict[str, AttributeValue]:
        """The node's attributes; lists are tuples, text is str."""
        return {entry.name: _plain(onnx.helper.get_attribute_value(entry)) for entry in self.node.attribute}

    def attribute(self, name: str, default: object = None) -> object:
        """One attribute, `default` where the node does not have it."""
        return self.attributes().get(name, default)

    def integer(self, name: str, default: int) -> int:
        """One integer attribute."""
        value = self.attribute(name, default)
        assert isinstance(value, int)
        return value


def _plain(value: object) -> AttributeValue:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return tuple(item.decode() if isinstance(item, bytes) else item for item in value)
    return value  # type: ignore[return-value]


@cache
def node_tests() -> tuple[NodeTest, ...]:
    """Every node test, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.loader import load_model_tests

        cases = load_model_tests(kind="node")
    return tuple(_node_test(case) for case in sorted(cases, key=lambda case: case.name))


def _node_test(case: object) -> NodeTest:
    ((given, wanted),) = case.data_sets
    model = case.model
    graph = model.graph
    if "_expanded" in case.name:
        return NodeTest(case.name, model, (), (), case.rtol, case.atol)
    node = graph.node[0]
    arrays = dict(zip((entry.name for entry in graph.input), given, strict=True))
    results = dict(zip((entry.name for entry in graph.output), wanted, strict=True))
    inputs = tuple(_array(arrays[name]) if name else None for name in node.input)
    outputs = tuple(_array(results[name]) if name else None for name in node.output)
    return NodeTest(case.name, model, inputs, outputs, case.rtol, case.atol)


def _array(value: object) -> Array | None:
    if isinstance(value, TensorProto):
        return numpy_helper.to_array(value)
    return None if value is None or isinstance(value, list) else np.asarray(value)


def check_types(test: NodeTest) -> None:
    """Raise `Excluded` for values that a spec cannot hold."""
    for entry in (*test.model.graph.input, *test.model.graph.output):
        if entry.type.WhichOneof("value") != "tensor_type":
            raise Excluded(Reason.NOT_A_TENSOR, str(entry.type.WhichOneof("value")).removesuffix("_type"))
        code = entry.type.tensor_type.elem_type
        if code not in DTYPES_OF_ONNX or DTYPES_OF_ONNX[code] is DType.BFLOAT16:
            raise Excluded(Reason.ELEMENT_TYPE, NAMES_OF_TYPES[code])
    for attribute in test.node.attribute:
        if attribute.HasField("g"):
            raise Excluded(Reason.SUBGRAPH, attribute.name)
