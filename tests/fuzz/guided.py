"""Fuzzing that coverage guides: `python tests/fuzz/guided.py SECONDS [FORM]`, for specs in one spelling.

atheris (libFuzzer) keeps each text that reaches new branches of `specc` and goes on from there; the changes are those
of `mutations.py`. It stops at the first text with which anything but `SpecError` comes out, and writes it to
`fuzz-found/`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["specc"]):
    import fuzz
    import seeds
    from mutations import mutated

    from specc.layers.registry import layers_by_name

    layers_by_name()
    fuzz.one('model m\ninput x: float32[N, 4]\noutput y = x -> linear(2)\nweights:\n    ignore r"a.*"\n', "specc")
    fuzz.one('specc: 1\nmodel: m\ninputs: {x: "float32[N, 4]"}\noutputs: [x]\n', "yaml")

LONGEST = 20_000
FOUND = Path("fuzz-found")


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def main(seconds: int, form: str) -> None:
    """Fuzz for `seconds`; libFuzzer prints what it finds and ends the process."""
    texts = seeds.seed_texts()[form]

    def change(data: bytes, most: int, seed: int) -> bytes:
        rng = Random(seed)
        pool = [text_of(data), *rng.sample(texts, 3)]
        return mutated(pool, rng).encode("utf-8", "replace")[:most]

    def one(data: bytes) -> None:
        _, why, _ = fuzz.measured(text_of(data), form)
        if why:
            raise AssertionError(why)

    FOUND.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        for number, text in enumerate(sorted(set(texts))):
            (Path(folder) / f"{number}").write_text(text, encoding="utf-8", errors="replace")
        options = (f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-rss_limit_mb=3000", "-print_final_stats=1")
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FOUND}/", folder], one, custom_mutator=change)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "specc")
