"""GPT-2 from one ONNX file, a prompt and then token by token with its cache, beside transformers' greedy decoding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_model
from transformers import GPT2Config, GPT2LMHeadModel

import specc
from specc.runtime.session import open_session

PROMPT, TOKENS = [464, 3290, 318, 257, 922], 64


def test_gpt2_decodes_as_transformers_does(tmp_path: Path) -> None:
    torch.manual_seed(3)
    net = GPT2LMHeadModel(GPT2Config(initializer_range=0.2)).eval()
    save_model(net, str(tmp_path / "net.safetensors"))
    wanted = net.generate(torch.tensor([PROMPT]), max_new_tokens=TOKENS, do_sample=False, pad_token_id=0)[0]
    assert len(set(wanted.tolist())) > 30
    specc.load("zoo:gpt2_cached").compile("cpu", weights=tmp_path / "net.safetensors").save(tmp_path / "g.onnx")
    session = open_session(tmp_path / "g.onnx")
    feeds = {before: np.zeros((1, 12, 0, 64), np.float32) for before, _ in session.states}
    made, given = list(PROMPT), np.array([PROMPT])
    for _ in range(TOKENS):
        outputs = session.run({"input_ids": given, **feeds})
        made.append(int(outputs["logits"][0, -1].argmax()))
        given = np.array([made[-1:]])
        feeds = {before: outputs[after] for before, after in session.states}
    assert made == wanted.tolist()
    assert feeds["past_key_values.0.key"].shape == (1, 12, len(PROMPT) + TOKENS - 1, 64)
