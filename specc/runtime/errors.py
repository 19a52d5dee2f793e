"""Mistakes found while a model is loaded or run."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean


@mistake
class ModelUnreadable(Mistake):
    """A model file cannot be loaded.

    Why: it is missing, is no ONNX model, its weights file is not beside it, or it needs a newer runtime.

    Wrong:
        specc run no_such_model.onnx --input image=random
    Right:
        specc compile lenet5.yaml -o lenet5.onnx && specc run lenet5.onnx --input image=random -b N=1
    """

    code = "SP7001"
    title = "model cannot be loaded"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot load `{self.path}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "give a .onnx file that `specc compile` made, or the spec itself"


@mistake
class CudaUnavailable(Mistake):
    """CUDA was asked for and cannot be used.

    Why: without a usable device and the CUDA libraries the runtime would fall back to the CPU in silence.

    Wrong:
        specc run model.onnx --device cuda      # pip install specc
    Right:
        specc run model.onnx --device cuda      # pip install "specc[cuda]"
    """

    code = "SP7002"
    title = "CUDA cannot be used"
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"the CUDA device cannot be used: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return 'install the libraries with `pip install "specc[cuda]"`, or run with `--device cpu`'


@mistake
class UnknownInput(Mistake):
    """A tensor is given for an input that the model does not have.

    Why: inputs are matched by name.

    Wrong:
        specc run lenet5.onnx --input picture=random
    Right:
        specc run lenet5.onnx --input image=random
    """

    code = "SP7101"
    title = "unknown input"
    name: str
    near: tuple[str, ...]
    known: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the model has no input `{self.name}`"

    def notes(self) -> tuple[str, ...]:
        """What it has."""
        return (f"its inputs are {', '.join(f'`{name}`' for name in self.known[:12])}",) if self.known else ()

    def hint(self) -> str | None:
        """Names that resemble it."""
        return did_you_mean(self.near) or "give tensors by the names of the model's inputs"


@mistake
class InputMissing(Mistake):
    """No tensor is given for an input.

    Why: an input without a default has to be given for every run.

    Wrong:
        specc run lenet5.onnx
    Right:
        specc run lenet5.onnx --input image=random
    """

    code = "SP7102"
    title = "input missing"
    name: str
    type: str

    def message(self) -> str:
        """One sentence."""
        return f"the input `{self.name}` ({self.type}) is not given"

    def hint(self) -> str | None:
        """What to do."""
        return (
            f"add `--input {self.name}=FILE` or `--input {self.name}=random`; in Python `run({{'{self.name}': array}})`"
        )


@mistake
class InputMisfit(Mistake):
    """A tensor has another element type or shape than its input.

    Why: the model was compiled for the types that its spec declares.

    Wrong:
        model.run(image=numpy.zeros((1, 28, 28)))
    Right:
        model.run(image=numpy.zeros((1, 1, 32, 32), numpy.float32))
    """

    code = "SP7103"
    title = "tensor does not fit the input"
    name: str
    wanted: str
    given: str
    advice: str | None = None

    def message(self) -> str:
        """One sentence."""
        return f"the input `{self.name}` is {self.wanted}, and got {self.given}"

    def hint(self) -> str | None:
        """What to do."""
        return self.advice


@mistake
class SizesClash(Mistake):
    """A symbol has one value in one input and another value elsewhere.

    Why: a symbol stands for one size in the whole model.

    Wrong:
        specc run encoder.onnx --input tokens=[[1,2,3]] --input mask=[[1,1]]
    Right:
        specc run encoder.onnx --input tokens=[[1,2,3]] --input mask=[[1,1,1]]
    """

    code = "SP7104"
    title = "sizes do not agree"
    name: str
    axis: int
    dim: str
    wanted: int
    given: int
    reason: str

    def message(self) -> str:
        """One sentence."""
        return f"dim {self.axis} of `{self.name}` is `{self.dim}` = {self.wanted}, and got {self.given}"

    def notes(self) -> tuple[str, ...]:
        """Where the value comes from."""
        return (self.reason,) if self.reason else ()

    def hint(self) -> str | None:
        """What to do."""
        return f"give tensors in which `{self.dim}` is the same everywhere"


@mistake
class BadInputValue(Mistake):
    """What is given for an input on the command line cannot be read.

    Why: a value is a `.npy` or `.npz` file, numbers in brackets, one number, or `random`, `zeros` or `ones`.

    Wrong:
        specc run lenet5.onnx --input image=cat.jpg
    Right:
        specc run lenet5.onnx --input image=cat.npy
    """

    code = "SP7201"
    title = "value of an input cannot be read"
    text: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read `{self.text}`: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "give a .npy file, numbers as in `[[1, 2], [3, 4]]`, or one of the words"


@mistake
class SizeNotBound(Mistake):
    """A tensor is to be made up, and a size of it is not known.

    Why: `random`, `zeros`, `ones` and a single number fill the whole input, so all of its sizes are needed.

    Wrong:
        specc run lenet5.onnx --input image=random
    Right:
        specc run lenet5.onnx --input image=random -b N=1
    """

    code = "SP7202"
    title = "size of an input unknown"
    name: str
    type: str
    symbols: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the sizes of the input `{self.name}` ({self.type}) are not all known"

    def hint(self) -> str | None:
        """What to do."""
        return "bind them: " + " ".join(f"-b {symbol}=INT" for symbol in self.symbols) if self.symbols else None


@mistake
class RunFailed(Mistake):
    """The runtime failed while it ran the model.

    Why: memory was exhausted, or values were met that an operator cannot work with, such as an index outside a table.

    Wrong:
        specc run embedding.onnx --input tokens=[[99999]]
    Right:
        specc run embedding.onnx --input tokens=[[1, 2, 3]]
    """

    code = "SP7301"
    title = "run failed"
    layer: str
    source: str
    why: str

    def message(self) -> str:
        """One sentence."""
        place = f" in layer `{self.layer}`" if self.layer else ""
        line = f" ({self.source})" if self.source else ""
        return f"the run failed{place}{line}: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "compare the values of the inputs with what the layer takes: `specc layers NAME`"


@mistake
class PromiseBroken(Mistake):
    """The inputs have sizes that the spec rules out.

    Why: `require T <= 512` is a promise about every run; shapes are proved only for sizes that keep it.

    Wrong:
        specc run zoo:bert_base --input input_ids=zeros -b N=1 -b T=600
    Right:
        specc run zoo:bert_base --input input_ids=zeros -b N=1 -b T=500
    """

    code = "SP7105"
    title = "size ruled out by the spec"
    sizes: str
    wanted: str

    def message(self) -> str:
        """One sentence."""
        return f"{self.sizes} at these inputs, and the spec requires it to be {self.wanted}"

    def hint(self) -> str | None:
        """What to do."""
        return "give tensors of other sizes, or change the `require` of the spec"


@mistake
class BindingDiffers(Mistake):
    """`-b` says one size, and an input that is given has another.

    Why: inputs bring their sizes; what is reported has to be of these.

    Wrong:
        specc run encoder.onnx -b T=4 --input tokens=[[1,2,3]]
    Right:
        specc run encoder.onnx --input tokens=[[1,2,3]]
    """

    code = "SP7106"
    title = "inputs of other sizes than `-b` says"
    symbol: str
    bound: int
    given: int

    def message(self) -> str:
        """One sentence."""
        return f"`{self.symbol}` is {self.bound} by `-b`, and {self.given} in the inputs that are given"

    def hint(self) -> str | None:
        """What to do."""
        return f"leave out `-b {self.symbol}={self.bound}`, or give inputs of that size"


@mistake
class NotOnDevice(Mistake):
    """Nodes of a model would run on the CPU, or tensors would be copied between its memory and the device's.

    Why: each such node makes the device wait. onnxruntime says nothing of it.

    Wrong:
        y = x -> tan
    Right:
        y = (x -> sin) / (x -> cos)
    """

    code = "SP7302"
    title = "not all on the device"
    nodes: tuple[str, ...]
    copies: int

    def message(self) -> str:
        """One sentence."""
        return f"{len(self.nodes)} kinds of nodes run on the CPU, and {self.copies} tensors are copied"

    def notes(self) -> tuple[str, ...]:
        """What runs there."""
        return self.nodes

    def hint(self) -> str | None:
        """What to do."""
        return "use other layers, fix sizes with `-b`, or accept it with `--placement any`"


@mistake
class OutputsDiffer(Mistake):
    """A model as it is compiled does not compute what the spec says.

    Why: every rewrite, every narrower type and every device has to give the same outputs, within a tolerance.

    Wrong:
        specc verify zoo:gpt2 --dtype float16 --seed 0
    Right:
        specc verify zoo:gpt2 --dtype float16 --keep lm_head
    """

    code = "SP7401"
    title = "outputs differ"
    contender: str
    layer: str
    relative: str
    tolerance: str
    sizes: str
    rewrites: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        at = f" at {self.sizes}" if self.sizes else ""
        return f"{self.contender}: results differ from layer `{self.layer}` on, by {self.relative}{at}"

    def notes(self) -> tuple[str, ...]:
        """The bound, and what was rewritten there."""
        return (f"at most {self.tolerance} of the largest magnitude is allowed", *self.rewrites)

    def hint(self) -> str | None:
        """What to do."""
        return "leave rewrites out with `--without`, or keep layers in float32 with `--keep`"


ERRORS = (
    OutputsDiffer,
    PromiseBroken,
    BindingDiffers,
    NotOnDevice,
    ModelUnreadable,
    CudaUnavailable,
    UnknownInput,
    InputMissing,
    InputMisfit,
    SizesClash,
    BadInputValue,
    SizeNotBound,
    RunFailed,
)
