"""`specc bench --zoo`: every model of the zoo, or those that are named, one after another."""

from __future__ import annotations

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from specc.base.diagnostics import SpecError
from specc.cli.options import counting
from specc.cli.terminal import Terminal

if TYPE_CHECKING:
    from specc.cli.bench_zoo_pages import Measured
    from specc.runtime.session import SessionSettings
    from specc.zoo import ZooModel

MOST_PARAMETERS = 200_000_000
OF_ONE_MODEL = {
    "parameters": "-D",
    "inputs": "--input",
    "weights": "--weights",
    "weight_rules": "--weight-rules",
    "partial": "--partial",
    "per_layer": "--per-layer",
    "arena": "--arena",
}


def add_zoo(parser: ArgumentParser) -> None:
    """What is measured: a model, or the zoo."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("model", nargs="?", metavar="MODEL_OR_SPEC", help="an .onnx file, a spec, or zoo:NAME")
    group.add_argument(
        "--zoo",
        nargs="*",
        metavar="NAME",
        help="every model of the zoo, or those named, at the sizes that `specc zoo` quotes; -b replaces one",
    )
    parser.add_argument(
        "--limit-params",
        type=counting,
        metavar="N",
        help="with --zoo: leave out models of more parameters (default: 200_000_000)",
    )


def clash(options: Namespace) -> str | None:
    """What of the options cannot stand together."""
    if options.arena and options.device != "cpu":
        return "`--arena` is of the CPU: leave out `--device cuda`"
    if options.zoo is None:
        return None if options.limit_params is None else "`--limit-params` is for `--zoo`"
    for name, shown in OF_ONE_MODEL.items():
        if vars(options)[name]:
            return f"`{shown}` is for one model, and not for `--zoo`"
    return None


def need_device(target: str, device: str) -> None:
    """Raises `SpecError` where the figures of the target are of another device than the one that runs."""
    from specc.base.diagnostics import fail
    from specc.base.targets import load_target
    from specc.errors import OtherDevice

    found = load_target(target)
    if found.machine is not None and found.device != device:
        raise fail(OtherDevice(found.name, found.device, device))


def run_zoo(options: Namespace, terminal: Terminal) -> int:
    """Measure each model, and print the table. A model that cannot be measured is told at the end."""
    from specc.cli.bench_zoo_pages import ZooBenchmark, left_out, rendered
    from specc.cli.files import write_text

    need_device(options.target, options.device)
    most = options.limit_params or MOST_PARAMETERS
    chosen = _chosen(options.zoo)
    large = tuple(model for model in chosen if (model.params or 0) > most)
    small = [model for model in chosen if model not in large]
    bench = ZooBenchmark(tuple(_measured(small, options, terminal)), large, most)
    text = rendered(bench, options.format)
    if options.output:
        write_text(options.output, text)
    else:
        terminal.result(text)
    if large and options.format == "csv":
        terminal.progress(left_out(bench))
    return 1 if terminal.failed else 0


def _chosen(names: Sequence[str]) -> list[ZooModel]:
    from specc.zoo import PREFIX, zoo, zoo_model

    unique = dict.fromkeys(name.removeprefix(PREFIX) for name in names)
    return [zoo_model(name) for name in unique] if names else list(zoo().values())


def _measured(models: Sequence[ZooModel], options: Namespace, terminal: Terminal) -> Iterator[Measured]:
    from specc.report.units import short_seconds
    from specc.runtime.session import SessionSettings

    settings = SessionSettings(options.device, options.threads)
    for place, model in enumerate(models, 1):
        try:
            found = _measure(model, options, settings, terminal)
        except SpecError as error:
            terminal.add(error.diagnostics)
            continue
        finally:
            gc.collect()
        terminal.progress(f"{place}/{len(models)} {model.name}: {short_seconds(found.latency.median)}")
        yield found


def _measure(model: ZooModel, options: Namespace, settings: SessionSettings, terminal: Terminal) -> Measured:
    """One model with random weights and inputs. Nothing of it is held when this returns."""
    from specc.api import load_with
    from specc.cli.bench_zoo_pages import Measured
    from specc.runtime.bench import latency
    from specc.runtime.values import parse_inputs
    from specc.zoo import PREFIX

    sizes = {name: dict(options.bindings).get(name, size) for name, size in model.at.items()}
    spec = load_with(f"{PREFIX}{model.name}", {}, dict(options.limits))
    report = spec.report_at(sizes, options.target)
    compiled = spec.compile(target=options.target, seed=options.seed)
    session = compiled.session(settings)
    inputs, _ = parse_inputs((), session.inputs, sizes, options.seed, fill=True)
    found = latency(session, inputs, options.seconds, options.runs, options.warmup)
    terminal.add((*spec.warnings, *compiled.warnings))
    machine = report.roofline.machine if report.roofline else None
    return Measured(model, sizes, report.params.trainable, report.macs, report.flops, found, machine)
