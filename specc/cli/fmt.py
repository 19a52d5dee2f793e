"""`specc fmt`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from specc.base.chosen_limits import limits_with
from specc.base.diagnostics import SpecError
from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_limits
from specc.cli.terminal import Terminal
from specc.syntax.read import Syntax

SYNTAXES: tuple[Syntax, ...] = ("yaml", "specc")


def configure(parser: ArgumentParser) -> None:
    """Options of `specc fmt`."""
    parser.add_argument("specs", nargs="+", metavar="SPEC", help="a .yaml or .specc file")
    parser.add_argument("--to", choices=SYNTAXES, help="convert to the other form (comments are kept)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    action.add_argument("-w", "--write", action="store_true", help="format files in place")
    action.add_argument("-o", dest="output", metavar="FILE", help="write to a file instead of standard output")
    add_limits(parser)
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Format each spec."""
    if options.output and len(options.specs) > 1:
        terminal.err.write("specc fmt: error: -o takes one spec\n")
        return 2
    changed = False
    for name in options.specs:
        try:
            changed |= _format(name, options, terminal)
        except SpecError as error:
            terminal.add(error.diagnostics)
    return 1 if terminal.failed or (options.check and changed) else 0


def _format(name: str, options: Namespace, terminal: Terminal) -> bool:
    """Whether the text changes by formatting."""
    from specc.cli.files import write_text
    from specc.driver import formatted, open_spec

    origin = open_spec(name, limits_with(dict(options.limits)))
    text = formatted(origin, options.to)
    changed = text != origin.source.text
    if options.check:
        terminal.result(f"would change {name}\n" if changed else "")
    elif options.output:
        write_text(options.output, text)
    elif not options.write:
        terminal.result(text)
    elif changed:
        write_text(str(_converted(origin.source.path or Path(name), options.to)), text)
        terminal.progress(f"{name}: formatted")
    return changed


def _converted(path: Path, to: str | None) -> Path:
    """Where the formatted text goes: the file itself, or beside it with the suffix of the other form."""
    if to is None or path.suffix in ((".yaml", ".yml") if to == "yaml" else (".specc",)):
        return path
    return path.with_suffix(f".{to}")


COMMAND = Command(
    "fmt",
    "format specs, or convert between the YAML form and the text form",
    """  specc fmt resnet.specc
  specc fmt --to yaml resnet.specc -o resnet.yaml
  specc fmt -w specs/*.specc
  specc fmt --check specs/*.specc""",
    configure,
    run,
)
