"""The tables of the standard library in docs/language.md, made from its files: `python tests/std_table.py`."""

from __future__ import annotations

import re
from pathlib import Path

from specc.base.assets import read_asset
from specc.base.diagnostics import Reporter
from specc.base.source import Source
from specc.syntax import ast
from specc.syntax.format_expressions import expression_text
from specc.syntax.read import read_module

PAGE = Path(__file__).resolve().parent.parent / "docs" / "language.md"
START, END = "<!-- blocks of std -->\n", "<!-- end of blocks -->\n"


def module(name: str) -> ast.Module:
    """The syntax tree of a part of the standard library: `std`, `std.vision`."""
    return read_module(Source(name, read_asset("specs", f"{name.replace('.', '/')}.specc")), Reporter())


def parts(index: str = "std") -> dict[str, list[str]]:
    """Names that an index imports, by the part that they come from."""
    found: dict[str, list[str]] = {}
    for statement in module(index).statements:
        if isinstance(statement, ast.FromImport):
            found.setdefault(statement.location, []).extend(name.name for name in statement.names)
    return found


def definitions(part: str) -> list[ast.Definition]:
    """Blocks and functions of a part."""
    return [statement for statement in module(part).statements if isinstance(statement, ast.Definition)]


def documentation(definition: ast.Definition) -> str:
    """The docstring, empty where there is none."""
    first = definition.body[0]
    return first.text if isinstance(first, ast.Docstring) else ""


def signature(definition: ast.Definition) -> str:
    """`name(x, width, stride = 1)`."""
    given = [
        parameter.name if parameter.default is None else f"{parameter.name} = {expression_text(parameter.default)}"
        for parameter in definition.parameters
    ]
    return f"{definition.name}({', '.join(given)})"


def tables() -> str:
    """For each part its first comment, and a table of its blocks with the first paragraphs of their docstrings."""
    made = ""
    for part in parts():
        text = read_asset("specs", f"{part.replace('.', '/')}.specc")
        intro = " ".join(line.strip("# ") for line in text.partition("\n\n")[0].splitlines())
        made += f"`{part}`: {intro}\n\n| block | what it is |\n|---|---|\n"
        for definition in definitions(part):
            what = re.sub(r"\s+", " ", documentation(definition).partition("\n\n")[0]).replace("|", "\\|")
            made += f"| `{signature(definition)}` | {what} |\n"
        made += "\n"
    return made


def written() -> str:
    """The tables as the page has them."""
    return PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    PAGE.write_text(before + START + tables() + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
