"""The spec under construction: its lines, the tensors that it can use, and the random choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from made_types import Size, Stage, Tensor, Type

T = TypeVar("T")
ACTIVATIONS = (
    "relu",
    "tanh",
    "sigmoid",
    "gelu",
    "silu",
    "elu",
    "selu",
    "leaky_relu",
    "softplus",
    "mish",
    "relu6",
    "hard_sigmoid",
    "hard_swish",
    "softsign",
    "log_sigmoid",
    "celu",
    "quick_gelu",
    "tanhshrink",
    "hardtanh",
    "softshrink",
)


@dataclass
class Shared:
    """What all bodies of one spec have in common."""

    rng: Random
    symbols: dict[str, Size] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    count: int = 0


@dataclass
class Maker:
    """One body of a spec: that of the model, of a block, of a loop."""

    shared: Shared
    lines: list[str] = field(default_factory=list)
    pool: list[Tensor] = field(default_factory=list)
    indent: str = ""
    depth: int = 0
    paths: bool = True

    @property
    def rng(self) -> Random:
        return self.shared.rng

    def inner(self, pool: list[Tensor], deeper: int = 1) -> Maker:
        """A body inside of this one."""
        return Maker(self.shared, [], pool, self.indent + "    ", self.depth + deeper, self.paths)

    # --- choices ---------------------------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        return items[self.rng.randrange(len(items))]

    def between(self, low: int, high: int) -> int:
        return self.rng.randint(low, max(low, high))

    def tensor(self, fits: Callable[[Type], bool]) -> Tensor | None:
        """A tensor whose type fits; later ones more often."""
        fitting = [tensor for tensor in self.pool if fits(tensor.type)]
        if not fitting:
            return None
        return fitting[max(self.rng.randrange(len(fitting)) for _ in range(2))]

    # --- spelling --------------------------------------------------------------------------------------------------

    def name(self, stem: str = "x") -> str:
        """A name that is not in use."""
        self.shared.count += 1
        return f"{stem}{self.shared.count}"

    def path(self) -> str:
        """A path that is not in use."""
        self.shared.count += 1
        count = self.shared.count
        computed = f"part{{{count - 1} + 1}}"
        return self.pick((f"layer{count}", f"stage.{count}", f"net{count}.conv", computed, f"if.{count}"))

    def size(self, value: int) -> str:
        """An integer, as a number or by a parameter of the model."""
        known = [name for name, number in self.shared.numbers.items() if number == value]
        if known and self.chance(0.5):
            return self.pick(known)
        if self.chance(0.1):
            return self.pick((f"{value + 2} - 2", f"2 * {value} // 2", f"max({value}, 1)", f"[{value}, 3][0]"))
        return str(value)

    def dim(self, size: Size, tensor: str | None = None, axis: int = 0) -> str:
        """A size of a tensor, by its text or by the tensor's own shape."""
        if size.number is not None:
            return self.size(size.number) if size.number else "0"
        if tensor is not None and (len(size.text) > 24 or self.chance(0.3)):
            return f"{tensor}.shape[{axis}]"
        return size.text

    def named(self, name: str, value: object, always: bool = False) -> str:
        """A keyword argument, or the value alone where it may stand by position."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return text if not always and self.chance(0.3) else f"{name}={text}"

    def wrapped(self, tensor: Tensor, stages: list[Stage]) -> str:
        """The expression that applies `stages`, as a pipeline or as calls."""
        text, piped = tensor.name, False
        for index, stage in enumerate(stages):
            path = f" as {self.path()}" if self.paths and stage.weighted and self.chance(0.6) else ""
            if index == 0 and len(stages) == 1 and self.chance(0.3):
                return stage.of(text) + path
            if not piped and self.chance(0.1):
                text = stage.of(text)
                continue
            text, piped = f"{text} -> {stage.call}{path}", True
        return text

    # --- statements ------------------------------------------------------------------------------------------------

    def write(self, line: str) -> None:
        for part in line.split("\n"):
            self.lines.append(self.indent + part)

    def bind(self, type_: Type, expression: str, reuse: Tensor | None = None) -> Tensor:
        """`x = expression`; large elements are brought within one."""
        if type_.is_float and type_.large > 200 and self.pool:
            expression, type_ = f"tanh({expression})", type_.made(large=1.0)
        name = reuse.name if reuse is not None and self.chance(0.3) else self.name(self.pick(("x", "y", "h_", "mixed")))
        self.write(f"{name} = {expression}")
        return self.keep(Tensor(name, type_))

    def keep(self, tensor: Tensor) -> Tensor:
        """Make `tensor` available; what had its name before is gone."""
        self.pool = [other for other in self.pool if other.name != tensor.name]
        self.pool.append(tensor)
        return tensor
