"""Channels that leave units of the device idle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.layers.conv import Conv
from specc.layers.linear import Linear

IDLE = 0.05
TENSOR_CORES = ("float16", "tfloat32")


def idle_lanes(facts: Facts) -> Iterator[Advice]:
    """Outputs that do not fill the last vector register or tile, on a device whose figures tell its width."""
    machine = facts.roofline.machine if facts.roofline else None
    if machine is None:
        return
    kinds = ("float32", *TENSOR_CORES)
    dtype = next((kind for kind in kinds if machine.multiple.get(kind, 1) > 1), "float32")
    lanes = machine.multiple.get(dtype, 1)
    for node, _ in facts.pairs():
        operation = node.operation
        if not isinstance(operation, Conv | Linear) or (isinstance(operation, Conv) and operation.groups != 1):
            continue
        filled = -(-operation.out // lanes) * lanes
        after = chain_price(node.input_types()[0], (replace(operation, out=filled),))
        if after is not None and filled * (1 - IDLE) > operation.out:
            yield Advice(
                "idle lanes",
                node.path,
                f"{operation.out} channels in {dtype} leave {1 - operation.out / filled:.0%} of "
                f"{filled // lanes} units of {lanes} idle",
                f"{filled} channels take the same time; or {filled - lanes}"
                if filled > lanes
                else f"{filled} channels",
                machine.sources.get("multiple", ""),
                own_price(node),
                after,
            )
