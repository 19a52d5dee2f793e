"""What attention, positions and mixtures of experts reject, in which words, and what they count."""

from __future__ import annotations

import numpy as np
import pytest

import specc

X = "input x: float32[N, T, 64]\n"
HEADS = "input x: float32[N, 4, T, 16]\n"
BLOCKS = "input x: float32[N, 40, 64]\n"
SCALED = HEADS + 'output y = x -> rotary(scaling={{"rope_type": {}}})'

MESSAGES = {
    X + "output y = x -> attention(causal=true, sink_tokens=4)": (
        "SP3340",
        "`attention` keeps 4 first tokens visible, and has no `window` that would hide them",
    ),
    X + "output y = x -> multihead_attention(4, sink_tokens=1)": (
        "SP3340",
        "`multihead_attention` keeps 1 first tokens visible, and has no `window` that would hide them",
    ),
    X + "param s: float32[2]\noutput y = x -> attention(num_heads=4, sinks=s)": (
        "SP3341",
        "`sinks` is float32[2], and has to be float32[4]",
    ),
    X + "input s: float16[4]\noutput y = x -> attention(num_heads=4, sinks=s)": (
        "SP3341",
        "`sinks` is float16[4], and has to be float32[4]",
    ),
    X + "param s: float32[4]\noutput y = x -> attention(num_heads=4, sinks=s, hard=true)": (
        "SP3342",
        "`attention` is hard, and `sinks` need a softmax",
    ),
    X + "input k: float32[N, S, 64]\noutput y = attention(x, k, window=3)": (
        "SP3304",
        "attention in a window of T queries and S keys: there may be more queries than keys",
    ),
    X + "input b: bool[T, T]\noutput y = attention(x, score_bias=b)": (
        "SP3004",
        "`attention` needs a bias of float32, and got bool[T, T]",
    ),
    X + "input b: float32[5, T, T]\noutput y = attention(x, score_bias=b, num_heads=4)": (
        "SP3305",
        "`score_bias` is float32[5, T, T], and does not fit [N, 4, T, T]",
    ),
    X + "output y = x -> attention(softcap=0)": (
        "SP2006",
        "`softcap` of `attention` must be a number above 0, or none, and is the number 0",
    ),
    X + "output y = x -> multihead_attention(4, num_kv_heads=3)": (
        "SP3302",
        "3 heads of keys and values cannot serve 4 heads of queries equally",
    ),
    X + "input k: float32[N, S, 32]\noutput y = multihead_attention(x, k, num_heads=4, kdim=64)": (
        "SP3212",
        "`multihead_attention` needs `kdim` and the size of the key to be equal, and got 64 and 32",
    ),
    HEADS + "output y = x -> rotary(dims=15)": (
        "SP3343",
        "`rotary` turns pairs of elements, and cannot turn 15 of the 16 of a head",
    ),
    HEADS + "output y = x -> rotary(dims=18)": (
        "SP3343",
        "`rotary` turns pairs of elements, and cannot turn 18 of the 16 of a head",
    ),
    X + "output y = x -> rotary(num_heads=5)": ("SP3301", "`rotary`: 5 heads do not divide the 64 elements of `input`"),
    HEADS + "output y = x -> rotary(num_heads=2)": ("SP3303", "2 heads are wanted, and float32[N, 4, T, 16] has 4"),
    SCALED.format('"yarn", "factor": 2'): (
        "SP3344",
        "`rotary` with scaling `yarn` needs `original_max_position_embeddings`",
    ),
    SCALED.format('"linear", "factor": 2, "beta_fast": 2'): (
        "SP3344",
        "`rotary` with scaling `linear` has no use for `beta_fast`",
    ),
    SCALED.format(
        '"llama3", "factor": 8, "original_max_position_embeddings": 64, "low_freq_factor": 4, "high_freq_factor": 4'
    ): ("SP3344", "`rotary` with scaling `llama3` needs a `low_freq_factor` below `high_freq_factor`"),
    SCALED.format('"dynamic", "factor": 0.5, "original_max_position_embeddings": 64'): (
        "SP3344",
        "`rotary` with scaling `dynamic` needs a `factor` of at least 1",
    ),
    SCALED.format('"longrope"'): (
        "SP2006",
        '`scaling` of `rotary` must be a map such as {"rope_type": "linear", "factor": 2} with one of the types '
        "default, linear, dynamic, yarn, llama3, or none, and is a map of 1",
    ),
    HEADS + "input p: int64[N]\noutput y = rotary(x, p)": (
        "SP3345",
        "`rotary` needs positions [T] or [N, T] of int64 or int32, and got int64[N]",
    ),
    HEADS + "input p: float32[T]\noutput y = rotary(x, p)": (
        "SP3345",
        "`rotary` needs positions [T] or [N, T] of int64 or int32, and got float32[T]",
    ),
    HEADS + "input p: int64[T]\noutput y = rotary(x, p, offset=1)": (
        "SP3346",
        "`rotary` has both an `offset` and positions: add one to the other",
    ),
    HEADS + "output y = x -> rotary(offset=T - 2)": (
        "SP3218",
        "`rotary` would make a dim of T - 2, which may be negative",
    ),
    X + "output y = x -> positions(512)": ("SP3347", "`positions` has 512 rows, and T may be more"),
    X + "require T <= 512\noutput y = x -> positions(512, 1)": (
        "SP3347",
        "`positions` has 512 rows, and T + 1 may be more",
    ),
    X + "output z = x\noutput y = relative_position_bias(4, T, T, num_buckets=3)": (
        "SP3348",
        "3 buckets for two directions do not reach up to the distance 128",
    ),
    X + "output z = x\noutput y = relative_position_bias(4, T, T, max_distance=16, bidirectional=false)": (
        "SP3348",
        "32 buckets for one direction do not reach up to the distance 16",
    ),
    X + "output z = x\noutput y = relative_position_bias(4, T, T, max_distance=1M)": (
        "SP3355",
        "`max_distance` of `relative_position_bias` is 1000000, and may be 100000 at most",
    ),
    X + "input k: float32[N, S, 64]\nrequire S >= 0\noutput y = attention(x, k, hard=true)": (
        "SP3216",
        "`attention` needs at least one element along axis 1, whose size S may be 0",
    ),
    X + "output y = x -> bigbird_attention(16)": (
        "SP3349",
        "`bigbird_attention` needs three or more whole blocks of 16, and T may be none such",
    ),
    BLOCKS + "output y = x -> bigbird_attention(20)": (
        "SP3349",
        "`bigbird_attention` needs three or more whole blocks of 20, and 40 may be none such",
    ),
    X + "require T % 4 == 0 and T >= 12\noutput y = x -> bigbird_attention(4, num_random=1)": (
        "SP3350",
        "`bigbird_attention` draws random blocks for a known length, and got T",
    ),
    BLOCKS + "output y = x -> bigbird_attention(8, num_random=2)": (
        "SP3351",
        "`bigbird_attention` is to draw 2 random blocks, and some block has only 0 left",
    ),
    BLOCKS + "const r: int64[3, 1] = [[4], [0], [5]]\noutput y = x -> bigbird_attention(8, random_blocks=r)": (
        "SP3352",
        "`random_blocks` of `bigbird_attention` name block 5 of 5",
    ),
    BLOCKS + "const r: int64[4, 1] = 0\noutput y = x -> bigbird_attention(8, random_blocks=r)": (
        "SP3352",
        "`random_blocks` of `bigbird_attention` are int64[4, 1], and have to be int64[3, r] or int64[1, 3, r]",
    ),
    BLOCKS + "const r: int64[3, 1] = 0\noutput y = x -> bigbird_attention(8, random_blocks=r, num_random=1)": (
        "SP3352",
        "`random_blocks` of `bigbird_attention` stand beside `num_random`: they are given or drawn",
    ),
    X + "input k: float32[N, S, 64]\noutput y = linear_attention(x, k, causal=true)": (
        "SP3304",
        "causal attention of T queries and S keys: there may be more queries than keys",
    ),
    HEADS + "input k: float32[N, 2, T, 16]\noutput y = linear_attention(x, k)": (
        "SP3212",
        "`linear_attention` needs the heads of queries and of keys to be equal, and got 4 and 2",
    ),
    X + "input m: float32[N, T]\noutput y = performer_attention(x, key_mask=m)": (
        "SP3004",
        "`performer_attention` needs a mask of bool or integers, and got float32[N, T]",
    ),
    X + "output y = x -> moe(4, 8, top_k=5)": ("SP3353", "`moe` cannot choose 5 of 4 experts"),
    "input x: float32[N, C]\noutput y = x -> moe(4, 8)": (
        "SP3002",
        "`moe` has weights whose shape depends on `C`, which is known only at run time",
    ),
    "input t: int64[T]\noutput y = t -> sinusoidal(2, halves, shift=1)": (
        "SP3354",
        "`sinusoidal` of width 2 has 1 frequency, too few for a shift of 1",
    ),
}


