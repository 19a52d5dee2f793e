"""Attention that is no softmax over all scores: against the papers' equations, and BigBird of transformers 5."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import values
from transformers import BigBirdConfig
from transformers.models.big_bird.modeling_big_bird import BigBirdBlockSparseAttention, BigBirdModel
from whole_spec import holds

import specc

TOLERANCE = 1e-5
"""For quotients of sums of a few products of positive features in float32."""
SPARSE = 1e-5
"""For float32 softmax over a few dozen scores of size 1."""
KERNELS = 3e-5
"""Sums of exponentials that differ by orders of magnitude."""


def split(x: np.ndarray, heads: int) -> np.ndarray:
    """[N, T, heads * size] as [N, heads, T, size], in double precision."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2).astype(np.float64)


def by_features(q: np.ndarray, k: np.ndarray, v: np.ndarray, seen: np.ndarray, eps: float) -> np.ndarray:
    """The quotient of sums over all keys that are seen, written out for all pairs, as [N, Tq, heads * size]."""
    shares = (q @ k.swapaxes(2, 3)) * seen
    mixed = shares @ v / (shares.sum(3, keepdims=True) + eps)
    return np.ascontiguousarray(mixed.swapaxes(1, 2).reshape(q.shape[0], q.shape[2], -1), np.float32)


