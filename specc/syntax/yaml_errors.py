"""Mistakes in the YAML form that have nothing to do with the expressions in it."""

from __future__ import annotations

from typing import ClassVar

from specc.base.diagnostics import Mistake, mistake
from specc.base.suggest import did_you_mean, nearest


@mistake
class InvalidYaml(Mistake):
    """The file isn't YAML at all: an indentation, a bracket or a quote is wrong.

    Why: Nothing can be read past this place.
    Wrong: inputs: {x: "float32[N, 4]"
    Right: inputs: {x: "float32[N, 4]"}
    """

    code: ClassVar[str] = "SP1200"
    title: ClassVar[str] = "invalid YAML"
    problem: str
    advice: str | None = None

    def message(self) -> str:
        return f"this is not YAML: {self.problem}"

    def hint(self) -> str | None:
        return self.advice


@mistake
class YamlFeature(Mistake):
    """Anchors, aliases, merge keys, tags and directives are not part of the spec language.

    Why: They make a file mean something else than what it shows, and a small file can grow without bound.
    Wrong: width: &w 64
    Right: params: {width: 64}
    """

    code: ClassVar[str] = "SP1201"
    title: ClassVar[str] = "YAML feature not allowed"
    feature: str

    def message(self) -> str:
        return f"{self.feature} is not allowed in a spec"

    def hint(self) -> str | None:
        return "write a parameter, a block or a quoted string instead"


@mistake
class SeveralDocuments(Mistake):
    """A file holds one spec, so `---` can't start a second document.

    Why: A second document would be dropped without a word.
    Wrong: two specs with a line `---` between them
    Right: two files, the one imported by the other
    """

    code: ClassVar[str] = "SP1202"
    title: ClassVar[str] = "several YAML documents"

    def message(self) -> str:
        return "a second YAML document starts here, and a spec is one document"

    def hint(self) -> str | None:
        """What to do."""
        return "put the second one into a file of its own"


@mistake
class DuplicateKey(Mistake):
    """The same key stands twice in one mapping.

    Why: YAML would keep the last one and drop the first without a word.
    Wrong: graph: {y: relu(x), y: tanh(x)}
    Right: graph: [y: relu(x), y: tanh(y)]
    """

    code: ClassVar[str] = "SP1203"
    title: ClassVar[str] = "duplicate key"
    key: str

    def message(self) -> str:
        return f"the key `{self.key}` stands twice in this mapping"

    def hint(self) -> str | None:
        return "where a name is assigned several times, write the graph as a list"


@mistake
class NotASpec(Mistake):
    """The whole file must be a mapping of sections.

    Why: Its keys (`specc`, `model`, `inputs`, `graph`, ...) say what each part is.
    Wrong: - model: lenet5
    Right: specc: 1
    """

    code: ClassVar[str] = "SP1204"
    title: ClassVar[str] = "not a spec"
    found: str

    def message(self) -> str:
        return f"a YAML spec is a mapping of sections, and this file holds {self.found}"

    def hint(self) -> str | None:
        return "begin with `specc: 1`, then `model: NAME`"


@mistake
class YamlTooDeep(Mistake):
    """Lists and mappings are nested deeper than the limit.

    Why: No real spec needs it, and a hostile file could exhaust the reader.
    Wrong: a: [[[[[[...]]]]]]
    Right: a flatter structure
    """

    code: ClassVar[str] = "SP1205"
    title: ClassVar[str] = "YAML nested too deeply"
    limit: int

    def message(self) -> str:
        return f"lists and mappings are nested more than {self.limit} deep here"

    def hint(self) -> str | None:
        """What to do."""
        return "give a name to an inner part, or move it into a block"


@mistake
class YamlTooLarge(Mistake):
    """The file has more characters or entries than the limit.

    Why: No real spec needs it, and a hostile file could exhaust the reader.
    Wrong: a million layers written out
    Right: a loop, or a block imported from another file
    """

    code: ClassVar[str] = "SP1206"
    title: ClassVar[str] = "YAML file too large"
    limit: int
    unit: str

    def message(self) -> str:
        return f"this file has more than {self.limit:,} {self.unit}"

    def hint(self) -> str | None:
        return "repeat with a loop, or move blocks to a file that is imported"


@mistake
class WrongVersion(Mistake):
    """`specc: 1` names the version of the language, and must be there.

    Why: A later version may read the same text in another way.
    Wrong: model: lenet5
    Right: specc: 1
    """

    code: ClassVar[str] = "SP1207"
    title: ClassVar[str] = "version of the language"
    found: str | None

    def message(self) -> str:
        if self.found is None:
            return "the key `specc` is missing: it names the version of the language"
        return f"this spec wants version `{self.found}` of the language, and this program reads version 1"

    def hint(self) -> str | None:
        return "write `specc: 1` at the top"


@mistake
class UnknownKey(Mistake):
    """A key that doesn't exist at this place.

    Why: A misspelt section would otherwise be ignored.
    Wrong: input: {x: "float32[N, 4]"}
    Right: inputs: {x: "float32[N, 4]"}
    """

    code: ClassVar[str] = "SP1208"
    title: ClassVar[str] = "unknown key"
    key: str
    where: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"{self.where} has no key `{self.key}`"

    def notes(self) -> tuple[str, ...]:
        return (f"the keys are {', '.join(self.known)}",)

    def hint(self) -> str | None:
        return did_you_mean(nearest(self.key, self.known, 1))


