"""Mistakes found while a model is written."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean


@mistake
class CannotWrite(Mistake):
    """The model cannot be written where it should go.

    Why: the folder is missing or may not be written to, a folder has that name, or the disk is full. Nothing
    half-written is left behind.

    Wrong:
        specc compile lenet5.yaml -o no/such/folder/lenet5.onnx
    Right:
        specc compile lenet5.yaml -o lenet5.onnx
    """

    code = "SP6001"
    title = "model cannot be written"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot write `{self.path}`: {self.why}"

    def hint(self) -> str | None:
        """What to look at."""
        return "give `-o` a file in a folder that is there and can be written"


@mistake
class OutputIsInput(Mistake):
    """The output would take the place of a file that it is made from.

    Why: the spec, or its weights, would be gone.

    Wrong:
        specc compile lenet5.yaml -o lenet5.yaml
    Right:
        specc compile lenet5.yaml -o lenet5.onnx
    """

    code = "SP6220"
    title = "output is an input"
    path: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.path}` is read by this command, and would be overwritten"

    def hint(self) -> str | None:
        """What to do."""
        return "give `-o` another name"


@mistake
class ModelTooLarge(Mistake):
    """A model of more than 2 GiB was asked for in one piece.

    Why: protobuf stops at 2 GiB; larger weights have to lie in a file beside the model.

    Wrong:
        model.to_bytes()
    Right:
        model.save("large.onnx")
    """

    code = "SP6002"
    title = "model too large for one piece"
    size: int

    def message(self) -> str:
        """One sentence."""
        return f"the model has {self.size:,} bytes of weights, and one piece holds at most 2 GiB"

    def hint(self) -> str | None:
        """What to do."""
        return "write it to a file: its weights go to a second file beside it"


@mistake
class UnknownOperator(Mistake):
    """`onnx.NAME` is not an operator of the opset.

    Why: operators are called by their names in the ONNX specification, capitals included.

    Wrong:
        y = onnx.relu(x)
    Right:
        y = onnx.Relu(x)
    """

    code = "SP6003"
    title = "unknown ONNX operator"
    operator: str
    opset: int
    near: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"ONNX has no operator `{self.operator}` up to opset {self.opset}"

    def hint(self) -> str | None:
        """Names that resemble it."""
        return did_you_mean(self.near)


@mistake
class BadOperatorAttribute(Mistake):
    """An attribute of an ONNX operator is unknown, is missing or is of the wrong kind.

    Why: attributes are those of the operator in the ONNX specification.

    Wrong:
        y = onnx.LeakyRelu(x, slope=0.1)
    Right:
        y = onnx.LeakyRelu(x, alpha=0.1)
    """

    code = "SP6004"
    title = "wrong attribute of an ONNX operator"
    operator: str
    attribute: str
    why: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """One sentence."""
        return f"the attribute `{self.attribute}` of `onnx.{self.operator}` {self.why}"

    def hint(self) -> str | None:
        """Names that resemble it."""
        return did_you_mean(self.near) or "the ONNX documentation of the operator lists its attributes"


@mistake
class OperatorRejected(Mistake):
    """ONNX rejects the inputs of an operator.

    Why: their number, element types or shapes are not those that the ONNX specification allows.

    Wrong:
        y = onnx.MatMul(x)
    Right:
        y = onnx.MatMul(x, w)
    """

    code = "SP6005"
    title = "ONNX operator rejects its inputs"
    operator: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"`onnx.{self.operator}` rejects its inputs: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "its inputs are tensors in the order of the ONNX documentation"


@mistake
class OperatorTypeUnknown(Mistake):
    """ONNX cannot tell the type of what an operator makes.

    Why: every tensor of a spec has a known type, and this one depends on values, is a sum of symbols that ONNX does not
    work out, or is made by an operator outside the standard domain.

    Wrong:
        y = onnx.NonZero(x)
    Right:
        y = onnx.Gather(x, indices, axis=0)
    """

    code = "SP6006"
    title = "type of an ONNX operator's result unknown"
    operator: str
    result: int

    def message(self) -> str:
        """One sentence."""
        return f"ONNX cannot tell the type of result {self.result} of `onnx.{self.operator}`"

    def hint(self) -> str | None:
        """What to do."""
        return "use a layer of specc instead, or name a tensor of the same type with `like=`"


@mistake
class OpsetTooOld(Mistake):
    """An ONNX operator is newer than the opset that the model is compiled for.

    Why: each opset has its own list of operators, and a runtime looks an operator up in the opset of the model. Without
    `--opset`, a model gets the first that has all the operators it names.

    Wrong:
        specc compile spec.specc --opset 21     # y = onnx.RMSNormalization(x, w)
    Right:
        specc compile spec.specc --opset 23
    """

    code = "SP3440"
    title = "ONNX operator newer than the opset"
    operator: str
    needed: int
    opset: int

    def message(self) -> str:
        """One sentence."""
        return f"`onnx.{self.operator}` as it is used here needs opset {self.needed}, and the opset is {self.opset}"

    def hint(self) -> str | None:
        """What to do."""
        return f"compile with `--opset {self.needed}`, or leave the opset out"


@mistake
class LikeContradicted(Mistake):
    """`like` states another type for a result of an ONNX operator than ONNX infers.

    Why: `like` is for what ONNX cannot tell; where it can, a wrong statement would make every later shape wrong.

    Wrong:
        y = onnx.Concat(x, x, axis=1, like=x)
    Right:
        y = onnx.Concat(x, x, axis=1)
    """

    code = "SP3441"
    title = "`like` contradicts ONNX"
    operator: str
    like: str
    inferred: str

    def message(self) -> str:
        """One sentence."""
        return f"`like` states {self.like} for a result of `onnx.{self.operator}`, and ONNX infers {self.inferred}"

    def hint(self) -> str | None:
        """What to do."""
        return "leave `like` out"


ERRORS = (
    CannotWrite,
    OutputIsInput,
    ModelTooLarge,
    UnknownOperator,
    BadOperatorAttribute,
    OperatorRejected,
    OperatorTypeUnknown,
    OpsetTooOld,
    LikeContradicted,
)
