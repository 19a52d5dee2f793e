"""Every example of the documentation, checked, compiled and run as its info string says.

After the language (`specc` or `yaml`) an info string may have the words `fragment`, `error CODE`, `pair=NAME` (all of
one name give the same graph), `file=NAME` (the example is a file that the others of its document import) and
`with=NAME:VALUE` (a parameter of the model). A `layer` example shows one layer: it is a model whose outputs are what it
assigns. What a comment names is there: weights (`# fc.weight`), and the type of
what the line assigns (`# float32[N, 64]`).
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import specc
from specc.analysis.bindings import binding_mistakes, graph_symbols
from specc.base.diagnostics import Reporter, Severity
from specc.driver import understand
from specc.ir.graph import Graph
from specc.ir.text_print import print_graph
from specc.layers.registry import LANGUAGE, LAYERS
from specc.tensor.dims import evaluate

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(specc|yaml)\b([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WEIGHT = re.compile(r"[\w.]+\.(?:weight|bias|running_mean)\b")
TYPE = re.compile(r"^(\w+) = .*# (\w+\[[^]]*\])$", re.MULTILINE)
PLACE = re.compile(r"  # .*")
ASSIGNED = re.compile(r"^([a-z_]\w*(?:, \(?\w+|\w+\)|, \w+)*\)?) = ", re.MULTILINE)
FILES = re.compile(r"\.(?:specc|yaml|npy|npz)\"")


@dataclass(frozen=True)
class Example:
    """A fenced block of a document."""

    document: str
    line: int
    syntax: str
    words: tuple[str, ...]
    text: str

    def option(self, name: str) -> str | None:
        found = [word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")]
        return found[0] if found else None

    @property
    def parameters(self) -> dict[str, int]:
        name, _, value = (self.option("with") or "").partition(":")
        return {name: int(value)} if name else {}

    @property
    def error(self) -> str | None:
        return self.words[self.words.index("error") + 1] if "error" in self.words else None

    @property
    def is_model(self) -> bool:
        start = r"^model " if self.syntax == "specc" else r"^specc:"
        return re.search(start, self.text, re.MULTILINE) is not None


def _examples() -> Iterator[Example]:
    for path in [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            example = Example(str(path.relative_to(ROOT)), line, match[1], tuple(match[2].split()), match[3])
            if example.syntax == "specc" or example.is_model:
                yield example


EXAMPLES = tuple(_examples())
PRELUDE = next((example.text for example in EXAMPLES if "model example(" in example.text), "")
PAIRS = sorted({(e.document, name) for e in EXAMPLES if (name := e.option("pair")) is not None})


def _comments(example: Example) -> str:
    return "\n".join(re.findall(r"#.*", example.text)) if example.error is None else ""


def _name(example: Example) -> str:
    return f"{example.document}:{example.line}"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples name."""
    made = tmp_path_factory.mktemp("examples")
    np.save(made / "table.npy", np.arange(40, dtype=np.float32).reshape(10, 4))
    for example in EXAMPLES:
        if name := example.option("file"):
            (made / name).write_text(example.text, encoding="utf-8")
    return made


def _layer_spec(example: Example) -> specc.Spec:
    """A layer's example with its assigned tensors as outputs, unless it has outputs of its own."""
    names = [] if "output " in example.text else re.findall(r"\w+", " ".join(ASSIGNED.findall(example.text)))
    shown = "".join(f"output {name}_out = {name}\n" for name in dict.fromkeys(names))
    return specc.loads(f"model example\n{example.text}{shown}", syntax="specc")


def _spec(example: Example, folder: Path) -> specc.Spec:
    if "layer" in example.words:
        return _layer_spec(example)
    shown = "".join(f"output {name}_shown: {type_} = {name}\n" for name, type_ in TYPE.findall(example.text))
    text = example.text + shown if example.is_model else f"{PRELUDE}\n{example.text}{shown}"
    if not FILES.search(text):
        return specc.loads(text, syntax=example.syntax, **example.parameters)
    path = folder / f"{_name(example).replace('/', '-').replace(':', '-')}.{example.syntax}"
    path.write_text(text, encoding="utf-8")
    return specc.load(str(path))


def _graph(spec: specc.Spec) -> Graph:
    return understand(spec.origin, spec.parameters, Reporter()).graph


