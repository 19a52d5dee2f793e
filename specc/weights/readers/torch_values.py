"""What PyTorch's pickles are made of: storages, tensors over them, and the few functions that rebuild them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from specc.weights.arrays import NumpyType, named_type
from specc.weights.mapped import Damaged
from specc.weights.readers.pickle_machine import Refused, dict_key

STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}
DTYPES = {
    "float64": "float64",
    "double": "float64",
    "float32": "float32",
    "float": "float32",
    "float16": "float16",
    "half": "float16",
    "bfloat16": "bfloat16",
    "int64": "int64",
    "long": "int64",
    "int32": "int32",
    "int": "int32",
    "int16": "int16",
    "short": "int16",
    "int8": "int8",
    "uint8": "uint8",
    "uint16": "uint16",
    "uint32": "uint32",
    "uint64": "uint64",
    "bool": "bool",
    "complex64": "complex64",
    "complex128": "complex128",
    "float8_e4m3fn": "float8_e4m3fn",
    "float8_e5m2": "float8_e5m2",
}
_MOST_DIMS = 64
_STORAGE_MODULES = ("torch", "torch.storage", "torch.cuda")


@dataclass(frozen=True, slots=True)
class Storage:
    """A stretch of elements outside of the pickle; an untyped one counts bytes."""

    key: str
    type: NumpyType
    count: int


@dataclass(frozen=True, slots=True)
class TensorValue:
    """A view of a storage: offset and strides count elements of `type`."""

    storage: Storage
    type: NumpyType
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A class or function that is known, by what a call makes."""

    name: str
    make: Callable[[tuple[object, ...]], object]


@dataclass(frozen=True, slots=True)
class ElementType:
    """A `torch.dtype`, or the class of a storage."""

    type: NumpyType


