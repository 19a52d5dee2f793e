"""A compiled model in integers: chosen, calibrated, compared with the one in floating point, repaired where it is
off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from specc.base.diagnostics import Diagnostic, Severity, SpecError, fail
from specc.base.processor import short_sums
from specc.base.targets import Target
from specc.calibrate.observe import ranges_of
from specc.calibrate.samples import Data, GivenSamples, Samples, given_samples, random_samples
from specc.ir.operators import OperatorGraph
from specc.model import Model
from specc.quantise.accuracy import Accuracy, Comparisons, least_cosine
from specc.quantise.blocks import block_layers, quantised_in_blocks
from specc.quantise.choice import Choice
from specc.quantise.culprits import Culprit, Search
from specc.quantise.dynamic import dynamic_layers, quantised_dynamically
from specc.quantise.errors import (
    AccuracyMissed,
    KeptLayerUnknown,
    NeedsRuntimeOperators,
    NothingToQuantise,
    QuantisedWithoutWeights,
    RandomCalibration,
    ReducedRange,
    TooLargeToCompare,
)
from specc.quantise.matrices import product_of
from specc.quantise.network import Network
from specc.quantise.placement import place, static_layers
from specc.quantise.ranges import Affine
from specc.quantise.record import Quantisation
from specc.quantise.static import quantised_statically
from specc.weights.arrays import Array
from specc.weights.remembered import RememberedWeights
from specc.weights.source import WeightSource

COMPARED = 1 << 32
"""Bytes of weights up to which a model is compared without being asked for it."""
HELD = 1 << 28
"""Bytes of outputs in floating point that are kept from one comparison to the next."""


@dataclass(frozen=True, slots=True)
class Request:
    """See `Spec.compile`; `sizes` are those of symbols, for inputs that are made up from `seed`."""

    dtype: str
    form: str | None = None
    data: Data | None = None
    method: str = "minmax"
    accuracy: float | None = None
    keep: tuple[str, ...] = ()
    block: int = 32
    seed: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)


def quantised(model: Model, request: Request, target: Target) -> Model:
    """`model` in integers, with the record of it. Raises `SpecError` for what does not fit, and where the accuracy
    that is asked for is not reached."""
    if not model.settings.with_weights:
        raise fail(QuantisedWithoutWeights())
    network = Network(model.operators)
    choice = _choice(network, request, target)
    if choice.form == "weights" and not choice.contrib:
        raise fail(NeedsRuntimeOperators(request.dtype, target.name))
    _check_kept(network, request.keep)
    layers = _layers(network, choice)
    if not layers:
        warning = NothingToQuantise(choice.form).at(None)
        return replace(model, quantisation=Quantisation(request.dtype, choice.form, warnings=(warning,)))
    warnings = [ReducedRange(target.name).at(None)] if choice.bits == 7 and _unsure(target) else []
    return _Quantiser(model, request, network, choice, layers, warnings).run()


def _choice(network: Network, request: Request, target: Target) -> Choice:
    bits = 4 if request.dtype == "int4" else 8
    form = request.form or _usual_form(network, request)
    if form != "weights" and (target.reduced_range or _unsure(target)):
        bits = 7
    return Choice(form, bits, request.method, request.keep, request.block, target.contrib, target.device)


def _unsure(target: Target) -> bool:
    """Whether this processor is the reason for seven bits."""
    return target.reduced_range is None and target.device == "cpu" and short_sums()


def _usual_form(network: Network, request: Request) -> str:
    """`static` where there is calibration data, or more convolutions than products with matrices."""
    if request.dtype == "int4":
        return "weights"
    operators = network.graph.operators
    convolutions = sum(operator.op_type == "Conv" for operator in operators)
    products = sum(operator.op_type in ("LSTM", "GRU", "RNN") for operator in operators)
    products += sum(product_of(operator, network) is not None for operator in operators)
    return "static" if request.data is not None or 2 * convolutions > products else "dynamic"


def _check_kept(network: Network, keep: Iterable[str]) -> None:
    known = tuple(dict.fromkeys(operator.layer for operator in network.graph.operators))
    for path in keep:
        if not any(Choice("", keep=(path,)).keeps(layer) for layer in known):
            raise fail(KeptLayerUnknown(path, known))


def _layers(network: Network, choice: Choice) -> tuple[str, ...]:
    match choice.form:
        case "static":
            return tuple(dict.fromkeys((*static_layers(network, choice), *dynamic_layers(network, choice))))
        case "dynamic":
            return dynamic_layers(network, choice)
        case _:
            return block_layers(network, choice)


@dataclass(slots=True)
class _Quantiser:
    """One quantisation: `model` in floating point is run beside models with more or fewer layers in integers."""

    model: Model
    request: Request
    network: Network
    choice: Choice
    layers: tuple[str, ...]
    warnings: list[Diagnostic] = field(default_factory=list)
    ranges: Mapping[str, Affine] = field(default_factory=dict)
    samples: Samples = field(default_factory=lambda: GivenSamples((), (), ""))
    wanted: dict[int, dict[str, Array]] = field(default_factory=dict)
    found: dict[frozenset[str], tuple[Accuracy, ...]] = field(default_factory=dict)

    def run(self) -> Model:
        """Calibrate, compare, keep layers in floating point as long as the accuracy is too low."""
        source = self.model.source
        if self.request.accuracy is not None:
            self.model = replace(self.model, source=RememberedWeights(source))
        random = self._find_samples()
        if self.choice.form == "static":
            tensors = tuple(place(self.network, self.choice).quantised)
            self.ranges = ranges_of(self.model, tensors, self.samples, self.choice.method)
        culprits = self._culprits()
        kept = frozenset(culprit.layer for culprit in culprits)
        record = Quantisation(
            self.request.dtype,
            self.choice.form,
            self.choice.method if self.choice.form == "static" else None,
            _layers(self.network, self._keeping(kept)),
            self.request.keep,
            culprits,
            self._accuracy(kept) if self._compared() else (),
            sum(1 for _ in self.samples),
            random,
            len(self.found),
            self.model.weight_bytes,
            tuple(self.warnings),
        )
        return self._made(kept, source, record)

    def _find_samples(self) -> bool:
        """Set the samples; whether they are made up."""
        request = self.request
        asked = request.data is not None or request.accuracy is not None or self.choice.form == "static"
        if not asked and self.model.weight_bytes > COMPARED:
            self.warnings.append(TooLargeToCompare(self.model.weight_bytes).at(None))
            return False
        session = self.model.session()
        if request.data is not None:
            self.samples = given_samples(session, request.data)
            return False
        try:
            self.samples = random_samples(session, self.model.operators, request.sizes, request.seed)
        except SpecError as error:
            if self.choice.form == "static" or request.accuracy is not None:
                raise
            self.warnings += [replace(one, severity=Severity.WARNING) for one in error.diagnostics]
        if self.choice.form == "static":
            self.warnings.append(RandomCalibration(request.seed).at(None))
        return True

    def _compared(self) -> bool:
        return next(iter(self.samples), None) is not None

    def _culprits(self) -> tuple[Culprit, ...]:
        """The layers that have to stay in floating point."""
        wanted = self.request.accuracy
        if wanted is None:
            return ()
        search = Search(lambda kept: least_cosine(self._accuracy(kept)))
        culprits = search.run(self.layers, wanted)
        if culprits is None:
            raise fail(AccuracyMissed(wanted, max(search.tried.values()), len(search.tried)))
        return culprits

    def _accuracy(self, kept: frozenset[str]) -> tuple[Accuracy, ...]:
        """Figures of the model that keeps `kept` in floating point."""
        if kept not in self.found:
            reference, session = self.model.session(), self._made(kept, self.model.source).session()
            comparisons = Comparisons()
            for index, sample in enumerate(self.samples):
                wanted = self.wanted.get(index) or reference.run(sample)
                if index not in self.wanted and self._held() < HELD:
                    self.wanted[index] = wanted
                comparisons.add(wanted, session.run(sample))
            self.found[kept] = comparisons.results()
        return self.found[kept]

    def _held(self) -> int:
        return sum(array.nbytes for outputs in self.wanted.values() for array in outputs.values())

    def _keeping(self, kept: frozenset[str]) -> Choice:
        return replace(self.choice, keep=(*self.choice.keep, *sorted(kept)))

    def _made(self, kept: frozenset[str], source: WeightSource, record: Quantisation | None = None) -> Model:
        operators = rewritten(self.network, self._keeping(kept), self.ranges)
        model = self.model
        return Model(operators, model.resolved, source, model.settings, model.ledger, model.choice, record)


def rewritten(network: Network, choice: Choice, ranges: Mapping[str, Affine]) -> OperatorGraph:
    """The graph in integers; `ranges` are those of activations, for the static form."""
    match choice.form:
        case "static":
            made = quantised_statically(network, choice, place(network, choice), ranges)
            return quantised_dynamically(Network(made), choice)
        case "dynamic":
            return quantised_dynamically(network, choice)
        case _:
            return quantised_in_blocks(network, choice)
