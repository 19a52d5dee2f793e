"""Models in numpy, by the reference evaluator of ONNX."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto
from onnx.reference import ReferenceEvaluator

from specc.weights.arrays import Array


class NoReference(Exception):
    """The evaluator has no implementation for something in the model, or fails."""


def reference_outputs(model: ModelProto, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """The outputs by name. Raises `NoReference` where the evaluator cannot run the model."""
    names = [output.name for output in model.graph.output]
    try:
        with np.errstate(all="ignore"):
            found = ReferenceEvaluator(model).run(names, dict(feeds))
    except Exception as error:
        raise NoReference(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]) from None
    return dict(zip(names, (np.asarray(array) for array in found), strict=True))
