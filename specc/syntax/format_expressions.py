"""Expressions, types, targets and paths in the text form, with no parenthesis that isn't needed."""

from __future__ import annotations

from specc.syntax import ast
from specc.syntax.format_strings import quoted
from specc.syntax.pretty import Broken, Doc, Group, Line, Nest, Soft, flat, join, separated

PIPELINE, CONDITIONAL, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER, POSTFIX, ATOM = range(12)


def expression_text(expression: ast.Expression) -> str:
    """The expression on one line."""
    return flat(expression_doc(expression))


def expression_doc(expression: ast.Expression, least: int = PIPELINE) -> Doc:
    """The expression, in parentheses if it binds less than `least`."""
    doc = _bare(expression)
    return doc if level(expression) >= least else bracketed("(", [doc], ")")


def values_doc(expression: ast.Expression) -> Doc:
    """As on the right of `=`: several values need no parentheses there."""
    if isinstance(expression, ast.TupleExpression) and len(expression.items) > 1:
        return separated([expression_doc(item) for item in expression.items], ", ")
    return expression_doc(expression)


def level(expression: ast.Expression) -> int:
    """How tightly the outermost operator binds."""
    if isinstance(expression, ast.Logical):
        return OR if expression.operator == "or" else AND
    if isinstance(expression, ast.Unary):
        return NOT if expression.operator == "not" else SIGN
    if isinstance(expression, ast.Binary):
        return _BINARY[expression.rest[0][0]]
    if isinstance(expression, ast.Pipeline):
        return PIPELINE
    if isinstance(expression, ast.Conditional):
        return CONDITIONAL
    if isinstance(expression, ast.Comparison):
        return COMPARISON
    if isinstance(expression, ast.Member | ast.Subscript | ast.Call):
        return POSTFIX
    return ATOM


def _bare(expression: ast.Expression) -> Doc:
    if isinstance(expression, ast.Number):
        return expression.text
    if isinstance(expression, ast.String):
        return quoted(expression.value)
    if isinstance(expression, ast.Boolean):
        return "true" if expression.value else "false"
    if isinstance(expression, ast.Nothing):
        return "none"
    if isinstance(expression, ast.Name):
        return expression.name
    if isinstance(expression, ast.ListExpression | ast.TupleExpression | ast.MapExpression | ast.Comprehension):
        return _collection(expression)
    if isinstance(expression, ast.Member | ast.Subscript | ast.Call):
        return _postfix(expression)
    return _operation(expression)


def _collection(
    expression: ast.ListExpression | ast.TupleExpression | ast.MapExpression | ast.Comprehension,
) -> Doc:
    if isinstance(expression, ast.ListExpression):
        return bracketed("[", [expression_doc(item) for item in expression.items], "]", _packed(expression.items))
    if isinstance(expression, ast.MapExpression):
        entries = [join(expression_doc(key), ": ", expression_doc(value)) for key, value in expression.entries]
        return bracketed("{", entries, "}")
    if isinstance(expression, ast.Comprehension):
        return bracketed("[", [_comprehension(expression)], "]", packed=True)
    if len(expression.items) == 1:
        return join("(", expression_doc(expression.items[0]), ",)")
    return bracketed("(", [expression_doc(item) for item in expression.items], ")", _packed(expression.items))


def _packed(items: tuple[ast.Expression, ...]) -> bool:
    """Whether broken items share lines: single words and numbers do."""
    return all(isinstance(item, ast.Number | ast.String | ast.Name | ast.Boolean | ast.Nothing) for item in items)


def bracketed(opening: str, items: list[Doc], closing: str, packed: bool = False) -> Doc:
    """`items` with commas, on one line or on lines of their own; several to a line where `packed`."""
    if not items:
        return opening + closing
    inner = separated(items, join(",", Soft() if packed else Line(" ")))
    last = Broken(",") if len(items) > 1 else ""
    return Group(join(opening, Nest(join(Line(), inner)), last, Line(), closing))


def _comprehension(expression: ast.Comprehension) -> Doc:
    parts = [
        expression_doc(expression.element),
        join("for ", target_doc(expression.target), " in ", expression_doc(expression.iterable, OR)),
    ]
    if expression.condition is not None:
        parts.append(join("if ", expression_doc(expression.condition, OR)))
    return separated(parts, Soft())


def _postfix(expression: ast.Member | ast.Subscript | ast.Call) -> Doc:
    if isinstance(expression, ast.Member):
        number = isinstance(expression.value, ast.Number)
        return join(expression_doc(expression.value, ATOM + 1 if number else POSTFIX), ".", expression.name)
    if isinstance(expression, ast.Subscript):
        indices = [_index(index) for index in expression.indices]
        return join(expression_doc(expression.value, POSTFIX), "[", separated(indices, ", "), "]")
    return join(expression_doc(expression.callee, POSTFIX), arguments_doc(expression.arguments))


