"""Masks of attention: what they may be, and the bias of the scores that they become."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_sequence import MaskDoesNotFit, QueriesOutnumberKeys
from specc.layers.common.heads import Heads
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

HIDDEN = {DType.FLOAT16: -3e4}
"""Scores of what is masked, where -1e30 does not fit: finite, so that a row without any key has no NaN."""


def need_masks(layer: str, inputs: Arguments[TensorType], sizes: Heads, causal: bool) -> None:
    """Reject masks that do not fit, and causal attention with queries before the first key."""
    if causal and not at_least(sizes.keys, sizes.queries):
        raise Rejected(QueriesOutnumberKeys(sizes.queries, sizes.keys), Blame(0))
    ports = [port.name for port in inputs.ports]
    mask, key_mask = inputs.get("mask"), inputs.get("key_mask")
    if mask is not None:
        port = ports.index("mask")
        if mask.dtype not in (DType.BOOL, inputs[0].dtype):
            raise Rejected(WrongDtype(layer, f"a mask of bool or {inputs[0].dtype}", str(mask)), Blame(port))
        _need_fit("mask", mask, sizes.scores, port)
    if key_mask is not None:
        port = ports.index("key_mask")
        if key_mask.dtype.is_float:
            raise Rejected(WrongDtype(layer, "a mask of bool or integers", str(key_mask)), Blame(port))
        if key_mask.rank != 2:
            raise Rejected(MaskDoesNotFit("key_mask", key_mask, (sizes.batch, sizes.keys)), Blame(port))
        _need_fit("key_mask", key_mask, (sizes.batch, sizes.keys), port)


def _need_fit(name: str, mask: TensorType, wanted: tuple[Dim, ...], port: int) -> None:
    """Dims aligned from the last, each equal or 1."""
    front = len(wanted) - mask.rank
    for axis, dim in enumerate(mask.shape):
        if front < 0 or dim not in (1, wanted[front + axis]):
            raise Rejected(MaskDoesNotFit(name, mask, wanted), Blame(port, axis))


def score_bias(build: Builder, site: Site, sizes: Heads, causal: bool) -> str | None:
    """What is added to the scores: 0, the mask's own number, or a large negative one; None without a mask."""
    dtype = site.types[0].dtype
    mask, added = site.inputs.get("mask"), build.scalar(0.0, dtype)
    allowed: list[str] = []
    if mask is not None and site.types["mask"].dtype is DType.BOOL:
        allowed.append(mask)
    elif mask is not None:
        added = mask
    key_mask = site.inputs.get("key_mask")
    if key_mask is not None:
        seen = key_mask if site.types["key_mask"].dtype is DType.BOOL else converted(build, key_mask, DType.BOOL)
        allowed.append(build.op("Unsqueeze", seen, build.ints(1, 2)))
    if causal:
        allowed.append(_causal(build, sizes))
    if not allowed:
        return mask
    together = allowed[0]
    for other in allowed[1:]:
        together = build.op("And", together, other)
    return build.op("Where", together, added, build.scalar(HIDDEN.get(dtype, -1e30), dtype))


def _causal(build: Builder, sizes: Heads) -> str:
    """[Tq, Tk], true where key j <= query i + (Tk - Tq)."""
    rows = counted(build, sizes.queries)
    if sizes.keys != sizes.queries:
        rows = build.op("Add", rows, build.dim(sizes.keys - sizes.queries))
    return build.op("LessOrEqual", counted(build, sizes.keys), build.op("Unsqueeze", rows, build.ints(1)))
