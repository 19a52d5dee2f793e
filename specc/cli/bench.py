"""`specc bench`."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.bench_zoo import add_zoo, clash, need_device, run_zoo
from specc.cli.command import Command
from specc.cli.options import (
    add_bindings,
    add_diagnostics,
    add_format,
    add_limits,
    add_optimisation,
    add_parameters,
    add_precision,
    add_target,
    add_weights,
    counting,
    natural,
)
from specc.cli.terminal import Terminal

if TYPE_CHECKING:
    from specc.api import Spec
    from specc.cli.bench_pages import Benchmark
    from specc.report.record import Report
    from specc.runtime.session import Session, SessionSettings

PROFILED_RUNS = 20


def configure(parser: ArgumentParser) -> None:
    """Options of `specc bench`."""
    add_zoo(parser)
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_target(parser, "cpu")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    parser.add_argument("--threads", type=natural, default=0, metavar="N", help="default: those of onnxruntime")
    parser.add_argument("--seconds", type=natural, default=3, metavar="S", help="time of measuring (default: 3)")
    parser.add_argument("--runs", type=counting, metavar="N", help="number of runs, instead of a time")
    parser.add_argument("--warmup", type=natural, default=3, metavar="N", help="runs that do not count (default: 3)")
    parser.add_argument("--per-layer", action="store_true", help="the time of each layer, by the runtime's profiler")
    parser.add_argument("--arena", action="store_true", help="memory that the arena takes for a run on the CPU")
    parser.add_argument("--input", dest="inputs", metavar="NAME=VALUE", action="append", default=[], help="as in `run`")
    add_precision(parser)
    add_optimisation(parser)
    add_weights(parser)
    add_format(parser, ("table", "json", "markdown", "csv"))
    parser.add_argument("-o", dest="output", metavar="FILE", help="write to a file instead of standard output")
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Measure, and print what was measured."""
    wrong = clash(options)
    if wrong is not None:
        terminal.err.write(f"specc bench: {wrong}\n")
        return 2
    return _run_one(options, terminal) if options.zoo is None else run_zoo(options, terminal)


def _run_one(options: Namespace, terminal: Terminal) -> int:
    from specc.cli.bench_pages import Benchmark
    from specc.cli.files import write_text
    from specc.runtime.bench import latency, layer_timings
    from specc.runtime.logged_arena import logged_arena
    from specc.runtime.session import SessionSettings
    from specc.runtime.values import parse_inputs

    settings = SessionSettings(options.device, options.threads)
    start = time.perf_counter()
    name, session, spec = _opened(options, settings, terminal)
    loading = time.perf_counter() - start
    inputs, sizes = parse_inputs(options.inputs, session.inputs, dict(options.bindings), options.seed, fill=True)
    report = None if spec is None else _report(spec, sizes, options)
    found = latency(session, inputs, options.seconds, options.runs, options.warmup)
    layers = layer_timings(session.model, settings, session.fed(inputs), PROFILED_RUNS) if options.per_layer else ()
    arena = logged_arena(session.model, session.fed(inputs), options.threads) if options.arena else None
    text = rendered(Benchmark(name, sizes, found, loading, layers, report, arena), options.format)
    if options.output:
        write_text(options.output, text)
    else:
        terminal.result(text)
    return 0


def _opened(options: Namespace, settings: SessionSettings, terminal: Terminal) -> tuple[str, Session, Spec | None]:
    """Name, session and spec; a model that is a file already has none."""
    from specc.api import load_with
    from specc.runtime.session import open_session

    if options.model.endswith(".onnx"):
        return Path(options.model).stem, open_session(Path(options.model), settings), None
    need_device(options.target, options.device)
    spec = load_with(options.model, dict(options.parameters), dict(options.limits))
    model = spec.compile(
        target=options.target,
        dtype=options.dtype,
        weights=options.weights,
        seed=options.seed,
        partial=options.partial,
        weight_rules=options.weight_rules,
        level=options.level,
        without=options.without,
        keep=options.keep,
        interface=options.interface,
    )
    session = model.session(settings)
    terminal.add((*spec.warnings, *model.warnings))
    return spec.name, session, spec


def _report(spec: Spec, sizes: dict[str, int], options: Namespace) -> Report:
    report = spec.report_at(sizes, options.target)
    if not options.arena or not predictable(options) or spec.open_sizes(sizes):
        return report
    from specc.base.processor import lanes

    return replace(report, arena=spec.arena_at(sizes, options.target, options.threads, lanes()))


def predictable(options: Namespace) -> bool:
    """Whether the arena that is predicted is that of the model which is run."""
    from specc.base.targets import load_target

    usual = str(options.dtype) == "float32" and int(options.level) == 2 and not options.without
    return usual and load_target(options.target).device == "cpu"


def rendered(bench: Benchmark, form: str) -> str:
    """The measurement as text."""
    from specc.base.jsonable import to_json
    from specc.cli.bench_pages import bench_json, facts, layer_grid
    from specc.report.grid import Column, Grid, markdown, plain
    from specc.report.tables import grid_csv

    if form == "json":
        return to_json(bench_json(bench))
    rows = facts(bench)
    table = Grid((Column("measured"), Column("value")), rows)
    if form == "csv":
        return grid_csv(layer_grid(bench) if bench.layers else table)
    sizes = ", ".join(f"{name} = {value}" for name, value in bench.sizes.items())
    title = f"{bench.model}{f' at {sizes}' if sizes else ''}"
    if form == "markdown":
        return f"# {title}\n\n" + (f"{markdown(layer_grid(bench))}\n" if bench.layers else "") + markdown(table)
    width = max(len(word) for word, _ in rows)
    layers = f"{plain(layer_grid(bench))}\n" if bench.layers else ""
    return f"{title}\n\n{layers}" + "".join(f"{word:<{width}}  {value}\n" for word, value in rows)


COMMAND = Command(
    "bench",
    "how long a model takes: latency, throughput, the time of each layer",
    """  specc bench zoo:resnet18 -b N=1
  specc bench zoo:bert_base -b N=1 -b T=128 --target mine.yaml --per-layer
  specc bench resnet50.onnx -b N=8 --threads 1 --format json
  specc bench --zoo --target mine.yaml --format markdown -o zoo.md
  specc bench --zoo resnet50 mobilenet_v2 -b N=8 --runs 20""",
    configure,
    run,
)
