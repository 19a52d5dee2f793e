"""Lengths of the sequences of a batch, whose elements beyond them are padding."""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.ir.operation import Arguments, Blame, Port
from specc.layers.common.axes import need_equal
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import INDICES, ONNX_NUMBERS
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

LENGTHS = Port("lengths", optional=True, doc="[N], int64 or int32, kept within 0 and T: where each sequence ends")


def need_lengths(layer: str, inputs: Arguments[TensorType], batch_axis: int) -> None:
    """Reject `lengths`, where they are given, that are not one integer for each sequence of the input."""
    given = inputs.get(LENGTHS.name)
    if given is None:
        return
    port = [port.name for port in inputs.ports].index(LENGTHS.name)
    INDICES.need(layer, given, port)
    need_rank(layer, given, 1, 1, "[N]", port)
    batch = inputs[0].shape[batch_axis]
    need_equal(
        layer, "the number of `lengths` and the batch", given.shape[0], batch, Blame(port, 0), Blame(0, batch_axis)
    )


def kept_lengths(build: Builder, lengths: str, dtype: DType, longest: Dim) -> str:
    """`lengths` as int64 [N], each within 0 and `longest`."""
    wide = lengths if dtype is DType.INT64 else build.op("Cast", lengths, to=ONNX_NUMBERS[DType.INT64])
    return build.op("Min", build.op("Max", wide, build.ints(0)), build.number(longest))