def _index(index: ast.Expression | ast.Range | ast.Ellipsis_) -> Doc:
    if isinstance(index, ast.Ellipsis_):
        return "..."
    if not isinstance(index, ast.Range):
        return expression_doc(index)
    bounds = [index.start, index.stop] if index.step is None else [index.start, index.stop, index.step]
    return separated(["" if bound is None else expression_doc(bound) for bound in bounds], ":")


def arguments_doc(arguments: tuple[ast.Argument, ...]) -> Doc:
    """The parentheses of a call."""
    packed = all(isinstance(argument.value, _WORDS) for argument in arguments)
    return bracketed("(", [_argument(argument) for argument in arguments], ")", packed)


def _argument(argument: ast.Argument) -> Doc:
    if argument.name is None:
        return expression_doc(argument.value)
    sign = " = " if level(argument.value) <= COMPARISON else "="
    return join(argument.name, sign, expression_doc(argument.value))


def _operation(
    expression: ast.Unary | ast.Binary | ast.Comparison | ast.Logical | ast.Conditional | ast.Pipeline,
) -> Doc:
    own = level(expression)
    if isinstance(expression, ast.Pipeline):
        return pipeline_doc(expression)
    if isinstance(expression, ast.Conditional):
        value, condition = expression_doc(expression.value, OR), expression_doc(expression.condition, OR)
        return join(value, " if ", condition, " else ", expression_doc(expression.otherwise, CONDITIONAL))
    if isinstance(expression, ast.Unary):
        operator = "not " if expression.operator == "not" else expression.operator
        return join(operator, expression_doc(expression.operand, own))
    if isinstance(expression, ast.Logical):
        operands = [expression_doc(operand, own + 1) for operand in expression.operands]
        return separated(operands, f" {expression.operator} ")
    if isinstance(expression, ast.Binary) and own == POWER:
        return _power(expression)
    rest = [join(f" {operator} ", expression_doc(operand, own + 1)) for operator, operand in expression.rest]
    return join(expression_doc(expression.first, own + 1), *rest)


def _power(expression: ast.Binary) -> Doc:
    """The exponent alone may carry a sign without parentheses, and only the last one: a sign takes in what follows."""
    *inner, (_, last) = expression.rest
    rest = [join(" ** ", expression_doc(operand, POSTFIX)) for _, operand in inner]
    exponent = expression_doc(last, POSTFIX if level(last) != SIGN else SIGN)
    return join(expression_doc(expression.first, POSTFIX), *rest, " ** ", exponent)


def pipeline_doc(expression: ast.Pipeline) -> Doc:
    """The pipeline; broken where it must be, with as many stages to a line as fit."""
    stages = [join(Soft(), "-> ", stage_doc(stage)) for stage in expression.stages]
    return Group(join(source_doc(expression.source), Nest(join(*stages))))


def source_doc(source: ast.Stage) -> Doc:
    """What a pipeline begins with."""
    return _named(expression_doc(source.value, CONDITIONAL), source.path)


def stage_doc(stage: ast.Stage) -> Doc:
    """One step of a pipeline."""
    return _named(expression_doc(stage.value, POSTFIX), stage.path)


def _named(doc: Doc, path: ast.Path | None) -> Doc:
    return doc if path is None else join(doc, " as ", path_text(path))


def path_text(path: ast.Path) -> str:
    """What stands after `as`."""
    parts = [part if isinstance(part, str) else "{" + expression_text(part) + "}" for part in path.parts]
    return "".join(parts)


def type_doc(type_: ast.TypeExpression) -> Doc:
    """`float32[N, 3]`."""
    return join(type_.dtype, "[", separated([expression_doc(dim) for dim in type_.dims], ", "), "]")


def target_doc(target: ast.Target, inner: bool = False) -> Doc:
    """What stands left of `=`; parentheses only around a tuple inside a tuple, or around a single name."""
    if isinstance(target, ast.Name):
        return target.name
    if len(target.items) == 1:
        return join("(", target_doc(target.items[0], inner=True), ",)")
    items = separated([target_doc(item, inner=True) for item in target.items], ", ")
    return join("(", items, ")") if inner else items


_WORDS = (ast.Number, ast.String, ast.Name, ast.Boolean, ast.Nothing)
_BINARY = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT, "@": PRODUCT, "**": POWER}
