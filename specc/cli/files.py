"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from specc.base.diagnostics import fail
from specc.emit.errors import CannotWrite, OutputIsInput
from specc.emit.replace import check_place, reason, replace_text


def write_text(path: str, text: str) -> None:
    """Write `text` to `path`, which is never there in part. Raises `SpecError` where that fails."""
    replace_text(Path(path), text)


def check_folder(path: Path) -> None:
    """Raise `SpecError` where no file can be written at `path`, before the work that is to be written there."""
    check_place(path)
    if not path.absolute().parent.is_dir():
        raise fail(CannotWrite(str(path), "there is no such folder"))


def cannot_write(path: str, error: Exception) -> Exception:
    """The mistake behind an error of the operating system."""
    return fail(CannotWrite(path, reason(error, Path(path))))


def refuse_inputs(output: Path, inputs: tuple[str | None, ...]) -> None:
    """Raise `SpecError` where `output` is one of the files that are read."""
    for name in inputs:
        if name is not None and _same(output, Path(name)):
            raise fail(OutputIsInput(str(output)))


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
