"""Processes that hold one contender each, stopped while they are not asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOREIGN = 0.1
"""Part of a core that other processes may take during a turn."""
PATIENCE, MOMENT = 0.2, 0.05
"""Seconds that a turn is put off at most, and that have to be quiet before it."""
TICKS = os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Processor time of all cores that was not idle, nor waiting for a disk."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def wait_for_quiet() -> None:
    """Until the cores have been idle for a moment, or patience ends."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        before = busy_seconds()
        time.sleep(MOMENT)
        if busy_seconds() - before < FOREIGN * MOMENT + 1.5 / TICKS:
            return


@dataclass(frozen=True)
class Contender:
    """One way to run one net: `kind` is `specc`, `ort`, `eager`, `compile` or `autotune`. `options` are for `ort`:
    entries of the session's configuration, and `disabled`, `parallel`, `level`, `memory_pattern`, `arena`."""

    name: str
    kind: str
    model: str
    python: str
    net: str
    feeds: str
    threads: int
    steps: int = 0
    options: dict[str, str] = field(default_factory=dict)


class Worker:
    """A started process. All its threads are stopped from outside between two requests, so that none spins while
    another contender is timed, whatever its runtime does."""

    def __init__(self, contender: Contender, folder: Path) -> None:
        self.contender = contender
        self.log = (folder / f"worker_{contender.name}.log").open("w")
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": str(contender.threads),
            "TORCHINDUCTOR_CACHE_DIR": str(folder.parent / "inductor"),
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])]),
        }
        self.process = subprocess.Popen(
            [contender.python, str(HERE / "worker.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment,
        )  # fmt: skip
        self.stopped = self.ready = False
        self._send(asdict(contender))

    def ask(self, request: dict[str, object]) -> list[float]:
        """The answer to one request. Raises `RuntimeError` with the end of the log where the process has died."""
        if not self.ready:
            self._receive()
            self.ready = True
        if self.stopped:
            os.kill(self.process.pid, signal.SIGCONT)
        self._send(request)
        answer: list[float] = json.loads(self._receive())
        os.kill(self.process.pid, signal.SIGSTOP)
        self.stopped = True
        return answer

    def quiet(self, request: dict[str, object]) -> tuple[list[float], bool]:
        """The answer to one request, and whether other processes left the cores alone meanwhile. With several threads
        it waits a little for a quiet moment."""
        if self.contender.threads > 1:
            wait_for_quiet()
        start, before = time.perf_counter(), busy_seconds() - self.seconds()
        answer = self.ask(request)
        elapsed = time.perf_counter() - start
        return answer, busy_seconds() - self.seconds() - before < max(FOREIGN * elapsed, 1.5 / TICKS)

    def seconds(self) -> float:
        """Processor time of the process until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _send(self, request: dict[str, object]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(self._end_of_log()) from None

    def _receive(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self._end_of_log())
        return line

    def _end_of_log(self) -> str:
        lines = Path(self.log.name).read_text().strip().splitlines()
        return lines[-1] if lines else "the process ended without a word"
