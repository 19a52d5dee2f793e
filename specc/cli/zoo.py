"""`specc zoo`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from specc.cli.command import Command
from specc.cli.options import add_diagnostics, add_format
from specc.cli.terminal import Terminal


def configure(parser: ArgumentParser) -> None:
    """Options of `specc zoo`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a model; without it, all are listed")
    add_format(parser, ("table", "json"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Print the list of models, or the spec of one."""
    from specc.cli.zoo_pages import one_json, one_text, table, table_json
    from specc.zoo import PREFIX, zoo, zoo_model

    as_json = options.format == "json"
    if options.name is not None:
        model = zoo_model(options.name.removeprefix(PREFIX))
        terminal.result(one_json(model) if as_json else one_text(model))
    else:
        models = tuple(zoo().values())
        terminal.result(table_json(models) if as_json else table(models))
    return 0


COMMAND = Command(
    "zoo",
    "the models that come with specc",
    """  specc zoo
  specc zoo resnet50
  specc check zoo:resnet50""",
    configure,
    run,
)
