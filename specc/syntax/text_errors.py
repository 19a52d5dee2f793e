"""Mistakes in the statements and expressions of the text form."""

from __future__ import annotations

from typing import ClassVar

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean

# --- statements ----------------------------------------------------------------------------------------------------


@mistake
class MissingColon(Mistake):
    r"""A header does not end with a colon.

    Why: the colon says that an indented body follows.
    Wrong: for i in range(3)\n    x = relu(x)
    Right: for i in range(3):\n    x = relu(x)
    """

    code: ClassVar[str] = "SP1110"
    title: ClassVar[str] = "missing colon"
    keyword: str

    def message(self) -> str:
        return f"expected `:` at the end of this `{self.keyword}` line"

    def hint(self) -> str | None:
        """What to do."""
        return "end the line with `:` and indent the lines that belong to it"


@mistake
class UnexpectedText(Mistake):
    """The text cannot go on like this.

    Why: something is missing before this place, or too much.
    Wrong: x = [1, 2 3]
    Right: x = [1, 2, 3]
    """

    code: ClassVar[str] = "SP1111"
    title: ClassVar[str] = "syntax error"
    found: str
    expected: str | None
    advice: str | None = None

    def message(self) -> str:
        if self.expected is None:
            return f"{self.found} cannot stand here"
        return f"expected {self.expected}, found {self.found}"

    def label(self) -> str:
        return f"expected {self.expected}" if self.expected else ""

    def hint(self) -> str | None:
        if self.advice or self.expected is None:
            return self.advice or "take it out, or put the sign that is missing before it"
        if self.found.startswith("the end of"):
            return f"go on with {self.expected}"
        return f"put {self.expected.partition(' to close ')[0]} before it, or take it out"


@mistake
class KeywordAsName(Mistake):
    """A keyword is used as a name.

    Why: the word has a meaning of its own at this place.
    Wrong: for = relu(x)
    Right: forward = relu(x)
    """

    code: ClassVar[str] = "SP1112"
    title: ClassVar[str] = "keyword used as a name"
    keyword: str

    def message(self) -> str:
        return f"`{self.keyword}` is a keyword and cannot be used as a name here"

    def hint(self) -> str:
        return f"choose another name, such as `{self.keyword}_`"


@mistake
class BareExpression(Mistake):
    """An expression stands alone on its line.

    Why: an expression changes nothing; only its value, given to a name, is of use.
    Wrong: relu(x)
    Right: y = relu(x)
    """

    code: ClassVar[str] = "SP1113"
    title: ClassVar[str] = "expression without effect"

    def message(self) -> str:
        return "this expression is computed and thrown away"

    def hint(self) -> str:
        return "give its value to a name: `y = ...`"


@mistake
class AssignmentInCondition(Mistake):
    r"""`=` stands where two values are compared.

    Why: `=` gives a value to a name, `==` compares.
    Wrong: if stride = 1:\n    y = x
    Right: if stride == 1:\n    y = x
    """

    code: ClassVar[str] = "SP1114"
    title: ClassVar[str] = "`=` instead of `==`"

    def message(self) -> str:
        return "`=` cannot stand here; values are compared with `==`"

    def hint(self) -> str:
        return "write `==`"


@mistake
class ComparisonAsStatement(Mistake):
    """`==` stands where a value is given to a name.

    Why: `==` compares, and the result is thrown away.
    Wrong: y == relu(x)
    Right: y = relu(x)
    """

    code: ClassVar[str] = "SP1115"
    title: ClassVar[str] = "`==` instead of `=`"

    def message(self) -> str:
        return "this only compares; a value is given to a name with `=`"

    def hint(self) -> str:
        return "write `=`, or `require ...` to have the comparison checked"


