"""Figures of this machine, measured with onnxruntime on models of one kind of work each."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from math import isqrt
from pathlib import Path
from statistics import quantiles

import numpy as np

from specc.api import loads
from specc.base.machine import Machine
from specc.base.processor import lanes
from specc.runtime.session import Session, SessionSettings, runtime_version

SECONDS = 1.5
"""Time of each measurement."""
MATMUL = "model m\ninput a: float32[1024, 1024]\ninput b: float32[1024, 1024]\noutput y = a @ b\n"
CONV = "model m\ninput a: float32[1, 128, 56, 56]\noutput y = a -> conv(128, 3, padding=1, bias=false)\n"
ADD = "model m\ninput a: float32[{0}]\ninput b: float32[{0}]\noutput y = a + b\n"
CHAIN = "model m\ninput a: float32[1, 16]\nfor i in range({0}):\n    a = a -> linear(16) -> tanh\noutput y = a\n"
SHARED = "model m\ninput a: float32[16, 128]\nfor i in range({0}):\n    a = a -> linear(128) -> relu\noutput y = a\n"
WIDE = "model m\ninput a: float32[16, 2048]\nfor i in range({0}):\n    a = a -> linear(2048) -> relu\noutput y = a\n"
RECURRENT = "model m\ninput a: float32[1, {0}, {1}]\ny, h, c = a -> lstm({1})\noutput z = y\n"
LARGE, PAIRS, PRODUCTS = 1 << 24, 64, 8
WIDE_BYTES = 4 * 2048**2
FIRST_BYTES = 16 << 20
SLOWER = 1.25
"""A model whose layers take so much longer than those of a small one does not stay in the cache."""


def measured_machine(threads: int = 0) -> Machine:
    """Peaks of products and convolutions, bandwidth of memory and of the cache, time of a node; about half a minute."""
    *inner, last = cache_sizes()
    cache = _held(last, threads)
    small = max(1 << 12, cache // 48)
    matmul, conv = (_time_of(text, threads) for text in (MATMUL, CONV))
    far, near = (12 * count / _time_of(ADD.format(count), threads) for count in (LARGE, small))
    long, short = (_time_of(CHAIN.format(count), threads) for count in (PAIRS, 1))
    node = max((long - short) / (2 * PAIRS - 2), 1e-9)
    shared, wide = _each(SHARED, PRODUCTS, threads), _each(WIDE, -(-4 * cache // WIDE_BYTES), threads)
    own = inner[-1] if inner else 0
    how = f"measured on {processor()}, onnxruntime {runtime_version()}, {threads or os.cpu_count()} threads"
    keys = ("peak", "conv_peak", "bandwidth", "cache_bandwidth", "overhead", "start", "fork", "overlap", "cache")
    sources = dict.fromkeys(keys, how) | dict.fromkeys(("capacity", "multiple"), "the system")
    sources |= {"inner_cache": "the system", "inner_bandwidth": how} if own else {}
    return Machine(
        {"float32": 2 * 1024**3 / matmul},
        far,
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        node,
        {"float32": 2 * 128 * 128 * 9 * 56 * 56 / conv},
        cache,
        near,
        inner_cache=own,
        inner_bandwidth=_again(own, threads) if own else 0.0,
        multiple={"float32": lanes()},
        start=max(short - 2 * node, 1e-9),
        fork=max(shared - 16 * 128**2 * matmul / 1024**3 - node, 1e-9),
        overlap=_overlap(wide, 16 * 2048**2 * matmul / 1024**3, WIDE_BYTES / far),
        sources=sources,
    )


def _overlap(seconds: float, compute: float, memory: float) -> float:
    """The part of the shorter of two times that goes on during the longer, where both take `seconds`."""
    return min(1.0, max(0.0, (compute + memory - seconds) / min(compute, memory)))


def _each(text: str, count: int, threads: int) -> float:
    """Time of one layer of the chain `text` of so many."""
    long, short = (_time_of(text.format(number), threads) for number in (count + 1, 1))
    return max(long - short, 1e-9) / count


def _held(last: int, threads: int) -> int:
    """Bytes of weights that stay in a cache of `last` bytes from run to run: of a cache that other programs and other
    machines share, it may be a small part."""
    size, held, first = FIRST_BYTES, last, 0.0
    while size <= last:
        count = size // WIDE_BYTES
        seconds = _time_of(WIDE.format(count), threads) / count
        first = first or seconds
        if seconds > SLOWER * first:
            return held
        held, size = size, 2 * size
    return last


def _again(inner: int, threads: int) -> float:
    """Bytes per second at which a recurrent layer reads a matrix that fills half of the cache of a core."""
    width = max(16, isqrt(inner // 32) // 16 * 16)
    long, short = (_time_of(RECURRENT.format(steps, width), threads) for steps in (65, 1))
    return 64 * 16 * width**2 / max(long - short, 1e-9)


def _time_of(text: str, threads: int) -> float:
    """Time of a run of the model `text`."""
    session = loads(text, syntax="specc").compile().session(SessionSettings(threads=threads))
    return usual_seconds(_runner(session), SECONDS)


def _runner(session: Session) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    shapes = {port.name: tuple(dim for dim in port.shape if isinstance(dim, int)) for port in session.inputs}
    given = {name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}
    return lambda: session.native.run(None, given)


def usual_seconds(run: Callable[[], object], seconds: float) -> float:
    """Time of one call that a tenth of the calls do not take, so that other programs matter little; over calls that
    take `seconds` in all, after a warm-up of a fifth of that."""
    end = time.perf_counter() + seconds / 5
    while time.perf_counter() < end:
        run()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return quantiles(times, n=10)[0]


def cache_sizes() -> list[int]:
    """Bytes of the caches of the first processor, from the first level to the last; 8 MiB where the system does not
    tell."""
    sizes: list[int] = []
    for path in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"):
        text = path.read_text().strip()
        if text.endswith("K") and text[:-1].isdigit():
            sizes.append(int(text[:-1]) << 10)
    return sorted(sizes) or [8 << 20]


def processor() -> str:
    """Name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _inner_lines(machine: Machine) -> tuple[str, ...]:
    lines = f"  inner_cache: {machine.inner_cache:_}", f"  inner_bandwidth: {machine.inner_bandwidth:.4g}"
    return lines if machine.inner_cache else ()


def target_text(machine: Machine, name: str) -> str:
    """The file of a target with these figures."""
    rates = ", ".join(f"{dtype}: {rate:.4g}" for dtype, rate in machine.peak.items())
    convs = ", ".join(f"{dtype}: {rate:.4g}" for dtype, rate in machine.conv_peak.items())
    lines = [
        f"name: {name}",
        f"doc: {processor()}, as measured.",
        "base: cpu",
        "machine:",
        f"  peak: {{{rates}}}",
        f"  conv_peak: {{{convs}}}",
        f"  bandwidth: {machine.bandwidth:.4g}",
        f"  capacity: {machine.capacity:_}",
        f"  cache: {machine.cache:_}",
        f"  cache_bandwidth: {machine.cache_bandwidth:.4g}",
        *_inner_lines(machine),
        f"  overhead: {machine.overhead:.4g}",
        f"  start: {machine.start:.4g}",
        f"  fork: {machine.fork:.4g}",
        f"  overlap: {machine.overlap:.2f}",
        f"  multiple: {{float32: {machine.multiple['float32']}}}",
        "  sources:",
        *(f"    {key}: {source}" for key, source in machine.sources.items()),
    ]
    return "\n".join(lines) + "\n"
