"""Mistakes in what is asked of the program as a whole: names of models, targets, element types, codes."""

from __future__ import annotations

from typing import ClassVar

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean, nearest


@mistake
class UnknownThing(Mistake):
    """A name is not in one of the program's own lists: models of the zoo, layers, targets, codes of mistakes.

    Why: each list is fixed, and printed by the command of that name without an argument.

    Wrong:
        specc check zoo:resnet51
    Right:
        specc check zoo:resnet50
    """

    code: ClassVar[str] = "SP2901"
    title: ClassVar[str] = "unknown name"
    kind: str
    name: str
    known: tuple[str, ...]
    lister: str

    def message(self) -> str:
        """One sentence."""
        return f"there is no {self.kind} `{self.name}`"

    def hint(self) -> str | None:
        """Like names, else where the list is."""
        return did_you_mean(nearest(self.name, self.known)) or f"{self.lister} prints every {self.kind}"


@mistake
class OtherDevice(Mistake):
    """A measurement on one device is to be compared with the figures of another one.

    Why: a prediction for one device says nothing of a time on another.

    Wrong:
        specc bench zoo:resnet18 -b N=1 --target h100
    Right:
        specc bench zoo:resnet18 -b N=1 --target h100 --device cuda
    """

    code: ClassVar[str] = "SP6215"
    title: ClassVar[str] = "target of another device"
    target: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"the target `{self.target}` has the figures of another device than the {self.given} that runs the model"

    def hint(self) -> str | None:
        """What to do."""
        if self.wanted == "other":
            return "predict alone, with `specc report`"
        if self.wanted == "cuda":
            return "measure there, with `--device cuda`, or predict alone, with `specc report`"
        return "measure this machine: `specc targets --measure -o mine.yaml`, then `--target mine.yaml`"


@mistake
class UnsupportedChoice(Mistake):
    """A target, element type or opset is asked for that models cannot be compiled to.

    Why: only those are offered that every layer can be emitted for.

    Wrong:
        specc compile lenet5.yaml --opset 7
    Right:
        specc compile lenet5.yaml --opset 21
    """

    code: ClassVar[str] = "SP6201"
    title: ClassVar[str] = "cannot compile to this"
    kind: str
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"{self.kind} `{self.name}` is not supported"

    def hint(self) -> str | None:
        """What is."""
        return f"take {' or '.join(self.known)}"


@mistake
class WrongValue(Mistake):
    """A value handed to the Python interface is of a type that specs do not have.

    Why: parameters are integers, floats, booleans, strings, lists and maps of those; sizes are integers.

    Wrong:
        specc.load("resnet.specc", depth=object())
    Right:
        specc.load("resnet.specc", depth=50)
    """

    code: ClassVar[str] = "SP4901"
    title: ClassVar[str] = "value of a wrong type"
    name: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.name}` has to be {self.wanted}, and is {self.given}"


ERRORS: tuple[type[Mistake], ...] = (OtherDevice, UnknownThing, UnsupportedChoice, WrongValue)