class Drawn:
    """Tensors of an attention, the lines that declare them, the arguments of the call."""

    def __init__(self, heads, size, value_size, queries, more, causal, masked, symbolic, seed):
        keys = queries + more
        self.heads = heads
        self.arrays = {
            "q": values((2, queries, heads * size), seed),
            "k": values((2, keys, heads * size), seed + 1),
            "v": values((2, keys, heads * value_size), seed + 2),
        }
        n, t, s = ("N", "T", "S") if symbolic else (2, queries, keys)
        self.lines = [
            f"input {name}: float32[{n}, {t if name == 'q' else s}, {x.shape[2]}]" for name, x in self.arrays.items()
        ]
        self.lines += ["require S >= T"] if symbolic else []
        self.call = [f"q, k, v, num_heads={heads}, causal={word(causal)}"]
        seen = np.arange(keys) <= np.arange(queries)[:, None] + more if causal else np.ones((queries, keys))
        self.seen = np.broadcast_to(seen, (2, 1, queries, keys)).astype(np.float64)
        if masked:
            mask = np.random.default_rng(seed).random((2, keys)) < 0.7
            mask[:, 0] = True
            self.arrays["m"] = mask
            self.lines.append(f"input m: bool[{n}, {s}]")
            self.call.append("key_mask=m")
            self.seen = self.seen * mask[:, None, None]

    def tensors(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        q, k, v = (split(self.arrays[name], self.heads) for name in ("q", "k", "v"))
        return q, k, v

    def text(self, layer: str, more: str) -> str:
        return "\n".join([*self.lines, f"output y = {layer}({', '.join([*self.call, more])}) as layer"])


SHAPES = {
    "heads": st.integers(1, 3),
    "size": st.integers(1, 4),
    "value_size": st.integers(1, 4),
    "queries": st.integers(1, 5),
    "more": st.integers(0, 3),
    "causal": st.booleans(),
    "masked": st.booleans(),
    "symbolic": st.booleans(),
    "seed": SEEDS,
}


@cases(eps=st.sampled_from((1e-6, 0.1)), **SHAPES)
def test_linear_attention(eps, **shapes):
    drawn = Drawn(**shapes)
    q, k, v = drawn.tensors()
    q, k = (np.where(x > 0, x + 1, np.exp(np.minimum(x, 0))) for x in (q, k))
    wanted = by_features(q, k, v, drawn.seen, eps)
    holds(
        "linear_attention",
        drawn.text("linear_attention", f"eps={eps}"),
        {"y": wanted},
        drawn.arrays,
        tolerance=TOLERANCE,
    )


def favor(x: np.ndarray, projection: np.ndarray, kernel: str, eps: float, axes: tuple[int, ...]) -> np.ndarray:
    """Lemma 1 of Choromanski et al. with the stabilizer of appendix B.2; the generalised ReLU kernel of section 5."""
    if kernel == "relu":
        return np.maximum(x @ projection.T, 0) + eps
    x = x / x.shape[-1] ** 0.25
    exponents = x @ projection.T
    largest = exponents.max(axes, keepdims=True)
    return (np.exp(exponents - (x * x).sum(-1, keepdims=True) / 2 - largest) + eps) / sqrt(len(projection))


@cases(features=st.integers(1, 9), kernel=st.sampled_from(("softmax", "relu")), eps=st.none() | st.just(1e-3), **SHAPES)
def test_performer_attention(features, kernel, eps, **shapes):
    drawn = Drawn(**shapes)
    projection = values((features, shapes["size"]), shapes["seed"])
    stated = eps or (1e-6 if kernel == "softmax" else 1e-3)
    q, k, v = drawn.tensors()
    q, k = (favor(x, projection, kernel, stated, axes) for x, axes in ((q, (3,)), (k, (2, 3))))
    wanted = by_features(q, k, v, drawn.seen, 0.0)
    text = drawn.text("performer_attention", f"features={features}, kernel={kernel}, eps={eps or 'none'}")
    weights = {"layer.projection_matrix": projection}
    holds("performer_attention", text, {"y": wanted}, drawn.arrays, tolerance=KERNELS, weights=weights)


def test_features_are_orthogonal_in_blocks_and_as_long_as_normal_vectors() -> None:
    text = "model one\ninput x: float32[N, T, 16]\noutput y = x -> performer_attention(features=400) as layer"
    projection = specc.loads(text).compile(seed=1).weights["layer.projection_matrix"]
    products = projection[:16] @ projection[:16].T
    np.testing.assert_allclose(products - np.diag(np.diag(products)), 0, atol=1e-4)
    lengths = (projection**2).sum(1)
    assert abs(lengths.mean() - 16) < 1 and 4 < lengths.var() < 80


def test_many_features_come_near_softmax_attention() -> None:
    x = values((1, 6, 8), 3, scale=0.5)
    text = "model one\ninput x: float32[N, T, 8]\noutput y = x -> performer_attention(features=4096) as layer"
    made = specc.loads(text).compile(seed=0).run({"x": x})["y"]
    tensor = torch.from_numpy(x)
    wanted = torch.nn.functional.scaled_dot_product_attention(tensor, tensor, tensor).numpy()
    assert np.abs(made - wanted).max() < 0.05


def sparse(heads: int, block: int, random: np.ndarray, q, k, v, mask: torch.Tensor) -> torch.Tensor:
    """BigBird's attention with the random blocks of each head that are given, in place of those that it draws."""
    config = BigBirdConfig(hidden_size=heads * q.shape[-1], num_attention_heads=heads, block_size=block)
    config.num_random_blocks = random.shape[-1]
    module = BigBirdBlockSparseAttention(config).eval()
    module._bigbird_block_rand_mask_with_head = lambda **_: list(random)
    blocked, band, from_mask, to_mask = BigBirdModel.create_masks_for_block_sparse_attn(mask, block)
    length = q.shape[2]
    sizes = (heads, random.shape[-1], q.shape[-1], block, block, q.shape[0], length, length)
    given = (band, from_mask, to_mask, blocked, blocked)
    made = module.bigbird_block_sparse_attention(
        q, k, v, *given, *sizes, seed=None, plan_from_length=[length], plan_num_rand_blocks=[random.shape[-1]]
    )
    return made[0]


@cases(
    heads=st.integers(1, 3),
    size=st.integers(1, 4),
    block=st.integers(1, 4),
    count=st.integers(5, 9),
    random=st.integers(1, 3),
    by_head=st.booleans(),
    masked=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_bigbird_attention(heads, size, block, count, random, by_head, masked, symbolic, seed):
    length = count * block
    arrays = {name: values((2, length, heads * size), seed + i) for i, name in enumerate("qkv")}
    picks = np.random.default_rng(seed).integers(0, count, (heads if by_head else 1, count - 2, random))
    arrays["r"] = picks if by_head else picks[0]
    n, t, rows = ("N", "T", f"T / {block} - 2") if symbolic else (2, length, count - 2)
    lines = [f"input {name}: float32[{n}, {t}, {heads * size}]" for name in "qkv"]
    lines.append(f"input r: int64[{f'{heads}, ' if by_head else ''}{rows}, {random}]")
    lines += [f"require T % {block} == 0 and T >= {3 * block}"] if symbolic and block > 1 else []
    lines += ["require T >= 3"] if symbolic and block == 1 else []
    mask = torch.ones(2, length)
    call = [f"q, k, v, block={block}, num_heads={heads}, random_blocks=r"]
    if masked:
        mask[0, length - np.random.default_rng(seed).integers(0, length - block) :] = 0
        arrays["m"] = mask.numpy() != 0
        lines.append(f"input m: bool[{n}, {t}]")
        call.append("key_mask=m")
    q, k, v = (torch.from_numpy(arrays[name]).unflatten(-1, (heads, -1)).transpose(1, 2) for name in "qkv")
    wanted = sparse(heads, block, np.broadcast_to(picks, (heads, *picks.shape[1:])).copy(), q, k, v, mask)
    shown = mask[:, :, None].numpy()
    wanted = (wanted.reshape(2, length, -1) * mask[:, :, None]).numpy()
    if masked:
        # Queries that are padding: transformers gives zeros.
        arrays["shown"] = np.ascontiguousarray(shown)
        lines.append(f"input shown: float32[{n}, {t}, 1]")
    text = "\n".join([*lines, f"output y = bigbird_attention({', '.join(call)}){' * shown' if masked else ''}"])
    holds("bigbird_attention", text, {"y": wanted}, arrays, tolerance=SPARSE)


@cases(
    heads=st.integers(1, 3),
    block=st.integers(1, 3),
    count=st.integers(3, 8),
    random=st.integers(0, 2),
    axis=st.booleans(),
    scale=st.none() | st.just(0.3),
    seed=SEEDS,
)
def test_bigbird_attention_is_masked_attention(heads, block, count, random, axis, scale, seed):
    """Where no block counts twice, it is softmax attention with everything else hidden."""
    left = min((sum(abs(i - j) > 1 for j in range(1, count - 1)) for i in range(1, count - 1)), default=0)
    random, length, size = min(random, left), count * block, 2
    x = torch.from_numpy(values((2, heads, length, size), seed))
    call = f"bigbird_attention({block}, num_random={random}, seed={seed}, scale={'none' if scale is None else scale}"
    if axis:
        text = f"input x: float32[N, {heads}, {length}, {size}]\noutput y = x -> {call})"
    else:
        text = f"input x: float32[N, {length}, {heads * size}]\noutput y = x -> {call}, num_heads={heads})"
    seen = reads(text, heads, count, random)
    mask = torch.from_numpy(seen).repeat_interleave(block, 1).repeat_interleave(block, 2)
    wanted = torch.nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=mask, scale=scale)
    given, wanted = (t if axis else t.transpose(1, 2).flatten(2) for t in (x, wanted))
    holds("bigbird_attention", text, {"y": wanted.contiguous()}, {"x": given.contiguous().numpy()}, tolerance=SPARSE)


def reads(text: str, heads: int, count: int, random: int) -> np.ndarray:
    """[heads, blocks, blocks]: whether a block reads another; the random ones as they stand in the ONNX model."""
    at = np.arange(count)
    edge = (at == 0) | (at == count - 1)
    seen = (np.abs(at[:, None] - at) < 2) | edge | edge[:, None]
    seen = np.repeat(seen[None], heads, 0)
    if random:
        proto = specc.loads(f"model one\n{text}").compile().proto
        stored = {item.name: item for item in proto.graph.initializer}
        picks = next(
            np.frombuffer(stored[node.input[0]].raw_data, np.int64)
            for node in proto.graph.node
            if node.op_type == "Reshape"
            and node.input[0] in stored
            and np.prod(stored[node.input[0]].dims) == heads * (count - 2) * random
            and len(stored[node.input[0]].dims) == 1
        ).reshape(heads, count - 2, random)
        for head in range(heads):
            for row in range(count - 2):
                assert not seen[head, row + 1, picks[head, row]].any()
                seen[head, row + 1, picks[head, row]] = True
    return seen


@pytest.mark.parametrize("seed", [0, 1])
def test_bigbird_attention_draws_other_blocks_for_another_seed(seed: int) -> None:
    text = "model one\ninput x: float32[N, 40, 4]\noutput y = x -> bigbird_attention(4, num_random=2, seed={})"
    x = values((1, 40, 4), 0)
    made = [specc.loads(text.format(each)).compile().run({"x": x})["y"] for each in (seed, seed, seed + 1)]
    np.testing.assert_array_equal(made[0], made[1])
    assert not np.allclose(made[0], made[2])
