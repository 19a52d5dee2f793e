"""Matching a checkpoint with a model: which tensor is for which weight, and everything that does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from specc.base.diagnostics import Diagnostic, Mistake, Reporter, SpecError
from specc.base.source import Span
from specc.base.suggest import nearest
from specc.ir.graph import Role, Weight
from specc.ir.initial import File, Formula, Values
from specc.ir.relayout import Filled
from specc.resolve.weight_rules import fill_value
from specc.syntax import ast
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, same_elements
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors import TensorAmbiguous, TensorMisshaped, TensorMissing, TensorUnexpected
from specc.weights.errors_match import MoreTensors, NamesShifted, TensorOfOtherKind
from specc.weights.offers import COUNTER, Offer, Offers, compiled, offers_of, under
from specc.weights.relayout import evaluate_relayout
from specc.weights.roots import chosen_root
from specc.weights.shifted import shift_between
from specc.weights.steps import Laid

LOADED, FILLED, KEPT, COMPUTED = "loaded", "filled", "first values", "computed"
MISSING, MISFIT, UNEXPECTED = "missing", "does not fit", "unexpected"
IGNORED, UNUSED, ELSEWHERE = "ignored", "not needed", "left aside"
MOST_LISTED = 100
"""Mistakes of a kind that are listed one by one; `specc weights` shows the others."""
_MOST_SUGGESTIONS = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One weight of the model, with what was found for it, or a tensor of the file that is for none (`weight` None)."""

    weight: Weight | None
    names: tuple[str, ...]
    stored: tuple[StoredTensor, ...]
    how: str
    status: str


@dataclass(frozen=True, slots=True)
class Match:
    """What fits what. `offers` has the weights that take their values from the checkpoint."""

    checkpoint: Checkpoint
    root: str
    offers: Mapping[str, Offer]
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]

    def need(self) -> Match:
        """The match itself. Raises `SpecError` with everything that does not fit."""
        if self.diagnostics:
            raise SpecError(self.diagnostics)
        return self


def match_checkpoint(
    checkpoint: Checkpoint,
    weights: Mapping[str, Weight],
    rules: Iterable[ast.WeightRule] = (),
    partial: bool = False,
) -> Match:
    """Find the tensor of every weight. With `partial`, weights that get none keep their first values."""
    given = tuple(rules)
    wanted = [weight for weight in weights.values() if weight.role is not Role.LITERAL]
    root = chosen_root(checkpoint, [weight for weight in wanted if not _spared(weight, given)], given, partial)
    return _Matching(checkpoint, root, offers_of(checkpoint.tensors, root, given), given, partial).match(wanted)


def _computed(weight: Weight) -> bool:
    """Whether the spec itself gives the values of a weight that is not trained."""
    return weight.role is not Role.TRAINABLE and isinstance(weight.initial, Formula | Values | File)


def _spared(weight: Weight, rules: Sequence[ast.WeightRule]) -> bool:
    """Whether the checkpoint need not have a tensor for the weight."""
    others = (rule for rule in rules if isinstance(rule, ast.Fill | ast.Keep))
    return _computed(weight) or any(_matches(rule.pattern, rule.span, weight) for rule in others)


def paths_of(weight: Weight) -> tuple[str, ...]:
    """The names that a weight has: its own, and those tied to it."""
    return (weight.name, *weight.aliases)


