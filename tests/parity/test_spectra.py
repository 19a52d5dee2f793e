"""Layers of signals against torch 2.13, the audio functions of transformers, and equations in numpy."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from transformers.audio_utils import mel_filter_bank
from whole_spec import evaluate, holds

FOURIER = 3e-5
"""Sums of up to 2048 products of unit size: the error of each is a few units of float32 at the root of their number."""
WINDOWS = {
    "hann": torch.hann_window,
    "hamming": torch.hamming_window,
    "blackman": torch.blackman_window,
    "rect": lambda length, periodic: torch.ones(length),
}
LEADS = st.lists(st.integers(1, 3), max_size=3)
NAMES = ("N", "C", "D")


def symbols(lead: list[int], symbolic: bool) -> dict[int, str]:
    """Names for the axes before the signal, and for its samples."""
    return {**dict(enumerate(NAMES[: len(lead)])), len(lead): "T"} if symbolic else {}


@cases(
    lead=LEADS,
    n_fft=st.integers(1, 128),
    hop=st.none() | st.integers(1, 40),
    shorter=st.none() | st.integers(0, 12),
    window=st.sampled_from(sorted(WINDOWS)),
    flags=st.tuples(*[st.booleans()] * 4),
    pad_mode=st.sampled_from(("reflect", "constant", "replicate")),
    form=st.sampled_from(("complex", "magnitude", "power")),
    extra=st.integers(0, 100),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_stft(lead, n_fft, hop, shorter, window, flags, pad_mode, form, extra, seed, symbolic):
    center, normalized, onesided, periodic = flags
    length = n_fft if shorter is None else max(1, n_fft - shorter)
    hop_used = hop or max(1, n_fft // 4)

    def reference(x: torch.Tensor) -> torch.Tensor:
        flat = x.reshape(-1, x.shape[-1])
        made = torch.stft(
            flat,
            n_fft,
            hop_used,
            length,
            WINDOWS[window](length, periodic=periodic),
            center,
            pad_mode,
            normalized,
            onesided,
            return_complex=True,
        )
        made = made.reshape(*x.shape[:-1], *made.shape[1:])
        return {"complex": torch.view_as_real, "magnitude": torch.abs, "power": lambda z: z.abs() ** 2}[form](made)

    text = (
        f"stft({n_fft}, {hop or 'none'}, {'none' if shorter is None else length}, {window}, {form}, {word(center)}, "
        f"{pad_mode}, {word(normalized)}, {word(onesided)}, {word(periodic)})"
    )
    needed = n_fft // 2 + 1 if center else n_fft
    array = values((*lead, needed + extra), seed)
    agree(
        text,
        reference,
        array,
        tolerance=FOURIER,
        symbols=symbols(lead, symbolic),
        promises=(f"T >= {needed}",) if symbolic else (),
    )


def test_stft_of_long_frames():
    window = torch.hann_window(2048)
    array = values((2, 6000), 5)

    def reference(x: torch.Tensor) -> torch.Tensor:
        return torch.stft(x, 2048, 512, 2048, window, return_complex=True).abs()

    agree("stft(2048, 512, form=magnitude)", reference, array, tolerance=FOURIER, symbols={0: "N"})


@cases(
    lead=LEADS,
    n_fft=st.integers(8, 100),
    share=st.integers(2, 6),
    shorter=st.integers(0, 3),
    window=st.sampled_from(sorted(WINDOWS)),
    flags=st.tuples(*[st.booleans()] * 3),
    frames=st.integers(2, 12),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_istft(lead, n_fft, share, shorter, window, flags, frames, seed, symbolic):
    normalized, onesided, periodic = flags
    length, hop = max(2, n_fft - shorter), max(1, n_fft // (share + 2))
    center = window not in ("rect", "hamming") or length != n_fft or frames % 2 == 0
    bins = n_fft // 2 + 1 if onesided else n_fft

    def reference(x: torch.Tensor) -> torch.Tensor:
        flat = torch.view_as_complex(x.reshape(-1, *x.shape[-3:]))
        shape = WINDOWS[window](length, periodic=periodic)
        made = torch.istft(flat, n_fft, hop, length, shape, center, normalized, onesided)
        return made.reshape(*x.shape[:-3], made.shape[-1])

    text = (
        f"istft({n_fft}, {hop}, {length}, {window}, {word(center)}, normalized={word(normalized)}, "
        f"onesided={word(onesided)}, periodic={word(periodic)})"
    )
    array = values((*lead, bins, frames, 2), seed, scale=n_fft**0.5)
    named = {**dict(enumerate(NAMES[: len(lead)])), len(lead) + 1: "T"} if symbolic else {}
    agree(text, reference, array, tolerance=FOURIER, symbols=named, promises=("T >= 2",) if symbolic else ())


@cases(n_fft=st.integers(8, 64), share=st.integers(2, 4), size=st.integers(64, 200), seed=SEEDS, symbolic=st.booleans())
def test_istft_gives_the_signal_back(n_fft, share, size, seed, symbolic):
    hop = n_fft // (share + 1)
    array = values((2, size), seed)
    dim = "T" if symbolic else size
    text = f"input x: float32[N, {dim}]\nrequire N <= 9{' and T >= 64' if symbolic else ''}\n"
    text += f"output y = x -> stft({n_fft}, {hop}) -> istft({n_fft}, {hop}, length=x.shape[1])\n"
    holds("istft", text, {"y": array}, {"x": array}, tolerance=FOURIER)


@cases(
    lead=LEADS,
    bins=st.integers(2, 80),
    n_mels=st.integers(1, 30),
    frames=st.integers(1, 9),
    rate=st.sampled_from((8000, 16000, 22050, 44100)),
    low=st.sampled_from((0.0, 20.0, 1200.0)),
    high=st.sampled_from((None, 3800.0, 1500.5)),
    kinds=st.tuples(st.sampled_from((None, "slaney")), st.sampled_from(("htk", "slaney")), st.booleans()),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_mel_filterbank(lead, bins, n_mels, frames, rate, low, high, kinds, seed, symbolic):
    norm, scale, in_mel = kinds
    with warnings.catch_warnings(action="ignore"):  # a filter may have no frequency
        filters = mel_filter_bank(
            bins, n_mels, low, high or rate / 2, rate, norm, scale, triangularize_in_mel_space=in_mel
        )
    array = np.abs(values((*lead, bins, frames), seed))
    text = (
        f"mel_filterbank({n_mels}, {rate}, {low}, {'none' if high is None else high}, {norm or 'none'}, {scale}, "
        f"{'mel' if in_mel else 'hertz'})"
    )
    named = {**dict(enumerate(NAMES[: len(lead)])), len(lead) + 1: "T"} if symbolic else {}

    def reference(x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(np.asarray(filters.T @ x.numpy().astype(np.float64), np.float32))

    agree(text, reference, array, tolerance=2e-5, symbols=named)


def dct_by_fft(x: np.ndarray, out: int, ortho: bool) -> np.ndarray:
    """The transform along the last axis by a Fourier transform of the signal and its mirror image."""
    size = x.shape[-1]
    mirrored = np.concatenate([x, x[..., ::-1]], -1).astype(np.float64)
    spectrum = np.fft.fft(mirrored)[..., :size] * np.exp(-0.5j * np.pi * np.arange(size) / size)
    scale = np.r_[np.sqrt(0.25 / size), np.full(size - 1, np.sqrt(0.5 / size))] if ortho else np.ones(size)
    return np.asarray((spectrum.real * scale)[..., :out], np.float32)


@cases(
    shape=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    axis=st.integers(0, 3),
    kept=st.floats(0, 1),
    ortho=st.booleans(),
    negative=st.booleans(),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_dct(shape, axis, kept, ortho, negative, seed, symbolic):
    axis %= len(shape)
    out = max(1, round(kept * shape[axis]))
    text = (
        f"dct({'none' if out == shape[axis] else out}, {axis - len(shape) * negative}, {'ortho' if ortho else 'none'})"
    )
    named = {i: f"S{i}" for i in range(len(shape)) if i != axis} if symbolic else {}

    def reference(x: torch.Tensor) -> torch.Tensor:
        made = dct_by_fft(np.moveaxis(x.numpy(), axis, -1), out, ortho)
        return torch.from_numpy(np.ascontiguousarray(np.moveaxis(made, -1, axis)))

    agree(text, reference, values(tuple(shape), seed), tolerance=2e-5, symbols=named)


@cases(
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    coefficient=st.sampled_from((0.97, 0.9, 0.0, -0.5, 1.0)),
    edge=st.booleans(),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_preemphasis(shape, coefficient, edge, seed, symbolic):
    def reference(x: torch.Tensor) -> torch.Tensor:
        prior = torch.cat([x[..., :1] if edge else torch.zeros_like(x[..., :1]), x[..., :-1]], -1)
        return x - coefficient * prior

    named = {i: f"S{i}" for i in range(len(shape))} if symbolic else {}
    text = f"preemphasis({coefficient}, {'edge' if edge else 'zero'})"
    agree(text, reference, values(tuple(shape), seed), tolerance=1e-6, symbols=named)


@pytest.mark.parametrize("before", ["zero", "edge"])
def test_preemphasis_of_nothing(before):
    empty = np.zeros((2, 0), np.float32)
    agree(f"preemphasis(before={before})", torch.clone, empty, tolerance=0, symbols={1: "T"}, promises=("T >= 0",))


def test_no_signals():
    """An empty batch."""
    stages = ("stft(16, 4)", "stft(16, form=power, center=false)", "stft(16) -> istft(16)", "frame(16, 4)", "dct(8)")
    for stage in stages:
        size = "20" if stage == "dct(8)" else "T"
        text = f"require N >= 0\ninput x: float32[N, 2, {size}]\n" + ("" if size == "20" else "require T >= 20\n")
        made = evaluate(f"{text}output y = x -> {stage}\n", x=np.zeros((0, 2, 20), np.float32))["y"]
        assert made.shape[:2] == (0, 2)


@cases(
    shape=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    axis=st.integers(0, 3),
    share=st.floats(0, 1),
    hop=st.none() | st.integers(1, 5),
    dtype=st.sampled_from(("float32", "int64", "bool", "float64", "uint8")),
    negative=st.booleans(),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_frame(shape, axis, share, hop, dtype, negative, seed, symbolic):
    axis %= len(shape)
    size = max(1, round(share * shape[axis]))
    text = f"frame({size}, {hop or 'none'}, {axis - len(shape) * negative})"
    array = (3 * values(tuple(shape), seed)).astype(dtype)
    named = {i: f"S{i}" for i in range(len(shape))} if symbolic else {}
    promises = (f"S{axis} >= {size}",) if symbolic else ()
    agree(text, lambda x: x.unfold(axis, size, hop or size), array, tolerance=0, symbols=named, promises=promises)


@cases(
    shape=st.lists(st.integers(1, 5), max_size=4),
    p=st.sampled_from((0, 0.1, 0.5, 1)),
    mode=st.sampled_from(("row", "batch")),
    seed=SEEDS,
    symbolic=st.booleans(),
)
def test_stochastic_depth(shape, p, mode, seed, symbolic):
    named = {i: f"S{i}" for i in range(len(shape))} if symbolic else {}
    module = torch.nn.Dropout(p)
    agree(f"stochastic_depth({p}, {mode})", module, values(tuple(shape), seed), tolerance=0, symbols=named)
