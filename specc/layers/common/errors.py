"""Mistakes that layers find in their inputs and attributes."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import divisors
from specc.tensor.dims import Dim


@mistake
class WrongRank(Mistake):
    """A layer got a tensor with the wrong number of dims.

    Why: a layer gives each dim a meaning (batch, channels, height, ...), so the number of dims has to fit.

    Wrong:
        input tokens: float32[N, 16]
        y = tokens -> conv(8, 3)
    Right:
        input signal: float32[N, 16, T]
        y = signal -> conv(8, 3)
    """

    code = "SP3001"
    title = "wrong number of dims"
    layer: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs {self.wanted}, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "add, drop or join axes with `unsqueeze`, `squeeze`, `reshape` or `flatten`"


@mistake
class GroupsDoNotDivide(Mistake):
    """The groups of a convolution do not divide its channels.

    Why: each group takes an equal share of the input channels and makes an equal share of the output channels.

    Wrong:
        y = x -> conv(64, 3, groups=5)
    Right:
        y = x -> conv(64, 3, groups=4)
    """

    code = "SP3101"
    title = "groups do not divide the channels"
    groups: int
    channels: int
    side: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.groups} groups do not divide {self.channels} {self.side} channels"

    def hint(self) -> str | None:
        """What to do."""
        return f"take {divisors(self.channels)} groups, or other channels"


@mistake
class WindowTooLarge(Mistake):
    """A kernel or pooling window is larger than the padded input, or cannot be shown to fit.

    Why: such a layer has no output. Where the size is a symbol, the spec has to promise that it is large enough.

    Wrong:
        input image: float32[N, 3, 4, 4]
        y = image -> conv(8, 7)
    Right:
        input image: float32[N, 3, 4, 4]
        y = image -> conv(8, 7, padding=3)
    """

    code = "SP3102"
    title = "window larger than the input"
    layer: str
    extent: int
    padded: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.padded, int) else "may be"
        padded = f"the padded input {verb} {self.padded} on axis {self.axis}"
        return f"the window of `{self.layer}` spans {self.extent}, but {padded}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.padded, int):
            return "use a smaller kernel, or more padding"
        return f"promise a size that is large enough, as in `require {self.padded} >= {self.extent}`"


@mistake
class ChannelsUnknown(Mistake):
    """A layer with weights has an input whose channel dim is a symbol.

    Why: weights are stored, so their shapes have to be numbers when the spec is compiled.

    Wrong:
        input x: float32[N, C]
        y = x -> linear(10)
    Right:
        model net(channels = 64)
        input x: float32[N, channels]
        y = x -> linear(10)
    """

    code = "SP3002"
    title = "size of a weight is not known"
    layer: str
    dim: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has weights whose shape depends on `{self.dim}`, which is known only at run time"

    def hint(self) -> str | None:
        """What to do."""
        return "make this dim a number or a parameter of the model"


@mistake
class WrongAxisCount(Mistake):
    """A list with one value for each axis has the wrong length.

    Why: `stride=[2, 1]` names one value for each spatial axis, so their number has to fit the input.

    Wrong:
        y = image -> conv(8, [3, 3, 3])
    Right:
        y = image -> conv(8, [3, 3])
    """

    code = "SP3003"
    title = "wrong number of values"
    layer: str
    attribute: str
    given: int
    wanted: int

    def message(self) -> str:
        """One sentence."""
        given = f"`{self.attribute}` of `{self.layer}` has {self.given} values"
        return f"{given}, and the input has {self.wanted} spatial axes"

    def hint(self) -> str | None:
        """What to do."""
        return f"give one number for all axes, or {self.wanted} in a list"


@mistake
class WrongDtype(Mistake):
    """A layer got a tensor of an element type that it does not take.

    Why: ONNX operators are typed, and nothing is converted silently.

    Wrong:
        input tokens: int64[N, T]
        y = tokens -> relu
    Right:
        input tokens: int64[N, T]
        y = tokens -> embedding(1000, 64) -> relu
    """

    code = "SP3004"
    title = "wrong element type"
    layer: str
    wanted: str
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` needs {self.wanted}, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "convert it with `cast(x, TYPE)`, or declare the input in another type"


@mistake
class AxisOutOfRange(Mistake):
    """A layer is told to work along an axis that its input does not have.

    Why: axes are counted from 0, or from the end with -1, -2, ...; a tensor of 3 dims has the axes 0 to 2.

    Wrong:
        input x: float32[N, 10]
        y = x -> softmax(axis=2)
    Right:
        input x: float32[N, 10]
        y = x -> softmax(axis=1)
    """

    code = "SP3009"
    title = "no such axis"
    layer: str
    axis: int
    rank: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` works along axis {self.axis}, and the input has {self.rank} dims"

    def hint(self) -> str | None:
        """What to do."""
        return f"use an axis from {-self.rank} to {self.rank - 1}" if self.rank else None


ERRORS: tuple[type[Mistake], ...] = (
    WrongRank,
    ChannelsUnknown,
    WrongAxisCount,
    WrongDtype,
    AxisOutOfRange,
    GroupsDoNotDivide,
    WindowTooLarge,
)
