"""Members: `x.channels`, `embed.weight`, `std.bottleneck`, `onnx.Relu`."""

from __future__ import annotations

from specc.base.suggest import nearest
from specc.ir.graph import Value
from specc.resolve.errors import UnknownMember
from specc.resolve.expand import Expander
from specc.resolve.items import Item, LayerInstance, Namespace, OnnxNamespace, OnnxOperatorName, Results, describe
from specc.syntax import ast

TENSOR_MEMBERS = ("shape", "rank", "channels", "features", "size", "dtype")


def member(ex: Expander, owner: Item, expression: ast.Member) -> Item:
    """`owner.name`."""
    name = expression.name
    if isinstance(owner, Results) and owner.primary:
        owner = owner.values[0]
    known: tuple[str, ...] = ()
    match owner:
        case Value():
            known = TENSOR_MEMBERS
            if name in known and not (
                name in ("channels", "features") and owner.type.rank < (2 if name == "channels" else 1)
            ):
                return _of_tensor(owner, name)
        case LayerInstance():
            if name in owner.weights:
                return owner.weights[name]
            known = tuple(owner.weights)
        case Namespace():
            variable = owner.scope.variables.get(name)
            if variable is not None:
                variable.read = True
                return variable.item
            known = tuple(owner.scope.variables)
        case OnnxNamespace():
            domain = f"{owner.domain}.{name}" if owner.domain else name
            return OnnxOperatorName(owner.domain, name) if name[:1].isupper() else OnnxNamespace(domain)
        case _:
            pass
    text = describe(owner)
    if isinstance(owner, LayerInstance) and not owner.used:
        text = f"the layer `{owner.layer.name}`, which is not applied yet,"
    is_layer = isinstance(owner, Value) and name in ex.layers
    raise ex.wrong(UnknownMember(text, name, nearest(name, known), known[:8], is_layer), expression.span)


def _of_tensor(value: Value, name: str) -> Item:
    match name:
        case "shape":
            return value.type.shape
        case "rank":
            return value.type.rank
        case "channels":
            return value.type.shape[1]
        case "features":
            return value.type.shape[-1]
        case "size":
            return value.type.size
        case _:
            return value.type.dtype
