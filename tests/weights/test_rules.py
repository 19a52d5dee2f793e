"""Rules: names and layouts of a checkpoint, in both spellings, in the spec or in a file of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import specc
from specc.cli.main import main

Arrays = dict[str, np.ndarray]


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def model(weights: dict[str, tuple[int, ...]], rules: str) -> specc.Spec:
    """A model with these weights, which it adds up."""
    lines = ["model m", "input x: float32[N]"]
    for name, shape in weights.items():
        lines.append(f"param {name}: float32[{', '.join(map(str, shape))}]")
        lines.append(f"x = x + sum({name})")
    lines += ["output y = x", *(["weights:", *(f"    {line}" for line in rules.strip().split("\n"))] if rules else [])]
    return specc.loads("\n".join(lines) + "\n", syntax="text")


def loaded(weights: dict[str, tuple[int, ...]], rules: str, arrays: Arrays) -> Arrays:
    return model(weights, rules).compile(weights=arrays).weights


def codes(weights: dict[str, tuple[int, ...]], rules: str, arrays: Arrays) -> list[str]:
    with pytest.raises(specc.SpecError) as caught:
        loaded(weights, rules, arrays)
    return sorted(diagnostic.code for diagnostic in caught.value.diagnostics)


W = drawn(4, 6)
K = drawn(3, 2, 4, 5)
STEPS = {
    "transpose": (W, W.T),
    "permute(3, 0, 2, 1)": (K, K.transpose(3, 0, 2, 1)),
    "reshape(-1, 8)": (W, W.reshape(3, 8)),
    "reshape(2, 12)": (W, W.reshape(2, 12)),
    "flatten": (K, K.reshape(-1)),
    "flatten(1)": (K, torch.from_numpy(K).flatten(1).numpy()),
    "flatten(1, 2)": (K, torch.from_numpy(K).flatten(1, 2).numpy()),
    "flatten(-2)": (K, torch.from_numpy(K).flatten(-2).numpy()),
    "kernel": (K, K.transpose(3, 2, 0, 1)),
    "slice(1, 2, 5)": (W, W[:, 2:5]),
    "slice(-1, 0, 6)": (W, W),
    "transpose -> slice(0, 1, 3) -> flatten": (W, W.T[1:3].reshape(-1)),
    "gates(zr, rz)": (W, np.concatenate([W[2:], W[:2]])),
    "gates(ijfo, ifgo)": (W, W[[0, 2, 1, 3]]),
    "gates(iofc, ifgo)": (W, W[[0, 2, 3, 1]]),
    "float": (np.arange(4), np.arange(4.0)),
}


@pytest.mark.parametrize("steps", STEPS)
def test_steps(steps: str) -> None:
    given, wanted = STEPS[steps]
    made = loaded({"w": wanted.shape}, f'rename "stored" -> {steps} -> "w"', {"stored": given})
    assert np.array_equal(made["w"], wanted)


def test_a_depthwise_kernel_is_that_of_tensorflow() -> None:
    """Output channel `c * multiplier + m` is the input channel `c` with the kernel `[..., c, m]` (TensorFlow)."""
    made = loaded({"w": (20, 1, 3, 2)}, 'rename "k" -> depthwise -> "w"', {"k": K})["w"]
    for channel in range(4):
        for multiple in range(5):
            assert np.array_equal(made[channel * 5 + multiple, 0], K[:, :, channel, multiple])


def test_one_tensor_for_several_weights() -> None:
    """GPT-2's `c_attn`, a Conv1D whose weight is [in, 3 x out]."""
    weight, bias = drawn(8, 24), drawn(24, seed=1)
    rules = r"""
rename r"(.*)\.c_attn\.weight" -> transpose -> split(0) -> r"\1_q", r"\1_k", r"\1_v"
rename r"(.*)\.c_attn\.bias" -> split(0) -> r"\1_bq", r"\1_bk", r"\1_bv"
"""
    names = {"h_q": (8, 8), "h_k": (8, 8), "h_v": (8, 8), "h_bq": (8,), "h_bk": (8,), "h_bv": (8,)}
    made = loaded(names, rules, {"h.c_attn.weight": weight, "h.c_attn.bias": bias})
    for index, name in enumerate("qkv"):
        assert np.array_equal(made[f"h_{name}"], weight[:, 8 * index : 8 * index + 8].T)
        assert np.array_equal(made[f"h_b{name}"], bias[8 * index : 8 * index + 8])


