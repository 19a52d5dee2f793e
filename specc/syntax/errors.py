"""Mistakes in files, characters and lines, and the limits met in reading; `ERRORS` has those of the text form too."""

from __future__ import annotations

from typing import ClassVar

from specc.base.diagnostics import Mistake, mistake
from specc.base.limits import allow_more
from specc.syntax.text_errors import TEXT_ERRORS

# --- files and characters ------------------------------------------------------------------------------------------


@mistake
class CannotRead(Mistake):
    """A file could not be read.

    Why: the spec, or a file that it imports, is missing or not readable by this user.
    Wrong: specc check specs/resnet.spec
    Right: specc check specs/resnet.specc
    """

    code: ClassVar[str] = "SP1001"
    title: ClassVar[str] = "file cannot be read"
    name: str
    reason: str

    def message(self) -> str:
        return f"cannot read `{self.name}`: {self.reason}"

    def hint(self) -> str | None:
        """Where specs come from."""
        return "give the path of a .specc or .yaml file, or `zoo:NAME` (`specc zoo` lists the names)"


@mistake
class NotAFile(Mistake):
    """A spec must be an ordinary file.

    Why: folders have no text, and pipes and devices may never end.
    Wrong: specc check specs/
    Right: specc check specs/resnet.specc
    """

    code: ClassVar[str] = "SP1002"
    title: ClassVar[str] = "not an ordinary file"
    name: str
    kind: str

    def message(self) -> str:
        return f"`{self.name}` is {self.kind}, not a file"

    def hint(self) -> str | None:
        """What to do."""
        return "give the path of a .specc or .yaml file"


@mistake
class NotUtf8(Mistake):
    """A spec must be UTF-8 text.

    Why: with one encoding the same bytes mean the same text everywhere.
    Wrong: a file saved as Latin-1 or UTF-16
    Right: the same file saved as UTF-8
    """

    code: ClassVar[str] = "SP1003"
    title: ClassVar[str] = "not UTF-8 text"
    name: str
    found: str

    def message(self) -> str:
        return f"`{self.name}` is not UTF-8 text: {self.found}"

    def hint(self) -> str:
        return "save the file with the encoding UTF-8"


@mistake
class ForbiddenCharacter(Mistake):
    """A character that cannot be seen stands in the text.

    Why: control characters and marks of writing direction make a text look like another one than it is.
    Wrong: a name with a right-to-left override (U+202E) inside
    Right: the same name without it
    """

    code: ClassVar[str] = "SP1004"
    title: ClassVar[str] = "forbidden character"
    character: str

    def message(self) -> str:
        return f"the invisible character U+{ord(self.character):04X} may not stand in a spec"

    def hint(self) -> str:
        return "delete it"


# --- lines and indentation -----------------------------------------------------------------------------------------


@mistake
class Tab(Mistake):
    r"""A tab stands where spaces belong.

    Why: a tab is as wide as each editor likes, so the indentation would not be what it looks like.
    Wrong: if a:\n\tx = b
    Right: if a:\n    x = b
    """

    code: ClassVar[str] = "SP1101"
    title: ClassVar[str] = "tab in the text"

    def message(self) -> str:
        return "a tab stands outside a string; indentation and spacing are made of spaces"

    def hint(self) -> str:
        return "replace it by four spaces"


@mistake
class UnexpectedCharacter(Mistake):
    """A character that no part of the language uses.

    Why: it is an operator of another language, or came from a word processor.
    Wrong: x = a && b
    Right: x = a and b
    """

    code: ClassVar[str] = "SP1102"
    title: ClassVar[str] = "unexpected character"
    character: str
    meant: str | None

    def message(self) -> str:
        return f"`{self.character}` means nothing here"

    def hint(self) -> str | None:
        return self.meant


@mistake
class UnclosedString(Mistake):
    """A string does not end on its line.

    Why: the closing quote is missing, or another quote than the opening one.
    Wrong: mode = "reflect'
    Right: mode = "reflect"
    """

    code: ClassVar[str] = "SP1103"
    title: ClassVar[str] = "string without an end"
    quote: str

    def message(self) -> str:
        where = "before the end of the file" if len(self.quote) == 3 else "on its line"
        return f"this string is not closed {where}"

    def hint(self) -> str:
        return f"add the closing {self.quote}"


@mistake
class UnclosedBracket(Mistake):
    """A bracket is never closed.

    Why: inside brackets lines go on, so the rest of the file would belong to it.
    Wrong: x = relu(y
    Right: x = relu(y)
    """

    code: ClassVar[str] = "SP1104"
    title: ClassVar[str] = "bracket without an end"
    opening: str
    closing: str

    def message(self) -> str:
        return f"`{self.opening}` is never closed"

    def hint(self) -> str:
        return f"add the missing `{self.closing}`"


@mistake
class WrongBracket(Mistake):
    """A closing bracket does not fit the opening one, or there is none to close.

    Why: brackets close in the order opposite to the one they were opened in.
    Wrong: x = f(a[0)]
    Right: x = f(a[0])
    """

    code: ClassVar[str] = "SP1105"
    title: ClassVar[str] = "brackets do not match"
    found: str
    expected: str | None
    opening: str | None
    line: int

    def message(self) -> str:
        if self.expected is None:
            return f"`{self.found}` closes nothing"
        wanted = f"`{self.expected}` to close the `{self.opening}` opened at line {self.line}"
        return f"expected {wanted}, found `{self.found}`"

    def hint(self) -> str | None:
        if self.expected is None:
            return "remove it, or add the bracket that it should close"
        return f"write `{self.expected}` here, or take the other bracket out"


