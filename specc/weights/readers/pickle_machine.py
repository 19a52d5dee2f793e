"""The stack machine of pickles, without the power to import or call anything: a `World` says what names stand for."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from mmap import mmap
from typing import Protocol

from specc.weights.mapped import CUT_SHORT, Damaged

MOST_STEPS = 4_000_000
LONGEST_PICKLE = 64 << 20
_LONGEST_LINE = 4096
_LONGEST_INTEGER = 256
_LARGEST_KEY = 1 << 60
_MARK = object()


class Refused(Exception):
    """The pickle holds something that only running code can rebuild; the message names it."""


class World(Protocol):
    """What stands behind the names in a pickle. Each method raises `Refused` for what it does not know."""

    def find(self, module: str, name: str) -> object:
        """The thing called `name` in `module`."""
        ...

    def call(self, function: object, arguments: tuple[object, ...]) -> object:
        """What calling a thing that was found gives."""
        ...

    def new(self, kind: object, arguments: tuple[object, ...]) -> object:
        """A new object of a class that was found."""
        ...

    def build(self, made: object, state: object) -> None:
        """Give an object its state."""
        ...

    def persistent(self, identifier: object) -> object:
        """What lies outside of the pickle."""
        ...


def unpickle(data: bytes | mmap, start: int, world: World) -> tuple[object, int]:
    """The value of the pickle that begins at `start`, and the offset after it. Raises `Damaged` or `Refused`; its
    length and its steps are bounded."""
    machine = _Machine(data, start, min(len(data), start + LONGEST_PICKLE), world)
    for _ in range(MOST_STEPS):
        code = machine.byte()
        if code == _STOP:
            return machine.pop(), machine.place
        step = _STEPS.get(code)
        if step is None:
            raise Damaged("it holds a pickle with an instruction that no checkpoint needs")
        step(machine)
    raise Damaged(f"it holds a pickle of more than {MOST_STEPS:,} steps")


@dataclass(slots=True)
class _Machine:
    data: bytes | mmap
    place: int
    end: int
    world: World
    stack: list[object] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)

    def byte(self) -> int:
        if self.place >= self.end:
            raise Damaged(CUT_SHORT)
        self.place += 1
        return self.data[self.place - 1]

    def take(self, count: int) -> bytes:
        if count < 0 or self.place + count > self.end:
            raise Damaged(CUT_SHORT)
        self.place += count
        return self.data[self.place - count : self.place]

    def number(self, form: str) -> int:
        value: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def line(self) -> str:
        end = self.data.find(b"\n", self.place, min(self.end, self.place + _LONGEST_LINE))
        if end < 0:
            raise Damaged(CUT_SHORT)
        text = self.take(end - self.place)
        self.place += 1
        return text.decode("utf-8")

    def push(self, value: object) -> None:
        self.stack.append(value)

    def pop(self) -> object:
        if not self.stack or self.stack[-1] is _MARK:
            raise Damaged("it holds a pickle that takes more than it has")
        return self.stack.pop()

    def since_mark(self) -> list[object]:
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index] is _MARK:
                items = self.stack[index + 1 :]
                del self.stack[index:]
                return items
        raise Damaged("it holds a pickle that takes more than it has")

    def top(self) -> object:
        value = self.pop()
        self.push(value)
        return value

    def remember(self, index: int) -> None:
        self.memo[index] = self.top()

    def recall(self, index: int) -> None:
        if index not in self.memo:
            raise Damaged("it holds a pickle that names what is not there")
        self.push(self.memo[index])


def _arguments(value: object) -> tuple[object, ...]:
    if not isinstance(value, tuple):
        raise Damaged("it holds a pickle that calls without arguments")
    return value


def _reduce(machine: _Machine) -> None:
    arguments = _arguments(machine.pop())
    machine.push(machine.world.call(machine.pop(), arguments))


def _new(machine: _Machine) -> None:
    arguments = _arguments(machine.pop())
    machine.push(machine.world.new(machine.pop(), arguments))


def _build(machine: _Machine) -> None:
    state = machine.pop()
    machine.world.build(machine.top(), state)


def _global(machine: _Machine) -> None:
    module = machine.line()
    machine.push(machine.world.find(module, machine.line()))


def _stack_global(machine: _Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise Damaged("it holds a pickle whose names are no text")
    machine.push(machine.world.find(module, name))


def _instance(machine: _Machine) -> None:
    module = machine.line()
    raise Refused(f"an object of the class `{module[:100]}.{machine.line()[:100]}`")


def _integer(machine: _Machine) -> None:
    text = machine.line()
    machine.push(text == "01" if text in ("00", "01") else int(text.removesuffix("L")))


def _long(machine: _Machine, size: int) -> None:
    if size > _LONGEST_INTEGER:
        raise Damaged("it holds a pickle with an integer of absurd size")
    machine.push(int.from_bytes(machine.take(size), "little", signed=True))


def _appends(machine: _Machine, items: list[object]) -> None:
    target = machine.top()
    if not isinstance(target, list):
        raise Damaged("it holds a pickle that appends to what is no list")
    target.extend(items)


def _set_items(machine: _Machine, items: list[object]) -> None:
    target = machine.top()
    if not isinstance(target, dict) or len(items) % 2:
        raise Damaged("it holds a pickle that sets items of what is no dict")
    for key, value in zip(items[::2], items[1::2], strict=True):
        target[dict_key(key)] = value


def dict_key(key: object) -> object:
    """A key whose hash nobody can choose: text, or a number of ordinary size. Raises `Damaged` for others."""
    if isinstance(key, str | bytes | float | None) or (isinstance(key, int) and abs(key) < _LARGEST_KEY):
        return key
    raise Damaged("it holds a dict with keys other than text and numbers")


def _made_dict(machine: _Machine) -> None:
    items = machine.since_mark()
    machine.push({})
    _set_items(machine, items)


def _last(machine: _Machine, count: int) -> None:
    items = [machine.pop() for _ in range(count)]
    machine.push(tuple(reversed(items)))


def _pairs(machine: _Machine) -> list[object]:
    value = machine.pop()
    return [machine.pop(), value]


def _drop(machine: _Machine) -> None:
    if not machine.stack:
        raise Damaged("it holds a pickle that takes more than it has")
    machine.stack.pop()


def _refuse_persistent(machine: _Machine) -> None:
    raise Refused(f"a reference to `{machine.line()[:200]}` outside of the file")


def _text(machine: _Machine, form: str) -> None:
    machine.push(machine.take(machine.number(form)).decode("utf-8", "surrogatepass"))


def _bytes(machine: _Machine, form: str) -> None:
    machine.push(machine.take(machine.number(form)))


def _old_text(machine: _Machine, form: str) -> None:
    machine.push(machine.take(machine.number(form)).decode("latin-1"))


def _skip(machine: _Machine, count: int) -> None:
    machine.take(count)


def _pop_mark(machine: _Machine) -> None:
    machine.since_mark()


def _object(machine: _Machine) -> None:
    items = machine.since_mark()
    if not items:
        raise Damaged("it holds a pickle that takes more than it has")
    machine.push(machine.world.new(items[0], tuple(items[1:])))


def _quoted(machine: _Machine) -> None:
    machine.push(machine.line().strip("'\""))


_STOP = ord(".")
_Step = Callable[[_Machine], None]
_BY_NAME: dict[bytes, _Step] = {
    b"\x80": lambda m: _skip(m, 1),
    b"\x95": lambda m: _skip(m, 8),
    b"(": lambda m: m.push(_MARK),
    b"0": _drop,
    b"1": _pop_mark,
    b"2": lambda m: m.push(m.top()),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"I": _integer,
    b"L": _integer,
    b"J": lambda m: m.push(m.number("<i")),
    b"K": lambda m: m.push(m.byte()),
    b"M": lambda m: m.push(m.number("<H")),
    b"\x8a": lambda m: _long(m, m.byte()),
    b"\x8b": lambda m: _long(m, m.number("<i")),
    b"F": lambda m: m.push(float(m.line())),
    b"G": lambda m: m.push(float(struct.unpack(">d", m.take(8))[0])),
    b"S": _quoted,
    b"T": lambda m: _old_text(m, "<i"),
    b"U": lambda m: _old_text(m, "<B"),
    b"V": lambda m: m.push(m.line()),
    b"X": lambda m: _text(m, "<I"),
    b"\x8c": lambda m: _text(m, "<B"),
    b"\x8d": lambda m: _text(m, "<Q"),
    b"B": lambda m: _bytes(m, "<I"),
    b"C": lambda m: _bytes(m, "<B"),
    b"\x8e": lambda m: _bytes(m, "<Q"),
    b"\x96": lambda m: _bytes(m, "<Q"),
    b")": lambda m: m.push(()),
    b"t": lambda m: m.push(tuple(m.since_mark())),
    b"\x85": lambda m: _last(m, 1),
    b"\x86": lambda m: _last(m, 2),
    b"\x87": lambda m: _last(m, 3),
    b"]": lambda m: m.push([]),
    b"l": lambda m: m.push(m.since_mark()),
    b"a": lambda m: _appends(m, [m.pop()]),
    b"e": lambda m: _appends(m, m.since_mark()),
    b"}": lambda m: m.push({}),
    b"d": _made_dict,
    b"s": lambda m: _set_items(m, _pairs(m)),
    b"u": lambda m: _set_items(m, m.since_mark()),
    b"\x8f": lambda m: m.push([]),
    b"\x90": lambda m: _appends(m, m.since_mark()),
    b"\x91": lambda m: m.push(m.since_mark()),
    b"c": _global,
    b"\x93": _stack_global,
    b"i": _instance,
    b"o": _object,
    b"R": _reduce,
    b"\x81": _new,
    b"b": _build,
    b"P": _refuse_persistent,
    b"Q": lambda m: m.push(m.world.persistent(m.pop())),
    b"p": lambda m: m.remember(int(m.line())),
    b"q": lambda m: m.remember(m.byte()),
    b"r": lambda m: m.remember(m.number("<I")),
    b"\x94": lambda m: m.remember(len(m.memo)),
    b"g": lambda m: m.recall(int(m.line())),
    b"h": lambda m: m.recall(m.byte()),
    b"j": lambda m: m.recall(m.number("<I")),
}
_STEPS: dict[int, _Step] = {code[0]: step for code, step in _BY_NAME.items()}
