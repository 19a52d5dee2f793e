"""Files that take the place of older ones: whatever ends the program, the old ones or the new ones are there, whole.

A model and its data are two files, and no system renames two files at once. So a model of which an older one is there,
whose data has the name that the new data is to have, goes through a state between: the data has a second name, and a
model that refers to it. Only then does the data get its name too, and the model that refers to that. At every instant
the model that is there refers to data that belongs to it.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from specc.base.diagnostics import fail
from specc.emit.errors import CannotWrite


@dataclass(slots=True)
class Replacement:
    """Temporary files beside `target`, which take their names when all of them are complete.

    `refers(model, data)` tells whether the model in one file has its data in the file called `data`.
    """

    target: Path
    refers: Callable[[Path, str], bool]
    model: Callable[[str], bytes] | None = None
    data: BinaryIO | None = None
    written: tuple[Path, ...] = ()
    _temporary: list[Path] = field(default_factory=list)

    @property
    def data_path(self) -> Path:
        """The file of the weights."""
        return self.target.with_name(f"{self.target.name}.data")

    def open_data(self) -> BinaryIO:
        """A new file for the weights."""
        check_place(self.data_path)
        self.data = self._new(self.data_path).open("wb")
        return self.data

    def set_model(self, model: Callable[[str], bytes]) -> None:
        """The bytes of the model, given the name of the file of its weights."""
        self.model = model

    def commit(self) -> None:
        """Give every file its name."""
        assert self.model is not None
        if self.data is None:
            orphaned = self._has(self.data_path)
            self._put_model(self.model(""))
            self.written = (self.target,)
            if orphaned:
                with suppress(OSError):
                    self.data_path.unlink(missing_ok=True)
            return
        self._store(self.data, self.data_path)
        if self._has(self.data_path):
            os.replace(self.data.name, self._second)
            self._put_model(self.model(self._second.name))
            self.written = (self._second, self.target)
            with suppress(OSError):  # the new model is there, if with data of another name
                self._rename_data(self.model)
        else:
            os.replace(self.data.name, self.data_path)
            self._put_model(self.model(self.data_path.name))
            self.written = (self.data_path, self.target)
            with suppress(OSError):
                self._second.unlink(missing_ok=True)

    def _rename_data(self, model: Callable[[str], bytes]) -> None:
        """From the second name of the data to the first, the model with it."""
        copy = self._new(self.data_path)
        try:
            os.link(self._second, copy)
        except OSError:  # a file system without links
            shutil.copyfile(self._second, copy)
        os.replace(copy, self.data_path)
        self._put_model(model(self.data_path.name))
        self.written = (self.data_path, self.target)
        self._second.unlink(missing_ok=True)

    @property
    def _second(self) -> Path:
        """The data under its name between."""
        return self.target.with_name(f"{self.target.name}.new.data")

    def _has(self, data: Path) -> bool:
        """Whether the model that is there has its weights in `data`."""
        return self.target.is_file() and data.is_file() and self.refers(self.target, data.name)

    def _put_model(self, content: bytes) -> None:
        temporary = self._new(self.target)
        with temporary.open("wb") as file:
            file.write(content)
            self._store(file, self.target)
        os.replace(temporary, self.target)

    def _store(self, file: BinaryIO, path: Path) -> None:
        """Close `file`, with the permissions of the file at `path`; on the disk before it takes the place of that."""
        file.flush()
        if path.is_file() and not path.is_symlink():
            os.chmod(file.name, stat.S_IMODE(path.stat().st_mode))
        if self.target.exists():
            os.fsync(file.fileno())
        file.close()

    def _new(self, path: Path) -> Path:
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._temporary.append(temporary)
        return temporary

    def discard(self) -> None:
        """Remove what is still temporary."""
        if self.data is not None:
            self.data.close()
        for path in self._temporary:
            path.unlink(missing_ok=True)


@contextmanager
def replacing(target: Path, refers: Callable[[Path, str], bool], size: int = 0) -> Iterator[Replacement]:
    """Files of about `size` bytes for `target` that appear at the end, or not at all. Raises `SpecError`."""
    try:
        check_place(target)
        _check_room(target, size)
        _remove_leftovers(target)
        files = Replacement(target, refers)
    except (OSError, ValueError) as error:
        raise fail(CannotWrite(str(target), reason(error, target))) from None
    try:
        yield files
        files.commit()
    except OSError as error:
        raise fail(CannotWrite(str(target), reason(error, target))) from None
    finally:
        with suppress(OSError):
            files.discard()


def replace_text(path: Path, text: str) -> None:
    """Write `text` to `path`, or where it links to, which is the old file or the new one at every instant. Raises
    `SpecError`."""
    with replacing(_followed(path), lambda model, data: False) as files:
        files.set_model(lambda data: text.encode())


def _followed(path: Path) -> Path:
    try:
        return path.resolve() if path.is_symlink() else path
    except (OSError, ValueError, RuntimeError) as error:
        raise fail(CannotWrite(str(path), reason(error, path))) from None


def check_place(path: Path) -> None:
    """Raise `SpecError` where `path` is something that no file can take the place of. A link to a file is replaced
    itself, and the file that it leads to stays."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise fail(CannotWrite(str(path), "it is a folder"))
    if not stat.S_ISREG(mode):
        raise fail(CannotWrite(str(path), "it is not an ordinary file"))
    if not mode & 0o222:
        raise fail(CannotWrite(str(path), "it is read-only"))


def _check_room(target: Path, size: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if size > free:
        raise fail(CannotWrite(str(target), f"it takes {size:,} bytes, and the disk has room for {free:,}"))


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of processes that were ended while they wrote `target`."""
    for path in target.parent.glob(f".{_escaped(target.name)}*.tmp"):
        number = path.name.split(".")[-2]
        if number.isdecimal() and not _runs(int(number)):
            path.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    """`name` as a pattern that only it matches."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _runs(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def reason(error: Exception, target: Path) -> str:
    """Why `target` cannot be written, in a few words."""
    if isinstance(error, FileNotFoundError) and not target.parent.exists():
        return f"there is no folder `{target.parent}`"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "its name has a character that no file name may have"
