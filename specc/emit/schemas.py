"""What the ONNX specification says of an operator: its attributes, how many inputs it has, and of which types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from onnx import defs
from onnx.defs import OpSchema

from specc.base.suggest import nearest
from specc.emit.attributes import KINDS, fits
from specc.emit.errors import BadOperatorAttribute, OperatorRejected, UnknownOperator
from specc.emit.settings import DOMAINS, OPSETS
from specc.ir.operation import Blame, Rejected
from specc.ir.operators import OperatorAttribute
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

Attributes: TypeAlias = Mapping[str, OperatorAttribute]
Inputs: TypeAlias = tuple[TensorType | None, ...]
_TYPE_NAMES = {DType.FLOAT32: "float", DType.FLOAT64: "double"}
_MANY = 1_000


def first_opset(op_type: str, domain: str, attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> int:
    """The first of `OPSETS` in which the operator takes these attributes and inputs. Raises `Rejected` with what the
    first that has the operator does not take."""
    reason: Rejected | None = None
    for opset in OPSETS:
        if not _exists(op_type, domain, opset):
            continue
        try:
            check_call(operator_schema(op_type, domain, opset), attributes, inputs, results)
        except Rejected as rejected:
            reason = reason or rejected
        else:
            return opset
    raise reason or Rejected(UnknownOperator(op_type, OPSETS[-1], nearest(op_type, _names(domain))))


def operator_schema(op_type: str, domain: str, opset: int) -> OpSchema:
    """The operator's schema; `opset` counts for the standard domain, another has one version."""
    return defs.get_schema(op_type, DOMAINS.get(domain, opset), domain)


def _exists(op_type: str, domain: str, opset: int) -> bool:
    return (
        defs.has(op_type, DOMAINS.get(domain, opset), domain) and not operator_schema(op_type, domain, opset).deprecated
    )


def _names(domain: str) -> list[str]:
    return sorted({schema.name for schema in defs.get_all_schemas() if schema.domain == domain})


def check_call(schema: OpSchema, attributes: Attributes, inputs: Inputs, results: tuple[int, ...]) -> None:
    """Raise `Rejected` for attributes, or numbers or element types of inputs, that the operator does not have."""
    _check_attributes(schema, attributes)
    _check_counts(schema, inputs, results)
    for index, type_ in enumerate(inputs):
        if type_ is not None:
            _check_type(schema, index, type_)


def _check_attributes(schema: OpSchema, attributes: Attributes) -> None:
    known = schema.attributes
    for name, value in attributes.items():
        if name not in known:
            raise Rejected(BadOperatorAttribute(schema.name, name, "does not exist", nearest(name, sorted(known))))
        kind = KINDS.get(known[name].type)
        if kind is None:
            raise Rejected(BadOperatorAttribute(schema.name, name, "is of a kind that a spec cannot give"))
        if not fits(value, kind):
            wanted = str(known[name].type).rpartition(".")[2].lower()
            raise Rejected(BadOperatorAttribute(schema.name, name, f"has to be of kind {wanted}, and is {value!r}"))
    for name, attribute in known.items():
        if attribute.required and name not in attributes:
            raise Rejected(BadOperatorAttribute(schema.name, name, "is missing"))


def _check_counts(schema: OpSchema, inputs: Inputs, results: tuple[int, ...]) -> None:
    low, high = schema.min_input, schema.max_input
    if not low <= len(inputs) <= high:
        wanted = f"{low}" if low == high else f"at least {low}" if high > _MANY else f"{low} to {high}"
        raise Rejected(OperatorRejected(schema.name, f"it takes {wanted}, and got {len(inputs)}"))
    if results[-1] >= schema.max_output:
        why = f"it has {schema.max_output} results at most, and the one with index {results[-1]} is asked for"
        raise Rejected(OperatorRejected(schema.name, why))


def _check_type(schema: OpSchema, index: int, type_: TensorType) -> None:
    formal = schema.inputs[min(index, len(schema.inputs) - 1)]
    name = _TYPE_NAMES.get(type_.dtype, type_.dtype.label)
    if f"tensor({name})" not in formal.types:
        raise Rejected(OperatorRejected(schema.name, f"its input `{formal.name}` cannot be {type_}"), Blame(index))
