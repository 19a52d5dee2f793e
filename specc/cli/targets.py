"""`specc targets`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_format, natural
from specc.cli.terminal import Terminal


def configure(parser: ArgumentParser) -> None:
    """Options of `specc targets`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a target or a .yaml file; without it, all are listed")
    parser.add_argument("--measure", action="store_true", help="measure this machine, and write it as a target")
    parser.add_argument(
        "--threads", type=natural, default=0, metavar="N", help="threads (default: those of onnxruntime)"
    )
    parser.add_argument("-o", dest="output", metavar="FILE", help="where the measured target is written")
    add_format(parser, ("table", "json", "markdown"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print the list of targets, or one with the sources of its figures."""
    from specc.base.jsonable import to_json
    from specc.base.targets import load_target, target_names
    from specc.report.grid import markdown, plain
    from specc.report.target_pages import target_grid, target_json, target_page

    if options.measure:
        return _measure(options, terminal)
    if options.name is not None:
        target = load_target(options.name)
        terminal.result(to_json(target_json(target)) if options.format == "json" else target_page(target))
        return 0
    targets = [load_target(name) for name in target_names()]
    if options.format == "json":
        terminal.result(to_json([target_json(target) for target in targets]))
    else:
        terminal.result((markdown if options.format == "markdown" else plain)(target_grid(targets)))
    return 0


def _measure(options: Namespace, terminal: Terminal) -> int:
    """Measure, and write the file of a target."""
    from pathlib import Path

    from specc.cli.files import check_folder, write_text
    from specc.measure import measured_machine, target_text

    if options.name is not None:
        terminal.err.write("specc targets: `--measure` makes a target of its own, and takes no NAME\n")
        return 2
    if options.output:
        check_folder(Path(options.output))
    name = Path(options.output).stem if options.output else "measured"
    text = target_text(measured_machine(options.threads), name)
    if options.output:
        write_text(options.output, text)
    else:
        terminal.result(text)
    return 0


COMMAND = Command(
    "targets",
    "what models are compiled for, and the devices that times are predicted on",
    """  specc targets
  specc targets h100
  specc targets mine.yaml --format json
  specc targets --measure -o mine.yaml""",
    configure,
    run,
)
