"""Triangular filters on the mel scale."""

from __future__ import annotations

from math import log, log10
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Formula, FormulaTerm, Index
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import FLOAT, POSITIVE, POSITIVE_NUMBER, attribute, choice, layer, optional
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_signal import BandOutOfRange, TooFewFrequencies
from specc.layers.common.spectral import apply
from specc.tensor.types import TensorType

STEP = log(6.4) / 27
"""Of the scale of Slaney's Auditory Toolbox: 15 mel are 1000 Hz, and 27 more are 6400 Hz."""
FILTER, BIN = Index(0), Index(1)


@layer
class MelFilterbank(Operation):
    """Energies in bands of equal width on the mel scale, from spectra `[..., frequencies, frames]`.

    The frequencies run from 0 to half of `sample_rate`. The scale `htk` is 2595 log10(1 + f / 700), that of `slaney` is
    linear below 1000 Hz. With `norm=slaney`, all triangles have the same area. The spectrum is the power for most uses.

    Formula: y[m, t] = sum over f of max(0, min((f - c[m]) / (c[m + 1] - c[m]), (c[m + 2] - f) / (c[m + 2] - c[m + 1])))
        * x[f, t], with c equally spaced in mel from `f_min` to `f_max`
    Source: Davis, Mermelstein 1980; torchaudio.transforms.MelScale; librosa.filters.mel
    Example:
        input signal: float32[N, 16000]
        y = signal -> stft(400, 160, form=power) -> mel_filterbank(80)
    """

    name: ClassVar[str] = "mel_filterbank"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., frequencies, frames]"),)

    n_mels: int = attribute(POSITIVE, "number of filters")
    sample_rate: float = attribute(POSITIVE_NUMBER, "samples a second", default=16000)
    f_min: float = attribute(FLOAT, "lowest frequency in Hz", default=0.0)
    f_max: float | None = attribute(
        optional(FLOAT), "highest frequency in Hz, by default half the sample rate", default=None
    )
    norm: str | None = attribute(
        optional(choice("slaney")), "whether triangles have one area, or one height", default=None
    )
    mel_scale: str = attribute(choice("htk", "slaney"), "the mel scale", default="htk")
    triangles: str = attribute(choice("hertz", "mel"), "on which scale the filters are triangles", default="hertz")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., n_mels, frames]."""
        tensor = inputs[0]
        FLOATS.need(self.name, tensor)
        need_rank(self.name, tensor, 2, 16, "[..., frequencies, frames]")
        bins = need_number(self.name, tensor, -2)
        if bins < 2:
            raise Rejected(TooFewFrequencies(bins), Blame(0, tensor.rank - 2))
        need_some(self.name, tensor, range(tensor.rank - 2))
        low, high = self._band()
        if not 0 <= low < high <= self.sample_rate / 2:
            raise Rejected(BandOutOfRange(low, high, self.sample_rate / 2))
        return (tensor.with_shape((*tensor.shape[:-2], self.n_mels, tensor.shape[-1])),)

    def _band(self) -> tuple[float, float]:
        return self.f_min, self.sample_rate / 2 if self.f_max is None else self.f_max

    def _mel(self, frequency: float) -> float:
        if self.mel_scale == "htk":
            return 2595 * log10(1 + frequency / 700)
        return 3 * frequency / 200 if frequency < 1000 else 15 + log(frequency / 1000) / STEP

    def _mel_term(self, frequency: FormulaTerm) -> FormulaTerm:
        if self.mel_scale == "htk":
            return apply("*", 2595 / log(10), apply("log", apply("+", 1, apply("/", frequency, 700))))
        above = apply("/", apply("log", apply("/", apply("max", frequency, 1000), 1000)), STEP)
        return apply("where", apply("<", frequency, 1000), apply("*", 0.015, frequency), apply("+", 15, above))

    def _hertz_term(self, mel: FormulaTerm) -> FormulaTerm:
        if self.mel_scale == "htk":
            return apply("*", 700, apply("-", apply("exp", apply("*", log(10) / 2595, mel)), 1))
        above = apply("*", 1000, apply("exp", apply("*", STEP, apply("-", mel, 15))))
        return apply("where", apply("<", mel, 15), apply("*", 200 / 3, mel), above)

    def _corner(self, index: int, hertz: bool) -> FormulaTerm:
        """Corner `index` of each filter: where it begins, its peak, its end."""
        low, high = map(self._mel, self._band())
        mel = apply("+", low, apply("*", (high - low) / (self.n_mels + 1), apply("+", FILTER, index)))
        return self._hertz_term(mel) if hertz else mel

    def _filters(self, bins: int) -> FormulaTerm:
        hertz = self.triangles == "hertz"
        frequency: FormulaTerm = apply("*", self.sample_rate / 2 / (bins - 1), BIN)
        frequency = frequency if hertz else self._mel_term(frequency)
        start, peak, stop = (self._corner(index, hertz) for index in range(3))
        rising = apply("/", apply("-", frequency, start), apply("-", peak, start))
        falling = apply("/", apply("-", stop, frequency), apply("-", stop, peak))
        height = apply("max", 0, apply("min", rising, falling))
        if self.norm is None:
            return height
        width = apply("-", stop, start)
        return apply("/", apply("*", 2, height), width)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: filters x frequencies x frames, as the matrix product that it is."""
        macs = outputs[0].size * inputs[0].shape[-2]
        return Cost(macs, 2 * macs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul with the filters as its left side."""
        bins = need_number(self.name, site.types[0], -2)
        facts = (self.mel_scale, self.norm, self.triangles, self.sample_rate, *self._band())
        name = f"mel_filterbank/{'_'.join(map(str, facts))}"
        filters = build.table(name, Formula(self._filters(bins)), site.types[0].dtype, (self.n_mels, bins))
        return (build.op("MatMul", filters, site.inputs[0]),)
