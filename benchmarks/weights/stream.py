"""Peak memory of compiling with a checkpoint of 6 GiB, a sparse file of zeros: `make stream`.

Each case runs in a process of its own, and prints its peak resident memory and the time that it took. What a case
writes is as large as the checkpoint, and removed afterwards.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIB = 1 << 30
CASES = ("as stored", "float16 to float32", "turned by a rule")


def sparse(path: Path, names: list[str], width: int, code: str) -> None:
    """A safetensors file of zeros that takes no room on the disk."""
    size = width * width * {"F32": 4, "F16": 2}[code]
    entries = {
        name: {"dtype": code, "shape": [width, width], "data_offsets": [index * size, (index + 1) * size]}
        for index, name in enumerate(names)
    }
    header = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + size * len(names))


def spec_text(case: str, count: int, width: int) -> str:
    """A chain of `count` square matrices."""
    lines = ["model chain", f"input x: float32[N, {width}]", "y = x"]
    for i in range(count):
        lines += [f"param w{i}: float32[{width}, {width}]", f"y = y @ w{i}"]
    lines.append("output y")
    if case == "turned by a rule":
        lines += ["weights:", '    rename "(.*)" -> transpose -> r"\\1"']
    return "\n".join(lines) + "\n"


def compile_once(case: str, folder: Path, count: int, width: int) -> None:
    """Compile, and print peak memory in MiB and the time in seconds."""
    import specc
    import specc.emit.model
    import specc.model

    names = [f"w{i}" for i in range(count)]
    sparse(folder / "m.safetensors", names, width, "F16" if case.startswith("float16") else "F32")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    start = time.perf_counter()
    spec = specc.loads(spec_text(case, count, width), syntax="text")
    spec.compile(weights=str(folder / "m.safetensors")).save(folder / "m.onnx")
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"peak_mib": peak, "started_with_mib": before, "seconds": round(taken, 1)}))


def measured(case: str, count: int, width: int, folder: str | None = None) -> dict[str, float]:
    """What `compile_once` prints in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="specc-stream-", dir=folder) as place:
        arguments = [sys.executable, __file__, case, place, str(count), str(width)]
        found: dict[str, float] = json.loads(
            subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
        )
        return found


def main() -> None:
    """Every case, as a table."""
    count, width = 6, 16384
    print(f"{count} tensors of {width * width * 4 / GIB:.0f} GiB (half of that as float16)\n")
    print("| case | peak memory | seconds |\n|---|---:|---:|")
    for case in CASES:
        found = measured(case, count, width)
        print(f"| {case} | {found['peak_mib']:,.0f} MiB | {found['seconds']} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        compile_once(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
