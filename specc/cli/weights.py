"""`specc weights`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_format, add_parameters, add_weight_rules
from specc.cli.terminal import Terminal


def configure(parser: ArgumentParser) -> None:
    """Options of `specc weights`."""
    parser.add_argument("spec", nargs="?", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    parser.add_argument("file", metavar="FILE", help="a file of weights, an index or a folder of shards")
    add_parameters(parser)
    add_weight_rules(parser)
    add_format(parser)
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print what the file holds, or how it fits the model."""
    from specc.report.weight_table import checkpoint_table, match_table
    from specc.weights.open import open_checkpoint

    if options.spec is None:
        terminal.result(checkpoint_table(open_checkpoint(Path(options.file)), options.format))
        return 0
    from specc.api import load

    spec = load(options.spec, **dict(options.parameters))
    match = spec.match(options.file, options.partial, options.weight_rules)
    terminal.add(spec.warnings)
    terminal.result(match_table(match, options.format))
    terminal.add(match.diagnostics)
    return 1 if match.diagnostics else 0


COMMAND = Command(
    "weights",
    "what a file of weights holds, and how it fits a model",
    """  specc weights resnet50.pth
  specc weights zoo:resnet50 resnet50.pth
  specc weights net.specc net.keras --weight-rules net_rules.yaml --format csv""",
    configure,
    run,
)
