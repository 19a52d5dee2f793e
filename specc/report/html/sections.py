"""The parts of a page beside layers and blocks: totals, the device, memory over the run, advice."""

from __future__ import annotations

from specc.analysis.timeline import timeline
from specc.base.jsonable import Json
from specc.base.machine import Machine
from specc.report.advice_text import NOTE, figures, grouped, largest_layers, stretches_json
from specc.report.html.layers import tensor_numbers, type_text
from specc.report.html.subject import Subject
from specc.report.tables import title, totals
from specc.report.values import raw_text

DTYPE = "float32"
MOST_HELD = 12
"""Tensors of the peak that are listed."""


def head_json(subject: Subject) -> dict[str, Json]:
    """Who and what: the model, its sizes, the command, and every total as `specc report` prints it."""
    report, graph = subject.report, subject.graph
    free = sorted({name for o in report.outputs for name in _free(o.shape)})
    return {
        "model": report.model,
        "title": title(report),
        "doc": graph.doc,
        "version": subject.version,
        "command": subject.command,
        "target": {"name": subject.target.name, "doc": subject.target.doc},
        "parameters": [[name, raw_text(raw)] for name, raw in report.parameters.items()],
        "bindings": dict(report.bindings),
        "bound": report.macs is not None and report.memory.peak is not None,
        "free": list(free),
        "totals": [list(row) for row in totals(report)],
    }


def _free(shape: tuple[int | str, ...]) -> set[str]:
    return {dim for dim in shape if isinstance(dim, str) and dim.isidentifier()}


def ends_json(subject: Subject) -> dict[str, Json]:
    """Inputs and outputs of the model; an output has the number of its tensor."""
    graph, numbers = subject.graph, tensor_numbers(subject.graph)
    return {
        "inputs": [
            {"name": e.value.name, "type": [str(e.value.type.dtype), type_text(e.value.type, subject.binder)]}
            for e in graph.inputs
        ],
        "outputs": [{"name": e.name, "tensor": numbers.get(id(e.value), -1)} for e in graph.outputs],
        "docs": dict(graph.scope_docs),
    }


def roofline_json(subject: Subject) -> Json:
    """Rates of the device; null where there is none, or where a size is free."""
    if subject.report.roofline is None:
        return None
    machine = subject.report.roofline.machine
    return {"seconds": subject.report.roofline.seconds, "dtype": DTYPE, **_rates(machine)}


def _rates(machine: Machine) -> dict[str, Json]:
    return {
        "peak": machine.peak[DTYPE],
        "conv_peak": machine.conv_peak.get(DTYPE),
        "bandwidth": machine.bandwidth,
        "cache_bandwidth": machine.cache_bandwidth or None,
        "capacity": machine.capacity,
        "overhead": machine.overhead,
    }


def memory_json(subject: Subject) -> Json:
    """Live bytes while each layer runs, and what is held at the peak; null while a size is free."""
    made = timeline(subject.graph, subject.binder)
    if made is None:
        return None
    numbers = tensor_numbers(subject.graph)
    held: list[Json] = [
        {
            "tensor": numbers.get(id(one.value), -1),
            "name": one.value.name,
            "type": f"{one.value.type.dtype}{type_text(one.value.type, subject.binder)}",
            "bytes": one.bytes,
        }
        for one in made.held[:MOST_HELD]
    ]
    more = made.held[MOST_HELD:]
    return {
        "inputs": made.inputs,
        "live": list(made.live),
        "peak": made.peak,
        "held": held,
        "others": {"count": len(more), "bytes": sum(one.bytes for one in more)},
    }


def advice_json(subject: Subject) -> dict[str, Json]:
    """What `--advice` prints; layers of the critical path by their numbers."""
    report = subject.report
    numbers = {layer.path: index for index, layer in enumerate(report.layers)}
    critical = report.critical
    return {
        "note": NOTE,
        "largest": [{"share": share, "path": path, "why": why} for share, path, why in largest_layers(report)],
        "changes": [
            {
                "kind": advice.kind,
                "paths": list(paths),
                "why": advice.why,
                "change": advice.change,
                "source": advice.source,
                "figures": list(figures(advice, len(paths), subject.binder)),
            }
            for advice, paths in grouped(report.advice, subject.binder)
        ],
        "stretches": stretches_json(report),
        "critical": None
        if critical is None
        else {
            "seconds": critical.seconds,
            "work": critical.work,
            "layers": [numbers[path] for path in critical.layers],
        },
    }
