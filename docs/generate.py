"""Writes what comes from the program itself: `layers`, `errors` and `passes`, the devices of `targets.md`."""

from __future__ import annotations

from pathlib import Path

from specc.base.targets import load_target, target_names
from specc.cli.mistake_pages import mistake_index, mistake_markdown
from specc.layers.registry import documented_layers
from specc.mistakes import mistakes
from specc.passes.passes import PASSES
from specc.report.layer_markdown import layer_index, layer_markdown
from specc.report.pass_markdown import pass_index, pass_markdown
from specc.report.target_pages import device_markdown

DOCS = Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """Text of every generated page, by its path below this folder."""
    layers, known = documented_layers(), mistakes()
    made = {"layers/README.md": layer_index(layers.values()), "errors/README.md": mistake_index(known.values())}
    made |= {f"layers/{name}.md": layer_markdown(layer) for name, layer in layers.items()}
    made |= {"passes/README.md": pass_index(PASSES)}
    made |= {f"passes/{rewrite.name}.md": pass_markdown(rewrite) for rewrite in PASSES}
    made["targets.md"] = _targets()
    return made | {f"errors/{code}.md": mistake_markdown(mistake) for code, mistake in known.items()}


def _targets() -> str:
    """The page as it is, up to the list of devices, and that list."""
    head, mark, _ = (DOCS / "targets.md").read_text(encoding="utf-8").partition("## Devices\n")
    return f"{head}{mark}\nMade from the files of `targets/`.\n\n{device_markdown(map(load_target, target_names()))}"


def write() -> None:
    """Write the pages, and remove those of what is no longer there."""
    made = pages()
    for folder in ("layers", "errors", "passes"):
        (DOCS / folder).mkdir(exist_ok=True)
        for path in (DOCS / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in made:
                path.unlink()
    for name, text in made.items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
