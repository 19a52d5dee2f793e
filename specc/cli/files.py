"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from specc.base.diagnostics import fail
from specc.emit.errors import CannotWrite


def write_text(path: str, text: str) -> None:
    """Write `text` to `path`. Raises `SpecError` where that fails."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from None


def cannot_write(path: str, error: Exception) -> Exception:
    """The mistake behind an error of the operating system."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return fail(CannotWrite(path, reason.lower()))
