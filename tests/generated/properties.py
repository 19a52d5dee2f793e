"""What has to hold of every spec. Checks fail with `AssertionError`, rejected specs are told apart."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from random import Random

from onnx.reference import ReferenceEvaluator
from onnx_walk import walked_macs
from running_specs import (
    Arrays,
    Compiled,
    bindings,
    check,
    compiled,
    difference,
    expected,
    inputs,
    produced,
    resolved,
    with_all_inputs,
)

import specc
from specc.driver import formatted
from specc.emit.oracle import OnnxOracle
from specc.ir.graph import Graph, Role
from specc.ir.operation import Operation
from specc.ir.text_parse import parse_graph
from specc.ir.text_print import print_graph
from specc.ir.verify import verify
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.registry import layers_by_name
from specc.layers.scan import Scan
from specc.runtime.session import SessionSettings
from specc.tensor.dims import evaluate

TOLERANCE = 1e-4
"""Of float32 networks, relative to 1 + the largest magnitude of an output."""
RUNS = 3
PLACE = re.compile(r'  # [^"\n]*$', re.MULTILINE)
WIDE = "output wide_ = ones([1, 600]) -> linear(600) as wide_\n"
"""A layer whose weights are too large to stay in the model's file."""


def accepted(text: str) -> Compiled | None:
    """The compiled spec, None where it is rejected: with a place for each mistake."""
    try:
        return compiled(text)
    except specc.SpecError as error:
        assert error.diagnostics
        for diagnostic in error.diagnostics:
            assert diagnostic.span is not None and diagnostic.span.end <= len(diagnostic.span.source.text), diagnostic
            assert re.fullmatch(r"SP\d{4}", diagnostic.code) and diagnostic.message
        return None


def _runs(made: Compiled, seed: int) -> list[tuple[dict[str, int], Arrays]]:
    """Sizes and inputs of the runs: the least sizes first."""
    sizes = [bindings(made.graph, Random(index) if index else None) for index in range(RUNS)]
    return [(size, inputs(made.graph, size, seed + index)) for index, size in enumerate(sizes)]


def it_runs(made: Compiled, seed: int) -> None:
    """ONNX accepts the model; it runs at all sizes, and gives the types that were inferred."""
    check(made.model)
    for sizes, given in _runs(made, seed):
        assert produced(made.model.run(given)) == expected(made.graph, sizes), sizes


def it_computes_what_onnx_says(made: Compiled, seed: int) -> int:
    """Outputs are those of ONNX's own evaluator; the number of runs that it can do."""
    if reference_is_wrong(made):
        return 0
    try:
        reference = ReferenceEvaluator(made.model.proto)
    except RuntimeError:
        return 0
    known = {entry.name for entry in made.model.proto.graph.input}
    compared = 0
    for sizes, given in _runs(made, seed):
        full = {name: value for name, value in with_all_inputs(made.graph, sizes, given).items() if name in known}
        try:
            wanted = dict(zip(expected(made.graph, sizes), reference.run(None, full), strict=True))
        except Exception:
            continue
        compared += 1
        assert difference(made.model.run(given), wanted) < TOLERANCE, sizes
    return compared


def the_runtime_rewrites_it_rightly(made: Compiled, seed: int) -> None:
    """Outputs are those of the runtime when it rewrites nothing."""
    plain = made.model.session(SessionSettings(optimise=False))
    rewritten = made.model.session(SessionSettings())
    for sizes, given in _runs(made, seed):
        assert difference(rewritten.run(given), plain.run(given)) < TOLERANCE, sizes


