"""Which dict of a training checkpoint is the model."""

from __future__ import annotations

from collections.abc import Sequence

from specc.base.diagnostics import fail
from specc.base.suggest import nearest
from specc.ir.graph import Weight
from specc.syntax import ast
from specc.weights.checkpoint import Checkpoint
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
    found = {root: _found(checkpoint, root, wanted, rules) for root in roots}
    fitting = [root for root, sources in found.items() if sources and (partial or len(sources) == len(wanted))]
    if any(found[root] != found[fitting[0]] for root in fitting[1:]):
        raise fail(RootUnclear(tuple(fitting)))
    return max(fitting, key=len) if fitting else max(found, key=lambda root: len(found[root]))


def _named(checkpoint: Checkpoint, rule: ast.Under) -> str:
    if not any(under(name, rule.path) for name in checkpoint.tensors):
        raise fail(RootMissing(rule.path, nearest(rule.path, checkpoint.roots)), rule.span)
    return rule.path


def _found(
    checkpoint: Checkpoint, root: str, wanted: Sequence[Weight], rules: Sequence[ast.WeightRule]
) -> dict[str, list[tuple[str, ...]]]:
    """The tensors below `root` that each weight is offered."""
    offered = offers_of(checkpoint.tensors, root, rules).by_path
    paths = ((weight.name, (weight.name, *weight.aliases)) for weight in wanted)
    found = {name: [offer.sources for path in tied for offer in offered.get(path, ())] for name, tied in paths}
    return {name: sources for name, sources in found.items() if sources}
