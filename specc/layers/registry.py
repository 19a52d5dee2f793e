"""Every layer, by name. A new layer is its own file `specc/layers/NAME.py` and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from specc.ir.operation import Operation

LAYERS: tuple[str, ...] = (
    "abs",
    "acos",
    "acosh",
    "adaptive_avgpool",
    "adaptive_maxpool",
    "add",
    "affine_grid",
    "all",
    "amax",
    "amin",
    "any",
    "arange",
    "argmax",
    "argmin",
    "argsort",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "attention",
    "avgpool",
    "batchnorm",
    "bilinear",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "cast",
    "ceil",
    "celu",
    "channel_shuffle",
    "clamp",
    "concat",
    "conv",
    "conv_transpose",
    "cos",
    "cosh",
    "cosine_similarity",
    "count_nonzero",
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "depth_to_space",
    "diagonal",
    "div",
    "dropout",
    "einsum",
    "elu",
    "embedding",
    "embedding_bag",
    "equal",
    "erf",
    "exp",
    "exp2",
    "expand",
    "expm1",
    "eye",
    "flatten",
    "flip",
    "floor",
    "floor_divide",
    "fmod",
    "fold",
    "frac",
    "full",
    "gather",
    "gather_nd",
    "geglu",
    "gelu",
    "global_avgpool",
    "global_lppool",
    "global_maxpool",
    "glu",
    "greater",
    "greater_equal",
    "grid_sample",
    "groupnorm",
    "gru",
    "gru_cell",
    "hard_sigmoid",
    "hard_swish",
    "hardmax",
    "hardshrink",
    "hardtanh",
    "hypot",
    "identity",
    "index_add",
    "instancenorm",
    "isfinite",
    "isinf",
    "isnan",
    "jordan",
    "jordan_cell",
    "layernorm",
    "leaky_relu",
    "lerp",
    "less",
    "less_equal",
    "linear",
    "linear_recurrence",
    "linspace",
    "local_response_norm",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "logsumexp",
    "lppool",
    "lstm",
    "lstm_cell",
    "masked_fill",
    "matmul",
    "max_unpool",
    "maximum",
    "maxout",
    "maxpool",
    "mean",
    "minimum",
    "mish",
    "mod",
    "mul",
    "multihead_attention",
    "nan_to_num",
    "neg",
    "norm",
    "normalize",
    "not_equal",
    "one_hot",
    "ones",
    "pad",
    "pairwise_distance",
    "pixel_shuffle",
    "pixel_unshuffle",
    "pow",
    "prelu",
    "prod",
    "quick_gelu",
    "reciprocal",
    "reglu",
    "relu",
    "relu6",
    "repeat_interleave",
    "reshape",
    "resize",
    "reverse_sequence",
    "rmsnorm",
    "rnn",
    "rnn_cell",
    "roll",
    "round",
    "rrelu",
    "rsqrt",
    "scatter",
    "scatter_nd",
    "selective_scan",
    "selu",
    "shape",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "size",
    "slice",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "sort",
    "space_to_depth",
    "sparsemax",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "sub",
    "sum",
    "swap",
    "swiglu",
    "take_along_dim",
    "tan",
    "tanh",
    "tanhshrink",
    "threshold",
    "tile",
    "topk",
    "transpose",
    "tril",
    "triu",
    "trunc",
    "unfold",
    "unsqueeze",
    "upsample",
    "var",
    "where",
    "zeros",
)
LANGUAGE: tuple[str, ...] = ("scan",)
"""What the language itself applies, in a way of its own."""


class LayerTable(Mapping[str, type[Operation]]):
    """Layers by name; a file is imported when its layer is first asked for."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> type[Operation]:
        if name not in self._names:
            raise KeyError(name)
        return _imported(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def _imported(name: str) -> type[Operation]:
    for item in vars(import_module(f"specc.layers.{name}")).values():
        if isinstance(item, type) and issubclass(item, Operation) and vars(item).get("name") == name:
            return item
    raise LookupError(f"specc/layers/{name}.py defines no layer called {name}")


def layers_by_name() -> Mapping[str, type[Operation]]:
    """The layers under the names that specs use."""
    return LayerTable(LAYERS)


def documented_layers() -> Mapping[str, type[Operation]]:
    """Those, and what the language itself applies."""
    return LayerTable((*LAYERS, *LANGUAGE))
