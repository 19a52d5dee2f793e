"""Tables as text."""

from __future__ import annotations

from specc.report.grid import Column, Grid, markdown, plain

GRID = Grid((Column("name"), Column("count", True)), (("漢字", "1"), ("a|b_*\t\x1b", "1,000"), ("", "")))


def test_columns_are_aligned() -> None:
    assert plain(GRID) == (
        "name        count\n----------  -----\n漢字            1\na|b_*    \N{REPLACEMENT CHARACTER}  1,000\n\n"
    )


def test_markdown_escapes_its_own_signs() -> None:
    assert markdown(GRID) == (
        "| name | count |\n"
        "| --- | ---: |\n"
        "| 漢字 | 1 |\n"
        "| a\\|b\\_\\*    \N{REPLACEMENT CHARACTER} | 1,000 |\n"
        "|  |  |\n"
    )