def test_parts_of_given_sizes() -> None:
    made = loaded({"q": (4, 3), "k": (2, 3)}, 'rename "qk" -> split(0, 4, 2) -> "q", "k"', {"qk": drawn(6, 3)})
    assert np.array_equal(np.concatenate([made["q"], made["k"]]), drawn(6, 3))


def test_several_tensors_for_one_weight_run_like_torch() -> None:
    """BERT's three projections are one `in_proj_weight` of torch.nn.MultiheadAttention."""
    theirs = nn.MultiheadAttention(8, 2, batch_first=True).eval()
    with torch.no_grad():
        theirs.in_proj_bias.normal_()
    state = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    stored = {"out.weight": state["out_proj.weight"], "out.bias": state["out_proj.bias"]}
    for index, name in enumerate(("query", "key", "value")):
        for kind in ("weight", "bias"):
            stored[f"{name}.{kind}"] = state[f"in_proj_{kind}"][8 * index : 8 * index + 8]
    text = (
        "model m\ninput x: float32[N, T, 8]\noutput y = x -> multihead_attention(2) as a\nweights:\n"
        r'    rename r"query\.(.*)", r"key\.(.*)", r"value\.(.*)" -> concat(0) -> r"a.in_proj_\1"'
        "\n"
        r'    rename r"out\.(.*)" -> r"a.out_proj.\1"'
        "\n"
    )
    x = drawn(3, 5, 8)
    made = specc.loads(text, syntax="text").compile(weights=stored).run(x=x)["y"]
    with torch.no_grad():
        wanted = theirs(*[torch.from_numpy(x)] * 3)[0].numpy()
    np.testing.assert_allclose(made, wanted, rtol=1e-5, atol=1e-5)


def test_many_tensors_of_one_pattern_are_joined_in_their_natural_order() -> None:
    stored = {f"experts.{index}.w": drawn(2, 3, seed=index) for index in range(12)}
    made = loaded({"w": (12, 2, 3)}, r'rename r"experts\.\d+\.w" -> stack(0) -> "w"', stored)
    assert np.array_equal(made["w"], np.stack([stored[f"experts.{index}.w"] for index in range(12)]))
    made = loaded({"w": (2, 36)}, r'rename r"experts\.\d+\.w" -> concat(1) -> "w"', stored)
    assert np.array_equal(made["w"], np.concatenate([stored[f"experts.{index}.w"] for index in range(12)], 1))


def test_one_tensor_may_be_tied_to_several_weights() -> None:
    made = loaded({"a": (4, 6), "b": (4, 6)}, 'rename "w" -> "a", "b"', {"w": W})
    assert np.array_equal(made["a"], W) and np.array_equal(made["b"], W)


def test_lstm_of_keras_with_one_bias() -> None:
    theirs = nn.LSTM(3, 4, batch_first=True)
    state = {name: tensor.detach().numpy() for name, tensor in theirs.named_parameters()}
    stored = {
        "lstm/kernel": state["weight_ih_l0"].T,
        "lstm/recurrent_kernel": state["weight_hh_l0"].T,
        "lstm/bias": state["bias_ih_l0"] + state["bias_hh_l0"],
    }
    text = (
        "model m\ninput x: float32[N, T, 3]\ny, _, _ = x -> lstm(4) as lstm\noutput y\nweights:\n"
        '    rename "lstm/kernel" -> kernel -> gates(ifco, ifgo) -> "lstm.weight_ih_l0"\n'
        '    rename "lstm/recurrent_kernel" -> kernel -> gates(ifco, ifgo) -> "lstm.weight_hh_l0"\n'
        '    rename "lstm/bias" -> gates(ifco, ifgo) -> "lstm.bias_ih_l0"\n    fill r".*\\.bias_hh_l0" = 0\n'
    )
    x = drawn(2, 5, 3)
    made = specc.loads(text, syntax="text").compile(weights=stored).run(x=x)["y"]
    np.testing.assert_allclose(made, theirs(torch.from_numpy(x))[0].detach().numpy(), rtol=1e-5, atol=1e-6)


