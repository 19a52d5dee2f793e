"""`specc layers`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_format
from specc.cli.terminal import Terminal


def configure(parser: ArgumentParser) -> None:
    """Options of `specc layers`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a layer; without it, all are listed")
    add_format(parser, ("table", "markdown"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print the list of layers, or the reference of one."""
    from specc.base.diagnostics import fail
    from specc.errors import UnknownThing
    from specc.layers.registry import documented_layers
    from specc.report.layer_markdown import layer_index, layer_markdown
    from specc.report.layer_reference import layer_list, layer_page

    known = documented_layers()
    as_markdown = options.format == "markdown"
    if options.name is None:
        terminal.result((layer_index if as_markdown else layer_list)(known.values()))
        return 0
    if options.name not in known:
        raise fail(UnknownThing("layer", options.name, tuple(known), "`specc layers`"))
    terminal.result((layer_markdown if as_markdown else layer_page)(known[options.name]))
    return 0


COMMAND = Command(
    "layers",
    "the layers that specs are built of",
    """  specc layers
  specc layers conv""",
    configure,
    run,
)
