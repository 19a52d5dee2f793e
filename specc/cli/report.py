"""`specc report`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.options import FORMATS, add_bindings, add_diagnostics, add_format, add_limits, add_parameters, add_target
from specc.cli.terminal import Terminal, coloured

if TYPE_CHECKING:
    from specc.report.record import Report

RICH_ROWS = 2_000


def configure(parser: ArgumentParser) -> None:
    """Options of `specc report`."""
    parser.add_argument("spec", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_target(parser, "cpu")
    add_format(parser, FORMATS)
    parser.add_argument("-o", dest="output", metavar="FILE", help="write to a file instead of standard output")
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print what the model costs."""
    from specc.api import load_with
    from specc.cli.files import write_text

    spec = load_with(options.spec, dict(options.parameters), dict(options.limits))
    report = spec.report_at(dict(options.bindings), options.target)
    terminal.add(spec.warnings)
    if options.output:
        write_text(options.output, rendered(report, options.format))
    elif options.format == "table" and coloured(terminal.out) and len(report.layers) <= RICH_ROWS:
        from specc.report.rich_table import print_report

        print_report(report, terminal.out)
    else:
        terminal.result(rendered(report, options.format))
    return 0


def rendered(report: Report, form: str) -> str:
    """The report as text in one of `FORMATS`."""
    from specc.base.jsonable import to_json
    from specc.report.tables import as_csv, as_markdown, as_text

    if form == "json":
        return to_json(report.to_dict())
    return {"table": as_text, "csv": as_csv, "markdown": as_markdown}[form](report)


COMMAND = Command(
    "report",
    "what a model costs: parameters, MACs, FLOPs and memory, layer by layer",
    """  specc report zoo:resnet50 -b N=1
  specc report bert.specc -D layers=24 -b N=8 -b T=128 --format json
  specc report lenet5.yaml --format csv -o lenet5.csv""",
    configure,
    run,
)
