"""What each counter says of each case, as JSON on standard output. Runs in the environment of `requirements.txt`:

build/counters/bin/python benchmarks/counters/measure.py > benchmarks/counters/results.json
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: F401
import torchvision  # noqa: F401
import transformers  # noqa: F401
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))

from counted_cases import CASES, NETS

Inputs = tuple[torch.Tensor, ...]
WORDS, STEPS = 128, 32


class Function(nn.Module):
    """A function as a module, so that counters can hook it."""

    def __init__(self, function: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """The function's result."""
        return self.function(*inputs)


class Inside(nn.Module):
    """A module inside another one: some counters look at children alone."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, *inputs: torch.Tensor) -> object:
        """The module's result."""
        return self.inner(*inputs)


class SelfAttention(nn.Module):
    """Queries, keys and values of one tensor."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.inner = nn.MultiheadAttention(size, heads, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Without the weights."""
        return self.inner(x, x, x)[0]


def fvcore(model: nn.Module, inputs: Inputs) -> int:
    """The total of `FlopCountAnalysis`."""
    from fvcore.nn import FlopCountAnalysis

    counted = FlopCountAnalysis(model, inputs)
    counted.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return int(counted.total())


def thop(model: nn.Module, inputs: Inputs) -> int:
    """The first result of `profile`."""
    import thop

    return int(thop.profile(model, inputs=inputs, verbose=False)[0])


def ptflops(model: nn.Module, inputs: Inputs) -> int:
    """Per element of the batch, times the batch."""
    from ptflops import get_model_complexity_info

    names = [f"input{index}" for index in range(len(inputs))]

    class Named(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, *args: torch.Tensor, **named: torch.Tensor) -> object:
            return self.inner(*args, *named.values())

    macs, _ = get_model_complexity_info(
        Named(),
        (1,),
        input_constructor=lambda _: dict(zip(names, inputs, strict=True)),
        as_strings=False,
        print_per_layer_stat=False,
    )
    if macs is None:
        raise ValueError("ptflops fails")
    return int(macs)


def deepspeed(model: nn.Module, inputs: Inputs) -> int:
    """The MACs of the profiler, which also tells FLOPs."""
    from deepspeed.profiling.flops_profiler import FlopsProfiler

    profiler = FlopsProfiler(model)
    profiler.start_profile()
    model(*inputs)
    macs = profiler.get_total_macs()
    profiler.end_profile()
    return int(macs)


def torchinfo(model: nn.Module, inputs: Inputs) -> int:
    """The mult-adds of `summary`."""
    import torchinfo

    return int(torchinfo.summary(model, input_data=inputs, verbose=0, device="cpu").total_mult_adds)


def calflops(model: nn.Module, inputs: Inputs) -> int:
    """The second result of `calculate_flops`."""
    from calflops import calculate_flops

    found = calculate_flops(model, args=list(inputs), print_results=False, print_detailed=False, output_as_string=False)
    return int(found[1])


def onnx_tool(model: nn.Module, inputs: Inputs) -> int:
    """On what `torch.onnx.export` makes of the model."""
    import onnx_tool as tool

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.onnx")
        torch.onnx.export(model, inputs, path, dynamo=True, verbose=False)
        graph = tool.Model(path, mcfg={"verbose": False}).graph
        graph.shape_infer(None)
        graph.profile()
        return int(graph.macs[0] if isinstance(graph.macs, (list, tuple)) else graph.macs)


CONVENTIONS = {one.__name__: one for one in (fvcore, thop, ptflops, deepspeed, torchinfo)}
OTHERS = {"calflops": calflops, "onnx-tool": onnx_tool}


def asked(counter: Callable[[nn.Module, Inputs], int], model: nn.Module, inputs: Inputs) -> int | str:
    """What `counter` says, or how it fails."""
    hidden = io.StringIO()
    try:
        with torch.no_grad(), contextlib.redirect_stdout(hidden), contextlib.redirect_stderr(hidden):
            return counter(model.eval(), inputs)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:120]


def tensor(shape: str) -> torch.Tensor:
    """A tensor of the shape that a case writes."""
    sizes = [int(size) for size in shape.removeprefix("i").split(",")]
    return torch.zeros(sizes, dtype=torch.int64) if shape.startswith("i") else torch.randn(sizes)


def net_inputs(name: str) -> Inputs:
    """One element of a batch, at the sizes of the zoo."""
    if name in ("bert_base", "gpt2"):
        return (torch.zeros(1, WORDS, dtype=torch.int64),)
    if name == "bilstm":
        return (torch.randn(1, STEPS, 128),)
    size = 299 if name == "inception_v3" else 224
    return (torch.randn(1, 3, size, size),)


def case_model(text: str) -> nn.Module:
    """The module of a case, freshly made: counters leave hooks behind."""
    made = eval(text)
    return Inside(made if isinstance(made, nn.Module) else Function(made))


def main() -> None:
    """Ask them all."""
    warnings.simplefilter("ignore")
    versions = {
        name: importlib.metadata.version(name)
        for name in (*CONVENTIONS, *OTHERS, "torch", "torchvision", "transformers")
    }
    cases: dict[str, dict[str, int | str]] = {}
    for case in CASES:
        inputs = tuple(tensor(shape) for shape in case.inputs)
        cases[case.name] = {
            name: asked(counter, case_model(case.module), inputs) for name, counter in CONVENTIONS.items()
        }
        print(case.name, cases[case.name], file=sys.stderr)
    nets: dict[str, dict[str, int | str]] = {}
    for net, text in NETS.items():
        counters = {**CONVENTIONS, **OTHERS}
        nets[net] = {name: asked(counter, Inside(eval(text)), net_inputs(net)) for name, counter in counters.items()}
        print(net, nets[net], file=sys.stderr)
    json.dump({"versions": versions, "layers": cases, "nets": nets}, sys.stdout, indent=1)


main()
