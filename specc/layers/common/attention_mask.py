"""Masks of attention: what they may be, and the bias of the scores that they become."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port, Rejected
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_attention import SinksDoNotFit, SinkTokensWithoutWindow
from specc.layers.common.errors_sequence import MaskDoesNotFit, QueriesOutnumberKeys
from specc.layers.common.heads import Heads
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

KEY_MASK = Port("key_mask", optional=True, doc="[N, Tk], bool or integers: true or not 0 to attend")
MASKS = (
    Port("mask", optional=True, doc="fits [N, heads, Tq, Tk]: bool, true to attend, or numbers that are added"),
    KEY_MASK,
    Port("score_bias", optional=True, doc="fits [N, heads, Tq, Tk]: numbers that are added to the scaled scores"),
)
SINKS = Port("sinks", optional=True, doc="[heads], a logit of each head that takes its part of every softmax")
HIDDEN = {DType.FLOAT16: -3e4}
"""Scores of what is masked, where -1e30 does not fit: finite, so that a row without any key has no NaN."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which keys queries see by their places: query i stands at the key i + (Tk - Tq)."""

    causal: bool
    window: int | None
    sink_tokens: int

    @property
    def hides(self) -> bool:
        """Whether there is anything that a query does not see."""
        return self.causal or self.window is not None

    def emit(self, build: Builder, sizes: Heads) -> str:
        """[Tq, Tk], true where the query sees the key."""
        rows, columns = counted(build, sizes.queries), counted(build, sizes.keys)
        if sizes.keys != sizes.queries:
            rows = build.op("Add", rows, build.number(sizes.keys - sizes.queries))
        rows = build.op("Unsqueeze", rows, build.ints(1))
        if self.window is None:
            return build.op("LessOrEqual", columns, rows)
        distance = build.op("Sub", rows, columns)
        near = build.op("Less", build.op("Abs", distance), build.scalar(self.window, DType.INT64))
        if self.sink_tokens:
            first = build.op("Less", columns, build.scalar(self.sink_tokens, DType.INT64))
            near = build.op("Or", near, first)
        if not self.causal:
            return near
        return build.op("And", near, build.op("LessOrEqual", columns, rows))


def need_masks(layer: str, inputs: Arguments[TensorType], sizes: Heads, pattern: Pattern) -> None:
    """Reject masks, biases and sinks that do not fit, and patterns with queries before the first key."""
    if pattern.sink_tokens and pattern.window is None:
        raise Rejected(SinkTokensWithoutWindow(layer, pattern.sink_tokens))
    if pattern.hides and not at_least(sizes.keys, sizes.queries):
        kind = "causal attention" if pattern.causal else "attention in a window"
        raise Rejected(QueriesOutnumberKeys(sizes.queries, sizes.keys, kind), Blame(0))
    need_key_mask(layer, inputs, sizes.batch, sizes.keys)
    dtype = inputs[0].dtype
    for port, name in enumerate(port.name for port in inputs.ports):
        tensor = inputs.get(port)
        if tensor is None:
            continue
        if name == "mask" and tensor.dtype not in (DType.BOOL, dtype):
            raise Rejected(WrongDtype(layer, f"a mask of bool or {dtype}", str(tensor)), Blame(port))
        if name == "score_bias" and tensor.dtype is not dtype:
            raise Rejected(WrongDtype(layer, f"a bias of {dtype}", str(tensor)), Blame(port))
        if name in ("mask", "score_bias"):
            _need_fit(name, tensor, sizes.scores, port)
        if name == "sinks" and tensor != TensorType(dtype, (sizes.heads,)):
            raise Rejected(SinksDoNotFit(tensor, TensorType(dtype, (sizes.heads,))), Blame(port))


def need_key_mask(layer: str, inputs: Arguments[TensorType], batch: Dim, keys: Dim) -> None:
    """Reject a `key_mask` that is not [batch, keys] of bool or integers."""
    mask = inputs.get("key_mask")
    if mask is None:
        return
    port = [port.name for port in inputs.ports].index("key_mask")
    if mask.dtype.is_float:
        raise Rejected(WrongDtype(layer, "a mask of bool or integers", str(mask)), Blame(port))
    if mask.rank != 2:
        raise Rejected(MaskDoesNotFit("key_mask", mask, (batch, keys)), Blame(port))
    _need_fit("key_mask", mask, (batch, keys), port)


def _need_fit(name: str, mask: TensorType, wanted: tuple[Dim, ...], port: int) -> None:
    """Dims aligned from the last, each equal or 1."""
    front = len(wanted) - mask.rank
    for axis, dim in enumerate(mask.shape):
        if front < 0 or dim not in (1, wanted[front + axis]):
            raise Rejected(MaskDoesNotFit(name, mask, wanted), Blame(port, axis))


def is_masked(inputs: Arguments[TensorType], pattern: Pattern) -> bool:
    """Whether anything is added to the scores."""
    return pattern.hides or any(inputs.get(port.name) is not None for port in MASKS)


def score_bias(build: Builder, site: Site, sizes: Heads, pattern: Pattern) -> str | None:
    """What is added to the scores: the bias and the mask's own numbers, or a large negative number where a query does
    not see a key; None where nothing is added."""
    dtype = site.types[0].dtype
    mask, added = site.inputs.get("mask"), site.inputs.get("score_bias")
    allowed: list[str] = []
    if mask is not None and site.types["mask"].dtype is DType.BOOL:
        allowed.append(mask)
    elif mask is not None:
        added = mask if added is None else build.op("Add", mask, added)
    if site.inputs.get("key_mask") is not None:
        allowed.append(build.op("Unsqueeze", seen_keys(build, site), build.ints(1, 2)))
    if pattern.hides:
        allowed.append(pattern.emit(build, sizes))
    if not allowed:
        return added
    together = allowed[0]
    for other in allowed[1:]:
        together = build.op("And", together, other)
    shown = build.scalar(0.0, dtype) if added is None else added
    return build.op("Where", together, shown, build.scalar(HIDDEN.get(dtype, -1e30), dtype))


def seen_keys(build: Builder, site: Site) -> str:
    """The `key_mask` as bool."""
    key_mask = site.inputs["key_mask"]
    same = site.types["key_mask"].dtype is DType.BOOL
    return key_mask if same else converted(build, key_mask, DType.BOOL)
