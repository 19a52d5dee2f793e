"""Mistakes in rules for weights."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean


@mistake
class UnknownStep(Mistake):
    """A rename rule has a step that does not exist.

    Why: steps say how a tensor of a checkpoint is relaid; these are all of them: `transpose`, `permute`, `reshape`,
    `flatten`, `kernel`, `depthwise`, `gates`, `slice`, `split`, `concat`, `stack` and `float`.

    Wrong:
        weights:
            rename "w" -> transposed -> "fc.weight"
    Right:
        weights:
            rename "w" -> transpose -> "fc.weight"
    """

    code = "SP4220"
    title = "unknown step"
    step: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"`{self.step}` is no step of a weight rule"

    def hint(self) -> str | None:
        """Steps that resemble it."""
        return did_you_mean(self.near) or "`specc explain SP4220` lists the steps"


@mistake
class WrongRule(Mistake):
    """The parts of a rule for weights do not go together.

    Why: a step takes certain arguments; several patterns are joined by `concat` or `stack`, and what `split` makes goes
    to several weights; `fill` takes a number.

    Wrong:
        weights:
            rename "q", "k", "v" -> "in_proj_weight"
    Right:
        weights:
            rename "q", "k", "v" -> concat(0) -> "in_proj_weight"
    """

    code = "SP4221"
    title = "wrong rule for weights"
    what: str
    wanted: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.what} {self.wanted}"

    def hint(self) -> str | None:
        """What to do."""
        return 'docs/language.md, "weights", shows the forms of a rule'


ERRORS = (UnknownStep, WrongRule)
