"""Element types and shapes of HDF5 datasets."""

from __future__ import annotations

import struct
from typing import Literal

import numpy as np

from specc.weights.arrays import NumpyType, named_type
from specc.weights.mapped import Damaged, Window

_FIXED, _FLOAT, _OPAQUE, _ENUM = 0, 1, 5, 8
_KINDS = {3: "text", 4: "bits", 5: "opaque", 6: "records", 7: "references", 9: "lists", 10: "arrays"}
_FLOATS = {(2, 5, 10): "float16", (2, 8, 7): "bfloat16", (4, 8, 23): "float32", (8, 11, 52): "float64"}
_MOST_DIMS = 32


def element_type(body: Window, is_bfloat16: bool) -> NumpyType | str:
    """The type that a datatype message tells, or in words what else it is. `is_bfloat16`: an attribute says so."""
    first, flags, size = struct.unpack("<BB2xI", body.take(0, 8))
    kind = first & 15
    order: Literal["<", ">"] = ">" if flags & 1 else "<"
    if kind == _FIXED and size in (1, 2, 4, 8):
        return np.dtype(f"{order}{'i' if flags & 8 else 'u'}{size}")
    if kind == _FLOAT:
        exponent, mantissa = body.take(13, 1)[0], body.take(15, 1)[0]
        name = _FLOATS.get((size, exponent, mantissa))
        return "unusual floats" if name is None else named_type(name).newbyteorder(order)
    if kind == _OPAQUE and size == 2 and is_bfloat16:
        return named_type("bfloat16")
    if kind == _ENUM and size == 1:
        names = body.take(8, min(body.size - 8, 64))
        return np.dtype(np.bool_ if b"FALSE" in names and b"TRUE" in names else np.int8)
    return _KINDS.get(kind, "an unknown type")


def shape_of(body: Window) -> tuple[int, ...] | None:
    """The shape that a dataspace message tells; None where there is no data at all."""
    version, rank = body.take(0, 2)
    if rank > _MOST_DIMS or version not in (1, 2):
        raise Damaged("it has a dataset of impossible shape")
    if version == 2 and body.take(3, 1)[0] == 2:
        return None
    shape = struct.unpack(f"<{rank}Q", body.take(8 if version == 1 else 4, 8 * rank))
    if any(dim >= 2**62 for dim in shape):
        raise Damaged("it has a dataset of impossible shape")
    return shape
