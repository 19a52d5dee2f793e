"""Fetch the JavaScript libraries of HTML reports from the npm registry, and check them.

    python tools/fetch_libraries.py          # the listed files; fails where a byte differs from its sha256
    python tools/fetch_libraries.py --pin    # write the sha256 of what the registry has, after a change of the list

`specc/report/html/libraries/libraries.json` lists the files in the order in which a page loads them: `package`,
`version`, `licence`, `source` (the archive in the registry), `file` in that archive, `sha256` of the file. Beside it
lie the files themselves and `licences.txt` with the text of every licence.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tarfile
import urllib.request
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "specc" / "report" / "html" / "libraries"
MANIFEST = FOLDER / "libraries.json"
RULE = "-" * 80


def archive(source: str) -> dict[str, bytes]:
    """The files of an npm package by their path in it."""
    with urllib.request.urlopen(source, timeout=60) as answer:
        data = answer.read()
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.isfile() else None
            if opened is not None:
                files[member.name.partition("/")[2]] = opened.read()
    return files


def fetch(pin: bool) -> int:
    """Write every library and the licences. The number of files that are not what they should be."""
    entries = json.loads(MANIFEST.read_text(encoding="utf-8"))
    licences: dict[str, list[str]] = {}
    wrong = 0
    for entry in entries:
        files = archive(entry["source"])
        data = files[entry["file"]]
        found = sha256(data).hexdigest()
        if pin:
            entry["sha256"] = found
        if found != entry["sha256"]:
            print(f"{entry['package']} {entry['version']}: sha256 is {found}, not {entry['sha256']}", file=sys.stderr)
            wrong += 1
            continue
        (FOLDER / Path(entry["file"]).name).write_bytes(data)
        licences.setdefault(files["LICENSE"].decode().strip(), []).append(f"{entry['package']} {entry['version']}")
    if not wrong:
        texts = (f"{', '.join(names)}\n\n{text}\n" for text, names in licences.items())
        (FOLDER / "licences.txt").write_text(f"\n{RULE}\n".join(texts), encoding="utf-8")
        MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pin", action="store_true", help="write the sha256 of what the registry has")
    sys.exit(1 if fetch(parser.parse_args().pin) else 0)
