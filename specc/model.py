"""A compiled model: written, run, its weights looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from specc.emit.model import EmitSettings
from specc.emit.write import Progress, model_bytes, write_model
from specc.ir.graph import Role
from specc.ir.operators import OperatorGraph
from specc.resolve.resolve import ResolvedModel
from specc.weights.arrays import Array
from specc.weights.source import GivenWeights, SeededWeights, WeightSource

if TYPE_CHECKING:
    from onnx import ModelProto

Weights: TypeAlias = Union[str, Path, Mapping[str, Array], None]


@dataclass
class Model:
    """A spec compiled to ONNX operators. Values of weights are read or drawn when they are needed."""

    operators: OperatorGraph
    resolved: ResolvedModel
    source: WeightSource
    settings: EmitSettings

    @property
    def opset(self) -> int:
        """Version of the standard operators."""
        return self.settings.opset

    @property
    def operator_count(self) -> int:
        """Operators of the main graph."""
        return len(self.operators.operators)

    @property
    def weights(self) -> dict[str, Array]:
        """Every trainable tensor and buffer by its path, as the spec lays it out."""
        stored = self.resolved.graph.weights.values()
        return {weight.name: self.source.fetch(weight) for weight in stored if weight.role is not Role.LITERAL}

    def save(self, path: str | Path, progress: Progress | None = None) -> tuple[Path, ...]:
        """Write the model; the files that were written. Large weights go to `<name>.onnx.data` beside it."""
        more = (progress,) if progress else ()
        return write_model(Path(path), self.operators, self.source, self.settings, *more)

    def to_bytes(self) -> bytes:
        """The model in one piece of at most 2 GiB."""
        return model_bytes(self.operators, self.source, self.settings)