@dataclass(slots=True)
class _Matching:
    checkpoint: Checkpoint
    root: str
    offers: Offers
    rules: Sequence[ast.WeightRule]
    partial: bool
    reporter: Reporter = field(default_factory=lambda: Reporter(most=4 * MOST_LISTED))
    chosen: dict[str, Offer] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    suggestions: int = _MOST_SUGGESTIONS
    missing: int = 0
    unexpected: int = 0
    shifted: frozenset[str] = frozenset()

    def match(self, wanted: Sequence[Weight]) -> Match:
        for diagnostic in self.offers.mistakes:
            self.reporter.add(diagnostic)
        known = {path for weight in wanted for path in paths_of(weight)}
        spare = [path for path in self.offers.by_path if path not in known]
        self._look_for_shift([weight for weight in wanted if not self._found(weight)], spare)
        for weight in wanted:
            self.rows.append(self._weight(weight, spare))
        missing = [row.weight.name for row in self.rows if row.weight is not None and row.status == MISSING]
        self._leftovers(spare, missing)
        more = (max(0, self.missing - MOST_LISTED), max(0, self.unexpected - MOST_LISTED))
        if any(more):
            self.reporter.report(MoreTensors(*more), None)
        return Match(self.checkpoint, self.root, self.chosen, tuple(self.rows), tuple(self.reporter.in_order()))

    def _found(self, weight: Weight) -> list[Offer]:
        return [offer for path in paths_of(weight) for offer in self.offers.by_path.get(path, ())]

    def _look_for_shift(self, missing: Sequence[Weight], spare: Sequence[str]) -> None:
        """Say once what would be said of every tensor, where the names differ in their beginning alone."""
        if self.partial or any(isinstance(rule, ast.Rename | ast.Under) for rule in self.rules):
            return
        shift = shift_between([weight.name for weight in missing if not _computed(weight)], spare)
        if shift is not None:
            self.shifted = shift.names
            self.reporter.report(NamesShifted(shift.prefix, shift.ours, shift.pairs, self.root), None)

    def _weight(self, weight: Weight, spare: Sequence[str]) -> Row:
        found = self._found(weight)
        if not found:
            return self._without(weight, spare)
        first = found[0]
        for offer in found:
            mistake = _misfit(weight, offer)
            if mistake is not None:
                self.reporter.report(mistake, weight.span)
                return self._row(weight, offer, MISFIT)
        for offer in found[1:]:
            if not self._same(first, offer):
                ambiguous = TensorAmbiguous(weight.name, ", ".join(first.sources), ", ".join(offer.sources))
                self.reporter.report(ambiguous, weight.span)
                return self._row(weight, first, MISFIT)
        self.chosen[weight.name] = first
        return self._row(weight, first, LOADED)

    def _row(self, weight: Weight | None, offer: Offer, status: str) -> Row:
        tensors = tuple(self.checkpoint.tensors[name] for name in offer.sources)
        return Row(weight, offer.sources, tensors, offer.how, status)

    def _same(self, first: Offer, second: Offer) -> bool:
        one, other = (evaluate_relayout(offer.made.relayout, self._load, DType.FLOAT32) for offer in (first, second))
        return same_elements(one, other, self.checkpoint.release)

    def _load(self, name: str) -> Array:
        return self.checkpoint.tensors[name].load()

    def _without(self, weight: Weight, spare: Sequence[str]) -> Row:
        """What a weight gets that the checkpoint has no tensor for."""
        for rule in self.rules:
            if isinstance(rule, ast.Fill) and _matches(rule.pattern, rule.span, weight):
                value = fill_value(rule)
                assert value is not None
                filled = Laid(Filled(weight.dims, value), weight.dims, str(weight.type.dtype))
                self.chosen[weight.name] = Offer((), filled, f"{value:g}")
                return Row(weight, (), (), f"{value:g}", FILLED)
            if isinstance(rule, ast.Keep) and _matches(rule.pattern, rule.span, weight):
                return Row(weight, (), (), "", KEPT)
        if self.offers.spoiled.intersection(paths_of(weight)):
            return Row(weight, (), (), "", MISFIT)
        if self.partial or _computed(weight):
            return Row(weight, (), (), "", COMPUTED if _computed(weight) else KEPT)
        if weight.name in self.shifted:
            return Row(weight, (), (), "", MISSING)
        self.missing += 1
        if self.missing <= MOST_LISTED:
            mistake = TensorMissing(weight.name, str(weight.type), self._near(weight.name, spare))
            self.reporter.report(mistake, weight.span)
        return Row(weight, (), (), "", MISSING)

    def _near(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Names that resemble it; for the first mistakes only, since looking takes time."""
        self.suggestions -= 1
        return nearest(name, known[:2000], 2) if self.suggestions >= 0 else ()

    def _leftovers(self, spare: Sequence[str], missing: Sequence[str]) -> None:
        """Tensors that no weight takes: those below the root have to be known to a rule."""
        self.suggestions = _MOST_SUGGESTIONS
        for path in spare:
            for offer in self.offers.by_path[path]:
                fine = IGNORED if COUNTER.fullmatch(path) else UNUSED if offer.is_optional else None
                self.unexpected += fine is None and path not in self.shifted
                if fine is None and path not in self.shifted and self.unexpected <= MOST_LISTED:
                    self.reporter.report(TensorUnexpected(", ".join(offer.sources), self._near(path, missing)), None)
                self.rows.append(self._row(None, offer, fine or UNEXPECTED))
        for name, tensor in self.checkpoint.tensors.items():
            status = IGNORED if name in self.offers.ignored else ELSEWHERE if under(name, self.root) is None else None
            if status is not None:
                self.rows.append(Row(None, (name,), (tensor,), "", status))


def _matches(pattern: str, span: Span, weight: Weight) -> bool:
    expression: re.Pattern[str] = compiled(pattern, span)
    return any(expression.fullmatch(path) for path in paths_of(weight))


def _misfit(weight: Weight, offer: Offer) -> Mistake | None:
    made = offer.made
    names = f"`{', '.join(offer.sources)}`"
    given = f"{made.dtype}[{', '.join(map(str, made.shape))}] ({names}{f', {offer.how}' if offer.how else ''})"
    if made.shape != weight.type.shape:
        return TensorMisshaped(weight.name, str(weight.type), given)
    if not _convertible(made.dtype, weight.type.dtype):
        return TensorOfOtherKind(weight.name, str(weight.type), given)
    return None


def _convertible(stored: str, wanted: DType) -> bool:
    """Floating point becomes floating point, integers and booleans whole numbers that can hold them."""
    if wanted.is_float:
        return stored.startswith(("float", "bfloat"))
    return stored.startswith(("int", "uint", "bool"))