def _sizes(graph: Graph, step: int) -> dict[str, int]:
    """Valid sizes of the symbols: near their lower bounds, and all different."""
    domain = graph.domain
    sizes: dict[str, int] = {}
    for index, name in enumerate(graph_symbols(graph)):
        unit, low = domain.unit.get(name, 1), domain.low.get(name, 1)
        wanted = (-(-low // unit) + (step * (index + 2)) % 5 + step) * unit
        sizes[name] = min(wanted, domain.high.get(name, wanted))
    assert not binding_mistakes(graph, sizes), sizes
    return sizes


def _inputs(graph: Graph, sizes: Mapping[str, int], optional: bool) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for entry in graph.inputs:
        if entry.default is not None and not optional:
            continue
        shape = [evaluate(dim, sizes) for dim in entry.value.type.shape]
        drawn = generator.standard_normal(shape)
        is_float = entry.value.type.dtype.is_float
        arrays[entry.value.name] = (drawn if is_float else drawn > 0).astype(str(entry.value.type.dtype))
    return arrays


def _run(spec: specc.Spec, step: int) -> None:
    graph = _graph(spec)
    sizes = _sizes(graph, step)
    made = spec.compile(seed=0).run(_inputs(graph, sizes, optional=step > 1))
    for output in spec.report(**sizes).outputs:
        assert made[output.name].shape == output.shape, output.name
        assert str(made[output.name].dtype) == output.dtype, output.name


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.error is None and not e.option("file")], ids=_name)
def test_example_holds(example: Example, folder: Path) -> None:
    spec = _spec(example, folder)
    spec.check()
    if example.is_model or "layer" in example.words:
        assert [diagnostic.message for diagnostic in spec.warnings] == []
    for step in (1, 2):
        _run(spec, step)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if WEIGHT.search(_comments(e))], ids=_name)
def test_weights_that_comments_name_are_there(example: Example, folder: Path) -> None:
    made = set(_graph(_spec(example, folder)).weights)
    assert set(WEIGHT.findall(_comments(example))) <= made


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.error is not None], ids=_name)
def test_mistake_has_its_code(example: Example, folder: Path) -> None:
    with pytest.raises(specc.SpecError) as caught:
        _spec(example, folder).check()
    codes = {found.code for found in caught.value.diagnostics if found.severity is Severity.ERROR}
    assert codes == {example.error}


@pytest.mark.parametrize(("document", "name"), PAIRS)
def test_pair_gives_one_graph(document: str, name: str, folder: Path) -> None:
    pair = [e for e in EXAMPLES if e.document == document and e.option("pair") == name]
    assert len({e.syntax for e in pair}) > 1
    first, *others = [PLACE.sub("", print_graph(_graph(_spec(e, folder)))) for e in pair]
    assert all(other == first for other in others)


def test_generated_pages_are_those_on_disk() -> None:
    source = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert source is not None
    assert source.loader is not None
    generate = importlib.util.module_from_spec(source)
    source.loader.exec_module(generate)
    made = generate.pages()
    on_disk = {
        f"{folder}/{path.name}": path.read_text(encoding="utf-8")
        for folder in ("layers", "errors", "passes")
        for path in (ROOT / "docs" / folder).glob("*.md")
    }
    on_disk["targets.md"] = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
    stale = [name for name in {*made, *on_disk} if made.get(name) != on_disk.get(name)]
    assert not stale, f"`make docs` writes {', '.join(sorted(stale)[:5])} anew"


def test_every_layer_has_an_example() -> None:
    shown = {e.document for e in EXAMPLES if "layer" in e.words}
    assert {f"docs/layers/{name}.md" for name in LAYERS} <= shown


def test_every_layer_was_compared_with_an_outside_implementation() -> None:
    """`make parity` writes the page; the counts are those of its last run."""
    rows = re.findall(
        r"^\| `(\w+)` \| (\d+) \|", (ROOT / "docs" / "parity.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    counted = {name: int(cases) for name, cases in rows}
    assert counted.keys() == {*LAYERS, *LANGUAGE}
    assert [name for name, cases in counted.items() if cases < 200] == []


def test_documentation_has_examples() -> None:
    assert len([e for e in EXAMPLES if e.document == "docs/language.md"]) > 50
