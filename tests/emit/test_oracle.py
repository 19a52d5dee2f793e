"""What ONNX says of operators: types against numpy, and the messages for what it does not take."""

from __future__ import annotations

import pytest

from specc.emit.oracle import OnnxOracle
from specc.ir.operation import Rejected
from specc.tensor.dims import Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

N = Domain().symbol("N")
F32, I64 = DType.FLOAT32, DType.INT64


def of(*shape: object, dtype: DType = F32) -> TensorType:
    return TensorType(dtype, shape)  # type: ignore[arg-type]


GOOD = [
    ("MatMul", {}, (of(N, 4), of(4, 2 * N)), 1, (of(N, 2 * N),)),
    ("LeakyRelu", {"alpha": 1}, (of(N, 4),), 1, (of(N, 4),)),
    ("Cast", {"to": "int64"}, (of(N, 4),), 1, (of(N, 4, dtype=I64),)),
    ("ReduceSum", {"keepdims": 0}, (of(N, 4),), 1, (of(),)),
    ("Conv", {"kernel_shape": (3, 3)}, (of(N, 4, 8, 8), of(5, 4, 3, 3)), 1, (of(N, 5, 6, 6),)),
    ("Add", {}, (of(N, 1), of(3)), 1, (of(N, 3),)),
    ("LayerNormalization", {}, (of(N, 4), of(4), None), 1, (of(N, 4),)),
    ("Split", {"num_outputs": 2, "axis": 1}, (of(N, 6),), 2, (of(N, 3), of(N, 3))),
    ("Transpose", {"perm": (1, 0)}, (of(N, 6),), 1, (of(6, N),)),
]


@pytest.mark.parametrize("case", GOOD, ids=[case[0] for case in GOOD])
def test_types(case: tuple[str, dict[str, int], tuple[TensorType, ...], int, tuple[TensorType, ...]]) -> None:
    name, attributes, inputs, outputs, wanted = case
    assert OnnxOracle().infer(name, "", attributes, inputs, tuple(range(outputs))) == wanted


BAD = [
    ("matmul", {}, (of(N, 4),), 1, "SP6003", "MatMul"),
    ("LeakyRelu", {"alfa": 0.1}, (of(N, 4),), 1, "SP6004", "alpha"),
    ("LeakyRelu", {"alpha": "x"}, (of(N, 4),), 1, "SP6004", "float"),
    ("LeakyRelu", {"alpha": (0.1, 0.2)}, (of(N, 4),), 1, "SP6004", "float"),
    ("Cast", {}, (of(N, 4),), 1, "SP6004", "missing"),
    ("Cast", {"to": "int63"}, (of(N, 4),), 1, "SP6004", "int63"),
    ("If", {"then_branch": 1}, (of(dtype=DType.BOOL),), 1, "SP6004", "then_branch"),
    ("MatMul", {}, (of(N, 4),), 1, "SP6005", "it takes 2"),
    ("MatMul", {}, (of(N, 4), of(5, 2)), 1, "SP6005", "ncompatible"),
    ("Relu", {}, (of(N),), 2, "SP6005", "1 results"),
    ("Relu", {}, (of(N, dtype=DType.BOOL),), 1, "SP6005", "bool"),
    ("NonZero", {}, (of(N, 4),), 1, "SP6006", "result 0"),
]


@pytest.mark.parametrize("case", BAD, ids=[f"{case[0]}-{case[4]}-{case[5]}" for case in BAD])
def test_what_is_not_taken(case: tuple[str, dict[str, int], tuple[TensorType, ...], int, str, str]) -> None:
    name, attributes, inputs, outputs, code, words = case
    with pytest.raises(Rejected) as caught:
        OnnxOracle().infer(name, "", attributes, inputs, tuple(range(outputs)))
    mistake = caught.value.mistake
    assert mistake.code == code
    assert words in f"{mistake.message()} {mistake.hint()}"
    assert "\n" not in mistake.message() and "ShapeInferenceError" not in mistake.message()


def test_other_domains_are_not_known() -> None:
    with pytest.raises(Rejected) as caught:
        OnnxOracle().infer("FastGelu", "com.microsoft", {}, (of(N, 4),), (0,))
    assert caught.value.mistake.code == "SP6006"
