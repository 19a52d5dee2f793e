"""The command line: `specc COMMAND ...`."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence

from specc import __version__
from specc.base.diagnostics import SpecError
from specc.cli import bench, check, compile, explain, fmt, layers, report, run, targets, verify, weights, zoo
from specc.cli.command import Command
from specc.cli.terminal import Terminal, standard

COMMANDS: tuple[Command, ...] = (
    check.COMMAND,
    compile.COMMAND,
    report.COMMAND,
    run.COMMAND,
    bench.COMMAND,
    verify.COMMAND,
    weights.COMMAND,
    fmt.COMMAND,
    layers.COMMAND,
    targets.COMMAND,
    zoo.COMMAND,
    explain.COMMAND,
)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 where all is fine, 1 where the input is wrong, 2 where the command line is."""
    gc.set_threshold(200_000, 20, 100)  # a large graph is all live objects, which collections only walk over
    terminal = standard()
    try:
        return _run(arguments, terminal)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return 1


def _run(arguments: Sequence[str] | None, terminal: Terminal) -> int:
    try:
        options = parser().parse_args(arguments)
    except SystemExit as exit:
        sys.stdout.flush()
        return exit.code if isinstance(exit.code, int) else 2
    command = next(command for command in COMMANDS if command.name == options.command)
    code = _execute(command, options, terminal)
    terminal.close()
    return code


def _execute(command: Command, options: Namespace, terminal: Terminal) -> int:
    terminal.form = vars(options).get("diagnostics", "text")
    terminal.quiet = vars(options).get("quiet") is True
    try:
        return command.run(options, terminal)
    except SpecError as error:
        terminal.add(error.diagnostics)
        return 1


def parser() -> ArgumentParser:
    """The parser of the whole command line."""
    top = ArgumentParser(prog="specc", description="Declarative model specs, checked, costed and compiled to ONNX.")
    top.add_argument("--version", action="version", version=f"specc {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        made = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[:1].upper()}{command.summary[1:]}.",
            epilog=f"examples:\n{command.examples}",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.configure(made)
    return top


def _forget_output() -> None:
    """Point standard output elsewhere, so that closing it at exit does not fail again."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
