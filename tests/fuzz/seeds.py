"""What mutations begin with: the zoo, the standard library, the examples, those of the docs, specs made at random, the
hostile corpus."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import specc

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 20_000
MADE = 60
"""Specs that are made at random."""
PRELUDE = """\
model example(width: int = 64, depth: int = 2)
input image: float32[N, 3, H, W]
input x: float32[N, T, 64]
input ids: int64[N, T]
require H % 32 == 0 and W % 32 == 0
require T <= 512
output image_out = image -> conv(width, 1)
output x_out = x -> linear(depth)
output ids_out = ids
"""
EXAMPLE = re.compile(r"^```(specc|yaml)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def seed_texts() -> dict[str, list[str]]:
    """Texts by the form that they are in; those that are right several times, so that many cases get far."""
    return {form: texts + [t for t in texts if _right(t, form)] * 6 for form, texts in _texts().items()}


def _right(text: str, form: str) -> bool:
    try:
        specc.loads(text, syntax=form).check()
    except specc.SpecError:
        return False
    return True


def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"specc": [], "yaml": []}
    for folder in ("specs", "examples"):
        for path in sorted((ROOT / folder).rglob("*.specc")):
            found["specc"].append(path.read_text())
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            found["yaml"].append(path.read_text())
    for path in (ROOT / "docs" / "language.md", ROOT / "README.md"):
        for form, text in EXAMPLE.findall(path.read_text()):
            found[form].append(text if form == "yaml" or text.startswith("model ") else f"{PRELUDE}{text}")
    found["specc"] += _made()
    for form, text in _corpus():
        found[form].append(text)
    return {form: sorted(set(texts)) for form, texts in found.items()}


def _made() -> list[str]:
    sys.path.insert(0, str(ROOT / "tests" / "generated"))
    from spec_maker import make_spec

    return [make_spec(seed) for seed in range(MADE)]


def _corpus() -> list[tuple[str, str]]:
    sys.path.insert(0, str(ROOT / "tests" / "hostile"))
    from corpus import CASES

    texts = [(case.suffix[1:], case.content) for case in CASES if isinstance(case.content, str)]
    return [(form, text) for form, text in texts if len(text) < LARGEST]
