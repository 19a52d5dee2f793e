"""Where blank lines stand: between kinds of statements, and where the author left one."""

from __future__ import annotations

import re

from specc.syntax import ast

_BLANK_BEFORE = re.compile(r"\n[ \t\r]*\n[ \t]*(?:- )*(?:\? )?(?:>-(?: +#[^\n]*)?\n[ \t]*)?[\"']?\Z")
_SEEN = 2_000
_KINDS: tuple[tuple[type[ast.Element], ...], ...] = (
    (ast.Model, ast.Docstring),
    (ast.Import, ast.FromImport),
    (ast.Input, ast.State),
    (ast.Weight,),
    (ast.Require,),
    (ast.Assign, ast.If, ast.For, ast.Return),
    (ast.Output, ast.Next),
    (ast.Expect,),
    (ast.Weights,),
)


def follows_blank(text: str, offset: int) -> bool:
    """Whether the line before that of `offset` is blank, and only YAML's signs stand before it on its own line."""
    start = offset
    for _ in range(4):
        start = max(text.rfind("\n", 0, start), 0)
    return _BLANK_BEFORE.search(text, max(start, offset - _SEEN), offset) is not None


def stands_apart(first: ast.Statement, second: ast.Statement, top: bool) -> bool:
    """Whether a blank line always stands between two statements; `top`: not inside a body."""
    if isinstance(first, ast.Definition) or isinstance(second, ast.Definition):
        return True
    return top and _kind(first) != _kind(second)


def _kind(statement: ast.Statement) -> int:
    return next(number for number, kinds in enumerate(_KINDS) if isinstance(statement, kinds))