def reference_is_wrong(made: Compiled) -> bool:
    """Whether there is an operator that ONNX's evaluator gets wrong: transposed convolution in groups (it agrees
    neither with the runtime nor with PyTorch), the global maximum over one spatial axis (whose axis it drops),
    maxima under borders that differ (whose shape it gets wrong), local response norms (whose channels it takes from the
    batch), LSTM and GRU with activations, a clip or coupled gates, recurrent operators with lengths (all of which it
    ignores)."""
    ignored = {"activations", "clip", "input_forget"}
    for node in made.model.proto.graph.node:
        groups = [attribute.i for attribute in node.attribute if attribute.name == "group"]
        pads = [list(attribute.ints) for attribute in node.attribute if attribute.name == "pads"]
        uneven = any(len(set(pad)) > 1 for pad in pads)
        if node.op_type in ("GlobalMaxPool", "LRN") or (node.op_type == "ConvTranspose" and groups[:1] > [1]):
            return True
        if node.op_type == "MaxPool" and uneven:
            return True
        if node.op_type in ("LSTM", "GRU") and ignored & {attribute.name for attribute in node.attribute}:
            return True
        if node.op_type in ("LSTM", "GRU", "RNN") and "".join(node.input[4:5]):
            return True
    return False


def _plain(graph: Graph) -> str:
    """The graph's text without places."""
    return PLACE.sub("", print_graph(graph))


def formatting_keeps_it(text: str) -> None:
    """Formatting, there and back through YAML: the graph stays, and formatting again changes nothing."""
    wanted = _plain(resolved(text).graph)
    as_text = formatted(specc.loads(text, syntax="text").origin)
    as_yaml = formatted(specc.loads(text, syntax="text").origin, "yaml")
    back = formatted(specc.loads(as_yaml, syntax="yaml").origin, "specc")
    assert _plain(resolved(as_text).graph) == wanted
    assert _plain(resolved(as_yaml, "yaml").graph) == wanted
    assert _plain(resolved(back).graph) == wanted
    assert formatted(specc.loads(as_text, syntax="text").origin) == as_text
    assert formatted(specc.loads(as_yaml, syntax="yaml").origin) == as_yaml
    assert formatted(specc.loads(back, syntax="text").origin) == back


def _operations() -> dict[str, type[Operation]]:
    return {**layers_by_name(), Scan.name: Scan, OnnxOperator.name: OnnxOperator}


def its_graph_reads_back(graph: Graph) -> None:
    """The graph is sound, and so is the graph that is read from its text, which is the same."""
    verify(graph)
    text = print_graph(graph)
    again = parse_graph(text, _operations(), {"oracle": OnnxOracle()})
    assert print_graph(again) == text
    verify(again)


def digest(text: str, folder: Path) -> str:
    """Of the files of the compiled spec, its weights beside it."""
    made = compiled(text + WIDE)
    files = made.model.save(folder / "model.onnx")
    assert len(files) == 2
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)]
    assert hashlib.sha256(made.model.to_bytes()).hexdigest()
    return " ".join(sums)


SPELLED = {"selective_scan": "ReduceSum", "linear_attention": "CumSum", "performer_attention": "CumSum"}
"""Layers that spell a product of matrices as Mul and a sum, and the operator that sums."""


def macs_are_those_of_the_nodes(made: Compiled, seed: int) -> int:
    """The formula of the MACs at a binding is the count over the ONNX nodes at real shapes; the number of runs."""
    report = made.spec.report()
    spelled = {layer.path: SPELLED[layer.layer] for layer in report.layers if layer.layer in SPELLED}
    runs = _runs(made, seed)[:2]
    made.spec.training_costs()
    plain = made.spec.compile(seed=0, level=0).proto
    for sizes, given in runs:
        counted = walked_macs(plain, with_all_inputs(made.graph, sizes, given), spelled)
        assert evaluate(report.cost.macs_formula, sizes) == counted == made.spec.report_at(sizes).macs, sizes
        timed = made.spec.report_at(sizes, "cpu_avx2")
        assert timed.roofline is not None and timed.roofline.seconds >= 0
    return len(runs)


def parameters_are_counted_once(made: Compiled) -> None:
    """The report counts the elements of the trainable tensors, each of which is in the model in that size."""
    arrays = made.model.weights
    trainable = [weight for weight in made.graph.weights.values() if weight.role is Role.TRAINABLE]
    assert made.spec.report().params.trainable == sum(arrays[weight.name].size for weight in trainable)
    assert all(arrays[weight.name].shape == weight.type.shape for weight in trainable)
