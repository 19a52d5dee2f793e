"""Mistakes in how a model is to be quantised."""

from __future__ import annotations

from specc.base.diagnostics import Mistake, Severity, mistake
from specc.base.suggest import did_you_mean, nearest


@mistake
class NeedsRuntimeOperators(Mistake):
    """An element type is asked for that only operators of the runtime's own domain compute.

    Why: ONNX itself has no product with a matrix of four bits in blocks; `MatMulNBits` of onnxruntime is one.

    Wrong:
        specc compile zoo:gpt2 --dtype int4 -o gpt2.onnx
    Right:
        specc compile zoo:gpt2 --dtype int4 --target cpu -o gpt2.onnx
    """

    code = "SP6231"
    title = "not with operators of ONNX alone"
    dtype: str
    target: str

    def message(self) -> str:
        """One sentence."""
        return f"weights of {self.dtype} in blocks need operators of onnxruntime; the target `{self.target}` has none"

    def hint(self) -> str | None:
        """What to do."""
        return "compile with `--target cpu` or `--target cuda`"


@mistake
class QuantisedWithoutWeights(Mistake):
    """A model whose weights are inputs is to be quantised.

    Why: integers and their scales are computed from the weights when the model is written.

    Wrong:
        specc compile net.specc --weights none --dtype int8
    Right:
        specc compile net.specc --weights net.safetensors --dtype int8
    """

    code = "SP6232"
    title = "no weights to quantise"

    def message(self) -> str:
        """One sentence."""
        return "a model whose weights are inputs cannot be quantised"

    def hint(self) -> str | None:
        """What to do."""
        return "give the weights with `--weights FILE`, or leave `--weights` out to initialise them"


@mistake
class CalibrationUnreadable(Mistake):
    """Calibration data cannot be read.

    Why: it is a `.npz` file with an array for each input, or a folder of such files, or of a `.npy` file for each
    input.

    Wrong:
        specc compile net.specc --dtype int8 --calibrate images/
    Right:
        specc compile net.specc --dtype int8 --calibrate images.npz
    """

    code = "SP6233"
    title = "calibration data cannot be read"
    path: str
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"cannot read calibration data from `{self.path}`: {self.why}"

    def hint(self) -> str | None:
        """What it has to be."""
        return "`numpy.savez('data.npz', input=array)` writes such a file; the first axis counts the samples"


@mistake
class CalibrationMisfit(Mistake):
    """Calibration data does not fit the inputs of the model.

    Why: the model is run on it, so every input without a default needs an array of its element type and shape.

    Wrong:
        numpy.savez("data.npz", picture=images)  # the input is called `image`
    Right:
        numpy.savez("data.npz", image=images)
    """

    code = "SP6234"
    title = "calibration data does not fit"
    path: str
    input: str
    why: str
    wanted: str

    def message(self) -> str:
        """One sentence."""
        return f"the calibration data `{self.path}` {self.why}"

    def hint(self) -> str | None:
        """What the input is."""
        return f"give `{self.input}` as {self.wanted}; a first axis of samples may be of any length"


@mistake
class KeptLayerUnknown(Mistake):
    """A layer is to stay in floating point that the model does not have.

    Why: `--keep` names a layer by its path, or a path that all layers below it begin with.

    Wrong:
        specc compile zoo:resnet50 --dtype int8 --keep layer9
    Right:
        specc compile zoo:resnet50 --dtype int8 --keep layer4
    """

    code = "SP6235"
    title = "no such layer to keep"
    layer: str
    known: tuple[str, ...]

    def message(self) -> str:
        """One sentence."""
        return f"the model has no layer `{self.layer}` to keep in floating point"

    def hint(self) -> str | None:
        """Layers that resemble it."""
        some = ", ".join(f"`{name}`" for name in self.known[:3])
        return did_you_mean(nearest(self.layer, self.known)) or f"layers that are quantised are, for example, {some}"


@mistake
class QuantisationUnused(Mistake):
    """An option of quantisation is given for a model in floating point.

    Why: `--calibrate`, `--method`, `--accuracy`, `--keep`, `--quantise` and `--block` say how weights and activations
    become integers.

    Wrong:
        specc compile zoo:resnet50 --calibrate images.npz
    Right:
        specc compile zoo:resnet50 --calibrate images.npz --dtype int8
    """

    code = "SP6236"
    title = "option without quantisation"
    option: str
    dtype: str

    def message(self) -> str:
        """One sentence."""
        return f"`--{self.option}` has no effect on a model of {self.dtype}"

    def hint(self) -> str | None:
        """What to do."""
        return "add `--dtype int8`, or leave the option out"


