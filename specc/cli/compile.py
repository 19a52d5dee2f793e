"""`specc compile`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.command import Command
from specc.cli.files import refuse_inputs
from specc.cli.options import (
    add_bindings,
    add_diagnostics,
    add_format,
    add_interface,
    add_limits,
    add_optimisation,
    add_parameters,
    add_target,
    add_weights,
    natural,
)
from specc.cli.quantise_options import add_quantisation
from specc.cli.terminal import Terminal, coloured

if TYPE_CHECKING:
    from specc.api import Spec
    from specc.effects import Effect
    from specc.emit.data_file import Progress
    from specc.model import Model

PROGRESS_BYTES = 64 << 20


def configure(parser: ArgumentParser) -> None:
    """Options of `specc compile`."""
    parser.add_argument("spec", metavar="SPEC", help="a .yaml or .specc file, or zoo:NAME")
    parser.add_argument("-o", dest="output", metavar="OUT.onnx", help="default: the spec's name with .onnx, here")
    add_parameters(parser)
    add_bindings(parser)
    add_limits(parser)
    add_target(parser, "portable")
    add_interface(parser)
    parser.add_argument("--opset", type=natural, metavar="INT", help="default: the target's")
    add_optimisation(parser)
    parser.add_argument(
        "--placement",
        choices=("device", "any"),
        default="device",
        help="for a CUDA target, where a device is at hand: whether all has to run on it (default: device)",
    )
    parser.add_argument("--explain", action="store_true", help="print what was rewritten, what was not, and why")
    parser.add_argument(
        "--measure", action="store_true", help="with --explain, also the time of the model without each rewrite"
    )
    add_weights(parser)
    add_format(parser, ("table", "json"))
    add_diagnostics(parser)
    add_quantisation(parser)


def run(options: Namespace, terminal: Terminal) -> int:
    """Compile the spec, write the model, print a summary."""
    from specc.api import load_with

    path = Path(options.output or default_name(options.spec))
    refuse_inputs(path, (options.spec, options.weights, options.calibrate))
    spec = load_with(options.spec, dict(options.parameters), dict(options.limits))
    spec.check()
    terminal.add(spec.warnings)
    bindings = dict(options.bindings)
    model = _compiled(spec, options, bindings)
    note = _placed(model) if options.placement == "device" else ""
    with progress_bar(terminal) as progress:
        files = model.save(path, progress)
    terminal.add(model.warnings)
    found = _effects(spec, model, options, bindings) if options.explain else ()
    if options.format == "json":
        terminal.result(_json(spec, model, files, bindings, found))
    elif not terminal.quiet:
        terminal.result(_summary(spec, model, files, bindings) + note + _snippet(model, path))
    if options.explain and options.format != "json":
        terminal.result(_explained(model, found))
    return 0


def _compiled(spec: Spec, options: Namespace, bindings: dict[str, int], without: tuple[str, ...] = ()) -> Model:
    return spec.compile(
        options.target,
        options.dtype,
        options.weights,
        options.seed,
        options.opset,
        bindings,
        partial=options.partial,
        weight_rules=options.weight_rules,
        level=options.level,
        without=(*options.without, *without),
        quantise=options.quantise,
        calibrate=options.calibrate,
        method=options.method,
        accuracy=options.accuracy,
        keep=options.keep,
        block=options.block,
        interface=options.interface,
    )


def default_name(spec: str) -> str:
    """`resnet50.onnx` of `specs/resnet50.specc` and of `zoo:resnet50`."""
    return f"{Path(spec.rpartition(':')[2]).stem}.onnx"


def _summary(spec: Spec, model: Model, files: tuple[Path, ...], bindings: dict[str, int]) -> str:
    from specc.report.accuracy_text import accuracy_text
    from specc.report.units import amount, exact_count, short_bytes

    cost = spec.cost_at(bindings)
    rows = (
        ("parameters", exact_count(cost.params.trainable)),
        ("MACs", amount(cost.macs, cost.macs_formula)),
        ("operators", f"{model.operator_count:,}"),
        ("opset", str(model.opset)),
        ("size", short_bytes(sum(file.stat().st_size for file in files))),
        ("files", ", ".join(str(file) for file in reversed(files))),
    )
    text = f"{spec.name}\n" + "".join(f"  {word:<10}  {value}\n" for word, value in rows)
    return text if model.quantisation is None else text + accuracy_text(model.quantisation)


def _effects(spec: Spec, model: Model, options: Namespace, bindings: dict[str, int]) -> tuple[Effect, ...]:
    """What each rewrite has changed."""
    from specc.base.targets import load_target
    from specc.effects import effects, measured

    found = effects(model, load_target(options.target).machine, {})
    if not options.measure:
        return found
    return measured(model, found, lambda name: _compiled(spec, options, bindings, (name,)), bindings)


def _json(
    spec: Spec, model: Model, files: tuple[Path, ...], bindings: dict[str, int], found: tuple[Effect, ...]
) -> str:
    from specc.base.jsonable import to_json
    from specc.cli.effect_pages import effects_json
    from specc.report.accuracy_text import accuracy_json
    from specc.report.ledger_text import ledger_json

    cost, record = spec.cost_at(bindings), model.quantisation
    return to_json(
        {
            "model": spec.name,
            "parameters": cost.params.trainable,
            "macs": {"value": cost.macs if isinstance(cost.macs, int) else None, "formula": str(cost.macs_formula)},
            "operators": model.operator_count,
            "opset": model.opset,
            "bytes": sum(file.stat().st_size for file in files),
            "files": [str(file) for file in reversed(files)],
            "rewrites": ledger_json(model.ledger),
            "effects": effects_json(found),
            "quantisation": None if record is None else accuracy_json(record),
        }
    )


def _placed(model: Model) -> str:
    """Check that a model for CUDA would run on the device as a whole; what to say of it."""
    from specc.base.diagnostics import SpecError
    from specc.runtime.errors import CudaUnavailable
    from specc.runtime.placement import need_device

    if model.settings.session is None or model.settings.session.device != "cuda":
        return ""
    try:
        found = model.placement()
    except SpecError as error:
        if error.diagnostics[0].code != CudaUnavailable.code:
            raise
        return f"  placement   not checked: {error.diagnostics[0].message}\n"
    need_device(found)
    return "  placement   all on the device, no copies\n"


def _snippet(model: Model, path: Path) -> str:
    from specc.report.snippet import snippet

    session = model.settings.session
    return "" if session is None else f"\n{snippet(str(path), session)}"


def _explained(model: Model, found: tuple[Effect, ...]) -> str:
    from specc.cli.effect_pages import effects_text
    from specc.report.ledger_text import ledger_text

    return f"\n{ledger_text(model.ledger)}{effects_text(found)}"


@contextmanager
def progress_bar(terminal: Terminal) -> Iterator[Progress | None]:
    """Called with the bytes that are done and all bytes; a bar for large models where there is someone to see it."""
    if terminal.quiet or terminal.form != "text" or not coloured(terminal.err):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("writing"), BarColumn(), DownloadColumn(binary_units=True), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=terminal.err), transient=True) as bar:
        task = bar.add_task("write", visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > PROGRESS_BYTES)

        yield show


COMMAND = Command(
    "compile",
    "compile a spec to ONNX",
    """  specc compile lenet5.yaml -o lenet5.onnx
  specc compile zoo:resnet50 --weights resnet50.safetensors -o resnet50.onnx
  specc compile gpt2.specc --weights none --opset 23
  specc compile zoo:resnet50 --explain --without fold_batchnorm
  specc compile zoo:resnet50 --dtype int8 --calibrate images.npz --accuracy 0.99
  specc compile zoo:gpt2 --dtype int4 --target cpu -b T=64""",
    configure,
    run,
)
