"""`specc check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from specc.base.chosen_limits import limits_with
from specc.base.diagnostics import SpecError
from specc.base.work import bounded
from specc.cli.command import Command
from specc.cli.options import add_bindings, add_diagnostics, add_limits, add_parameters
from specc.cli.terminal import Terminal


def configure(parser: ArgumentParser) -> None:
    """Options of `specc check`."""
    parser.add_argument("specs", nargs="+", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Check each spec; a line on each good one, everything found in the others."""
    bindings = dict(options.bindings)
    for name in options.specs:
        try:
            line = _checked(name, options, bindings, terminal)
        except SpecError as error:
            terminal.add(error.diagnostics)
        else:
            terminal.result("" if terminal.quiet else f"{name}: {line}\n")
    return 1 if terminal.failed else 0


def _checked(name: str, options: Namespace, bindings: dict[str, int], terminal: Terminal) -> str:
    from specc.api import load_with
    from specc.report.summary import summary

    with bounded(limits_with(dict(options.limits))):
        spec = load_with(name, dict(options.parameters), dict(options.limits))
        spec.check()
        terminal.add(spec.warnings)
        return f"ok, {summary(spec.cost_at(bindings), bindings)}"


COMMAND = Command(
    "check",
    "check specs: syntax, names, every shape, every expectation",
    """  specc check lenet5.yaml
  specc check zoo:resnet50 -D classes=10 -b N=1
  specc check specs/*/*.specc --diagnostics json""",
    configure,
    run,
)
