"""Pre-emphasis of signals."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import FLOAT, attribute, choice, layer
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.slice import LAST
from specc.tensor.types import TensorType


@layer
class Preemphasis(Operation):
    """High frequencies of signals `[..., T]` raised: from each sample a part of the one before is taken.

    Before the first sample there is silence (`zero`), or the first sample itself (`edge`, as in Kaldi).

    Formula: y[i] = x[i] - coefficient * x[i - 1]
    Source: torchaudio.functional.preemphasis; librosa.effects.preemphasis; Kaldi's feature-window
    Example:
        input signal: float32[N, 16000]
        y = signal -> preemphasis(0.97)
    """

    name: ClassVar[str] = "preemphasis"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., T]"),)

    coefficient: float = attribute(FLOAT, "part of the sample before that is taken", default=0.97)
    before: str = attribute(choice("zero", "edge"), "what comes before the first sample", default="zero")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        FLOATS.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 1, 16, "[..., T]")
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Two for each sample."""
        return Cost(0, 2 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice, Mul, Sub and Concat."""
        tensor, dtype, last = site.inputs[0], site.types[0].dtype, build.ints(site.types[0].rank - 1)
        first = build.op("Slice", tensor, build.ints(0), build.ints(1), last)
        prior = build.op("Slice", tensor, build.ints(0), build.ints(-1), last)
        later = build.op("Slice", tensor, build.ints(1), build.ints(LAST), last)
        factor = build.scalar(self.coefficient, dtype)
        later = build.op("Sub", later, build.op("Mul", prior, factor))
        if self.before == "edge":
            first = build.op("Sub", first, build.op("Mul", first, factor))
        return (build.op("Concat", first, later, axis=site.types[0].rank - 1),)
