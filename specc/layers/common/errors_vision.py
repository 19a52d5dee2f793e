"""Mistakes in pooling, normalisation, padding and lookup."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim


@mistake
class PoolPaddingTooLarge(Mistake):
    """The padding of a pooling layer is larger than half its kernel.

    Why: a window could then lie in the padding alone, and would have no element to pool.

    Wrong:
        y = image -> maxpool(2, padding=2)
    Right:
        y = image -> maxpool(3, padding=1)
    """

    code = "SP3111"
    title = "pooling padding too large"
    layer: str
    padding: int
    kernel: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` pads {self.padding}, more than half its kernel of {self.kernel}"

    def hint(self) -> str | None:
        """What to do."""
        return f"use a padding of at most {self.kernel // 2}, or a `pad` layer before"


@mistake
class EmptyWindow(Mistake):
    """A pooling window has all its elements in the padding, or may have.

    Why: nothing is left to pool. The steps inside a dilated window can jump over a short input.

    Wrong:
        input x: float32[N, 8, 2]
        y = x -> maxpool(2, padding=1, dilation=3)
    Right:
        input x: float32[N, 8, 3]
        y = x -> maxpool(2, padding=1, dilation=3)
    """

    code = "SP3123"
    title = "window without elements"
    layer: str
    needed: int
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "has size" if isinstance(self.size, int) else "may be short:"
        return f"a window of `{self.layer}` can lie in the padding alone: axis {self.axis} {verb} {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int):
            return f"the input needs {self.needed} elements there; use less padding or dilation"
        return f"promise a size that is large enough, as in `require {self.size} >= {self.needed}`"


@mistake
class PaddingIndexOutOfRange(Mistake):
    """The padding index of an embedding is not one of its rows.

    Why: `padding_idx` names the row that stands for padding; a negative one is counted from the end.

    Wrong:
        y = tokens -> embedding(1000, 64, padding_idx=1000)
    Right:
        y = tokens -> embedding(1000, 64, padding_idx=999)
    """

    code = "SP3112"
    title = "no such row"
    index: int
    rows: int

    def message(self) -> str:
        """One sentence."""
        return f"`padding_idx` is {self.index}, and the table has {self.rows} rows"

    def hint(self) -> str | None:
        """What to do."""
        return f"take a row from {-self.rows} to {self.rows - 1}"


@mistake
class TooManyTrailingDims(Mistake):
    """A normalisation covers more dims than its input has.

    Why: a single number says how many trailing dims are normalised; a list names their sizes.

    Wrong:
        input x: float32[N, T, 768]
        y = x -> layernorm(768)
    Right:
        input x: float32[N, T, 768]
        y = x -> layernorm([768])
    """

    code = "SP3113"
    title = "too many dims to normalise"
    layer: str
    count: int
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` normalises {self.count} trailing dims, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return f"a single number is a number of dims; to name a size, write `{self.layer}(dims=[{self.count}])`"


@mistake
class NotTheTrailingDims(Mistake):
    """The sizes given to a normalisation are not those of the input's trailing dims.

    Why: a list names the sizes of the trailing dims, which have to agree with the input.

    Wrong:
        input x: float32[N, T, 768]
        y = x -> layernorm([512])
    Right:
        input x: float32[N, T, 768]
        y = x -> layernorm([768])
    """

    code = "SP3114"
    title = "sizes differ from the input's"
    layer: str
    wanted: int
    given: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` normalises {self.wanted} elements, and axis {self.axis} of the input has {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return f"write `dims=[{self.given}]`, or the number of trailing dims"


@mistake
class ReflectionTooLong(Mistake):
    """A border, or the padding of a convolution, repeats more of its input than there is, or may.

    Why: a border of n reflected elements needs n + 1 elements, one of n that come from the other end (circular) needs
    n, and the repeated edge (replicate) one. Where the size is a symbol, the spec has to promise that it is large
    enough.

    Wrong:
        input x: float32[N, 8, T]
        y = x -> pad(3, mode=reflect)
    Right:
        input x: float32[N, 8, T]
        require T >= 4
        y = x -> pad(3, mode=reflect)
    """

    code = "SP3115"
    title = "border longer than the input"
    mode: str
    amount: int
    needed: int
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "has size" if isinstance(self.size, int) else "may be short:"
        size = f"axis {self.axis} {verb} {self.size}"
        return f"{size}, too few for a border of {self.amount} in mode {self.mode}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int):
            return "use a smaller border, or another mode"
        return f"promise a size that is large enough, as in `require {self.size} >= {self.needed}`"


@mistake
class TooManyBorders(Mistake):
    """A `pad` layer is given more amounts than its input has dims.

    Why: the amounts stand for the last dims, one for each.

    Wrong:
        input x: float32[N, 8]
        y = x -> pad([1, 1, 1])
    Right:
        input x: float32[N, 8]
        y = x -> pad([1, 1])
    """

    code = "SP3116"
    title = "more amounts than dims"
    amounts: int
    rank: int

    def message(self) -> str:
        """One sentence."""
        return f"`pad` has {self.amounts} amounts, and the input has {self.rank} dims"

    def hint(self) -> str | None:
        """What to do."""
        return f"give one amount for each of the last dims, at most {self.rank}"


@mistake
class UnevenAdaptivePool(Mistake):
    """An adaptive pooling layer has an input size that is a symbol and is not a multiple of the output size.

    Why: the windows then differ from size to size. With a promised multiple, or an output of 1, they are all alike.

    Wrong:
        input image: float32[N, 64, H, W]
        y = image -> adaptive_avgpool(7)
    Right:
        input image: float32[N, 64, H, W]
        require H % 7 == 0
        require W % 7 == 0
        y = image -> adaptive_avgpool(7)
    """

    code = "SP3117"
    title = "adaptive pooling of an unknown size"
    layer: str
    size: Dim
    wanted: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` makes {self.wanted} of a size `{self.size}` that is known only at run time"

    def hint(self) -> str | None:
        """What to do."""
        return f"promise a multiple, as in `require {self.size} % {self.wanted} == 0`, or make the size a number"


@mistake
class TransposedOutputTooSmall(Mistake):
    """A transposed convolution has no output, or may have none.

    Why: its padding cuts the output, `(size - 1) * stride - padding + extent + output_padding`, down to nothing.

    Wrong:
        input x: float32[N, 8, 1]
        y = x -> conv_transpose(4, 2, padding=1)
    Right:
        input x: float32[N, 8, 2]
        y = x -> conv_transpose(4, 2, padding=1)
    """

    code = "SP3118"
    title = "transposed convolution without output"
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        return f"the output of `conv_transpose` has {self.size} elements on axis {self.axis}"

    def hint(self) -> str | None:
        """What to do."""
        return "use less padding" if isinstance(self.size, int) else f"promise it, as in `require {self.size} >= 1`"


@mistake
class OutputPaddingTooLarge(Mistake):
    """The output padding of a transposed convolution is smaller neither than its stride nor than its dilation.

    Why: it chooses between the output sizes that a convolution of the same stride would take to one input size.

    Wrong:
        y = x -> conv_transpose(4, 3, stride=2, output_padding=2)
    Right:
        y = x -> conv_transpose(4, 3, stride=2, output_padding=1)
    """

    code = "SP3119"
    title = "output padding too large"
    amount: int
    stride: int
    dilation: int

    def message(self) -> str:
        """One sentence."""
        dilation = f" or the dilation of {self.dilation}" if self.dilation > 1 else ""
        return f"`output_padding` is {self.amount}, and has to be smaller than the stride of {self.stride}{dilation}"

    def hint(self) -> str | None:
        """What to do."""
        return f"take at most {self.stride - 1}, or a larger stride"


@mistake
class SlopesDoNotFit(Mistake):
    """The number of slopes of a `prelu` is neither 1 nor the number of channels.

    Why: there is one slope for all channels, or one for each.

    Wrong:
        input x: float32[N, 64, T]
        y = x -> prelu(32)
    Right:
        input x: float32[N, 64, T]
        y = x -> prelu(64)
    """

    code = "SP3120"
    title = "wrong number of slopes"
    slopes: int
    given: str

    def message(self) -> str:
        """One sentence."""
        return f"`prelu` has {self.slopes} slopes, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "use 1 slope, or one for each channel (axis 1)"


@mistake
class OddSize(Mistake):
    """A gated layer cannot cut its input into two halves.

    Why: one half gates the other, so the size along the axis has to be even; a symbol has to be promised even.

    Wrong:
        input x: float32[N, 5]
        y = x -> glu
    Right:
        input x: float32[N, 6]
        y = x -> glu
    """

    code = "SP3121"
    title = "no two equal halves"
    layer: str
    size: Dim
    axis: int

    def message(self) -> str:
        """One sentence."""
        verb = "is" if isinstance(self.size, int) else "may be odd:"
        return f"`{self.layer}` halves axis {self.axis}, whose size {verb} {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int):
            return "halve another axis, or make its size even"
        return f"promise it, as in `require {self.size} % 2 == 0`"


@mistake
class BadRange(Mistake):
    """The lower bound of a range is above its upper bound.

    Why: nothing lies between them.

    Wrong:
        y = x -> hardtanh(1, -1)
    Right:
        y = x -> hardtanh(-1, 1)
    """

    code = "SP3122"
    title = "empty range"
    layer: str
    low: float
    high: float

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` is to keep its input between {self.low} and {self.high}"

    def hint(self) -> str | None:
        """What to do."""
        return "put the smaller bound first"


ERRORS: tuple[type[Mistake], ...] = (
    PoolPaddingTooLarge,
    EmptyWindow,
    PaddingIndexOutOfRange,
    TooManyTrailingDims,
    NotTheTrailingDims,
    ReflectionTooLong,
    TooManyBorders,
    UnevenAdaptivePool,
    TransposedOutputTooSmall,
    OutputPaddingTooLarge,
    SlopesDoNotFit,
    OddSize,
    BadRange,
)