def test_the_first_rule_that_matches_decides() -> None:
    rules = 'ignore "a.*"\nrename "(.*)" -> r"w_\\1"'
    assert set(loaded({"w_b": (2,)}, rules, {"abc": drawn(3), "b": drawn(2)})) == {"w_b"}


def test_fill_and_keep() -> None:
    spec = model({"a": (2,), "b": (2,), "c": (2,)}, 'fill "a" = -1.5\nkeep "b"')
    made = spec.compile(weights={"c": drawn(2)}, seed=7).weights
    assert made["a"].tolist() == [-1.5, -1.5]
    assert np.array_equal(made["b"], spec.compile(seed=7).weights["b"])
    both = spec.compile(weights={"a": drawn(2), "b": drawn(2), "c": drawn(2)}).weights
    assert all(np.array_equal(both[name], drawn(2)) for name in "abc")


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ('rename "w" -> split(1) -> "a", "b", "c", "d"', "SP4232"),
        ('rename "w" -> split(0, 1, 2) -> "a", "b"', "SP4232"),
        ('rename "w" -> transpose -> split(2) -> "a", "b"', "SP4232"),
        ('rename "w" -> reshape(5, -1) -> "a"', "SP4232"),
        ('rename "w" -> reshape(-1, -1) -> "a"', "SP4232"),
        ('rename "w" -> reshape(0, -1) -> "a"', "SP4232"),
        ('rename "w" -> permute(0, 2, 1) -> "a"', "SP4232"),
        ('rename "w" -> flatten(1, 0) -> "a"', "SP4232"),
        ('rename "w" -> flatten(0, 5) -> "a"', "SP4232"),
        ('rename "w" -> gates(zrh, rzn) -> "a"', "SP4232"),
        ('rename "w" -> slice(0, 2, 5) -> "a"', "SP4232"),
        ('rename "w" -> depthwise -> "a"', "SP4232"),
        ('rename "w" -> flatten -> kernel -> "a"', "SP4232"),
        ('rename "w", "missing" -> concat(0) -> "a"', "SP4233"),
        ('rename "w", "v" -> concat(0) -> "a"', "SP4232"),
        ('rename "w", "i" -> concat(0) -> "a"', "SP4232"),
        ('rename "w", "v" -> stack(0) -> "a"', "SP4232"),
        ('rename "w" -> r"\\1"', "SP4003"),
    ],
)
def test_rules_that_do_not_fit(rules: str, code: str) -> None:
    stored = {"w": drawn(4, 6), "v": drawn(3), "i": np.ones((4, 6), np.int64)}
    assert code in codes({"a": (4, 6)}, rules, stored)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ('rename "w" -> transposed -> "a"', "SP4220"),
        ('rename "w" -> transpose(1) -> "a"', "SP4221"),
        ('rename "w" -> permute(0, 0) -> "a"', "SP4221"),
        ('rename "w" -> permute(1, 2) -> "a"', "SP4221"),
        ('rename "w" -> reshape(a) -> "a"', "SP4221"),
        ('rename "w" -> slice(0) -> "a"', "SP4221"),
        ('rename "w" -> concat -> "a"', "SP4221"),
        ('rename "w" -> split -> "a", "b"', "SP4221"),
        ('rename "w" -> split(0) -> "a"', "SP4221"),
        ('rename "w" -> gates(zrh) -> "a"', "SP4221"),
        ('rename "w" -> gates(zrh, ifgo) -> "a"', "SP4221"),
        ('rename "w" -> gates(zzr, zrz) -> "a"', "SP4221"),
        ('rename "w", "v" -> "a"', "SP4221"),
        ('fill "a" = none', "SP4221"),
        ('fill "a" = [1]', "SP4221"),
        ('rename "(" -> "a"', "SP4003"),
        ('keep "("', "SP4003"),
    ],
)
def test_wrong_rules_are_found_without_a_checkpoint(rule: str, code: str) -> None:
    with pytest.raises(specc.SpecError) as caught:
        model({"a": (2,)}, rule).check()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert diagnostic.span is not None


