"""Layers that stay in single precision when a model is narrowed, and why."""

from __future__ import annotations

from collections.abc import Mapping

_SUMS = "sums of many elements"
_RANGE = "its results may leave the range"
_PLACES = "places are counted exactly"
_STEPS = "errors add up over the steps"
_SPECTRA = "sums of many elements, whose range is wide"

ISLANDS: Mapping[str, str] = {
    "affine_grid": _PLACES,
    "arange": _PLACES,
    "cosine_similarity": _SUMS,
    "cumprod": _STEPS,
    "cumsum": _STEPS,
    "dct": _SPECTRA,
    "exp": _RANGE,
    "exp2": _RANGE,
    "expm1": _RANGE,
    "grid_sample": _PLACES,
    "istft": _SPECTRA,
    "linear_attention": _SUMS,
    "linear_recurrence": _STEPS,
    "linspace": _PLACES,
    "local_response_norm": _SUMS,
    "log": _RANGE,
    "log10": _RANGE,
    "log1p": _RANGE,
    "log2": _RANGE,
    "log_softmax": _SUMS,
    "logsumexp": _SUMS,
    "mel_filterbank": _SPECTRA,
    "norm": _SUMS,
    "normalize": _SUMS,
    "onnx_operator": "its types are written down",
    "pairwise_distance": _SUMS,
    "performer_attention": _SUMS,
    "pow": _RANGE,
    "prod": _RANGE,
    "reciprocal": _RANGE,
    "rmsnorm": "the mean of squares",
    "rsqrt": _RANGE,
    "scan": _STEPS,
    "selective_scan": _STEPS,
    "softmax": _SUMS,
    "softmin": _SUMS,
    "square": _RANGE,
    "stddev": _SUMS,
    "stft": _SPECTRA,
    "sum": _SUMS,
    "var": _SUMS,
}
"""By the name of the layer. Norms and attention that one operator computes sum up in single precision themselves."""
