"""Rules for weights, checked before there are any: patterns, steps and what the steps take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc.base.diagnostics import Mistake, Reporter
from specc.base.errors import LimitExceeded
from specc.base.limits import DEFAULT_LIMITS
from specc.base.patterns import pattern_problem, quietly_compiled
from specc.base.suggest import nearest
from specc.resolve.errors_types import BadPattern, SlowPattern
from specc.resolve.errors_weights import UnknownStep, WrongRule
from specc.syntax import ast

_SHAPES = {
    "transpose": (0, 0, "nothing"),
    "permute": (1, 16, "the order of the axes, as in `permute(2, 0, 1)`"),
    "reshape": (1, 16, "sizes, as in `reshape(-1, 64)`"),
    "flatten": (0, 2, "the first and the last of the axes that become one, as in `flatten(0, 1)`"),
    "kernel": (0, 0, "nothing"),
    "depthwise": (0, 0, "nothing"),
    "slice": (3, 3, "an axis, a start and an end, as in `slice(0, 0, 512)`"),
    "split": (1, 64, "an axis, and perhaps the sizes of the parts, as in `split(0)`"),
    "concat": (1, 1, "an axis, as in `concat(0)`"),
    "stack": (1, 1, "an axis, as in `stack(0)`"),
    "float": (0, 0, "nothing"),
}
STEPS = (*_SHAPES, "gates")
JOINING = ("concat", "stack")
_ALIKE = str.maketrans("cjh", "ggn")
_GATES = "two orders of the gates, as in `gates(zrh, rzn)`"


def check_rule(rule: ast.WeightRule, reporter: Reporter, longest: int = DEFAULT_LIMITS.pattern) -> None:
    """Report what is wrong with a rule; a pattern has at most `longest` characters."""
    for mistake in _pattern_mistakes(rule, longest):
        reporter.report(mistake, rule.span)
    if isinstance(rule, ast.Fill) and fill_value(rule) is None:
        reporter.report(WrongRule("`fill`", "takes a number"), rule.value.span)
    if isinstance(rule, ast.Rename):
        for step in rule.steps:
            for mistake in _step_mistakes(step):
                reporter.report(mistake, step.span)
        for mistake in _join_mistakes(rule):
            reporter.report(mistake, rule.span)


def _pattern_mistakes(rule: ast.WeightRule, longest: int) -> Iterator[Mistake]:
    targets = rule.targets if isinstance(rule, ast.Rename) else ()
    if any(len(text) > longest for text in (*_patterns(rule), *targets)):
        yield LimitExceeded("a pattern is too long", longest, "pattern")
        return
    for pattern in _patterns(rule):
        slow = pattern_problem(pattern)
        if slow is not None:
            yield SlowPattern(pattern, slow)
            continue
        try:
            compiled = quietly_compiled(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            yield BadPattern(pattern, str(error))
            continue
        for target in targets:
            try:
                compiled.sub(target, "")
            except (re.error, OverflowError, RecursionError, IndexError) as error:
                yield BadPattern(target, str(error), pattern)


def fill_value(rule: ast.Fill) -> float | None:
    """The number of a `fill`; None where it is none."""
    match rule.value:
        case ast.Number(value=value):
            return float(value)
        case ast.Unary(operator="-", operand=ast.Number(value=value)):
            return -float(value)
    return None


def gate_order(step: ast.WeightStep) -> tuple[int, ...] | None:
    """Where each gate of the second order stands in the first; None where they are not the same gates. `c` and `j` are
    LSTM's `g`, `h` is GRU's `n`."""
    orders = [str(argument).translate(_ALIKE) for argument in step.arguments]
    if len(orders) != 2 or len(set(orders[0])) != len(orders[0]) or sorted(orders[0]) != sorted(orders[1]):
        return None
    return tuple(orders[0].index(gate) for gate in orders[1])


def _patterns(rule: ast.WeightRule) -> tuple[str, ...]:
    if isinstance(rule, ast.Rename):
        return rule.patterns
    return () if isinstance(rule, ast.Under) else (rule.pattern,)


def _step_mistakes(step: ast.WeightStep) -> Iterator[Mistake]:
    if step.name not in STEPS:
        yield UnknownStep(step.name, nearest(step.name, STEPS))
    elif step.name == "gates":
        if gate_order(step) is None:
            yield WrongRule("`gates`", f"takes {_GATES}")
    else:
        least, most, wanted = _SHAPES[step.name]
        integers = all(isinstance(argument, int) for argument in step.arguments)
        is_order = step.name != "permute" or set(step.arguments) == set(range(len(step.arguments)))
        if not (integers and least <= len(step.arguments) <= most and is_order):
            yield WrongRule(f"`{step.name}`", f"takes {wanted}")


def _join_mistakes(rule: ast.Rename) -> Iterator[Mistake]:
    names = [step.name for step in rule.steps]
    if len(rule.patterns) > 1 and not any(name in JOINING for name in names):
        yield WrongRule("several patterns", "need the step `concat` or `stack`, which makes one tensor of them")
    if names.count("split") > 1 or ("split" in names and len(rule.targets) == 1):
        yield WrongRule("`split`", "stands once in a rule that names several weights")
