"""Laying text out within a width: groups that stay on one line where they fit, and break where they don't."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 120
INDENT = 4


@dataclass(frozen=True, slots=True)
class Line:
    """Breaks if the group around it does; else it is `flat`."""

    flat: str = ""


@dataclass(frozen=True, slots=True)
class Soft:
    """Breaks if the group around it does and what follows, up to the next break, doesn't fit; else it is a space."""


@dataclass(frozen=True, slots=True)
class Hard:
    """Breaks always, and so does every group around it."""


@dataclass(frozen=True, slots=True)
class Join:
    """Documents one after the other."""

    parts: tuple[Doc, ...]


@dataclass(frozen=True, slots=True)
class Nest:
    """What breaks inside `content` is indented by `columns` more."""

    content: Doc
    columns: int = INDENT


@dataclass(frozen=True, slots=True)
class Group:
    """On one line if that fits, else broken."""

    content: Doc


@dataclass(frozen=True, slots=True)
class Broken:
    """`text` where the group around it breaks, else nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Text that takes no part in the width: a comment at the end of a line."""

    text: str


Doc = str | Line | Soft | Hard | Join | Nest | Group | Broken | Aside


def join(*parts: Doc) -> Doc:
    """`parts` one after the other."""
    return Join(parts)


def separated(items: list[Doc], separator: Doc) -> Doc:
    """`items` with `separator` between them."""
    parts = [part for item in items for part in (separator, item)]
    return Join(tuple(parts[1:]))


def flat(doc: Doc) -> str:
    """The document on one line."""
    return _Renderer(0, 0).render((0, False, doc))


def render(doc: Doc, indent: int = 0, width: int = WIDTH) -> str:
    """The document within `width`, where it can; it begins at column `indent`, and so do its further lines."""
    return _Renderer(width, indent).render((indent, True, doc))


_Item = tuple[int, bool, Doc]


class _Renderer:
    """Works off a stack of (indentation, may break, document)."""

    def __init__(self, width: int, column: int) -> None:
        self._width = width
        self._column = column
        self._out: list[str] = []
        self._stack: list[_Item] = []

    def render(self, item: _Item) -> str:
        self._stack.append(item)
        while self._stack:
            self._step(*self._stack.pop())
        return "".join(self._out)

    def _step(self, indent: int, breaks: bool, doc: Doc) -> None:
        if isinstance(doc, str):
            self._put(doc)
        elif isinstance(doc, Aside):
            self._out.append(doc.text)
        elif isinstance(doc, Broken):
            self._put(doc.text if breaks else "")
        elif isinstance(doc, Line | Soft | Hard):
            self._line(indent, breaks, doc)
        elif isinstance(doc, Join):
            self._stack.extend((indent, breaks, part) for part in reversed(doc.parts))
        elif isinstance(doc, Nest):
            self._stack.append((indent + doc.columns, breaks, doc.content))
        else:
            self._stack.append((indent, breaks and not self._fits(doc.content), doc.content))

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._column += len(text)

    def _line(self, indent: int, breaks: bool, line: Line | Soft | Hard) -> None:
        if not breaks or (isinstance(line, Soft) and self._fits(" ")):
            self._put(line.flat if isinstance(line, Line) else " ")
            return
        self._out.append("\n" + " " * indent)
        self._column = indent

    def _fits(self, doc: Doc) -> bool:
        """Whether `doc` on one line, and what follows it up to the next break, stays within the width."""
        room = self._width - self._column
        ahead: list[tuple[bool, Doc]] = [(False, doc)]
        rest = len(self._stack)
        while room >= 0:
            if not ahead:
                if rest == 0:
                    return True
                rest -= 1
                _, breaks, following = self._stack[rest]
                ahead.append((breaks, following))
                continue
            breaks, part = ahead.pop()
            if isinstance(part, Hard) or (breaks and isinstance(part, Line | Soft)):
                return breaks
            room -= _width(breaks, part)
            ahead.extend(_inner(breaks, part))
        return False


def _width(breaks: bool, doc: Doc) -> int:
    if isinstance(doc, str):
        return len(doc)
    if isinstance(doc, Broken):
        return len(doc.text) if breaks else 0
    if isinstance(doc, Line):
        return len(doc.flat)
    return 1 if isinstance(doc, Soft) else 0


def _inner(breaks: bool, doc: Doc) -> list[tuple[bool, Doc]]:
    if isinstance(doc, Join):
        return [(breaks, part) for part in reversed(doc.parts)]
    if isinstance(doc, Nest):
        return [(breaks, doc.content)]
    return [(False, doc.content)] if isinstance(doc, Group) else []
