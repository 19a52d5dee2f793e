"""The two ways of a node test through specc: as a spec of layers, and as `onnx.OpName(...)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from node_by_name import forms, opsets
from node_outcomes import Excluded, Reason
from node_running import agreement, plain_failure, run_spec
from node_tests import NodeTest, check_types
from translations import through_layers

import specc

LAYER_OPSETS = (21, 23)
UNKNOWN_TYPE = "SP6006"
REFUSED: Mapping[str, Reason] = {
    "SP3004": Reason.LAYER_TYPE,
    "SP3111": Reason.NO_OPTION,
    "SP3209": Reason.NO_OPTION,
    "SP3216": Reason.NO_OPTION,
    "SP3217": Reason.NO_OPTION,
    "SP3219": Reason.NO_OPTION,
}
"""Codes of the mistakes by which layers refuse what ONNX allows: an element type, padding above half the kernel, a
slice or a reduction of nothing, bounds in the wrong order, an equation with dots."""
TYPE_REFUSED = re.compile(r"`(\w+)` needs .* got (\w+)\[")
NO_KERNEL = re.compile(r"Could not find an implementation for (\w+)|Fatal error: ([\w.:]+)\(")
DIFFER = re.compile(r"Mismatched elements: (\d+) / (\d+)")
WORDS = tuple(map(re.compile, (r".* was false\. (.*)", r".*Status Message: (.*)", r".*?atol=\S+ (.* mismatch):")))
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a node test ended: passed where `reason` is empty, `tight` where the outputs agree within 1e-5."""

    operator: str
    reason: str = ""
    detail: str = ""
    tight: bool = False


def outcome(test: NodeTest, way: Callable[[NodeTest], bool]) -> Outcome:
    """Run a node test one way. Raises what went wrong, unless it is one of the reasons."""
    try:
        check_types(test)
        return Outcome(test.operator, tight=way(test))
    except Excluded as excluded:
        return Outcome(test.operator, excluded.reason.name, excluded.detail)


def by_layers(test: NodeTest) -> bool:
    """Run the spec of layers in both opsets; whether all agrees within 1e-5."""
    made = through_layers(test)
    try:
        tight = [agreement(test, run_spec(made, opset), made.wanted) for opset in LAYER_OPSETS]
    except specc.SpecError as error:
        raise _refusal(error) or error from None
    return all(tight)


def _refusal(error: specc.SpecError) -> Excluded | None:
    (found,) = error.diagnostics
    if found.code not in REFUSED:
        return None
    type_ = TYPE_REFUSED.match(found.message)
    return Excluded(REFUSED[found.code], f"`{type_[1]}` of {type_[2]}" if type_ else found.message)


def by_name(test: NodeTest) -> bool:
    """Run the operator by its name in every opset that has it in this form; it passes where one of them does, and a
    failure in another is the runtime's, which the node alone shows too."""
    tight: list[bool] = []
    failed: Excluded | None = None
    for opset in opsets(test):
        try:
            tight.append(_first_that_is_typed(test, opset))
        except (specc.SpecError, AssertionError):
            failure = plain_failure(test)
            if failure is None:
                raise
            failed = _of_the_runtime(test, failure)
    if failed is not None and not tight:
        raise failed
    return all(tight)


def _first_that_is_typed(test: NodeTest, opset: int) -> bool:
    unknown: specc.SpecError | None = None
    for made in forms(test):
        try:
            return agreement(test, run_spec(made, opset), made.wanted)
        except specc.SpecError as error:
            if error.diagnostics[0].code != UNKNOWN_TYPE:
                raise
            unknown = error
    assert unknown is not None
    raise unknown


def _of_the_runtime(test: NodeTest, failure: str) -> Excluded:
    missing = NO_KERNEL.search(failure)
    if missing:
        types = sorted({str(array.dtype) for array in test.inputs if array is not None})
        return Excluded(Reason.NO_KERNEL, f"`{missing[1] or missing[2]}` of {', '.join(types)}")
    differ = DIFFER.search(failure)
    if differ:
        return Excluded(Reason.RUNTIME_DIFFERS, f"{test.name}: {differ[1]} of {differ[2]} elements differ")
    words = next((found[1] for pattern in WORDS if (found := pattern.match(failure))), failure)
    return Excluded(Reason.RUNTIME_DIFFERS, f"{test.name}: {words[:LONGEST].strip()}")
