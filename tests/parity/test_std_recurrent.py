"""Streaming networks and the recurrent blocks of `std`: beside transformers, and piece by piece beside the whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases
from hypothesis import strategies as st
from one_layer import randomise, values
from torch import nn
from transformers import MambaConfig, MambaForCausalLM, RwkvConfig, RwkvForCausalLM
from transformers.models.mamba.modeling_mamba import MambaMixer

import specc

TOLERANCE = 2e-5
"""For float32 over a few steps of small sizes."""

STREAM = """model stream(layers = 2, hidden = 6)
\"\"\"A stacked LSTM, one step a run; the states go from run to run.\"\"\"
input x: float32[N, 4]
y = x
for i in range(layers):
    state h as h{i}.in -> h{i}.out: float32[N, hidden] = 0
    state c as c{i}.in -> c{i}.out: float32[N, hidden] = 0
    y, after = (y, h, c) -> lstm_cell(hidden) as cell.{i}
    next h = y
    next c = after
output y
"""
WHOLE = """model whole(layers = 2, hidden = 6)
input x: float32[N, T, 4]
y, (h, c) = x -> lstm(hidden, layers) as rnn
output y
output h
output c
"""


def close(made: np.ndarray, wanted: torch.Tensor | np.ndarray) -> None:
    np.testing.assert_allclose(made, np.asarray(wanted), rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_stacked_lstm_step_by_step_is_the_whole_and_that_of_torch(layers: int) -> None:
    module = nn.LSTM(4, 6, layers, batch_first=True)
    state = {name: tensor.numpy() for name, tensor in ((n, t.detach()) for n, t in module.state_dict().items())}
    whole = specc.loads(WHOLE, layers=layers).compile(weights={f"rnn.{name}": value for name, value in state.items()})
    cells = {f"cell.{name[-1]}.{name[: -len('_l0')]}": value for name, value in state.items()}
    stream = specc.loads(STREAM, layers=layers).compile(weights=cells)
    x = values((3, 7, 4), 1)
    with torch.no_grad():
        y, (h, c) = module(torch.from_numpy(x))
    made = whole.run(x=x)
    for name, wanted in {"y": y, "h": h, "c": c}.items():
        close(made[name], wanted)
    carried: dict[str, np.ndarray] = {}
    for t in range(7):
        step = stream.run({"x": x[:, t], **carried})
        close(step["y"], made["y"][:, t])
        carried = {name.replace(".out", ".in"): value for name, value in step.items() if name != "y"}
    for i in range(layers):
        close(carried[f"h{i}.in"], made["h"][i])
        close(carried[f"c{i}.in"], made["c"][i])


MIXER = """model mixer
from std import mamba_mixer
input x: float32[N, T, {width}]
state p: float32[N, {inner}, {kernel} - 1] = 0
state s: float32[N, {inner}, {state}] = 0
y, p_next, s_next = x -> mamba_mixer({state}, {kernel}, 2, {rank}, past=p, state=s) as mixer
next p = p_next
next s = s_next
output y
"""


@cases(
    width=st.integers(1, 6),
    state=st.integers(1, 4),
    kernel=st.integers(2, 5),
    rank=st.integers(1, 3),
    batch=st.integers(1, 3),
    pieces=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    seed=SEEDS,
)
def test_mamba_mixer_is_that_of_transformers_also_in_pieces(width, state, kernel, rank, batch, pieces, seed) -> None:
    config = MambaConfig(
        hidden_size=width, state_size=state, conv_kernel=kernel, time_step_rank=rank, expand=2, num_hidden_layers=1
    )
    module = MambaMixer(config, 0).eval()
    weights = {name.replace("layer.", "mixer."): 0.5 * value for name, value in randomise(module, seed % 1000).items()}
    module.load_state_dict({k.removeprefix("mixer."): torch.from_numpy(v.copy()) for k, v in weights.items()})
    text = MIXER.format(width=width, inner=2 * width, kernel=kernel, state=state, rank=rank)
    model = specc.loads(text).compile(weights=weights)
    x = values((batch, sum(pieces), width), seed)
    with torch.no_grad():
        wanted = module(torch.from_numpy(x)).numpy()
    close(model.run(x=x)["y"], wanted)
    carried: dict[str, np.ndarray] = {}
    for start, size in zip(np.cumsum([0, *pieces]), pieces, strict=False):
        made = model.run({"x": np.ascontiguousarray(x[:, start : start + size]), **carried})
        close(made["y"], wanted[:, start : start + size])
        carried = {"p": made["next_p"], "s": made["next_s"]}


MAMBA = """model mamba(width = 16, layers = 2, vocab = 50)
\"\"\"Mamba language model (Gu, Dao 2023), named as transformers' MambaForCausalLM.\"\"\"
from std import mamba_layer
input tokens: int64[N, T]
embed = embedding(vocab, width) as backbone.embeddings
x = tokens -> embed
for i in range(layers):
    x = x -> mamba_layer(8) as backbone.layers.{i}
