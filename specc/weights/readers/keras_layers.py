"""Weights of Keras layers, under the names and in the layouts of the layers here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specc.base.source import Source, Span
from specc.ir.relayout import Filled
from specc.syntax.ast import WeightStep
from specc.syntax.format_statements import step_text
from specc.weights.mapped import Damaged
from specc.weights.steps import Laid, StepFails, relaid

Config = Mapping[str, object]
Variables = Callable[[str], list[Laid]]
"""The variables that lie at a path below a layer, in their order."""
_NOWHERE = Span(Source("keras", ""), 0, 0)


@dataclass(frozen=True, slots=True)
class Named:
    """A weight by its name inside a layer, how its tensor was relaid, and whether Keras has no such tensor."""

    name: str
    made: Laid
    how: str = ""
    is_made_up: bool = False


def class_and_config(layer: object) -> tuple[str, Config]:
    """The class of a layer in a config, and its own config; a class that is not Keras' has its module before it."""
    entry = layer if isinstance(layer, dict) else {}
    kind, module, inner = str(entry.get("class_name")), str(entry.get("module")), entry.get("config")
    is_own = module == "keras" or module.startswith("keras.")
    return kind if is_own else f"{module}>{kind}", inner if isinstance(inner, dict) else {}


def local_weights(kind: str, config: Config, variables: Variables) -> Iterator[Named]:
    """The weights of a layer of the class `kind`; none for one that has no counterpart here, such as a GRU that resets
    before it multiplies."""
    if kind in _LAYERS and not (kind == "GRU" and config.get("reset_after") is False):
        yield from _LAYERS[kind](config, variables)


def _step(name: str, *arguments: int | str) -> WeightStep:
    return WeightStep(_NOWHERE, name, arguments)


KERNEL, TRANSPOSE, DEPTHWISE = _step("kernel"), _step("transpose"), _step("depthwise")
GATES = _step("gates", "zrh", "rzn")


def _named(name: str, tensors: Sequence[Laid], *steps: WeightStep) -> Named:
    try:
        (made,) = relaid(tensors, steps, 1)
    except (StepFails, ValueError) as error:
        raise Damaged(f"a variable of a layer has an impossible shape: {error}") from None
    return Named(name, made, " -> ".join(map(step_text, steps)))


def _made_up(name: str, like: Laid, value: float) -> Named:
    filled = Laid(Filled(like.shape, value), like.shape, "float32")
    return Named(name, filled, f"{value:g}", True)


def _kernel_and_bias(step: WeightStep) -> Callable[[Config, Variables], Iterator[Named]]:
    def weights(config: Config, variables: Variables) -> Iterator[Named]:
        for name, steps, tensor in zip(("weight", "bias"), ((step,), ()), variables(""), strict=False):
            yield _named(name, [tensor], *steps)

    return weights


def _separable(config: Config, variables: Variables) -> Iterator[Named]:
    names = ("depthwise.weight", "pointwise.weight", "pointwise.bias")
    for name, steps, tensor in zip(names, ((DEPTHWISE,), (KERNEL,), ()), variables(""), strict=False):
        yield _named(name, [tensor], *steps)


def _embedding(config: Config, variables: Variables) -> Iterator[Named]:
    yield from (_named("weight", [tensor]) for tensor in variables("")[:1])


def _norm(config: Config, variables: Variables) -> Iterator[Named]:
    """`gamma` and `beta`, then running statistics; Keras may have only one of the first two."""
    tensors = variables("")
    has_scale, has_center = config.get("scale") is not False, config.get("center") is not False
    kept = [name for name, has in (("weight", has_scale), ("bias", has_center)) if has]
    names = [*kept, "running_mean", "running_var"]
    yield from (_named(name, [tensor]) for name, tensor in zip(names, tensors, strict=False))
    if len(kept) == 1 and tensors:
        yield _made_up(*(("bias", tensors[0], 0.0) if has_scale else ("weight", tensors[0], 1.0)))


def _rms_norm(config: Config, variables: Variables) -> Iterator[Named]:
    yield from (_named("weight", [tensor]) for tensor in variables("")[:1])


