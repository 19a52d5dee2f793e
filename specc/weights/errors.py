"""Mistakes in weights: values that do not fit, files that cannot be read, checkpoints that do not match."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.display import shown_path
from specc.base.suggest import did_you_mean


@mistake
class ValueDoesNotFit(Mistake):
    """A value of a tensor does not fit its element type.

    Why: an integer tensor holds whole numbers within bounds; a value that it cannot hold would be changed in silence.

    Wrong:
        const steps[i]: int8[4] = 100 * i
    Right:
        const steps[i]: int32[4] = 100 * i
    """

    code = "SP4101"
    title = "value does not fit its element type"
    tensor: str
    value: str
    dtype: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` is {self.dtype}, which cannot hold {self.value}"

    def hint(self) -> str | None:
        """What to do."""
        return "use a wider type, or values that it holds"


@mistake
class WrongValueCount(Mistake):
    """A tensor is given by more or fewer values than it has elements.

    Why: values are read in row-major order, one for each element.

    Wrong:
        const mean: float32[3] = [0.5, 0.5]
    Right:
        const mean: float32[3] = [0.5, 0.5, 0.5]
    """

    code = "SP4102"
    title = "wrong number of values"
    tensor: str
    wanted: int
    given: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` has {self.wanted:,} elements, and {self.given:,} values are given"


@mistake
class FormulaFails(Mistake):
    """A formula has no value at some index.

    Why: a division by zero, the root or logarithm of a negative number, or a number beyond every type would go into
    the model as not-a-number.

    Wrong:
        const scale[i]: float32[4] = (0 * i) / i
    Right:
        const scale[i]: float32[4] = 1 / (i + 1)
    """

    code = "SP4103"
    title = "formula without a value"
    tensor: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"the formula of `{self.tensor}` {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "give such places a value of their own: `VALUE if CONDITION else FORMULA`"


@mistake
class ArrayFileUnreadable(Mistake):
    """An array file cannot be read.

    Why: a tensor may come from a `.npy` file, or from an array in a `.npz` file. Arrays of Python objects are refused,
    since reading one runs code.

    Wrong:
        const table: float32[10] = file("table.txt")
    Right:
        const table: float32[10] = file("table.npy")
    """

    code = "SP4104"
    title = "array file cannot be read"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read `{shown_path(self.path)}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return 'give a .npy file, or a .npz file and the name of an array: `file("x.npz", "name")`'


@mistake
class ArrayMisfit(Mistake):
    """An array from a file or from the caller has another shape or an element type of another kind than its tensor.

    Why: it would be another model.

    Wrong:
        const table: float32[10] = file("eleven_values.npy")
    Right:
        const table: float32[11] = file("eleven_values.npy")
    """

    code = "SP4105"
    title = "array does not fit the tensor"
    tensor: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` is {self.wanted}, and the array given for it is {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "change what is declared, or save the array in this shape and type"


@mistake
class CheckpointUnreadable(Mistake):
    """A weights file cannot be read.

    Why: it is missing, is damaged, or is not of the kind that its ending says.

    Wrong:
        specc compile resnet.specc --weights missing.safetensors -o resnet.onnx
    Right:
        specc compile resnet.specc --weights resnet50.safetensors -o resnet.onnx
    """

    code = "SP4201"
    title = "weights cannot be read"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read weights from `{self.path}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return '`specc weights FILE` lists what a file holds; docs/language.md, "weights", what is read'


@mistake
class TensorMissing(Mistake):
    """The model has a parameter that the weights do not have.

    Why: parameters are matched by their dotted paths; a missing one would keep random values.

    Wrong:
        y = x -> linear(10) as head      # the checkpoint calls it `fc`
    Right:
        y = x -> linear(10) as fc
    """

    code = "SP4202"
    title = "parameter missing in the weights"
    tensor: str
    type: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the weights have no `{self.tensor}` ({self.type})"

    def hint(self) -> str | None:
        """Names that resemble it, or how to see both sides."""
        return did_you_mean(self.near) or "`specc weights SPEC FILE` shows both sides; a rule renames a tensor"


@mistake
class TensorUnexpected(Mistake):
    """The weights have a tensor that the model does not have.

    Why: a checkpoint with a tensor left over is most often one of another model, or of other parameters.

    Wrong:
        specc compile resnet.specc -D depth=18 --weights resnet34.safetensors -o resnet.onnx
    Right:
        specc compile resnet.specc -D depth=34 --weights resnet34.safetensors -o resnet.onnx
    """

    code = "SP4203"
    title = "tensor of the weights is not used"
    tensor: str
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the model has no parameter for `{self.tensor}` of the weights"

    def hint(self) -> str | None:
        """Names that resemble it, or how to leave it out."""
        near = did_you_mean(self.near)
        ignored = "an `ignore` rule in the spec's `weights:` section leaves it out"
        return f"{near} {ignored}" if near else ignored


@mistake
class TensorMisshaped(Mistake):
    """A tensor of the weights has another shape, or an element type of another kind, than the model's parameter.

    Why: the spec describes another model than the one that was trained.

    Wrong:
        specc compile resnet.specc -D classes=10 --weights imagenet.safetensors -o resnet.onnx
    Right:
        specc compile resnet.specc -D classes=1000 --weights imagenet.safetensors -o resnet.onnx
    """

    code = "SP4204"
    title = "tensor of the weights does not fit"
    tensor: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.tensor}` is {self.wanted} in the model and {self.given} in the weights"

    def hint(self) -> str | None:
        """What to do."""
        return "a rule can relay it: `rename PATTERN -> transpose -> NAME`; `specc weights SPEC FILE` shows both sides"


@mistake
class TensorAmbiguous(Mistake):
    """Two tensors of the weights get the name of one parameter.

    Why: rename rules may map several names to one, and tied parameters may be stored under each of their names; the
    values then have to be the same.

    Wrong:
        weights: rename "(a|b)[.]weight" -> "fc.weight"
    Right:
        weights: rename "a[.]weight" -> "fc.weight"
    """

    code = "SP4205"
    title = "two tensors for one parameter"
    tensor: str
    first: str
    second: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.first}` and `{self.second}` of the weights differ, and both are for `{self.tensor}`"

    def hint(self) -> str | None:
        """What to do."""
        return "leave one of them out with an `ignore` rule"


@mistake
class BadWeightRule(Mistake):
    """A rename or ignore rule is not a regular expression, or names a group that it does not have.

    Why: rules are matched against the whole names of a checkpoint's tensors.

    Wrong:
        weights: rename "layer(" -> "block"
    Right:
        weights: rename "layer[.](.*)" -> "block.\\1"
    """

    code = "SP4206"
    title = "weight rule is wrong"
    pattern: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"the rule `{self.pattern}` is wrong: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "in a name, `\\1` stands for what the first pair of parentheses of the pattern matched"


ERRORS = (
    ValueDoesNotFit,
    WrongValueCount,
    FormulaFails,
    ArrayFileUnreadable,
    ArrayMisfit,
    CheckpointUnreadable,
    TensorMissing,
    TensorUnexpected,
    TensorMisshaped,
    TensorAmbiguous,
    BadWeightRule,
)
