"""Names and attributes checked everywhere, also in blocks that are never applied and in branches that are not taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.base.suggest import nearest
from specc.resolve.bind_layer import field_kinds
from specc.resolve.builtins import BUILTINS, CONSTANTS
from specc.resolve.errors import UnknownArgument, UnknownName
from specc.resolve.expand import Expander
from specc.resolve.other_names import suggested
from specc.syntax import ast

QUANTITIES = ("params", "buffers", "macs", "flops", "bytes")


@dataclass(frozen=True, slots=True)
class Names:
    """Names that are bound somewhere in a body, and those around it."""

    bound: frozenset[str]
    outer: Names | None = None

    def has(self, name: str) -> bool:
        """Whether `name` is bound here or around."""
        return name in self.bound or (self.outer is not None and self.outer.has(name))

    def all(self) -> set[str]:
        """Every name."""
        return set(self.bound) | (self.outer.all() if self.outer is not None else set())


def check_names(ex: Expander, statements: tuple[ast.Statement, ...], symbols: set[str]) -> None:
    """Report names that stand for nothing wherever they are written, and attributes that a layer does not have."""
    _Checker(ex, symbols).body(statements, None, frozenset())


class _Checker:
    def __init__(self, ex: Expander, symbols: set[str]) -> None:
        self.ex = ex
        self.known = {*symbols, *CONSTANTS, *BUILTINS, *ex.layers, "onnx"}

    def body(self, statements: tuple[ast.Statement, ...], outer: Names | None, parameters: frozenset[str]) -> None:
        """Check one body: all that it binds may be used in it."""
        names = Names(parameters | frozenset(_bound(statements)), outer)
        for statement in statements:
            self.statement(statement, names)

    def statement(self, statement: ast.Statement, names: Names) -> None:
        """Check one statement, unless so much was reported that more would only cost time."""
        if self.ex.reporter.full:
            return
        match statement:
            case ast.Definition():
                for parameter in statement.parameters:
                    self.optional(parameter.default, Names(frozenset(p.name for p in statement.parameters), names))
                self.body(statement.body, names, frozenset(p.name for p in statement.parameters))
            case ast.If():
                for branch in statement.branches:
                    self.expression(branch.condition, names)
                    self.statements(branch.body, names)
                self.statements(statement.otherwise, names)
            case ast.For():
                self.expression(statement.iterable, names)
                self.statements(statement.body, names)
            case ast.Assign() | ast.Return() | ast.Next():
                self.expression(statement.value, names)
            case ast.Output():
                self.optional(statement.value, names)
            case ast.Require():
                self.expression(statement.condition, names)
            case ast.Expect():
                inner = Names(frozenset(QUANTITIES), names)
                for check in statement.checks:
                    self.expression(check, inner)
            case _:
                pass

    def statements(self, statements: tuple[ast.Statement, ...], names: Names) -> None:
        """Check the statements of a branch or loop, which bind in the body around them."""
        for statement in statements:
            self.statement(statement, names)

    def optional(self, expression: ast.Expression | None, names: Names) -> None:
        """Check an expression that may be left out."""
        if expression is not None:
            self.expression(expression, names)

    def expression(self, expression: ast.Expression, names: Names) -> None:
        """Check an expression."""
        match expression:
            case ast.Name():
                self.name(expression, names)
            case ast.Call():
                self.call(expression, names)
            case ast.Pipeline():
                for stage in (expression.source, *expression.stages):
                    self.expression(stage.value, names)
                    self.parts(stage.path, names)
            case ast.Comprehension():
                self.expression(expression.iterable, names)
                inner = Names(frozenset(_targets(expression.target)), names)
                self.expression(expression.element, inner)
                self.optional(expression.condition, inner)
            case _:
                for part in _parts(expression):
                    self.expression(part, names)

    def words(self) -> set[str]:
        """Bare names that some attribute of some layer takes."""
        return {w for layer in self.ex.layers.values() for kind in field_kinds(layer).values() for w in kind.words}

    def parts(self, path: ast.Path | None, names: Names) -> None:
        """Check the expressions of a path."""
        for part in path.parts if path is not None else ():
            if not isinstance(part, str):
                self.expression(part, names)

    def name(self, name: ast.Name, names: Names, words: tuple[str, ...] = ()) -> None:
        """Report a name that is bound nowhere around, where `words` may stand, too."""
        if not names.has(name.name) and name.name not in self.known and name.name not in self.words():
            near = suggested(name.name, words, sorted(self.known | names.all()))
            self.ex.wrong(UnknownName(name.name, near, words), name.span)

    def argument(self, callee: ast.Expression, argument: ast.Argument, names: Names) -> None:
        """Check the value of an argument, which may be one of the words that the attribute of a layer takes."""
        layer = self.ex.layers.get(callee.name) if isinstance(callee, ast.Name) else None
        kind = field_kinds(layer).get(argument.name) if layer is not None and argument.name is not None else None
        if kind is not None and isinstance(argument.value, ast.Name):
            self.name(argument.value, names, tuple(kind.words))
        else:
            self.expression(argument.value, names)

    def call(self, call: ast.Call, names: Names) -> None:
        """Check a call; of a layer also the names of its arguments."""
        self.expression(call.callee, names)
        callee = call.callee
        for argument in call.arguments:
            self.argument(callee, argument, names)
        if not isinstance(callee, ast.Name) or names.has(callee.name) or callee.name not in self.ex.layers:
            return
        layer = self.ex.layers[callee.name]
        if callee.name in BUILTINS:
            return
        ports = tuple(port.name for port in layer.ports)
        optional = tuple(port.name for port in layer.ports if port.optional)
        known = (*optional, *field_kinds(layer))
        for argument in call.arguments:
            if argument.name is not None and argument.name not in (*known, *ports) and not _ties(argument):
                near = nearest(argument.name, known)
                self.ex.wrong(UnknownArgument(layer.name, argument.name, known, near), argument.span)


def _ties(argument: ast.Argument) -> bool:
    """Whether the argument may be a weight that is tied: only running the layer tells."""
    return not isinstance(argument.value, (ast.Number, ast.String, ast.Boolean, ast.Nothing, ast.ListExpression))


def _bound(statements: tuple[ast.Statement, ...]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case ast.Assign():
                yield from _targets(statement.target)
            case ast.Definition() | ast.Input() | ast.State() | ast.Output() | ast.Weight() | ast.Import():
                yield statement.name
            case ast.FromImport():
                yield from (name.alias for name in statement.names)
            case ast.Model():
                yield from (parameter.name for parameter in statement.parameters)
            case ast.For():
                yield from _targets(statement.target)
                yield from _bound(statement.body)
            case ast.If():
                for body in (*(branch.body for branch in statement.branches), statement.otherwise):
                    yield from _bound(body)
            case _:
                pass


def _targets(target: ast.Target) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.name
    else:
        for item in target.items:
            yield from _targets(item)


def _parts(expression: ast.Expression) -> Iterator[ast.Expression]:
    match expression:
        case ast.ListExpression() | ast.TupleExpression():
            yield from expression.items
        case ast.MapExpression():
            for key, value in expression.entries:
                yield from (key, value)
        case ast.Unary():
            yield expression.operand
        case ast.Binary() | ast.Comparison():
            yield from (expression.first, *(operand for _, operand in expression.rest))
        case ast.Logical():
            yield from expression.operands
        case ast.Conditional():
            yield from (expression.value, expression.condition, expression.otherwise)
        case ast.Member():
            yield expression.value
        case ast.Subscript():
            yield expression.value
            yield from (index for index in expression.indices if not isinstance(index, (ast.Range, ast.Ellipsis_)))
        case _:
            return
