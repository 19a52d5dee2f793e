"""Options of `specc report` that choose what is shown, and how their values are read."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.cli.options import counting

if TYPE_CHECKING:
    from specc.report.columns import View

HTML = "html"
ALL = "all"
MOST_POINTS = 200
SWEEP = re.compile(r"([A-Za-z_]\w*)=(\d[\d_]*)\.\.(\d[\d_]*)(?::(x|\+)?(\d[\d_]*))?")


@dataclass(frozen=True, slots=True)
class Points:
    """Values of one symbol."""

    symbol: str
    values: tuple[int, ...]


def add_view(parser: ArgumentParser) -> None:
    """What of the layers is shown."""
    parser.add_argument("--tree", action="store_true", help="blocks with their sums, equal neighbours folded")
    parser.add_argument("--depth", type=counting, metavar="N", help="levels of the tree (implies --tree)")
    parser.add_argument("--columns", metavar="A,B,...", type=_columns, default=(), help="columns, by name")
    parser.add_argument("--sort", metavar="COLUMN", type=_column, help="sort the layers, the largest first")
    parser.add_argument(
        "--sweep", metavar="T=128..4096:x2", type=points, help="costs at values of a size: `:x2` doubles, `:+64` adds"
    )
    parser.add_argument("--advice", action="store_true", help="where the time goes, and what could be changed")
    parser.add_argument(
        "--convention",
        action="append",
        metavar="COUNTER",
        type=_counter,
        default=[],
        help="what fvcore, thop, ptflops, deepspeed or torchinfo would say, and why it differs; all: each (repeatable)",
    )
    parser.add_argument("--arena", action="store_true", help="memory that onnxruntime takes for a run on the CPU")
    parser.add_argument("--training", action="store_true", help="what a training step costs beside the forward pass")


def view_of(options: Namespace) -> View:
    """The view that the options ask for."""
    from specc.report.columns import View

    tree = options.tree or options.depth is not None
    return View(tuple(options.columns), options.sort, tree, options.depth)


def clash(options: Namespace) -> str | None:
    """What of the options cannot stand together."""
    if options.sort and (options.tree or options.depth is not None):
        return "`--sort` puts layers in order, and a tree keeps that of the run"
    if options.sweep is not None and options.sweep.symbol in dict(options.bindings):
        return f"`{options.sweep.symbol}` is both bound by `-b` and swept"
    if options.format == HTML and (options.tree or options.depth or options.sort or options.columns):
        return "a page has blocks, columns and orders of its own: leave out `--tree`, `--depth`, `--columns`, `--sort`"
    if options.format == HTML and options.sweep is not None:
        return "a page shows one set of sizes: leave out `--sweep`, or choose another `--format`"
    if options.convention and options.format in (HTML, "csv"):
        return f"`--convention` adds a section of its own, for which `--format {options.format}` has no place"
    if options.arena and options.format == "csv":
        return "`--arena` is a total, for which `--format csv` has no place"
    if options.arena and options.dtype != "float32":
        return f"`--arena` speaks of models in float32: leave out `--dtype {options.dtype}`"
    others = ("training", "arena", "advice", "convention", "tree", "sort", "columns")
    if options.sweep is not None and any(getattr(options, name) for name in others):
        given = ", ".join(f"`--{name}`" for name in others)
        return f"`--sweep` has a table of its own: leave out {given}"
    return None


def counters(options: Namespace) -> tuple[str, ...]:
    """The counters that are asked for."""
    from specc.analysis.conventions.registry import CONVENTIONS

    return tuple(CONVENTIONS) if ALL in options.convention else tuple(options.convention)


def command_line(options: Namespace) -> str:
    """The command that makes the same page again, whatever file it is written to."""
    from specc.report.values import raw_text

    words = ["specc", "report", str(options.spec)]
    words += [word for name, raw in options.parameters for word in ("-D", f"{name}={raw_text(raw)}")]
    for option, pairs in (("-b", options.bindings), ("--limit", options.limits)):
        words += [word for name, value in pairs for word in (option, f"{name}={value}")]
    words += ["--target", str(options.target)]
    words += ["--dtype", str(options.dtype)] if options.dtype != "float32" else []
    words += ["--training"] if options.training else []
    words += ["--arena"] if options.arena else []
    return shlex.join([*words, "--format", HTML])


def points(text: str) -> Points:
    """`T=128..4096:x2`: from the first to the last value, doubling; `:+64` or `:64` adds; else 16 steps."""
    match = SWEEP.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ArgumentTypeError(f"`{text}` is not SYMBOL=FIRST..LAST, with :xFACTOR or :+STEP behind it")
    first, last = int(match[2]), int(match[3])
    if first > last or first < 0:
        raise ArgumentTypeError(f"`{text}` goes from {first} to {last}, which is no range")
    step = int(match[5]) if match[5] else max(1, (last - first) // 16)
    if step < (2 if match[4] == "x" else 1) or (match[4] == "x" and not first):
        raise ArgumentTypeError(f"`{text}` never gets from {first} to {last}")
    values: list[int] = []
    for value in _steps(first, last, step, match[4] == "x"):
        values.append(value)
        if len(values) > MOST_POINTS:
            raise ArgumentTypeError(f"`{text}` has more than {MOST_POINTS} values")
    return Points(match[1], tuple(values))


def _steps(value: int, last: int, step: int, factor: bool) -> Iterator[int]:
    while value <= last:
        yield value
        value = value * step if factor else value + step


def _counter(text: str) -> str:
    from specc.analysis.conventions.registry import CONVENTIONS

    name = text.lower()
    if name not in (*CONVENTIONS, ALL):
        raise ArgumentTypeError(f"there is no counter `{text}`; those that can be told are {', '.join(CONVENTIONS)}")
    return name


def _columns(text: str) -> tuple[str, ...]:
    return tuple(_column(name.strip()) for name in text.split(",") if name.strip())


def _column(text: str) -> str:
    from specc.report.columns import COLUMNS

    name = text.lower()
    if name not in COLUMNS:
        raise ArgumentTypeError(f"there is no column `{text}`; the columns are {', '.join(COLUMNS)}")
    return name
