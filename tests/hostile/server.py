"""Runs commands of `specc` in forks of one warm process and measures each: JSON lines in, JSON lines out.

Processor time and peak memory are those that the kernel counted for the fork alone (`wait4`): `ru_utime + ru_stime` and
`ru_maxrss`, which includes the pages of the program that the fork shares with its parent.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

ADDRESS_SPACE = 3 << 30
PROCESSOR_SECONDS = 4
WALL_SECONDS = 40.0


def warm_up() -> None:
    """Import what a command imports, and read one spec of each form."""
    import specc
    import specc.cli.main
    import specc.emit.model
    import specc.emit.oracle

    for name in ("zoo:lenet5", "zoo:minilm"):
        specc.load(name).check()
    specc.loads("model m\ninput x: float32[N, 4]\noutput y = onnx.Relu(x)\n").check()


def child(arguments: list[str], folder: str) -> None:
    """Never returns."""
    code = 70
    try:
        os.chdir(folder)
        for stream, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        from specc.cli.main import main

        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def run(arguments: list[str], folder: str) -> dict[str, object]:
    """Exit status (negative: the signal that ended it), seconds, MiB."""
    start = time.monotonic()
    process = os.fork()
    if process == 0:
        child(arguments, folder)
    while True:
        found, status, usage = os.wait4(process, os.WNOHANG)
        if found:
            break
        if time.monotonic() - start > WALL_SECONDS:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.001)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "processor": usage.ru_utime + usage.ru_stime,
        "wall": time.monotonic() - start,
        "memory": usage.ru_maxrss / 1024,
        "out": (Path(folder) / "stdout").read_text(errors="replace"),
        "err": (Path(folder) / "stderr").read_text(errors="replace"),
    }


def main() -> None:
    """Serve until standard input ends."""
    warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["arguments"], request["folder"])), flush=True)


if __name__ == "__main__":
    main()
