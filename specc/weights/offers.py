"""What a checkpoint offers to the weights of a model once rules have renamed and relaid its tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from specc.base.diagnostics import Diagnostic, fail
from specc.base.patterns import quietly_compiled, takes_too_long
from specc.base.source import Span
from specc.syntax import ast
from specc.syntax.format_statements import step_text
from specc.weights.checkpoint import StoredTensor
from specc.weights.errors import BadWeightRule
from specc.weights.errors_match import RuleDoesNotFit, RulePartMissing
from specc.weights.steps import Laid, StepFails, relaid, stored

COUNTER = re.compile(r"(.*\.)?num_batches_tracked")
"""PyTorch's count of training steps in batch norm, which no result depends on."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A tensor for one weight: the stored ones that it is made of, how, and in words."""

    sources: tuple[str, ...]
    made: Laid
    how: str = ""
    is_optional: bool = False


@dataclass(slots=True)
class Offers:
    """Offers by the path of the weight that they are for, tensors that a rule ignores, what went wrong in rules, and
    the paths that get nothing because of that."""

    by_path: dict[str, list[Offer]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    mistakes: list[Diagnostic] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def add(self, path: str, offer: Offer) -> None:
        """Offer a tensor to the weight at `path`."""
        self.by_path.setdefault(path, []).append(offer)


def offers_of(tensors: Mapping[str, StoredTensor], root: str, rules: Sequence[ast.WeightRule]) -> Offers:
    """The offers of the tensors below `root`; rules see their names without it, and the first that matches decides."""
    offers = Offers()
    applied = [(_patterns(rule), rule) for rule in rules if isinstance(rule, ast.Rename | ast.Ignore)]
    groups: dict[tuple[int, tuple[str, ...]], list[tuple[int, str]]] = {}
    for full in tensors:
        name = under(full, root)
        found = None if name is None else _first_match(name, applied)
        if name is None:
            continue
        if found is None:
            offers.add(name, _plain(full, tensors[full]))
            continue
        number, part, match = found
        rule = applied[number][1]
        if isinstance(rule, ast.Rename):
            targets = tuple(_expanded(match, target, rule.span) for target in rule.targets)
            groups.setdefault((number, targets), []).append((part, full))
        else:
            offers.ignored.add(full)
    for (number, targets), members in groups.items():
        rule = applied[number][1]
        assert isinstance(rule, ast.Rename)
        _offer_group(offers, rule, targets, members, tensors)
    return offers


def under(name: str, root: str) -> str | None:
    """`name` without the path `root` that it begins with; None where it does not."""
    if not root:
        return name
    return name[len(root) + 1 :] if name.startswith(f"{root}.") else None


def _plain(name: str, tensor: StoredTensor) -> Offer:
    return Offer((name,), stored(name, tensor.shape, tensor.dtype), tensor.relaid, tensor.optional)


def _first_match(
    name: str, rules: Iterable[tuple[tuple[re.Pattern[str], ...], ast.WeightRule]]
) -> tuple[int, int, re.Match[str]] | None:
    """Number of the rule, number of its pattern, and the match."""
    for number, (patterns, rule) in enumerate(rules):
        for part, pattern in enumerate(patterns):
            if takes_too_long(pattern.pattern, len(name)):
                raise fail(BadWeightRule(pattern.pattern, f"matching `{name}` could take forever"), rule.span)
            match = pattern.fullmatch(name)
            if match:
                return number, part, match
    return None


def _patterns(rule: ast.Rename | ast.Ignore) -> tuple[re.Pattern[str], ...]:
    texts = rule.patterns if isinstance(rule, ast.Rename) else (rule.pattern,)
    return tuple(compiled(text, rule.span) for text in texts)


def compiled(pattern: str, span: Span) -> re.Pattern[str]:
    """The pattern of a rule. Raises `SpecError` where it is none."""
    try:
        return quietly_compiled(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise fail(BadWeightRule(pattern, str(error)), span) from None


def _expanded(match: re.Match[str], replacement: str, span: Span) -> str:
    try:
        return match.expand(replacement)
    except (re.error, IndexError) as error:
        raise fail(BadWeightRule(replacement, str(error)), span) from None


def _offer_group(
    offers: Offers,
    rule: ast.Rename,
    targets: tuple[str, ...],
    members: list[tuple[int, str]],
    tensors: Mapping[str, StoredTensor],
) -> None:
    """Offer what the rule makes of the tensors that get the same targets: of each alone, or of all joined."""
    members.sort(key=lambda member: (member[0], _natural(member[1])))
    joins = any(step.name in ("concat", "stack") for step in rule.steps)
    lacking = set(range(len(rule.patterns))) - {part for part, _ in members}
    if lacking:
        pattern = rule.patterns[min(lacking)]
        offers.mistakes.append(RulePartMissing(targets[0], pattern).at(rule.span))
        offers.spoiled.update(targets)
        return
    for names in [[name for _, name in members]] if joins else [[name] for _, name in members]:
        _offer(offers, rule, targets, names, tensors)


def _offer(
    offers: Offers, rule: ast.Rename, targets: tuple[str, ...], names: list[str], tensors: Mapping[str, StoredTensor]
) -> None:
    whole = [stored(name, tensors[name].shape, tensors[name].dtype) for name in names]
    try:
        made = relaid(whole, rule.steps, len(targets))
        if len(made) not in (1, len(targets)):
            raise StepFails(f"makes {len(made)} tensors for {len(targets)} weights")
    except StepFails as error:
        offers.mistakes.append(RuleDoesNotFit(", ".join(names), str(error)).at(rule.span))
        offers.spoiled.update(targets)
        return
    first = tensors[names[0]].relaid
    how = " -> ".join([*filter(None, [first]), *map(step_text, rule.steps)])
    for target, one in zip(targets, made if len(made) > 1 else made * len(targets), strict=True):
        offers.add(target, Offer(tuple(names), replace(one, spelled=""), how + one.spelled))


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that orders `layer.2` before `layer.10`."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"([0-9]{1,18})", name)]
