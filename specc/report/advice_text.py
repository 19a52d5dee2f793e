"""Where the time goes and what could be changed, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.analysis.advice.advice import Advice, Price
from specc.analysis.bindings import Binder
from specc.base.display import visible
from specc.base.jsonable import Json
from specc.report.units import cell, short_count, short_seconds

if TYPE_CHECKING:
    from specc.report.record import Report

LARGEST = 5
NOTE = "Changes give another function, which has to be trained: none is applied."


def advice_text(report: Report) -> str:
    """Both sections as plain text."""
    return "".join(f"{line}\n" for line in (*_times(report), *_changes(report)))


def _times(report: Report) -> Iterator[str]:
    """The largest layers, the critical path, stretches that are not bound by arithmetic."""
    yield "where the time goes"
    for share, path, why in largest_layers(report):
        yield f"  {share:>6.1%}  {visible(path)}  ({why})"
    if report.critical is not None and report.critical.seconds:
        ratio = report.critical.work / report.critical.seconds
        path = f"{short_seconds(report.critical.seconds)} of {short_seconds(report.critical.work)}"
        gain = f"branches side by side gain {ratio:.2f} times at best"
        yield f"  critical path {path}, {len(report.critical.layers)} layers: {gain}"
    for one in report.stretches:
        names = f"{visible(one.first)} to {visible(one.last)}"
        yield f"  {one.share:>6.1%}  {one.count} layers bound by {one.bound}, {names}"


def largest_layers(report: Report) -> list[tuple[float, str, str]]:
    """Share, path and bound of the layers that take most, by predicted time or by MACs."""
    if report.roofline is not None:
        pairs = zip(report.layers, report.roofline.layers, strict=True)
        times = [(time.share, layer.path, f"{short_seconds(time.seconds)}, {time.bound}") for layer, time in pairs]
        return sorted(times, key=lambda one: -one[0])[:LARGEST]
    whole = report.macs
    if not whole:
        return []
    works = [
        (layer.macs / whole, layer.path, f"{short_count(layer.macs)} MACs") for layer in report.layers if layer.macs
    ]
    return sorted(works, key=lambda one: -one[0])[:LARGEST]


def _changes(report: Report) -> Iterator[str]:
    """Advice, with layers that get the same together."""
    binder = Binder(report.bindings)
    groups = grouped(report.advice, binder)
    if not groups:
        return
    yield ""
    yield f"what could be changed. {NOTE}"
    for advice, paths in groups:
        yield ""
        yield f"  {advice.kind}: {_names(paths)}"
        yield f"    {advice.why}"
        if advice.change:
            yield f"    -> {advice.change}"
        yield from (f"    {line}" for line in figures(advice, len(paths), binder))
        if advice.source:
            yield f"    {advice.source}"


def figures(advice: Advice, count: int, binder: Binder) -> Iterator[str]:
    """What a change of `count` layers does to MACs and parameters; nothing where it is not about costs."""
    if advice.before is None or advice.after is None:
        return
    each = " each" if count > 1 else ""
    macs, params = (_pair(name, advice.before, advice.after, binder) for name in ("MACs", "parameters"))
    yield f"{macs}; {params}{each}" if advice.before.params else f"{macs}{each}"


def _pair(name: str, before: Price, after: Price, binder: Binder) -> str:
    if name == "parameters":
        return f"parameters {short_count(before.params)} -> {short_count(after.params)}"
    old, new = (cell(binder.value(price.macs), price.macs) for price in (before, after))
    return f"MACs {old} -> {new}"


def grouped(given: tuple[Advice, ...], binder: Binder) -> list[tuple[Advice, list[str]]]:
    """Advice that differs in the path alone, together."""
    found: dict[tuple[object, ...], tuple[Advice, list[str]]] = {}
    for advice in given:
        key = advice.kind, advice.why, advice.change, _key(advice.before, binder), _key(advice.after, binder)
        found.setdefault(key, (advice, []))[1].append(advice.path)
    return list(found.values())


def _key(price: Price | None, binder: Binder) -> tuple[object, ...]:
    return () if price is None else (binder.text(price.macs), price.params)


def _names(paths: list[str]) -> str:
    shown = ", ".join(map(visible, paths[:3]))
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


def critical_json(report: Report) -> Json:
    """The field `critical_path`."""
    made = report.critical
    if made is None:
        return None
    return {"seconds": made.seconds, "work_seconds": made.work, "layers": list(made.layers)}


def stretches_json(report: Report) -> list[Json]:
    """The field `stretches`."""
    return [
        {
            "bound": one.bound,
            "first": one.first,
            "last": one.last,
            "layers": one.count,
            "seconds": one.seconds,
            "share": one.share,
        }
        for one in report.stretches
    ]


def bottlenecks_json(report: Report, binder: Binder) -> list[Json]:
    """The field `bottlenecks`: the largest layers, then each piece of advice."""
    largest = (
        Advice("largest", path, f"{share:.1%} of the whole: {why}") for share, path, why in largest_layers(report)
    )
    return [_entry(advice, binder) for advice in (*largest, *report.advice)]


def _entry(advice: Advice, binder: Binder) -> dict[str, Json]:
    before, after = advice.before, advice.after
    return {
        "kind": advice.kind,
        "path": advice.path,
        "why": advice.why,
        "advice": advice.change or None,
        "source": advice.source,
        "macs_before": None if before is None else binder.value(before.macs),
        "macs_after": None if after is None else binder.value(after.macs),
        "params_before": None if before is None else before.params,
        "params_after": None if after is None else after.params,
    }
