"""Prints what each case of the corpus gives: `python tests/hostile/probe.py [PART OF NAME]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus import CASES
from serving import Server


def main(part: str) -> None:
    with Server() as server:
        for case in [case for case in CASES if part in case.name]:
            with TemporaryDirectory() as folder:
                path = case.write(Path(folder))
                found = server.run(["check", path.name], folder)
            codes = re.findall(r"^error\[(SP\d+)\]", found.err, re.MULTILINE)
            good = codes[:1] == [case.code]
            last = found.err.strip().splitlines()[-1] if "Traceback" in found.err else ""
            print(
                f"{'ok ' if good else 'BAD'} {case.name}: {case.code} got {codes[:4]} status {found.status}, "
                f"{found.processor:.2f} s, {found.memory:.0f} MiB, {len(found.err)} bytes | "
                f"{last or found.err[:160]!r} {found.out[:60]!r}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