@mistake
class MissingParentheses(Mistake):
    """The arguments of a call are not in parentheses.

    Why: without them the call ends at its name.
    Wrong: y = x -> conv 64, 3
    Right: y = x -> conv(64, 3)
    """

    code: ClassVar[str] = "SP1116"
    title: ClassVar[str] = "call without parentheses"
    name: str
    found: str

    def message(self) -> str:
        return f"{self.found} cannot follow `{self.name}` directly"

    def hint(self) -> str:
        if self.name == "lambda":
            return "define a `function`, or a `block` where there are layers"
        return f"put the arguments in parentheses: `{self.name}(...)`"


@mistake
class UnknownStatement(Mistake):
    """A line begins with a word that begins no statement.

    Why: the keyword is misspelt, or comes from another language.
    Wrong: inptu image: float32[N, 3, 224, 224]
    Right: input image: float32[N, 3, 224, 224]
    """

    code: ClassVar[str] = "SP1117"
    title: ClassVar[str] = "unknown statement"
    word: str
    candidates: tuple[str, ...]

    def message(self) -> str:
        return f"`{self.word}` begins no statement"

    def hint(self) -> str | None:
        return did_you_mean(self.candidates)


@mistake
class BadTarget(Mistake):
    """What stands left of `=` cannot be given a value.

    Why: values are given to names; tensors and lists are never changed in place.
    Wrong: x[0] = y
    Right: x = concat(y, x[1:])
    """

    code: ClassVar[str] = "SP1118"
    title: ClassVar[str] = "not a name to assign to"

    def message(self) -> str:
        return "only names, and tuples of names, can stand left of `=`"

    def hint(self) -> str | None:
        """What to do."""
        return "give the changed tensor a name of its own: `y = ...`"


@mistake
class BodyOnHeaderLine(Mistake):
    r"""Something follows the colon of a header on its line.

    Why: bodies are always lines of their own, so there is one way to write them.
    Wrong: if a: x = b
    Right: if a:\n    x = b
    """

    code: ClassVar[str] = "SP1119"
    title: ClassVar[str] = "body on the header's line"
    keyword: str

    def message(self) -> str:
        return f"the body of `{self.keyword}` begins on the next line"

    def hint(self) -> str:
        return "break the line after the colon and indent what follows by four spaces"


@mistake
class MisplacedModel(Mistake):
    r"""`model` is not the first statement of its file.

    Why: a file holds one model, and its first line says so.
    Wrong: input x: float32[N]\nmodel m
    Right: model m\ninput x: float32[N]
    """

    code: ClassVar[str] = "SP1120"
    title: ClassVar[str] = "`model` is not first"

    def message(self) -> str:
        return "`model` must be the first statement of the file"

    def hint(self) -> str | None:
        """What to do."""
        return "move it to the top of the file; only comments may stand before it"


@mistake
class ImportWithoutName(Mistake):
    """A file is imported without a name to call it by.

    Why: what it defines is reached through that name.
    Wrong: import "blocks.specc"
    Right: import "blocks.specc" as blocks
    """

    code: ClassVar[str] = "SP1121"
    title: ClassVar[str] = "import without a name"

    def message(self) -> str:
        return "an imported file needs a name"

    def hint(self) -> str:
        return "add `as NAME`"


@mistake
class UnknownKind(Mistake):
    """A parameter is annotated with a kind that does not exist.

    Why: the kinds are `int float bool str list map block tensor`.
    Wrong: model m(depth: integer = 50)
    Right: model m(depth: int = 50)
    """

    code: ClassVar[str] = "SP1122"
    title: ClassVar[str] = "unknown kind of parameter"
    kind: str
    known: tuple[str, ...]
    candidates: tuple[str, ...]

    def message(self) -> str:
        return f"`{self.kind}` is not a kind of parameter"

    def notes(self) -> tuple[str, ...]:
        return (f"the kinds are {', '.join(self.known)}",)

    def hint(self) -> str | None:
        return did_you_mean(self.candidates)


# --- expressions ---------------------------------------------------------------------------------------------------


