"""Multi-head attention with projections."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant, Initial, Scaled
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.ir.relayout import Part, Stored, Transposed
from specc.layers.attention import MASKS, key_and_value, same_places
from specc.layers.common.attention_mask import need_masks, score_bias
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_sequence import HeadsDoNotDivide
from specc.layers.common.heads import Heads, attend, from_heads, to_heads
from specc.layers.common.initializers import fan_in_uniform
from specc.layers.common.stored import transposed
from specc.tensor.dims import product
from specc.tensor.types import TensorType

XAVIER: Initial = Scaled("average", 1.0, "uniform")
APART = ("q_proj_weight", "k_proj_weight", "v_proj_weight")


@layer
class MultiheadAttention(Operation):
    """Multi-head attention with projections of queries, keys, values and of the result, as torch.nn.MultiheadAttention.

    Masks are those of `attention`: true is to attend (the opposite of PyTorch's bool masks).

    Formula: y = (softmax(q k^T / sqrt(size)) v for each head, joined) W_out + b_out, with q = x W_q + b_q, ...
    Source: Vaswani et al. 2017; torch.nn.MultiheadAttention
    Example:
        input x: float32[N, T, 256]
        y = x -> multihead_attention(8) as self_attn
    """

    name: ClassVar[str] = "multihead_attention"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("query", doc="[N, Tq, embed_dim]"),
        Port("key", optional=True, doc="[N, Tk, kdim], the query by default"),
        Port("value", optional=True, doc="[N, Tk, vdim], the key by default"),
        *MASKS,
    )

    num_heads: int = attribute(POSITIVE, "number of heads")
    embed_dim: int | None = attribute(optional(POSITIVE), "size of the query, checked where it is given", default=None)
    bias: bool = attribute(BOOL, "whether projections have biases", default=True)
    causal: bool = attribute(BOOL, "whether queries see no keys after their own place", default=False)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`in_proj_weight` [3E, E] (three apart where keys or values have another size than E), `in_proj_bias` [3E],
        `out_proj.weight` [E, E], `out_proj.bias` [E]."""
        size, *others = self._sizes(inputs)
        dtype = inputs[0].dtype
        if others == [size, size]:
            specs = [WeightSpec("in_proj_weight", (3 * size, size), XAVIER, dtype=dtype, fan_in=size, fan_out=3 * size)]
        else:
            named = zip(APART, (size, *others), strict=True)
            specs = [WeightSpec(name, (size, n), XAVIER, dtype=dtype, fan_in=n, fan_out=size) for name, n in named]
        if self.bias:
            specs.append(WeightSpec("in_proj_bias", (3 * size,), Constant(0.0), dtype=dtype))
        initial = fan_in_uniform(size)
        specs.append(WeightSpec("out_proj.weight", (size, size), initial, dtype=dtype, fan_in=size, fan_out=size))
        if self.bias:
            specs.append(WeightSpec("out_proj.bias", (size,), Constant(0.0), dtype=dtype))
        return tuple(specs)

    def _sizes(self, inputs: Arguments[TensorType]) -> tuple[int, int, int]:
        """Sizes of query, key and value."""
        FLOATS.need_one(self.name, Arguments(self.ports[:3], inputs.items[:3]))
        ports = (0, *key_and_value(inputs))
        for port in ports:
            need_rank(self.name, inputs[port], 3, 3, "[N, T, size]", port)
        query, key, value = (need_number(self.name, inputs[port], 2, port) for port in ports)
        if self.embed_dim is not None:
            need_equal(self.name, "`embed_dim` and the size of the query", self.embed_dim, query, Blame(0, 2))
        if query % self.num_heads:
            raise Rejected(HeadsDoNotDivide(self.name, self.num_heads, query, "query"), Blame(0, 2))
        for port in ports:
            need_some(self.name, inputs[port], (2,), port)
        return query, key, value

    def _heads(self, inputs: Arguments[TensorType]) -> Heads:
        query, key = inputs[0], inputs[key_and_value(inputs)[0]]
        size = need_number(self.name, query, 2) // self.num_heads
        return Heads(query.shape[0], self.num_heads, self.num_heads, query.shape[1], key.shape[1], size, size)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the query."""
        same_places(self.name, inputs, 1)
        need_masks(self.name, inputs, self._heads(inputs), self.causal)
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: the four projections, and N x heads x Tq x Tk x 2 size."""
        size = need_number(self.name, inputs[0], 2)
        ports = (0, 0, *key_and_value(inputs))
        rows = [product(inputs[port].shape) * size for port in ports]
        made = [product(inputs[port].shape[:2]) * size for port in ports]
        masked = self.causal or inputs.get("mask") is not None or inputs.get("key_mask") is not None
        inner = self._heads(inputs).cost(masked)
        macs, sums = inner.macs, inner.flops
        for row, count in zip(rows, made, strict=True):
            macs, sums = macs + row, sums + 2 * row + (count if self.bias else 0)
        return Cost(macs, sums)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Projections, of what is one tensor together; ONNX MatMul, Softmax, MatMul over heads; the last projection."""
        sizes = self._heads(site.types)
        key_port, value_port = key_and_value(site.types)
        query, key, value = self._projected(build, site, (0, key_port, value_port), sizes.heads * sizes.key_size)
        shapes = [site.types[port].shape for port in (0, key_port, value_port)]
        query = to_heads(build, query, shapes[0], sizes.heads, sizes.key_size)
        key = to_heads(build, key, shapes[1], sizes.heads, sizes.key_size, keys=True)
        value = to_heads(build, value, shapes[2], sizes.heads, sizes.value_size)
        bias = score_bias(build, site, sizes, self.causal)
        mixed = from_heads(build, attend(build, query, key, value, sizes, site.types[0].dtype, bias), sizes)
        result = build.op("MatMul", mixed, transposed(build, site, "out_proj.weight"))
        return (build.op("Add", result, site.weights["out_proj.bias"]) if self.bias else result,)

    def _projected(self, build: Builder, site: Site, ports: tuple[int, int, int], size: int) -> tuple[str, str, str]:
        """Queries, keys and values, each [N, T, E]; parts of the weight that read one tensor are one product."""
        if "in_proj_weight" not in site.weights:
            query, key, value = (self._apart(build, site, index, port, size) for index, port in enumerate(ports))
            return query, key, value
        made: list[str] = []
        while len(made) < 3:
            start, stop = len(made), len(made) + 1
            while stop < 3 and site.inputs[ports[stop]] == site.inputs[ports[start]]:
                stop += 1
            made.extend(self._part(build, site, site.inputs[ports[start]], start, stop, size))
        return made[0], made[1], made[2]

    def _apart(self, build: Builder, site: Site, index: int, port: int, size: int) -> str:
        """A projection with a weight of its own."""
        weight = transposed(build, site, APART[index])
        return self._sum(build, site, build.op("MatMul", site.inputs[port], weight), index, index + 1, size)

    def _part(self, build: Builder, site: Site, tensor: str, start: int, stop: int, size: int) -> tuple[str, ...]:
        """The projections `start` to `stop` of `tensor`."""
        stored = site.stored.get("in_proj_weight")
        if stored is None:
            rows = self._rows(build, site.weights["in_proj_weight"], start, stop, size)
            weight = build.op("Transpose", rows, perm=(1, 0))
        else:
            part = Transposed(Part(Stored(stored.name), 0, start * size, stop * size), (1, 0))
            name = f"{stored.name}/transposed/{start}-{stop}"
            weight = build.derived(name, part, stored.type.dtype, (stored.dims[1], (stop - start) * size))
        total = self._sum(build, site, build.op("MatMul", tensor, weight), start, stop, size)
        if stop - start == 1:
            return (total,)
        return build.ops("Split", (total,), stop - start, attributes={"axis": 2, "num_outputs": stop - start})

    def _sum(self, build: Builder, site: Site, product: str, start: int, stop: int, size: int) -> str:
        """`product` and its part of the bias."""
        if not self.bias:
            return product
        stored = site.stored.get("in_proj_bias")
        if stored is None:
            return build.op("Add", product, self._rows(build, site.weights["in_proj_bias"], start, stop, size))
        if stop - start == 3:
            return build.op("Add", product, site.weights["in_proj_bias"])
        part = Part(Stored(stored.name), 0, start * size, stop * size)
        bias = build.derived(f"{stored.name}/{start}-{stop}", part, stored.type.dtype, ((stop - start) * size,))
        return build.op("Add", product, bias)

    def _rows(self, build: Builder, weight: str, start: int, stop: int, size: int) -> str:
        return build.op("Slice", weight, build.ints(start * size), build.ints(stop * size), build.ints(0))
