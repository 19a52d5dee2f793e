"""`specc verify`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.options import (
    add_bindings,
    add_diagnostics,
    add_format,
    add_limits,
    add_optimisation,
    add_parameters,
    add_target,
    natural,
)
from specc.cli.terminal import Terminal

if TYPE_CHECKING:
    from specc.base.diagnostics import SpecError
    from specc.verify import Divergence

DTYPES = ("float32", "float16", "bfloat16", "int8", "int4")


def configure(parser: ArgumentParser) -> None:
    """Options of `specc verify`."""
    parser.add_argument("spec", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_target(parser, "cpu")
    parser.add_argument("--dtype", choices=DTYPES, default="float32", help="default: float32")
    parser.add_argument(
        "--keep", metavar="LAYER", action="append", default=[], help="keep a layer in float32 (repeatable)"
    )
    add_optimisation(parser)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    parser.add_argument("--weights", metavar="FILE", help="as for `specc compile`; without it, tensors are initialised")
    parser.add_argument(
        "--seed", type=natural, default=0, metavar="INT", help="seed of weights and inputs (default: 0)"
    )
    parser.add_argument(
        "--input",
        dest="inputs",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="as for `specc run`; others are random (repeatable)",
    )
    add_format(parser, ("table", "json", "markdown"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Compare, print, and fail with the first layer that differs."""
    from specc.api import load_with
    from specc.cli.verify_pages import verify_text

    spec = load_with(options.spec, dict(options.parameters), dict(options.limits))
    spec.check()
    terminal.add(spec.warnings)
    found = spec.verify(
        dict(options.bindings),
        options.target,
        options.dtype,
        options.weights,
        options.seed,
        level=options.level,
        without=options.without,
        keep=options.keep,
        device=options.device,
        inputs=options.inputs,
    )
    terminal.result(verify_text(found, options.format))
    if found.divergence is not None:
        raise _mistake(found.divergence)
    return 0 if found.agrees else 1


def _mistake(first: Divergence) -> SpecError:
    from specc.base.diagnostics import fail
    from specc.runtime.errors import OutputsDiffer

    sizes = ", ".join(f"{name} = {size}" for name, size in first.sizes.items())
    figures = f"{first.relative:.2g}", f"{first.tolerance:g}"
    return fail(OutputsDiffer(first.contender, first.layer, *figures, sizes, first.rewrites), first.span)


COMMAND = Command(
    "verify",
    "compare the model as it is compiled with the model as it is",
    """  specc verify zoo:lenet5
  specc verify zoo:bert_base -b N=1 -b T=32 --dtype float16
  specc verify net.specc --weights net.safetensors --without fold_batchnorm --format json""",
    configure,
    run,
)
