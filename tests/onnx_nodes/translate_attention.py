"""Attention over heads."""

from __future__ import annotations

import numpy as np
from node_outcomes import Excluded, Reason
from node_spec import Name, NodeSpec, layer, show, spec
from node_tests import Array, NodeTest
from translating import translates


@translates("Attention")
def attention(test: NodeTest) -> NodeSpec:
    """Past keys and values are put before the new ones. A causal mask counts from the last past key in ONNX, which is
    `causal` for as many queries as new keys, and a mask of its own otherwise."""
    _check_forms(test)
    query, key, value, past = test.input(0), test.input(1), test.input(2), test.get(4)
    heads, kv_heads = _heads(test)
    apart = query.ndim == 4
    before = [f"{name} = {_split(name, array, count)}" for name, array, count in _inputs(test) if not apart]
    if past is not None:
        before += ["k = concat(pk, k, axis=2)", "v = concat(pv, v, axis=2)"]
    keys = key.shape[-2] + (past.shape[2] if past is not None else 0)
    mask, causal = _mask(test, query.shape[-2], keys, keys - key.shape[-2], before)
    options: dict[str, object] = {} if heads == kv_heads else {"num_heads": heads, "num_kv_heads": kv_heads}
    for name in ("scale", "softcap"):
        if test.attribute(name):
            options[name] = test.attribute(name)
    call = layer("attention", "q", "k", "v", **mask, **options, **causal)
    results = (call if apart else f"{call} -> {_joined(query, value, heads, kv_heads)}", "k", "v")
    arrays = {"q": query, "k": key, "v": value, "m": test.get(3), "pk": past, "pv": test.get(5)}
    return spec(test, *results[: len(test.outputs)], before=tuple(before), **arrays)


def _check_forms(test: NodeTest) -> None:
    if _sees_nothing(test):
        raise Excluded(Reason.NO_OPTION, "`attention` gives the mean of the values where ONNX gives 0: no key is seen")
    if test.has(6):
        raise Excluded(Reason.NO_OPTION, "`attention` has no lengths of the keys (nonpad_kv_seqlen)")
    if len(test.outputs) > 3:
        raise Excluded(Reason.NO_OPTION, "`attention` has no result for the scores (qk_matmul_output)")


def _sees_nothing(test: NodeTest) -> bool:
    """Whether a mask of bools hides every key from a query."""
    mask = test.get(3)
    if mask is None or mask.dtype != bool or test.has(6):
        return False
    keys, new = mask.shape[-1], test.input(1).shape[-2]
    seen = np.tri(test.input(0).shape[-2], keys, keys - new if test.integer("is_causal", 0) else keys, dtype=bool)
    return not (mask & seen).any(-1).all()


def _left(test: NodeTest) -> int:
    """Keys before its own place that a query sees, -1 for all; `window` counts that place too."""
    left, right = test.integer("left_window_size", -1), test.integer("right_window_size", -1)
    if (left >= 0 or right >= 0) and not test.integer("is_causal", 0):
        raise Excluded(Reason.NO_OPTION, "`attention` has a window only where it is causal")
    return left


def _heads(test: NodeTest) -> tuple[int, int]:
    query, key = test.input(0), test.input(1)
    if query.ndim == 4:
        return query.shape[1], key.shape[1]
    return test.integer("q_num_heads", 1), test.integer("kv_num_heads", 1)


def _inputs(test: NodeTest) -> tuple[tuple[str, Array, int], ...]:
    heads, kv_heads = _heads(test)
    return ("q", test.input(0), heads), ("k", test.input(1), kv_heads), ("v", test.input(2), kv_heads)


def _split(name: str, array: Array, heads: int) -> str:
    """[N, T, heads * size] as [N, heads, T, size]."""
    batch, places, size = array.shape
    return f"{name} -> reshape({show((batch, places, heads, size // heads))}) -> transpose([0, 2, 1, 3])"


def _joined(query: Array, value: Array, heads: int, kv_heads: int) -> str:
    size = heads * value.shape[2] // kv_heads
    return f"transpose([0, 2, 1, 3]) -> reshape({show((*query.shape[:2], size))})"


def _mask(
    test: NodeTest, queries: int, keys: int, past: int, before: list[str]
) -> tuple[dict[str, object], dict[str, object]]:
    """Options for the mask, and for `causal` and `window`; statements that make the mask go to `before`."""
    mask = test.get(3)
    given = {} if mask is None else {"mask": Name("m")}
    left = _left(test)
    if not test.integer("is_causal", 0):
        return given, {}
    if queries + past == keys:
        return given, {"causal": True} | ({} if left < 0 else {"window": left + 1})
    within = "" if left < 0 else f" and j >= i + {past - left}"
    before.append(f"const seen[i, j]: bool[{queries}, {keys}] = j <= i + {past}{within}")
    if mask is None:
        return {"mask": Name("seen")}, {}
    before.append("m = m and seen" if mask.dtype == bool else "m = where(seen, m, -1e9)")
    return given, {}


@translates("RotaryEmbedding")
def rotary_embedding(test: NodeTest) -> NodeSpec:
    raise Excluded(Reason.NO_OPTION, "`rotary` computes its sines and cosines, where ONNX takes them as inputs")
