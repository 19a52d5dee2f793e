"""Inverse short-time Fourier transform."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, DIM, POSITIVE, attribute, layer, optional
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors_signal import LengthOutOfReach, NotASpectrum, SignalTooShort, WindowLeavesGaps
from specc.layers.common.spectral import FRAME_SIZE, WINDOW, Fourier, fourier
from specc.tensor.dims import Dim, at_least, product
from specc.tensor.types import TensorType

LEAST = 1e-11
"""Sum of squared windows below which PyTorch refuses to divide."""


@layer
class Istft(Operation):
    """Signals from their short-time Fourier transforms `[..., frequencies, frames, 2]`, real and imaginary parts.

    Frames are transformed back, windowed, added where they overlap, and divided by the sum of the squared windows, so
    that `x -> stft(n) -> istft(n)` is x. With `center`, the first `n_fft // 2` samples are cut off, and without a
    `length` what comes after the middle of the last frame. PyTorch's default window is `rect`.

    Formula: x[s] = sum over t of window[s - t * hop_length] * frame[t, s - t * hop_length], divided by
        sum over t of window[s - t * hop_length]^2
    Source: torch.istft; Griffin, Lim 1984
    Example:
        input spectrum: float32[N, 201, 100, 2]
        signal = spectrum -> istft(400, 160)
    """

    name: ClassVar[str] = "istft"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., frequencies, frames, 2]"),)

    n_fft: int = attribute(FRAME_SIZE, "samples of a frame")
    hop_length: int | None = attribute(
        optional(POSITIVE), "samples from frame to frame, by default n_fft // 4", default=None
    )
    win_length: int | None = attribute(optional(POSITIVE), "samples of the window, by default n_fft", default=None)
    window: str = attribute(WINDOW, "shape of the window", default="hann")
    center: bool = attribute(BOOL, "whether frames have their middle at multiples of the hop", default=True)
    length: Dim | None = attribute(optional(DIM), "samples that are given, by default what is covered", default=None)
    normalized: bool = attribute(BOOL, "whether the spectrum was divided by the root of n_fft", default=False)
    onesided: bool = attribute(
        BOOL, "whether frequencies above half the sample rate, which tell nothing, are left out", default=True
    )
    periodic: bool = attribute(BOOL, "whether the window is periodic, or symmetric", default=True)

    def _transform(self) -> Fourier:
        return fourier(self.name, self.n_fft, self.win_length, self.window, self.periodic, True, self.normalized)

    def _hop(self) -> int:
        return self.hop_length or max(1, self.n_fft // 4)

    def _start(self) -> int:
        return self.n_fft // 2 if self.center else 0

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., T]."""
        tensor = inputs[0]
        SINGLE.need(self.name, tensor)
        need_rank(self.name, tensor, 3, 16, "[..., frequencies, frames, 2]")
        bins, frames, parts = tensor.shape[-3:]
        wanted = self._transform().bins if self.onesided else self.n_fft
        if parts != 2 or bins != wanted:
            raise Rejected(NotASpectrum(wanted, tensor), Blame(0))
        least = 2 if self.center and self.length is None and self.n_fft % 2 == 0 else 1
        if not at_least(frames, least):
            axis = tensor.rank - 2
            raise Rejected(SignalTooShort(self.name, least, frames, axis, "frames"), Blame(0, axis))
        self._check_windows()
        return (tensor.with_shape((*tensor.shape[:-3], self._length(frames))),)

    def _check_windows(self) -> None:
        """Every window falls from its middle to both ends: samples between two middles have the largest weights of
        these two frames, and those at the ends of the signal have the weight of one."""
        transform, hop, middle = self._transform(), self._hop(), self.n_fft // 2
        if self.center:
            pairs = ((transform.weight(middle + step), transform.weight(middle + step - hop)) for step in range(hop))
        else:
            pairs = ((transform.weight(sample), 0.0) for sample in range(self.n_fft))
        if any(left**2 + right**2 <= LEAST for left, right in pairs):
            raise Rejected(WindowLeavesGaps(self.window, transform.length, hop, self.center))

    def _length(self, frames: Dim) -> Dim:
        covered = self._hop() * (frames - 1) + self._reach()
        if self.length is None:
            return covered if not self.center else self._hop() * (frames - 1) + self.n_fft % 2
        if not at_least(covered, self.length) or not at_least(self.length, 1):
            raise Rejected(LengthOutOfReach(self.length, covered))
        return self.length

    def _reach(self) -> int:
        """Samples that the last frame covers from its start, with `center` from its middle."""
        transform = self._transform()
        reach = self._start()
        while reach < self.n_fft and transform.weight(reach) ** 2 > LEAST:
            reach += 1
        return reach - self._start()

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: 2 x frequencies x frames x n_fft for each signal, as the transposed convolution that it is, and
        frames x n_fft for the squared windows; frequencies above half the sample rate are not used."""
        signals, frames = product(inputs[0].shape[:-3]), inputs[0].shape[-2]
        macs = (2 * self._transform().bins * signals + 1) * frames * self.n_fft
        return Cost(macs, 2 * macs + outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ConvTranspose with the windowed waves as its kernel, divided by one of the squared windows."""
        given, made, transform = site.types[0], site.outputs[0], self._transform()
        signals, frames, dtype = product(given.shape[:-3]), given.shape[-2], given.dtype
        parts = build.reshape(site.inputs[0], given.shape, (signals, given.shape[-3], frames, 2))
        if not self.onesided:
            parts = build.op("Slice", parts, build.ints(0), build.ints(transform.bins), build.ints(1))
        parts = build.op("Transpose", parts, perm=(0, 3, 1, 2))
        rows = 2 * transform.bins
        parts = build.reshape(parts, (signals, 2, transform.bins, frames), (signals, rows, frames))
        ones = build.op("Expand", build.floats((1.0,), (1, 1, 1), dtype), build.shape((1, 1, frames)))
        total = self._overlapped(build, parts, transform.synthesis(build, dtype), made.shape[-1])
        weight = self._overlapped(build, ones, transform.squares(build, dtype), made.shape[-1])
        signal = build.op("Div", total, weight)
        return (build.reshape(signal, (signals, 1, made.shape[-1]), made.shape),)

    def _overlapped(self, build: Builder, frames: str, kernel: str, length: Dim) -> str:
        tensor = build.op("ConvTranspose", frames, kernel, kernel_shape=(self.n_fft,), strides=(self._hop(),))
        start, stop = build.ints(self._start()), build.dim(length + self._start())
        return build.op("Slice", tensor, start, stop, build.ints(2))
