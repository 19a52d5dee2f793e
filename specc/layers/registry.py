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
    "amax",
    "amin",
    "arange",
    "argmax",
    "attention",
    "avgpool",
    "batchnorm",
    "cast",
    "ceil",
    "celu",
    "clamp",
    "concat",
    "conv",
    "conv_transpose",
    "cos",
    "cumsum",
    "dct",
    "div",
    "dropout",
    "einsum",
    "elu",
    "embedding",
    "equal",
    "erf",
    "exp",
    "expand",
    "flatten",
    "floor",
    "frame",
    "full",
    "gather",
    "gelu",
    "global_avgpool",
    "global_maxpool",
    "glu",
    "greater",
    "greater_equal",
    "groupnorm",
    "gru",
    "gru_cell",
    "hard_sigmoid",
    "hard_swish",
    "hardshrink",
    "hardtanh",
    "identity",
    "instancenorm",
    "istft",
    "layernorm",
    "leaky_relu",
    "less",
    "less_equal",
    "linear",
    "log",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "lstm",
    "lstm_cell",
    "matmul",
    "maximum",
    "maxpool",
    "mean",
    "mel_filterbank",
    "minimum",
    "mish",
    "mod",
    "mul",
    "multihead_attention",
    "neg",
    "not_equal",
    "ones",
    "pad",
    "pow",
    "preemphasis",
    "prelu",
    "prod",
    "quick_gelu",
    "reciprocal",
    "relu",
    "relu6",
    "reshape",
    "resize",
    "rmsnorm",
    "rnn",
    "round",
    "rsqrt",
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
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stft",
    "stochastic_depth",
    "sub",
    "sum",
    "swap",
    "tanh",
    "tanhshrink",
    "threshold",
    "tile",
    "transpose",
    "unsqueeze",
    "upsample",
    "where",
    "zeros",
)
_NAMES = frozenset(LAYERS)


class LayerTable(Mapping[str, type[Operation]]):
    """The layers under the names that specs use; a file is imported when its layer is first asked for."""

    def __getitem__(self, name: str) -> type[Operation]:
        if name not in _NAMES:
            raise KeyError(name)
        return _imported(name)

    def __contains__(self, name: object) -> bool:
        return name in _NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(LAYERS)

    def __len__(self) -> int:
        return len(LAYERS)


@cache
def _imported(name: str) -> type[Operation]:
    for item in vars(import_module(f"specc.layers.{name}")).values():
        if isinstance(item, type) and issubclass(item, Operation) and vars(item).get("name") == name:
            return item
    raise LookupError(f"specc/layers/{name}.py defines no layer called {name}")


def layers_by_name() -> Mapping[str, type[Operation]]:
    """The layers under the names that specs use."""
    return LayerTable()
