"""Options that several commands have, and how their values are read."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError

from specc.cli.terminal import FORMS
from specc.layers.common.attributes import Raw

FORMATS = ("table", "json", "csv", "markdown")


def add_parameters(parser: ArgumentParser) -> None:
    """`-D name=value`."""
    parser.add_argument(
        "-D",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=definition,
        help="set a parameter of the model: -D depth=101 -D 'widths=[64, 128]' (repeatable)",
    )


def add_bindings(parser: ArgumentParser) -> None:
    """`-b SYMBOL=INT`."""
    parser.add_argument(
        "-b",
        dest="bindings",
        metavar="SYMBOL=INT",
        action="append",
        default=[],
        type=binding,
        help="bind a symbolic size: -b N=1 -b T=128 (repeatable)",
    )


def add_limits(parser: ArgumentParser) -> None:
    """`--limit NAME=INT`."""
    parser.add_argument(
        "--limit",
        dest="limits",
        metavar="NAME=INT",
        action="append",
        default=[],
        type=binding,
        help="allow a spec more than by default: --limit steps=5_000_000 (docs/language.md lists them; repeatable)",
    )


def add_diagnostics(parser: ArgumentParser) -> None:
    """`--diagnostics` and `-q`."""
    parser.add_argument(
        "--diagnostics",
        choices=FORMS,
        default="text",
        help="how mistakes are printed on standard error (default: text)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print only mistakes and what was asked for")


def add_format(parser: ArgumentParser, formats: tuple[str, ...] = FORMATS) -> None:
    """`--format`."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")


def add_target(parser: ArgumentParser, default: str) -> None:
    """`--target`."""
    parser.add_argument("--target", metavar="NAME", default=default, help=f"default: {default}")


def add_optimisation(parser: ArgumentParser) -> None:
    """`-O` and `--without`."""
    parser.add_argument(
        "-O",
        dest="level",
        type=int,
        choices=range(4),
        default=2,
        metavar="LEVEL",
        help="-O0 rewrites nothing, -O1 rewrites exactly, -O2 also takes what the target runs faster (default: 2)",
    )
    parser.add_argument(
        "--without",
        metavar="REWRITE",
        action="append",
        default=[],
        help="leave out a rewrite (docs/passes lists them; repeatable)",
    )


def add_precision(parser: ArgumentParser) -> None:
    """`--dtype`, `--keep` and `--interface`."""
    parser.add_argument(
        "--dtype",
        choices=("float32", "float16", "bfloat16"),
        default="float32",
        help="element type of weights and results; layers that are safer so stay in float32 (default: float32)",
    )
    parser.add_argument(
        "--keep",
        metavar="LAYER",
        action="append",
        default=[],
        help="keep a layer, or all below a path, in float32 (repeatable)",
    )
    add_interface(parser)


def add_interface(parser: ArgumentParser) -> None:
    """`--interface`."""
    parser.add_argument(
        "--interface",
        choices=("float32", "same"),
        default="float32",
        help="type of inputs and outputs that the spec declares as float32: float32, or the same as --dtype "
        "(default: float32)",
    )


def add_weights(parser: ArgumentParser) -> None:
    """`--weights` and `--seed`."""
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="a file (.safetensors, .npz, .pt, .pth, .bin, .onnx, .keras, .h5), an index or a folder of shards, "
        "or `none`; without it, tensors are initialised",
    )
    add_weight_rules(parser)
    parser.add_argument("--seed", type=natural, default=0, metavar="INT", help="seed of the initialisers (default: 0)")


def add_weight_rules(parser: ArgumentParser) -> None:
    """`--weight-rules` and `--partial`."""
    parser.add_argument("--weight-rules", metavar="FILE", help="rules for names and layouts, before those of the spec")
    parser.add_argument(
        "--partial", action="store_true", help="let weights that the file lacks keep their first values"
    )


def definition(text: str) -> tuple[str, Raw]:
    """`name=value`, the value a literal of the language."""
    from specc.cli.literals import NotALiteral, literal

    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise ArgumentTypeError(f"`{text}` is not NAME=VALUE")
    try:
        return name.strip(), literal(value)
    except NotALiteral as error:
        raise ArgumentTypeError(f"`{value}` is not a value: {error}") from None


def binding(text: str) -> tuple[str, int]:
    """`NAME=INT`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise ArgumentTypeError(f"`{text}` is not NAME=INT")
    return name.strip(), _integer(value)


def natural(text: str) -> int:
    """An integer of at least 0."""
    value = _integer(text)
    if value < 0:
        raise ArgumentTypeError(f"`{text}` is negative")
    return value


def counting(text: str) -> int:
    """An integer of at least 1."""
    value = natural(text)
    if not value:
        raise ArgumentTypeError(f"`{text}` has to be at least 1")
    return value


def _integer(text: str) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,3}(_?[0-9]{1,3}){0,30}\s*", text):
        raise ArgumentTypeError(f"`{text}` is not an integer")
    return int(text)
