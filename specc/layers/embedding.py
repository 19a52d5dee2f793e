"""Embedding: a table looked up by index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Cost, Elements, Operation, Port, WeightSpec
from specc.layers.common.attributes import DTYPE, INT, POSITIVE, attribute, layer, optional
from specc.layers.common.element_types import FLOATS
from specc.layers.common.initializers import INITIAL
from specc.layers.common.lookup import need_indices, need_rows, padded_rows
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Embedding(Operation):
    """Row of a table for each index. The row `padding_idx` is zero at first.

    Formula: y[..., j] = weight[x[...], j]
    Source: torch.nn.Embedding; ONNX Gather
    Example:
        input tokens: int64[N, T]
        y = tokens -> embedding(30522, 768) as word_embeddings
    """

    name: ClassVar[str] = "embedding"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="indices of any shape, int64 or int32"),)

    num_embeddings: int = attribute(POSITIVE, "rows of the table")
    embedding_dim: int = attribute(POSITIVE, "size of a row")
    padding_idx: int | None = attribute(optional(INT), "row that stands for padding and is not trained", default=None)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the table", default=None)
    dtype: DType = attribute(DTYPE, "element type of the table, floating point", default=DType.FLOAT32)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [num_embeddings, embedding_dim]."""
        rows, columns = self.num_embeddings, self.embedding_dim
        initial = padded_rows(self.init or Normal(1.0), self.padding_idx, rows)
        return (WeightSpec("weight", (rows, columns), initial, dtype=self.dtype, fan_in=columns, fan_out=rows),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., embedding_dim]."""
        need_indices(self.name, inputs[0], self.padding_idx, self.num_embeddings)
        made = TensorType(self.dtype, (*inputs[0].shape, self.embedding_dim))
        FLOATS.need(self.name, made)
        return (made,)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are known are rows of the table."""
        need_rows(known.get(0), self.num_embeddings)

    def looked_up(self, inputs: Arguments[TensorType]) -> Dim:
        """A row for each index."""
        return product((*inputs[0].shape, self.embedding_dim))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """No arithmetic."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather."""
        return (build.op("Gather", site.weights["weight"], site.inputs[0], axis=0),)
