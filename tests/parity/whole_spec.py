"""A spec in text form, compiled, checked by ONNX and run, and its outputs beside those of an outside implementation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zlib import crc32

import numpy as np
import onnx
import record
import torch

import specc
from specc.runtime.session import SessionSettings

INPUT = re.compile(r"^(?:input|state) (\w+): \w+\[(.*?)\]", re.MULTILINE)
OPSETS = (21, 23)
ONE_THREAD = SessionSettings(threads=1)


def bindings(text: str, arrays: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Values of the symbols that stand alone in a dim of an input."""
    found: dict[str, int] = {}
    for name, dims in INPUT.findall(text):
        for axis, dim in enumerate(part.strip() for part in dims.split(",")):
            if dim.isidentifier():
                found[dim] = arrays[name].shape[axis]
    return found


def evaluate(
    text: str, weights: Mapping[str, np.ndarray] | None = None, /, opset: int = 21, **arrays: np.ndarray
) -> dict[str, np.ndarray]:
    """Outputs of the spec `text`, whose shapes and element types are shown to be those that were inferred."""
    spec = specc.loads(f"model whole\n{text}", syntax="text")
    model = spec.compile(weights=dict(weights) if weights else None, seed=0, opset=opset)
    onnx.checker.check_model(model.proto, full_check=True)
    made = model.session(ONE_THREAD).run(arrays)
    for output in spec.report_at(bindings(text, arrays)).outputs:
        assert made[output.name].shape == output.shape, output.name
        assert str(made[output.name].dtype) == str(output.dtype), output.name
    return made


def holds(
    layer: str,
    text: str,
    wanted: Mapping[str, np.ndarray | torch.Tensor],
    arrays: Mapping[str, np.ndarray],
    *,
    tolerance: float,
    weights: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Assert that the spec gives the outputs `wanted`, and count that as a case of `layer`.

    `tolerance` is absolute and relative. The example itself decides which opset it is compiled for.
    """
    shapes = repr([(name, array.shape, array.ravel()[:4].tolist()) for name, array in arrays.items()])
    opset = OPSETS[crc32((text + shapes).encode()) % len(OPSETS)]
    made = evaluate(text, weights, opset=opset, **arrays)
    worst = max((_agree(name, made[name], given, tolerance) for name, given in wanted.items()), default=0.0)
    record.count(layer, opset, bool(bindings(text, arrays)), tolerance, worst)


def _agree(name: str, made: np.ndarray, given: np.ndarray | torch.Tensor, tolerance: float) -> float:
    """The largest error, after it was shown to be small."""
    wanted = given.detach().numpy() if isinstance(given, torch.Tensor) else np.asarray(given)
    assert made.shape == wanted.shape, name
    assert made.dtype == wanted.dtype, name
    if not made.size:
        return 0.0
    if made.dtype.kind != "f":
        np.testing.assert_array_equal(made, wanted, name)
        return 0.0
    np.testing.assert_allclose(made, wanted, rtol=tolerance, atol=tolerance, err_msg=name)
    same = np.equal(made, wanted) | np.isnan(wanted)
    gap = np.abs(np.where(same, 0, np.asarray(made, np.float64) - np.where(same, 0, wanted)))
    return float(np.max(gap / (1 + np.abs(np.where(same, 0, wanted)))))


def rejected(text: str) -> specc.Diagnostic:
    """The one diagnostic of the spec `text`."""
    try:
        specc.loads(f"model whole\n{text}", syntax="text").check()
    except specc.SpecError as error:
        (diagnostic,) = error.diagnostics
        return diagnostic
    raise AssertionError("the spec was accepted")