x = x -> rmsnorm(1e-5) as backbone.norm_f
output logits: float32[N, T, vocab] = x -> linear(vocab, bias=false, weight=embed.weight) as lm_head
"""


def test_mamba_is_that_of_transformers() -> None:
    torch.manual_seed(0)
    config = MambaConfig(vocab_size=50, hidden_size=16, state_size=8, num_hidden_layers=2)
    twin = MambaForCausalLM(config).eval()
    state = {name: value.numpy() for name, value in twin.state_dict().items() if name != "lm_head.weight"}
    model = specc.loads(MAMBA).compile(weights=state)
    assert set(model.weights) == set(state)
    tokens = np.random.default_rng(1).integers(0, 50, (2, 9))
    with torch.no_grad():
        wanted = twin(torch.from_numpy(tokens), use_cache=False).logits
    close(model.run(tokens=tokens)["logits"], wanted)


MIN_GRU = """model small
from std import min_gru
input x: float32[N, T, 5]
input h: float32[N, 3]
y, last = x -> min_gru(3, state=h) as gru
output y
output last
"""


def test_min_gru_is_that_of_the_paper() -> None:
    """Feng et al. 2024, section 3.1.2, in numpy."""
    drawn = {"linear_z.weight": (3, 5), "linear_z.bias": (3,), "linear_h.weight": (3, 5), "linear_h.bias": (3,)}
    w = {name: values(shape, index) for index, (name, shape) in enumerate(drawn.items())}
    x, h = values((2, 6, 5), 8), values((2, 3), 9)
    made = specc.loads(MIN_GRU).compile(weights={f"gru.{name}": value for name, value in w.items()}).run(x=x, h=h)
    for t in range(6):
        z = 1 / (1 + np.exp(-(x[:, t] @ w["linear_z.weight"].T + w["linear_z.bias"])))
        h = (1 - z) * h + z * (x[:, t] @ w["linear_h.weight"].T + w["linear_h.bias"])
        close(made["y"][:, t], h)
    close(made["last"], h)


RWKV = """model rwkv(width = 8, layers = 2, vocab = 40)
\"\"\"RWKV-4 language model (Peng et al. 2023), named as transformers' RwkvForCausalLM.\"\"\"
from std import rwkv_layer
input tokens: int64[N, T]
x = tokens -> embedding(vocab, width) as rwkv.embeddings
for i in range(layers):
    if i == 0:
        x = x -> layernorm as rwkv.blocks.0.pre_ln
    x = x -> rwkv_layer as rwkv.blocks.{i}
x = x -> layernorm as rwkv.ln_out
output logits: float32[N, T, vocab] = x -> linear(vocab, bias=false) as head
"""


def test_rwkv_is_that_of_transformers() -> None:
    torch.manual_seed(0)
    config = RwkvConfig(vocab_size=40, hidden_size=8, num_hidden_layers=2, rescale_every=0, context_length=16)
    twin = RwkvForCausalLM(config).eval()
    with torch.no_grad():
        for name, value in twin.named_parameters():
            if "time_" in name:
                value.add_(0.3 * torch.randn(value.shape))
    state = {name: value.numpy() for name, value in twin.state_dict().items()}
    model = specc.loads(RWKV).compile(weights=state)
    assert set(model.weights) == set(state)
    tokens = np.random.default_rng(1).integers(0, 40, (2, 9))
    with torch.no_grad():
        wanted = twin(torch.from_numpy(tokens), use_cache=False).logits
    close(model.run(tokens=tokens)["logits"], wanted)


TIME_MIX = """model mix
from std import rwkv_time_mix, rwkv_channel_mix
input x: float32[N, T, 6]
state a: float32[N, 6] = 0
state b: float32[N, 6] = 0
state m: float32[N, 6] = -1e38
state seen: float32[N, 6] = 0
state fed: float32[N, 6] = 0
y, seen_next, (a_next, b_next, m_next) = x -> rwkv_time_mix(before=seen, memory=[a, b, m]) as attention
z, fed_next = y -> rwkv_channel_mix(9, before=fed) as feed_forward
next a = a_next
next b = b_next
next m = m_next
next seen = seen_next
next fed = fed_next
output z
"""


def test_rwkv_in_pieces_is_the_whole() -> None:
    model = specc.loads(TIME_MIX).compile(seed=0)
    x = values((2, 7, 6), 3)
    whole = model.run(x=x)["z"]
    carried: dict[str, np.ndarray] = {}
    for start, size in ((0, 1), (1, 4), (5, 2)):
        made = model.run({"x": np.ascontiguousarray(x[:, start : start + size]), **carried})
        close(made["z"], whole[:, start : start + size])
        carried = {name.removeprefix("next_"): value for name, value in made.items() if name != "z"}
