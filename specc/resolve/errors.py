"""Mistakes in names, values and calls, found while a spec is expanded."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.diagnostics import Mistake, Severity
from specc.base.suggest import did_you_mean


@dataclass(frozen=True)
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

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` is not the name of a value, a block or a layer"

    def hint(self) -> str | None:
        """Near names."""
        return did_you_mean(self.near)


@dataclass(frozen=True)
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

    def message(self) -> str:
        """One sentence."""
        return f"{self.owner} has no member `{self.name}`"

    def hint(self) -> str | None:
        """Near names."""
        return did_you_mean(self.near)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
        return f"`{self.callee}` takes {self.wanted} {self.what}, and got {self.given}"


@dataclass(frozen=True)
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
        """Integer division."""
        return "use `//` for a division that gives an integer" if self.whole_float else None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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

    def message(self) -> str:
        """One sentence."""
        return f"{self.given} cannot be applied"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
        return self.advice


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class NameTaken(Mistake):
    """Two layers with weights, or two inputs or outputs, have the same path.

    Why: a path names one tensor of a checkpoint, so it has to be unique.

    Wrong:
        x = x -> linear(8) as fc -> linear(8) as fc
    Right:
        x = x -> linear(8) as fc1 -> linear(8) as fc2
    """

    code = "SP2012"
    title = "path used twice"
    path: str

    def message(self) -> str:
        """One sentence."""
        return f"the path `{self.path}` is taken"

    def hint(self) -> str | None:
        """What to do."""
        return "give it another name with `as`; to share weights, name the layer once and apply it twice"


@dataclass(frozen=True)
class Misplaced(Mistake):
    """A statement stands where it has no meaning.

    Why: `return` belongs in a block; `input`, `output`, `state`, `expect` and `weights` belong to the model, outside
    blocks; a function builds no layers.

    Wrong:
        block f(x):
            output y = x
            return x
    Right:
        block f(x):
            return x
        output y = x -> f
    """

    code = "SP2013"
    title = "statement out of place"
    what: str
    where: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.what} cannot stand {self.where}"


@dataclass(frozen=True)
class NothingReturned(Mistake):
    """A block ends without `return`.

    Why: a block that returns nothing has no use.

    Wrong:
        block f(x):
            y = x -> relu
    Right:
        block f(x):
            return x -> relu
    """

    code = "SP2014"
    title = "nothing returned"
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` ends without `return`"


@dataclass(frozen=True)
class StateNotUpdated(Mistake):
    """A state has no `next`, or a `next` has no state.

    Why: a state is an input and the output that feeds it in the next run; both have to be there.

    Wrong:
        state h: float32[N, 16]
        output y = h -> relu
    Right:
        state h: float32[N, 16]
        next h = h -> relu
        output y = h
    """

    code = "SP2015"
    title = "state without its other half"
    name: str
    declared: bool

    def message(self) -> str:
        """One sentence."""
        if self.declared:
            return f"the state `{self.name}` is never given its next value"
        return f"`next {self.name}`, but no state `{self.name}` is declared"


@dataclass(frozen=True)
class RequirementFailed(Mistake):
    """A `require` does not hold.

    Why: the spec's author demands it of the parameters.

    Wrong:
        width = 60
        require width % 7 == 0
    Right:
        width = 63
        require width % 7 == 0
    """

    code = "SP2016"
    title = "requirement not met"
    text: str
    known: bool = True

    def message(self) -> str:
        """One sentence."""
        return self.text if self.known else f"cannot be shown for every run: {self.text}"

    def hint(self) -> str | None:
        """What to do."""
        return (
            None if self.known else "promise it of the symbols in a `require` at the top of the file, after the inputs"
        )


@dataclass(frozen=True)
class UnknownAtCompileTime(Mistake):
    """A decision depends on a size that is known only when the model runs.

    Why: `if`, `for` and attributes are settled when the spec is compiled; a symbol can take any value.

    Wrong:
        input x: float32[N, T]
        if T > 10:
            x = x -> relu
    Right:
        model net(T = 16)
        input x: float32[N, T]
        if T > 10:
            x = x -> relu
    """

    code = "SP2017"
    title = "not known when the spec is compiled"
    what: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.what}` is known only when the model runs"

    def hint(self) -> str | None:
        """What to do."""
        return "make the size a parameter of the model, or promise what is needed with `require`"


@dataclass(frozen=True)
class BadImport(Mistake):
    """An import cannot be followed.

    Why: imports are files beside or below the spec that is compiled, or parts of the standard library `std`.

    Wrong:
        import "../secret.specc" as s
    Right:
        import "blocks.specc" as s
    """

    code = "SP2018"
    title = "import not possible"
    location: str
    reason: str

    def message(self) -> str:
        """One sentence."""
        return f'cannot import "{self.location}": {self.reason}'


@dataclass(frozen=True)
class NoModel(Mistake):
    """A file that is to be compiled declares no model or no output.

    Why: a model needs a name and at least one output; a file of blocks can only be imported.

    Wrong:
        x = 3
    Right:
        model double
        input x: float32[N]
        output y = x + x
    """

    code = "SP2019"
    title = "nothing to compile"
    what: str

    def message(self) -> str:
        """One sentence."""
        return f"the file declares no {self.what}"


@dataclass(frozen=True)
class DeclaredTypeWrong(Mistake):
    """A tensor does not have the type that is declared for it.

    Why: a declaration is a promise to whoever runs the model.

    Wrong:
        output y: float32[N, 11] = x -> linear(10)
    Right:
        output y: float32[N, 10] = x -> linear(10)
    """

    code = "SP3005"
    title = "declared type is wrong"
    name: str
    declared: str
    actual: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` is declared {self.declared}, but is {self.actual}"


@dataclass(frozen=True)
class UnknownDtype(Mistake):
    """An element type does not exist.

    Why: the types are float32, float64, float16, bfloat16, int8 to int64, uint8 to uint64 and bool.

    Wrong:
        input x: float[N]
    Right:
        input x: float32[N]
    """

    code = "SP3006"
    title = "unknown element type"
    name: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` is not an element type"

    def hint(self) -> str | None:
        """Near names."""
        return did_you_mean(self.near)


@dataclass(frozen=True)
class WrongDim(Mistake):
    """A dim in a type is not a size.

    Why: a dim is an integer of at least 0, a symbol, or an expression over them.

    Wrong:
        input x: float32[N, -3]
    Right:
        input x: float32[N, 3]
    """

    code = "SP3007"
    title = "not a size"
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"a dim must be an integer of at least 0, or a size; this is {self.given}"


@dataclass(frozen=True)
class IndexOutside(Mistake):
    """An index lies outside of a list, a map or a dim.

    Why: there is nothing at that place.

    Wrong:
        depth = [1, 2, 3][3]
    Right:
        depth = [1, 2, 3][2]
    """

    code = "SP3008"
    title = "nothing at that index"
    index: str
    owner: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"{self.owner} has nothing at {self.index}"

    def hint(self) -> str | None:
        """What is there."""
        return f"it has {', '.join(self.near)}" if self.near else None


@dataclass(frozen=True)
class WrongParameter(Mistake):
    """A parameter of the model is given that it does not have, or with a value of another kind.

    Why: a misspelt parameter would silently keep its default.

    Wrong:
        specc check zoo:resnet50 -D dept=101
    Right:
        specc check zoo:resnet50 -D depth=101
    """

    code = "SP4001"
    title = "wrong parameter"
    name: str
    reason: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"parameter `{self.name}`: {self.reason}"

    def hint(self) -> str | None:
        """Near names."""
        return did_you_mean(self.near)


@dataclass(frozen=True)
class WeightMismatch(Mistake):
    """A shared or tied weight has another shape than the layer needs.

    Why: one tensor serves both, so both have to want the same shape.

    Wrong:
        h = linear(16) as h
        a = x -> h -> linear(8) -> h
    Right:
        h = linear(16) as h
        a = x -> h -> h
    """

    code = "SP4002"
    title = "weight does not fit"
    name: str
    wanted: str
    actual: str

    def message(self) -> str:
        """One sentence."""
        return f"weight `{self.name}` must be {self.wanted}, and the given one is {self.actual}"


@dataclass(frozen=True)
class LimitExceeded(Mistake):
    """Expanding the spec would cost more than is allowed.

    Why: compiling always ends, whatever a file says; the limits lie far above real networks.

    Wrong:
        for i in range(10 ** 9):
            x = x -> relu
    Right:
        for i in range(100):
            x = x -> relu
    """

    code = "SP9101"
    title = "limit exceeded"
    what: str
    limit: int

    def message(self) -> str:
        """One sentence."""
        return f"{self.what} (limit {self.limit:,})"


@dataclass(frozen=True)
class Unused(Mistake):
    """Something is declared and never used.

    Why: an unused input or parameter is mostly a slip, and an unused tensor is work for nothing.

    Wrong:
        input mask: float32[N, T]
        output y = x -> relu
    Right:
        output y = x -> relu
    """

    code = "SP2101"
    title = "never used"
    severity = Severity.WARNING
    what: str
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"the {self.what} `{self.name}` is never used"


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
    NameTaken,
    Misplaced,
    NothingReturned,
    StateNotUpdated,
    RequirementFailed,
    UnknownAtCompileTime,
    BadImport,
    NoModel,
    DeclaredTypeWrong,
    UnknownDtype,
    WrongDim,
    IndexOutside,
    WrongParameter,
    WeightMismatch,
    LimitExceeded,
    Unused,
)
