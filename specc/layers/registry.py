"""Every layer, by name. A new layer is its own file `specc/layers/NAME.py` and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from specc.ir.operation import Operation

LAYERS: tuple[str, ...] = (
    "abs",
    "adaptive_avgpool",
    "adaptive_maxpool",
    "add",
    "affine_grid",
    "amax",
    "amin",
    "arange",
    "argmax",
    "attention",
    "avgpool",
    "batchnorm",
    "bilinear",
    "cast",
    "ceil",
    "celu",
    "channel_shuffle",
    "clamp",
    "concat",
    "conv",
    "conv_transpose",
    "cos",
    "cosine_similarity",
    "cumsum",
    "depth_to_space",
    "div",
    "dropout",
    "einsum",
    "elu",
    "embedding",
    "embedding_bag",
    "equal",
    "erf",
    "exp",
    "expand",
    "flatten",
    "floor",
    "fold",
    "full",
    "gather",
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
    "hardshrink",
    "hardtanh",
    "identity",
    "instancenorm",
    "jordan",
    "jordan_cell",
    "layernorm",
    "leaky_relu",
    "less",
    "less_equal",
    "linear",
    "linear_recurrence",
    "local_response_norm",
    "log",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "lppool",
    "lstm",
    "lstm_cell",
    "matmul",
    "max_unpool",
    "maximum",
    "maxpool",
    "mean",
    "minimum",
    "mish",
    "mod",
    "mul",
    "multihead_attention",
    "neg",
    "normalize",
    "not_equal",
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
    "relu",
    "relu6",
    "reshape",
    "resize",
    "reverse_sequence",
    "rmsnorm",
    "rnn",
    "rnn_cell",
    "round",
    "rsqrt",
    "selective_scan",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "size",
    "slice",
    "softmax",
    "softplus",
    "softshrink",
    "softsign",
    "space_to_depth",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "sub",
    "sum",
    "swap",
    "tanh",
    "tanhshrink",
    "threshold",
    "tile",
    "transpose",
    "unfold",
    "unsqueeze",
    "upsample",
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
