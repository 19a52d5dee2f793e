"""Places in the specs: file, line, column, and the line itself."""

from __future__ import annotations

from specc.base.jsonable import Json
from specc.base.source import Source, Span
from specc.report.html.pool import Pool

WIDEST = 400
"""Characters of a line that are kept."""


class Places:
    """The places that layers and calls are at, each written once: `name`, `line`, `column`, `width`, `text`.

    Sources are told apart by their `id`, so each is kept."""

    def __init__(self) -> None:
        self._pool: Pool[tuple[int, int, int]] = Pool()
        self._sources: list[Source] = []

    @property
    def values(self) -> list[Json]:
        """Every place."""
        return self._pool.values

    def at(self, span: Span | None) -> int:
        """The place of `span`, -1 where there is none."""
        if span is None:
            return -1
        key = id(span.source), span.start, span.end
        known = self._pool.known(key)
        if known is not None:
            return known
        self._sources.append(span.source)
        line, column = span.source.position(span.start)
        text = span.source.line(line)
        width = max(1, min(span.end - span.start, len(text) - column + 1))
        place: dict[str, Json] = {
            "name": span.source.name,
            "line": line,
            "column": column,
            "width": width,
            "text": text[:WIDEST],
        }
        return self._pool.add(key, place)
