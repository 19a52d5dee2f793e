"""Windows and bases of Fourier transforms, as formulas: the tables are computed in double precision when a model is
written."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sqrt

from specc.ir.builder import Builder
from specc.ir.initial import Apply, Formula, FormulaTerm, Index
from specc.ir.operation import Rejected
from specc.layers.common.attributes import POSITIVE, Kind, Raw, Unfit, choice
from specc.layers.common.errors_signal import WindowLongerThanFrame
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType

WINDOWS: dict[str, tuple[float, ...]] = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "rect": (1.0,),
}
"""Coefficients of cosines with alternating signs: a0 - a1 cos(p) + a2 cos(2p), with p from 0 to 2 pi."""
WINDOW: Kind[str] = choice(*WINDOWS)
LONGEST = 65_536
"""Samples of a frame: its tables have n_fft squared elements."""


def _frame_size(raw: Raw) -> int:
    size = POSITIVE.convert(raw)
    if size > LONGEST:
        raise Unfit
    return size


FRAME_SIZE: Kind[int] = Kind(f"an integer from 1 to {LONGEST}", _frame_size)
ROW, SAMPLE = Index(0), Index(2)
"""Indices of a basis [rows, 1, samples]."""


def apply(function: str, *arguments: FormulaTerm) -> Apply:
    """`function` of terms."""
    return Apply(function, arguments)


@dataclass(frozen=True, slots=True)
class Fourier:
    """Transform of frames of `size` samples under a periodic or symmetric window of `length`, which lies in their
    middle; `bins` frequencies are kept."""

    size: int
    length: int
    window: str
    periodic: bool
    onesided: bool
    normalized: bool

    @property
    def bins(self) -> int:
        """Frequencies that are kept."""
        return self.size // 2 + 1 if self.onesided else self.size

    @property
    def _start(self) -> int:
        return (self.size - self.length) // 2

    @property
    def _period(self) -> int:
        return self.length if self.periodic else self.length - 1

    def weight(self, sample: int) -> float:
        """The window at one sample of a frame."""
        place = sample - self._start
        if not 0 <= place < self.length:
            return 0.0
        if self.length == 1:
            return 1.0
        angle = 2 * pi * place / self._period
        return sum(a * cos(order * (angle + pi)) for order, a in enumerate(WINDOWS[self.window]))

    def _weights(self) -> FormulaTerm:
        """The window at `SAMPLE`."""
        place = apply("-", SAMPLE, self._start)
        inside = apply("and", apply(">=", place, 0), apply("<", place, self.length))
        total: FormulaTerm = WINDOWS[self.window][0]
        for order, a in enumerate(WINDOWS[self.window][1:], 1):
            if self.length > 1:
                wave = apply("cos", apply("*", 2 * pi * order / self._period, place))
                total = apply("+", total, apply("*", (-1) ** order * a, wave))
        return apply("where", inside, total if self.length > 1 else 1.0, 0.0)

    def _wave(self) -> FormulaTerm:
        """cos for the rows of real parts, -sin for those of imaginary parts, of 2 pi frequency sample / size."""
        turns = apply("%", apply("*", apply("%", ROW, self.bins), SAMPLE), self.size)
        angle = apply("*", 2 * pi / self.size, turns)
        return apply("where", apply("<", ROW, self.bins), apply("cos", angle), apply("-", apply("sin", angle)))

    def _table(self, build: Builder, kind: str, term: FormulaTerm, rows: int, dtype: DType) -> str:
        facts = (self.window, self.length, self.size, "periodic" if self.periodic else "symmetric")
        return build.table(f"{kind}/{'_'.join(map(str, facts))}", Formula(term), dtype, (rows, 1, self.size))

    def analysis(self, build: Builder, dtype: DType) -> str:
        """Kernel [2 bins, 1, size] of a convolution from samples to real parts, then imaginary parts."""
        scale = 1 / sqrt(self.size) if self.normalized else 1.0
        term = apply("*", apply("*", self._wave(), self._weights()), scale)
        return self._table(build, "stft", term, 2 * self.bins, dtype)

    def synthesis(self, build: Builder, dtype: DType) -> str:
        """Kernel [2 bins, 1, size] of a transposed convolution from these parts, onesided, to windowed samples."""
        scale = (sqrt(self.size) if self.normalized else 1.0) / self.size
        bin_ = apply("%", ROW, self.bins)
        single = apply("==", apply("%", apply("*", 2, bin_), self.size), 0)
        copies = apply("where", single, scale, 2 * scale)
        term = apply("*", apply("*", self._wave(), self._weights()), copies)
        return self._table(build, "istft", term, 2 * self.bins, dtype)

    def squares(self, build: Builder, dtype: DType) -> str:
        """The squared window [1, 1, size]."""
        return self._table(build, "squares", apply("*", self._weights(), self._weights()), 1, dtype)


def fourier(
    layer: str, size: int, length: int | None, window: str, periodic: bool, onesided: bool, normalized: bool
) -> Fourier:
    """The transform that a layer's attributes describe; rejects a window longer than a frame."""
    length = size if length is None else length
    if length > size:
        raise Rejected(WindowLongerThanFrame(layer, length, size))
    return Fourier(size, length, window, periodic, onesided, normalized)


def as_channel(build: Builder, tensor: str, shape: tuple[Dim, ...]) -> str:
    """Signals [..., T] as [signals, 1, T]."""
    return build.reshape(tensor, shape, (product(shape[:-1]), 1, shape[-1]))
