"""The tensors in what a PyTorch file holds, under dotted paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specc.weights.mapped import Damaged
from specc.weights.readers.torch_values import Record, TensorValue

ALONE = "tensor"
"""Name of a tensor that is a file's only content."""
_MOST_VALUES = 2_000_000
_DEEPEST = 32
_DEEPEST_ROOT = 3


@dataclass(slots=True)
class FoundTensors:
    """Tensors by path, and the paths of the dicts that they lie in, at any depth below."""

    tensors: dict[str, TensorValue] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    seen: int = 0

    def visit(self, value: object, path: tuple[str, ...]) -> bool:
        """Whether there are tensors in `value`, which lies at `path`."""
        self.seen += 1
        if self.seen > _MOST_VALUES or len(path) > _DEEPEST:
            raise Damaged("its containers are too many, or nested too deep")
        if isinstance(value, TensorValue):
            name = ".".join(path) or ALONE
            if name in self.tensors:
                raise Damaged(f"it has two tensors called `{name[:200]}`")
            self.tensors[name] = value
            return True
        inner = [self.visit(item, (*path, piece)) for piece, item in _items(value)]
        if any(inner) and isinstance(value, dict) and 0 < len(path) <= _DEEPEST_ROOT:
            self.roots[".".join(path)] = None
        return any(inner)


def found_tensors(value: object) -> FoundTensors:
    """Every tensor in dicts, lists and TorchScript objects. Raises `Damaged` where they are nested without end."""
    found = FoundTensors()
    found.visit(value, ())
    return found


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, Record):
        yield from ((str(key), item) for key, item in value.attributes.items())
    elif isinstance(value, list | tuple):
        yield from ((str(index), item) for index, item in enumerate(value))
