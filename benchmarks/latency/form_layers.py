"""Forms of what is not attention: linear maps, GELU, norms, LSTM, convolutions, transposed convolutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from form_attention import Form, Inputs
from form_builder import Builder


def normal(**shapes: tuple[int, ...]) -> Inputs:
    """Normal numbers by name."""
    rng = np.random.default_rng(1)
    return {name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}


def linear(t: int, size: int, out: int) -> Iterator[Form]:
    """x W + b of [1, t, size]."""
    inputs = normal(x=(1, t, size))
    b = Builder(inputs)
    yield "MatMul, Add", b, (b.linear("x", "l", size, out),), {}
    b = Builder(inputs)
    yield "MatMul, Add, without MatMulAddFusion", b, (b.linear("x", "l", size, out),), {"disabled": "MatMulAddFusion"}
    for name, turned in (("Gemm on [t, size]", 0), ("Gemm on [t, size], transB", 1)):
        b = Builder(inputs)
        w = b.transposed("l.w", size, out) if turned else b.weight("l.w", size, out)
        y = b.op("Gemm", b.op("Reshape", "x", b.ints(t, size)), w, b.weight("l.b", out), transB=turned)
        yield name, b, (b.op("Reshape", y, b.ints(1, t, out)),), {}
    b = Builder(inputs)
    y = b.ms("FusedMatMul", "x", b.transposed("l.w", size, out), transB=1)
    yield "FusedMatMul transB, Add", b, (b.op("Add", y, b.weight("l.b", out)),), {}
    b = Builder(inputs)
    y = b.op("MatMul", "x", b.op("Transpose", b.transposed("l.w", size, out), perm=[1, 0]))
    yield "Transpose of the weight, MatMul, Add", b, (b.op("Add", y, b.weight("l.b", out)),), {}
    b = Builder(inputs)
    w = b.transposed("l.w", size, out)
    b.constants[w] = b.constants[w].reshape(out, size, 1, 1)
    x = b.op("Reshape", b.op("Transpose", "x", perm=[0, 2, 1]), b.ints(1, size, t, 1))
    y = b.op("Reshape", b.op("Conv", x, w, b.weight("l.b", out)), b.ints(1, out, t))
    yield "1x1 Conv between transposes", b, (b.op("Transpose", y, perm=[0, 2, 1]),), {}
    b = Builder(inputs)
    yield "MatMul, Add, no prepacking", b, (b.linear("x", "l", size, out),), {"session.disable_prepacking": "1"}


def head(t: int) -> Iterator[Form]:
    """Logits of 50,257 tokens by the table of the embedding, without bias."""
    size, out = 768, 50257
    inputs = normal(x=(1, t, size))
    b = Builder(inputs)
    table = b.transposed("table", size, out)
    yield "Transpose of the table, MatMul", b, (b.op("MatMul", "x", b.op("Transpose", table, perm=[1, 0])),), {}
    b = Builder(inputs)
    yield "MatMul of a stored transpose", b, (b.op("MatMul", "x", b.weight("table", size, out)),), {}
    b = Builder(inputs)
    made = b.op("MatMul", "x", b.weight("table", size, out))
    yield "MatMul of a stored transpose, no prepacking", b, (made,), {"session.disable_prepacking": "1"}
    for packing in ("", ", no prepacking"):
        b = Builder(inputs)
        options = {"session.disable_prepacking": "1"} if packing else {}
        made = b.ms("FusedMatMul", "x", b.transposed("table", size, out), transB=1)
        yield f"FusedMatMul transB{packing}", b, (made,), options
        b = Builder(inputs)
        y = b.op("Gemm", b.op("Reshape", "x", b.ints(t, size)), b.transposed("table", size, out), transB=1)
        yield f"Gemm transB{packing}", b, (b.op("Reshape", y, b.ints(1, t, out)),), options


def gelu_primitives(b: Builder, x: str) -> str:
    """0.5 x (1 + erf(x / sqrt 2))."""
    y = b.op("Add", b.op("Erf", b.op("Div", x, b.const(2**0.5))), b.const(1.0))
    return b.op("Mul", b.op("Mul", x, y), b.const(0.5))


def tanh_primitives(b: Builder, x: str) -> str:
    """0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""
    cube = b.op("Mul", b.op("Mul", b.op("Mul", x, x), x), b.const(0.044715))
    inner = b.op("Mul", b.op("Add", x, cube), b.const((2 / np.pi) ** 0.5))
    return b.op("Mul", b.op("Mul", x, b.const(0.5)), b.op("Add", b.op("Tanh", inner), b.const(1.0)))


