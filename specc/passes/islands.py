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

NO_BFLOAT16: frozenset[str] = frozenset((
    "acos", "acosh", "adaptive_avgpool", "adaptive_maxpool", "amax", "amin", "argmax", "argmin", "argsort",
    "asin", "asinh", "atan", "atan2", "atanh", "avgpool", "batchnorm", "ceil", "celu", "clamp", "conv_transpose",
    "cos", "cosh", "cummax", "cummin", "depth_to_space", "einsum", "elu", "equal", "floor", "floor_divide",
    "fmod", "fold", "frac", "global_avgpool", "global_lppool", "global_maxpool", "greater", "greater_equal",
    "groupnorm", "hard_sigmoid", "hard_swish", "hardmax", "hardshrink", "hardtanh", "hypot", "instancenorm",
    "isfinite", "isinf", "isnan", "leaky_relu", "lerp", "less", "less_equal", "log_sigmoid", "lppool",
    "max_unpool", "maxout", "maxpool", "mish", "mod", "moe", "nan_to_num", "not_equal", "pad", "pixel_shuffle",
    "pixel_unshuffle", "prelu", "relu6", "resize", "reverse_sequence", "round", "rrelu", "selu", "sign", "sin",
    "sinh", "softplus", "softshrink", "softsign", "sort", "space_to_depth", "sparsemax", "tan", "threshold",
    "topk", "trunc", "upsample", "where",
))  # fmt: skip
"""Layers with an operator that the CUDA provider has no bfloat16 kernel for (onnxruntime 1.31.1)."""

BFLOAT16_CONVOLUTIONS = 22
"""The opset from which on convolutions take bfloat16."""

LEAVE_CUDA = frozenset(("adaptive_maxpool", "elu", "groupnorm", "instancenorm", "maxpool", "selu", "threshold"))
"""Layers whose operators have no CUDA kernel at that opset."""
