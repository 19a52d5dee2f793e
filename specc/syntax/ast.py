"""The one syntax tree of both spellings. Spans are kept beside, and do not take part in equality."""

from __future__ import annotations

from dataclasses import field

from specc.base.source import Source
from specc.syntax.ast_weights import Fill as Fill
from specc.syntax.ast_weights import Ignore as Ignore
from specc.syntax.ast_weights import Keep as Keep
from specc.syntax.ast_weights import Rename as Rename
from specc.syntax.ast_weights import Under as Under
from specc.syntax.ast_weights import WeightRule as WeightRule
from specc.syntax.ast_weights import WeightStep as WeightStep
from specc.syntax.element import Element as Element
from specc.syntax.element import node as node

# --- expressions ---------------------------------------------------------------------------------------------------


@node
class Number(Element):
    """A number, and the way it was written: `61_706`, `1e-5`, `5G`."""

    value: int | float
    text: str


@node
class String(Element):
    """A string."""

    value: str


@node
class Boolean(Element):
    """`true` or `false`."""

    value: bool


@node
class Nothing(Element):
    """`none`, in a subscript also a new axis."""


@node
class Name(Element):
    """A name to be looked up."""

    name: str


@node
class ListExpression(Element):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@node
class TupleExpression(Element):
    """`(a, b)`: several values side by side."""

    items: tuple[Expression, ...]


@node
class MapExpression(Element):
    """`{50: [3, 4, 6, 3], "a": b}`."""

    entries: tuple[tuple[Expression, Expression], ...]


@node
class Unary(Element):
    """`-x`, `+x`, `not x`."""

    operator: str
    operand: Expression


@node
class Binary(Element):
    """`a + b - c`: operands of one precedence, taken from the left (`**` from the right); `+ - * / // % ** @`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@node
class Comparison(Element):
    """`a < b <= c`; operators `== != < <= > >= in`, `not in`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@node
class Logical(Element):
    """`a and b and c`, `a or b`."""

    operator: str
    operands: tuple[Expression, ...]


@node
class Conditional(Element):
    """`value if condition else otherwise`."""

    value: Expression
    condition: Expression
    otherwise: Expression


@node
class Comprehension(Element):
    """`[element for target in iterable if condition]`."""

    element: Expression
    target: Target
    iterable: Expression
    condition: Expression | None


@node
class Member(Element):
    """`value.name`."""

    value: Expression
    name: str


@node
class Range(Element):
    """`start:stop:step` in a subscript."""

    start: Expression | None
    stop: Expression | None
    step: Expression | None


@node
class Ellipsis_(Element):
    """`...` in a subscript."""


@node
class Subscript(Element):
    """`value[index, ...]`."""

    value: Expression
    indices: tuple[Expression | Range | Ellipsis_, ...]


@node
class Argument(Element):
    """An argument of a call, by position where `name` is None."""

    name: str | None
    value: Expression


@node
class Call(Element):
    """`callee(arguments)`."""

    callee: Expression
    arguments: tuple[Argument, ...]


@node
class Path(Element):
    """`layer{stage + 1}.{i}`: text and expressions in turn, as written; `.` alone means the enclosing scope itself."""

    parts: tuple[str | Expression, ...]


@node
class Stage(Element):
    """One step of a pipeline: what is applied, and its name."""

    value: Expression
    path: Path | None


@node
class Pipeline(Element):
    """`source -> stage as name -> stage`; without stages it names its source: `embedding(10, 4) as wte`."""

    source: Stage
    stages: tuple[Stage, ...]


Expression = (
    Number
    | String
    | Boolean
    | Nothing
    | Name
    | ListExpression
    | TupleExpression
    | MapExpression
    | Unary
    | Binary
    | Comparison
    | Logical
    | Conditional
    | Comprehension
    | Member
    | Subscript
    | Call
    | Pipeline
)


