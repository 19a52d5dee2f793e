"""Diagnostics: one dataclass per mistake, many per run, one exception that carries them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar, TypeVar, dataclass_transform

from specc.base.limits import DEFAULT_LIMITS
from specc.base.source import Span

C = TypeVar("C")


class Severity(Enum):
    """An error stops the compile; a warning is printed beside its result."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place in a source and what is to be said of it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A mistake at its place, ready to be rendered."""

    code: str
    title: str
    message: str
    severity: Severity
    span: Span | None
    label: str
    labels: tuple[Label, ...]
    notes: tuple[str, ...]
    help: str | None


@dataclass_transform(frozen_default=True)
def mistake(cls: type[C], /) -> type[C]:
    """Class decorator of every mistake. The type checker keeps its fields frozen; the methods that would do so at run
    time are left out, since making them for all mistakes takes a tenth of the program's start."""
    return dataclass(repr=False, match_args=False, unsafe_hash=True)(cls)


@mistake
class Mistake:
    """Base of every mistake a user can make.

    A subclass is a `mistake`: a dataclass of the facts. Its docstring is what `specc explain CODE` prints: first line,
    then the sections `Why:`, `Wrong:` and `Right:`.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    def message(self) -> str:
        """One sentence that names the facts."""
        return self.title

    def label(self) -> str:
        """Text beside the caret."""
        return ""

    def notes(self) -> tuple[str, ...]:
        """Facts that help to understand the message."""
        return ()

    def hint(self) -> str | None:
        """What to do about it."""
        return None

    def at(self, span: Span | None, labels: Iterable[Label] = (), notes: Iterable[str] = ()) -> Diagnostic:
        """The diagnostic of this mistake at `span`."""
        hint = self.hint()
        return Diagnostic(
            self.code,
            self.title,
            shortened(self.message()),
            self.severity,
            span,
            shortened(self.label()),
            tuple(Label(label.span, shortened(label.text)) for label in labels),
            tuple(shortened(note) for note in (*self.notes(), *notes)),
            None if hint is None else shortened(hint),
        )


_LONG_WORD = re.compile(r"\S{201,}")
_LONGEST_TEXT = 2_000


def shortened(text: str) -> str:
    """`text` with the middle of very long words, and of a very long text, left out."""
    if len(text) <= 200:
        return text
    text = _LONG_WORD.sub(lambda match: f"{match.group()[:120]}...{match.group()[-40:]}", text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 200]} ... {text[-195:]}"


class SpecError(Exception):
    """Everything found wrong in one run: `diagnostics` holds each."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(brief(d) for d in self.diagnostics))


def placed(error: SpecError, span: Span) -> SpecError:
    """`error` with `span` as the place of what has none."""
    return type(error)(d if d.span else replace(d, span=span) for d in error.diagnostics)


@contextmanager
def placing(span: Span | None) -> Iterator[None]:
    """Gives mistakes without a place that are raised within the place `span`."""
    try:
        yield
    except SpecError as error:
        raise (placed(error, span) if span else error) from None


def brief(diagnostic: Diagnostic) -> str:
    """One line: place, code, message; and one for the help."""
    place = f"{diagnostic.span}: " if diagnostic.span else ""
    advice = f"\n    help: {diagnostic.help}" if diagnostic.help else ""
    return f"{place}{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}{advice}"


def fail(mistake: Mistake, span: Span | None = None, labels: Iterable[Label] = ()) -> SpecError:
    """The exception for one mistake that ends the work at once."""
    return SpecError([mistake.at(span, labels)])


@dataclass(slots=True)
class Reporter:
    """Collects diagnostics of one run: the same mistake at the same place once, at most `most` errors and as many
    warnings."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    most: int = DEFAULT_LIMITS.errors
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    def report(
        self, mistake: Mistake, span: Span | None, labels: Iterable[Label] = (), notes: Iterable[str] = ()
    ) -> None:
        """Keep `mistake` at `span`."""
        self.add(mistake.at(span, labels, notes))

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a finished diagnostic."""
        key = (diagnostic.code, str(diagnostic.span), diagnostic.message)
        if key not in self._seen and self._count(diagnostic.severity) < self.most:
            self._seen.add(key)
            self.diagnostics.append(diagnostic)

    @property
    def full(self) -> bool:
        """Whether so many errors were reported that no more are kept."""
        return self._count(Severity.ERROR) >= self.most

    def _count(self, severity: Severity) -> int:
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether an error was reported."""
        return any(d.severity is Severity.ERROR for d in self.diagnostics)

    def raise_if_failed(self) -> None:
        """Raise `SpecError` with everything found, where an error is among it."""
        if self.failed:
            raise SpecError(self.in_order())

    def in_order(self) -> list[Diagnostic]:
        """What was reported, in the order of the text; files in the order in which they were met."""
        files: dict[str, int] = {}
        for diagnostic in self.diagnostics:
            if diagnostic.span is not None:
                files.setdefault(diagnostic.span.source.name, len(files))
        return sorted(self.diagnostics, key=lambda d: (files[d.span.source.name], d.span.start) if d.span else (-1, 0))