def gelu(t: int, form: str) -> Iterator[Form]:
    """gelu(x W + b) of [1, t, 768] to 3072, `form` is `none` or `tanh`."""
    size, out, inputs = 768, 3072, normal(x=(1, t, 768))
    wide: Callable[[Builder], str] = lambda b: b.op("MatMul", "x", b.weight("l.w", size, out))  # noqa: E731
    b = Builder(inputs)
    yield "MatMul, Add, Gelu", b, (b.op("Gelu", b.linear("x", "l", size, out), approximate=form),), {}
    b = Builder(inputs)
    made, apart = b.op("Gelu", b.linear("x", "l", size, out), approximate=form), {"disabled": "BiasGeluFusion"}
    yield "MatMul, Add, Gelu, without BiasGeluFusion", b, (made,), apart
    b = Builder(inputs)
    primitives = tanh_primitives if form == "tanh" else gelu_primitives
    yield "MatMul, Add, primitives", b, (primitives(b, b.linear("x", "l", size, out)),), {}
    b = Builder(inputs)
    kept = {"disabled": "GeluFusionL1 GeluFusionL2 FastGeluFusion BiasGeluFusion GeluFusion"}
    yield "MatMul, Add, primitives kept", b, (primitives(b, b.linear("x", "l", size, out)),), kept
    b = Builder(inputs)
    kind = "FastGelu" if form == "tanh" else "BiasGelu"
    yield f"MatMul, {kind} with bias", b, (b.ms(kind, wide(b), b.weight("l.b", out)),), {}
    b = Builder(inputs)
    kind = "FastGelu" if form == "tanh" else "Gelu"
    yield f"MatMul, Add, contrib {kind}", b, (b.ms(kind, b.linear("x", "l", size, out)),), {}
    b = Builder(inputs)
    y = b.op("Gemm", b.op("Reshape", "x", b.ints(t, size)), b.weight("l.w", size, out), b.weight("l.b", out))
    yield "Gemm, Gelu", b, (b.op("Reshape", b.op("Gelu", y, approximate=form), b.ints(1, t, out)),), {}
    if form == "tanh":
        b = Builder(inputs)
        x = b.linear("x", "l", size, out)
        cube = b.op("Mul", b.op("Mul", b.op("Mul", x, x), x), b.const(0.044715 * 2 * (2 / np.pi) ** 0.5))
        inner = b.op("Add", b.op("Mul", x, b.const(2 * (2 / np.pi) ** 0.5)), cube)
        yield "MatMul, Add, x Sigmoid", b, (b.op("Mul", x, b.op("Sigmoid", inner)),), {}


