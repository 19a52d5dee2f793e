"""Mistakes in statements: paths, requirements, imports, states, and what is never used."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, Severity, mistake


@mistake
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
    advice: str | None = None

    def message(self) -> str:
        """One sentence."""
        return f"the path `{self.path}` is taken"

    def hint(self) -> str | None:
        """What to do."""
        shared = "to share weights, name the layer once and apply it twice"
        return self.advice or f"give it another name with `as`; {shared}"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "move it to the outermost level of the file"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "end it with `return` and the tensors that it makes"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return f"add `next {self.name} = ...`" if self.declared else f"declare it: `state {self.name}: TYPE = 0`"


@mistake
class NextUnfit(Mistake):
    """The next value of a state does not fit the state.

    Why: the value goes back into the state in the next run, so it has the state's element type and rank, and the same
    size wherever the state's size is a number; a size that the state leaves free may grow.

    Wrong:
        state h: float32[N, 16] = 0
        next h = h -> linear(8)
    Right:
        state h: float32[N, 16] = 0
        next h = h -> linear(16)
    """

    code = "SP3011"
    title = "next value unlike its state"
    name: str
    declared: str
    actual: str
    where: str

    def message(self) -> str:
        """One sentence."""
        return f"the state `{self.name}` is {self.declared}, but its next value is {self.actual}: {self.where}"

    def hint(self) -> str | None:
        """Both ways out."""
        return (
            "the next run takes this value as the state: make both alike, give a size that grows a name (`P`), or "
            "declare an `input` and an `output`"
        )


@mistake
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
        if self.known:
            return "set the parameters to values that the model allows: `-D NAME=VALUE`"
        return "promise it of the symbols in a `require` at the top of the file, after the inputs"


@mistake
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
        return "make it a number or a parameter, or promise a bound (`T <= 512`) or a multiple (`T % 8 == 0`)"


@mistake
class Recursive(Mistake):
    """A block or function uses itself.

    Why: a spec always expands to an end, so there is no recursion; repetition is a `for`.

    Wrong:
        function factorial(n):
            return 1 if n == 0 else n * factorial(n - 1)
    Right:
        function factorial(n):
            result = 1
            for i in range(n):
                result = result * (i + 1)
            return result
    """

    code = "SP2020"
    title = "recursion"
    keyword: str
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"the {self.keyword} `{self.name}` uses itself"

    def hint(self) -> str | None:
        """What to do."""
        return "repeat with `for`"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "import a file below the spec's own folder, by its path from the importing file, or a part of `std`"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "begin the file with `model NAME`, and declare what it makes with `output NAME = ...`"


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "take it out, or use it"


ERRORS: tuple[type[Mistake], ...] = (
    NameTaken,
    Misplaced,
    NothingReturned,
    StateNotUpdated,
    NextUnfit,
    RequirementFailed,
    UnknownAtCompileTime,
    Recursive,
    BadImport,
    NoModel,
    Unused,
)