def _recurrent(path: str = "cell", suffix: str = "") -> Callable[[Config, Variables], Iterator[Named]]:
    """LSTM (gates i f c o, which is PyTorch's order) and SimpleRNN: one bias, where PyTorch adds two."""

    def weights(config: Config, variables: Variables) -> Iterator[Named]:
        tensors = variables(path)
        for name, tensor in zip(("weight_ih_l0", "weight_hh_l0"), tensors, strict=False):
            yield _named(name + suffix, [tensor], TRANSPOSE)
        for tensor in tensors[2:3]:
            yield _named(f"bias_ih_l0{suffix}", [tensor])
            yield _made_up(f"bias_hh_l0{suffix}", tensor, 0.0)

    return weights


def _gru(path: str = "cell", suffix: str = "") -> Callable[[Config, Variables], Iterator[Named]]:
    """GRU: gates z r h, where PyTorch has r z n; the two biases are the rows of one."""

    def weights(config: Config, variables: Variables) -> Iterator[Named]:
        tensors = variables(path)
        for name, tensor in zip(("weight_ih_l0", "weight_hh_l0"), tensors, strict=False):
            yield _named(name + suffix, [tensor], TRANSPOSE, GATES)
        for tensor in tensors[2:3]:
            for row, name in enumerate(("bias_ih_l0", "bias_hh_l0")):
                yield _named(name + suffix, [tensor], _step("slice", 0, row, row + 1), _step("flatten"), GATES)

    return weights


def _bidirectional(config: Config, variables: Variables) -> Iterator[Named]:
    kind, inner = class_and_config(config.get("layer"))
    made = {"GRU": _gru, "LSTM": _recurrent, "SimpleRNN": _recurrent}.get(kind)
    if made is not None and inner.get("reset_after") is not False:
        yield from made("forward_layer/cell")(inner, variables)
        yield from made("backward_layer/cell", "_reverse")(inner, variables)


def _time_distributed(config: Config, variables: Variables) -> Iterator[Named]:
    def below(path: str) -> list[Laid]:
        return variables("/".join(filter(None, ("layer", path))))

    yield from local_weights(*class_and_config(config.get("layer")), below)


def _attention(config: Config, variables: Variables) -> Iterator[Named]:
    """Kernels [size, heads, size of a head] of queries, keys and values, and [heads, size of a head, size]."""
    dense = [variables(f"{part}_dense") for part in ("query", "key", "value", "output")]
    if any(not tensors for tensors in dense):
        return
    heads, flat = _step("flatten", 1), _step("flatten", 0, 1)
    kernels = [_named("", tensors[:1], heads, TRANSPOSE) for tensors in dense[:3]]
    output = _named("out_proj.weight", dense[3][:1], flat, TRANSPOSE)
    biases = [_named("", tensors[1:2], _step("flatten")) for tensors in dense[:3] if len(tensors) > 1]
    shapes = {kernel.made.shape for kernel in kernels}
    if len(shapes) == 1 and len(set(kernels[0].made.shape)) == 1:
        joined = _named("in_proj_weight", [kernel.made for kernel in kernels], _step("concat", 0))
        yield replace(joined, how=f"{kernels[0].how} -> {joined.how}")
    else:
        names = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
        yield from (replace(kernel, name=name) for name, kernel in zip(names, kernels, strict=True))
    if len(biases) == 3:
        yield _named("in_proj_bias", [bias.made for bias in biases], _step("concat", 0))
    yield output
    yield from (_named("out_proj.bias", [bias]) for bias in dense[3][1:2])


_LAYERS: dict[str, Callable[[Config, Variables], Iterator[Named]]] = {
    "Dense": _kernel_and_bias(KERNEL),
    **{f"Conv{rank}D{kind}": _kernel_and_bias(KERNEL) for rank in (1, 2, 3) for kind in ("", "Transpose")},
    **{f"DepthwiseConv{rank}D": _kernel_and_bias(DEPTHWISE) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": _separable for rank in (1, 2)},
    "Embedding": _embedding,
    "BatchNormalization": _norm,
    "LayerNormalization": _norm,
    "GroupNormalization": _norm,
    "RMSNormalization": _rms_norm,
    "LSTM": _recurrent(),
    "SimpleRNN": _recurrent(),
    "GRU": _gru(),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "MultiHeadAttention": _attention,
}