RULES = r"""
# of Keras
under "model"
rename r"(.*)/kernel" -> kernel -> r"\1.weight"  # dense and convolutions
rename "q", "k" -> transpose -> concat(0) -> reshape(-1, 4) -> "qk"
rename "b" -> gates(zrh, rzn) -> split(0, 1, 2) -> "b0", "b1"
ignore r"optimizer\..*"
keep "head.*"
fill "bias" = -0.5
"""
SPELLED = r"""
weights:
  - under: "model"
  - rename: ["(.*)/kernel", kernel, '\1.weight']
  - rename: [["q", "k"], transpose, concat(0), "reshape(-1, 4)", "qk"]
  - rename: ["b", "gates(zrh, rzn)", "split(0, 1, 2)", ["b0", "b1"]]
  - ignore: 'optimizer\..*'
  - keep: "head.*"
  - fill: ["bias", "-0.5"]
"""


def test_both_spellings_say_the_same(tmp_path: Path) -> None:
    head = "model m\ninput x: float32[N, 4]\noutput y = x\n"
    body = "".join(f"    {line}\n" for line in RULES.strip().split("\n"))
    text, yaml = tmp_path / "m.specc", tmp_path / "m.yaml"
    text.write_text(f"{head}weights:\n{body}")
    yaml.write_text(f"specc: 1\nmodel: m\ninputs: {{x: 'float32[N, 4]'}}\noutputs: {{y: = x}}\n{SPELLED}")
    rules = [specc.load(str(path))._resolved.weight_rules for path in (text, yaml)]
    assert rules[0] == rules[1] and len(rules[0]) == 7
    assert main(["fmt", "--to", "yaml", str(text), "-o", str(tmp_path / "a.yaml")]) == 0
    assert main(["fmt", "--to", "specc", str(tmp_path / "a.yaml"), "-o", str(tmp_path / "b.specc")]) == 0
    assert main(["fmt", str(text), "-o", str(tmp_path / "c.specc")]) == 0
    assert "# dense and convolutions" in (tmp_path / "b.specc").read_text()
    for path in ("a.yaml", "b.specc", "c.specc"):
        assert specc.load(str(tmp_path / path))._resolved.weight_rules == rules[0]


@pytest.mark.parametrize("name", ["rules.yaml", "list.yml", "rules.specc"])
def test_rules_in_a_file_of_their_own_come_first(tmp_path: Path, name: str) -> None:
    content = {
        "rules.yaml": "weights:\n  - rename: [w, transpose, a]\n",
        "list.yml": "# by hand\n- rename: [w, transpose, a]\n",
        "rules.specc": 'weights:\n    rename "w" -> transpose -> "a"\n',
    }
    (tmp_path / name).write_text(content[name])
    spec = model({"a": (6, 4)}, 'ignore "w"')
    made = spec.compile(weights={"w": W}, weight_rules=tmp_path / name).weights
    assert np.array_equal(made["a"], W.T)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.yaml", "specc: 1\nmodel: m\n", "SP4212"),
        ("x.yaml", "text", "SP4212"),
        ("x.yaml", "", "SP4212"),
        ("x.yaml", "- rename: [a]\n", "SP1209"),
        ("x.yaml", "- drop: a\n", "SP1208"),
        ("x.yaml", "- rename: [a, splat, b]\n", "SP4220"),
        ("x.yaml", "- rename: [a, 'split(', b]\n", "SP1104"),
        ("x.specc", "x = 3\n", "SP4212"),
        ("missing.yaml", None, "SP1001"),
    ],
)
def test_files_that_are_no_rules(tmp_path: Path, name: str, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(specc.SpecError) as caught:
        model({"a": (2,)}, "").compile(weights={"a": drawn(2)}, weight_rules=tmp_path / name)
    assert code in [diagnostic.code for diagnostic in caught.value.diagnostics]
