"""Mistakes about sizes and numbers."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake


@mistake
class SizeTooComplex(Mistake):
    """A size is a formula of too many parts.

    Why: sizes are kept exact. A long chain of roundings that never cancel, each built from the one before, would take
    unlimited time and memory.

    Wrong:
        for i in range(60):
            x = concat(x, x -> maxpool(2), axis=2)
    Right:
        require H % 64 == 0
    """

    code = "SP9201"
    title = "size too complex"
    name: str
    limit: int

    def message(self) -> str:
        """One sentence."""
        return f"a symbolic size grows into a formula of too many parts (limit of `{self.name}`: {self.limit:,})"

    def hint(self) -> str | None:
        """What to do."""
        return "give the dim a number, or promise that it divides, as in `require H % 64 == 0`"


@mistake
class NumberDoesNotFit(Mistake):
    """A number of the spec is none that its element type can hold.

    Why: it would become another number, or infinite, in silence.

    Wrong:
        const size: int8[1] = [300]
    Right:
        const size: int16[1] = [300]
    """

    code = "SP2150"
    title = "number does not fit"
    number: str
    dtype: str

    def message(self) -> str:
        """One sentence."""
        return f"an element of type {self.dtype} cannot be {self.number}"

    def hint(self) -> str | None:
        """What to do."""
        return "use a wider type, or numbers that it holds"


ERRORS: tuple[type[Mistake], ...] = (SizeTooComplex, NumberDoesNotFit)
