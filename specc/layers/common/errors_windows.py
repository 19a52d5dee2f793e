"""Mistakes in unpooling, in how weights are stored, and in bags of embeddings."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.tensor.dims import Dim


@mistake
class TwoWeightNorms(Mistake):
    """A weight is to be both weight-normalised and spectrally normalised.

    Why: each of them stores the weight in tensors of its own, and neither is made for those of the other.

    Wrong:
        y = x -> linear(64, weight_norm=true, spectral_norm=true)
    Right:
        y = x -> linear(64, spectral_norm=true)
    """

    code = "SP3130"
    title = "two normalisations of one weight"
    layer: str

    def message(self) -> str:
        """One sentence."""
        return f"`{self.layer}` has both `weight_norm` and `spectral_norm`"

    def hint(self) -> str | None:
        """What to do."""
        return "choose one of them"


@mistake
class NormAxisOutOfRange(Mistake):
    """The axis that weight normalisation keeps is not one of the weight.

    Why: there is a norm for each index along `weight_norm_dim`, an axis of the weight; a linear layer's has two.

    Wrong:
        y = x -> linear(64, weight_norm=true, weight_norm_dim=2)
    Right:
        y = x -> linear(64, weight_norm=true, weight_norm_dim=1)
    """

    code = "SP3131"
    title = "no such axis of the weight"
    layer: str
    axis: int
    rank: int

    def message(self) -> str:
        """One sentence."""
        return f"`weight_norm_dim` is {self.axis}, and the weight of `{self.layer}` has {self.rank} axes"

    def hint(self) -> str | None:
        """What to do."""
        return f"use an axis from 0 to {self.rank - 1}, or none for one norm of the whole weight"


@mistake
class UnpooledSize(Mistake):
    """The size that `max_unpool` is to make is none that maximum pooling would bring to its input, or may be none.

    Why: pooling with a stride brings several sizes to one. `output_size` chooses between them, and without it the
    result has `(size - 1) * stride - 2 * padding + kernel` elements; both have to lie less than one stride apart.

    Wrong:
        input x: float32[N, 8, 4]
        input indices: int64[N, 8, 4]
        y = max_unpool(x, indices, 2, output_size=[10])
    Right:
        input x: float32[N, 8, 4]
        input indices: int64[N, 8, 4]
        y = max_unpool(x, indices, 2, output_size=[9])
    """

    code = "SP3132"
    title = "unpooled size out of reach"
    size: Dim
    least: Dim
    stride: int
    axis: int

    def message(self) -> str:
        """One sentence."""
        return f"`max_unpool` is to make {self.size} elements on axis {self.axis}, where its window makes {self.least}"

    def hint(self) -> str | None:
        """What to do."""
        if self.size == self.least:
            more = "" if isinstance(self.size, int) else f", or promise a size, as in `require {self.size} >= 1`"
            return f"use less padding{more}"
        if self.stride == 1:
            return "leave `output_size` out"
        return f"`output_size` may differ from that by {self.stride - 1} at most"


@mistake
class WeightsOfABag(Mistake):
    """The indices of an `embedding_bag` have weights, and its mode is not `sum`.

    Why: weights are factors of the rows that are summed; a mean or a maximum takes none.

    Wrong:
        y = embedding_bag(words, weights, 1000, 64, mode=mean)
    Right:
        y = embedding_bag(words, weights, 1000, 64, mode=sum)
    """

    code = "SP3138"
    title = "weights of a bag that is not summed"
    mode: str

    def message(self) -> str:
        """One sentence."""
        return f"`embedding_bag` in the mode {self.mode} takes no `per_sample_weights`"

    def hint(self) -> str | None:
        """What to do."""
        return "use mode=sum, or leave the weights out"


ERRORS: tuple[type[Mistake], ...] = (TwoWeightNorms, NormAxisOutOfRange, UnpooledSize, WeightsOfABag)
