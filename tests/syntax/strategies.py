"""Arbitrary modules of the language, as trees without places."""

from __future__ import annotations

from hypothesis import strategies as st

from specc.base.source import Source, Span
from specc.syntax import ast

SOURCE = Source("generated", "")
HERE = Span(SOURCE, 0, 0)

NAMES = (
    "x",
    "y",
    "width",
    "N",
    "conv",
    "relu",
    "input",
    "output",
    "state",
    "weights",
    "expect",
    "when",
    "null",
    "model",
)
WORDS = (*NAMES, "if", "in", "as", "not", "from", "true", "none")
NUMBERS = (("0", 0), ("7", 7), ("61_706", 61_706), ("1.5", 1.5), ("1e-5", 1e-5), ("5G", 5 * 10**9), ("1.5K", 1500))
KINDS = ("int", "float", "bool", "str", "list", "map", "block", "tensor")
SIGNS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")

names = st.sampled_from(NAMES)
words = st.sampled_from(WORDS)
strings = st.text(st.sampled_from("ab 'é\"\\\n\t#:{}[],-&*!|>%@~_\u200b\U0001f600"), max_size=6)
numbers = st.builds(lambda pair: ast.Number(HERE, pair[1], pair[0]), st.sampled_from(NUMBERS))
atoms = st.one_of(
    numbers,
    st.builds(ast.String, st.just(HERE), strings),
    st.builds(ast.Boolean, st.just(HERE), st.booleans()),
    st.just(ast.Nothing(HERE)),
    st.builds(ast.Name, st.just(HERE), names),
)


def tuples(items: st.SearchStrategy, least: int = 0, most: int = 3) -> st.SearchStrategy:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _targets() -> st.SearchStrategy[ast.Target]:
    name = st.builds(ast.Name, st.just(HERE), names)
    inner = st.one_of(name, st.builds(ast.TargetTuple, st.just(HERE), tuples(name, 1)))
    return st.one_of(name, st.builds(ast.TargetTuple, st.just(HERE), tuples(inner, 1)))


targets = _targets()


@st.composite
def paths(draw: st.DrawFn, inner: st.SearchStrategy) -> ast.Path:
    if draw(st.integers(0, 5)) == 0:
        return ast.Path(HERE, (".",))
    parts: list[str | ast.Expression] = []
    for number in range(draw(st.integers(1, 3))):
        dot = "." if number else ""
        kind = draw(st.integers(0, 2))
        if kind == 0:
            parts.append(dot + draw(st.sampled_from(("a", "0", "layer", "if", "conv_1"))))
        elif kind == 1:
            parts += [dot + "layer", draw(inner)]
        else:
            parts += [dot, draw(inner)] if dot else [draw(inner)]
    return ast.Path(HERE, tuple(_merged(parts)))


def _merged(parts: list[str | ast.Expression]) -> list[str | ast.Expression]:
    found: list[str | ast.Expression] = []
    for part in parts:
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found


