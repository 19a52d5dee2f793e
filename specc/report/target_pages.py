"""Targets: the list, one in full, and both as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from specc.base.jsonable import Json
from specc.base.machine import Machine
from specc.base.targets import Target
from specc.report.grid import Column, Grid, markdown
from specc.report.units import short_bytes, short_rate, short_seconds

LISTED = ("float32", "float16", "int8")


def target_grid(targets: Iterable[Target]) -> Grid:
    """One row for each target: what it runs on, and the figures of its device."""
    heads = ("target", "runs on", *LISTED, "bandwidth", "memory", "")
    numbers = (False, False, *(True for _ in LISTED), True, True, False)
    columns = tuple(Column(head, number) for head, number in zip(heads, numbers, strict=True))
    return Grid(columns, tuple(_row(target) for target in targets))


def _row(target: Target) -> tuple[str, ...]:
    machine = target.machine
    figures = ("",) * (len(LISTED) + 2) if machine is None else (*_peaks(machine), *_memory(machine))
    return (target.name, target.device, *figures, target.doc)


def _peaks(machine: Machine) -> Iterable[str]:
    return (short_rate(machine.peak[name], "FLOP/s") if name in machine.peak else "" for name in LISTED)


def _memory(machine: Machine) -> tuple[str, str]:
    return short_rate(machine.bandwidth, "B/s"), short_bytes(machine.capacity)


def device_markdown(targets: Iterable[Target]) -> str:
    """The devices as a table, and the source of each of their figures."""
    devices = [target for target in targets if target.machine is not None]
    text = markdown(target_grid(devices))
    for target in devices:
        assert target.machine is not None
        rows = tuple((k, v, target.machine.sources.get(k, "")) for k, v in _figures(target.machine))
        columns = (Column("figure"), Column("value"), Column("source"))
        text += f"\n### {target.name}\n\n{target.doc}\n\n{markdown(Grid(columns, rows))}"
    return text


def target_page(target: Target) -> str:
    """Everything about one target, each figure with its source."""
    rows = [
        ("runs on", f"{target.device}, {', '.join(target.providers)}"),
        ("opset", f"{target.opset}, IR {target.ir_version}"),
        ("operators", "those of the runtime's own domain, too" if target.contrib else "standard ones only"),
    ]
    if target.reduced_range:
        rows.append(("int8 weights", "of seven bits beside quantised activations"))
    if target.disabled_optimizers:
        rows.append(("without", ", ".join(target.disabled_optimizers)))
    rows += [(f"session {key}", value) for key, value in target.session.items()]
    rows += [(f"provider {key}", value) for key, value in target.provider_options.items()]
    text = f"{target.name}: {target.doc}\n\n" + _aligned(rows)
    if target.machine is None:
        return f"{text}\nIt is no device: times need one (`specc targets` lists them), or a measured file.\n"
    figures = tuple((key, value, target.machine.sources.get(key, "")) for key, value in _figures(target.machine))
    width, wide = (max(len(row[index]) for row in figures) for index in (0, 1))
    return text + "\n" + "".join(f"{key:<{width}}  {value:<{wide}}  {source}\n" for key, value, source in figures)


def _aligned(rows: list[tuple[str, str]]) -> str:
    width = max(len(word) for word, _ in rows)
    return "".join(f"{word:<{width}}  {value}\n" for word, value in rows)


def _figures(machine: Machine) -> Iterable[tuple[str, str]]:
    yield "peak", ", ".join(f"{name} {short_rate(rate, 'FLOP/s')}" for name, rate in machine.peak.items())
    if machine.conv_peak:
        peaks = (f"{name} {short_rate(rate, 'FLOP/s')}" for name, rate in machine.conv_peak.items())
        yield "conv_peak", ", ".join(peaks)
    yield "bandwidth", short_rate(machine.bandwidth, "B/s")
    yield "capacity", short_bytes(machine.capacity)
    if machine.cache:
        yield "cache", short_bytes(machine.cache)
    if machine.cache_bandwidth:
        yield "cache_bandwidth", short_rate(machine.cache_bandwidth, "B/s")
    if machine.inner_cache:
        yield "inner_cache", short_bytes(machine.inner_cache)
    if machine.inner_bandwidth:
        yield "inner_bandwidth", short_rate(machine.inner_bandwidth, "B/s")
    yield "overhead", short_seconds(machine.overhead)
    if machine.start:
        yield "start", short_seconds(machine.start)
    if machine.fork:
        yield "fork", short_seconds(machine.fork)
    if machine.overlap < 1:
        yield "overlap", f"{machine.overlap:.2f}"
    if machine.multiple:
        yield "multiple", ", ".join(f"{name} {count}" for name, count in machine.multiple.items())


def target_json(target: Target) -> dict[str, Json]:
    """All fields of a target."""
    machine = target.machine
    return {
        "name": target.name,
        "doc": target.doc,
        "opset": target.opset,
        "ir_version": target.ir_version,
        "device": target.device,
        "contrib": target.contrib,
        "reduced_range": target.reduced_range,
        "providers": list(target.providers),
        "session": dict(target.session),
        "disabled_optimizers": list(target.disabled_optimizers),
        "provider_options": dict(target.provider_options),
        "machine": None
        if machine is None
        else {
            "peak": dict(machine.peak),
            "conv_peak": dict(machine.conv_peak),
            "bandwidth": machine.bandwidth,
            "capacity": machine.capacity,
            "cache": machine.cache,
            "cache_bandwidth": machine.cache_bandwidth,
            "inner_cache": machine.inner_cache,
            "inner_bandwidth": machine.inner_bandwidth,
            "overhead": machine.overhead,
            "start": machine.start,
            "fork": machine.fork,
            "overlap": machine.overlap,
            "multiple": dict(machine.multiple),
            "sources": dict(machine.sources),
        },
    }
