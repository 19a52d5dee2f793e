"""Loading and running models: inputs are checked before the runtime sees them, its failures are traced to the spec."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import specc
from specc.base.diagnostics import SpecError
from specc.runtime.interface import Port, check_inputs
from specc.runtime.session import Session, SessionSettings, open_session
from specc.runtime.sizes import size_of, solve, symbols_of
from specc.runtime.values import parse_input
from specc.tensor.dtypes import DType

SPEC = """model two
input tokens: int64[N, T]
input scale: float32[N, T, 4] = 1
x = tokens -> embedding(10, 4) as table
output y: float32[N, T, 4] = x * scale
"""


def session_of(text: str = SPEC) -> Session:
    return open_session(specc.loads(text, syntax="text", name="net.specc").compile(seed=0).to_bytes())


def codes(error: SpecError) -> list[str]:
    return sorted(diagnostic.code for diagnostic in error.diagnostics)


def test_run_with_and_without_the_default() -> None:
    session = session_of()
    tokens = np.array([[1, 2, 3]])
    plain = session.run({"tokens": tokens})["y"]
    assert plain.shape == (1, 3, 4)
    doubled = session.run({"tokens": tokens, "scale": np.full((1, 3, 4), 2, np.float32)})["y"]
    np.testing.assert_array_equal(doubled, 2 * plain)
    np.testing.assert_array_equal(session.run({"tokens": [[1, 2, 3]]})["y"], plain)


def test_float16_with_a_transposed_operand() -> None:
    """A rewrite of the runtime crashes on it."""
    session = session_of("model half\ninput x: float16[N, T, 4]\noutput y = x -> swap(0, 1) -> linear(3, bias=false)\n")
    assert session.run({"x": np.ones((2, 5, 4), np.float16)})["y"].shape == (5, 2, 3)


def test_all_mistakes_of_the_inputs_at_once() -> None:
    session = session_of()
    with pytest.raises(SpecError) as caught:
        session.run({"tokenz": np.zeros((1, 2), np.int64), "scale": np.zeros((1, 2))})
    assert codes(caught.value) == ["SP7101", "SP7102", "SP7103"]
    assert "did you mean `tokens`?" in [diagnostic.help for diagnostic in caught.value.diagnostics]


def test_sizes_have_to_agree() -> None:
    with pytest.raises(SpecError, match="SP7104") as caught:
        session_of().run({"tokens": np.zeros((2, 3), np.int64), "scale": np.ones((2, 5, 4), np.float32)})
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == "dim 1 of `scale` is `T` = 3, and got 5"
    assert diagnostic.notes == ("`T` = 3 by dim 1 of `tokens`",)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 3), np.int32), "astype(numpy.int64)"),
        (np.zeros((2, 3, 1), np.int64), "int64[2, 3, 1]"),
        (np.zeros((), np.int64), "int64[]"),
    ],
)
def test_type_and_rank(array: np.ndarray, words: str) -> None:
    with pytest.raises(SpecError, match="SP7103") as caught:
        session_of().run({"tokens": array})
    assert words in f"{caught.value.diagnostics[0].message} {caught.value.diagnostics[0].help}"


def test_failure_of_the_runtime_names_layer_and_line() -> None:
    with pytest.raises(SpecError, match="SP7301") as caught:
        session_of().run({"tokens": np.array([[11]])})
    message = caught.value.diagnostics[0].message
    assert "layer `table` (net.specc:4)" in message
    assert "\n" not in message and "onnxruntime_src" not in message


def test_runtime_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "spec").write_text(SPEC)
    code = (
        "import specc, sys, numpy; from pathlib import Path; from specc.runtime.session import open_session\n"
        "s = open_session(specc.loads(Path(sys.argv[1]).read_text(), syntax='text').compile().to_bytes())\n"
        "try: s.run({'tokens': numpy.array([[11]])})\n"
        "except specc.SpecError: pass\n"
        "try: open_session(b'no model')\n"
        "except specc.SpecError: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "spec")], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_models_that_cannot_be_loaded(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "m.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SpecError, match="SP7001"):
        open_session(path)


def test_weights_file_that_is_gone(tmp_path: Path) -> None:
    text = "model m\ninput x: float32[N, 700]\noutput y: float32[N, 700] = x -> linear(700) as fc\n"
    specc.loads(text, syntax="text").compile().save(tmp_path / "m.onnx")
    session = open_session(tmp_path / "m.onnx")
    assert session.run({"x": np.zeros((1, 700), np.float32)})["y"].shape == (1, 700)
    os.remove(tmp_path / "m.onnx.data")
    with pytest.raises(SpecError, match="SP7001"):
        open_session(tmp_path / "m.onnx")


def test_cuda_never_falls_back_in_silence() -> None:
    model = specc.loads(SPEC, syntax="text").compile().to_bytes()
    try:
        session = open_session(model, SessionSettings(device="cuda"))
    except SpecError as error:
        assert codes(error) == ["SP7002"]
        assert error.diagnostics[0].help
    else:
        assert "CUDAExecutionProvider" in session.native.get_providers()


def test_caches_of_which_only_one_is_given() -> None:
    text = """model cache