def norm(t: int) -> Iterator[Form]:
    """layernorm(x + y W + b), and the sum."""
    size, inputs = 768, normal(x=(1, t, 768), y=(1, t, 768))

    def parts(b: Builder) -> tuple[str, str]:
        return b.weight("g", size), b.weight("h", size)

    quiet = {"disabled": "SkipLayerNormFusion"}
    for name, options in (("MatMul, Add, Add, LayerNormalization", quiet), ("the same, SkipLayerNormFusion", {})):
        b = Builder(inputs)
        y = b.op("Add", "x", b.linear("y", "l", size, size))
        yield name, b, (b.op("LayerNormalization", y, *parts(b), axis=-1), y), options
    b = Builder(inputs)
    y = b.op("MatMul", "y", b.weight("l.w", size, size))
    made = b.ms("SkipLayerNormalization", "x", y, *parts(b), b.weight("l.b", size), count=4)
    yield "MatMul, SkipLayerNormalization with bias", b, (made, f"{made}.3"), {}
    b = Builder(inputs)
    made = b.ms("SkipLayerNormalization", "x", b.linear("y", "l", size, size), *parts(b), count=4)
    yield "MatMul, Add, SkipLayerNormalization", b, (made, f"{made}.3"), {}
    b = Builder(inputs)
    flat, more = b.op("Reshape", "y", b.ints(t, size)), b.op("Reshape", "x", b.ints(t, size))
    y = b.op("Add", b.op("Gemm", flat, b.weight("l.w", size, size), b.weight("l.b", size)), more)
    y = b.op("Reshape", y, b.ints(1, t, size))
    yield "Gemm, Add, LayerNormalization", b, (b.op("LayerNormalization", y, *parts(b), axis=-1), y), quiet
    b = Builder(inputs)
    biased = b.op("Add", "x", b.weight("l.b", size))
    flat, more = b.op("Reshape", "y", b.ints(t, size)), b.op("Reshape", biased, b.ints(t, size))
    y = b.op("Reshape", b.op("Gemm", flat, b.weight("l.w", size, size), more), b.ints(1, t, size))
    yield "Gemm whose C is the residual", b, (b.op("LayerNormalization", y, *parts(b), axis=-1), y), quiet
    b = Builder(inputs)
    y = b.op("Add", "x", b.linear("y", "l", size, size))
    centred = b.op("Sub", y, b.op("ReduceMean", y, b.ints(-1)))
    root = b.op("Sqrt", b.op("Add", b.op("ReduceMean", b.op("Mul", centred, centred), b.ints(-1)), b.const(1e-5)))
    gain, shift = parts(b)
    made = b.op("Add", b.op("Mul", b.op("Div", centred, root), gain), shift)
    kept = {"disabled": "LayerNormFusion LayerNormFusionL1 LayerNormFusionL2 SkipLayerNormFusion"}
    yield "primitives kept", b, (made, y), kept


def lstm_weights(b: Builder, layer: int, size: int, hidden: int) -> tuple[str, str, str]:
    """W, R and B of ONNX, of which the second bias is 0."""
    w, r, bias = f"w{layer}", f"r{layer}", f"b{layer}"
    b.transposed(w, size, 4 * hidden), b.transposed(r, hidden, 4 * hidden), b.weight(bias, 4 * hidden)
    b.constants[f"{w}/1"] = b.constants[f"{w}/t"][None]
    b.constants[f"{r}/1"] = b.constants[f"{r}/t"][None]
    b.constants[f"{bias}/1"] = np.concatenate([b.constants[bias], np.zeros(4 * hidden, np.float32)])[None]
    return f"{w}/1", f"{r}/1", f"{bias}/1"


def lstm(t: int, batch: int) -> Iterator[Form]:
    """Two LSTM layers of 512, of [batch, t, 512]."""
    hidden, inputs = 512, normal(x=(batch, t, 512))
    for name in ("LSTM between transposes", "LSTM, transposes as Reshape where batch is 1"):
        b = Builder(inputs)
        turn = batch == 1 and "Reshape" in name
        y = b.op("Reshape", "x", b.ints(t, batch, -1)) if turn else b.op("Transpose", "x", perm=[1, 0, 2])
        for layer in range(2):
            y = b.op("LSTM", y, *lstm_weights(b, layer, 512, hidden), hidden_size=hidden)
            y = b.op("Squeeze", y, b.ints(1))
        out = b.op("Reshape", y, b.ints(batch, t, -1)) if turn else b.op("Transpose", y, perm=[1, 0, 2])
        yield name, b, (out,), {}
    for name, packing in (("LSTM, no prepacking", "1"),):
        b = Builder(inputs)
        y = b.op("Transpose", "x", perm=[1, 0, 2])
        for layer in range(2):
            y = b.op("Squeeze", b.op("LSTM", y, *lstm_weights(b, layer, 512, hidden), hidden_size=hidden), b.ints(1))
        yield name, b, (b.op("Transpose", y, perm=[1, 0, 2]),), {"session.disable_prepacking": packing}
    for name, kind in (("unrolled, MatMul", "MatMul"), ("unrolled, Gemm", "Gemm"), ("unrolled, Gemm transB", "GemmT")):
        b = Builder(inputs)
        y = b.op("Transpose", "x", perm=[1, 0, 2])
        for layer in range(2):
            y = unrolled(b, y, layer, t, batch, kind)
        yield name, b, (b.op("Transpose", y, perm=[1, 0, 2]),), {}


