"""Mistakes in names, values and calls, found while a spec is expanded."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean


@mistake
class UnknownName(Mistake):
    """A name stands for nothing here.

    Why: a name has to be assigned, declared or imported before it is used; layers are known under the names that
    `specc layers` lists.

    Wrong:
        y = image -> convv(64, 3)
    Right:
        y = image -> conv(64, 3)
    """

    code = "SP2001"
    title = "unknown name"
    name: str
    near: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` is not the name of a value, a block or a layer"

    def notes(self) -> tuple[str, ...]:
        """The words that an argument takes."""
        return (f"the words of this argument are {', '.join(self.words)}",) if self.words else ()

    def hint(self) -> str | None:
        """Near names; the constants of Python are written small."""
        if self.name in ("True", "False", "None"):
            return f"write `{self.name.lower()}`"
        return did_you_mean(self.near)


@mistake
class UnknownMember(Mistake):
    """A value has no member of that name.

    Why: tensors have `shape`, `rank`, `channels`, `features`, `size` and `dtype`; layers have their weights; imported
    files have what they define.

    Wrong:
        n = x.chanels
    Right:
        n = x.channels
    """

    code = "SP2002"
    title = "unknown member"
    owner: str
    name: str
    near: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    is_layer: bool = False

    def message(self) -> str:
        """One sentence."""
        return f"{self.owner} has no member `{self.name}`"

    def notes(self) -> tuple[str, ...]:
        """The members that there are."""
        return (f"its members are {', '.join(self.known)}",) if self.known else ()

    def hint(self) -> str | None:
        """Near names; a layer is no member of its tensor."""
        if self.is_layer:
            return f"`{self.name}` is a layer: write `x -> {self.name}` or `{self.name}(x, ...)`"
        return did_you_mean(self.near)


@mistake
class UnknownArgument(Mistake):
    """A layer or block has no attribute, input or parameter of that name.

    Why: a misspelt attribute would silently keep its default.

    Wrong:
        y = x -> conv(64, 3, strides=2)
    Right:
        y = x -> conv(64, 3, stride=2)
    """

    code = "SP2003"
    title = "unknown argument"
    callee: str
    name: str
    known: tuple[str, ...]
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"`{self.callee}` has no argument `{self.name}`"

    def hint(self) -> str | None:
        """Near names, else all."""
        return did_you_mean(self.near) or (f"it takes {', '.join(self.known)}" if self.known else "it takes none")


@mistake
class MissingArgument(Mistake):
    """A call leaves out something that has no default.

    Why: nothing sensible can be assumed for it.

    Wrong:
        y = x -> conv(64)
    Right:
        y = x -> conv(64, 3)
    """

    code = "SP2004"
    title = "missing argument"
    callee: str
    names: tuple[str, ...]
    inputs: bool = False

    def message(self) -> str:
        """One sentence."""
        what = ("input" if self.inputs else "argument") + ("s" if len(self.names) > 1 else "")
        return f"`{self.callee}` needs the {what} {', '.join(f'`{name}`' for name in self.names)}"

    def hint(self) -> str | None:
        """What to do."""
        return f"give it a value: `{self.callee}(..., {self.names[0]}=...)`"


@mistake
class TooManyArguments(Mistake):
    """A call gives more inputs or arguments than there are.

    Why: there is nothing that the last ones could mean.

    Wrong:
        y = x -> relu(1, 2)
    Right:
        y = x -> relu
    """

    code = "SP2005"
    title = "too many arguments"
    callee: str
    given: int
    wanted: int
    what: str

    def message(self) -> str:
        """One sentence."""
        what = self.what[:-1] if self.wanted == 1 else self.what
        return f"`{self.callee}` takes {self.wanted or 'no'} {what}, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "leave out what is too many; `specc layers NAME` shows what a layer takes"


@mistake
class WrongArgument(Mistake):
    """An argument is not of the kind that is wanted.

    Why: kinds are never converted silently; note that `/` makes a float and `//` an integer.

    Wrong:
        y = x -> conv(width / 2, 3)
    Right:
        y = x -> conv(width // 2, 3)
    """

    code = "SP2006"
    title = "wrong kind of argument"
    callee: str
    name: str
    wanted: str
    given: str
    whole_float: bool = False

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` of `{self.callee}` must be {self.wanted}, and is {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        if self.whole_float:
            return "write it without a point; the division that gives an integer is `//`"
        return "`specc layers NAME` shows what each attribute takes"


@mistake
class GivenTwice(Mistake):
    """An argument is given twice.

    Why: by position and by name, or by a pipeline and by name; only one of them can hold.

    Wrong:
        y = x -> conv(64, 3, kernel=5)
    Right:
        y = x -> conv(64, kernel=5)
    """

    code = "SP2007"
    title = "argument given twice"
    callee: str
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.callee}` gets `{self.name}` twice"

    def hint(self) -> str | None:
        """What to do."""
        return "keep one of the two"


@mistake
class NotCallable(Mistake):
    """Something is called or applied that is neither a layer, a block nor a function.

    Why: only those can follow `->` or stand before `(`.

    Wrong:
        width = 64
        y = x -> width
    Right:
        y = x -> linear(width)
    """

    code = "SP2008"
    title = "not a layer"
    given: str
    advice: str | None = None

    def message(self) -> str:
        """One sentence."""
        return f"{self.given} cannot be applied"

    def hint(self) -> str | None:
        """What to do."""
        return self.advice or "what is applied is a layer, a block or a function, as in `x -> linear(10)`"


@mistake
class NotATensor(Mistake):
    """A tensor is wanted, and something else is given.

    Why: layers compute with tensors; numbers and lists are known when the spec is compiled.

    Wrong:
        y = 3 -> relu
    Right:
        y = x -> relu
    """

    code = "SP2009"
    title = "not a tensor"
    given: str
    place: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.place} must be a tensor, and is {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "name an input, or what a layer or block made"


@mistake
class WrongOperand(Mistake):
    """An operator or a function of the language cannot work on these values.

    Why: compile-time values are integers, floats, booleans, strings, lists and maps; nothing is converted silently.

    Wrong:
        width = "64" * 2.5
    Right:
        width = 64 * 2
    """

    code = "SP2010"
    title = "operation not possible"
    operation: str
    reason: str
    advice: str | None = None

    def message(self) -> str:
        """One sentence."""
        return f"`{self.operation}`: {self.reason}"

    def hint(self) -> str | None:
        """What to do."""
        return self.advice or 'docs/language.md, "Operators", shows which values go together'


@mistake
class WrongUnpacking(Mistake):
    """The number of names on the left does not fit the number of values.

    Why: each name takes one value.

    Wrong:
        a, b, c = split(x, 2)
    Right:
        a, b = split(x, 2)
    """

    code = "SP2011"
    title = "cannot unpack"
    names: int
    values: int
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.names} names for {self.values} value{'s' if self.values != 1 else ''} ({self.given})"

    def hint(self) -> str | None:
        """How many to write."""
        return f"write {self.values} name{'s' if self.values != 1 else ''}; `_` takes a value that is not needed"


ERRORS: tuple[type[Mistake], ...] = (
    UnknownName,
    UnknownMember,
    UnknownArgument,
    MissingArgument,
    TooManyArguments,
    WrongArgument,
    GivenTwice,
    NotCallable,
    NotATensor,
    WrongOperand,
    WrongUnpacking,
)
