"""`specc report --format html`: its data beside the JSON of the same report, and that it needs nothing from outside."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.analysis.bindings import Binder
from specc.analysis.timeline import timeline
from specc.cli.main import main
from specc.report.html.document import LIBRARIES, PAGE, SCRIPTS, STYLES, script_json

KIB = 1 << 10
HOSTILE = '''
model hostile(note = "</script><script>alert(1)</script>", other = "<!-- ${title} $data")
"""A <b>doc</b> </script><img src="http://example.com/x.png" onerror="alert(1)"> & more."""
input x: float32[N, 8]
x = x -> linear(8) as layer.0  # </script><script>alert(2)</script>
output y = x -> relu
'''


class Tags(HTMLParser):
    """What a page loads, its tags, and the text of its data."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[tuple[str, str]] = []
        self.data = ""
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [(name, value or "") for name, value in attrs if name in ("src", "href", "srcset", "data")]
        self._in_data = ("id", "data") in attrs

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data
            self._in_data = False


def page(tmp_path: Path, spec: str, *options: str) -> str:
    made = tmp_path / "page.html"
    assert main(["report", spec, "--format", "html", "-o", str(made), *options]) == 0
    return made.read_text(encoding="utf-8")


def parsed(text: str) -> tuple[Tags, dict[str, Any]]:
    tags = Tags()
    tags.feed(text)
    return tags, json.loads(tags.data)


def pooled(column: dict[str, Any]) -> list[Any]:
    return [column["values"][place] for place in column["at"]]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("zoo:lenet5", ("-b", "N=2")),
        ("zoo:resnet18", ("-b", "N=4", "--target", "h100")),
        ("zoo:bert_base", ("-b", "N=1", "--target", "cpu_avx2")),
        ("zoo:lstm_lm", ("-b", "N=1", "-b", "T=35", "--target", "h100")),
    ],
)
def test_numbers_are_those_of_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, options: tuple[str, ...]
) -> None:
    data = parsed(page(tmp_path, name, *options))[1]
    assert main(["report", name, "--format", "json", *options]) == 0
    made = json.loads(capsys.readouterr().out)
    layers, expected = data["layers"], made["layers"]
    for field in ("path", "params", "macs", "flops", "bytes"):
        assert layers[field] == [layer[field] for layer in expected], field
    for field in ("bound", "seconds", "share"):
        assert (layers[field] or [None] * len(expected)) == [layer[field] for layer in expected], field
    for field in ("macs_formula", "flops_formula", "bytes_formula"):
        assert [layers["formulas"][place] for place in layers[field]] == [layer[field] for layer in expected]
    assert [kind["name"] for kind in pooled(layers["kind"])] == [layer["layer"] for layer in expected]
    shapes = [f"[{', '.join(map(str, layer['output_shape']))}]" for layer in expected]
    assert [types[0][1] for types in pooled(layers["outputs"])] == shapes
    places = [data["places"][place] for place in layers["place"]]
    assert [f"{p['name']}:{p['line']}:{p['column']}" for p in places] == [layer["source"] for layer in expected]
    assert data["bindings"] == made["bindings"]
    if made["memory"]["peak_activation_bytes"] is not None:
        assert max(data["memory"]["live"]) == made["memory"]["peak_activation_bytes"]
    assert (data["roofline"] or {}).get("seconds") == made["seconds"]


def test_the_line_of_a_layer_is_that_of_the_spec(tmp_path: Path) -> None:
    data = parsed(page(tmp_path, "zoo:resnet18", "-b", "N=1"))[1]
    place = data["places"][data["layers"]["place"][0]]
    line = Path(place["name"]).read_text(encoding="utf-8").splitlines()[place["line"] - 1]
    assert place["text"] == line and "conv" in line[place["column"] - 1 :][: place["width"]]
    assert all(data["places"][place]["text"] for chain in pooled(data["layers"]["calls"]) for place in chain)


def test_items_are_the_paths(tmp_path: Path) -> None:
    data = parsed(page(tmp_path, "zoo:bert_base", "-b", "N=1", "-b", "T=8"))[1]
    items, paths = data["items"], data["layers"]["path"]
    names: list[str] = []
    for parent, name in zip(items["parent"], items["name"], strict=True):
        names.append(f"{names[parent]}.{name}" if parent >= 0 else name)
    found = {layer: item for item, layer in enumerate(items["layer"]) if layer >= 0}
    assert sorted(found) == list(range(len(paths)))
    # a layer with a block of its own name is the first thing in it
    for layer, item in found.items():
        assert paths[layer] in (names[item], names[items["parent"][item]])
    runs = {name: run for name, run in zip(names, items["run"], strict=True) if run > 1}
    assert runs["encoder.layer.0"] == 12


