"""Linear attention."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attention_mask import KEY_MASK
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.element_types import SINGLE
from specc.layers.common.heads import Heads
from specc.layers.common.kernel_attention import kernel_attend, kernel_cost, need_kernel, shown
from specc.layers.common.query_key_value import QUERY_KEY_VALUE, join_heads, mixed_type, split_heads
from specc.tensor.types import TensorType


@layer
class LinearAttention(Operation):
    """Attention whose scores are products of the features elu(x) + 1, in time linear in the length.

    A query that sees no key takes 0. `causal`: query i sees the keys up to i + (Tk - Tq); it is emitted with running
    sums of key x value matrices, which take memory for N x heads x Tk x size x value size elements.

    Formula: y = f(q) (sum over j of f(k_j) v_j^T) / (f(q) sum over j of f(k_j) + eps), f(x) = elu(x) + 1
    Source: Katharopoulos et al. 2020, arXiv:2006.16236
    Example:
        input x: float32[N, T, 256]
        y = x -> linear_attention(num_heads=4)
    """

    name: ClassVar[str] = "linear_attention"
    ports: ClassVar[tuple[Port, ...]] = (*QUERY_KEY_VALUE, KEY_MASK)

    num_heads: int = attribute(POSITIVE, "number of heads", default=1)
    causal: bool = attribute(BOOL, "whether queries see no keys after their own place", default=False)
    eps: float = attribute(POSITIVE_NUMBER, "added to the divisor", default=1e-6)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, Tq, heads * value size] or [N, heads, Tq, value size]."""
        return (mixed_type(inputs[0], self._sizes(inputs)),)

    def _sizes(self, inputs: Arguments[TensorType]) -> Heads:
        SINGLE.need(self.name, inputs[0])
        return need_kernel(self.name, inputs, self.num_heads, self.causal)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x size x ((Tk + Tq) x value size + Tq), the last Tq unless it is causal."""
        sizes = self._sizes(inputs)
        inner = kernel_cost(sizes, sizes.key_size, self.causal)
        features = sizes.batch * sizes.heads * (sizes.queries + sizes.keys) * sizes.key_size
        return Cost(inner.macs, inner.flops + 3 * features)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Elu, MatMul, ReduceSum; CumSum where it is causal."""
        sizes, dtype = self._sizes(site.types), site.types[0].dtype
        query, key, value = split_heads(build, site, sizes)
        one = build.scalar(1.0, dtype)
        query, key = (build.op("Add", build.op("Elu", each), one) for each in (query, key))
        key = shown(build, site, key)
        mixed = kernel_attend(build, (query, key, value), sizes, dtype, self.causal, self.eps)
        return (join_heads(build, site, mixed, sizes),)
