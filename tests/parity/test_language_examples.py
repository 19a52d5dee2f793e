"""The specs of `examples/specs` against outside implementations that share their weights by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from example_twins import InceptionV3, Translator, UNet
from torch import nn

import specc
from specc.cli.main import main

SPECS = Path(__file__).resolve().parents[2] / "examples" / "specs"
SMALL: dict[str, dict[str, int]] = {
    "inception_v3": {"classes": 10},
    "unet": {"width": 4, "classes": 3},
    "gpt2": {"vocab": 97, "positions": 32, "width": 24, "layers": 2, "num_heads": 3},
    "seq2seq": {"source_vocab": 29, "target_vocab": 31, "embed": 12, "hidden": 16, "align": 10},
}


def spec_path(name: str) -> str:
    return str(SPECS / f"{name}.specc")


def arrays(net: nn.Module) -> dict[str, np.ndarray]:
    state = net.state_dict()
    return {name: tensor.numpy() for name, tensor in state.items() if not name.endswith("num_batches_tracked")}


def close(made: np.ndarray, expected: torch.Tensor, tolerance: float = 1e-4) -> None:
    """Equal up to `tolerance` of the largest magnitude."""
    wanted = expected.detach().numpy()
    assert made.shape == wanted.shape
    assert np.abs(made - wanted).max() <= tolerance * np.abs(wanted).max()


def lively(net: nn.Module) -> nn.Module:
    """The net with running statistics and normalisations that differ from one channel to the next."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 1.0, 2.0)
            nn.init.normal_(module.bias, std=0.2)
            nn.init.normal_(module.running_mean, std=0.2)
            nn.init.uniform_(module.running_var, 0.1, 0.5)
    return net.eval()


@torch.no_grad()
def test_inception_v3() -> None:
    torch.manual_seed(0)
    twin = lively(InceptionV3(1000))
    assert sum(parameter.numel() for parameter in twin.parameters()) == 23_834_568
    image = torch.randn(1, 3, 299, 299)
    model = specc.load(spec_path("inception_v3")).compile(weights=arrays(twin))
    close(model.run(image=image.numpy())["logits"], twin(image))


@torch.no_grad()
@pytest.mark.parametrize(
    ("padded", "sizes"), [(True, [(1, 48, 32), (2, 16, 80)]), (False, [(1, 188, 188), (1, 201, 220)])]
)
def test_unet(padded: bool, sizes: list[tuple[int, int, int]]) -> None:
    torch.manual_seed(1)
    twin = UNet(4, 4, 3, padded).eval()
    model = specc.load(spec_path("unet"), padded=padded, **SMALL["unet"]).compile(weights=arrays(twin))
    for batch, height, width in sizes:
        image = torch.randn(batch, 1, height, width)
        close(model.run(image=image.numpy())["logits"], twin(image))


def test_unet_of_the_paper() -> None:
    report = specc.load(spec_path("unet"), padded=False).report(N=1, H=572, W=572)
    assert report.outputs[0].shape == (1, 2, 388, 388)
    assert report.params.trainable == sum(parameter.numel() for parameter in UNet(64, 4, 2, False).parameters())


def empty_cache(layers: int, batch: int, heads: int, size: int) -> dict[str, np.ndarray]:
    names = (f"past.{layer}.{part}" for layer in range(layers) for part in ("key", "value"))
    return {name: np.zeros((batch, heads, 0, size), np.float32) for name in names}


def follow(made: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The cache that a run gave, as the next run takes it."""
    return {name.replace("present", "past"): array for name, array in made.items() if name.startswith("present")}


@pytest.fixture(scope="module")
def gpt2() -> nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(2)
    config = GPT2Config(vocab_size=97, n_positions=32, n_embd=24, n_layer=2, n_head=3, attn_implementation="eager")
    twin = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
    return twin


@torch.no_grad()
@pytest.mark.parametrize("target", ["portable", "cpu"])
@pytest.mark.parametrize("cache", [{}, empty_cache(2, 2, 3, 8)], ids=["left out", "empty"])
def test_gpt2_generates_like_transformers(gpt2: nn.Module, cache: dict[str, np.ndarray], target: str) -> None:
    model = specc.load(spec_path("gpt2"), **SMALL["gpt2"]).compile(weights=arrays(gpt2), target=target)
    tokens, fed = torch.randint(97, (2, 5)), 0
    for _ in range(12):
        made = model.run({"input_ids": tokens[:, fed:].numpy(), **cache})
        expected = gpt2(tokens).logits
        close(made["logits"], expected[:, fed:])
        fed, cache = tokens.shape[1], follow(made)
        chosen = made["logits"][:, -1].argmax(-1)
        assert np.array_equal(chosen, expected[:, -1].argmax(-1).numpy())
        tokens = torch.cat([tokens, torch.from_numpy(chosen)[:, None]], 1)


@torch.no_grad()
def test_gpt2_takes_the_names_of_the_published_checkpoint(gpt2: nn.Module, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    bare = {name: tensor.clone() for name, tensor in gpt2.transformer.state_dict().items()}
    save_file({**bare, "h.0.attn.bias": torch.ones(1, 1, 32, 32)}, tmp_path / "model.safetensors")
    model = specc.load(spec_path("gpt2"), **SMALL["gpt2"]).compile(weights=str(tmp_path / "model.safetensors"))
    tokens = torch.randint(97, (1, 7))
    made = model.run(input_ids=tokens.numpy())
    close(made["logits"], gpt2(tokens).logits)


@torch.no_grad()
def test_seq2seq() -> None:
    torch.manual_seed(3)
    sizes = SMALL["seq2seq"]
    twin = Translator(**sizes).eval()
    model = specc.load(spec_path("seq2seq"), **sizes).compile(weights=arrays(twin))
    for batch, source_length, target_length in ((2, 7, 5), (3, 1, 9)):
        source, target = torch.randint(29, (batch, source_length)), torch.randint(31, (batch, target_length))
        made = model.run(source=source.numpy(), target=target.numpy())
        logits, alignment = twin(source, target)
        close(made["logits"], logits)
        close(made["alignment"], alignment)


def meaning(spec: specc.Spec) -> tuple[object, ...]:
    """What a spec says, without the lines that it says it on: costs, operators, weights."""
    report, graph = spec.report().to_dict(), spec.compile().proto.graph
    layers = [{key: value for key, value in layer.items() if key != "source"} for layer in report.pop("layers")]
    nodes = [(node.op_type, *node.input, "->", *node.output) for node in graph.node]
    return report, layers, nodes, [(weight.name, *weight.dims) for weight in graph.initializer]


@pytest.mark.parametrize("name", SMALL)
def test_yaml_form_means_the_same(name: str, tmp_path: Path) -> None:
    as_yaml, back = tmp_path / f"{name}.yaml", tmp_path / f"{name}.specc"
    assert main(["fmt", "--to", "yaml", spec_path(name), "-o", str(as_yaml)]) == 0
    assert main(["fmt", "--to", "specc", str(as_yaml), "-o", str(back)]) == 0
    expected = meaning(specc.load(spec_path(name), **SMALL[name]))
    assert meaning(specc.load(str(as_yaml), **SMALL[name])) == expected
    assert meaning(specc.load(str(back), **SMALL[name])) == expected
