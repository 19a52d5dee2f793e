"""Rotary positions."""

from __future__ import annotations

from typing import ClassVar

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.cast import converted
from specc.layers.common.attributes import BOOL, DIM, POSITIVE, POSITIVE_NUMBER, attribute, layer, optional
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_positions import RotaryDimsDoNotFit
from specc.layers.common.errors_sequence import HeadsDiffer, HeadsDoNotDivide
from specc.layers.common.places import need_places, places_of
from specc.layers.common.rotary_scaling import LENGTH, ROPE_PARAMETERS, Entries, Scaling, scaling_of
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Rotary(Operation):
    """Rotary positions: pairs of elements of queries or keys are turned by angles that grow with their position.

    A pair is element i and i + dims / 2 (Llama, GPT-NeoX), or 2i and 2i + 1 where `interleaved` (GPT-J, RoFormer). The
    elements after the first `dims` of each head stay as they are. Positions count from `offset`, or are given. Kinds of
    `scaling` and the names of their numbers are those of transformers; `dynamic` goes by the largest position of a run.

    Formula: (y_a, y_b) = (x_a cos t - x_b sin t, x_b cos t + x_a sin t) for pair i, t = position * theta^(-2i / dims)
    Source: Su et al. 2021, arXiv:2104.09864; linear: Chen et al. 2023; yarn: Peng et al. 2023; llama3: Meta 2024
    Example:
        input q: float32[N, 8, T, 64]
        y = q -> rotary(theta=500000, scaling={"rope_type": "linear", "factor": 2})
    """

    name: ClassVar[str] = "rotary"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, heads, T, size] or [N, T, heads * size]"),
        Port("positions", optional=True, doc="[T] or [N, T], int64 or int32", index=True),
    )

    num_heads: int = attribute(POSITIVE, "heads that lie side by side in the last dim", default=1)
    dims: int | None = attribute(optional(POSITIVE), "elements of a head that are turned, all by default", default=None)
    theta: float = attribute(POSITIVE_NUMBER, "base of the frequencies", default=10000.0)
    interleaved: bool = attribute(BOOL, "whether pairs are neighbours", default=False)
    offset: Dim = attribute(DIM, "position of the first element", default=0)
    scaling: Entries | None = attribute(
        optional(ROPE_PARAMETERS), "how frequencies are rescaled, as rope_parameters of transformers", default=None
    )

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        tensor = inputs[0]
        FLOATS.need(self.name, tensor)
        need_rank(self.name, tensor, 3, 4, "[N, heads, T, size] or [N, T, heads * size]")
        size = self._size(tensor)
        dims = size if self.dims is None else self.dims
        if dims % 2 or not 0 < dims <= size:
            raise Rejected(RotaryDimsDoNotFit(dims, size), Blame(0, tensor.rank - 1))
        self._scaling().check(dims)
        need_places(self.name, inputs, tensor.shape[0], self._length(tensor), self.offset)
        if self._scaling().kind == "dynamic" and inputs.get(1) is not None:
            need_some(self.name, inputs[1], range(inputs[1].rank), 1)
        return (tensor,)

    def _size(self, tensor: TensorType) -> int:
        """Elements of a head."""
        last = need_number(self.name, tensor, -1)
        if tensor.rank == 4:
            if self.num_heads not in (1, tensor.shape[1]):
                raise Rejected(HeadsDiffer(self.num_heads, tensor), Blame(0, 1))
            return last
        if last % self.num_heads:
            raise Rejected(HeadsDoNotDivide(self.name, self.num_heads, last, "input"), Blame(0, 2))
        return last // self.num_heads

    def _length(self, tensor: TensorType) -> Dim:
        return tensor.shape[2 if tensor.rank == 4 else 1]

    def _scaling(self) -> Scaling:
        return scaling_of(self.theta, self.scaling)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element that is turned three, for each angle three."""
        tensor, size = inputs[0], self._size(inputs[0])
        dims = self.dims or size
        places = inputs[1].size if inputs.get(1) is not None else self._length(tensor)
        heads = self.num_heads if tensor.rank == 3 else tensor.shape[1]
        return Cost(0, product((tensor.shape[0], self._length(tensor), heads)) * 3 * dims + places * (3 * dims // 2))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Cos and Sin of the angles; Mul, Add and Sub of halves."""
        tensor = site.types[0]
        size = self._size(tensor)
        dims = self.dims or size
        apart = (*tensor.shape[:2], self.num_heads, size)
        split = tensor.rank == 3 and self.num_heads > 1
        x = build.reshape(site.inputs[0], tensor.shape, apart) if split else site.inputs[0]
        shape = apart if split else tensor.shape
        cos, sin = self._tables(build, site, dims, split)
        y = self._turned(build, x, shape, (cos, sin), dims)
        return (build.reshape(y, apart, tensor.shape) if split else y,)

    def _tables(self, build: Builder, site: Site, dims: int, split: bool) -> tuple[str, str]:
        """Cosines and sines of each position and pair, aligned with the pairs of the input."""
        tensor, scaling = site.types[0], self._scaling()
        places = places_of(build, site, self._length(tensor), self.offset)
        angles = build.op("Unsqueeze", converted(build, places, DType.FLOAT32), build.ints(-1))
        angles = build.op("Mul", angles, self._frequencies(build, site, places, dims))
        if split or tensor.rank == 4:
            batched = site.inputs.get(1) is not None and site.types[1].rank == 2
            axes = [2] if split and batched else [1] if split or batched else []
            angles = build.op("Unsqueeze", angles, build.ints(*axes)) if axes else angles
        cos, sin = (self._fitted(build, build.op(name, angles), scaling, tensor.dtype) for name in ("Cos", "Sin"))
        return cos, sin

    def _fitted(self, build: Builder, table: str, scaling: Scaling, dtype: DType) -> str:
        if scaling.magnitude() != 1:
            table = build.op("Mul", table, build.scalar(scaling.magnitude(), DType.FLOAT32))
        return table if dtype is DType.FLOAT32 else converted(build, table, dtype)

    def _frequencies(self, build: Builder, site: Site, places: str, dims: int) -> str:
        """[dims / 2] angles of one step."""
        scaling, pairs = self._scaling(), dims // 2
        if scaling.kind != "dynamic":
            return build.floats(scaling.frequencies(dims), (pairs,), DType.FLOAT32)
        given = site.inputs.get(1) is not None
        last = (
            build.op("ReduceMax", places, keepdims=0) if given else build.dim(self._length(site.types[0]) + self.offset)
        )
        length = converted(build, last, DType.FLOAT32)
        if given:
            length = build.op("Add", length, build.scalar(1.0, DType.FLOAT32))
        return _dynamic(build, scaling, length, dims)

    def _turned(self, build: Builder, x: str, shape: tuple[Dim, ...], tables: tuple[str, str], dims: int) -> str:
        """The input with its pairs turned."""
        size = shape[-1]
        assert isinstance(size, int)
        rest: str | None = None
        if dims < size:
            x, rest = build.ops("Split", (x, build.ints(dims, size - dims)), 2, attributes={"axis": -1})
        first, second = self._halves(build, x)
        cos, sin = tables
        left = build.op("Sub", build.op("Mul", first, cos), build.op("Mul", second, sin))
        right = build.op("Add", build.op("Mul", second, cos), build.op("Mul", first, sin))
        if not self.interleaved:
            return build.op("Concat", left, right, *(() if rest is None else (rest,)), axis=-1)
        apart = (*shape[:-1], dims // 2, 2)
        pairs = (build.op("Unsqueeze", half, build.ints(-1)) for half in (left, right))
        y = build.reshape(build.op("Concat", *pairs, axis=-1), apart, (*shape[:-1], dims))
        return y if rest is None else build.op("Concat", y, rest, axis=-1)

    def _halves(self, build: Builder, x: str) -> tuple[str, str]:
        """First and second elements of all pairs."""
        if not self.interleaved:
            first, second = build.ops("Split", (x,), 2, attributes={"axis": -1, "num_outputs": 2})
            return first, second
        stop, axis, step = build.ints(2**31 - 1), build.ints(-1), build.ints(2)
        return (
            build.op("Slice", x, build.ints(0), stop, axis, step),
            build.op("Slice", x, build.ints(1), stop, axis, step),
        )


def _dynamic(build: Builder, scaling: Scaling, length: str, dims: int) -> str:
    """Frequencies whose base grows with the length of the run: theta * (factor * length / original - factor + 1) to
    the power of dims / (dims - 2)."""

    def number(value: float) -> str:
        return build.scalar(value, DType.FLOAT32)

    factor, original = scaling.numbers["factor"], scaling.numbers[LENGTH]
    ratio = build.op("Mul", build.op("Max", length, number(original)), number(factor / original))
    grown = build.op("Pow", build.op("Sub", ratio, number(factor - 1)), number(dims / (dims - 2)))
    spend(dims)
    exponents = build.floats(tuple(-i / dims for i in range(0, dims, 2)), (dims // 2,), DType.FLOAT32)
    return build.op("Pow", build.op("Mul", grown, number(scaling.theta)), exponents)
