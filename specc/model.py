"""A compiled model: written, run, its weights looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias, Union

from specc.base.diagnostics import Diagnostic, fail
from specc.emit.data_file import Progress
from specc.emit.settings import EmitSettings
from specc.emit.stored import stored_initializers, total_bytes
from specc.emit.write import inline_model, model_bytes, write_model
from specc.errors import WrongValue
from specc.ir.graph import Role
from specc.ir.operators import OperatorGraph
from specc.passes.ledger import Ledger
from specc.quantise.record import Quantisation
from specc.resolve.resolve import ResolvedModel
from specc.weights.arrays import Array
from specc.weights.given import given_checkpoint
from specc.weights.match import Match, match_checkpoint
from specc.weights.open import open_checkpoint
from specc.weights.rule_file import read_rules
from specc.weights.source import CheckpointWeights, SeededWeights, WeightSource

if TYPE_CHECKING:
    from specc.emit.model import Proto
    from specc.passes.choice import Optimisation
    from specc.runtime.placement import Placement
    from specc.runtime.session import Session, SessionSettings

IN_MEMORY = 1 << 30
"""Bytes of weights up to which a model is run from memory; above, from a temporary folder."""
Weights: TypeAlias = Union[str, Path, Mapping[str, Array], None]


@dataclass(repr=False)
class Model:
    """A spec compiled to ONNX operators. Values of weights are read or drawn when they are needed; `ledger` says what
    was rewritten, `quantisation` what became integers, and how near the model is to the one in floating point."""

    operators: OperatorGraph
    resolved: ResolvedModel
    source: WeightSource
    settings: EmitSettings
    ledger: Ledger = field(default_factory=Ledger)
    choice: Optimisation | None = None
    quantisation: Quantisation | None = None
    _session: Session | None = None
    _folder: TemporaryDirectory[str] | None = None

    def __repr__(self) -> str:
        return f"<specc.Model {self.operators.name}: {self.operator_count} operators, opset {self.opset}>"

    @property
    def opset(self) -> int:
        """Version of the standard operators."""
        return self.settings.opset

    @property
    def operator_count(self) -> int:
        """Operators of the main graph."""
        return len(self.operators.operators)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was strange about the weights that were written or run so far: tensors that are not finite; and about
        how the model was quantised."""
        quantised = self.quantisation.warnings if self.quantisation else ()
        return (*quantised, *self.source.warnings)

    @property
    def weights(self) -> dict[str, Array]:
        """Every trainable tensor and buffer by its path, as the spec lays it out."""
        stored = self.resolved.graph.weights.values()
        return {weight.name: self.source.fetch(weight) for weight in stored if weight.role is not Role.LITERAL}

    @cached_property
    def proto(self) -> Proto:
        """The `onnx.ModelProto`, weights included; at most 2 GiB."""
        return inline_model(self.operators, self.source, self.settings)

    def save(self, path: str | Path, progress: Progress | None = None) -> tuple[Path, ...]:
        """Write the model; the files that were written. Large weights go to `<name>.onnx.data` beside it."""
        more = (progress,) if progress else ()
        return write_model(Path(path), self.operators, self.source, self.settings, *more)

    def run(self, inputs: Mapping[str, Array] | None = None, /, **named: Array) -> dict[str, Array]:
        """The outputs by name. Inputs whose names have dots go into `inputs`. Raises `SpecError` if they do not fit."""
        given: object = inputs
        if given is not None and not isinstance(given, Mapping):
            wanted = "arrays by the names of inputs, as in `run({'x': array})` or `run(x=array)`"
            raise fail(WrongValue("inputs", wanted, f"a {type(given).__name__}"))
        return self.session().run({**(inputs or {}), **named})

    def session(self, settings: SessionSettings | None = None) -> Session:
        """The model loaded on the CPU, kept for later runs, or loaded anew as `settings` say."""
        from specc.runtime.session import SessionSettings

        if settings is not None:
            return self._load(settings)
        if self._session is None:
            self._session = self._load(SessionSettings())
        return self._session

    def placement(self) -> Placement:
        """Where its nodes would run with the CUDA provider. Raises `SpecError` where there is none."""
        from specc.runtime.placement import placement

        return placement(self._loadable())

    def _load(self, settings: SessionSettings) -> Session:
        from specc.runtime.session import open_session

        return replace(open_session(self._loadable(), settings, self.settings.session), owner=self._folder)

    def _loadable(self) -> Path | bytes:
        """The model in memory, or where it is large as a file in a temporary folder."""
        if self.weight_bytes <= IN_MEMORY:
            return self.to_bytes()
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="specc-")
            self.save(Path(self._folder.name) / "model.onnx")
        return Path(self._folder.name) / "model.onnx"

    @property
    def weight_bytes(self) -> int:
        """Bytes of the tensors that are stored with the model."""
        return total_bytes(stored_initializers(self.operators, self.settings))

    def to_bytes(self) -> bytes:
        """The model in one piece of at most 2 GiB."""
        return model_bytes(self.operators, self.source, self.settings)


@dataclass(frozen=True, slots=True)
class WeightChoice:
    """The weights of a compile: see `Spec.compile`."""

    weights: Weights = None
    seed: int = 0
    partial: bool = False
    rules: str | Path | None = None


def open_weights(resolved: ResolvedModel, choice: WeightChoice) -> WeightSource:
    """Where the values of the weights of `resolved` come from. Raises `SpecError` for what does not fit them."""
    if choice.weights is None or choice.weights == "none":
        return SeededWeights(choice.seed)
    return CheckpointWeights(matched_weights(resolved, choice).need(), choice.seed)


def matched_weights(resolved: ResolvedModel, choice: WeightChoice) -> Match:
    """How the given file or arrays fit the weights of `resolved`, with the rules of a file before those of the spec."""
    weights = choice.weights
    assert weights is not None
    checkpoint = given_checkpoint(weights) if isinstance(weights, Mapping) else open_checkpoint(Path(weights))
    more = read_rules(Path(choice.rules)) if choice.rules is not None else ()
    return match_checkpoint(checkpoint, resolved.graph.weights, (*more, *resolved.weight_rules), choice.partial)
