"""Mistakes that layers of signals find."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@mistake
class WindowLongerThanFrame(Mistake):
    """The window of a Fourier transform is longer than its frames.

    Why: the window lies in the middle of a frame of `n_fft` samples, and is zero around it.

    Wrong:
        input signal: float32[N, 16000]
        y = signal -> stft(256, win_length=400)
    Right:
        input signal: float32[N, 16000]
        y = signal -> stft(512, win_length=400)
    """

    code = "SP3400"
    title = "window longer than the frame"
    layer: str
    window: int
    frame: int

    def message(self) -> str:
        """One sentence."""
        return f"the window of `{self.layer}` has {self.window} samples, and a frame only {self.frame}"

    def hint(self) -> str | None:
        """What to do."""
        return f"use `n_fft` of at least {self.window}, or a shorter `win_length`"


@mistake
class SignalTooShort(Mistake):
    """A signal is too short to take a frame of it, or may be.

    Why: a frame needs all its samples, and a reflected border of n samples needs n + 1. Where the length is a symbol,
    the spec has to promise that it is long enough.

    Wrong:
        input signal: float32[N, T]
        y = signal -> frame(400, 160)
    Right:
        input signal: float32[N, T]
        require T >= 400
        y = signal -> frame(400, 160)
    """

    code = "SP3401"
    title = "signal too short"
    layer: str
    needed: int
    size: Dim
    axis: int
    unit: str = "samples"

    def message(self) -> str:
        """One sentence."""
        verb = "has" if isinstance(self.size, int) else "may have fewer:"
        return f"`{self.layer}` needs {self.needed} {self.unit}, and axis {self.axis} {verb} {self.size}"

    def hint(self) -> str | None:
        """What to do."""
        if isinstance(self.size, int):
            return "use a longer signal, or shorter frames"
        return f"promise a length, as in `require {self.size} >= {self.needed}`"


@mistake
class NotASpectrum(Mistake):
    """The input of `istft` has not the frequencies that its frames want, or no real and imaginary parts.

    Why: frames of `n_fft` samples have n_fft // 2 + 1 frequencies, or `n_fft` of them with `onesided=false`.

    Wrong:
        input spectrum: float32[N, 256, T, 2]
        y = spectrum -> istft(512)
    Right:
        input spectrum: float32[N, 257, T, 2]
        require T >= 2
        y = spectrum -> istft(512)
    """

    code = "SP3402"
    title = "not a spectrum of such frames"
    wanted: int
    given: TensorType

    def message(self) -> str:
        """One sentence."""
        return f"`istft` needs [..., {self.wanted}, frames, 2], and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return "give `istft` the `n_fft` and `onesided` of the `stft` that made it, in the form complex"


@mistake
class WindowLeavesGaps(Mistake):
    """Frames that are put together again leave samples without any weight.

    Why: each sample is a sum over the frames that cover it, divided by the sum of their squared windows; where that is
    zero, the sample is lost.

    Wrong:
        input spectrum: float32[N, 257, T, 2]
        require T >= 2
        y = spectrum -> istft(512, hop_length=512)
    Right:
        input spectrum: float32[N, 257, T, 2]
        require T >= 2
        y = spectrum -> istft(512, hop_length=128)
    """

    code = "SP3403"
    title = "windows leave gaps"
    window: str
    length: int
    hop: int
    center: bool

    def message(self) -> str:
        """One sentence."""
        return f"windows `{self.window}` of {self.length} samples, {self.hop} apart, do not cover the whole signal"

    def hint(self) -> str | None:
        """What to do."""
        if self.center:
            return "use a shorter hop, such as a quarter of the window"
        return "with `center=false` the window must not be zero at its ends: use `rect` or `hamming` of `n_fft` samples"


@mistake
class LengthOutOfReach(Mistake):
    """The length that `istft` is told to give is more than its frames cover, or may be.

    Why: samples after the last window have no value.

    Wrong:
        input spectrum: float32[N, 257, 10, 2]
        y = spectrum -> istft(512, hop_length=128, length=2000)
    Right:
        input spectrum: float32[N, 257, 10, 2]
        y = spectrum -> istft(512, hop_length=128, length=1200)
    """

    code = "SP3404"
    title = "more samples than the frames have"
    length: Dim
    longest: Dim

    def message(self) -> str:
        """One sentence."""
        return f"`istft` is told to give {self.length} samples, and its frames cover {self.longest}"

    def hint(self) -> str | None:
        """What to do."""
        return f"ask for at least 1 and at most {self.longest} samples, or leave `length` out"


@mistake
class BandOutOfRange(Mistake):
    """The lowest and the highest frequency of a filter bank do not lie in order between 0 and half the sample rate.

    Why: a spectrum has no frequencies above half the sample rate.

    Wrong:
        input spectrum: float32[N, 201, T]
        y = spectrum -> mel_filterbank(40, sample_rate=8000, f_max=8000.0)
    Right:
        input spectrum: float32[N, 201, T]
        y = spectrum -> mel_filterbank(40, sample_rate=16000, f_max=8000.0)
    """

    code = "SP3405"
    title = "frequencies out of range"
    low: float
    high: float
    nyquist: float

    def message(self) -> str:
        """One sentence."""
        return (
            f"`mel_filterbank` goes from {self.low:g} to {self.high:g} Hz, and the spectrum from 0 to {self.nyquist:g}"
        )

    def hint(self) -> str | None:
        """What to do."""
        return "set `sample_rate` to that of the signal, and `f_min` below `f_max`"


@mistake
class TooFewFrequencies(Mistake):
    """A filter bank is applied to a spectrum of a single frequency.

    Why: the frequencies run from 0 to half the sample rate, so there are at least two.

    Wrong:
        input spectrum: float32[N, 1, T]
        y = spectrum -> mel_filterbank(40)
    Right:
        input spectrum: float32[N, 201, T]
        y = spectrum -> mel_filterbank(40)
    """

    code = "SP3406"
    title = "too few frequencies"
    bins: int

    def message(self) -> str:
        """One sentence."""
        return f"`mel_filterbank` needs at least 2 frequencies, and got {self.bins}"

    def hint(self) -> str | None:
        """What to do."""
        return "the axis before the last holds the frequencies: [..., frequencies, frames]"


@mistake
class TooManyCoefficients(Mistake):
    """A cosine transform is told to give more coefficients than it has elements.

    Why: the transform of n elements has n coefficients, of which the first ones are kept.

    Wrong:
        input x: float32[N, 40]
        y = x -> dct(80)
    Right:
        input x: float32[N, 80]
        y = x -> dct(40)
    """

    code = "SP3407"
    title = "more coefficients than elements"
    out: int
    size: int

    def message(self) -> str:
        """One sentence."""
        return f"`dct` is told to give {self.out} coefficients of {self.size} elements"

    def hint(self) -> str | None:
        """What to do."""
        return f"keep at most {self.size}, or name the axis that is transformed, as in `axis=1`"


ERRORS: tuple[type[Mistake], ...] = (
    WindowLongerThanFrame,
    SignalTooShort,
    NotASpectrum,
    WindowLeavesGaps,
    LengthOutOfReach,
    BandOutOfRange,
    TooFewFrequencies,
    TooManyCoefficients,
)