input x: float32[N, 1]
input a: float32[N, P, 2] = 0
input b: float32[N, P, 2] = 0
require P >= 0
output y: float32[N, P, 2] = a + b
output z: float32[N, 1] = x -> relu
"""
    session = session_of(text)
    x, past = np.zeros((3, 1), np.float32), np.ones((3, 5, 2), np.float32)
    assert session.run({"x": x})["y"].shape == (3, 0, 2)
    for name in ("a", "b"):
        np.testing.assert_array_equal(session.run({"x": x, name: past})["y"], past)


# --- sizes and values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("N", 6),
        ("2*N + 1", 13),
        ("(N - 1)//2", 2),
        ("N^2*T", 108),
        ("min(N, T)", 3),
        ("max(N, 2*T + 1)", 7),
        ("-N + 10", 4),
        ("U", None),
        ("N + U", None),
        ("batch size", None),
        ("__import__('os')", None),
        ("N // 0", None),
        ("(" * 500, None),
    ],
)
def test_size_texts(text: str, wanted: int | None) -> None:
    assert size_of(text, {"N": 6, "T": 3}) == wanted


def test_symbols_and_solutions() -> None:
    assert symbols_of("2*N + min(T, 3)") == {"N", "T"}
    assert symbols_of("batch size") == {"batch size"}
    assert solve("2*N + T", "N", 11, {"T": 3}) == 4
    assert solve("2*N", "N", 11, {}) is None
    assert solve("10 - N", "N", 3, {}) == 7
    assert solve("N//2", "N", 3, {}) is None
    assert solve("N^2", "N", 9, {}) is None


def test_expressions_are_checked_too() -> None:
    shapes = {"x": ("N", "P + T"), "y": ("T",), "z": ("2*P",)}
    ports = tuple(Port(name, DType.FLOAT32, shape) for name, shape in shapes.items())
    arrays = {name: np.zeros(shape, np.float32) for name, shape in {"x": (2, 7), "y": (3,), "z": (8,)}.items()}
    assert check_inputs(ports, arrays) == {"N": 2, "T": 3, "P": 4}
    with pytest.raises(SpecError, match="SP7104"):
        check_inputs(ports, {**arrays, "z": np.zeros(10, np.float32)})


PORTS = (Port("x", DType.FLOAT32, ("N", 3)), Port("t", DType.INT64, ("N", "T")), Port("m", DType.BOOL, ()))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x=[[1, 2, 3]]", [[1, 2, 3]]),
        ("x=0.5", [[0.5] * 3] * 2),
        ("x=ones", [[1] * 3] * 2),
        ("t=[[4], [5]]", [[4], [5]]),
        ("t=1_000", [[1000] * 4] * 2),
        ("m=true", True),
    ],
)
def test_values_of_inputs(text: str, wanted: object) -> None:
    name, array = parse_input(text, PORTS, {"N": 2, "T": 4})
    port = next(port for port in PORTS if port.name == name)
    assert port.dtype is not None and array.dtype.name == port.dtype.label
    assert array.tolist() == wanted


def test_random_values_are_those_of_the_seed() -> None:
    one, two, other = (parse_input("x=random", PORTS, {"N": 2}, seed)[1] for seed in (0, 0, 1))
    assert np.array_equal(one, two) and not np.array_equal(one, other)
    assert set(parse_input("t=random", PORTS, {"N": 9, "T": 9})[1].ravel()) == {0, 1}


def test_values_from_files(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((1, 3)))
    np.savez(tmp_path / "b.npz", x=np.zeros((1, 3)), other=np.full((1, 3), 7))
    assert parse_input(f"x={tmp_path}/a.npy", PORTS, {})[1].dtype == np.float32
    assert parse_input(f"x={tmp_path}/b.npz", PORTS, {})[1].sum() == 0
    assert parse_input(f"x={tmp_path}/b.npz:other", PORTS, {})[1].sum() == 21


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x", "SP7201"),
        ("x=", "SP7201"),
        ("y=1", "SP7101"),
        ("x=cat.jpg", "SP7201"),
        ("x=[[1], [2, 3]]", "SP7201"),
        ('x=["a"]', "SP7201"),
        ("x={}", "SP7201"),
        ("x=" + "[" * 100_000, "SP7201"),
        ("t=random", "SP7202"),
        ("t=[[0.5]]", "SP4101"),
        ("x=missing.npy", "SP4104"),
        ("x=missing.npz", "SP4104"),
    ],
)
def test_values_that_cannot_be_read(text: str, code: str) -> None:
    with pytest.raises(SpecError, match=code):
        parse_input(text, PORTS, {"N": 2})


CACHE = """model kept
require P >= 0
input x: float32[N, 3, 2]
state past as cache.past -> cache.present: float32[N, P, 2] = 0.5
state last: float32[N, 4] = 2
output y = sum(past, axes=[1, 2])[:, none] + sum(x, axes=[1, 2])[:, none] + last
next past = concat(past, x, axis=1)
next last = last * 2
"""


def test_states_are_filled_where_the_model_has_no_default() -> None:
    x = np.ones((2, 3, 2), np.float32)
    models = {name: specc.loads(CACHE).compile(target=name) for name in ("portable", "cpu")}
    sessions = {name: model.session() for name, model in models.items()}
    needed = {name: [port.name for port in one.native.get_inputs()] for name, one in sessions.items()}
    assert needed == {"portable": ["x"], "cpu": ["x", "cache.past", "last"]}
    assert "Expand" not in {node.op_type for node in models["cpu"].proto.graph.node}
    for given in ({}, {"cache.past": np.ones((2, 5, 2), np.float32)}, {"last": np.ones((2, 4), np.float32)}):
        made = {name: one.run({"x": x, **given}) for name, one in sessions.items()}
        for output, array in made["portable"].items():
            assert np.array_equal(array, made["cpu"][output])
        assert made["cpu"]["cache.present"].shape == (2, 8 if "cache.past" in given else 3, 2)


def test_states_of_bound_sizes_keep_their_default() -> None:
    for past, needed in ((4, ["x"]), (5000, ["x", "cache.past"])):
        session = specc.loads(CACHE).compile(target="cpu", bindings={"N": 2, "P": past}).session()
        assert [port.name for port in session.native.get_inputs()] == needed
        assert session.run({"x": np.ones((2, 3, 2), np.float32)})["cache.present"].shape == (2, past + 3, 2)


FILLED = {
    "negative": "require P >= T\ninput x: float32[N, T]\ninput m: float32[P] = 0\nstate past: float32[N, P - T] = 1\n",
    "huge": "input x: float32[N, T]\nstate past: float32[N, 10_000_000, 10_000_000] = 0\n",
}


@pytest.mark.parametrize("name", FILLED)
def test_a_state_that_cannot_be_filled(name: str) -> None:
    text = f"model kept\n{FILLED[name]}output y = x\nnext past = past\n"
    session = specc.loads(text).compile(target="cpu").session()
    with pytest.raises(SpecError, match=r"SP7301.*`past` is left out"):
        session.run({"x": np.ones((1, 5), np.float32)})