@mistake
class NothingToQuantise(Mistake):
    """A model has no layer that is worth computing in integers.

    Why: convolutions, linear layers and projections of at least 1,024 weights are, LSTMs with `--target cpu`, and with
    `--dtype int4` or `--quantise weights` linear layers of at least 16,384.

    Wrong:
        specc compile lenet5.yaml --dtype int4 --target cpu --keep fc1
    Right:
        specc compile lenet5.yaml --dtype int4 --target cpu
    """

    code = "SP6237"
    title = "nothing to quantise"
    severity = Severity.WARNING
    form: str

    def message(self) -> str:
        """One sentence."""
        return f"no layer of the model can be quantised (`{self.form}`); it stays in floating point"

    def hint(self) -> str | None:
        """What can be."""
        return "docs/quantisation.md lists what is; `--quantise` chooses another form, `--target cpu` allows more"


@mistake
class ReducedRange(Mistake):
    """Weights have seven bits, because this processor's sums of products are too short for eight.

    Why: x86 processors without VNNI sum two products of an activation and a weight in 16 bits, which clips them. A
    model for one that has VNNI is more exact with eight bits, but cannot be compared with the original here.

    Wrong:
        specc compile zoo:resnet50 --dtype int8 --target cpu
    Right:
        specc compile zoo:resnet50 --dtype int8 --target cpu_avx512
    """

    code = "SP6242"
    title = "weights of seven bits"
    severity = Severity.WARNING
    target: str

    def message(self) -> str:
        """One sentence."""
        return "this processor has no VNNI, so weights that meet quantised activations have seven bits"

    def hint(self) -> str | None:
        """What to do."""
        return "for a processor with VNNI compile there, or with `--target cpu_avx512`; to choose seven: `cpu_avx2`"


@mistake
class RandomCalibration(Mistake):
    """Ranges of activations are found with random inputs.

    Why: nothing else is there where `--calibrate` is not given, and real inputs have other ranges.

    Wrong:
        specc compile zoo:resnet50 --dtype int8
    Right:
        specc compile zoo:resnet50 --dtype int8 --calibrate images.npz
    """

    code = "SP6238"
    title = "calibrated on random inputs"
    severity = Severity.WARNING
    seed: int

    def message(self) -> str:
        """One sentence."""
        return f"the ranges of activations are those of random inputs (seed {self.seed})"

    def hint(self) -> str | None:
        """What to do."""
        return "give inputs like those that the model will see: `--calibrate FILE.npz`"


@mistake
class AccuracyMissed(Mistake):
    """A quantised model is not as near to the one in floating point as `--accuracy` asks for.

    Why: layers that hurt are kept in floating point, one after another, up to a number of models that are tried.

    Wrong:
        specc compile net.specc --dtype int4 --target cpu --accuracy 0.99999
    Right:
        specc compile net.specc --dtype int8 --accuracy 0.999
    """

    code = "SP6239"
    title = "accuracy is not reached"
    wanted: float
    found: float
    runs: int

    def message(self) -> str:
        """One sentence."""
        return f"the cosine is {self.found:.6f} at best, below {self.wanted:g}, over {self.runs} models that were tried"

    def hint(self) -> str | None:
        """What to do."""
        return "ask for less, give calibration data like real inputs, or keep more in floating point with `--keep`"


@mistake
class NoInputsToTry(Mistake):
    """A quantised model could not be compared with the one in floating point.

    Why: without `--calibrate` it is run on random inputs, and none were found that the model takes.

    Wrong:
        specc compile net.specc --dtype int8
    Right:
        specc compile net.specc --dtype int8 -b N=1 -b T=100
    """

    code = "SP6240"
    title = "no inputs to compare on"
    why: str

    def message(self) -> str:
        """One sentence."""
        return f"no random inputs were found that the model takes: {self.why}"

    def hint(self) -> str | None:
        """What to do."""
        return "bind its sizes with `-b`, or give inputs with `--calibrate FILE.npz`"


@mistake
class TooLargeToCompare(Mistake):
    """A quantised model was not compared with the one in floating point, since that is large.

    Why: both would be in memory side by side.

    Wrong:
        specc compile zoo:llama2_7b --dtype int4 --target cpu
    Right:
        specc compile zoo:llama2_7b --dtype int4 --target cpu --calibrate tokens.npz
    """

    code = "SP6241"
    title = "too large to compare unasked"
    severity = Severity.WARNING
    size: int

    def message(self) -> str:
        """One sentence."""
        return f"the model was not compared with the one in float32, whose weights take {self.size / 2**30:,.1f} GiB"

    def hint(self) -> str | None:
        """What to do."""
        return "it is with `--calibrate` or `--accuracy`, where there is memory for both"


ERRORS: tuple[type[Mistake], ...] = (
    AccuracyMissed,
    CalibrationMisfit,
    CalibrationUnreadable,
    KeptLayerUnknown,
    NeedsRuntimeOperators,
    NoInputsToTry,
    NothingToQuantise,
    QuantisationUnused,
    QuantisedWithoutWeights,
    RandomCalibration,
    ReducedRange,
    TooLargeToCompare,
)
