"""Reading tokens and attribute values from the text of a graph."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from math import inf, nan
from typing import Protocol, cast, get_args, get_type_hints

from specc.base.source import Source, Span
from specc.ir import initial, relayout
from specc.ir.text_print import BARE_FILE
from specc.tensor.dim_text import DimSyntaxError, parse_dim, parse_type
from specc.tensor.dims import Domain
from specc.tensor.dtypes import DTYPES
from specc.tensor.types import TensorType

_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_NUMBER = re.compile(r"-?(?:inf\b|\d+(?:\.\d*)?(?:e[+-]?\d+)?)|nan\b")
_WORD = re.compile(r"[^\W\d]\w*")
_PLACE = re.compile(r":(\d{1,7}):(\d{1,5})")
_OF_WEIGHTS = tuple(
    item
    for module in (initial, relayout)
    for item in vars(module).values()
    if isinstance(item, type) and is_dataclass(item)
)
_WORDS: dict[str, object] = {"none": None, "true": True, "false": False, **DTYPES}
_LINE_WIDTH = 100_000


class _Constructor(Protocol):
    """A dataclass as what it is called with."""

    def __call__(self, **values: object) -> object:
        """An instance from its fields."""


class IrSyntaxError(ValueError):
    """The text is not that of a graph; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        """What is wrong on which line."""
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(slots=True)
class Places:
    """Sources known by name alone, with blank lines enough for every place in them."""

    sources: dict[str, Source] = field(default_factory=dict)

    def span(self, name: str, line: int, column: int) -> Span:
        """The empty span at a line and a column."""
        source = self.sources.setdefault(name, Source(name, ""))
        starts = source.line_starts()
        starts.extend(range(len(starts) * _LINE_WIDTH, line * _LINE_WIDTH, _LINE_WIDTH))
        offset = (line - 1) * _LINE_WIDTH + column - 1
        return Span(source, offset, offset)


