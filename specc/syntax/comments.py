"""Which statement, stage, parameter or body each comment of a module belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from specc.syntax import ast
from specc.syntax.units import Key, Slot, Unit, flattened, module_units, slots_in_order

MODULE: Key = (0, "")


@dataclass(frozen=True, slots=True)
class Notes:
    """The comments of a module by what they belong to."""

    _notes: dict[tuple[Key, Slot], list[ast.Comment]]

    def of(self, element: ast.Element | None, slot: Slot, arm: str = "") -> tuple[ast.Comment, ...]:
        """Comments at `slot` of `element`, or of the module where it is None; `arm` is "else" for that of an `if`."""
        key = MODULE if element is None else (id(element), arm)
        return tuple(self._notes.get((key, slot), ()))

    def around(self, element: ast.Element) -> tuple[tuple[ast.Comment, ...], ast.Comment | None]:
        """Comments before a part of a statement, and the one at the end of its line, in their order."""
        before = (*self.of(element, Slot.BEFORE), *self.of(element, Slot.HEAD))
        after = self.of(element, Slot.AFTER)
        if after and not after[-1].own_line:
            return (*before, *after[:-1]), after[-1]
        return (*before, *after), None

    def header(self, element: ast.Element, arm: str = "") -> tuple[tuple[ast.Comment, ...], ast.Comment | None]:
        """Comments before a header, and the one at the end of its line; none there if a parameter in it has one."""
        before = self.of(element, Slot.BEFORE, arm)
        head = self.of(element, Slot.HEAD, arm)
        crowded = isinstance(element, ast.Definition) and self.any(element.parameters)
        if not head or head[-1].own_line or crowded:
            return (*before, *head), None
        return (*before, *head[:-1]), head[-1]

    def any(self, elements: Sequence[ast.Element]) -> bool:
        """Whether one of `elements` has a comment."""
        return any(self.of(element, slot) for element in elements for slot in Slot)


def attach(module: ast.Module) -> Notes:
    """Give every comment its place; none stands before the one that it follows in the file."""
    if not module.comments:
        return Notes({})
    units = module_units(module)
    attacher = _Attacher(module.source.text, flattened(units))
    order = {slot: number for number, slot in enumerate([*slots_in_order(units), (MODULE, Slot.END)])}
    shared = {(unit.key, Slot.AFTER): (unit.parts[-1].key, Slot.AFTER) for unit in attacher.units if unit.parts}
    notes: dict[tuple[Key, Slot], list[ast.Comment]] = {}
    last: tuple[Key, Slot] | None = None
    for comment in module.comments:
        place = attacher.own_line(comment) if comment.own_line else attacher.trailing(comment)
        last = place if last is None or order[last] <= order[place] else last
        last = shared.get(last, last) if shared.get(last) in notes else last
        notes.setdefault(last, []).append(comment)
    return Notes(notes)


def comment_text(comment: ast.Comment) -> str:
    """`# text`, on one line in both forms."""
    text = "".join(sign if sign.isprintable() or sign == "\t" else _visible(sign) for sign in comment.text.strip())
    return f"# {text}" if text else "#"


def _visible(sign: str) -> str:
    return sign if ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"


@dataclass(slots=True)
class _Attacher:
    text: str
    units: list[Unit]
    _starts: list[int] = field(default_factory=list)
    _climbed: dict[Key, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._starts = [unit.start for unit in self.units]

    def own_line(self, comment: ast.Comment) -> tuple[Key, Slot]:
        """Before what follows, unless it stands inside something, or as deep as a body that ends here."""
        last, following = self._neighbours(comment)
        if last is None:
            return _before(following)
        if last.opens and comment.span.start < last.head_end:
            return last.key, Slot.HEAD
        covering = next((unit for unit in _chain(last) if comment.span.start < unit.end), None)
        if covering is not None and (following is None or covering not in _chain(following)):
            return last.key, Slot.AFTER
        return self._climb(comment, last, following)

    def _climb(self, comment: ast.Comment, last: Unit, following: Unit | None) -> tuple[Key, Slot]:
        """From the last unit outwards; a comment never goes deeper than the one before it in the same gap."""
        column = self._indentation(comment.span.start)
        unit = self._climbed.get(last.key, last)
        while True:
            self._climbed[last.key] = unit
            if following is not None and following.parent is unit.parent:
                return following.key, Slot.BEFORE
            if following is not None and following.parent is unit:
                return following.key, Slot.BEFORE
            owner = unit.parent
            if owner is None:
                return MODULE, Slot.END
            if not unit.is_part and column >= min(self._indentation(inner.start) for inner in owner.body):
                return owner.key, Slot.END
            unit = owner

    def trailing(self, comment: ast.Comment) -> tuple[Key, Slot]:
        """To what ends on its line, or to the header that stands there."""
        last, following = self._neighbours(comment)
        start = self._line_start(comment.span.start)
        if self.text[start : comment.span.start].rstrip().endswith(_BLOCK_SCALARS):
            keyed = last is not None and last.start >= start
            scalar = last if keyed else following
            return (MODULE, Slot.END) if scalar is None else (scalar.key, Slot.AFTER)
        if last is None:
            return _before(following)
        if last.end <= start:
            return self._after_closing(comment, start, last, following)
        if last.opens or (following is not None and following.parent is last):
            return last.key, Slot.HEAD
        return self._outermost(comment, start, last)

    def _after_closing(self, comment: ast.Comment, start: int, last: Unit, following: Unit | None) -> tuple[Key, Slot]:
        if last.parent is not None and last.parent.opens and self._closes_header(comment, start):
            return last.parent.key, Slot.HEAD
        for unit in _chain(last):
            if not unit.opens and start < unit.end <= comment.span.start:
                return unit.key, Slot.AFTER
        return (last.key, Slot.AFTER) if following is None else _before(following)

    def _outermost(self, comment: ast.Comment, start: int, unit: Unit) -> tuple[Key, Slot]:
        """The widest unit that ends with `unit` on this line."""
        while unit.is_part and unit.parent is not None and unit.parent.parts[-1] is unit:
            parent = unit.parent
            if parent.opens:
                return self._header(comment, start, unit, parent)
            if parent.end > comment.span.start:
                break
            unit = parent
        return unit.key, Slot.AFTER

    def _header(self, comment: ast.Comment, start: int, unit: Unit, parent: Unit) -> tuple[Key, Slot]:
        if parent.start >= start or self._closes_header(comment, start):
            return parent.key, Slot.HEAD
        return unit.key, Slot.AFTER

    def _closes_header(self, comment: ast.Comment, start: int) -> bool:
        return self.text[start : comment.span.start].rstrip().endswith("):")

    def _neighbours(self, comment: ast.Comment) -> tuple[Unit | None, Unit | None]:
        index = bisect_left(self._starts, comment.span.start)
        following = self.units[index] if index < len(self.units) else None
        return (self.units[index - 1] if index else None), following

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _indentation(self, offset: int) -> int:
        start = self._line_start(offset)
        found = _BLANKS.match(self.text, start)
        return found.end() - start if found else 0


def _before(unit: Unit | None) -> tuple[Key, Slot]:
    return (MODULE, Slot.END) if unit is None else (unit.key, Slot.BEFORE)


def _chain(unit: Unit | None) -> list[Unit]:
    chain: list[Unit] = []
    while unit is not None:
        chain.append(unit)
        unit = unit.parent
    return chain


_BLOCK_SCALARS = (" >-", " |-")
_BLANKS = re.compile(r"[ \t]*")
