"""Mistakes in types, parameters and weights, found while a spec is expanded."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean


@mistake
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

    def hint(self) -> str | None:
        """Both ways out."""
        return f"declare {self.actual}, or change what makes it"


@mistake
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


@mistake
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
    fixed: bool = False

    def message(self) -> str:
        """One sentence."""
        return f"a dim must be an integer of at least 0, or a size; this is {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        if self.fixed:
            return "a weight has one shape in every run: write an integer or a parameter of the model"
        return "write an integer, a parameter of the model, or a name that stands for a size of the run"


@mistake
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
        return f"it has {', '.join(self.near)}" if self.near else "indices count from 0; negative ones from the end"


@mistake
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


@mistake
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

    def hint(self) -> str | None:
        """What to do."""
        return "share a weight only between layers of the same sizes"


@mistake
class BadPattern(Mistake):
    """A weight rule is not a regular expression.

    Why: `rename` and `ignore` match the names of a checkpoint with regular expressions, as Python's `re` reads them.

    Wrong:
        weights:
            ignore "encoder.(.*"
    Right:
        weights:
            ignore "encoder[.](.*)"
    """

    code = "SP4003"
    title = "not a regular expression"
    pattern: str
    reason: str
    replaced: str | None = None

    def message(self) -> str:
        """One sentence."""
        if self.replaced is not None:
            return f'"{self.pattern}" cannot stand for what "{self.replaced}" matches: {self.reason}'
        return f'"{self.pattern}" is not a regular expression: {self.reason}'

    def hint(self) -> str | None:
        """What to do."""
        if self.replaced is not None:
            return "`\\1` is what the first pair of brackets of the pattern matches, `\\2` the second"
        return "`.` and brackets have a meaning in a regular expression: `[.]` and `[(]` stand for the characters"


@mistake
class Unsupported(Mistake):
    """A tensor has an element type or a number of dims that no runtime here takes.

    Why: onnxruntime has no bfloat16 kernels on the CPU, and operators take few dims. Precision is a choice of the
    compile command, not of the spec.

    Wrong:
        input x: bfloat16[N, 16]
    Right:
        input x: float32[N, 16]
    """

    code = "SP3010"
    title = "type not supported"
    type: str
    reason: str
    advice: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.type} is not supported: {self.reason}"

    def hint(self) -> str | None:
        """What to do."""
        return self.advice


@mistake
class SlowPattern(Mistake):
    """A pattern of `weights` could take forever to match.

    Why: names are matched by trying one way after another; where a repeat holds a repeat or an alternative, there are
    more ways than anyone can wait for.

    Wrong:
        weights:
            ignore "(a+)+"
    Right:
        weights:
            ignore "a+"
    """

    code = "SP9103"
    title = "pattern could take forever"
    pattern: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f'the pattern "{self.pattern}" could take forever to match: {self.why}'

    def hint(self) -> str | None:
        """What to do."""
        return "write several simpler rules"


@mistake
class WrongPath(Mistake):
    """A path has a segment that is empty, or a character that no name should have.

    Why: paths name weights in files and tensors in tools; a space, a control character or a mark of writing direction
    there would be invisible, or break them.

    Wrong:
        y = x -> linear(4) as layer.{"a b"}
    Right:
        y = x -> linear(4) as layer.{"a_b"}
    """

    code = "SP2151"
    title = "wrong path"
    path: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.path}` has an empty segment, or a character that a path may not have"

    def hint(self) -> str | None:
        """What is allowed."""
        return "segments are letters, digits, `_`, `-`, `/` and `:`, with single dots between them"


ERRORS: tuple[type[Mistake], ...] = (
    DeclaredTypeWrong,
    UnknownDtype,
    WrongDim,
    IndexOutside,
    WrongParameter,
    WeightMismatch,
    BadPattern,
    Unsupported,
    SlowPattern,
    WrongPath,
)