class Scanner:
    """A position in the text, and what may be read there; spaces before anything are passed over, line ends are not."""

    def __init__(self, text: str, classes: Callable[[], Mapping[str, type[object]]]) -> None:
        """Read `text` from its start; `classes` are those of small dataclasses among attribute values."""
        self.text, self.position = text, 0
        self.classes = classes
        self.places = Places()

    def error(self, message: str) -> IrSyntaxError:
        """A mistake at the present position."""
        return IrSyntaxError(self.text.count("\n", 0, self.position) + 1, message)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Pass over what fits `pattern`."""
        space = _SPACE.match(self.text, self.position)
        found = pattern.match(self.text, space.end() if space else self.position)
        if found is not None:
            self.position = found.end()
        return found

    def accept(self, literal: str) -> bool:
        """Pass over `literal`, where it comes next."""
        return self.match(re.compile(re.escape(literal))) is not None

    def expect(self, literal: str) -> None:
        """Pass over `literal`, which has to come next."""
        if not self.accept(literal):
            raise self.error(f"expected `{literal}`")

    def keyword(self, *words: str) -> str | None:
        """Pass over one of `words` as a whole word."""
        found = self.match(re.compile(rf"(?:{'|'.join(words)})(?![\w./])"))
        return None if found is None else found[0]

    def line_end(self) -> None:
        """Pass over line ends, of which there has to be one."""
        if not self.accept("\n"):
            raise self.error("expected the end of the line")
        self.blank_lines()

    def blank_lines(self) -> None:
        """Pass over empty lines."""
        while self.accept("\n"):
            pass

    def name(self, bare: re.Pattern[str]) -> str:
        """A name, bare or quoted."""
        found = self.match(bare)
        return found[0] if found is not None else self.string()

    def string(self) -> str:
        """A JSON string."""
        found = self.match(_STRING)
        if found is None:
            raise self.error("expected a name or a string")
        return str(json.loads(found[0]))

    def number(self) -> int | float:
        """A number."""
        found = self.match(_NUMBER)
        if found is None:
            raise self.error("expected a number")
        return _number(found[0])

    def integer(self) -> int:
        """An integer."""
        number = self.number()
        if not isinstance(number, int):
            raise self.error("expected an integer")
        return number

    def place(self) -> Span | None:
        """`FILE:LINE:COLUMN`, or `_` for none."""
        if self.keyword("_"):
            return None
        name = self.name(BARE_FILE)
        found = self.match(_PLACE)
        if found is None:
            raise self.error("expected `:LINE:COLUMN`")
        return self.places.span(name, max(int(found[1]), 1), max(int(found[2]), 1))

    def type(self, domain: Domain) -> TensorType:
        """A tensor type."""
        text = self._until("]")
        try:
            return parse_type(text, domain)
        except DimSyntaxError as error:
            raise self.error(str(error)) from None

    def _until(self, end: str) -> str:
        stop = self.text.find(end, self.position)
        if stop < 0 or "\n" in self.text[self.position : stop]:
            raise self.error(f"expected `{end}`")
        text = self.text[self.position : stop + len(end)]
        self.position = stop + len(end)
        return text

    def value(self, domain: Domain) -> object:
        """An attribute's value."""
        if self.accept("<"):
            try:
                return parse_dim(self._until(">")[:-1], domain)
            except DimSyntaxError as error:
                raise self.error(str(error)) from None
        if self.accept("("):
            return self._values(domain)
        if self.accept("{"):
            return self._map(domain)
        if self.accept("@"):
            return self.place()
        if number := self.match(_NUMBER):
            return _number(number[0])
        if word := self.match(_WORD):
            return self._named(word[0], domain)
        return self.string()

    def _values(self, domain: Domain) -> tuple[object, ...]:
        """Values up to the closing parenthesis; a comma may stand at the end."""
        items: list[object] = []
        while not self.accept(")"):
            items.append(self.value(domain))
            if not self.accept(","):
                self.expect(")")
                break
        return tuple(items)

    def _map(self, domain: Domain) -> dict[object, object]:
        entries: dict[object, object] = {}
        while not self.accept("}"):
            key = self.value(domain)
            self.expect(":")
            entries[key] = self.value(domain)
            if not self.accept(","):
                self.expect("}")
                break
        return entries

    def _named(self, word: str, domain: Domain) -> object:
        """A word that is a value, or a dataclass by its name and its values in order."""
        if word in _WORDS:
            return _WORDS[word]
        known = {cls.__name__: cls for cls in _OF_WEIGHTS}
        cls = known[word] if word in known else self.classes().get(word)
        if cls is None:
            raise self.error(f"`{word}` is no value")
        self.expect("(")
        try:
            return make(cls, dict(zip(field_names(cls), self._values(domain), strict=False)))
        except TypeError as error:
            raise self.error(f"`{word}`: {error}") from None


def _number(text: str) -> int | float:
    if text.endswith(("inf", "nan")):
        return nan if text == "nan" else -inf if text[0] == "-" else inf
    return float(text) if "." in text or "e" in text else int(text)


def make(cls: type[object], values: Mapping[str, object]) -> object:
    """An instance of a dataclass from its fields. Raises `TypeError` where the fields do not fit."""
    return cast(_Constructor, cls)(**values)


def field_names(cls: type[object], hidden: bool = False) -> list[str]:
    """Fields that make an instance of a dataclass, those with a text form, or the `hidden` ones without."""
    return [entry.name for entry in fields(cls) if entry.init and entry.repr != hidden] if is_dataclass(cls) else []


def dataclasses_of(roots: tuple[type[object], ...]) -> dict[str, type[object]]:
    """Dataclasses that the fields of `roots` may hold, at any depth, by name."""
    found: dict[str, type[object]] = {}
    pending = list(roots)
    while pending:
        for hint in _hints(pending.pop()):
            if hint.__name__ not in found:
                found[hint.__name__] = hint
                pending.append(hint)
    return found


def _hints(cls: type[object]) -> list[type[object]]:
    try:
        pending: list[object] = list(get_type_hints(cls).values())
    except NameError:
        return []
    found: list[type[object]] = []
    while pending:
        hint = pending.pop()
        pending.extend(get_args(hint))
        if isinstance(hint, type) and is_dataclass(hint):
            found.append(hint)
    return found
