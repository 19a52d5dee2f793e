"""Rules of the grammar's statements to elements of the syntax tree."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from specc.syntax import ast
from specc.syntax.build_expressions import call_arguments, path_after
from specc.syntax.builder import Builder
from specc.syntax.parts import Indices, Part, Several, after, elements


def statements_of(part: Part) -> tuple[ast.Statement, ...]:
    """The statements of a body."""
    assert isinstance(part, Several)
    return tuple(item for item in part.items if isinstance(item, ast.Statement))


def _type_of(parts: list[Part]) -> ast.TypeExpression | None:
    type_ = after(parts, "COLON")
    return type_ if isinstance(type_, ast.TypeExpression) else None


def _required_type(parts: list[Part]) -> ast.TypeExpression:
    type_ = _type_of(parts)
    assert type_ is not None
    return type_


def _value_of(builder: Builder, parts: list[Part]) -> ast.Expression | None:
    value = after(parts, "EQUAL")
    return None if value is None else builder.expression(value)


def _body(builder: Builder, parts: list[Part]) -> Part:
    return Several(builder.span(parts), elements(parts))


def _line(builder: Builder, parts: list[Part]) -> Part:
    return parts[0]


def _model(builder: Builder, parts: list[Part]) -> Part:
    parameters = tuple(part for part in parts if isinstance(part, ast.Parameter))
    return ast.Model(builder.span(parts), str(parts[1]), parameters)


def _docstring(builder: Builder, parts: list[Part]) -> Part:
    return ast.Docstring(builder.span(parts), _text(builder, parts[0]))


def _text(builder: Builder, part: Part) -> str:
    assert isinstance(part, Token)
    return builder.string(part)


def _location(builder: Builder, part: Part) -> str:
    assert isinstance(part, Token)
    return builder.string(part) if part.type == "STRING" else str(part)


def _import(builder: Builder, parts: list[Part]) -> Part:
    location, alias = _location(builder, parts[1]), after(parts, "AS")
    name = location.rpartition(".")[2] if alias is None else str(alias)
    return ast.Import(builder.span(parts), location, name)


def _from_import(builder: Builder, parts: list[Part]) -> Part:
    names = tuple(part for part in parts if isinstance(part, ast.ImportedName))
    return ast.FromImport(builder.span(parts), _location(builder, parts[1]), names)


def _imported(builder: Builder, parts: list[Part]) -> Part:
    return ast.ImportedName(builder.span(parts), str(parts[0]), str(parts[-1]))


def _input(builder: Builder, parts: list[Part]) -> Part:
    return ast.Input(
        builder.span(parts), str(parts[1]), _required_type(parts), path_after(parts), _value_of(builder, parts)
    )


def _state(builder: Builder, parts: list[Part]) -> Part:
    path, next_path = path_after(parts), path_after(parts, "ARROW")
    type_ = _required_type(parts)
    return ast.State(builder.span(parts), str(parts[1]), type_, path, next_path, _value_of(builder, parts))


def _next(builder: Builder, parts: list[Part]) -> Part:
    value = _value_of(builder, parts)
    assert value is not None
    return ast.Next(builder.span(parts), str(parts[1]), _type_of(parts), value)


def _output(builder: Builder, parts: list[Part]) -> Part:
    return ast.Output(builder.span(parts), str(parts[1]), _type_of(parts), path_after(parts), _value_of(builder, parts))


def _weight(builder: Builder, parts: list[Part]) -> Part:
    keyword, indices = parts[0], parts[2]
    return ast.Weight(
        builder.span(parts),
        str(parts[1]),
        keyword == "param",
        indices.names if isinstance(indices, Indices) else (),
        _required_type(parts),
        path_after(parts),
        _value_of(builder, parts),
    )


def _assign(builder: Builder, parts: list[Part]) -> Part:
    target = parts[0]
    assert isinstance(target, ast.Target)
    return ast.Assign(builder.span(parts), target, builder.expression(parts[2]))


def _return(builder: Builder, parts: list[Part]) -> Part:
    return ast.Return(builder.span(parts), builder.expression(parts[1]))


def _require(builder: Builder, parts: list[Part]) -> Part:
    text = None if len(parts) == 2 else _text(builder, parts[2])
    return ast.Require(builder.span(parts), builder.expression(parts[1]), text)


def _expect_header(builder: Builder, parts: list[Part]) -> Part:
    conditions = call_arguments(builder, parts[2:-1])
    return ast.Expect(builder.span(parts), conditions, ())


def _expect(builder: Builder, parts: list[Part]) -> Part:
    header = parts[0]
    assert isinstance(header, ast.Expect)
    return replace(header, span=builder.span(parts), checks=builder.expressions(parts[2:]))


def _weights(builder: Builder, parts: list[Part]) -> Part:
    return ast.Weights(builder.span(parts), tuple(part for part in parts if isinstance(part, ast.WeightRule)))


def _weight_rule(builder: Builder, parts: list[Part]) -> Part:
    span, keyword = builder.span(parts), parts[0]
    if keyword == "rename":
        strings = [isinstance(part, Token) and part.type == "STRING" for part in parts]
        count = strings.index(False, 1)
        patterns = tuple(_text(builder, part) for part in parts[1:count])
        targets = tuple(_text(builder, part) for part, is_text in zip(parts, strings, strict=True) if is_text)
        steps = tuple(part for part in parts if isinstance(part, ast.WeightStep))
        return ast.Rename(span, patterns, steps, targets[len(patterns) :])
    text = _text(builder, parts[1])
    if keyword == "fill":
        return ast.Fill(span, text, builder.expression(parts[3]))
    return {"ignore": ast.Ignore, "keep": ast.Keep, "under": ast.Under}[str(keyword)](span, text)


def _weight_step(builder: Builder, parts: list[Part]) -> Part:
    tokens = [part for part in parts[1:] if isinstance(part, Token) and part.type in ("NAME", "INTEGER")]
    arguments = tuple(int(token) if token.type == "INTEGER" else str(token) for token in tokens)
    return ast.WeightStep(builder.span(parts), str(parts[0]), arguments)


# --- statements with a body ----------------------------------------------------------------------------------------


def _definition_header(builder: Builder, parts: list[Part]) -> Part:
    parameters = tuple(part for part in parts if isinstance(part, ast.Parameter))
    return ast.Definition(builder.span(parts), str(parts[0]), str(parts[1]), parameters, ())


def _definition(builder: Builder, parts: list[Part]) -> Part:
    header, _, body = parts
    assert isinstance(header, ast.Definition)
    return replace(header, span=builder.span(parts), body=statements_of(body))


def _if_header(builder: Builder, parts: list[Part]) -> Part:
    span = builder.span(parts)
    return ast.If(span, (ast.Branch(span, builder.expression(parts[1]), ()),), ())


def _choice(builder: Builder, parts: list[Part]) -> Part:
    branches: list[ast.Branch] = []
    otherwise: tuple[ast.Statement, ...] = ()
    for header, body in zip(parts[0::3], parts[2::3], strict=True):
        statements = statements_of(body)
        if isinstance(header, ast.If):
            branches.append(replace(header.branches[0], span=builder.span([header, body]), body=statements))
        else:
            otherwise = statements
    return ast.If(builder.span(parts), tuple(branches), otherwise)


def _for_header(builder: Builder, parts: list[Part]) -> Part:
    target = parts[1]
    assert isinstance(target, ast.Target)
    return ast.For(builder.span(parts), target, builder.expression(parts[3]), ())


def _loop(builder: Builder, parts: list[Part]) -> Part:
    header, _, body = parts
    assert isinstance(header, ast.For)
    return replace(header, span=builder.span(parts), body=statements_of(body))


def _weights_header(builder: Builder, parts: list[Part]) -> Part:
    return ast.Weights(builder.span(parts), ())


STATEMENT_RULES = {
    "module": _body,
    "body": _body,
    "line": _line,
    "statement": _line,
    "header": _line,
    "model": _model,
    "docstring": _docstring,
    "import": _import,
    "from_import": _from_import,
    "imported": _imported,
    "input": _input,
    "state": _state,
    "next": _next,
    "output": _output,
    "parameter_weight": _weight,
    "constant_weight": _weight,
    "assign": _assign,
    "return": _return,
    "require": _require,
    "expect": _expect,
    "expect_block": _expect,
    "expect_header": _expect_header,
    "weights": _weights,
    "weights_header": _weights_header,
    "weight_rule": _weight_rule,
    "weight_step": _weight_step,
    "definition": _definition,
    "definition_header": _definition_header,
    "choice": _choice,
    "if_header": _if_header,
    "elif_header": _if_header,
    "loop": _loop,
    "for_header": _for_header,
}
