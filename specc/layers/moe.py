"""Mixture of experts."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.cast import converted
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, choice, layer, optional
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.elementwise import Elementwise
from specc.layers.common.errors_attention import TooManyChosen
from specc.layers.common.initializers import INITIAL
from specc.layers.common.stored import matrix_of, transposed
from specc.layers.gelu import Gelu
from specc.layers.relu import Relu
from specc.layers.silu import Silu
from specc.tensor.dims import product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

ACTIVATIONS: dict[str, Elementwise] = {"silu": Silu(), "gelu": Gelu(), "gelu_tanh": Gelu("tanh"), "relu": Relu()}


@layer
class Moe(Operation):
    """Mixture of experts: each token goes through the `top_k` feed-forward nets that a router scores highest.

    The router is a softmax over all experts; `normalize` divides the scores of the chosen ones by their sum (Mixtral,
    Qwen, gpt-oss; not so Switch, with `top_k=1`). Experts are gated (SwiGLU) or plain. The weights of all experts are
    stacked, as in transformers: the first half of `gate_up_proj` is the gate. Each expert is run on its own tokens.

    Formula: y = sum over chosen e of p[e] * down[e] (act(gate[e] x) * (up[e] x)); plain: down[e] act(up[e] x)
    Source: Shazeer et al. 2017, arXiv:1701.06538; Fedus et al. 2021, arXiv:2101.03961; Jiang et al. 2024,
        arXiv:2401.04088
    Example:
        input x: float32[N, T, 512]
        y = x -> moe(8, 2048, top_k=2) as mlp
    """

    name: ClassVar[str] = "moe"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., width]"),)

    num_experts: int = attribute(POSITIVE, "number of experts")
    hidden: int = attribute(POSITIVE, "size inside an expert")
    top_k: int = attribute(POSITIVE, "experts of each token", default=2)
    activation: str = attribute(choice(*ACTIVATIONS), "nonlinearity of the experts", default="silu")
    gated: bool = attribute(BOOL, "whether the activation gates another linear map", default=True)
    normalize: bool = attribute(BOOL, "whether the scores of the chosen experts sum up to 1", default=True)
    router_bias: bool = attribute(BOOL, "whether the router has a bias", default=False)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the weights", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`gate.weight` [experts, width], `gate.bias` [experts], `experts.gate_up_proj` [experts, 2 hidden, width] (of
        plain experts `experts.up_proj` [experts, hidden, width]), `experts.down_proj` [experts, width, hidden]."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 1, 16, "[..., width]")
        SINGLE.need(self.name, tensor)
        width, count = need_number(self.name, tensor, -1), self.num_experts
        name, rows = ("gate_up_proj", 2 * self.hidden) if self.gated else ("up_proj", self.hidden)
        shapes: dict[str, tuple[int, ...]] = {"gate.weight": (count, width)}
        if self.router_bias:
            shapes["gate.bias"] = (count,)
        shapes |= {f"experts.{name}": (count, rows, width), "experts.down_proj": (count, width, self.hidden)}
        initial, dtype = self.init or Normal(0.02), tensor.dtype
        return tuple(
            WeightSpec(path, shape, initial, dtype=dtype, fan_in=shape[-1], fan_out=shape[-2] if len(shape) > 1 else 1)
            for path, shape in shapes.items()
        )

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        if self.top_k > self.num_experts:
            raise Rejected(TooManyChosen(self.top_k, self.num_experts))
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: tokens x width x (experts + top_k x hidden x 3; 2 of plain experts): the router and what is used."""
        tokens, width = product(inputs[0].shape[:-1]), need_number(self.name, inputs[0], -1)
        matrices = 3 if self.gated else 2
        macs = tokens * (width * (self.num_experts + self.top_k * self.hidden * matrices))
        inside = self.hidden * (ACTIVATIONS[self.activation].flops_per_element + int(self.gated))
        routing = 6 * self.num_experts + self.router_bias * self.num_experts + 2 * self.top_k * self.normalize
        return Cost(macs, 2 * macs + tokens * (self.top_k * (inside + 2 * width) + routing))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Softmax, TopK; TopK again to sort tokens by expert, Split; for each expert MatMul; ScatterND."""
        tensor, choices = site.types[0], self.top_k
        tokens, width = product(tensor.shape[:-1]), tensor.shape[-1]
        flat = (tokens, width)
        x = site.inputs[0] if tensor.rank == 2 else build.reshape(site.inputs[0], tensor.shape, flat)
        shares, which = self._routed(build, site, x)
        which = build.op("Reshape", which, build.ints(-1))
        count = build.dim(tokens * choices)
        _, order = build.ops("TopK", (which, count), 2, attributes={"axis": 0, "largest": 0})
        own = build.op("Gather", x, build.op("Div", order, build.ints(choices)), axis=0)
        made = self._by_expert(build, site, own, which)
        places = build.op("Unsqueeze", order, build.ints(1))
        blank = build.expand(build.scalar(0.0, tensor.dtype), (), (tokens * choices, width), tensor.dtype)
        chosen = (tokens, choices, width)
        made = build.reshape(build.op("ScatterND", blank, places, made), (tokens * choices, width), chosen)
        total = build.op("ReduceSum", build.op("Mul", made, shares), build.ints(1), keepdims=0)
        return (total if tensor.rank == 2 else build.reshape(total, flat, tensor.shape),)

    def _routed(self, build: Builder, site: Site, x: str) -> tuple[str, str]:
        """Scores [tokens, top_k, 1] of the experts that each token goes to, and which they are [tokens, top_k]."""
        logits = build.op("MatMul", x, transposed(build, site, "gate.weight"))
        if self.router_bias:
            logits = build.op("Add", logits, site.weights["gate.bias"])
        scores = build.op("Softmax", logits, axis=-1)
        best, which = build.ops("TopK", (scores, build.ints(self.top_k)), 2, attributes={"axis": -1})
        if self.normalize:
            best = build.op("Div", best, build.op("ReduceSum", best, build.ints(1), keepdims=1))
        return build.op("Unsqueeze", best, build.ints(2)), which

    def _by_expert(self, build: Builder, site: Site, own: str, which: str) -> str:
        """What experts make of tokens that are sorted by expert."""
        experts = build.ints(*range(self.num_experts))
        hits = build.op("Equal", build.op("Unsqueeze", which, build.ints(1)), experts)
        counts = build.op("ReduceSum", converted(build, hits, DType.INT64), build.ints(0), keepdims=0)
        parts = build.ops("Split", (own, counts), self.num_experts, attributes={"axis": 0})
        made = [
            build.op("MatMul", self._inside(build, site, index, part), self._matrix(build, site, index, "down_proj"))
            for index, part in enumerate(parts)
        ]
        return build.op("Concat", *made, axis=0)

    def _inside(self, build: Builder, site: Site, index: int, own: str) -> str:
        """What lies between the two layers of an expert."""
        act, type_ = ACTIVATIONS[self.activation], site.types[0]
        if not self.gated:
            return act.emit(build, build.op("MatMul", own, self._matrix(build, site, index, "up_proj")), type_)
        both = build.op("MatMul", own, self._matrix(build, site, index, "gate_up_proj"))
        gate, up = build.ops("Split", (both,), 2, attributes={"axis": 1, "num_outputs": 2})
        return build.op("Mul", act.emit(build, gate, type_), up)

    def _matrix(self, build: Builder, site: Site, index: int, name: str) -> str:
        """The matrix of one expert, transposed."""
        return matrix_of(build, site, f"experts.{name}", index)