@node
class TypeExpression(Element):
    """`float32[N, 3, T + 1]`."""

    dtype: str
    dims: tuple[Expression, ...]


@node
class TargetTuple(Element):
    """`(h, c)` on the left of `=` or after `for`."""

    items: tuple[Target, ...]


Target = Name | TargetTuple

# --- statements ----------------------------------------------------------------------------------------------------


@node
class Parameter(Element):
    """A parameter of a model, block or function: `width: int = 64`. `kind` is the annotation."""

    name: str
    kind: str | None
    default: Expression | None


@node
class Model(Element):
    """`model resnet(depth = 50)`."""

    name: str
    parameters: tuple[Parameter, ...]


@node
class Docstring(Element):
    '''A `"""text"""` statement: of the model at the top, of a block as its first statement.'''

    text: str


@node
class Import(Element):
    """`import "blocks.specc" as blocks` or `import std`: a whole file, under one name."""

    location: str
    name: str


@node
class ImportedName(Element):
    """`name as alias`."""

    name: str
    alias: str


@node
class FromImport(Element):
    """`from "blocks.specc" import a, b as c`."""

    location: str
    names: tuple[ImportedName, ...]


@node
class Input(Element):
    """`input name: type as external.path = default`; with a default it may be left out when the model runs."""

    name: str
    type: TypeExpression
    path: Path | None
    default: Expression | None


@node
class State(Element):
    """`state h: type as past.h -> present.h = default`: an input, and the output that feeds it in the next run."""

    name: str
    type: TypeExpression
    path: Path | None
    next_path: Path | None
    default: Expression | None


@node
class Next(Element):
    """`next h: type = value`: the state's value for the next run."""

    name: str
    type: TypeExpression | None
    value: Expression


@node
class Output(Element):
    """`output name: type as external.path = value`; without a value, the tensor of that name."""

    name: str
    type: TypeExpression | None
    path: Path | None
    value: Expression | None


@node
class Weight(Element):
    """`param name: type as path = initialiser` (trained) or `const name[i, j]: type as path = formula` (fixed)."""

    name: str
    trainable: bool
    indices: tuple[str, ...]
    type: TypeExpression
    path: Path | None
    value: Expression | None


@node
class Assign(Element):
    """`target = value`."""

    target: Target
    value: Expression


@node
class Definition(Element):
    """`block name(parameters):` builds layers; `function name(parameters):` only computes values."""

    keyword: str
    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]


@node
class Branch(Element):
    """A condition and what is done where it holds."""

    condition: Expression
    body: tuple[Statement, ...]


@node
class If(Element):
    """`if`, any `elif`, `else`."""

    branches: tuple[Branch, ...]
    otherwise: tuple[Statement, ...]


@node
class For(Element):
    """`for target in iterable:`."""

    target: Target
    iterable: Expression
    body: tuple[Statement, ...]


@node
class Return(Element):
    """`return a, b`."""

    value: Expression


@node
class Require(Element):
    """`require T <= 512, "message"`: of symbols, a promise about every run; of other values, a check now."""

    condition: Expression
    text: str | None


@node
class Expect(Element):
    """`expect(depth = 50): params == 25_557_032, macs(N = 1) <= 5G`."""

    conditions: tuple[Argument, ...]
    checks: tuple[Expression, ...]


@node
class Weights(Element):
    """`weights:` and its rules, first match wins."""

    rules: tuple[WeightRule, ...]


Statement = (
    Model
    | Docstring
    | Import
    | FromImport
    | Input
    | State
    | Next
    | Output
    | Weight
    | Assign
    | Definition
    | If
    | For
    | Return
    | Require
    | Expect
    | Weights
)


@node
class Comment(Element):
    """`# text`, without the `#`; `own_line` where nothing stands before it on its line."""

    text: str
    own_line: bool


@node
class Module:
    """One file: its statements and, beside them, its comments in order."""

    source: Source = field(compare=False, repr=False)
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(compare=False)
