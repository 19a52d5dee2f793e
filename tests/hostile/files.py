"""Files that are no files, imports that lead astray, arrays that are traps."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from case import FAMILY, HEAD, TAIL, Case, Content, net, table

LIBRARY = "block b(x):\n    return x\n"


def replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Puts what `make` makes in the place of the spec."""

    def prepare(folder: Path) -> None:
        for path in (folder / "case.specc", folder / "case.yaml"):
            if path.exists():
                path.unlink()
                make(path)

    return prepare


def _unreadable(path: Path) -> None:
    path.write_text(net("a = 1"))
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read it all the same: a name that is a folder's then
        path.unlink()
        path.mkdir()


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 << 30)


SPECIAL: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "zero device": lambda path: path.symlink_to("/dev/zero"),
    "random device": lambda path: path.symlink_to("/dev/urandom"),
    "null device": lambda path: path.symlink_to("/dev/null"),
    "standard input": lambda path: path.symlink_to("/dev/stdin"),
    "terminal": lambda path: path.symlink_to("/dev/tty"),
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "missing": lambda path: None,
    "unreadable": _unreadable,
    "ten gigabytes": _sparse,
    "memory of the process": lambda path: path.symlink_to("/proc/self/mem"),
}
NO_FILES = [
    Case(f"no file/{name}{suffix}", FAMILY, "", suffix, prepare=replaced(make), placed=False)
    for name, make in SPECIAL.items()
    for suffix in (".specc", ".yaml")
]


def importing(
    location: str, files: Mapping[str, Content] | None = None, prepare: Callable[[Path], None] | None = None
) -> Case:
    """A spec that imports `location`."""
    return Case("", "", net(f'import "{location}" as other'), files=files or {}, prepare=prepare)


def _fan_out() -> dict[str, Content]:
    """60 files which import 60 files each."""
    found: dict[str, Content] = {}
    for i in range(60):
        found[f"a{i}.specc"] = "".join(f'import "b{i}_{j}.specc" as b{j}\n' for j in range(60))
        found.update({f"b{i}_{j}.specc": LIBRARY for j in range(60)})
    return found


def _row(count: int) -> dict[str, Content]:
    return {f"a{i}.specc": f'import "a{i + 1}.specc" as a\n' for i in range(count)}


def _outside(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-outside.specc"
    outside.write_text(LIBRARY)
    (folder / "link.specc").symlink_to(outside)


IMPORTS = {
    "parent folder": importing("../other.specc"),
    "parent folder twice": importing("a/../../other.specc"),
    "parent by a folder": importing("sub/../../../etc/passwd"),
    "absolute": importing("/etc/passwd"),
    "home": importing("~/other.specc"),
    "URL": importing("https://example.com/other.specc"),
    "file URL": importing("file:///etc/passwd"),
    "device": importing("/dev/zero"),
    "device by a link": importing("zero.specc", prepare=lambda f: (f / "zero.specc").symlink_to("/dev/zero")),
    "pipe": importing("pipe.specc", prepare=lambda f: os.mkfifo(f / "pipe.specc")),
    "folder": importing("sub", {"sub/a.specc": LIBRARY}),
    "own folder": importing("."),
    "nothing": importing(""),
    "spaces": importing("   "),
    "missing": importing("missing.specc"),
    "long name": importing("a" * 5_000 + ".specc"),
    "long path": importing("a/" * 5_000 + "b.specc"),
    "NUL": importing("a\\u0000.specc"),
    "line end in the name": importing("a\\nb.specc"),
    "itself": importing("case.specc"),
    "itself by a dot": importing("./case.specc"),
    "itself by a folder": importing("sub/../case.specc", {"sub/a.specc": LIBRARY}),
    "itself by a link": importing("link.specc", prepare=lambda f: (f / "link.specc").symlink_to("case.specc")),
    "itself by case": importing("CASE.SPECC"),
    "circle": importing("a.specc", {"a.specc": 'import "b.specc" as b\n', "b.specc": 'import "a.specc" as a\n'}),
    "circle of three": importing(
        "a.specc",
        {
            "a.specc": 'import "b.specc" as b\n',
            "b.specc": 'import "c.specc" as c\n',
            "c.specc": 'import "a.specc" as a\n',
        },
    ),
    "link out of the folder": importing("link.specc", prepare=_outside),
    "link to a system file": importing("link.specc", prepare=lambda f: (f / "link.specc").symlink_to("/etc/passwd")),
    "with mistakes": importing("bad.specc", {"bad.specc": "a = = 1\n"}),
    "with bytes": importing("bad.specc", {"bad.specc": b"\xff\xfe"}),
    "too large": importing("bad.specc", {"bad.specc": lambda: "# text\n" * 1_000_000}),
    "a long row": importing("a0.specc", _row(200)),
    "text that is YAML": importing("a.specc", {"a.specc": "specc: 1\nmodel: m\n"}),
    "YAML that is text": importing("a.yaml", {"a.yaml": LIBRARY}),
    "YAML with an anchor": importing("a.yaml", {"a.yaml": "specc: 1\nblocks: &a {}\n"}),
    "std": importing("std.nothing"),
    "std of a long name": importing("std." + "n" * 300),
    "std by a path": importing("std../../zoo"),
    "library that never ends": importing(
        "a.specc", {"a.specc": "function f(n):\n    return [i for i in range(10 ** 9)]\na = f(1)\n"}
    ),
}
IMPORTED = [
    Case(f"import/{name}", FAMILY, case.content, files=case.files, prepare=case.prepare, errors=3)
    for name, case in IMPORTS.items()
]
IMPORTED += [
    Case(
        "import/sixty times sixty",
        FAMILY,
        HEAD + "".join(f'import "a{i}.specc" as a{i}\n' for i in range(60)) + TAIL,
        files=_fan_out(),
        errors=50,
    )
]


def _npz_bomb() -> bytes:
    """An archive of an array of a terabyte of zeros, or so its head says."""
    target = io.BytesIO()
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f4", "fortran_order": False, "shape": (1 << 38,)})
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", head.getvalue() + bytes(50_000_000))
    return target.getvalue()


def constant(location: str) -> str:
    """A spec with a constant from a file."""
    return f'{HEAD}const c: float32[4] = file("{location}")\noutput y = x + c\n'


CONSTANTS = table(
    "constant",
    {
        "parent folder": ("SP2018", constant("../c.npy")),
        "absolute": ("SP2018", constant("/etc/passwd")),
        "device": ("SP2018", constant("/dev/zero")),
        "nothing": ("SP2010", constant("")),
        "NUL": ("SP2018", constant("a\\u0000.npy")),
        "long name": ("SP2018", constant("a" * 5_000)),
        "number": ("SP2010", net("const c: float32[4] = file(1)")),
        "list": ("SP2010", net('const c: float32[4] = file(["a"])')),
        "three arguments": ("SP2010", net('const c: float32[4] = file("a", "b", "c")')),
    },
)
CASES: tuple[Case, ...] = (*NO_FILES, *IMPORTED, *CONSTANTS)
