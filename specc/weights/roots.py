"""Which dict of a training checkpoint is the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.base.diagnostics import fail
from specc.base.suggest import nearest
from specc.ir.graph import Weight
from specc.syntax import ast
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors_match import RootMissing, RootUnclear
from specc.weights.offers import offers_of, under


def chosen_root(
    checkpoint: Checkpoint, wanted: Sequence[Weight], rules: Sequence[ast.WeightRule], partial: bool
) -> str:
    """The path of the dict that the tensors lie in, "" for the file as a whole: the one that a rule names, else the
    only one in which every weight is found by name; with `partial`, the only one in which any is.

    Raises `SpecError` where several are. Where none is, the one in which most are found, so that mistakes say the most.
    """
    for rule in rules:
        if isinstance(rule, ast.Under):
            return _named(checkpoint, rule)
    roots = ("", *checkpoint.roots)
    if len(roots) == 1:
        return ""
    below = _below(checkpoint, roots)
    owners = {path: weight.name for weight in wanted for path in (weight.name, *weight.aliases)}
    found = {root: _found(below[root], root, owners, rules) for root in roots}
    fitting = [root for root, sources in found.items() if sources and (partial or len(sources) == len(wanted))]
    if any(found[root] != found[fitting[0]] for root in fitting[1:]):
        raise fail(RootUnclear(tuple(fitting)))
    return max(fitting, key=len) if fitting else max(found, key=lambda root: len(found[root]))


def _named(checkpoint: Checkpoint, rule: ast.Under) -> str:
    if not any(under(name, rule.path) for name in checkpoint.tensors):
        raise fail(RootMissing(rule.path, nearest(rule.path, checkpoint.roots)), rule.span)
    return rule.path


def _below(checkpoint: Checkpoint, roots: Sequence[str]) -> dict[str, dict[str, StoredTensor]]:
    """The tensors below each root."""
    below: dict[str, dict[str, StoredTensor]] = {root: {} for root in roots}
    for name, tensor in checkpoint.tensors.items():
        below[""][name] = tensor
        for place, sign in enumerate(name):
            if sign == "." and name[:place] in below:
                below[name[:place]][name] = tensor
    return below


def _found(
    tensors: Mapping[str, StoredTensor], root: str, owners: Mapping[str, str], rules: Sequence[ast.WeightRule]
) -> dict[str, list[tuple[str, ...]]]:
    """The tensors below `root` that each weight is offered; `owners` has the weight of each path."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for path, offers in offers_of(tensors, root, rules).by_path.items():
        if path in owners:
            found.setdefault(owners[path], []).extend(offer.sources for offer in offers)
    return found