def unrolled(b: Builder, x: str, layer: int, t: int, batch: int, kind: str) -> str:
    """One layer step by step: the products with inputs of all steps at once, gates i, o, f, c as ONNX has them."""
    hidden = 512
    w, r, bias = b.weight(f"w{layer}", 512, 4 * hidden), b.weight(f"r{layer}", hidden, 4 * hidden), f"b{layer}"
    whole = b.op("Add", b.op("MatMul", x, w), b.weight(bias, 4 * hidden))
    parts = b.op("Split", whole, count=t, axis=0, num_outputs=t)
    turned = b.transposed(f"r{layer}", hidden, 4 * hidden)
    h = c = b.const(np.zeros((batch, hidden)))
    made = []
    for step in range(t):
        given = b.op("Squeeze", parts if not step else f"{parts}.{step}", b.ints(0))
        if kind == "MatMul":
            gates = b.op("Add", b.op("MatMul", h, r), given)
        else:
            gates = b.op("Gemm", h, turned if kind == "GemmT" else r, given, transB=int(kind == "GemmT"))
        split = b.op("Split", gates, b.ints(3 * hidden, hidden), count=2, axis=-1)
        open_ = b.op("Sigmoid", split)
        i = b.op("Split", open_, count=3, axis=-1, num_outputs=3)
        c = b.op("Add", b.op("Mul", f"{i}.2", c), b.op("Mul", i, b.op("Tanh", f"{split}.1")))
        h = b.op("Mul", f"{i}.1", b.op("Tanh", c))
        made.append(b.op("Unsqueeze", h, b.ints(0)))
    return b.op("Concat", *made, axis=0)


ACTIVATIONS: dict[str, Callable[[Builder, str], str]] = {
    "relu": lambda b, x: b.op("Relu", x),
    "relu6": lambda b, x: b.op("Clip", x, b.const(0.0), b.const(6.0)),
    "silu": lambda b, x: b.op("Mul", x, b.op("Sigmoid", x)),
    "hard_swish": lambda b, x: b.op("HardSwish", x),
    "hard_swish_parts": lambda b, x: b.op("Mul", x, b.op("HardSigmoid", x, alpha=1 / 6, beta=0.5)),
    "hard_swish_clip": lambda b, x: b.op(
        "Mul", x, b.op("Div", b.op("Clip", b.op("Add", x, b.const(3.0)), b.const(0.0), b.const(6.0)), b.const(6.0))
    ),
    "silu_quick": lambda b, x: b.ms("QuickGelu", x, alpha=1.0),
    "leaky": lambda b, x: b.op("LeakyRelu", x, alpha=0.1),
    "gelu": lambda b, x: b.op("Gelu", x),
}


