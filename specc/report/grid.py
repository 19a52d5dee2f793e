"""Tables as plain text and as Markdown, and the grid of cells that they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.base.display import columns, visible


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether its cells are numbers, which stand at the right."""

    heading: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of text below headings."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def plain(grid: Grid) -> str:
    """Aligned columns with two spaces between, a line under the headings."""
    rows = [tuple(column.heading for column in grid.columns), *(tuple(map(visible, row)) for row in grid.rows)]
    widths = [max(columns(row[index]) for row in rows) for index in range(len(grid.columns))]
    lines = [_line(grid, row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "".join(line.rstrip() + "\n" for line in lines)


def _line(grid: Grid, row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(_padded(text, width, c.number) for text, width, c in zip(row, widths, grid.columns, strict=True))


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space


def markdown(grid: Grid) -> str:
    """A table of GitHub's Markdown."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in _markdown_rows(grid))


def _markdown_rows(grid: Grid) -> Iterator[tuple[str, ...]]:
    yield tuple(column.heading for column in grid.columns)
    yield tuple("---:" if column.number else "---" for column in grid.columns)
    yield from (tuple(_escaped(text) for text in row) for row in grid.rows)


def _escaped(text: str) -> str:
    shown = visible(text).replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
    return shown.replace("<", "&lt;")
