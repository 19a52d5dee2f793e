"""Element types that layers take: those for which ONNX and its runtime have operators."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_tensor import DtypesDiffer
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class ElementTypes:
    """A set of element types; `text` completes "needs ..."."""

    text: str
    members: frozenset[DType]

    def need(self, layer: str, tensor: TensorType, port: int = 0) -> None:
        """Reject a tensor of another element type."""
        if tensor.dtype not in self.members:
            raise Rejected(WrongDtype(layer, self.text, str(tensor)), Blame(port))

    def need_one(self, layer: str, inputs: Arguments[TensorType]) -> None:
        """Reject inputs that are not all of one element type of this set."""
        first: tuple[int, TensorType] | None = None
        for port, tensor in enumerate(inputs.items):
            if tensor is None:
                continue
            self.need(layer, tensor, port)
            first = first or (port, tensor)
            if tensor.dtype is not first[1].dtype:
                raise Rejected(DtypesDiffer(layer, first[1], tensor), Blame(first[0]), Blame(port))


def _some(text: str, *members: DType) -> ElementTypes:
    return ElementTypes(text, frozenset(d for d in DType if d.is_float) | frozenset(members))


FLOATS = _some("floating point")
SINGLE = ElementTypes("float32, float16 or bfloat16", FLOATS.members - {DType.FLOAT64})
NUMBERS = ElementTypes("numbers", frozenset(DType) - {DType.BOOL})
SIGNED = _some("signed numbers", DType.INT8, DType.INT16, DType.INT32, DType.INT64)
ANY = ElementTypes("any type", frozenset(DType))
BOOLEANS = ElementTypes("bool", frozenset({DType.BOOL}))
INTEGERS = ElementTypes("integers", frozenset(d for d in DType if d.is_integer))
INDICES = ElementTypes("int64 or int32", frozenset({DType.INT64, DType.INT32}))
WIDE = _some("floating point, int32 or int64", DType.INT32, DType.INT64)
"""Powers, sums, products, means."""
FUSED = ElementTypes("float32 or float16", frozenset({DType.FLOAT32, DType.FLOAT16}))
"""Fused recurrent operators."""
STEPPED = ElementTypes("float32, float64 or float16", FUSED.members | {DType.FLOAT64})
"""Single steps of recurrent layers."""
CLAMPED = ElementTypes("numbers other than int16 and uint16", NUMBERS.members - {DType.INT16, DType.UINT16})
"""Numbers kept within bounds."""
RANKED = _some("floating point, int8, uint8, int32 or int64", DType.INT8, DType.UINT8, DType.INT32, DType.INT64)
"""Largest and smallest along axes."""
COMPARED = _some(
    "floating point, int8, int32, int64, uint8, uint32 or uint64",
    *(DType.INT8, DType.INT32, DType.INT64, DType.UINT8, DType.UINT32, DType.UINT64),
)
"""Larger and smaller of two."""
CHOSEN = _some(
    "floating point, bool, int8, int32, int64, uint8 or uint32",
    *(DType.BOOL, DType.INT8, DType.INT32, DType.INT64, DType.UINT8, DType.UINT32),
)
"""Sides of `where`."""
EITHER = ElementTypes("floating point, int8, int32, int64, uint8 or uint32", CHOSEN.members - {DType.BOOL})
"""Numbers of which `where` takes one or the other."""
MULTIPLIED = _some(
    "floating point, int32, int64, uint32 or uint64", DType.INT32, DType.INT64, DType.UINT32, DType.UINT64
)
"""Matrix products."""

ONNX_NUMBERS = {
    DType.FLOAT32: 1,
    DType.UINT8: 2,
    DType.INT8: 3,
    DType.UINT16: 4,
    DType.INT16: 5,
    DType.INT32: 6,
    DType.INT64: 7,
    DType.BOOL: 9,
    DType.FLOAT16: 10,
    DType.FLOAT64: 11,
    DType.UINT32: 12,
    DType.UINT64: 13,
    DType.BFLOAT16: 16,
}
"""Element types as attributes of ONNX operators name them."""

GREATEST = {
    DType.FLOAT32: (2 - 2.0**-23) * 2.0**127,
    DType.FLOAT64: (2 - 2.0**-52) * 2.0**1023,
    DType.FLOAT16: (2 - 2.0**-10) * 2.0**15,
    DType.BFLOAT16: (2 - 2.0**-7) * 2.0**127,
}
"""Greatest finite values of floating-point types."""
ORDERED = ElementTypes("floating point, uint8 or signed integers", SIGNED.members | {DType.UINT8})
"""Elements put in order."""
CUT = ElementTypes("floating point, bool, int32 or int64", WIDE.members | {DType.BOOL})
"""Triangles of matrices."""


def whole_range(dtype: DType) -> tuple[int, int]:
    """The least and the greatest value of an integer type."""
    if dtype.label.startswith("u"):
        return 0, 2**dtype.bits - 1
    return -(2 ** (dtype.bits - 1)), 2 ** (dtype.bits - 1) - 1
