"""Files that travel with the program: the grammar, the zoo's specs, the targets."""

from __future__ import annotations

from pathlib import Path

KINDS = ("grammar", "specs", "targets")


def asset_folder(kind: str) -> Path:
    """Folder of the assets of one of `KINDS`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_assets" / kind
    return installed if installed.is_dir() else package.parent / kind


def cache_file(name: str) -> Path | None:
    """Where the user's cache keeps `name`, which can be made again at any time; None where there is no such folder."""
    try:
        folder = Path.home() / ".cache" / "specc"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder / name


def read_asset(kind: str, name: str) -> str:
    """Text of one asset."""
    return (asset_folder(kind) / name).read_text(encoding="utf-8")
