"""Initialisers by the names a spec uses: `kaiming`, `normal(0.02)`, `zeros`."""

from __future__ import annotations

from math import sqrt

from specc.ir.initial import Constant, Initial, Normal, Orthogonal, Scaled, Uniform
from specc.layers.common.attributes import Kind, Raw, Unfit
from specc.tensor.dtypes import DType

NAMED: dict[str, Initial] = {
    "zeros": Constant(0.0),
    "ones": Constant(1.0),
    "kaiming": Scaled("out", sqrt(2), "normal"),
    "kaiming_normal": Scaled("in", sqrt(2), "normal"),
    "kaiming_uniform": Scaled("in", sqrt(2), "uniform"),
    "xavier": Scaled("average", 1.0, "uniform"),
    "xavier_normal": Scaled("average", 1.0, "normal"),
    "xavier_uniform": Scaled("average", 1.0, "uniform"),
    "lecun_normal": Scaled("in", 1.0, "normal"),
    "lecun_uniform": Scaled("in", 1.0, "uniform"),
    "orthogonal": Orthogonal(),
}
CALLS = ("constant", "normal", "truncated_normal", "uniform", "orthogonal", *NAMED)


def called_initial(name: str, numbers: tuple[float, ...]) -> Initial | None:
    """The initialiser `name(numbers...)`, None where there is no such call."""
    match name, numbers:
        case "constant", (value,):
            return Constant(value)
        case "normal", (std,):
            return Normal(std)
        case "normal", (mean, std):
            return Normal(std, mean)
        case "truncated_normal", (std,):
            return Normal(std, 0.0, 2.0)
        case "uniform", (bound,):
            return Uniform(-bound, bound)
        case "uniform", (low, high):
            return Uniform(low, high)
        case "orthogonal", (gain,):
            return Orthogonal(gain)
        case _, ():
            return NAMED.get(name)
        case _:
            return None


def _initial(raw: Raw) -> Initial:
    if isinstance(raw, str) and raw in NAMED:
        return NAMED[raw]
    if isinstance(raw, bool) or raw is None or isinstance(raw, (str, tuple, dict)):
        raise Unfit
    if isinstance(raw, (int, float)):
        if not DType.FLOAT32.holds(raw):
            raise Unfit
        return Constant(float(raw))
    if isinstance(raw, Initial):
        return raw
    raise Unfit


INITIAL = Kind("an initialiser", _initial, tuple(NAMED))


def fan_in_uniform(fan_in: int) -> Initial:
    """PyTorch's default for linear and convolutional weights and biases: uniform within 1/sqrt(fan_in)."""
    bound = 1 / sqrt(max(fan_in, 1))
    return Uniform(-bound, bound)