@dataclass(slots=True)
class Record:
    """An object of a TorchScript class: its attributes, without its code."""

    attributes: dict[object, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TorchWorld:
    """The names that state dicts use. `scripts`: whether objects of TorchScript classes may come; `inside`: what makes
    a storage of its identifier."""

    scripts: bool
    inside: Callable[[tuple[object, ...]], Storage]

    def find(self, module: str, name: str) -> object:
        """A function, an element type, or a TorchScript class."""
        if module in _STORAGE_MODULES and name in STORAGES:
            return ElementType(named_type(STORAGES[name]))
        if module == "torch" and name in DTYPES:
            return ElementType(named_type(DTYPES[name]))
        known = KNOWN.get(f"{module}.{name}")
        if known is None and self.scripts:
            if module.startswith("__torch__.torch.classes"):
                raise Refused(f"an object of the built-in class `{module[:100]}.{name[:100]}`")
            known = SCRIPT.get(f"{module}.{name}")
            if known is None and (module == "__torch__" or module.startswith("__torch__.")):
                return Known(f"{module}.{name}", lambda arguments: Record())
        if known is None:
            raise Refused(_described(module[:100], name[:100]))
        return known

    def call(self, function: object, arguments: tuple[object, ...]) -> object:
        """What a known function gives."""
        if not isinstance(function, Known):
            raise Damaged("it holds a pickle that calls what is no function")
        return function.make(arguments)

    def new(self, kind: object, arguments: tuple[object, ...]) -> object:
        """The same: no class here cares."""
        return self.call(kind, arguments)

    def build(self, made: object, state: object) -> None:
        """Attributes of a TorchScript object; those of a dict, such as `_metadata`, say nothing of its tensors."""
        if isinstance(made, Record) and isinstance(state, dict):
            made.attributes = state
        elif not isinstance(made, dict):
            raise Refused("an object with a state of its own")

    def persistent(self, identifier: object) -> object:
        """A storage."""
        if not isinstance(identifier, tuple) or not identifier:
            raise Damaged("it names a storage in an unknown way")
        if identifier[0] != "storage":
            raise Refused("the source code of a module")
        return self.inside(identifier)


def _described(module: str, name: str) -> str:
    if module.startswith("torch.nn.modules"):
        return f"a whole module (`{module}.{name}`), whose code it needs"
    if module.startswith("__torch__"):
        return f"an object of the TorchScript class `{module}.{name}`"
    return f"`{module}.{name}`"


def made_storage(kind: object, key: object, count: object) -> Storage:
    """A storage from the parts of its identifier."""
    if not isinstance(kind, ElementType) or not isinstance(key, str) or type(count) is not int or count < 0:
        raise Damaged("it names a storage in an unknown way")
    return Storage(key, kind.type, count)


def _tensor(arguments: tuple[object, ...]) -> TensorValue:
    storage, offset, shape, strides, *_ = arguments
    if not isinstance(storage, Storage):
        raise Damaged("it holds a tensor without a storage")
    return _checked(storage, storage.type, offset, shape, strides)


def _typed_tensor(arguments: tuple[object, ...]) -> TensorValue:
    storage, offset, shape, strides, _, _, kind = arguments[:7]
    if not isinstance(storage, Storage) or not isinstance(kind, ElementType):
        raise Damaged("it holds a tensor without a storage")
    return _checked(storage, kind.type, offset, shape, strides)


def _checked(storage: Storage, type_: NumpyType, offset: object, shape: object, strides: object) -> TensorValue:
    """The tensor, if its elements lie inside the storage."""
    dims, steps = _numbers(shape), _numbers(strides)
    if type(offset) is not int or not 0 <= offset < 2**62 or len(dims) != len(steps):
        raise Damaged("it holds a tensor of impossible shape")
    last = offset + sum((dim - 1) * step for dim, step in zip(dims, steps, strict=True))
    if 0 not in dims and (last + 1) * type_.itemsize > storage.count * storage.type.itemsize:
        raise Damaged("it holds a tensor that reaches beyond its storage")
    return TensorValue(storage, type_, offset, dims, steps)


def _numbers(value: object) -> tuple[int, ...]:
    items = value if isinstance(value, tuple | list) and len(value) <= _MOST_DIMS else (None,)
    numbers = tuple(item for item in items if type(item) is int and 0 <= item < 2**62)
    if len(numbers) < len(items):
        raise Damaged("it holds a tensor of impossible shape")
    return numbers


def _parameter(arguments: tuple[object, ...]) -> TensorValue:
    tensor = arguments[0] if arguments else None
    if not isinstance(tensor, TensorValue):
        raise Damaged("it holds a parameter without a tensor")
    return tensor


def _subclassed(arguments: tuple[object, ...]) -> object:
    """A tensor with attributes of its own, which are left out."""
    padded: tuple[object, ...] = (*arguments, None, None, None)
    function, kind, inner = padded[:3]
    if not (isinstance(function, Known) and isinstance(inner, tuple) and isinstance(kind, Known)):
        raise Damaged("it holds a tensor of an unknown class")
    return function.make(inner)


def _mapping(arguments: tuple[object, ...]) -> dict[object, object]:
    """A dict, or the pairs of Python 2's OrderedDict. The pairs are used up, so that nothing can be copied twice."""
    given = arguments[0] if arguments else None
    if isinstance(given, dict):
        return given
    made: dict[object, object] = {}
    for pair in given if isinstance(given, list) else ():
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise Damaged("it holds a dict that is none")
        made[dict_key(pair[0])] = pair[1]
    if isinstance(given, list):
        given.clear()
    return made


def _items(arguments: tuple[object, ...]) -> object:
    return arguments[0] if arguments else []


def _first(arguments: tuple[object, ...]) -> object:
    return arguments[0] if arguments else None


KNOWN: Mapping[str, Known] = {
    known.name: known
    for known in (
        Known("torch._utils._rebuild_tensor", _tensor),
        Known("torch._utils._rebuild_tensor_v2", _tensor),
        Known("torch._utils._rebuild_tensor_v3", _typed_tensor),
        Known("torch._utils._rebuild_parameter", _parameter),
        Known("torch._utils._rebuild_parameter_with_state", _parameter),
        Known("torch._tensor._rebuild_from_type_v2", _subclassed),
        Known("torch.Tensor", _first),
        Known("torch.nn.parameter.Parameter", _parameter),
        Known("torch.nn.parameter.Buffer", _parameter),
        Known("collections.OrderedDict", _mapping),
        Known("collections.defaultdict", lambda arguments: {}),
        Known("collections.Counter", _mapping),
        Known("torch.Size", _items),
        Known("torch.device", _first),
        Known("builtins.dict", _mapping),
        Known("__builtin__.dict", _mapping),
        Known("builtins.list", _items),
        Known("__builtin__.list", _items),
        Known("builtins.set", _items),
        Known("__builtin__.set", _items),
        Known("builtins.frozenset", _items),
        Known("builtins.int", _first),
        Known("builtins.float", _first),
        Known("builtins.bytearray", _first),
        Known("_codecs.encode", _first),
    )
}
SCRIPT: Mapping[str, Known] = {
    f"torch.jit._pickle.{name}": Known(f"torch.jit._pickle.{name}", _first)
    for name in ("build_intlist", "build_tensorlist", "build_doublelist", "build_boollist", "restore_type_tag")
}
