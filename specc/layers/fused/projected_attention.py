"""Self-attention with the projections of queries, keys and values."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attention_mask import MASKS, Pattern, is_masked, need_masks
from specc.layers.common.attributes import BOOL, FLOAT, POSITIVE, attribute, layer, optional
from specc.layers.common.checks import need_number
from specc.layers.common.heads import Heads, Scoring
from specc.layers.common.stored import transposed
from specc.layers.fused.contrib_attention import Seen, packed, seen_of
from specc.tensor.types import TensorType


@layer
class ProjectedAttention(Operation):
    """Attention of a tensor to itself; the rows of its weight make queries, then keys, then values.

    Formula: y = softmax(q k^T / sqrt(size)) v for each head, with [q, k, v] = x weight^T + bias
    Source: Vaswani et al. 2017; onnxruntime's Attention
    """

    name: ClassVar[str] = "projected_attention"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, T, in]"), *MASKS)

    num_heads: int = attribute(POSITIVE, "number of heads")
    size: int = attribute(POSITIVE, "elements of a head")
    causal: bool = attribute(BOOL, "whether queries see no keys after their own place", default=False)
    window: int | None = attribute(optional(POSITIVE), "keys that a query sees", default=None)
    scale: float | None = attribute(optional(FLOAT), "factor of the scores", default=None)
    bias: bool = attribute(BOOL, "whether the projections have biases", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [3 * heads * size, in], `bias` [3 * heads * size]."""
        rows, columns, dtype = 3 * self.num_heads * self.size, need_number(self.name, inputs[0], 2), inputs[0].dtype
        weight = WeightSpec("weight", (rows, columns), dtype=dtype)
        return (weight, WeightSpec("bias", (rows,), dtype=dtype)) if self.bias else (weight,)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, T, heads * size]."""
        need_masks(self.name, inputs, self._heads(inputs), self._pattern())
        return (inputs[0].with_shape((*inputs[0].shape[:2], self.num_heads * self.size)),)

    def _heads(self, inputs: Arguments[TensorType]) -> Heads:
        batch, length = inputs[0].shape[:2]
        return Heads(batch, self.num_heads, self.num_heads, length, length, self.size, self.size)

    def _pattern(self) -> Pattern:
        return Pattern(self.causal, self.window, 0)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: the projections, and N x heads x T x T x 2 size."""
        inner = self._heads(inputs).cost(Scoring(self.scale), is_masked(inputs, self._pattern()))
        macs = 3 * outputs[0].size * inputs[0].shape[2]
        sums = 3 * outputs[0].size if self.bias else 0
        return Cost(macs + inner.macs, 2 * macs + sums + inner.flops, inner.macs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """`Attention` of the runtime's own domain."""
        sizes, dtype = self._heads(site.types), site.types[0].dtype
        seen = seen_of(build, site, sizes, self._pattern())
        assert isinstance(seen, Seen)
        rows = 3 * self.num_heads * self.size
        bias = site.weights["bias"] if self.bias else build.table("filled", Constant(0.0), dtype, (rows,))
        operands = site.inputs[0], transposed(build, site, "weight"), bias
        return (packed(build, operands, sizes, (self.scale, dtype), seen),)
