"""Forms of attention with its projections: 12 heads of 64, hidden size 768."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from form_builder import Builder

H, D, W = 12, 64, 768
Form = tuple[str, Builder, tuple[str, ...], dict[str, str]]
Inputs = dict[str, np.ndarray]


def projections(b: Builder) -> list[str]:
    """Queries, keys and values, one product each."""
    return [b.linear("x", part, W, W) for part in "qkv"]


def merged_weights(b: Builder) -> tuple[str, str]:
    """One matrix and one bias for queries, keys and values."""
    for part in "qkv":
        b.weight(f"{part}.w", W, W), b.weight(f"{part}.b", W)
    b.constants["qkv.w"] = np.concatenate([b.constants[f"{part}.w"] for part in "qkv"], 1)
    b.constants["qkv.b"] = np.concatenate([b.constants[f"{part}.b"] for part in "qkv"])
    return "qkv.w", "qkv.b"


def merged(b: Builder, split: bool = True) -> list[str]:
    """Queries, keys and values by one product."""
    weight, bias = merged_weights(b)
    y = b.op("Add", b.op("MatMul", "x", weight), bias)
    if not split:
        return [y]
    y = b.op("Split", y, count=3, axis=-1, num_outputs=3)
    return [y, f"{y}.1", f"{y}.2"]


def heads(b: Builder, x: str) -> str:
    """[N, T, H * D] as [N, H, T, D]."""
    return b.op("Transpose", b.op("Reshape", x, b.ints(0, 0, H, D)), perm=[0, 2, 1, 3])


def unheads(b: Builder, x: str) -> str:
    """[N, H, T, D] as [N, T, H * D]."""
    return b.op("Reshape", b.op("Transpose", x, perm=[0, 2, 1, 3]), b.ints(0, 0, W))


def primitive(b: Builder, q: str, k: str, v: str, bias: str = "", on_q: bool = False, straight: bool = False) -> str:
    """Products, a softmax and nothing else, of [N, H, T, D]; with `on_q` the scale multiplies queries, and with
    `straight` the keys are [N, H, D, T]."""
    scale = b.const(D**-0.5)
    q = b.op("Mul", q, scale) if on_q else q
    keys = k if straight else b.op("Transpose", k, perm=[0, 1, 3, 2])
    scores = b.op("MatMul", q, keys)
    scores = scores if on_q else b.op("Mul", scores, scale)
    scores = b.op("Add", scores, bias) if bias else scores
    return b.op("MatMul", b.op("Softmax", scores, axis=-1), v)


def additive_mask(b: Builder) -> str:
    """[N, 1, 1, T] of 0 and -1e30, from the mask of keys."""
    mask = b.op("Unsqueeze", b.op("Cast", "mask", to=9), b.ints(1, 2))
    return b.op("Where", mask, b.const(0.0), b.const(-1e30))


def causal_bias(b: Builder, t: int) -> str:
    """A constant [T, T] of 0 and -1e30."""
    return b.const(np.triu(np.full((t, t), -1e30), 1))


def sequence(t: int, masked: bool = False) -> Inputs:
    """Hidden states, and a mask in which nothing is hidden."""
    made: Inputs = {"x": np.random.default_rng(1).standard_normal((1, t, W), np.float32)}
    return made | ({"mask": np.ones((1, t), np.int64)} if masked else {})


def encoder(inputs: Inputs, kind: str) -> Iterator[Form]:
    """Forms without a past: `kind` is `plain`, `masked` (by key) or `causal`."""
    t = inputs["x"].shape[1]

    def bias(b: Builder) -> str:
        return additive_mask(b) if kind == "masked" else causal_bias(b, t) if kind == "causal" else ""

    b = Builder(inputs)
    q, k, v = (heads(b, x) for x in projections(b))
    yield "primitives, three products", b, (unheads(b, primitive(b, q, k, v, bias(b))),), {}
    b = Builder(inputs)
    q, k, v = (heads(b, x) for x in projections(b))
    yield "primitives, scale on queries", b, (unheads(b, primitive(b, q, k, v, bias(b), on_q=True)),), {}
    b = Builder(inputs)
    q, k, v = (heads(b, x) for x in merged(b))
    yield "primitives, one product and Split", b, (unheads(b, primitive(b, q, k, v, bias(b))),), {}
    yield from contrib(inputs, kind)
    yield from standard(inputs, kind, bias)
    if kind == "causal":
        b = Builder(inputs)
        q, k, v = projections(b)
        lengths, total = b.const([t - 1], "int32"), b.const(t, "int32")
        attrs = {"num_heads": H, "kv_num_heads": H}
        made = b.ms("GroupQueryAttention", q, k, v, "", "", lengths, total, count=3, **attrs)
        yield "GroupQueryAttention", b, (made,), {}


def contrib(inputs: Inputs, kind: str) -> Iterator[Form]:
    """Attention and MultiHeadAttention of the runtime."""
    one_way = {"unidirectional": 1} if kind == "causal" else {}
    b = Builder(inputs)
    mask = [b.op("Cast", "mask", to=6)] if kind == "masked" else []
    weight, bias = merged_weights(b)
    yield "contrib Attention", b, (b.ms("Attention", "x", weight, bias, *mask, num_heads=H, **one_way),), {}
    b = Builder(inputs)
    mask = ["", b.op("Cast", "mask", to=6)] if kind == "masked" else []
    made = b.ms("MultiHeadAttention", *projections(b), *mask, num_heads=H, **one_way)
    yield "contrib MultiHeadAttention", b, (made,), {}
    b = Builder(inputs)
    mask = ["", b.op("Cast", "mask", to=6)] if kind == "masked" else []
    made = b.ms("MultiHeadAttention", *merged(b), *mask, num_heads=H, **one_way)
    yield "contrib MultiHeadAttention, one product and Split", b, (made,), {}
    b = Builder(inputs)
    _, bias = merged_weights(b)
    parts = [b.op("MatMul", "x", b.weight(f"{part}.w", W, W)) for part in "qkv"]
    mask = [b.op("Cast", "mask", to=6)] if kind == "masked" else []
    made = b.ms("MultiHeadAttention", *parts, bias, *mask, num_heads=H, **one_way)
    yield "contrib MultiHeadAttention, biases in it", b, (made,), {}
    if kind != "masked":
        return
    b = Builder(inputs)
    t = inputs["x"].shape[1]
    mask = ["", "", b.op("Expand", additive_mask(b), b.ints(1, 1, t, t))]
    made = b.ms("MultiHeadAttention", *projections(b), *mask, num_heads=H)
    yield "contrib MultiHeadAttention, mask added", b, (made,), {}


def standard(inputs: Inputs, kind: str, bias: Callable[[Builder], str]) -> Iterator[Form]:
    """ONNX's Attention."""
    attrs = {"q_num_heads": H, "kv_num_heads": H, **({"is_causal": 1} if kind == "causal" else {})}
    b = Builder(inputs, 23)
    mask = [b.op("Unsqueeze", b.op("Cast", "mask", to=9), b.ints(1, 2))] if kind == "masked" else []
    if mask:
        t = inputs["x"].shape[1]
        mask = [b.op("Expand", mask[0], b.ints(1, 1, t, t))]
    yield "Attention (opset 23)", b, (b.op("Attention", *projections(b), *mask, **attrs),), {}
    if kind == "masked":
        b = Builder(inputs, 23)
        mask = [b.op("Expand", additive_mask(b), b.ints(1, 1, inputs["x"].shape[1], inputs["x"].shape[1]))]
        yield "Attention (opset 23), float mask", b, (b.op("Attention", *projections(b), *mask, **attrs),), {}
    b = Builder(inputs, 23)
    mask = [b.op("Unsqueeze", b.op("Cast", "mask", to=9), b.ints(1, 2))] if kind == "masked" else []
    if not mask:
        made = b.op("Attention", *merged(b), **attrs)
        yield "Attention (opset 23), one product and Split", b, (made,), {}


