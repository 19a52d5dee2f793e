"""What divisions with integers among their element types have in common."""

from __future__ import annotations

from collections.abc import Mapping

from specc.ir.builder import Builder
from specc.ir.operation import Arguments, Blame, Elements, Rejected
from specc.layers.common.binary import Binary
from specc.layers.common.errors_elementwise import DivisorZero
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

TRAPPING = (DType.INT32, DType.INT64)
"""Types of which the least number divided by -1 ends the process that runs the model."""


class Division(Binary):
    """Base of divisions of numbers; 0 written down as an integer divisor is rejected."""

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Integer divisors that are written down are not 0."""
        if 1 in known and 0 in known[1].written:
            raise Rejected(DivisorZero(self.name), Blame(0))


def harmless(build: Builder, divisor: str, dtype: DType) -> str:
    """`divisor` with 1 in place of -1 where a division by that may trap; the rest of the division is 0 with both."""
    if dtype not in TRAPPING:
        return divisor
    one = build.scalar(1, dtype)
    return build.op("Where", build.op("Equal", divisor, build.scalar(-1, dtype)), one, divisor)
