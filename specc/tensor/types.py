"""The type of a tensor: element type and shape."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.work import spend
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType


@dataclass(frozen=True, slots=True)
class TensorType:
    """Element type and shape; dims are integers or polynomials over the model's symbols."""

    dtype: DType
    shape: tuple[Dim, ...]

    def __post_init__(self) -> None:
        """Count it, since a layer may have many results."""
        spend(2)

    @property
    def rank(self) -> int:
        """Number of dims."""
        return len(self.shape)

    @property
    def size(self) -> Dim:
        """Number of elements."""
        return product(self.shape)

    def with_shape(self, shape: tuple[Dim, ...]) -> TensorType:
        """The same element type in another shape."""
        return TensorType(self.dtype, shape)

    def with_dtype(self, dtype: DType) -> TensorType:
        """The same shape with another element type."""
        return TensorType(dtype, self.shape)

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"
