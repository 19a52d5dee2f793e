"""The reference of the layers, out of their docstrings and attributes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, Field, dataclass, fields
from inspect import cleandoc

from specc.ir.initial import Initial
from specc.ir.operation import Operation, Port
from specc.layers.common.attributes import Kind
from specc.report.grid import Column, Grid, plain
from specc.report.values import raw_text

SECTIONS = ("Formula", "Source", "Example")


@dataclass(frozen=True, slots=True)
class LayerDoc:
    """A layer's docstring, taken apart; `sections` by name, as `Formula`."""

    summary: str
    sections: dict[str, str]


def layer_doc(layer: type[Operation]) -> LayerDoc:
    """The summary and the sections of the docstring of `layer`."""
    return read_docstring(layer.__doc__ or "")


def read_docstring(docstring: str) -> LayerDoc:
    """The summary and the sections of a docstring."""
    parts: dict[str, list[str]] = {"": []}
    current = ""
    for line in cleandoc(docstring).split("\n"):
        word, colon, rest = line.partition(":")
        if colon and word in SECTIONS:
            current, line = word, rest.strip()
        parts.setdefault(current, []).append(line)
    texts = {name: cleandoc("\n" + "\n".join(lines).strip("\n")).strip() for name, lines in parts.items()}
    return LayerDoc(texts.pop(""), texts)


def layer_list(layers: Iterable[type[Operation]]) -> str:
    """One line for each layer."""
    ordered = sorted(layers, key=lambda layer: layer.name)
    rows = tuple((layer.name, layer_doc(layer).summary.split("\n")[0]) for layer in ordered)
    return plain(Grid((Column("layer"), Column("what it is")), rows))


def layer_page(layer: type[Operation]) -> str:
    """Everything about one layer."""
    doc = layer_doc(layer)
    parts = [signature(layer), doc.summary]
    parts += [f"{heading}:\n{_indented(plain(grid))}" for heading, grid in layer_tables(layer)]
    parts += [f"{heading}:\n{_indented(text)}" for heading, text in layer_methods(layer)]
    parts += [f"{name}:\n{_indented(doc.sections[name])}" for name in SECTIONS if name in doc.sections]
    return "\n\n".join(parts) + "\n"


def signature(layer: type[Operation]) -> str:
    """`conv(input, out, kernel, stride = 1, ...)`: ports, then attributes in the order of a call."""
    return f"{layer.name}({', '.join([*map(_port, layer.called or layer.ports), *map(_attribute, attributes(layer))])})"


def attributes(layer: type[Operation]) -> tuple[Field[object], ...]:
    """The attributes that a spec may set."""
    return tuple(field for field in _fields(layer) if "kind" in field.metadata)


def _fields(layer: type[Operation]) -> tuple[Field[object], ...]:
    return fields(layer)  # type: ignore[arg-type]


def _port(port: Port) -> str:
    return f"{'*' if port.variadic else ''}{port.name}{'?' if port.optional else ''}"


def _attribute(field: Field[object]) -> str:
    return field.name if field.default is MISSING else f"{field.name} = {default_text(field)}"


def default_text(field: Field[object]) -> str:
    """The default as a spec spells it."""
    value = field.default
    if value is MISSING:
        return "required"
    if value is None or isinstance(value, (bool, int, float, tuple)):
        return raw_text(value)
    if isinstance(value, Initial):
        return repr(value)
    return str(value)


def layer_tables(layer: type[Operation]) -> tuple[tuple[str, Grid], ...]:
    """Inputs and attributes, where there are any."""
    ports = tuple((_port(port), port.doc) for port in layer.called or layer.ports if port.doc)
    given = tuple((f.name, _kind(f), default_text(f), str(f.metadata["doc"])) for f in attributes(layer))
    columns = (Column("attribute"), Column("kind"), Column("default"), Column("what it is"))
    made = (("Inputs", Grid((Column("input"), Column("shape")), ports)), ("Attributes", Grid(columns, given)))
    return tuple((heading, grid) for heading, grid in made if grid.rows)


def layer_methods(layer: type[Operation]) -> tuple[tuple[str, str], ...]:
    """Weights, output and cost, as far as the layer's own methods tell them."""
    made = (
        ("Weights", _method_doc(layer.weights.__doc__, Operation.weights.__doc__)),
        ("Output", _method_doc(layer.infer.__doc__, Operation.infer.__doc__)),
        ("Cost", _method_doc(layer.cost.__doc__, Operation.cost.__doc__)),
    )
    return tuple((heading, text) for heading, text in made if text)


def _kind(field: Field[object]) -> str:
    kind = field.metadata["kind"]
    return kind.text if isinstance(kind, Kind) else ""


def _method_doc(own: str | None, inherited: str | None) -> str:
    """The docstring of a method, where it says more than the contract's."""
    return cleandoc(own) if own and own != inherited else ""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
