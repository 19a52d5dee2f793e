"""Mistakes in the sizes that symbols are bound to."""

from __future__ import annotations

from typing import ClassVar

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean, nearest


@mistake
class UnknownSymbol(Mistake):
    """A size is bound to a symbol that the model doesn't have.

    Why: a symbol is a name in the shape of an input, such as `N` in `float32[N, 3]`. Binding any other name would
    change nothing.

    Wrong:
        specc report lenet5.yaml -b batch=1
    Right:
        specc report lenet5.yaml -b N=1
    """

    code: ClassVar[str] = "SP5101"
    title: ClassVar[str] = "unknown symbol"
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the model has no symbol `{self.name}`"

    def notes(self) -> tuple[str, ...]:
        """The symbols that there are."""
        return (f"its symbols are {', '.join(self.known)}" if self.known else "its inputs have no symbols",)

    def hint(self) -> str | None:
        """Symbols of a like name."""
        return did_you_mean(nearest(self.name, self.known)) or "bind a symbol of an input, or leave the option out"


@mistake
class BindingOutOfBounds(Mistake):
    """A symbol is bound to a size that the model doesn't allow.

    Why: a size is at least 1, and a `require` of the spec may narrow it further. Shapes are only proved for sizes
    inside these bounds.

    Wrong:
        specc report bert.specc -b T=1024
    Right:
        specc report bert.specc -b T=512
    """

    code: ClassVar[str] = "SP5102"
    title: ClassVar[str] = "size out of bounds"
    name: str
    value: int
    low: int
    high: int | None

    def message(self) -> str:
        """One sentence."""
        bounds = f"at least {self.low}" if self.high is None else f"from {self.low} to {self.high}"
        return f"`{self.name}` is bound to {self.value}, and it has to be {bounds}"

    def hint(self) -> str | None:
        """What to do."""
        return "bind it within the bounds that the spec promises with `require`"


@mistake
class BindingNotMultiple(Mistake):
    """A symbol is bound to a size that its unit doesn't divide.

    Why: with `require H % 32 == 0` the shapes are only proved for multiples of 32.

    Wrong:
        specc report unet.specc -b H=100
    Right:
        specc report unet.specc -b H=96
    """

    code: ClassVar[str] = "SP5103"
    title: ClassVar[str] = "size is not a multiple"
    name: str
    value: int
    unit: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` is bound to {self.value}, and it has to be a multiple of {self.unit}"

    def hint(self) -> str | None:
        """The multiples on both sides."""
        below = self.value // self.unit * self.unit
        return f"take {below} or {below + self.unit}" if below > 0 else f"take {self.unit}"


@mistake
class BindingBreaksPromise(Mistake):
    """Sizes are bound so that a `require` of the spec doesn't hold.

    Why: `require P + T <= 1024` is a promise about every run, and shapes are only proved where it holds.

    Wrong:
        specc report gpt2.specc -b P=1024 -b T=1
    Right:
        specc report gpt2.specc -b P=1023 -b T=1
    """

    code: ClassVar[str] = "SP5104"
    title: ClassVar[str] = "sizes break a promise"
    bindings: str
    promise: str

    def message(self) -> str:
        """One sentence."""
        return f"with {self.bindings} the spec's `require {self.promise}` does not hold"

    def hint(self) -> str | None:
        """What to do."""
        return "bind other sizes, or change the `require`"


@mistake
class SizeUnbound(Mistake):
    """What is asked for depends on a size that is left open.

    Why: the memory of a run is no formula: it depends on which tensors fit into memory that others have left, so it is
    worked out for one run, in which every size is known.

    Wrong:
        specc report lenet5.yaml --arena
    Right:
        specc report lenet5.yaml --arena -b N=1
    """

    code: ClassVar[str] = "SP5105"
    title: ClassVar[str] = "size left open"
    names: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        words = ", ".join(f"`{name}`" for name in self.names)
        return f"the memory of a run depends on {words}, which {'is' if len(self.names) == 1 else 'are'} not bound"

    def hint(self) -> str | None:
        """The options to add."""
        return f"add {' '.join(f'-b {name}=1' for name in self.names)}, or other sizes"


@mistake
class ExpectationFailed(Mistake):
    """An `expect` of the spec does not hold.

    Why: the author wrote down an outside number, so that a slip in the spec cannot pass unseen.

    Wrong:
        output y = x -> linear(10)
        expect: params == 7851
    Right:
        output y = x -> linear(10)
        expect: params == 7850
    """

    code: ClassVar[str] = "SP5001"
    title: ClassVar[str] = "expectation not met"
    subject: str
    wanted: str
    actual: str
    gap: str | None

    def message(self) -> str:
        """One sentence with both sides."""
        return f"`{self.subject}` is {self.actual}, expected {self.wanted}"

    def notes(self) -> tuple[str, ...]:
        """The difference."""
        return (f"difference {self.gap}",) if self.gap else ()

    def hint(self) -> str | None:
        """What to do."""
        return "change the model, or what is expected of it"


@mistake
class ExpectationUnclear(Mistake):
    """An `expect` says nothing that can be checked.

    Why: a check compares a quantity of the model with a number, a formula or a shape.

    Wrong:
        expect: params
    Right:
        expect: params == 7850
    """

    code: ClassVar[str] = "SP5002"
    title: ClassVar[str] = "expectation says nothing"
    advice: str

    def hint(self) -> str | None:
        """How to write it."""
        return self.advice


ERRORS: tuple[type[Mistake], ...] = (
    ExpectationFailed,
    ExpectationUnclear,
    UnknownSymbol,
    BindingOutOfBounds,
    BindingNotMultiple,
    BindingBreaksPromise,
    SizeUnbound,
)
