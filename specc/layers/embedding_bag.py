"""Embeddings of several indices brought together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Blame, Cost, Elements, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import INT, POSITIVE, attribute, choice, layer, optional
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import ONNX_NUMBERS
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_windows import WeightsOfABag
from specc.layers.common.initializers import INITIAL
from specc.layers.common.lookup import need_indices, need_rows, padded_rows
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

FLOAT = DType.FLOAT32


@layer
class EmbeddingBag(Operation):
    """Sum, mean or maximum of the rows of a table for each bag of indices. Indices that are `padding_idx` do not take
    part; a bag of nothing else gives zeros.

    Formula: y[n, j] = sum, mean or max over l of weight[x[n, l], j], each times per_sample_weights[n, l] where given
    Source: torch.nn.EmbeddingBag; ONNX Gather, ReduceSum, ReduceMax
    Example:
        input words: int64[N, L]
        y = words -> embedding_bag(1000, 64) as bag
    """

    name: ClassVar[str] = "embedding_bag"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, L] indices, int64 or int32"),
        Port("per_sample_weights", optional=True, doc="[N, L], for the mode sum"),
    )

    num_embeddings: int = attribute(POSITIVE, "rows of the table")
    embedding_dim: int = attribute(POSITIVE, "size of a row")
    mode: str = attribute(choice("sum", "mean", "max"), "how the rows are brought together", default="mean")
    padding_idx: int | None = attribute(optional(INT), "index that does not take part", default=None)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the table", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [num_embeddings, embedding_dim]."""
        rows, columns = self.num_embeddings, self.embedding_dim
        initial = padded_rows(self.init or Normal(1.0), self.padding_idx, rows)
        return (WeightSpec("weight", (rows, columns), initial, fan_in=columns, fan_out=rows),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, embedding_dim]."""
        indices, weights = inputs[0], inputs.get("per_sample_weights")
        need_indices(self.name, indices, self.padding_idx, self.num_embeddings)
        need_rank(self.name, indices, 2, 2, "[N, L]")
        need_some(self.name, indices, (1,))
        if weights is not None:
            self._check(indices, weights)
        return (TensorType(FLOAT, (indices.shape[0], self.embedding_dim)),)

    def _check(self, indices: TensorType, weights: TensorType) -> None:
        if self.mode != "sum":
            raise Rejected(WeightsOfABag(self.mode), Blame(1))
        if weights.dtype is not FLOAT:
            raise Rejected(WrongDtype(self.name, "weights of type float32", str(weights)), Blame(1))
        need_rank(self.name, weights, 2, 2, "[N, L]", 1)
        for axis, (left, right) in enumerate(zip(indices.shape, weights.shape, strict=True)):
            need_equal(self.name, "indices and their weights", left, right, Blame(0, axis), Blame(1, axis))

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are known are rows of the table."""
        need_rows(known.get(0), self.num_embeddings)

    def looked_up(self, inputs: Arguments[TensorType]) -> Dim:
        """A row for each index."""
        return product((*inputs[0].shape, self.embedding_dim))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element that is looked up, one more where there are weights."""
        return Cost(0, len(inputs) * product((*inputs[0].shape, self.embedding_dim)))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather and a reduction, what is padding being left out of it."""
        indices, weights = site.inputs[0], site.inputs.get("per_sample_weights")
        rows = build.op("Gather", site.weights["weight"], indices, axis=0)
        if weights is not None:
            rows = build.op("Mul", rows, build.op("Unsqueeze", weights, build.ints(2)))
        if self.padding_idx is None:
            return (build.op(f"Reduce{self.mode.title()}", rows, build.ints(1), keepdims=0),)
        padding = build.scalar(self.padding_idx % self.num_embeddings, site.types[0].dtype)
        absent = build.op("Equal", indices, padding)
        return (self._without(build, rows, absent),)

    def _without(self, build: Builder, rows: str, absent: str) -> str:
        """The reduction over the rows that are not `absent`."""
        least = build.scalar(float("-inf") if self.mode == "max" else 0.0, FLOAT)
        left = build.op("Where", build.op("Unsqueeze", absent, build.ints(2)), least, rows)
        number = build.op("Cast", build.op("Not", absent), to=ONNX_NUMBERS[FLOAT])
        count = build.op("ReduceSum", number, build.ints(1), keepdims=1)
        if self.mode == "max":
            largest = build.op("ReduceMax", left, build.ints(1), keepdims=0)
            nothing = build.op("Equal", count, build.scalar(0.0, FLOAT))
            return build.op("Where", nothing, build.scalar(0.0, FLOAT), largest)
        total = build.op("ReduceSum", left, build.ints(1), keepdims=0)
        if self.mode == "sum":
            return total
        return build.op("Div", total, build.op("Max", count, build.scalar(1.0, FLOAT)))