@mistake
class MalformedNumber(Mistake):
    """A number is spelt in a way that is not allowed.

    Why: every number has one meaning: digits with `_`, a point with digits on both sides, an exponent, or K M G T.
    Wrong: 5.
    Right: 5.0
    """

    code: ClassVar[str] = "SP1130"
    title: ClassVar[str] = "malformed number"
    text: str
    advice: str | None

    def message(self) -> str:
        return f"`{self.text}` is not a number"

    def hint(self) -> str | None:
        return self.advice


@mistake
class LeadingZero(Mistake):
    """A number begins with a zero too many.

    Why: some languages read `010` as eight.
    Wrong: width = 010
    Right: width = 10
    """

    code: ClassVar[str] = "SP1131"
    title: ClassVar[str] = "leading zero"
    text: str
    plain: str

    def message(self) -> str:
        return f"`{self.text}` begins with a zero"

    def hint(self) -> str:
        return f"write `{self.plain}`"


@mistake
class UnknownEscape(Mistake):
    r"""A backslash in a string is followed by something that has no meaning.

    Why: the escapes are `\n \t \" \' \\ \uXXXX`.
    Wrong: "a\d"
    Right: "a\\d"
    """

    code: ClassVar[str] = "SP1132"
    title: ClassVar[str] = "unknown escape"
    text: str

    def message(self) -> str:
        return f"`{self.text}` is not an escape; there are `\\n \\t \\\" \\' \\\\ \\uXXXX`"

    def hint(self) -> str:
        return "write `\\\\` for a backslash"


@mistake
class MalformedPath(Mistake):
    """The name after `as` is not a dotted path.

    Why: paths name parameters: segments of letters, digits, `_` and `{expression}` with one dot between.
    Wrong: x -> relu as block..relu
    Right: x -> relu as block.relu
    """

    code: ClassVar[str] = "SP1133"
    title: ClassVar[str] = "malformed path"
    text: str

    def message(self) -> str:
        return f"`{self.text}` has an empty segment"

    def hint(self) -> str:
        return "put exactly one dot between two segments, and none at the ends"


@mistake
class PositionalAfterNamed(Mistake):
    """An argument without a name follows one with a name.

    Why: which parameter it is for could no longer be seen.
    Wrong: conv(kernel = 3, 64)
    Right: conv(64, kernel = 3)
    """

    code: ClassVar[str] = "SP1134"
    title: ClassVar[str] = "unnamed argument after a named one"

    def message(self) -> str:
        return "arguments without a name come before those with one"

    def hint(self) -> str:
        return "move it forward or give its name: `name = value`"


@mistake
class MisplacedNot(Mistake):
    """`not` stands inside an operation that binds tighter.

    Why: `not` takes a whole comparison, so it cannot be an operand of one.
    Wrong: a == not b
    Right: a == (not b)
    """

    code: ClassVar[str] = "SP1135"
    title: ClassVar[str] = "`not` needs parentheses"

    def message(self) -> str:
        return "`not` cannot stand on the right of this operator without parentheses"

    def hint(self) -> str:
        return "write `(not ...)`"


@mistake
class CommentInside(Mistake):
    """A comment stands inside a piece of an expression.

    Why: a comment inside a YAML scalar is not a comment of the YAML file and would be lost.
    Wrong: y: "relu(x)  # activation"
    Right: y: "relu(x)"  # activation
    """

    code: ClassVar[str] = "SP1136"
    title: ClassVar[str] = "comment inside an expression"

    def message(self) -> str:
        return "a comment cannot stand inside this text"

    def hint(self) -> str:
        return "move the comment out of the quotes"


TEXT_ERRORS: tuple[type[Mistake], ...] = (
    MissingColon,
    UnexpectedText,
    KeywordAsName,
    BareExpression,
    AssignmentInCondition,
    ComparisonAsStatement,
    MissingParentheses,
    UnknownStatement,
    BadTarget,
    BodyOnHeaderLine,
    MisplacedModel,
    ImportWithoutName,
    UnknownKind,
    MalformedNumber,
    LeadingZero,
    UnknownEscape,
    MalformedPath,
    PositionalAfterNamed,
    MisplacedNot,
    CommentInside,
)
