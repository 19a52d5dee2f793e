"""Multi-head attention with projections."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant, Initial, Normal, Scaled
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attention_mask import MASKS, Pattern, is_masked, need_masks, score_bias
from specc.layers.common.attributes import (
    BOOL,
    FLOAT,
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_NUMBER,
    attribute,
    layer,
    optional,
)
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_sequence import HeadsDoNotDivide, HeadsDoNotGroup
from specc.layers.common.heads import Heads, Operands, Scoring, attend, from_heads, to_heads
from specc.layers.common.in_projection import Projections, project
from specc.layers.common.initializers import fan_in_uniform
from specc.layers.common.query_key_value import key_and_value, same_places
from specc.layers.common.stored import transposed
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType

XAVIER: Initial = Scaled("average", 1.0, "uniform")
ADDED = ("bias_k", "bias_v")


@layer
class MultiheadAttention(Operation):
    """Multi-head attention with projections of queries, keys, values and of the result, as torch.nn.MultiheadAttention.

    Masks are those of `attention`: true is to attend (the opposite of PyTorch's bool masks). So are the other options;
    `sinks` are a weight here. With `num_kv_heads`, the rows of `in_proj_weight` are those of the queries, then those of
    the fewer heads of keys, then of values.

    Formula: y = (softmax(q k^T / sqrt(size)) v for each head, joined) W_out + b_out, with q = x W_q + b_q, ...
    Source: Vaswani et al. 2017; torch.nn.MultiheadAttention; num_kv_heads: Ainslie et al. 2023
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
    num_kv_heads: int | None = attribute(optional(POSITIVE), "heads of keys and values", default=None)
    kdim: int | None = attribute(optional(POSITIVE), "size of the keys, checked where it is given", default=None)
    vdim: int | None = attribute(optional(POSITIVE), "size of the values, checked where it is given", default=None)
    add_bias_kv: bool = attribute(BOOL, "whether a learned key and value are added, seen by all", default=False)
    add_zero_attn: bool = attribute(BOOL, "whether a key and a value of zeros are added, seen by all", default=False)
    scale: float | None = attribute(optional(FLOAT), "factor of the scores, 1 / sqrt(size) by default", default=None)
    window: int | None = attribute(
        optional(POSITIVE),
        "keys that a query sees up to its own; if not causal, as many from its own on",
        default=None,
    )
    sink_tokens: int = attribute(NON_NEGATIVE, "first keys that are seen beside the window", default=0)
    softcap: float | None = attribute(optional(POSITIVE_NUMBER), "bound that tanh keeps scores within", default=None)
    sinks: bool = attribute(BOOL, "whether each head has a learned logit in its softmax", default=False)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`in_proj_weight` [3E, E] (three apart where keys or values have another size than E), `in_proj_bias` [3E],
        `bias_k`, `bias_v` [1, 1, E], `out_proj.weight` [E, E], `out_proj.bias` [E], `sinks` [heads]."""
        made = self._projections(inputs)
        size, dtype = made.inputs[0], inputs[0].dtype
        rows = sum(made.rows)
        if made.together:
            specs = [WeightSpec("in_proj_weight", (rows, size), XAVIER, dtype=dtype, fan_in=size, fan_out=rows)]
        else:
            specs = [WeightSpec(name, (n, m), XAVIER, dtype=dtype, fan_in=m, fan_out=n) for name, n, m in made.apart()]
        if self.bias:
            specs.append(WeightSpec("in_proj_bias", (rows,), Constant(0.0), dtype=dtype))
        if self.add_bias_kv:
            specs.extend(
                WeightSpec(name, (1, 1, made.rows[1]), Normal(made.rows[1] ** -0.5), dtype=dtype) for name in ADDED
            )
        initial = fan_in_uniform(size)
        specs.append(WeightSpec("out_proj.weight", (size, size), initial, dtype=dtype, fan_in=size, fan_out=size))
        if self.bias:
            specs.append(WeightSpec("out_proj.bias", (size,), Constant(0.0), dtype=dtype))
        if self.sinks:
            specs.append(WeightSpec("sinks", (self.num_heads,), Normal(0.02), dtype=dtype))
        return tuple(specs)

    def _projections(self, inputs: Arguments[TensorType]) -> Projections:
        """Sizes of what is projected, and of what comes out."""
        FLOATS.need_one(self.name, Arguments(self.ports[:3], inputs.items[:3]))
        ports = (0, *key_and_value(inputs))
        for port in ports:
            need_rank(self.name, inputs[port], 3, 3, "[N, T, size]", port)
        query, key, value = (need_number(self.name, inputs[port], 2, port) for port in ports)
        stated = ((self.embed_dim, "embed_dim", "query"), (self.kdim, "kdim", "key"), (self.vdim, "vdim", "value"))
        for (wanted, name, what), size, port in zip(stated, (query, key, value), ports, strict=True):
            if wanted is not None:
                need_equal(self.name, f"`{name}` and the size of the {what}", wanted, size, Blame(port, 2))
        if query % self.num_heads:
            raise Rejected(HeadsDoNotDivide(self.name, self.num_heads, query, "query"), Blame(0, 2))
        if self.num_heads % self._kv_heads():
            raise Rejected(HeadsDoNotGroup(self.num_heads, self._kv_heads()), Blame(0))
        for port in ports:
            need_some(self.name, inputs[port], (2,), port)
        narrow = query // self.num_heads * self._kv_heads()
        return Projections(ports, (query, key, value), (query, narrow, narrow), self.bias)

    def _kv_heads(self) -> int:
        return self.num_heads if self.num_kv_heads is None else self.num_kv_heads

    def heads(self, inputs: Arguments[TensorType]) -> Heads:
        """Sizes of the attention."""
        query, key = inputs[0], inputs[key_and_value(inputs)[0]]
        size = need_number(self.name, query, 2) // self.num_heads
        return Heads(query.shape[0], self.num_heads, self._kv_heads(), query.shape[1], key.shape[1], size, size)

    def _attended(self, sizes: Heads) -> Heads:
        """With the key that is added."""
        return replace(sizes, keys=sizes.keys + 1) if self.add_bias_kv else sizes

    def pattern(self) -> Pattern:
        """Which keys are seen by their places."""
        return Pattern(self.causal, self.window, self.sink_tokens)

    def _scoring(self) -> Scoring:
        return Scoring(self.scale, self.softcap)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the query."""
        same_places(self.name, inputs, 1)
        need_masks(self.name, inputs, self.heads(inputs), self.pattern())
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: the four projections, and N x heads x Tq x Tk x 2 size."""
        made = self._projections(inputs)
        size = made.inputs[0]
        inner = self._attended(self.heads(inputs)).cost(self._scoring(), is_masked(inputs, self.pattern()))
        macs, sums = inner.macs, inner.flops
        for port, rows in zip((0, *made.ports), (size, *made.rows), strict=True):
            each = inputs[port].size * rows
            macs, sums = macs + each, sums + 2 * each + (product(inputs[port].shape[:2]) * rows if self.bias else 0)
        return Cost(macs, sums, inner.macs)

    def kept_inside(self, inputs: Arguments[TensorType]) -> Dim:
        """What is projected, the probabilities, and what goes into the last projection."""
        sizes = self._attended(self.heads(inputs))
        rows = sizes.kv_heads * (sizes.key_size + sizes.value_size) * sizes.keys
        wide = sizes.heads * (sizes.key_size + sizes.value_size) * sizes.queries
        return product(sizes.scores) + sizes.batch * (rows + wide)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Projections, of what is one tensor together; ONNX MatMul, Softmax, MatMul over heads; the last projection."""
        sizes, made = self.heads(site.types), self._projections(site.types)
        query, key, value = project(build, site, made)
        bias = score_bias(build, site, sizes, self.pattern())
        if self.add_bias_kv:
            key, value = (
                build.op("Concat", tensor, self._everywhere(build, site, name, rows), axis=1)
                for tensor, name, rows in zip((key, value), ADDED, made.rows[1:], strict=True)
            )
            bias = None if bias is None else _widened(build, bias, sizes)
        sizes = self._attended(sizes)
        query = to_heads(build, query, (*sizes.scores[::2], made.rows[0]), sizes.heads, sizes.key_size)
        shape = (sizes.batch, sizes.keys, made.rows[1])
        key = to_heads(build, key, shape, sizes.kv_heads, sizes.key_size, keys=True)
        value = to_heads(build, value, shape, sizes.kv_heads, sizes.value_size)
        operands = Operands(query, key, value, bias, self._sinks(build, site))
        mixed = from_heads(build, attend(build, operands, sizes, site.types[0].dtype, self._scoring()), sizes)
        return (self.project_out(build, site, mixed),)

    def project_out(self, build: Builder, site: Site, mixed: str) -> str:
        """The last projection, of [N, Tq, E]."""
        result = build.op("MatMul", mixed, transposed(build, site, "out_proj.weight"))
        return build.op("Add", result, site.weights["out_proj.bias"]) if self.bias else result

    def is_plain(self, inputs: Arguments[TensorType]) -> bool:
        """Whether it is self-attention with as many heads of keys as of queries, and nothing that is learned beside the
        projections."""
        added = self.add_bias_kv or self.add_zero_attn or self.sinks or self.softcap is not None
        return key_and_value(inputs) == (0, 0) and self._kv_heads() == self.num_heads and not added

    def packed_weights(self, build: Builder, site: Site) -> tuple[str, str]:
        """The matrix [E, 3E] that makes queries, keys and values, and their bias, of zeros where there is none."""
        weight = transposed(build, site, "in_proj_weight")
        if self.bias:
            return weight, site.weights["in_proj_bias"]
        rows = 3 * need_number(self.name, site.types[0], 2)
        return weight, build.table("filled", Constant(0.0), site.types[0].dtype, (rows,))

    def _everywhere(self, build: Builder, site: Site, name: str, rows: int) -> str:
        """A weight [1, 1, rows] for each item of the batch."""
        return build.expand(site.weights[name], (1, 1, rows), (site.types[0].shape[0], 1, rows), site.types[0].dtype)

    def _sinks(self, build: Builder, site: Site) -> str | None:
        """Logits that take part in each softmax: learned ones, and the 0 of a key of zeros."""
        if not self.add_zero_attn:
            return site.weights.get("sinks")
        zeros = build.table("filled", Constant(0.0), site.types[0].dtype, (1, self.num_heads))
        if not self.sinks:
            return build.op("Squeeze", zeros, build.ints(0))
        both = build.op("Concat", zeros, build.op("Unsqueeze", site.weights["sinks"], build.ints(0)), axis=0)
        return build.op("ReduceLogSumExp", both, build.ints(0), keepdims=0)


def _widened(build: Builder, bias: str, sizes: Heads) -> str:
    """A bias of scores with a 0 for one more key."""
    whole = build.op("Expand", bias, build.shape((sizes.keys,)))
    return build.op("Pad", whole, build.ints(0, 1), None, build.ints(-1))
