"""The test's end of `server.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """What a command gave: exit status, seconds, MiB, output."""

    status: int
    processor: float
    wall: float
    memory: float
    out: str
    err: str


class Server:
    """A warm process that runs commands in forks of itself."""

    def __enter__(self) -> Server:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "PYTHONPATH": os.pathsep.join(str(Path(part).resolve()) for part in sys.path if part)},
        )
        return self

    def run(self, arguments: list[str], folder: str | Path) -> Run:
        """Run `specc ARGUMENTS` in `folder`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": arguments, "folder": str(folder)}) + "\n")
        self._process.stdin.flush()
        return Run(**json.loads(self._process.stdout.readline()))

    def __exit__(self, *reason: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
