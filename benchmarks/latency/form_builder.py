"""Small ONNX graphs, one operator at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
TYPES = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "int32": TensorProto.INT32, "bool": TensorProto.BOOL}


class Builder:
    """A graph in the making. The same name and shape give the same random weight in every form of a group."""

    def __init__(self, inputs: dict[str, np.ndarray], opset: int = 21) -> None:
        self.inputs, self.opset = inputs, opset
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}

    def op(self, kind: str, *inputs: str, domain: str = "", count: int = 1, **attributes: object) -> str:
        """A node; the name of its first output, whose others are `NAME.1` and so on."""
        name = f"{kind}{len(self.nodes)}"
        outputs = [name, *(f"{name}.{place}" for place in range(1, count))]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name, domain=domain, **attributes))
        return name

    def ms(self, kind: str, *inputs: str, count: int = 1, **attributes: object) -> str:
        """A node of the runtime's own operators."""
        return self.op(kind, *inputs, domain=MICROSOFT, count=count, **attributes)

    def const(self, value: object, dtype: str = "float32") -> str:
        """A constant."""
        name = f"const{len(self.constants)}"
        self.constants[name] = np.asarray(value, dtype)
        return name

    def weight(self, name: str, *shape: int) -> str:
        """Normal numbers, which keep the variance of what they multiply."""
        self.constants[name] = drawn(name, *shape)
        return name

    def transposed(self, name: str, *shape: int) -> str:
        """The transpose of `weight(name, *shape)`."""
        self.constants[f"{name}/t"] = np.ascontiguousarray(drawn(name, *shape).T)
        return f"{name}/t"

    def linear(self, x: str, name: str, size: int, out: int) -> str:
        """MatMul and Add."""
        y = self.op("MatMul", x, self.weight(f"{name}.w", size, out))
        return self.op("Add", y, self.weight(f"{name}.b", out))

    def ints(self, *values: int) -> str:
        """A list of integers."""
        return self.const(values, "int64")

    def save(self, path: Path, outputs: tuple[str, ...]) -> None:
        """Write the model; outputs are renamed `out0`, `out1`, ..."""
        for place, output in enumerate(outputs):
            self.nodes.append(helper.make_node("Identity", [output], [f"out{place}"]))
        used = {name for node in self.nodes for name in node.input}
        given = [(name, TYPES[str(array.dtype)], array.shape) for name, array in self.inputs.items() if name in used]
        graph = helper.make_graph(
            self.nodes,
            "form",
            [helper.make_tensor_value_info(*port) for port in given],
            [helper.make_tensor_value_info(f"out{place}", TensorProto.FLOAT, None) for place in range(len(outputs))],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items() if name in used],
        )
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=11 if self.opset > 21 else 10)
        onnx.save(model, str(path))


def drawn(name: str, *shape: int) -> np.ndarray:
    """Normal numbers from a seed that the name gives, divided by the root of what is summed."""
    rng = np.random.default_rng(list(name.encode()))
    summed = shape[0] if len(shape) == 2 else int(np.prod(shape[1:])) if len(shape) > 2 else 100
    return (rng.standard_normal(shape) / np.sqrt(summed)).astype(np.float32)
