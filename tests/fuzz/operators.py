"""Each operator of ONNX with attributes, inputs and constants drawn at random: `operators.py COUNT [SEED]`.

Whatever they are, the call gets types or is rejected: nothing else is raised, and no signal ends the process. Each
operator is tried in a fork, so that a signal costs only the rest of its own trials.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass
from math import prod
from random import Random

from onnx import defs
from onnx.defs import OpSchema

from specc.base.diagnostics import SpecError
from specc.emit.oracle import OnnxOracle
from specc.emit.settings import DOMAINS, OPSETS
from specc.ir.operation import Rejected
from specc.ir.operators import OperatorAttribute
from specc.tensor.dims import Dim, Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

N, T = (Domain().symbol(name) for name in "NT")
SIZES: tuple[Dim, ...] = (0, 1, 1, 2, 2, 3, 3, 4, 5, 8, 16, N, T, N * 2, N + T)
SMALL, LARGE = (0, 1, 2, 3, -1), (-5, -3, -2, 4, 5, 7, 1 << 31, -(1 << 40), 1 << 62)
FLOATS = (0.0, 1.0, -1.0, 0.5, 2.0, 1e30)
STRINGS = (
    *(
        "NOTSET",
        "SAME_UPPER",
        "SAME_LOWER",
        "VALID",
        "linear",
        "nearest",
        "cubic",
        "constant",
        "reflect",
        "edge",
        "wrap",
    ),
    *(
        "DCR",
        "CRD",
        "forward",
        "reverse",
        "bidirectional",
        "ij->ji",
        "i,i->",
        "...i->...",
        "align_corners",
        "half_pixel",
    ),
    *("tf_crop_and_resize", "floor", "mean", "sum", "none", "add", "mul", "max", "zeros", "border", "x", ""),
)
NAMES = {{"float32": "float", "float64": "double"}.get(dtype.label, dtype.label): dtype for dtype in DType}
TRIAL_SECONDS = 60


@dataclass(frozen=True)
class Call:
    """What the oracle is asked about."""

    attributes: dict[str, OperatorAttribute]
    inputs: tuple[TensorType | None, ...]
    results: tuple[int, ...]
    known: dict[int, tuple[float, ...]]


def operators() -> list[OpSchema]:
    """The newest version of each operator that a spec may name."""
    found = {(schema.domain, schema.name) for schema in defs.get_all_schemas() if schema.domain in ("", *DOMAINS)}
    versions = [(name, DOMAINS.get(domain, OPSETS[-1]), domain) for domain, name in sorted(found)]
    return [defs.get_schema(*version) for version in versions if defs.has(*version)]


def drawn(schema: OpSchema, rng: Random) -> Call | None:
    """A call; None for an operator that a spec cannot call, since it takes no tensors."""
    attributes: dict[str, OperatorAttribute] = {}
    for name, attribute in schema.attributes.items():
        if attribute.required or rng.random() < 0.5:
            value = _attribute(str(attribute.type).rpartition(".")[2], rng)
            if value is None:
                return None
            attributes[name] = value
    low, base = schema.min_input, rng.randint(0, 5)
    inputs: list[TensorType | None] = []
    known: dict[int, tuple[float, ...]] = {}
    for index in range(rng.randint(low, min(schema.max_input, low + 3))):
        if index >= low and rng.random() < 0.2:
            inputs.append(None)
            continue
        type_ = _type(schema, index, base, rng)
        if type_ is None:
            return None
        inputs.append(type_)
        if rng.random() < 0.7 and (elements := _elements(type_, rng)) is not None:
            known[index] = elements
    most = min(max(1, schema.max_output), schema.min_output + 3)
    return Call(attributes, tuple(inputs), tuple(range(rng.randint(max(1, schema.min_output), most))), known)


def _attribute(kind: str, rng: Random) -> OperatorAttribute | None:
    def integer() -> int:
        return rng.choice(SMALL if rng.random() < 0.7 else LARGE)

    count = rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 8))
    match kind:
        case "INT":
            return integer()
        case "FLOAT":
            return rng.choice(FLOATS)
        case "STRING":
            return rng.choice(STRINGS)
        case "INTS":
            return tuple(integer() for _ in range(count))
        case "FLOATS":
            return tuple(rng.choice(FLOATS) for _ in range(count))
        case "STRINGS":
            return tuple(rng.choice(STRINGS) for _ in range(count % 3))
    return None


def _type(schema: OpSchema, index: int, base: int, rng: Random) -> TensorType | None:
    formal = schema.inputs[min(index, len(schema.inputs) - 1)]
    dtypes = [NAMES[name[7:-1]] for name in sorted(formal.types) if name[7:-1] in NAMES]
    if not dtypes:
        return None
    dtype = rng.choice(dtypes)
    rank = base if rng.random() < 0.5 else rng.randint(0, 5)
    if dtype is DType.INT64 and rng.random() < 0.6:
        rank = rng.choice((0, 1, 1, 1))
    return TensorType(dtype, tuple(rng.choice(SIZES) for _ in range(rank)))


def _elements(type_: TensorType, rng: Random) -> tuple[float, ...] | None:
    sizes = [dim for dim in type_.shape if isinstance(dim, int)]
    if len(sizes) < type_.rank or prod(sizes) > 20:
        return None
    if type_.dtype in (DType.INT64, DType.INT32):
        return tuple(rng.choice((-5, -1, 0, 1, 1, 2, 3, 4, 100)) for _ in range(prod(sizes)))
    return tuple(rng.choice(FLOATS[:5]) for _ in range(prod(sizes))) if type_.dtype is DType.FLOAT32 else None


def tried(schema: OpSchema, seed: str, outcomes: Counter[str]) -> None:
    """One call. Raises what should not come out."""
    call = drawn(schema, Random(seed))
    if call is None:
        return
    domain = schema.domain
    try:
        OnnxOracle().infer(schema.name, domain, call.attributes, call.inputs, call.results, call.known)
        outcomes["types"] += 1
    except (Rejected, SpecError):
        outcomes["rejected"] += 1


def in_fork(schema: OpSchema, count: int, seed: int) -> tuple[str, Counter[str]]:
    """What went wrong in `count` calls of one operator, empty where nothing did, and what came of them."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        signal.alarm(TRIAL_SECONDS)
        outcomes: Counter[str] = Counter()
        number, code = 0, 0
        try:
            for number in range(count):
                os.pwrite(_progress(), f"{number:9}".encode(), 0)
                tried(schema, f"{seed}/{schema.name}/{number}", outcomes)
        except Exception as error:
            os.write(writing, f"{schema.name} {number}: {type(error).__name__}: {error}\n".encode())
            code = 1
        os.write(writing, f"{outcomes['types']} {outcomes['rejected']}".encode())
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code < 0:
        number = int(os.pread(_progress(), 9, 0) or b"0")
        return f"{schema.name} {number}: signal {-code}", Counter()
    if code:
        return text.splitlines()[0], Counter()
    types, rejected = map(int, text.split())
    return "", Counter(types=types, rejected=rejected)


_PROGRESS: list[int] = []


def _progress() -> int:
    if not _PROGRESS:
        _PROGRESS.append(os.memfd_create("progress"))
    return _PROGRESS[0]


def main(count: int, seed: int) -> int:
    """Exit status: 1 where something failed."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    _progress()
    for schema in operators():
        why, found = in_fork(schema, count, seed)
        outcomes.update(found)
        failures += [why] if why else []
    print("".join(f"{why}\n" for why in failures), end="")
    print(
        f"seed {seed}: {len(operators())} operators, {outcomes['types']:,} calls with types, {outcomes['rejected']:,} "
        f"rejected, {len(failures)} failures"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