def _extended(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    here = st.just(HERE)
    path = st.one_of(st.none(), paths(inner))
    stage = st.builds(ast.Stage, here, inner, path)
    argument = st.builds(ast.Argument, here, st.none(), inner)
    named = st.builds(ast.Argument, here, words, inner)
    arguments = st.builds(lambda first, then: first + then, tuples(argument, 0, 2), tuples(named, 0, 2))
    bound = st.one_of(st.none(), inner)
    index = st.one_of(inner, st.builds(ast.Range, here, bound, bound, bound), st.just(ast.Ellipsis_(HERE)))
    return st.one_of(
        st.builds(ast.ListExpression, here, tuples(inner)),
        st.builds(ast.TupleExpression, here, tuples(inner)),
        st.builds(ast.MapExpression, here, tuples(st.tuples(inner, inner))),
        st.builds(ast.Unary, here, st.sampled_from(("-", "+", "not")), inner),
        st.sampled_from((("+", "-"), ("*", "/", "//", "%", "@"), ("**",))).flatmap(
            lambda signs: st.builds(ast.Binary, here, inner, tuples(st.tuples(st.sampled_from(signs), inner), 1))
        ),
        st.builds(ast.Comparison, here, inner, tuples(st.tuples(st.sampled_from(SIGNS), inner), 1, 2)),
        st.builds(ast.Logical, here, st.sampled_from(("and", "or")), tuples(inner, 2)),
        st.builds(ast.Conditional, here, inner, inner, inner),
        st.builds(ast.Comprehension, here, inner, targets, inner, bound),
        st.builds(ast.Member, here, inner, words),
        st.builds(ast.Subscript, here, inner, tuples(index, 1)),
        st.builds(ast.Call, here, inner, arguments),
        st.builds(ast.Pipeline, here, stage, tuples(stage, 1)),
        st.builds(ast.Pipeline, here, st.builds(ast.Stage, here, inner, paths(inner)), st.just(())),
    )


expressions = st.recursive(atoms, _extended, max_leaves=12)
_HERE = st.just(HERE)
_maybe = st.one_of(st.none(), expressions)
_path = st.one_of(st.none(), paths(atoms))
types = st.builds(ast.TypeExpression, _HERE, st.sampled_from(("float32", "int64")), tuples(expressions))
parameters = st.builds(ast.Parameter, _HERE, names, st.one_of(st.none(), st.sampled_from(KINDS)), _maybe)
docstrings = st.builds(ast.Docstring, _HERE, st.text(st.sampled_from("ab \"'\\\n\t#:é"), max_size=8))
steps = st.builds(ast.WeightStep, _HERE, names, tuples(st.one_of(names, st.integers(-(10**9) + 1, 10**9 - 1)), 0, 3))
rules = st.one_of(
    st.builds(ast.Rename, _HERE, tuples(strings, 1, 3), tuples(steps, 0, 3), tuples(strings, 1, 3)),
    st.builds(ast.Fill, _HERE, strings, expressions),
    *(st.builds(kind, _HERE, strings) for kind in (ast.Ignore, ast.Keep, ast.Under)),
)
_locations = st.sampled_from(("std", "std.vision", "blocks.specc", "../a b/c.yaml", "odd name", 'it\'s/"x".specc'))
_checks = tuples(expressions, 1)


def _next_paths(state: ast.State) -> ast.State:
    """The outer name of the next value stands behind that of the present one."""
    next_path = state.next_path if state.path else None
    return ast.State(HERE, state.name, state.type, state.path, next_path, state.default)


def _weight(weight: ast.Weight) -> ast.Weight:
    indices = () if weight.trainable else weight.indices
    return ast.Weight(HERE, weight.name, weight.trainable, indices, weight.type, weight.path, weight.value)


simple = st.one_of(
    docstrings,
    st.builds(ast.Import, _HERE, _locations, names),
    st.builds(ast.Import, _HERE, st.just("std"), st.just("std")),
    st.builds(ast.FromImport, _HERE, _locations, tuples(st.builds(ast.ImportedName, _HERE, names, names), 1)),
    st.builds(ast.Input, _HERE, names, types, _path, _maybe),
    st.builds(ast.State, _HERE, names, types, _path, _path, _maybe).map(_next_paths),
    st.builds(ast.Next, _HERE, names, st.one_of(st.none(), types), expressions),
    st.builds(ast.Output, _HERE, names, st.one_of(st.none(), types), _path, _maybe),
    st.builds(ast.Weight, _HERE, names, st.booleans(), tuples(names), types, _path, _maybe).map(_weight),
    st.builds(ast.Assign, _HERE, targets, expressions),
    st.builds(ast.Return, _HERE, expressions),
    st.builds(ast.Require, _HERE, expressions, st.one_of(st.none(), strings)),
    st.builds(
        ast.Expect,
        _HERE,
        st.one_of(st.just(()), tuples(st.builds(ast.Argument, _HERE, words, expressions), 1)),
        _checks,
    ),
    st.builds(ast.Weights, _HERE, tuples(rules, 1)),
)


def _compound(inner: st.SearchStrategy[ast.Statement]) -> st.SearchStrategy[ast.Statement]:
    body = tuples(inner, 1)
    branch = st.builds(ast.Branch, _HERE, expressions, body)
    return st.one_of(
        st.builds(ast.If, _HERE, tuples(branch, 1), st.one_of(st.just(()), body)),
        st.builds(ast.For, _HERE, targets, expressions, body),
        st.builds(ast.Definition, _HERE, st.sampled_from(("block", "function")), names, tuples(parameters), body),
    )


statements = st.recursive(simple, _compound, max_leaves=6)
models = st.builds(ast.Model, _HERE, names, tuples(parameters))


@st.composite
def modules(draw: st.DrawFn) -> ast.Module:
    """A module; its model, if it has one, comes first."""
    first = draw(tuples(models, 0, 1))
    return ast.Module(SOURCE, first + draw(tuples(statements, 0, 6)), ())
