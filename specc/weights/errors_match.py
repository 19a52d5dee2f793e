"""Mistakes in matching a checkpoint with a model."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, Severity, mistake
from specc.base.suggest import did_you_mean


@mistake
class RootUnclear(Mistake):
    """More than one dict of a checkpoint could be the model's weights.

    Why: training checkpoints hold a model beside its moving average, or beside other models; which is meant has to be
    said, so that nothing is loaded by accident.

    Wrong:
        weights: ignore "optimizer.*"      # `model` and `model_ema` both fit
    Right:
        weights: under "model_ema"
    """

    code = "SP4230"
    title = "several dicts could be the weights"
    roots: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        names = ", ".join(f"`{root}`" if root else "the file as a whole" for root in self.roots[:8])
        return f"more than one part of the file fits the model: {names}"

    def hint(self) -> str | None:
        """How to choose."""
        root = next((root for root in self.roots if root), "")
        return f'choose one in the rules: `under "{root}"`'


@mistake
class NamesShifted(Mistake):
    """The names of a checkpoint are those of the model but for a common beginning.

    Why: a model that is part of another one has its name before each path; which part is meant has to be said.

    Wrong:
        weights: ignore "head.*"           # the file has `model.fc.weight`, the spec `fc.weight`
    Right:
        weights: under "model"
    """

    code = "SP4238"
    title = "names below another one"
    prefix: str
    ours: bool
    count: int
    root: str = ""

    def message(self) -> str:
        """One sentence."""
        longer, shorter = ("model", "weights") if self.ours else ("weights", "model")
        return f"{self.count} names of the {longer} are those of the {shorter} with `{self.prefix}.` before them"

    def hint(self) -> str | None:
        """The rule that is missing."""
        if self.ours:
            return f'add a rule: `rename "(.*)" -> "{self.prefix}.\\\\1"`'
        return f'add a rule: `under "{f"{self.root}." if self.root else ""}{self.prefix}"`'


@mistake
class RootMissing(Mistake):
    """A rule names a dict that the checkpoint does not have.

    Why: `under` says where in the file the model's tensors lie.

    Wrong:
        weights: under "state_dcit"
    Right:
        weights: under "state_dict"
    """

    code = "SP4231"
    title = "no such dict in the weights"
    root: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the weights have no tensors under `{self.root}`"

    def hint(self) -> str | None:
        """Names that resemble it."""
        return did_you_mean(self.near)


@mistake
class RuleDoesNotFit(Mistake):
    """A step of a rule cannot be applied to a tensor of the weights.

    Why: a split needs a size that the parts add up to, an order of axes needs as many as there are.

    Wrong:
        rename "qkv.bias" -> transpose -> split(1) -> "q.bias", "k.bias", "v.bias"
    Right:
        rename "qkv.bias" -> split(0) -> "q.bias", "k.bias", "v.bias"
    """

    code = "SP4232"
    title = "rule does not fit a tensor"
    tensor: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"the rule does not fit `{self.tensor}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "`specc weights FILE` lists the shapes that the file has"


@mistake
class RulePartMissing(Mistake):
    """A rule joins several tensors, and the weights lack one of them.

    Why: a tensor that is joined from parts needs all of them.

    Wrong:
        rename "q", "k", "w" -> concat(0) -> "in_proj_weight"      # it is called `v`
    Right:
        rename "q", "k", "v" -> concat(0) -> "in_proj_weight"
    """

    code = "SP4233"
    title = "a part to be joined is missing"
    target: str
    pattern: str

    def message(self) -> str:
        """One sentence."""
        return f"no tensor of the weights matches `{self.pattern}`, which is to be a part of `{self.target}`"

    def hint(self) -> str | None:
        """What to do."""
        return "`specc weights FILE` lists the names that the file has"


@mistake
class TensorOfOtherKind(Mistake):
    """A tensor of the weights holds integers where the model has floating point, or the other way round.

    Why: such a change is a decision (a quantised tensor without its scale is no weight), and never made in silence.

    Wrong:
        rename "table" -> "positions"
    Right:
        rename "table" -> float -> "positions"
    """

    code = "SP4234"
    title = "element type of another kind"
    tensor: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` is {self.wanted} in the model and {self.given} in the weights"

    def hint(self) -> str | None:
        """How to ask for it."""
        if self.wanted.startswith(("float", "bfloat")) and "int" in self.given:
            return "the step `float` of a rename rule converts integers"
        return None


@mistake
class MoreTensors(Mistake):
    """Very many tensors are missing or not used; the others are listed above.

    Why: the file is most likely one of another model, or its names need a rule.

    Wrong:
        specc compile zoo:resnet50 --weights bert.safetensors -o net.onnx
    Right:
        specc weights zoo:resnet50 bert.safetensors      # shows them all
    """

    code = "SP4237"
    title = "more tensors do not fit"
    missing: int
    unexpected: int

    def message(self) -> str:
        """One sentence."""
        return f"{self.missing:,} more parameters are missing, and {self.unexpected:,} more tensors are not used"

    def hint(self) -> str | None:
        """Where they all are."""
        return "`specc weights SPEC FILE` lists them all"


@mistake
class NotFinite(Mistake):
    """A tensor of the weights has elements that are not-a-number or infinite.

    Why: training diverged, or the file is damaged; the model will compute not-a-number.

    Wrong:
        specc compile net.specc --weights diverged.safetensors
    Right:
        specc compile net.specc --weights net.safetensors
    """

    code = "SP4235"
    title = "weights are not finite"
    severity = Severity.WARNING
    tensor: str
    what: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` has elements that are {self.what}"

    def hint(self) -> str | None:
        """What to do."""
        return "such a model makes no sense of any input; look at how the weights were made"


@mistake
class NotAnArray(Mistake):
    """A value of the mapping given as weights is no array of numbers.

    Why: weights are arrays by path; anything else has no bytes to store.

    Wrong:
        spec.compile(weights={"fc.weight": model})
    Right:
        spec.compile(weights={"fc.weight": model.fc.weight.detach().numpy()})
    """

    code = "SP4236"
    title = "no array"
    tensor: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"what is given for `{self.tensor}` is no array of numbers: {self.why}"


ERRORS = (
    RootUnclear,
    NamesShifted,
    RootMissing,
    RuleDoesNotFit,
    RulePartMissing,
    TensorOfOtherKind,
    MoreTensors,
    NotFinite,
    NotAnArray,
)