def test_a_layer_that_is_a_block_too(tmp_path: Path) -> None:
    (tmp_path / "both.specc").write_text(
        "model both\ninput x: float32[N, 4]\nx = x -> linear(4) as a\noutput y = x -> linear(4) as a.b\n"
    )
    items = parsed(page(tmp_path, str(tmp_path / "both.specc")))[1]["items"]
    assert items == {"parent": [-1, 0, 0], "name": ["a", "a", "b"], "layer": [-1, 0, 1], "run": [1, 1, 1]}


def test_reads_are_the_edges_of_the_graph(tmp_path: Path) -> None:
    (tmp_path / "fork.specc").write_text(
        "model fork\ninput x: float32[N, 8]\na, b = x -> split(2)\nc = a + b -> relu\noutput y = c + x[:, :4]\n"
    )
    data = parsed(page(tmp_path, str(tmp_path / "fork.specc"), "-b", "N=1"))[1]
    # tensor 0 is x; split makes 1 and 2
    assert data["layers"]["reads"][:3] == [[0], [1, 2], [3]]
    last = len(data["inputs"]) + sum(map(len, pooled(data["layers"]["outputs"]))) - 1
    assert data["outputs"] == [{"name": "y", "tensor": last}]


def test_timeline_of_a_scan() -> None:
    spec = specc.load("zoo:lstm_lm")
    sizes = {"N": 2, "T": 7}
    made = timeline(spec._resolved.graph, Binder(sizes))
    assert made is not None and max(made.live) == spec.report_at(sizes).memory.peak == sum(h.bytes for h in made.held)
    assert timeline(spec._resolved.graph, Binder({"N": 2})) is None


def test_a_page_needs_nothing_else(tmp_path: Path) -> None:
    tags, _ = parsed(page(tmp_path, "zoo:lenet5", "-b", "N=1"))
    assert [value for _, value in tags.loads if not value.startswith("#")] == []
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(tags.tags)
    for name in SCRIPTS:
        text = (PAGE / f"{name}.js").read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|innerHTML|outerHTML|eval\(|fetch\(|import\(", text), (
            name
        )
    for name in STYLES:
        assert not re.search(r"url\(|@import", (PAGE / f"{name}.css").read_text(encoding="utf-8")), name


def test_texts_of_a_spec_are_data(tmp_path: Path) -> None:
    (tmp_path / "hostile.specc").write_text(HOSTILE, encoding="utf-8")
    text = page(tmp_path, str(tmp_path / "hostile.specc"), "-b", "N=1")
    usual, _ = parsed(page(tmp_path, "zoo:lenet5", "-b", "N=1"))
    tags, data = parsed(text)
    assert tags.tags == usual.tags
    assert "alert(" not in text.replace("\\u003cscript>alert(", "").replace('onerror=\\"alert(', "")
    assert data["doc"].startswith("A <b>doc</b> </script>")
    assert data["places"][data["layers"]["place"][0]]["text"].endswith("</script><script>alert(2)</script>")
    assert json.loads(script_json(["</script>", "<!--", "\u2028"])) == ["</script>", "<!--", "\u2028"]
    assert "<" not in script_json(["</script>", "<!--"])


def test_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    options = ("-b", "N=1", "--target", "h100", "-D", "classes=7")
    first = page(tmp_path, "zoo:lenet5", *options)
    assert page(tmp_path, "zoo:lenet5", *options) == first
    assert parsed(first)[1]["command"] == "specc report zoo:lenet5 -D classes=7 -b N=1 --target h100 --format html"


@pytest.mark.parametrize(("name", "most"), [("zoo:lenet5", 400), ("zoo:vit_b_16", 500)])
def test_sizes(tmp_path: Path, name: str, most: int) -> None:
    assert len(page(tmp_path, name, "-b", "N=1", "--target", "h100").encode()) < most * KIB


@pytest.mark.parametrize("options", [("--tree",), ("--sort", "macs"), ("--columns", "path"), ("--sweep", "N=1..2")])
def test_options_for_other_forms(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "--format", "html", *options]) == 2
    assert capsys.readouterr().err.startswith("specc report: a page")


def test_libraries_are_what_the_list_says() -> None:
    entries = json.loads((LIBRARIES / "libraries.json").read_text(encoding="utf-8"))
    licences = (LIBRARIES / "licences.txt").read_text(encoding="utf-8")
    files = {path.name for path in LIBRARIES.glob("*.js")}
    assert files == {Path(entry["file"]).name for entry in entries}
    for entry in entries:
        assert sha256((LIBRARIES / Path(entry["file"]).name).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["licence"] in ("ISC", "MIT", "BSD-3-Clause")
        assert f"{entry['package']} {entry['version']}" in licences
        assert entry["source"].startswith(f"https://registry.npmjs.org/{entry['package']}/-/")


def test_every_file_of_the_page_is_loaded() -> None:
    assert {path.stem for path in PAGE.glob("*.js")} == set(SCRIPTS)
    assert {path.stem for path in PAGE.glob("*.css")} == set(STYLES)
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in PAGE.iterdir()) <= 500
