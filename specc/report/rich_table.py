"""A report on a terminal."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from specc.report.columns import View
from specc.report.grid import Grid
from specc.report.record import Report
from specc.report.tables import USUAL_VIEW, layer_grid, title, totals


def print_report(report: Report, stream: TextIO, view: View = USUAL_VIEW) -> None:
    """Layers as a table, totals below."""
    console = Console(file=stream, highlight=False)
    console.print(Text(title(report), style="bold"))
    console.print(rich_table(layer_grid(report, view)))
    facts = Table.grid(padding=(0, 2))
    for word, value in totals(report):
        facts.add_row(Text(word, style="bold"), Text(value))
    console.print(facts)


def rich_table(grid: Grid) -> Table:
    """The same grid with rules; text is never read as markup."""
    table = Table(header_style="bold")
    for column in grid.columns:
        table.add_column(column.heading, justify="right" if column.number else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(text) for text in row))
    return table
