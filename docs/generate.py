"""Writes the pages that come from the program itself: `docs/layers/`, `docs/errors/`."""

from __future__ import annotations

from pathlib import Path

from specc.cli.mistake_pages import mistake_index, mistake_markdown
from specc.layers.registry import documented_layers
from specc.mistakes import mistakes
from specc.report.layer_markdown import layer_index, layer_markdown

DOCS = Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """Text of every generated page, by its path below this folder."""
    layers, known = documented_layers(), mistakes()
    made = {"layers/README.md": layer_index(layers.values()), "errors/README.md": mistake_index(known.values())}
    made |= {f"layers/{name}.md": layer_markdown(layer) for name, layer in layers.items()}
    return made | {f"errors/{code}.md": mistake_markdown(mistake) for code, mistake in known.items()}


def write() -> None:
    """Write the pages, and remove those of what is no longer there."""
    made = pages()
    for folder in ("layers", "errors"):
        (DOCS / folder).mkdir(exist_ok=True)
        for path in (DOCS / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in made:
                path.unlink()
    for name, text in made.items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
