"""Mixtures of experts against transformers 5."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import values
from torch import nn
from transformers import MixtralConfig, Qwen2MoeConfig, SwitchTransformersConfig
from transformers.models.gpt_oss.modeling_gpt_oss import GptOssTopKRouter
from transformers.models.mixtral.modeling_mixtral import MixtralSparseMoeBlock
from transformers.models.qwen2_moe.modeling_qwen2_moe import Qwen2MoeExperts, Qwen2MoeTopKRouter
from transformers.models.switch_transformers.modeling_switch_transformers import SwitchTransformersSparseMLP
from whole_spec import holds

import specc

TOLERANCE = 1e-5
"""For sums of products of three matrices with elements of size 1."""
ACTIVATIONS = {"silu": "silu", "gelu": "gelu", "gelu_tanh": "gelu_pytorch_tanh", "relu": "relu"}


def draw(module: nn.Module, seed: int) -> dict[str, np.ndarray]:
    """Draw every weight anew; by name."""
    generator = torch.Generator().manual_seed(seed % 2**31)
    for parameter in module.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.5
    return {name: tensor.numpy() for name, tensor in module.state_dict().items()}


@cases(
    experts=st.integers(1, 6),
    top_k=st.integers(1, 3),
    width=st.integers(1, 5),
    hidden=st.integers(1, 4),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 5)),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_moe_of_mixtral(experts, top_k, width, hidden, shape, activation, symbolic, seed):
    top_k = min(top_k, experts)
    config = MixtralConfig(
        hidden_size=width,
        intermediate_size=hidden,
        num_local_experts=experts,
        num_experts_per_tok=top_k,
        hidden_act=ACTIVATIONS[activation],
        experts_implementation="eager",
    )
    module = MixtralSparseMoeBlock(config).eval()
    weights = {f"layer.{name}": array for name, array in draw(module, seed).items()}
    x = values((*shape, width), seed)
    with torch.no_grad():
        wanted = module(torch.from_numpy(x))
    dims = "N, T" if symbolic else f"{shape[0]}, {shape[1]}"
    call = f"moe({experts}, {hidden}, top_k={top_k}, activation={activation})"
    text = f"input x: float32[{dims}, {width}]\noutput y = x -> {call} as layer"
    holds("moe", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE, weights=weights)


@cases(
    experts=st.integers(1, 6),
    top_k=st.integers(1, 3),
    width=st.integers(1, 5),
    hidden=st.integers(1, 4),
    tokens=st.integers(1, 6),
    normalize=st.booleans(),
    seed=SEEDS,
)
def test_moe_of_qwen(experts, top_k, width, hidden, tokens, normalize, seed):
    top_k = min(top_k, experts)
    config = Qwen2MoeConfig(
        hidden_size=width,
        moe_intermediate_size=hidden,
        num_experts=experts,
        num_experts_per_tok=top_k,
        norm_topk_prob=normalize,
        experts_implementation="eager",
    )
    module = nn.ModuleDict({"gate": Qwen2MoeTopKRouter(config), "experts": Qwen2MoeExperts(config)})
    weights = {f"layer.{name}": array for name, array in draw(module, seed).items()}
    x = values((tokens, width), seed)
    with torch.no_grad():
        _, shares, which = module["gate"](torch.from_numpy(x))
        wanted = module["experts"](torch.from_numpy(x), which, shares)
    call = f"moe({experts}, {hidden}, {top_k}, normalize={word(normalize)})"
    text = f"input x: float32[N, {width}]\noutput y = x -> {call} as layer"
    holds("moe", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE, weights=weights)


@cases(
    experts=st.integers(1, 6),
    width=st.integers(1, 5),
    hidden=st.integers(1, 4),
    length=st.integers(1, 6),
    bias=st.booleans(),
    seed=SEEDS,
)
def test_moe_of_switch(experts, width, hidden, length, bias, seed):
    config = SwitchTransformersConfig(
        d_model=width, d_ff=hidden, num_experts=experts, expert_capacity=64, router_bias=bias, dense_act_fn="relu"
    )
    module = SwitchTransformersSparseMLP(config).eval()
    stored = draw(module, seed)
    names = {"wi": "experts.up_proj", "wo": "experts.down_proj"}
    weights = {
        f"layer.{made}": np.stack([stored[f"experts.expert_{i}.{name}.weight"] for i in range(experts)])
        for name, made in names.items()
    }
    router = ("weight", "bias") if bias else ("weight",)
    weights |= {f"layer.gate.{name}": stored[f"router.classifier.{name}"] for name in router}
    x = values((2, length, width), seed)
    with torch.no_grad():
        wanted = module(torch.from_numpy(x))
    options = f"top_k=1, activation=relu, gated=false, normalize=false, router_bias={word(bias)}"
    text = f"input x: float32[N, T, {width}]\noutput y = x -> moe({experts}, {hidden}, {options}) as layer"
    holds("moe", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE, weights=weights)


def test_the_router_of_gpt_oss_is_a_softmax_of_the_chosen() -> None:
    """softmax over the logits of the chosen experts is the normalised softmax over all."""
    config = MixtralConfig(hidden_size=4, num_local_experts=5, num_experts_per_tok=2)
    router = GptOssTopKRouter(config)
    stored = draw(router, 3)
    x = values((6, 4), 1)
    with torch.no_grad():
        _, shares, which = router(torch.from_numpy(x))
    up, down = values((5, 3, 4), 2), values((5, 4, 3), 3)
    made = np.einsum("ewh,nhe->nwe", down, np.maximum(np.einsum("ehw,nw->nhe", up, x), 0))
    wanted = np.einsum("nwk,nk->nw", np.take_along_axis(made, which.numpy()[:, None], 2), shares.numpy())
    weights = {"layer.experts.up_proj": up, "layer.experts.down_proj": down}
    weights |= {f"layer.gate.{name}": array for name, array in stored.items()}
    text = "input x: float32[N, 4]\noutput y = x -> moe(5, 3, 2, relu, gated=false, router_bias=true) as layer"
    holds("moe", text, {"y": wanted}, {"x": x}, tolerance=TOLERANCE, weights=weights)


@pytest.mark.parametrize("shape", [(4,), (0, 4), (2, 0, 4)])
def test_moe_of_one_token_and_of_none(shape: tuple[int, ...]) -> None:
    dims = ", ".join([*("N", "T")[: len(shape) - 1], "4"])
    promises = "require N >= 0\n" if len(shape) == 2 else "require T >= 0\n" if len(shape) == 3 else ""
    text = f"model one\n{promises}input x: float32[{dims}]\noutput y = x -> moe(3, 5)"
    made = specc.loads(text).compile(seed=0).run({"x": values(shape, 0)})["y"]
    assert made.shape == shape
    assert np.isfinite(made).all()
