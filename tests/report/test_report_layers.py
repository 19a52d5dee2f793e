"""Reports of every layer: on a device, with training, as a tree."""

from __future__ import annotations

import re

import pytest

import specc
from specc.analysis.bindings import Binder, binding_mistakes, graph_symbols
from specc.layers.registry import documented_layers
from specc.report.columns import COLUMNS, View
from specc.report.layer_reference import layer_doc
from specc.report.tables import as_csv, as_text

ASSIGNED = re.compile(r"^([a-z_]\w*(?:, \(?\w+|\w+\)|, \w+)*\)?) = ", re.MULTILINE)


@pytest.mark.parametrize("name", documented_layers())
def test_report_of_a_layer(name: str) -> None:
    """The example of each layer: no number is negative, shares sum up to 1, all views can be shown."""
    text = layer_doc(documented_layers()[name]).sections["Example"]
    names = [] if "output " in text else re.findall(r"\w+", " ".join(ASSIGNED.findall(text)))
    outputs = "".join(f"output {one}_out = {one}\n" for one in dict.fromkeys(names))
    spec = specc.loads(f"model example\n{text}\n{outputs}", syntax="specc")
    graph = spec._resolved.graph
    domain = graph.domain
    sizes = {symbol: max(32, domain.low.get(symbol, 1)) for symbol in graph_symbols(graph)}
    if binding_mistakes(graph, sizes):
        sizes = {symbol: domain.unit.get(symbol, 1) * domain.low.get(symbol, 1) for symbol in sizes}
    for target in ("h100", "cpu_avx2"):
        report = spec.report_at(sizes, target)
        assert report.roofline is not None
        assert all(time.seconds >= 0 for time in report.roofline.layers)
        assert sum(time.share for time in report.roofline.layers) == pytest.approx(1) or not report.roofline.seconds
    made, binder = spec.training_costs(), Binder(sizes)
    for layer in made.layers:
        for dim in (layer.input_macs, layer.weight_macs, layer.flops, layer.kept):
            value = binder.value(dim)
            assert value is not None and value >= 0
    assert as_text(report, View(tuple(COLUMNS), tree=True)) and as_csv(report, View(tuple(COLUMNS), sort="time"))
