"""A spec in text form, compiled, checked by ONNX and run."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import onnx

import specc

INPUT = re.compile(r"^(?:input|state) (\w+): \w+\[(.*?)\]", re.MULTILINE)


def bindings(text: str, arrays: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Values of the symbols that stand alone in a dim of an input."""
    found: dict[str, int] = {}
    for name, dims in INPUT.findall(text):
        for axis, dim in enumerate(part.strip() for part in dims.split(",")):
            if dim.isidentifier():
                found[dim] = arrays[name].shape[axis]
    return found


def evaluate(text: str, weights: Mapping[str, np.ndarray] | None = None, **arrays: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs of the spec `text`, whose shapes and element types are shown to be those that were inferred."""
    spec = specc.loads(f"model whole\n{text}", syntax="text")
    model = spec.compile(weights=dict(weights)) if weights else spec.compile(seed=0)
    onnx.checker.check_model(model.proto, full_check=True)
    made = model.run(arrays)
    for output in spec.report_at(bindings(text, arrays)).outputs:
        assert made[output.name].shape == output.shape, output.name
        assert str(made[output.name].dtype) == str(output.dtype), output.name
    return made


def rejected(text: str) -> specc.Diagnostic:
    """The one diagnostic of the spec `text`."""
    try:
        specc.loads(f"model whole\n{text}", syntax="text").check()
    except specc.SpecError as error:
        (diagnostic,) = error.diagnostics
        return diagnostic
    raise AssertionError("the spec was accepted")