def with_past(past: int) -> Iterator[Form]:
    """One token whose keys and values join those of `past` tokens; outputs are the result and all keys and values."""
    rng = np.random.default_rng(1)
    shape = (1, H, past, D)
    inputs = {
        "x": rng.standard_normal((1, 1, W), np.float32),
        "pk": rng.standard_normal(shape, np.float32),
        "pv": rng.standard_normal(shape, np.float32),
    }
    for name, parts in (("three products", projections), ("one product and Split", merged)):
        b = Builder(inputs)
        q, k, v = (heads(b, x) for x in parts(b))
        k, v = b.op("Concat", "pk", k, axis=2), b.op("Concat", "pv", v, axis=2)
        yield f"primitives, {name}", b, (unheads(b, primitive(b, q, k, v)), k, v), {}
    b = Builder(inputs)
    q, k, v = (b.op("Reshape", x, b.ints(1, H, 1, D)) for x in merged(b))
    k, v = b.op("Concat", "pk", k, axis=2), b.op("Concat", "pv", v, axis=2)
    made = b.op("Reshape", primitive(b, q, k, v), b.ints(1, 1, W))
    yield "primitives, one product and Split, Reshape for Transpose", b, (made, k, v), {}
    for name, parts in (("", projections), (", one product and Split", merged)):
        b = Builder(inputs)
        made = b.ms("MultiHeadAttention", *parts(b), "", "", "", "pk", "pv", count=3, num_heads=H, unidirectional=1)
        yield f"contrib MultiHeadAttention{name}", b, (made, f"{made}.1", f"{made}.2"), {}
        b = Builder(inputs, 23)
        made = b.op("Attention", *parts(b), "", "pk", "pv", count=3, q_num_heads=H, kv_num_heads=H, is_causal=0)
        yield f"Attention (opset 23){name}", b, (made, f"{made}.1", f"{made}.2"), {}
        b = Builder(inputs)
        lengths, total = b.const([past], "int32"), b.const(past + 1, "int32")
        made = b.ms("GroupQueryAttention", *parts(b), "pk", "pv", lengths, total, count=3, num_heads=H, kv_num_heads=H)
        yield f"GroupQueryAttention{name}", b, (made, f"{made}.1", f"{made}.2"), {}
    yield from joined_past(inputs, past)


def joined_past(inputs: Inputs, past: int) -> Iterator[Form]:
    """Forms that take keys and values as one tensor [2, N, H, P, D] or queries, keys and values as one."""
    b = Builder(inputs)
    joined = b.op("Concat", *(b.op("Unsqueeze", name, b.ints(0)) for name in ("pk", "pv")), axis=0)
    weight, bias = merged_weights(b)
    made = b.ms("Attention", "x", weight, bias, "", joined, count=2, num_heads=H, unidirectional=1)
    k, v = (b.op("Gather", f"{made}.1", b.const(place, "int64"), axis=0) for place in (0, 1))
    yield "contrib Attention, past joined and taken apart", b, (made, k, v), {}
    b = Builder(inputs)
    (packed,) = merged(b, split=False)
    lengths, total = b.const([past], "int32"), b.const(past + 1, "int32")
    made = b.ms("GroupQueryAttention", packed, "", "", "pk", "pv", lengths, total, count=3, num_heads=H, kv_num_heads=H)
    yield "GroupQueryAttention, packed", b, (made, f"{made}.1", f"{made}.2"), {}