def first_mistake(text: str) -> specc.Diagnostic:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model bad\n{text}\n", syntax="text").check()
    return caught.value.diagnostics[0]


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    found = first_mistake(text)
    assert (found.code, found.message) == MESSAGES[text]


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        (X + "output y = x -> positions(512)", "promise a length, as in `require T <= 512`"),
        ("input x: float32[N, 9, 4]\noutput y = x -> positions(8)", "give it 9 rows"),
        (
            X + "output y = x -> bigbird_attention(16)",
            "promise it, as in `require T % 16 == 0 and T >= 48`",
        ),
        (
            X + "output z = x\noutput y = relative_position_bias(4, T, T, num_buckets=3)",
            "give at least 4 buckets",
        ),
        (
            X + "output z = x\noutput y = relative_position_bias(4, T, T, max_distance=8)",
            "give a `max_distance` of at least 9",
        ),
        (
            X + "input k: float32[N, S, 64]\noutput y = attention(x, k, window=3)",
            "promise enough keys, as in `require S >= T`",
        ),
    ],
)
def test_hints(text: str, help_: str) -> None:
    assert first_mistake(text).help == help_


@pytest.mark.parametrize(
    "text", [text for text, (code, _) in MESSAGES.items() if code in ("SP3347", "SP3304", "SP3349")]
)
def test_what_a_hint_says_helps(text: str) -> None:
    promise = (first_mistake(text).help or "").partition("`")[2].partition("`")[0]
    if promise:
        specc.loads(f"model good\n{promise}\n{text}\n").check()


