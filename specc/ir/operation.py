"""What a node of the graph does: the one contract of every layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from specc.base.diagnostics import Mistake
from specc.ir.initial import Constant, Initial
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

if TYPE_CHECKING:
    from specc.ir.builder import Builder, Site

T = TypeVar("T")
ZEROS = Constant(0.0)


@dataclass(frozen=True, slots=True)
class Port:
    """An input of a layer. The last port may be variadic: it takes all inputs that are left, at least one.

    Numbers at an `index` port are int64, at others of the element type of the tensors beside them.
    """

    name: str
    optional: bool = False
    variadic: bool = False
    doc: str = ""
    index: bool = False


@dataclass(frozen=True, slots=True)
class Arguments(Generic[T]):
    """What stands at the ports of one layer: `items[i]` at port `i` (None where an optional one is empty), those of a
    variadic port one after another at the end."""

    ports: tuple[Port, ...]
    items: tuple[T | None, ...]

    def __getitem__(self, port: str | int) -> T:
        """The item at a port that is filled."""
        item = self.get(port)
        if item is None:
            raise KeyError(port)
        return item

    def get(self, port: str | int) -> T | None:
        """The item at a port, None where it is empty."""
        index = port if isinstance(port, int) else [p.name for p in self.ports].index(port)
        return self.items[index] if index < len(self.items) else None

    def __iter__(self) -> Iterator[T]:
        """Every item that is there, in order."""
        return (item for item in self.items if item is not None)

    def __len__(self) -> int:
        return sum(item is not None for item in self.items)


@dataclass(frozen=True, slots=True)
class Blame:
    """The input that a mistake is about: its index among the node's inputs, and the dim, where it is one dim."""

    index: int
    dim: int | None = None


class Rejected(Exception):
    """Raised by a layer's checks; whoever built the node adds the places. `blames` order the labels of the message."""

    def __init__(self, mistake: Mistake, *blames: Blame) -> None:
        super().__init__(mistake.message())
        self.mistake = mistake
        self.blames = blames


@dataclass(frozen=True, slots=True)
class WeightSpec:
    """A weight that a layer wants: `name` local to it (`weight`, `weight_ih_l0`), laid out as PyTorch stores it.

    `trainable` is False for running statistics and fixed tables. The fans serve variance-scaling initialisers.
    `also` are further local names that a checkpoint may use.
    """

    name: str
    shape: tuple[int, ...]
    initial: Initial = ZEROS
    trainable: bool = True
    dtype: DType = DType.FLOAT32
    fan_in: int = 1
    fan_out: int = 1
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Elements:
    """What is known of the integers that a tensor holds: none is below `low` or above `high`; in order, where the spec
    writes them down, all of them."""

    low: Dim
    high: Dim
    written: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """Arithmetic of one layer at its shapes. `macs` by the headline convention; `flops` is 2 x MACs + the rest.

    `products` are those MACs of a layer with weights whose operands are both activations (attention in it).
    """

    macs: Dim = 0
    flops: Dim = 0
    products: Dim = 0


class Operation(ABC):
    """A layer with its attributes. Subclasses are frozen dataclasses whose fields are the attributes."""

    name: ClassVar[str]
    ports: ClassVar[tuple[Port, ...]] = (Port("input"),)
    called: ClassVar[tuple[Port, ...]] = ()
    """What a call gives in place of the ports, where it does not give these (`scan`)."""
    literals: ClassVar[bool] = False
    """Whether a number or a list of numbers may stand at a port, beside a tensor at another."""
    primary: ClassVar[bool] = False
    """Whether the first of several results stands for all where a single tensor is wanted (recurrent layers)."""

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """The weights for these inputs, in the PyTorch module's order. Called before `infer`; may raise `Rejected`."""
        return ()

    @abstractmethod
    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """Types of the results. Raises `Rejected` for inputs that could fail later, at any binding of the symbols."""

    def check_elements(  # noqa: B027
        self, inputs: Arguments[TensorType], known: Mapping[int, Elements]
    ) -> None:
        """Reject elements of integer inputs, `known` by index, with which a run would fail."""

    def elements(self, known: Sequence[Elements | None]) -> Elements | None:
        """What is known of the integers in the result, from those in the inputs."""
        return None

    def kept_inside(self, inputs: Arguments[TensorType]) -> Dim:
        """Elements of tensors that are neither inputs nor results, and that the backward pass needs."""
        return 0

    def looked_up(self, inputs: Arguments[TensorType]) -> Dim | None:
        """Elements of its tables that a lookup reads, None for a layer that reads all of its weights."""
        return None

    @abstractmethod
    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs and FLOPs."""

    @abstractmethod
    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Emit portable operators (opset 21, standard domain); names of the results."""
