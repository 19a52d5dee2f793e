"""Normalisations."""

from __future__ import annotations

from collections.abc import Mapping

from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, layer, spec
from node_tests import Array, NodeTest
from translating import translates


def _affine(test: NodeTest, stage: str, **weights: Array | None) -> NodeSpec:
    stored: Mapping[str, Array | None] = {f"layer.{name}": array for name, array in weights.items()}
    return spec(test, f"x -> {stage} as layer", x=test.input(0), weights=stored)


@translates("BatchNormalization")
def batchnorm(test: NodeTest) -> NodeSpec:
    if test.integer("training_mode", 0):
        raise Excluded(Reason.TRAINING, "training_mode")
    names = ("weight", "bias", "running_mean", "running_var")
    weights = {name: test.input(index) for index, name in enumerate(names, 1)}
    return _affine(test, layer("batchnorm", eps=test.attribute("epsilon", 1e-5)), **weights)


@translates("InstanceNormalization")
def instancenorm(test: NodeTest) -> NodeSpec:
    stage = layer("instancenorm", eps=test.attribute("epsilon", 1e-5), affine=True)
    return _affine(test, stage, weight=test.input(1), bias=test.input(2))


@translates("GroupNormalization")
def groupnorm(test: NodeTest) -> NodeSpec:
    options = {"num_groups": test.integer("num_groups", 1), "eps": test.attribute("epsilon", 1e-5)}
    return _affine(test, layer("groupnorm", **options), weight=test.input(1), bias=test.input(2))


@translates("LayerNormalization")
def layernorm(test: NodeTest) -> NodeSpec:
    """The mean and the inverse deviation, which ONNX has as further results, are spelt out."""
    x, eps = test.input(0), test.attribute("epsilon", 1e-5)
    dims = x.ndim - test.integer("axis", -1) % x.ndim
    stage = layer("layernorm", dims=dims, eps=eps, bias=test.has(2))
    axes = tuple(range(-dims, 0))
    mean = layer("mean", "x", axes=axes, keepdims=True)
    spread = f"rsqrt({layer('mean', '(x - average) * (x - average)', axes=axes, keepdims=True)} + {eps})"
    more = (f"average = {mean}", f"spread = {spread}") if len(test.outputs) > 1 else ()
    results = (f"x -> {stage} as layer", "average", "spread")[: len(test.outputs)]
    stored = {"layer.weight": test.input(1), "layer.bias": test.get(2)}
    return spec(test, *results, before=more, x=x, weights=stored)


@translates("RMSNormalization")
def rmsnorm(test: NodeTest) -> NodeSpec:
    x = test.input(0)
    dims = x.ndim - test.integer("axis", -1) % x.ndim
    stage = layer("rmsnorm", eps=test.attribute("epsilon", 1e-5), dims=dims)
    return _affine(test, stage, weight=test.input(1))


@translates("LRN")
def local_response_norm(test: NodeTest) -> NodeSpec:
    options = {"size": test.integer("size", 1), "alpha": test.attribute("alpha", 1e-4)}
    options |= {"beta": test.attribute("beta", 0.75), "k": test.attribute("bias", 1.0)}
    return spec(test, f"x -> {layer('local_response_norm', **options)}", x=test.input(0))
