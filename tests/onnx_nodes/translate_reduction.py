"""Operators that take axes together, or run along one."""

from __future__ import annotations

from collections.abc import Mapping

from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, layer, spec, takes
from node_tests import NodeTest
from translating import translates

REDUCTIONS: Mapping[str, str] = {
    "ReduceLogSumExp": "logsumexp",
    "ReduceMax": "amax",
    "ReduceMean": "mean",
    "ReduceMin": "amin",
    "ReduceProd": "prod",
    "ReduceSum": "sum",
}
NORMS: Mapping[str, float] = {"ReduceL1": 1.0, "ReduceL2": 2.0}
SUMS: Mapping[str, tuple[str, str]] = {
    "ReduceLogSum": ("x", "log({})"),
    "ReduceSumSquare": ("x * x", "{}"),
}
"""What is added up, and what is made of the sum."""


OF_BOOLS: Mapping[str, str] = {"ReduceMax": "any", "ReduceMin": "all"}


@translates(*REDUCTIONS)
def reduction(test: NodeTest) -> NodeSpec:
    names = OF_BOOLS if test.input(0).dtype == bool else REDUCTIONS
    return _reduced(test, names[test.operator], "x", "{}")


@translates(*NORMS)
def norm(test: NodeTest) -> NodeSpec:
    return _reduced(test, "norm", "x", "{}", p=NORMS[test.operator])


@translates(*SUMS)
def reduced_sum(test: NodeTest) -> NodeSpec:
    return _reduced(test, "sum", *SUMS[test.operator])


def _reduced(test: NodeTest, name: str, inside: str, outside: str, **options: object) -> NodeSpec:
    """Axes are an attribute of the layer; ONNX has them as an input."""
    axes = test.ints(1)
    if not axes and test.integer("noop_with_empty_axes", 0):
        return spec(test, outside.format(inside if inside != "x" else "identity(x)"), x=test.input(0))
    if axes:
        options["axes"] = axes
    call = layer(name, inside, **options, keepdims=bool(test.integer("keepdims", 1)))
    return spec(test, outside.format(call), x=test.input(0))


@translates("ArgMax", "ArgMin")
def arg(test: NodeTest) -> NodeSpec:
    name = test.operator.lower()
    options = {"axis": test.integer("axis", 0), "keepdims": bool(test.integer("keepdims", 1))}
    if test.integer("select_last_index", 0):
        options["last"] = True
    return spec(test, f"x -> {layer(name, **options)}", x=test.input(0))


@translates("CumSum", "CumProd")
def cumulative(test: NodeTest) -> NodeSpec:
    """Where the layer has no such options, backwards is forwards over the mirrored axis, and the element itself is
    taken out of a sum again."""
    x, name = test.input(0), test.operator.lower()
    (axis,) = test.ints(1) or (0,)
    words = [word for word in ("exclusive", "reverse") if test.integer(word, 0)]
    if takes(name, *words):
        return spec(test, layer(name, "x", axis=axis, **dict.fromkeys(words, True)), x=x)
    mirror = f"[{', '.join([':'] * (axis % x.ndim) + ['::-1'])}]" if test.integer("reverse", 0) else ""
    call = layer(name, f"x{mirror}", axis=axis)
    if test.integer("exclusive", 0):
        if name == "cumprod":
            raise Excluded(Reason.NO_OPTION, "`cumprod` has no option `exclusive`")
        call = f"({call} - x{mirror})"
    return spec(test, f"{call}{mirror}" if mirror or "-" in call else call, x=x)


@translates("TopK")
def topk(test: NodeTest) -> NodeSpec:
    (k,) = test.ints(1) or (1,)
    options: dict[str, object] = {"k": k, "axis": test.integer("axis", -1)}
    if not test.integer("largest", 1):
        options["largest"] = False
    return spec(
        test, "values", "places", before=(f"values, places = x -> {layer('topk', **options)}",), x=test.input(0)
    )


@translates("LpNormalization")
def lp_normalization(test: NodeTest) -> NodeSpec:
    options = {"p": float(test.integer("p", 2)), "axis": test.integer("axis", -1)}
    return spec(test, f"x -> {layer('normalize', **options)}", x=test.input(0))


@translates("MeanVarianceNormalization")
def mean_variance_normalization(test: NodeTest) -> NodeSpec:
    """Mean 0 and variance 1 over axes, spelt out; ONNX adds 1e-9 to the deviation."""
    axes = test.attribute("axes", (0, 2, 3))
    centre = f"centred = x - {layer('mean', 'x', axes=axes, keepdims=True)}"
    spread = layer("mean", "centred * centred", axes=axes, keepdims=True)
    return spec(test, f"centred / (sqrt({spread}) + 1e-9)", before=(centre,), x=test.input(0))