@mistake
class UnexpectedIndent(Mistake):
    r"""A line is indented more than the one before, which does not begin a body.

    Why: indentation says what belongs to a block, so it must not be there by accident.
    Wrong: x = a\n  y = b
    Right: x = a\ny = b
    """

    code: ClassVar[str] = "SP1106"
    title: ClassVar[str] = "unexpected indentation"
    expected: int
    found: int

    def message(self) -> str:
        return f"this line is indented by {self.found} spaces, but nothing above opens a body; expected {self.expected}"

    def hint(self) -> str:
        return "to go on with the line above, begin with `->` or put the expression in parentheses"


@mistake
class MissingBody(Mistake):
    r"""A header has no indented lines under it.

    Why: after `if`, `for`, `block`, `function`, `weights` and their colon comes what they are about.
    Wrong: if a:\nx = b
    Right: if a:\n    x = b
    """

    code: ClassVar[str] = "SP1107"
    title: ClassVar[str] = "missing body"
    keyword: str

    def message(self) -> str:
        return f"expected indented lines after this `{self.keyword}` line"

    def hint(self) -> str:
        return "indent the lines that belong to it by four spaces"


@mistake
class InconsistentDedent(Mistake):
    r"""A line goes back to an indentation that no line above has.

    Why: it is not clear which body the line belongs to.
    Wrong: if a:\n    x = b\n  y = c
    Right: if a:\n    x = b\ny = c
    """

    code: ClassVar[str] = "SP1108"
    title: ClassVar[str] = "indentation fits no block"
    found: int
    levels: tuple[int, ...]

    def message(self) -> str:
        options = " or ".join(str(level) for level in self.levels)
        return f"this line is indented by {self.found} spaces; the open bodies above are indented by {options}"

    def hint(self) -> str | None:
        """What to do."""
        return f"indent it by {self.levels[-1]} to belong to the body above"


@mistake
class ElseWithoutIf(Mistake):
    r"""`else` or `elif` does not follow an `if` of the same indentation.

    Why: nothing says when it applies.
    Wrong: x = a\nelse:\n    x = b
    Right: if c:\n    x = a\nelse:\n    x = b
    """

    code: ClassVar[str] = "SP1109"
    title: ClassVar[str] = "no `if` to belong to"
    keyword: str

    def message(self) -> str:
        return f"`{self.keyword}` does not follow an `if` of the same indentation"

    def hint(self) -> str | None:
        """What to do."""
        return "put it right under the body of its `if`, indented like the `if`"


# --- limits --------------------------------------------------------------------------------------------------------


@mistake
class FileTooLarge(Mistake):
    """A spec file is larger than the limit.

    Why: specs are short; a file of megabytes is not one, or was generated without loops.
    Wrong: a spec of 5 MiB that lists every layer
    Right: a `for` loop over a block
    """

    code: ClassVar[str] = "SP9001"
    title: ClassVar[str] = "file too large"
    name: str
    limit: int

    def message(self) -> str:
        return f"`{self.name}` has more than {self.limit:,} bytes".replace(",", "_")

    def hint(self) -> str | None:
        """What to do."""
        return "move blocks into files that are imported, and tables into .npy files"


@mistake
class TooManyTokens(Mistake):
    """A spec file has more words and signs than the limit.

    Why: reading must end soon, whatever the file holds.
    Wrong: a list of a million numbers in a spec
    Right: const table: float32[1_000_000] = file("table.npy")
    """

    code: ClassVar[str] = "SP9002"
    title: ClassVar[str] = "file too long"
    limit: int

    def message(self) -> str:
        return f"the file has more than {self.limit:_} words, signs and comments"

    def hint(self) -> str:
        return allow_more("tokens", self.limit)


@mistake
class NameTooLong(Mistake):
    """A name or a number has more characters than the limit.

    Why: nobody can read it, and it would be repeated in every name that is made of it.
    Wrong: a name of a million letters
    Right: layer_with_a_short_name = 1
    """

    code: ClassVar[str] = "SP9005"
    title: ClassVar[str] = "name too long"
    limit: int

    def message(self) -> str:
        return f"this word has more than {self.limit:_} characters"

    def hint(self) -> str:
        return allow_more("name", self.limit)


@mistake
class TooDeep(Mistake):
    """Brackets, bodies or operations are nested deeper than the limit.

    Why: nobody can read them, and every later step would need as deep a stack.
    Wrong: ((((... a hundred times ...))))
    Right: intermediate results with names of their own
    """

    code: ClassVar[str] = "SP9003"
    title: ClassVar[str] = "nested too deeply"
    what: str
    limit: int

    def message(self) -> str:
        return f"{self.what} are nested deeper than {self.limit} levels"

    def hint(self) -> str:
        return "give a name to an intermediate result or move a part into a block"


@mistake
class NumberTooLarge(Mistake):
    """A number has more digits than the limit, or is no longer finite.

    Why: integers are exact, and exactness must stay affordable.
    Wrong: 1e999
    Right: 1e30
    """

    code: ClassVar[str] = "SP9004"
    title: ClassVar[str] = "number too large"
    limit: str

    def message(self) -> str:
        return f"this number is too large: {self.limit}"

    def hint(self) -> str | None:
        return "write a smaller number"


ERRORS: tuple[type[Mistake], ...] = (
    CannotRead,
    NotAFile,
    NotUtf8,
    ForbiddenCharacter,
    Tab,
    UnexpectedCharacter,
    UnclosedString,
    UnclosedBracket,
    WrongBracket,
    UnexpectedIndent,
    MissingBody,
    InconsistentDedent,
    ElseWithoutIf,
    FileTooLarge,
    TooManyTokens,
    NameTooLong,
    TooDeep,
    NumberTooLarge,
    *TEXT_ERRORS,
)
