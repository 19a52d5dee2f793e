"""Features of sound beside those of transformers' feature extractors."""

from __future__ import annotations

import numpy as np
import pytest
from one_layer import values
from test_spectra import dct_by_fft
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function
from whole_spec import evaluate

import specc

TOLERANCE = 1e-4
"""Absolute and relative, for logarithms of float32 sums of 400 squares."""


def features(stage: str, array: np.ndarray) -> np.ndarray:
    name = stage.partition("(")[0]
    text = f"from std import {name}\ninput x: float32[N, T]\nrequire T >= 300\noutput y = x -> {stage}\n"
    assert specc.loads(f"model one\n{text}").report().params.total == 0
    return evaluate(text, x=array)["y"]


@pytest.mark.parametrize("n_mels", [80, 128])
@pytest.mark.parametrize("samples", [1600, 4000, 3999])
def test_log_mel_is_what_whisper_hears(n_mels: int, samples: int) -> None:
    extractor = WhisperFeatureExtractor(feature_size=n_mels)
    array = values((2, samples), 1, scale=0.1)
    array[1, samples // 2 :] = 0
    wanted = extractor._np_extract_fbank_features(array, "cpu")
    np.testing.assert_allclose(features(f"log_mel({n_mels})", array), wanted, rtol=TOLERANCE, atol=TOLERANCE)


def energies(array: np.ndarray, norm: str | None, scale: str, power: float = 2.0, **options: object) -> np.ndarray:
    filters = mel_filter_bank(201, 40, 20.0, 7600.0, 16000, norm, scale)
    window = window_function(400, "hann")
    made = [spectrogram(row, window, 400, 200, power=power, mel_filters=filters, **options) for row in array]
    return np.stack(made).astype(np.float32)


@pytest.mark.parametrize(("norm", "scale"), [(None, "htk"), ("slaney", "slaney")])
@pytest.mark.parametrize("power", [1.0, 2.0])
def test_mel_spectrogram(norm: str | None, scale: str, power: float) -> None:
    array = values((2, 1700), 2)
    options = 'norm="slaney", mel_scale="slaney"' if norm else "norm=none"
    stage = f"mel_spectrogram(40, f_min=20.0, f_max=7600.0, power={'true' if power == 2.0 else 'false'}, {options})"
    np.testing.assert_allclose(features(stage, array), energies(array, norm, scale, power), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("log_mels", [False, True])
def test_mfcc(log_mels: bool) -> None:
    array = values((2, 1700), 3)
    energy = energies(array, None, "htk", mel_floor=1e-10)
    bands = np.log(energy + 1e-6) if log_mels else 10 * np.log10(energy)
    if not log_mels:
        bands = np.maximum(bands, bands.max((1, 2), keepdims=True) - 80)
    wanted = dct_by_fft(bands.swapaxes(1, 2), 13, ortho=True).swapaxes(1, 2)
    stage = f"mfcc(13, 40, f_min=20.0, f_max=7600.0, log_mels={'true' if log_mels else 'false'})"
    np.testing.assert_allclose(features(stage, array), wanted, rtol=TOLERANCE, atol=TOLERANCE)
