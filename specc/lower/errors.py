"""Mistakes found while a graph becomes operators."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake


@mistake
class SizeUnknownAtRunTime(Mistake):
    """A layer needs a symbolic size when the model runs, and no input tells it.

    Why: at run time a symbol is read from the shapes of the inputs. It has to stand alone in a dim, or be the only one
    there that the other dims do not give.

    Wrong:
        input x: float32[A * B, 4]
        y = x -> reshape([A, B, 4])
    Right:
        input x: float32[A, B, 4]
    """

    code = "SP6101"
    title = "no input tells a size"
    symbol: str
    dims: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the value of `{self.symbol}` is needed when the model runs, and no input tells it"

    def notes(self) -> tuple[str, ...]:
        """Where the symbol occurs."""
        return (f"`{self.symbol}` occurs in {', '.join(f'`{dim}`' for dim in self.dims)}",) if self.dims else ()

    def hint(self) -> str | None:
        """What to do."""
        return f"give an input a dim that is `{self.symbol}` alone, or bind it with `-b {self.symbol}=INT`"


@mistake
class OutputNameTaken(Mistake):
    """An output has the name of an input or of another output.

    Why: whoever runs the model tells its tensors apart by name.

    Wrong:
        input x: float32[N, 4]
        output x = x -> relu
    Right:
        input x: float32[N, 4]
        output y = x -> relu
    """

    code = "SP6102"
    title = "name of an output taken"
    name: str

    def message(self) -> str:
        """One sentence."""
        return f"the output `{self.name}` has the name of an input or of another output"

    def hint(self) -> str | None:
        """What to do."""
        return "give it a name of its own: `output NAME as OTHER.NAME = ...`"


ERRORS = (SizeUnknownAtRunTime, OutputNameTaken)
