"""A report as one HTML file that needs no other: data, style, program and libraries are inside."""

from __future__ import annotations

import json
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from specc.base.jsonable import Json
from specc.report.html.items import items_json
from specc.report.html.layers import layers_json
from specc.report.html.places import Places
from specc.report.html.sections import advice_json, ends_json, head_json, memory_json, roofline_json
from specc.report.html.subject import Subject

HERE = Path(__file__).resolve().parent
PAGE = HERE / "page"
LIBRARIES = HERE / "libraries"
STYLES = ("base", "layout", "graph", "charts", "table")
SCRIPTS = (
    "dom",
    "units",
    "model",
    "store",
    "fold",
    "arrange",
    "graph",
    "details",
    "totals",
    "treemap",
    "roofline",
    "memory",
    "advice",
    "table",
    "main",
)
"""The program's own files in the order in which they are loaded."""


def as_html(subject: Subject) -> str:
    """The whole page; the same text for the same subject."""
    template = Template((PAGE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(f"{subject.report.model} · specc report"),
        style="\n".join((PAGE / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
        data=script_json(page_json(subject)),
        libraries="\n".join(_script(text) for text in library_texts()),
        program="\n".join(_script((PAGE / f"{name}.js").read_text(encoding="utf-8")) for name in SCRIPTS),
        licences=escape((LIBRARIES / "licences.txt").read_text(encoding="utf-8")),
    )


def page_json(subject: Subject) -> dict[str, Json]:
    """Everything that the page shows."""
    places = Places()
    layers = layers_json(subject, places)
    return {
        **head_json(subject),
        **ends_json(subject),
        "layers": layers,
        "places": places.values,
        "items": items_json(subject.report.layers),
        "roofline": roofline_json(subject),
        "memory": memory_json(subject),
        "advice": advice_json(subject),
    }


def script_json(value: Json) -> str:
    """`value` as JSON that may stand in a script element: no `<`, and nothing that is not ASCII."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def library_texts() -> list[str]:
    """The libraries of `libraries.json` in its order, each checked against its sha256, without references to maps."""
    entries: list[dict[str, str]] = json.loads((LIBRARIES / "libraries.json").read_text(encoding="utf-8"))
    return [_library(LIBRARIES / Path(entry["file"]).name, entry["sha256"]) for entry in entries]


def _library(path: Path, expected: str) -> str:
    data = path.read_bytes()
    if sha256(data).hexdigest() != expected:
        raise ValueError(f"{path.name} is not the file that libraries.json names")
    lines = data.decode("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL="))


def _script(text: str) -> str:
    assert "</script" not in text
    return f"<script>\n{text}\n</script>"
