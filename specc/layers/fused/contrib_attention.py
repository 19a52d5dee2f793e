"""Operators for attention in the runtime's own domain, and how they are told what is masked."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from specc.ir.builder import Builder, Site
from specc.ir.operators import Attribute
from specc.layers.cast import converted
from specc.layers.common.attention_mask import HIDDEN, Pattern, score_bias
from specc.layers.common.heads import Heads
from specc.tensor.dtypes import DType

CONTRIB = "com.microsoft"
_HIDDEN = -1e30


@dataclass(frozen=True, slots=True)
class Seen:
    """What the operators are told of masks: whether it is causal, int32 [N, Tk] that is 0 for keys which no query
    sees, and what is added to the scores, [1 or N, 1 or heads, Tq, Tk]."""

    causal: bool
    keys: str | None
    bias: str | None


def multi_head(
    build: Builder,
    operands: tuple[str, str, str],
    sizes: Heads,
    choice: tuple[float | None, DType],
    seen: Seen,
    past: tuple[str, str] | None = None,
) -> tuple[str, ...]:
    """`MultiHeadAttention` on [N, T, heads * size], with the scale and element type of `choice`; after keys and values
    of the `past` [N, heads, P, size] it also gives all of them."""
    attributes = _attributes(sizes, choice, seen)
    if past is None:
        inputs = (*operands, None, seen.keys, seen.bias)
        return build.ops("MultiHeadAttention", inputs, 1, CONTRIB, attributes)
    return build.ops("MultiHeadAttention", (*operands, None, seen.keys, seen.bias, *past), 3, CONTRIB, attributes)


def packed(
    build: Builder, operands: tuple[str, str, str], sizes: Heads, choice: tuple[float | None, DType], seen: Seen
) -> str:
    """`Attention` of a tensor [N, T, in], a matrix [in, 3 * heads * size] that makes queries, keys and values of it,
    and their bias."""
    inputs = (*operands, seen.keys, None, seen.bias)
    return build.ops("Attention", inputs, 1, CONTRIB, _attributes(sizes, choice, seen))[0]


def _attributes(sizes: Heads, choice: tuple[float | None, DType], seen: Seen) -> dict[str, Attribute]:
    scale, dtype = choice
    attributes: dict[str, Attribute] = {"num_heads": sizes.heads}
    if seen.causal:
        attributes["unidirectional"] = 1
    if seen.keys is not None:
        attributes["mask_filter_value"] = HIDDEN.get(dtype, _HIDDEN)
    if scale is not None and scale != 1 / sqrt(sizes.key_size):
        attributes["scale"] = scale
    return attributes


def seen_of(build: Builder, site: Site, sizes: Heads, pattern: Pattern) -> Seen | None:
    """How the masks of a layer are told; None where they fit no input of the operator."""
    key_mask = site.inputs.get("key_mask")
    others = any(site.inputs.get(name) is not None for name in ("mask", "score_bias"))
    alone = pattern.window is None and not (pattern.causal and (key_mask is not None or sizes.keys != sizes.queries))
    if alone and not others:
        keys = None if key_mask is None else _int32(build, key_mask, site.types["key_mask"].dtype)
        return Seen(pattern.causal, keys, None)
    if not _fills(site, sizes, pattern):
        return None
    bias = score_bias(build, site, sizes, pattern)
    return Seen(False, None, None if bias is None else _four_axes(build, bias, site))


def _fills(site: Site, sizes: Heads, pattern: Pattern) -> bool:
    """Whether what is added to the scores has all queries and all keys without being repeated."""
    if pattern.hides:
        return True
    types = [site.types.get(name) for name in ("mask", "score_bias")]
    return any(type_ is not None and type_.shape[-2:] == (sizes.queries, sizes.keys) for type_ in types)


def _four_axes(build: Builder, bias: str, site: Site) -> str:
    """With axes for the batch and the heads."""
    types = [site.types.get(name) for name in ("mask", "score_bias")]
    rank = max([2, *(type_.rank for type_ in types if type_ is not None)])
    if site.inputs.get("key_mask") is not None:
        rank = 4
    return bias if rank == 4 else build.op("Unsqueeze", bias, build.ints(*range(4 - rank)))


def _int32(build: Builder, key_mask: str, dtype: DType) -> str:
    """0 for keys that are not seen, 1 for others."""
    seen = key_mask if dtype is DType.BOOL else converted(build, key_mask, DType.BOOL)
    return converted(build, seen, DType.INT32)
