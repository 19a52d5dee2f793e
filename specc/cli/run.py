"""`specc run`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.options import (
    add_bindings,
    add_diagnostics,
    add_format,
    add_limits,
    add_optimisation,
    add_parameters,
    add_precision,
    add_weights,
)
from specc.cli.terminal import Terminal

if TYPE_CHECKING:
    from specc.runtime.session import Session


def configure(parser: ArgumentParser) -> None:
    """Options of `specc run`."""
    parser.add_argument("model", metavar="MODEL_OR_SPEC", help="an .onnx file, a spec, or zoo:NAME")
    parser.add_argument(
        "--input",
        dest="inputs",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a .npy or .npz file, numbers such as 0.5 or '[[1, 2]]', or random, zeros, ones (repeatable)",
    )
    parser.add_argument("--output", metavar="DIR", help="save every output there as NAME.npy")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    add_precision(parser)
    add_optimisation(parser)
    add_weights(parser)
    add_format(parser, ("table", "json"))
    add_diagnostics(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Run the model once; print or save its outputs."""
    from specc.cli.outputs import outputs_json, outputs_text, save_outputs
    from specc.runtime.values import parse_inputs

    session = _session(options, terminal)
    inputs, _ = parse_inputs(options.inputs, session.inputs, dict(options.bindings), options.seed)
    outputs = session.run(inputs)
    if options.output:
        save_outputs(Path(options.output), outputs)
    terminal.result(outputs_json(outputs) if options.format == "json" else outputs_text(outputs))
    return 0


def _session(options: Namespace, terminal: Terminal) -> Session:
    from specc.api import load_with
    from specc.runtime.session import SessionSettings, open_session

    settings = SessionSettings(options.device)
    if options.model.endswith(".onnx"):
        return open_session(Path(options.model), settings)
    spec = load_with(options.model, dict(options.parameters), dict(options.limits))
    model = spec.compile(
        options.device,
        options.dtype,
        weights=options.weights,
        seed=options.seed,
        partial=options.partial,
        weight_rules=options.weight_rules,
        level=options.level,
        without=options.without,
        keep=options.keep,
        interface=options.interface,
    )
    session = model.session(settings)
    terminal.add((*spec.warnings, *model.warnings))
    return session


COMMAND = Command(
    "run",
    "run a model once with onnxruntime",
    """  specc run lenet5.onnx --input image=digit.npy
  specc run zoo:lenet5 --input image=random -b N=1
  specc run bert.onnx --input input_ids='[[101, 7592, 102]]' --output results --format json""",
    configure,
    run,
)
