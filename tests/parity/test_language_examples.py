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
NAMES = sorted(path.name for path in SPECS.glob("*.specc"))


def spec_path(name: str) -> str:
    return str(SPECS / f"{name}.specc")


def arrays(net: nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in net.state_dict().items()}


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
    model = specc.load(spec_path("unet"), width=4, classes=3, padded=padded).compile(weights=arrays(twin))
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


@pytest.mark.parametrize("naming", ["GPT2LMHeadModel", "published"])
@torch.no_grad()
def test_gpt2_generates_like_transformers(naming: str) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(2)
    config = GPT2Config(vocab_size=97, n_positions=32, n_embd=24, n_layer=2, n_head=3, attn_implementation="eager")
    twin = GPT2LMHeadModel(config).eval()
    for parameter in twin.parameters():
        parameter.add_(torch.randn_like(parameter), alpha=0.1)
    weights = arrays(twin if naming == "GPT2LMHeadModel" else twin.transformer)
    spec = specc.load(spec_path("gpt2"), vocab=97, positions=32, width=24, layers=2, num_heads=3)
    model = spec.compile(weights=weights)

    tokens, fed = torch.randint(97, (2, 5)), 0
    cache = empty_cache(2, 2, 3, 8)
    for _ in range(12):
        made = model.run({"input_ids": tokens[:, fed:].numpy(), **cache})
        expected = twin(tokens).logits
        close(made["logits"], expected[:, fed:])
        fed, cache = tokens.shape[1], follow(made)
        chosen = made["logits"][:, -1].argmax(-1)
        assert np.array_equal(chosen, expected[:, -1].argmax(-1).numpy())
        tokens = torch.cat([tokens, torch.from_numpy(chosen)[:, None]], 1)


@torch.no_grad()
def test_seq2seq() -> None:
    torch.manual_seed(3)
    sizes = {"source_vocab": 29, "target_vocab": 31, "embed": 12, "hidden": 16, "align": 10}
    twin = Translator(**sizes).eval()
    model = specc.load(spec_path("seq2seq"), **sizes).compile(weights=arrays(twin))
    for batch, source_length, target_length in ((2, 7, 5), (3, 1, 9)):
        source, target = torch.randint(29, (batch, source_length)), torch.randint(31, (batch, target_length))
        made = model.run(source=source.numpy(), target=target.numpy())
        logits, alignment = twin(source, target)
        close(made["logits"], logits)
        close(made["alignment"], alignment)


@pytest.mark.parametrize("name", NAMES)
def test_yaml_form_means_the_same(name: str, tmp_path: Path) -> None:
    as_yaml, back = tmp_path / f"{Path(name).stem}.yaml", tmp_path / name
    assert main(["fmt", "--to", "yaml", str(SPECS / name), "-o", str(as_yaml)]) == 0
    assert main(["fmt", "--to", "specc", str(as_yaml), "-o", str(back)]) == 0
    original = specc.load(str(SPECS / name)).report()
    for path in (as_yaml, back):
        report = specc.load(str(path)).report()
        assert [str(row) for row in report.rows] == [str(row) for row in original.rows]
        assert (report.params, str(report.macs), str(report.flops)) == (
            original.params,
            str(original.macs),
            str(original.flops),
        )
