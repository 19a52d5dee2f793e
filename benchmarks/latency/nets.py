"""The nets that are timed: their specs, sizes and inputs. Imported in both environments; needs NumPy alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

Feeds = dict[str, np.ndarray]
LAYERS, HEADS, HEAD_SIZE = 12, 12, 64
"""Sizes of BERT base, GPT-2 and ViT-B."""


@dataclass(frozen=True)
class Net:
    """One net at one size.

    `spec` is a model of the zoo or a file of this folder; `sizes` are its symbols; `feeds` makes the inputs, in the
    order in which the PyTorch module takes them; `outputs` names what is compared; with `steps`, a run is so many steps
    of greedy decoding; `family` is the model type for onnxruntime's transformers optimizer.
    """

    spec: str
    sizes: Mapping[str, int]
    feeds: Callable[[np.random.Generator, Mapping[str, int]], Feeds]
    outputs: tuple[str, ...] = ("logits",)
    steps: int = 0
    family: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def growing(self) -> dict[str, int]:
        """Sizes that change from step to step."""
        return {"P": self.sizes["P"]} if self.steps else {}


def image(size: int) -> Callable[[np.random.Generator, Mapping[str, int]], Feeds]:
    """Normal numbers of three channels."""

    def made(rng: np.random.Generator, sizes: Mapping[str, int]) -> Feeds:
        return {"image": rng.standard_normal((sizes["N"], 3, size, size), np.float32)}

    return made


def text(rng: np.random.Generator, sizes: Mapping[str, int]) -> Feeds:
    """Tokens for BERT: nothing is padding, and the second half is the second segment."""
    shape = sizes["N"], sizes["T"]
    segments = np.broadcast_to(np.arange(sizes["T"]) >= sizes["T"] // 2, shape).astype(np.int64)
    tokens = rng.integers(0, 30522, shape, np.int64)
    return {"input_ids": tokens, "attention_mask": np.ones(shape, np.int64), "token_type_ids": segments}


def prompt(rng: np.random.Generator, sizes: Mapping[str, int]) -> Feeds:
    """Tokens for GPT-2."""
    return {"input_ids": rng.integers(0, 50257, (sizes["N"], sizes["T"]), np.int64)}


def continued(rng: np.random.Generator, sizes: Mapping[str, int]) -> Feeds:
    """Tokens for GPT-2, with keys and values of the tokens before."""
    shape = sizes["N"], HEADS, sizes["P"], HEAD_SIZE
    names = [f"past_key_values.{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value")]
    return prompt(rng, sizes) | {name: rng.standard_normal(shape, np.float32) for name in names}


def sequence(rng: np.random.Generator, sizes: Mapping[str, int]) -> Feeds:
    """Normal numbers for the LSTM."""
    return {"x": rng.standard_normal((sizes["N"], sizes["T"], 512), np.float32)}


PRESENT = tuple(f"present.{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value"))
BERT = ("last_hidden_state", "pooler_output")
NETS: dict[str, Net] = {
    "resnet50": Net("zoo:resnet50", {"N": 1}, image(224)),
    "mobilenet_v2": Net("zoo:mobilenet_v2", {"N": 1}, image(224)),
    "googlenet": Net("googlenet.specc", {"N": 1}, image(224)),
    "bert_base_128": Net("zoo:bert_base", {"N": 1, "T": 128}, text, BERT, family="bert"),
    "bert_base_512": Net("zoo:bert_base", {"N": 1, "T": 512}, text, BERT, family="bert"),
    "gpt2_prompt": Net("zoo:gpt2", {"N": 1, "T": 128}, prompt, family="gpt2"),
    "gpt2_step": Net("zoo:gpt2_cached", {"N": 1, "T": 1, "P": 127}, continued, ("logits", *PRESENT), family="gpt2"),
    "gpt2_decode": Net(
        "zoo:gpt2_cached", {"N": 1, "T": 1, "P": 127}, continued, ("logits", *PRESENT), steps=32, family="gpt2"
    ),
    "vit_b_16": Net("zoo:vit_b_16", {"N": 1}, image(224), family="vit"),
    "lstm": Net("lstm2.specc", {"N": 1, "T": 64}, sequence, ("y",)),
    "unet": Net("zoo:unet", {"N": 1, "H": 192, "W": 192}, image(192)),
}


def sized(name: str, batch: int) -> dict[str, int]:
    """Sizes of a net with another batch."""
    return {**NETS[name].sizes, "N": batch}


def feeds_of(name: str, batch: int) -> Feeds:
    """The inputs of a net, from a fixed seed."""
    return NETS[name].feeds(np.random.default_rng(0), sized(name, batch))
