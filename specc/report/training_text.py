"""What training costs, as rows of words and as JSON."""

from __future__ import annotations

from specc.analysis.bindings import Binder
from specc.analysis.cost import CostReport
from specc.analysis.training import Training
from specc.base.jsonable import Json
from specc.report.units import amount, formula, short_bytes
from specc.tensor.dims import Dim


def training_rows(made: Training, cost: CostReport, binder: Binder) -> tuple[tuple[str, str], ...]:
    """A word and its value for each part of a training step."""
    flops = cost.flops_formula + made.flops
    kept = binder.value(made.kept)
    state = ", ".join(f"{name} {short_bytes(size) if size else '0'}" for name, size in made.state.items())
    rows = [
        ("backward MACs", amount(binder.value(made.macs), made.macs)),
        ("step FLOPs", amount(binder.value(flops), flops)),
        ("kept activations", f"{formula(made.kept)} bytes" if kept is None else short_bytes(kept)),
        ("gradients", short_bytes(made.gradients)),
        ("optimiser state", state),
    ]
    if kept is not None:
        rows.append(("training memory", _memory(made, cost.params.bytes, kept)))
    return tuple(rows)


def _memory(made: Training, weights: int, kept: int) -> str:
    return ", ".join(
        f"{name} {short_bytes(weights + made.gradients + size + kept)}" for name, size in made.state.items()
    )


def training_json(made: Training, binder: Binder) -> dict[str, Json]:
    """The field `training`: of the backward pass alone, bytes of float32."""

    def both(dim: Dim) -> dict[str, Json]:
        return {"value": binder.value(dim), "formula": str(dim)}

    return {
        "backward_macs": both(made.macs),
        "backward_flops": both(made.flops),
        "kept_activation_bytes": both(made.kept),
        "gradient_bytes": made.gradients,
        "optimiser_state_bytes": dict(made.state),
        "layers": [
            {
                "path": layer.path,
                "input_gradient_macs": binder.value(layer.input_macs),
                "weight_gradient_macs": binder.value(layer.weight_macs),
                "backward_flops": binder.value(layer.flops),
                "kept_bytes": binder.value(layer.kept),
            }
            for layer in made.layers
        ],
    }
