"""Where a command's words go: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from shutil import get_terminal_size
from typing import TextIO

from specc.base.diagnostics import Diagnostic, Severity

FORMS = ("text", "json", "sarif", "github")
STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "primary": "bold red",
    "secondary": "bold blue",
    "gutter": "bold blue",
    "strong": "bold",
    "help": "bold green",
}


@dataclass(slots=True)
class Terminal:
    """The two streams of a run. `form` is how diagnostics are printed when the command ends: one of `FORMS`."""

    out: TextIO
    err: TextIO
    form: str = "text"
    quiet: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def result(self, text: str) -> None:
        """Write a result."""
        self.out.write(text)

    def progress(self, line: str) -> None:
        """Write a remark about the work, unless it is to be quiet."""
        if not self.quiet and self.form == "text":
            self.err.write(f"{line}\n")

    def add(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep diagnostics for the end."""
        self.diagnostics.extend(diagnostics)

    @property
    def failed(self) -> bool:
        """Whether an error was among the diagnostics."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)

    def close(self) -> None:
        """Print what was found."""
        self.out.flush()
        if self.form != "text":
            self.err.write(self._for_programs())
        elif self.diagnostics:
            self._show()
        self.err.flush()

    def _for_programs(self) -> str:
        from specc import __version__
        from specc.base.render_github import render_github
        from specc.base.render_json import render_json
        from specc.base.render_sarif import render_sarif

        match self.form:
            case "sarif":
                return render_sarif(self.diagnostics, __version__)
            case "github":
                return render_github(self.diagnostics)
            case _:
                return render_json(self.diagnostics)

    def _show(self) -> None:
        from specc.base.render import render

        if not coloured(self.err):
            self.err.write(render(self.diagnostics))
            return
        _show_in_colour(self.err, self.diagnostics)


def coloured(stream: TextIO) -> bool:
    """Whether the stream is a terminal that wants colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def standard() -> Terminal:
    """The process's own streams; what their encoding lacks is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return Terminal(sys.stdout, sys.stderr)


def _show_in_colour(stream: TextIO, diagnostics: Sequence[Diagnostic]) -> None:
    from rich.console import Console
    from rich.text import Text

    from specc.base.render import pieces

    width = max(get_terminal_size().columns, 40)
    text = Text.assemble(*((piece.text, STYLES.get(piece.style, "")) for piece in pieces(diagnostics, width)))
    Console(file=stream, highlight=False).print(text, end="", soft_wrap=True)
