"""Bytes of a file to the source that the readers take: encodings, sizes and forbidden characters."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from specc.base.diagnostics import SpecError, fail
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax.errors import CannotRead, FileTooLarge, ForbiddenCharacter, NotAFile, NotUtf8

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]|\r(?!\n)"
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def load_source(path: Path, name: str, limits: Limits) -> Source:
    """The text of a spec file; `name` is what messages call it. Raises `SpecError` where it cannot be one."""
    return text_source(_decode(_read(path, name, limits), name), name, limits, path)


def text_source(text: str, name: str, limits: Limits, path: Path | None = None) -> Source:
    """A source of `text` as it is; raises `SpecError` where it is too large or has a forbidden character."""
    source = Source(name, text.removeprefix("\ufeff"), path)
    if len(text) > limits.file_bytes:
        raise fail(FileTooLarge(name, limits.file_bytes))
    check_characters(source)
    return source


def check_characters(source: Source) -> None:
    """Raise `SpecError` where a control character or a mark of writing direction stands in the text."""
    found = _FORBIDDEN.search(source.text)
    if found is not None:
        raise fail(ForbiddenCharacter(found.group()), Span(source, found.start(), found.end()))


def _read(path: Path, name: str, limits: Limits) -> bytes:
    """At most one byte more than the limit, so that no file is read in vain."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise fail(NotAFile(name, _kind(mode)))
        with path.open("rb") as file:
            content = file.read(limits.file_bytes + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    if len(content) > limits.file_bytes:
        raise fail(FileTooLarge(name, limits.file_bytes))
    return content


def _unreadable(name: str, error: OSError | ValueError) -> SpecError:
    reason = error.strerror if isinstance(error, OSError) else "its name has a character that no file name may have"
    return fail(CannotRead(name, (reason or "unknown reason").lower()))


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe or socket" if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else "a device"


def _decode(content: bytes, name: str) -> str:
    if content.startswith(_UTF16_MARKS):
        raise fail(NotUtf8(name, "it begins with the mark of UTF-16"))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02X} in line {line}"
        raise fail(NotUtf8(name, found)) from None