def conv(shape: tuple[int, ...], out: int, kernel: int, groups: int, names: tuple[str, ...]) -> Iterator[Form]:
    """Convolution, batch norm and activation, twice; forms of the activation, and with the runtime's blocks or not."""
    inputs = normal(x=shape)

    def unit(b: Builder, x: str, place: int, channels: int, act: Callable[[Builder, str], str]) -> str:
        pads = [kernel // 2] * 4
        w = b.weight(f"c{place}", out, channels // groups, kernel, kernel)
        return act(b, b.op("Conv", x, w, b.weight(f"b{place}", out), pads=pads, group=groups))

    for name in names:
        b = Builder(inputs)
        y = unit(b, unit(b, "x", 0, shape[1], ACTIVATIONS[name]), 1, out, ACTIVATIONS[name])
        yield f"Conv, {name}, twice", b, (y,), {}
    b = Builder(inputs)
    y = unit(b, unit(b, "x", 0, shape[1], ACTIVATIONS[names[0]]), 1, out, ACTIVATIONS[names[0]])
    yield f"Conv, {names[0]}, twice, without NchwcTransformer", b, (y,), {"disabled": "NchwcTransformer"}
    fused = {"relu": "Relu", "leaky": "LeakyRelu", "relu6": "Clip"}.get(names[0])
    if not fused:
        return
    b, y = Builder(inputs), "x"
    for place, channels in enumerate((shape[1], out)):
        w = b.weight(f"c{place}", out, channels // groups, kernel, kernel)
        numbers = {"Clip": {"activation_params": [0.0, 6.0]}, "LeakyRelu": {"activation_params": [0.1]}}.get(fused, {})
        pads = [kernel // 2] * 4
        y = b.ms("FusedConv", y, w, b.weight(f"b{place}", out), pads=pads, group=groups, activation=fused, **numbers)
    yield f"FusedConv {fused}, twice", b, (y,), {}


def up(channels: int, size: int) -> Iterator[Form]:
    """A level up of a U-Net: 2x2 transposed convolution of stride 2, joined with the skip, 3x3 convolution, ReLU."""
    half, inputs = channels // 2, normal(x=(1, channels, size, size), skip=(1, channels // 2, 2 * size, 2 * size))

    def rest(b: Builder, y: str, second: str = "") -> tuple[str, ...]:
        y = b.op("Concat", "skip", y, axis=1)
        w = b.weight("c", half, channels, 3, 3)
        return (b.op("Relu", b.op("Conv", y, w, b.weight("cb", half), pads=[1] * 4)),)

    def kernel(b: Builder) -> np.ndarray:
        return b.constants[b.weight("t", channels, half, 2, 2)]

    b = Builder(inputs)
    kernel(b)
    yield "ConvTranspose", b, rest(b, b.op("ConvTranspose", "x", "t", b.weight("tb", half), strides=[2, 2])), {}
    for mode in ("CRD", "DCR"):
        b = Builder(inputs)
        order = (1, 2, 3, 0) if mode == "CRD" else (2, 3, 1, 0)
        b.constants["t1"] = np.ascontiguousarray(kernel(b).transpose(order).reshape(4 * half, channels, 1, 1))
        bias = b.constants[b.weight("tb", half)]
        b.constants["tb1"] = np.repeat(bias, 4) if mode == "CRD" else np.tile(bias, 4)
        y = b.op("DepthToSpace", b.op("Conv", "x", "t1", "tb1"), blocksize=2, mode=mode)
        yield f"1x1 Conv, DepthToSpace {mode}", b, rest(b, y), {}
    b = Builder(inputs)
    b.constants["t1"] = np.ascontiguousarray(kernel(b).transpose(1, 2, 3, 0).reshape(4 * half, channels))
    b.constants["tb1"] = np.repeat(b.constants[b.weight("tb", half)], 4)[:, None]
    y = b.op("Add", b.op("MatMul", "t1", b.op("Reshape", "x", b.ints(1, channels, -1))), "tb1")
    y = b.op("Transpose", b.op("Reshape", y, b.ints(1, half, 2, 2, size, size)), perm=[0, 1, 4, 2, 5, 3])
    yield "MatMul, Transpose", b, rest(b, b.op("Reshape", y, b.ints(1, half, 2 * size, 2 * size))), {}
    b = Builder(inputs)
    rows = []
    for row in range(2):
        w = np.ascontiguousarray(kernel(b)[:, :, row].transpose(2, 1, 0).reshape(2 * half, channels, 1, 1))
        b.constants[f"t{row}"], b.constants["tb2"] = w, np.tile(b.constants[b.weight("tb", half)], 2)
        y = b.op("Reshape", b.op("Conv", "x", f"t{row}", "tb2"), b.ints(1, 2, half, size, 1, size))
        rows.append(b.op("Transpose", y, perm=[0, 2, 3, 4, 5, 1]))
    y = b.op("Reshape", b.op("Concat", *rows, axis=3), b.ints(1, half, 2 * size, 2 * size))
    yield "two 1x1 Conv, Concat", b, rest(b, y), {}
    b = Builder(inputs)
    kernel(b)
    y = b.op("ConvTranspose", "x", "t", b.weight("tb", half), strides=[2, 2])
    w = b.constants[b.weight("c", half, channels, 3, 3)]
    b.constants["ca"], b.constants["cb_"] = np.ascontiguousarray(w[:, :half]), np.ascontiguousarray(w[:, half:])
    one = b.op("Conv", "skip", "ca", b.weight("cb", half), pads=[1] * 4)
    made = b.op("Relu", b.op("Add", one, b.op("Conv", y, "cb_", pads=[1] * 4)))
    yield "ConvTranspose, no Concat but two convolutions", b, (made,), {}
    yield phases(inputs, half, channels, size)


def phases(inputs: Inputs, half: int, channels: int, size: int) -> Form:
    """Transposed and 3x3 convolution as one: for each of the four places in a square of the result a 2x2 convolution of
    the small map, with the border's lack of the first one's bias as a constant map."""
    b, kernels, maps = Builder(inputs), {}, {}
    t, tb = b.constants[b.weight("t", channels, half, 2, 2)], b.constants[b.weight("tb", half)]
    w = b.constants[b.weight("c", half, channels, 3, 3)]
    for p, q in ((0, 0), (0, 1), (1, 0), (1, 1)):
        kernel, bias = np.zeros((half, channels, 2, 2), np.float32), np.zeros((half, size, size), np.float32)
        for u, v in np.ndindex(3, 3):
            row, column = p + u - 1, q + v - 1
            part = w[:, half:, u, v]
            kernel[:, :, row // 2 + 1 - p, column // 2 + 1 - q] += part @ t[:, :, row % 2, column % 2].T
            rows = (np.arange(size) * 2 + row >= 0) & (np.arange(size) * 2 + row < 2 * size)
            columns = (np.arange(size) * 2 + column >= 0) & (np.arange(size) * 2 + column < 2 * size)
            bias += (part @ tb)[:, None, None] * (rows[:, None] & columns)
        kernels[p, q], maps[p, q] = kernel, bias
    made = []
    for (p, q), kernel in kernels.items():
        pads = [1 - p, 1 - q, p, q]
        made.append(b.op("Add", b.op("Conv", "x", b.const(kernel), pads=pads), b.const(maps[p, q][None])))
    y = b.op("DepthToSpace", b.op("Concat", *made, axis=1), blocksize=2, mode="DCR")
    b.constants["ca"] = np.ascontiguousarray(w[:, :half])
    skip = b.op("Conv", "skip", "ca", b.weight("cb", half), pads=[1] * 4)
    return "both convolutions as four of 2x2, DepthToSpace", b, (b.op("Relu", b.op("Add", skip, y)),), {}


LAYERS: dict[str, Callable[[], Iterator[Form]]] = {
    "linear_t1": lambda: linear(1, 768, 3072),
    "linear_t128": lambda: linear(128, 768, 3072),
    "linear_t512": lambda: linear(512, 768, 768),
    "head_t1": lambda: head(1),
    "head_t128": lambda: head(128),
    "gelu_t1": lambda: gelu(1, "none"),
    "gelu_t128": lambda: gelu(128, "none"),
    "gelu_tanh_t1": lambda: gelu(1, "tanh"),
    "gelu_tanh_t128": lambda: gelu(128, "tanh"),
    "norm_t1": lambda: norm(1),
    "norm_t128": lambda: norm(128),
    "norm_t512": lambda: norm(512),
    "lstm_t64_n1": lambda: lstm(64, 1),
    "lstm_t64_n8": lambda: lstm(64, 8),
    "conv3x3_relu": lambda: conv((1, 64, 56, 56), 64, 3, 1, ("relu",)),
    "conv3x3_silu": lambda: conv((1, 64, 56, 56), 64, 3, 1, ("silu", "silu_quick")),
    "conv1x1_relu": lambda: conv((1, 256, 28, 28), 256, 1, 1, ("relu",)),
    "depthwise_relu6": lambda: conv((1, 192, 56, 56), 192, 3, 192, ("relu6",)),
    "depthwise_hard_swish": lambda: conv(
        (1, 192, 56, 56), 192, 3, 192, ("hard_swish", "hard_swish_parts", "hard_swish_clip")
    ),
    "conv1x1_gelu": lambda: conv((1, 256, 28, 28), 256, 1, 1, ("gelu",)),
    "conv1x1_leaky": lambda: conv((1, 256, 28, 28), 256, 1, 1, ("leaky",)),
    "unet_up_512_24": lambda: up(512, 24),
    "unet_up_128_96": lambda: up(128, 96),
}
