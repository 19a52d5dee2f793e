"""Weights that are stored as a norm and a direction, or divided by their largest singular value (PyTorch's
`weight_norm` and `spectral_norm`): folded where they are stored, computed where they are not known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from specc.ir.builder import Builder, Site
from specc.ir.initial import Beside, NormsOf, SingularOf
from specc.ir.operation import Rejected, WeightSpec
from specc.ir.relayout import Relayout, SpectrallyNormed, Stored, Transposed, WeightNormed
from specc.layers.common.attributes import BOOL, NON_NEGATIVE, attribute, optional
from specc.layers.common.errors_windows import NormAxisOutOfRange, TwoWeightNorms
from specc.layers.common.stored import transposed


def weight_norm_attribute() -> bool:
    """`weight_norm`."""
    return attribute(
        BOOL, "whether the weight is stored as `weight_g` (norm) and `weight_v` (direction)", default=False
    )


def weight_norm_dim_attribute() -> int | None:
    """`weight_norm_dim`."""
    doc = "axis of the weight that has a norm for each index; none: one norm in all"
    return attribute(optional(NON_NEGATIVE), doc, default=0)


def spectral_norm_attribute() -> bool:
    """`spectral_norm`."""
    doc = "whether the weight is divided by its largest singular value; stored as `weight_orig`, `weight_u`, `weight_v`"
    return attribute(BOOL, doc, default=False)


@dataclass(frozen=True, slots=True)
class Reparametrized:
    """How one weight called `weight` is stored. `axis` of it are the rows of the matrix whose singular value counts."""

    weight_norm: bool
    dim: int | None
    spectral_norm: bool
    axis: int

    def specs(self, layer: str, weight: WeightSpec) -> tuple[WeightSpec, ...]:
        """The tensors that are stored for `weight`, under both kinds of names that PyTorch has for them."""
        if self.weight_norm and self.spectral_norm:
            raise Rejected(TwoWeightNorms(layer))
        if self.weight_norm:
            return self._magnitude_and_direction(layer, weight)
        return self._original_and_vectors(weight) if self.spectral_norm else (weight,)

    def _magnitude_and_direction(self, layer: str, weight: WeightSpec) -> tuple[WeightSpec, ...]:
        rank = len(weight.shape)
        if self.dim is not None and self.dim >= rank:
            raise Rejected(NormAxisOutOfRange(layer, self.dim, rank))
        shape = tuple(size if axis == self.dim else 1 for axis, size in enumerate(weight.shape))
        norms = NormsOf(_beside("weight_v", weight), self.dim)
        return (
            WeightSpec(
                "weight_g",
                () if self.dim is None else shape,
                norms,
                dtype=weight.dtype,
                also=("parametrizations.weight.original0",),
            ),
            replace(weight, name="weight_v", also=("parametrizations.weight.original1",)),
        )

    def _original_and_vectors(self, weight: WeightSpec) -> tuple[WeightSpec, ...]:
        rows = weight.shape[self.axis]
        beside = _beside("weight_orig", weight)
        vectors = (
            WeightSpec(
                f"weight_{side}",
                (size,),
                SingularOf(beside, self.axis, side == "u"),
                trainable=False,
                dtype=weight.dtype,
                also=(f"parametrizations.weight.0._{side}",),
            )
            for side, size in (("u", rows), ("v", prod(weight.shape) // rows))
        )
        return (replace(weight, name="weight_orig", also=("parametrizations.weight.original",)), *vectors)

    def emit(self, build: Builder, site: Site, shape: tuple[int, ...], transpose: bool = False) -> str:
        """The weight of `shape` as the layer uses it, with its two axes swapped where `transpose` says so."""
        if "weight" in site.weights:
            return transposed(build, site, "weight") if transpose else site.weights["weight"]
        relayout = self._relayout(build, site)
        if relayout is None:
            made = self._computed(build, site, shape)
            return build.op("Transpose", made, perm=(1, 0)) if transpose else made
        main = site.stored["weight_v" if self.weight_norm else "weight_orig"]
        name = f"{main.name.rpartition('.')[0]}.weight"
        if transpose:
            return build.derived(f"{name}/transposed", Transposed(relayout, (1, 0)), main.type.dtype, shape[::-1])
        return build.derived(name, relayout, main.type.dtype, shape)

    def _relayout(self, build: Builder, site: Site) -> Relayout | None:
        """How the weight follows from what is stored; None where some of it is not."""
        names = ("weight_g", "weight_v") if self.weight_norm else ("weight_orig", "weight_u", "weight_v")
        if not build.root().with_weights or any(name not in site.stored for name in names):
            return None
        first, second, *further = (Stored(site.stored[name].name) for name in names)
        if self.weight_norm:
            return WeightNormed(first, second, self.dim)
        return SpectrallyNormed(first, second, further[0], self.axis)

    def _computed(self, build: Builder, site: Site, shape: tuple[int, ...]) -> str:
        if self.weight_norm:
            return self._weight_normed(build, site, len(shape))
        return self._spectrally_normed(build, site, shape)

    def _weight_normed(self, build: Builder, site: Site, rank: int) -> str:
        direction = site.weights["weight_v"]
        axes = build.ints(*(axis for axis in range(rank) if axis != self.dim))
        norms = build.op("ReduceL2", direction, axes, keepdims=int(self.dim is not None))
        return build.op("Mul", direction, build.op("Div", site.weights["weight_g"], norms))

    def _spectrally_normed(self, build: Builder, site: Site, shape: tuple[int, ...]) -> str:
        weight, rows = site.weights["weight_orig"], shape[self.axis]
        others = (axis for axis in range(len(shape)) if axis != self.axis)
        ordered = build.op("Transpose", weight, perm=(self.axis, *others)) if self.axis else weight
        matrix = build.op("Reshape", ordered, build.ints(rows, prod(shape) // rows))
        image = build.op("MatMul", matrix, site.weights["weight_v"])
        return build.op("Div", weight, build.op("MatMul", site.weights["weight_u"], image))


def _beside(name: str, weight: WeightSpec) -> Beside:
    return Beside(name, weight.shape, weight.initial, weight.fan_in, weight.fan_out)
