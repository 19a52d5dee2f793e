"""Pages of the layers in Markdown, the same content as the plain reference."""

from __future__ import annotations

from collections.abc import Iterable

from specc.ir.operation import Operation
from specc.report.grid import Column, Grid, markdown
from specc.report.layer_reference import SECTIONS, layer_doc, layer_methods, layer_tables, signature

FENCES = {"Formula": "", "Example": "specc layer"}
"""Sections that are code, with the words after the fence."""


def layer_markdown(layer: type[Operation]) -> str:
    """Everything about one layer."""
    doc = layer_doc(layer)
    parts = [f"# {layer.name}", _fenced(signature(layer), ""), doc.summary]
    parts += [f"## {heading}\n\n{markdown(grid).rstrip()}" for heading, grid in layer_tables(layer)]
    parts += [f"## {heading}\n\n{text}" for heading, text in layer_methods(layer)]
    parts += [f"## {name}\n\n{_section(name, doc.sections[name])}" for name in SECTIONS if name in doc.sections]
    return "\n\n".join(parts) + "\n"


def layer_index(layers: Iterable[type[Operation]]) -> str:
    """The list of the layers, each a link to its page."""
    ordered = sorted(layers, key=lambda layer: layer.name)
    rows = tuple((layer.name, layer_doc(layer).summary.split("\n")[0]) for layer in ordered)
    table = markdown(Grid((Column("layer"), Column("what it is")), rows))
    for name, _ in rows:
        shown = name.replace("_", "\\_")
        table = table.replace(f"| {shown} |", f"| [{name}]({name}.md) |", 1)
    return f"# Layers\n\n`specc layers NAME` prints the same pages.\n\n{table}"


def _section(name: str, text: str) -> str:
    return _fenced(text, FENCES[name]) if name in FENCES else text


def _fenced(text: str, words: str) -> str:
    return f"```{words}\n{text}\n```"
