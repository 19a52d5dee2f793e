"""Weights that are stored in another form than they are used."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.ir.operation import Operation
from specc.ir.relayout import Relayout, SpectrallyNormed, WeightNormed
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.linear import Linear
from specc.passes.common.constants import WEIGHTS_ARE_INPUTS, relayout_of
from specc.passes.common.scaling import reparametrized
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FoldWeightNorm(Rewrite):
    """Stores a weight as the layer uses it where it comes as norm and direction, or is divided by its largest singular
    value, so that further rewrites can change it.

    Formula: weight = weight_g * weight_v / norm(weight_v), or weight_orig / (weight_u * weight_orig * weight_v)
    Source: Salimans and Kingma 2016; Miyato et al. 2018
    Example:
        x -> conv(8, 3, weight_norm=true)
        x -> conv(8, 3)
    """

    name: ClassVar[str] = "fold_weight_norm"
    layers: ClassVar[tuple[str, ...]] = ("conv", "conv_transpose", "linear")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A layer whose weight comes in parts, each of which is stored."""
        operation = node.operation
        if not reparametrized(operation):
            return None
        if not scene.setting.with_weights:
            return Refused((node,), WEIGHTS_ARE_INPUTS)
        if any(scene.own(node, name) is None for name in node.weights if name != "bias"):
            return Refused((node,), "the parts of its weight are computed, or shared with another layer")

        def edit(scene: Scene) -> None:
            plain, relayout = _plain(node)
            (spec,) = (spec for spec in plain.weights(node.input_types()) if spec.name == "weight")
            main = node.weights["weight_v" if "weight_g" in node.weights else "weight_orig"]
            name = f"{main.name.rpartition('.')[0]}.weight".removeprefix(".")
            weights: dict[str, Value] = {"weight": scene.folded(name, main, spec.shape, relayout)}
            weights |= {name: value for name, value in node.weights.items() if name == "bias"}
            scene.patch.change(node, plain, weights=weights)

        return Found((node,), edit, "its weight as it is used")


def _plain(node: Node) -> tuple[Operation, Relayout]:
    operation, weights = node.operation, node.weights
    assert isinstance(operation, Conv | ConvTranspose | Linear)
    plain = replace(operation, weight_norm=False, weight_norm_dim=0, spectral_norm=False)
    if operation.weight_norm:
        parts = relayout_of(weights["weight_g"]), relayout_of(weights["weight_v"])
        return plain, WeightNormed(*parts, operation.weight_norm_dim)
    axis = 1 if isinstance(operation, ConvTranspose) else 0
    original, left, right = (relayout_of(weights[f"weight_{name}"]) for name in ("orig", "u", "v"))
    return plain, SpectrallyNormed(original, left, right, axis)
