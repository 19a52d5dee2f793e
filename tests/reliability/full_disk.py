"""Writes to a disk that is really full: `python tests/reliability/full_disk.py FOLDER` needs the right to mount there.

A memory disk holds the model that was there and some pages more, too few for the new one. Each write meets the end of
the disk, first seen by the check before it, then, where that check is told of endless room, by a write in the middle.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

from injection import TEXT, outputs, write_in_fork

import specc

PAGE = 4096
Usage = namedtuple("Usage", ("total", "used", "free"))


def endless(path: object) -> Usage:
    return Usage(1 << 40, 0, 1 << 40)


def main(folder: Path) -> int:
    """How many writes were cut off by the disk, each with the old model intact."""
    spec = specc.loads(TEXT, syntax="text")
    old, new = (spec.compile(seed=seed) for seed in (1, 2))
    honest, cut = shutil.disk_usage, 0
    folder.mkdir(exist_ok=True)
    new.save(folder / "size.onnx")
    size = sum(path.stat().st_size for path in folder.iterdir())
    for room in (0, PAGE, 3 * PAGE, size // 3, size // 2, size - 8 * PAGE):
        pages = -(-size // PAGE) + 4 + room // PAGE
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={pages * PAGE}", "tmpfs", str(folder)], check=True)
        try:
            path = folder / "m.onnx"
            old.save(path)
            known = outputs(path)
            for usage in (honest, endless):
                shutil.disk_usage = usage  # type: ignore[assignment]
                code = write_in_fork(new, path, None)
                shutil.disk_usage = honest
                assert code == 1, f"{room} bytes of room: exit status {code}"
                assert outputs(path) == known, f"{room} bytes of room: the old model is not there"
                cut += 1
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    return cut


if __name__ == "__main__":
    print(f"{main(Path(sys.argv[1]))} writes to a full disk, 0 broken pairs")
