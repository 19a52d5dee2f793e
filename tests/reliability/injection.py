"""Writes of a model that are cut off at any instant: `python tests/reliability/injection.py COUNT [SEED]`.

Each injection compiles one of two models (the same net with other weights, 2.3 MiB of them in the file of data) over
what the injection before has left, in a fork of this process. It is ended by SIGKILL at a random instant or before or
after the n-th call into the system, or such a call fails with ENOSPC or EIO, or files may not grow beyond a random
size. Afterwards onnxruntime loads the model that is there and runs it: the numbers have to be those of the model that
was there before, or those of the new one.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime

import specc
from specc.model import Model

TEXT = """
model cut_off
input x: float32[N, 256]
y = x
for i in range(9):
    y = y -> linear(256) as l.{i} -> tanh
output out = y
"""
CALLS = ("pwrite", "replace", "link", "unlink", "fsync", "open", "close")
X = np.linspace(-1, 1, 512, dtype=np.float32).reshape(2, 256)


def outputs(path: Path) -> bytes:
    """What the model in `path` computes; raises where it does not load."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": X})[0].tobytes()


@dataclass(frozen=True)
class Injection:
    """What happens: `kind` at the `count`-th of `calls`, or after `seconds`, or at a file size of `count` bytes."""

    kind: str
    call: str = ""
    count: int = 0
    seconds: float = 0.0

    def install(self) -> None:
        """Make it happen in this process."""
        if self.kind == "file size":
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.count, self.count))
        elif self.call:
            _wrap(self.call, self.count, self.kind)


def _wrap(name: str, count: int, kind: str) -> None:
    genuine: Callable[..., object] = getattr(os, name)
    left = [count]

    def wrapped(*arguments: object, **named: object) -> object:
        left[0] -= 1
        if left[0] == 0 and kind == "kill before":
            os.kill(os.getpid(), signal.SIGKILL)
        if left[0] == 0 and kind in ("ENOSPC", "EIO"):
            number = getattr(errno, kind)
            raise OSError(number, os.strerror(number))
        result = genuine(*arguments, **named)
        if left[0] == 0 and kind == "kill after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, name, wrapped)


def drawn(rng: Random, usual: float, size: int) -> Injection:
    """An injection; `usual` is the time that a write takes, `size` the bytes of the data."""
    kind = rng.choice(("kill", "kill", "kill before", "kill after", "ENOSPC", "EIO", "file size"))
    if kind == "kill":
        return Injection(kind, seconds=rng.uniform(0, 1.1 * usual))
    if kind == "file size":
        return Injection(kind, count=rng.randrange(int(1.2 * size)))
    call = rng.choice(CALLS[:5])
    return Injection(kind, call, rng.randint(1, 20 if call == "pwrite" else 5))


def write_in_fork(model: Model, path: Path, injection: Injection | None) -> int:
    """Write `model` in a fork, cut off by `injection`; the exit status, negative for a signal."""
    process = os.fork()
    if process == 0:
        code = 3
        try:
            if injection is not None:
                injection.install()
            model.save(path)
            code = 0
        except specc.SpecError:
            code = 1
        finally:
            os._exit(code)
    if injection is not None and injection.seconds:
        time.sleep(injection.seconds)
        os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def campaign(count: int, seed: int, folder: Path) -> Counter[str]:
    """What the injections ended in. Raises `AssertionError` for a model that is neither old nor new."""
    rng, path = Random(seed), folder / "m.onnx"
    spec = specc.loads(TEXT, syntax="text")
    models = [spec.compile(seed=number) for number in (1, 2)]
    known: list[bytes] = []
    for model in models:
        start = time.perf_counter()
        model.save(path)
        usual = time.perf_counter() - start
        known.append(outputs(path))
    assert known[0] != known[1]
    size, there, results = (folder / "m.onnx.data").stat().st_size, 1, Counter[str]()
    for number in range(count):
        wanted, injection = rng.randrange(2), drawn(rng, usual, size)
        code = write_in_fork(models[wanted], path, injection)
        found = outputs(path)
        assert found in (known[there], known[wanted]), f"{number}: {injection}: neither the old model nor the new one"
        assert code != 3, f"{number}: {injection}: something else than SpecError"
        assert code != 0 or found == known[wanted], f"{number}: {injection}: reported as written, and is not"
        new = found == known[wanted] and wanted != there
        there = known.index(found)
        results[f"{injection.kind}: {'new' if new else 'old or the same'}"] += 1
        if number % 10 == 9:
            assert write_in_fork(models[there], path, None) == 0
            assert sorted(os.listdir(folder)) == ["m.onnx", "m.onnx.data"], os.listdir(folder)
    return results


def main(count: int, seed: int) -> None:
    """Print the counts."""
    with TemporaryDirectory() as folder:
        results = campaign(count, seed, Path(folder))
    print(f"{count} injections, seed {seed}, 0 broken pairs")
    for what, number in sorted(results.items()):
        print(f"| {what} | {number} |")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
