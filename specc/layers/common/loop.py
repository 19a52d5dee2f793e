"""ONNX Scan over steps that a layer emits itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from specc.ir.builder import Builder
from specc.ir.operators import Attribute, OperatorGraph, OperatorInput
from specc.tensor.types import TensorType

Names: TypeAlias = tuple[str, ...]
Step: TypeAlias = Callable[[Builder, Names, Names], tuple[Names, Names]]
"""From the states and the slices of one step to the next states and the results of the step."""


@dataclass(frozen=True, slots=True)
class Along:
    """A tensor along whose `axis` the loop goes; `step` is the type of a slice, which lacks the axis."""

    name: str
    axis: int
    step: TensorType


@dataclass(frozen=True, slots=True)
class Loop:
    """Names and types of the first states; sequences; types of the results of a step, and their axes when stacked."""

    states: tuple[tuple[str, TensorType], ...]
    sequences: tuple[Along, ...]
    results: tuple[tuple[TensorType, int], ...]
    reverse: bool = False

    def emit(self, build: Builder, step: Step) -> tuple[Names, Names]:
        """The last states, and the results of all steps stacked along their axes."""
        direction = int(self.reverse)
        attributes: dict[str, Attribute] = {
            "body": self._body(build, step),
            "num_scan_inputs": len(self.sequences),
            "scan_input_axes": tuple(along.axis for along in self.sequences),
            "scan_input_directions": (direction,) * len(self.sequences),
            "scan_output_axes": tuple(axis for _, axis in self.results),
            "scan_output_directions": (direction,) * len(self.results),
        }
        inputs = (*(name for name, _ in self.states), *(along.name for along in self.sequences))
        made = build.ops("Scan", inputs, len(self.states) + len(self.results), attributes=attributes)
        return made[: len(self.states)], made[len(self.states) :]

    def _body(self, build: Builder, step: Step) -> OperatorGraph:
        body = OperatorGraph(f"{build.layer}/body")
        inner = Builder(body, build.opset, build.lower_body, build.symbol_sources, build, build.layer, build.source)
        types = [*(type_ for _, type_ in self.states), *(along.step for along in self.sequences)]
        names = tuple(inner.fresh("step") for _ in types)
        body.inputs = [OperatorInput(name, type_) for name, type_ in zip(names, types, strict=True)]
        after, results = step(inner, names[: len(self.states)], names[len(self.states) :])
        shown = [*(type_ for _, type_ in self.states), *(type_ for type_, _ in self.results)]
        for name, type_ in zip((*after, *results), shown, strict=True):
            body.outputs.append(OperatorInput(_own(inner, name), type_))
        return body


def _own(inner: Builder, name: str) -> str:
    """`name`, or a copy of it where the body does not make it or has it as an output already."""
    made = any(name in operator.outputs for operator in inner.graph.operators)
    shown = any(name == output.name for output in inner.graph.outputs)
    return name if made and not shown else inner.op("Identity", name)
