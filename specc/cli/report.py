"""`specc report`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.options import FORMATS, add_bindings, add_diagnostics, add_format, add_limits, add_parameters, add_target
from specc.cli.report_options import HTML, add_view, clash, command_line, counters, view_of
from specc.cli.terminal import Terminal, coloured

if TYPE_CHECKING:
    from specc.api import Spec
    from specc.cli.report_options import Points
    from specc.report.columns import View
    from specc.report.record import Report

RICH_ROWS = 2_000


def configure(parser: ArgumentParser) -> None:
    """Options of `specc report`."""
    parser.add_argument("spec", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_target(parser, "cpu")
    parser.add_argument(
        "--dtype",
        choices=("float32", "float16", "bfloat16"),
        default="float32",
        help="element type of weights and results, but for layers that are safer in float32 (default: float32)",
    )
    add_format(parser, (*FORMATS, HTML))
    add_view(parser)
    parser.add_argument("-o", dest="output", metavar="FILE", help="write to a file instead of standard output")
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print what the model costs."""
    from specc.api import load_with
    from specc.cli.files import write_text

    wrong = clash(options)
    if wrong is not None:
        terminal.err.write(f"specc report: {wrong}\n")
        return 2
    spec = load_with(options.spec, dict(options.parameters), dict(options.limits))
    view = view_of(options)
    if options.sweep is not None:
        text = _swept(spec, options)
    else:
        report = spec.report_at(dict(options.bindings), options.target, options.dtype)
        if options.training:
            report = replace(report, training=spec.training_costs())
        if options.arena:
            report = replace(report, arena=spec.arena_at(dict(options.bindings), options.target))
        if options.convention:
            report = replace(report, conventions=spec.counted_by(counters(options)))
        few = len(report.layers) <= RICH_ROWS
        if not options.output and options.format == "table" and coloured(terminal.out) and few:
            from specc.report.rich_table import print_report

            terminal.add(spec.warnings)
            print_report(report, terminal.out, view)
            terminal.out.write(_advised("\n", report, options))
            return 0
        if options.format == HTML:
            text = spec.html(report, options.target, command_line(options))
        else:
            text = _advised(rendered(report, options.format, view), report, options)
    terminal.add(spec.warnings)
    if options.output:
        write_text(options.output, text)
    else:
        terminal.result(text)
    return 0


def _advised(text: str, report: Report, options: Namespace) -> str:
    """`text`, below it other counters and the advice, where they are asked for; in JSON these are among the fields."""
    from specc.report.advice_text import advice_text
    from specc.report.convention_text import convention_text

    if options.format in ("json", "csv"):
        return text
    as_markdown = options.format == "markdown"
    if options.convention:
        text = f"{text}\n{convention_text(report, as_markdown)}"
    if options.advice:
        made = advice_text(report)
        text = f"{text}\n```\n{made}```\n" if as_markdown else f"{text}\n{made}"
    return text if text.strip() else ""


def _swept(spec: Spec, options: Namespace) -> str:
    """Costs at each value of a size."""
    from specc.base.jsonable import to_json
    from specc.report.grid import markdown, plain
    from specc.report.sweep import Sweep, sweep_grid, sweep_json
    from specc.report.tables import grid_csv

    points: Points = options.sweep
    sizes = dict(options.bindings)
    made = [spec.report_at({**sizes, points.symbol: value}, options.target, options.dtype) for value in points.values]
    sweep = Sweep(points.symbol, tuple(made))
    if options.format == "json":
        return to_json(sweep_json(sweep))
    return {"table": plain, "markdown": markdown, "csv": grid_csv}[options.format](sweep_grid(sweep))


def rendered(report: Report, form: str, view: View) -> str:
    """The report as text in one of `FORMATS`."""
    from specc.base.jsonable import to_json
    from specc.report.tables import as_csv, as_markdown, as_text

    if form == "json":
        return to_json(report.to_dict())
    return {"table": as_text, "csv": as_csv, "markdown": as_markdown}[form](report, view)


COMMAND = Command(
    "report",
    "what a model costs: parameters, MACs, FLOPs and memory, layer by layer",
    """  specc report zoo:resnet50 -b N=1
  specc report bert.specc -D layers=24 -b N=8 -b T=128 --format json
  specc report lenet5.yaml --format csv -o lenet5.csv
  specc report zoo:resnet50 -b N=1 --depth 2 --columns path,params,macs,bytes
  specc report zoo:bert_base -b N=1 --sweep T=64..512:x2
  specc report zoo:resnet18 -b N=32 --training
  specc report zoo:resnet18 -b N=1 --arena
  specc report zoo:resnet18 -b N=1 --target h100 --advice
  specc report zoo:vit_b_16 -b N=1 --convention fvcore --convention thop
  specc report zoo:bert_base -b N=1 -b T=128 --target h100 --format html -o bert.html""",
    configure,
    run,
)
