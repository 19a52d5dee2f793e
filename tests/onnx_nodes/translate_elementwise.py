"""Operators of one tensor, element by element."""

from __future__ import annotations

from collections.abc import Mapping

from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, layer, show, spec
from node_tests import NodeTest
from translating import translates

UNARY: Mapping[str, str] = {
    "Abs": "abs",
    "Acos": "acos",
    "Acosh": "acosh",
    "Asin": "asin",
    "Asinh": "asinh",
    "Atan": "atan",
    "Atanh": "atanh",
    "BitwiseNot": "bitwise_not",
    "Ceil": "ceil",
    "Cos": "cos",
    "Cosh": "cosh",
    "Det": "det",
    "Erf": "erf",
    "Exp": "exp",
    "Floor": "floor",
    "HardSwish": "hard_swish",
    "Identity": "identity",
    "IsNaN": "isnan",
    "Log": "log",
    "Mish": "mish",
    "Neg": "neg",
    "Not": "logical_not",
    "Reciprocal": "reciprocal",
    "Relu": "relu",
    "Round": "round",
    "Sigmoid": "sigmoid",
    "Sign": "sign",
    "Sin": "sin",
    "Sinh": "sinh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "sqrt",
    "Tan": "tan",
    "Tanh": "tanh",
}


@translates(*UNARY)
def unary(test: NodeTest) -> NodeSpec:
    """Layers without options."""
    return spec(test, f"x -> {layer(UNARY[test.operator])}", x=test.input(0))


@translates("Elu", "Celu")
def elu(test: NodeTest) -> NodeSpec:
    stage = layer(test.operator.lower(), alpha=test.attribute("alpha", 1.0))
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("Selu")
def selu(test: NodeTest) -> NodeSpec:
    """`selu` has the constants of its paper; others are `elu`, scaled."""
    alpha, gamma = test.attribute("alpha"), test.attribute("gamma")
    if alpha is None and gamma is None:
        return spec(test, "x -> selu", x=test.input(0))
    return spec(test, f"{show(gamma)} * (x -> {layer('elu', alpha=alpha)})", x=test.input(0))


@translates("LeakyRelu")
def leaky_relu(test: NodeTest) -> NodeSpec:
    stage = layer("leaky_relu", negative_slope=test.attribute("alpha", 0.01))
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("HardSigmoid")
def hard_sigmoid(test: NodeTest) -> NodeSpec:
    """`hard_sigmoid` has the slope 1/6 of PyTorch; another is a line between bounds."""
    alpha, beta = test.attribute("alpha", 0.2), test.attribute("beta", 0.5)
    return spec(test, f"x * {show(alpha)} + {show(beta)} -> {layer('clamp', min=0, max=1)}", x=test.input(0))


@translates("ThresholdedRelu")
def thresholded_relu(test: NodeTest) -> NodeSpec:
    stage = layer("threshold", threshold=test.attribute("alpha", 1.0))
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("Shrink")
def shrink(test: NodeTest) -> NodeSpec:
    lambd, bias = test.attribute("lambd", 0.5), test.attribute("bias", 0.0)
    if bias not in (0.0, lambd):
        raise Excluded(Reason.NO_OPTION, "a bias that is neither 0 nor the threshold")
    stage = layer("softshrink" if bias else "hardshrink", lambd=lambd)
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("Gelu")
def gelu(test: NodeTest) -> NodeSpec:
    stage = layer("gelu", approximate=test.attribute("approximate", "none"))
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("Swish")
def swish(test: NodeTest) -> NodeSpec:
    alpha = test.attribute("alpha", 1.0)
    return spec(test, "x -> silu" if alpha == 1.0 else f"x * sigmoid({show(alpha)} * x)", x=test.input(0))


@translates("PRelu")
def prelu(test: NodeTest) -> NodeSpec:
    """Slopes for each channel are a weight of `prelu`; others are an input."""
    x, slope = test.input(0), test.input(1)
    if x.ndim > 1 and slope.size == slope.shape[0] == x.shape[1] and slope.ndim == x.ndim - 1:
        stage = layer("prelu", num_parameters=slope.size)
        return spec(test, f"x -> {stage} as layer", x=x, weights={"layer.weight": slope.ravel()})
    return spec(test, "where(x < 0, x * slope, x)", x=x, slope=slope)


@translates("Clip")
def clip(test: NodeTest) -> NodeSpec:
    """Bounds are attributes of `clamp`."""
    bounds = {name: test.input(index).item() for index, name in ((1, "min"), (2, "max")) if test.has(index)}
    if not bounds:
        return spec(test, "identity(x)", x=test.input(0))
    return spec(test, f"x -> {layer('clamp', **bounds)}", x=test.input(0))


@translates("Softmax", "LogSoftmax", "Hardmax")
def softmax(test: NodeTest) -> NodeSpec:
    name = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Hardmax": "hardmax"}[test.operator]
    stage = layer(name, axis=test.integer("axis", -1))
    return spec(test, f"x -> {stage}", x=test.input(0))


@translates("IsInf")
def isinf(test: NodeTest) -> NodeSpec:
    """One sign alone is infinite and above or below 0."""
    text = layer("isinf", "x")
    if not test.integer("detect_negative", 1):
        text += " and x > 0"
    if not test.integer("detect_positive", 1):
        text += " and x < 0"
    return spec(test, text, x=test.input(0))


@translates("Dropout")
def dropout(test: NodeTest) -> NodeSpec:
    """In inference, where the mask is all true."""
    if test.has(2) and test.input(2).item():
        raise Excluded(Reason.TRAINING, "training_mode")
    mask = ("x == x",) if len([array for array in test.outputs if array is not None]) > 1 else ()
    return spec(test, f"x -> {layer('dropout')}", *mask, x=test.input(0))


@translates("Bernoulli")
def bernoulli(test: NodeTest) -> NodeSpec:
    raise Excluded(Reason.RANDOM)


@translates("Cast", "CastLike")
def cast(test: NodeTest) -> NodeSpec:
    wanted = test.outputs[0]
    assert wanted is not None
    return spec(test, f"x -> cast({wanted.dtype})", x=test.input(0))


@translates("SwiGLU")
def swiglu(test: NodeTest) -> NodeSpec:
    """The halves that `swiglu` cuts a tensor into are two inputs here."""
    alpha = test.attribute("alpha", 1.0)
    gate = "silu(a)" if alpha == 1.0 else f"a * sigmoid({show(alpha)} * a)"
    return spec(test, f"{gate} * b", a=test.input(0), b=test.input(1))
