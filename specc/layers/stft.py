"""Short-time Fourier transform."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, choice, layer, optional
from specc.layers.common.borders import bordered
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors_signal import SignalTooShort
from specc.layers.common.spectral import FRAME_SIZE, WINDOW, Fourier, as_channel, fourier
from specc.tensor.dims import at_least, floordiv, product
from specc.tensor.types import TensorType

FORMS = {"complex": 0, "magnitude": 3, "power": 3}
"""What is given of each complex number, and the operations that it takes beside a square root."""


@layer
class Stft(Operation):
    """Short-time Fourier transform of signals `[..., T]`: the spectra of frames, `hop_length` samples apart.

    With `center`, frame t has its middle at sample `t * hop_length`, and the signal has a border of `n_fft // 2`
    samples. The form `complex` gives `[..., frequencies, frames, 2]`, real and imaginary parts, the others
    `[..., frequencies, frames]`. A shorter window lies in the middle of the frame. PyTorch's default window is `rect`.

    Formula: X[f, t] = sum over k of window[k] * x[t * hop_length + k] * exp(-2 pi i f k / n_fft)
    Source: torch.stft; Allen, Rabiner 1977
    Example:
        input signal: float32[N, 16000]
        y = signal -> stft(400, 160, form=power)
    """

    name: ClassVar[str] = "stft"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., T]"),)

    n_fft: int = attribute(FRAME_SIZE, "samples of a frame")
    hop_length: int | None = attribute(
        optional(POSITIVE), "samples from frame to frame, by default n_fft // 4", default=None
    )
    win_length: int | None = attribute(optional(POSITIVE), "samples of the window, by default n_fft", default=None)
    window: str = attribute(WINDOW, "shape of the window", default="hann")
    form: str = attribute(choice(*FORMS), "what is given of each complex number", default="complex")
    center: bool = attribute(BOOL, "whether frames have their middle at multiples of the hop", default=True)
    pad_mode: str = attribute(choice("reflect", "constant", "replicate"), "border of the signal", default="reflect")
    normalized: bool = attribute(BOOL, "whether the result is divided by the root of n_fft", default=False)
    onesided: bool = attribute(BOOL, "whether frequencies above half the sample rate are left out", default=True)
    periodic: bool = attribute(BOOL, "whether the window is periodic, or symmetric", default=True)

    def _transform(self) -> Fourier:
        return fourier(
            self.name, self.n_fft, self.win_length, self.window, self.periodic, self.onesided, self.normalized
        )

    def _hop(self) -> int:
        return self.hop_length or max(1, self.n_fft // 4)

    def _border(self) -> int:
        return self.n_fft // 2 if self.center else 0

    def _needed(self) -> int:
        """Samples that the signal must have."""
        border = self._border()
        least = {"reflect": border + 1, "constant": 0, "replicate": 1}[self.pad_mode] if border else 0
        return max(least, self.n_fft - 2 * border)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., frequencies, frames], and a dim of 2 in the form `complex`."""
        tensor = inputs[0]
        SINGLE.need(self.name, tensor)
        need_rank(self.name, tensor, 1, 14, "[..., T]")
        bins, size = self._transform().bins, tensor.shape[-1]
        if not at_least(size, self._needed()):
            raise Rejected(SignalTooShort(self.name, self._needed(), size, tensor.rank - 1), Blame(0, tensor.rank - 1))
        frames = floordiv(size + 2 * self._border() - self.n_fft, self._hop()) + 1
        parts = (2,) if self.form == "complex" else ()
        return (tensor.with_shape((*tensor.shape[:-1], bins, frames, *parts)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: 2 x frequencies x frames x n_fft for each signal, as the convolution that it is."""
        numbers = outputs[0].size if self.form == "complex" else 2 * outputs[0].size
        macs = numbers * self.n_fft
        others = FORMS[self.form] + (self.form == "magnitude")
        return Cost(macs, 2 * macs + others * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Conv with the windowed waves as its kernel; Pad before, and parts put together after it."""
        given, made, transform = site.types[0], site.outputs[0], self._transform()
        signals = product(given.shape[:-1])
        tensor = as_channel(build, site.inputs[0], given.shape)
        border = self._border()
        if border:
            value = build.scalar(0, given.dtype) if self.pad_mode == "constant" else None
            tensor = bordered(build, tensor, 3, [(border, border)], value, self.pad_mode)
        kernel = transform.analysis(build, given.dtype)
        tensor = build.op("Conv", tensor, kernel, kernel_shape=(self.n_fft,), strides=(self._hop(),))
        frames = made.shape[given.rank]
        parts = build.reshape(tensor, (signals, 2 * transform.bins, frames), (signals, 2, transform.bins, frames))
        if self.form == "complex":
            tensor = build.op("Transpose", parts, perm=(0, 2, 3, 1))
            return (build.reshape(tensor, (signals, transform.bins, frames, 2), made.shape),)
        power = build.op("ReduceSumSquare", parts, build.ints(1), keepdims=0)
        tensor = power if self.form == "power" else build.op("Sqrt", power)
        return (build.reshape(tensor, (signals, transform.bins, frames), made.shape),)