N, T, S = 2, 48, 60
PROJECTIONS = 4 * N * T * 64 * 64


@pytest.mark.parametrize(
    ("text", "macs"),
    [
        ("attention(x, m, num_heads=4, causal=true, window=5, sink_tokens=2)", N * T * S * 128),
        ("attention(x, num_heads=4, hard=true)", N * T * T * 128),
        ("multihead_attention(x, 4, window=3)", PROJECTIONS + N * T * T * 128),
        ("multihead_attention(x, 4, num_kv_heads=1)", N * T * 64 * (64 + 16 + 16 + 64) + N * T * T * 128),
        ("multihead_attention(x, 4, add_bias_kv=true)", PROJECTIONS + N * T * (T + 1) * 128),
        ("linear_attention(x, m, num_heads=4)", N * 4 * ((S + T) * 16 * 16 + T * 16)),
        ("linear_attention(x, num_heads=4, causal=true)", N * 4 * 2 * T * 16 * 16),
        ("performer_attention(x, num_heads=4, features=10)", N * 4 * (2 * T * 10 * (16 + 16) + T * 10)),
        ("bigbird_attention(x, 8, num_heads=4)", N * 4 * (16 * T + (T - 16) * 5 * 8) * 32),
        ("rotary(x, num_heads=4)", 0),
        ("moe(x, 8, 100, top_k=2)", N * T * 64 * (8 + 2 * 3 * 100)),
        ("moe(x, 8, 100, top_k=1, gated=false)", N * T * 64 * (8 + 2 * 100)),
    ],
)
def test_macs(text: str, macs: int) -> None:
    lines = f"{X}input m: float32[N, S, 64]\nrequire S >= T and T % 8 == 0 and T >= 24\noutput kept = m * 1\n"
    spec = specc.loads(f"model counted\n{lines}output y = {text}\n", syntax="text")
    assert spec.report(N=N, T=T, S=S).macs == macs


HALF = (
    "attention(x, num_heads=3, causal=true, window=2, sink_tokens=1, softcap=3, key_mask=m)",
    "attention(x, num_heads=3, hard=true)",
    "multihead_attention(x, 3, num_kv_heads=1, add_bias_kv=true, add_zero_attn=true, sinks=true)",
    "rotary(x, num_heads=3)",
    "positions(x, 9)",
    "linear_attention(x, num_heads=3, causal=true, key_mask=m)",
    "performer_attention(x, num_heads=3, key_mask=m)",
    "bigbird_attention(x, 2, num_heads=3, key_mask=m)",
    "moe(x, 4, 7)",
)


@pytest.mark.parametrize("call", HALF)
def test_half_precision(call: str) -> None:
    """Close to single precision with the same weights, within the rounding of half precision."""
    masked = "input m: bool[1, T]\n" if "=m" in call else ""
    lines = f"require T % 2 == 0 and T >= 6 and T <= 8\n{masked}"
    text = "model half\ninput x: {}[N, T, 12]\n" + lines + f"output y = {call}\n"
    x = np.random.default_rng(0).standard_normal((2, 6, 12)).astype(np.float16)
    given = {"m": np.array([[True, True, False, True, True, False]])} if "=m" in call else {}
    model = specc.loads(text.format("float16")).compile(seed=0)
    weights = {name: array.astype(np.float32) for name, array in model.weights.items()}
    single = specc.loads(text.format("float32")).compile(weights=weights or None)
    wanted = single.run({"x": x.astype(np.float32), **given})["y"]
    np.testing.assert_allclose(model.run({"x": x, **given})["y"], wanted, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("layer", ["linear_attention", "performer_attention", "attention", "bigbird_attention"])
def test_nothing_that_is_seen_is_finite(layer: str) -> None:
    block = "4, " if layer.startswith("bigbird") else ""
    text = (
        f"model hidden\ninput x: float32[N, 12, 8]\ninput m: bool[N, 12]\noutput y = x -> {layer}({block}key_mask=m)\n"
    )
    x = np.random.default_rng(0).standard_normal((2, 12, 8)).astype(np.float32)
    made = specc.loads(text).compile(seed=0).run({"x": x, "m": np.zeros((2, 12), bool)})["y"]
    mean = np.broadcast_to(x.mean(1, keepdims=True), x.shape)
    if layer == "attention":
        np.testing.assert_allclose(made, mean, atol=1e-6)
    elif block:
        assert np.isfinite(made).all()
    else:
        np.testing.assert_array_equal(made, np.zeros_like(x))