@mistake
class WrongNode(Mistake):
    """A list, a mapping or a single value stands where another of the three belongs.

    Why: Each section has its own shape.
    Wrong: graph: relu(x)
    Right: graph: {y: relu(x)}
    """

    code: ClassVar[str] = "SP1209"
    title: ClassVar[str] = "wrong kind of YAML value"
    where: str
    wanted: str
    found: str

    def message(self) -> str:
        return f"{self.where} must be {self.wanted}, and this is {self.found}"

    def hint(self) -> str | None:
        return 'docs/language.md, "The YAML form", shows every section'


@mistake
class MissingKey(Mistake):
    """A mapping lacks a key that it needs.

    Why: `from` and `layers` make one pipeline together; `params` are those of a `model`.
    Wrong: y: {from: x}
    Right: y: {from: x, layers: [relu]}
    """

    code: ClassVar[str] = "SP1210"
    title: ClassVar[str] = "missing key"
    key: str
    where: str

    def message(self) -> str:
        return f"{self.where} needs the key `{self.key}`"

    def hint(self) -> str | None:
        return f"add `{self.key}: ...`"


@mistake
class KeyNotText(Mistake):
    """A key is a list or a mapping.

    Why: Keys are names or expressions, written as text.
    Wrong: ? [a, b]
    Right: (a, b): split(x, 2)
    """

    code: ClassVar[str] = "SP1211"
    title: ClassVar[str] = "key is not text"
    found: str

    def message(self) -> str:
        return f"a key must be text, and this is {self.found}"

    def hint(self) -> str | None:
        return "quote it: a key that begins with `{` or `[` needs quotes"


@mistake
class LayerNamedTwice(Mistake):
    """A layer has a name as its key and another one by `as`.

    Why: A layer has one name, which its parameters' names begin with.
    Wrong: - c1: conv(6, 5) as c2
    Right: - c1: conv(6, 5)
    """

    code: ClassVar[str] = "SP1212"
    title: ClassVar[str] = "layer named twice"
    name: str

    def message(self) -> str:
        return f"this layer is named twice: by its key `{self.name}` and by `as`"

    def hint(self) -> str | None:
        return "keep one of the two names"


@mistake
class MalformedLayer(Mistake):
    """An entry of `layers` is none of the forms a layer can have.

    Why: A layer is a call, a named call, or a mapping of its attributes.
    Wrong: - {c1: conv(6, 5), c2: conv(16, 5)}
    Right: - c1: conv(6, 5)
    """

    code: ClassVar[str] = "SP1213"
    title: ClassVar[str] = "malformed layer"
    found: str

    def message(self) -> str:
        return f"an entry of `layers` is one layer, and this is {self.found}"

    def hint(self) -> str | None:
        return "write `conv(6, 5)`, `c1: conv(6, 5)`, `conv: {out: 6, kernel: 5}` or `c1: {conv: {out: 6, kernel: 5}}`"


@mistake
class MalformedStatement(Mistake):
    """An entry of a graph is none of the forms a statement can have.

    Why: One entry is one statement: text, or a mapping with one key.
    Wrong: - {y: relu(x), z: tanh(y)}
    Right: - y: relu(x)
    """

    code: ClassVar[str] = "SP1214"
    title: ClassVar[str] = "malformed statement"
    found: str
    header: str | None = None

    def message(self) -> str:
        return f"an entry of a graph is one statement, and this is {self.found}"

    def hint(self) -> str | None:
        if self.header is not None:
            return f"the body of `{self.header}:` is a list below it, indented, each statement with a `-` before it"
        return "write each statement as an entry of its own, with a `-` before it"


@mistake
class MalformedKey(Mistake):
    """A key holds more than the name or header that belongs there.

    Why: A comment sign or a line break inside a key would hide the rest of the statement.
    Wrong: "y # result": relu(x)
    Right: y: relu(x)
    """

    code: ClassVar[str] = "SP1215"
    title: ClassVar[str] = "malformed key"
    key: str
    wanted: str

    def message(self) -> str:
        return f"`{self.key[:80]}` is not {self.wanted}"

    def hint(self) -> str | None:
        return "put the name alone, or the whole header, before the colon"


@mistake
class CutAtComma(Mistake):
    """A call with a comma stands unquoted in `[]` or `{}`.

    Why: Inside brackets YAML ends a value at each comma, so that the call would be two values.
    Wrong: layers: [conv(64, 3), relu]
    Right: layers: ["conv(64, 3)", relu]
    """

    code: ClassVar[str] = "SP1216"
    title: ClassVar[str] = "call cut at its comma"
    text: str

    def message(self) -> str:
        return "YAML ends an unquoted value inside brackets at a comma"

    def hint(self) -> str | None:
        text = self.text if len(self.text) <= 60 and "'" not in self.text else "conv(64, 3)"
        quote = "'" if '"' in text else '"'
        return f"quote it: `{quote}{text}{quote}`, or write one entry a line, each with a `-` before it"


ERRORS = (
    CutAtComma,
    InvalidYaml,
    YamlFeature,
    SeveralDocuments,
    DuplicateKey,
    NotASpec,
    YamlTooDeep,
    YamlTooLarge,
    WrongVersion,
    UnknownKey,
    WrongNode,
    MissingKey,
    KeyNotText,
    LayerNamedTwice,
    MalformedLayer,
    MalformedStatement,
    MalformedKey,
)
