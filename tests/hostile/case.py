"""One bad input of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codes import expected

Content = str | bytes | Callable[[], str | bytes]
FAMILY = "?"
"""The code of a case that `codes.py` tells."""
HEAD = "model m\ninput x: float32[N, 4]\n"
TAIL = "output y: float32[N, 4] = x\n"


@dataclass(frozen=True)
class Case:
    """A file that `specc check` refuses with `code` first. Big contents are made when they are needed.

    `files` lie beside it, `prepare` may put other things there. `errors` bounds the count of diagnostics; `placed` says
    that each error has file, line, column and caret.
    """

    name: str
    code: str
    content: Content
    suffix: str = ".specc"
    files: Mapping[str, Content] = field(default_factory=dict)
    prepare: Callable[[Path], None] | None = None
    errors: int = 2
    placed: bool = True

    def __post_init__(self) -> None:
        if self.code == FAMILY:
            object.__setattr__(self, "code", expected(self.name))

    def write(self, folder: Path) -> Path:
        """Put the files into `folder`; the path of the spec."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(encoded(content))
        path = folder / f"case{self.suffix}"
        path.write_bytes(encoded(self.content))
        if self.prepare:
            self.prepare(folder)
        return path


def encoded(content: Content) -> bytes:
    made = content() if callable(content) else content
    return made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made


def net(body: str, head: str = HEAD, tail: str = TAIL) -> str:
    """A small model with `body` between its input and its output."""
    return f"{head}{body}\n{tail}"


def chain(body: str) -> str:
    """A model whose `body` assigns `y`."""
    return f"{HEAD}{body}\noutput out = y\n"


def yaml(body: str) -> str:
    """A YAML model with `body` after the head."""
    return f"specc: 1\nmodel: m\ninputs: {{x: 'float32[N, 4]'}}\n{body}\n"


def yaml_net(value: str) -> str:
    """A YAML model whose graph has `value` as the text of one expression."""
    return yaml(f"graph:\n  y: {value}\noutputs: {{y: }}")


def table(
    category: str, rows: Mapping[str, tuple[str, Content]], suffix: str = ".specc", **more: bool | int
) -> list[Case]:
    """Cases named `category/NAME` of NAME to code and content."""
    errors, placed = int(more.get("errors", 2)), bool(more.get("placed", True))
    return [
        Case(f"{category}/{name}", code, content, suffix, errors=errors, placed=placed)
        for name, (code, content) in rows.items()
    ]
