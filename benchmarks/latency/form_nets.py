"""Whole nets, as `run.py` has compiled them, with other operators in them or other options of the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
from form_builder import MICROSOFT
from onnx import helper, numpy_helper

SCRATCH = Path("/tmp/latency")
QUIET = {"disabled": "SkipLayerNormFusion"}
HEADS = 12


class Stored:
    """A compiled net, changed where `change` says how."""

    def __init__(self, net: str, change: Callable[[Editor], None] | None = None) -> None:
        self.source, self.change = SCRATCH / net / "ours_cpu.onnx", change
        with np.load(SCRATCH / net / "feeds.npz") as feeds:
            self.inputs = {name: feeds[name] for name in feeds.files}

    def save(self, path: Path, outputs: tuple[str, ...]) -> None:
        """Write the model."""
        editor = Editor(onnx.load(str(self.source)))
        if self.change:
            self.change(editor)
        editor.sweep()
        data = path.with_suffix(".data")
        data.unlink(missing_ok=True)
        onnx.save(editor.model, str(path), save_as_external_data=True, location=data.name)


class Editor:
    """Nodes of a model by the names of their outputs."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model, self.graph = model, model.graph
        self.made = {name: node for node in self.graph.node for name in node.output}
        self.weights = {tensor.name: tensor for tensor in self.graph.initializer}
        if not any(entry.domain == MICROSOFT for entry in model.opset_import):
            model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))

    def put(self, output: str, kind: str, inputs: list[str], more: tuple[str, ...] = (), **attributes: object) -> None:
        """A node of the runtime's own operators in the place of the one that makes `output`, and of those of `more`."""
        node = helper.make_node(kind, inputs, [output, *more], output + "/new", domain=MICROSOFT, **attributes)
        replaced = {output, *more}
        nodes = [old for old in self.graph.node if not replaced & set(old.output)]
        del self.graph.node[:]
        self.graph.node.extend([*nodes, node])
        self.made |= dict.fromkeys(replaced, node)

    def array(self, name: str) -> np.ndarray:
        """A weight."""
        return np.asarray(numpy_helper.to_array(self.weights[name]))

    def add(self, name: str, array: np.ndarray) -> str:
        """A new weight."""
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def rename(self, old: str, new: str) -> None:
        """Let all that reads one tensor read another."""
        for node in self.graph.node:
            for place, name in enumerate(node.input):
                if name == old:
                    node.input[place] = new

    def sweep(self) -> None:
        """Sort what is there, and remove nodes and weights that nothing reads."""
        makers = {name: node for node in self.graph.node for name in node.output if name}
        order: list[onnx.NodeProto] = []
        done: set[str] = set()
        stack = [(port.name, False) for port in reversed(self.graph.output)]
        while stack:
            name, ready = stack.pop()
            node = makers.get(name)
            if node is None or node.name + node.output[0] in done:
                continue
            if ready:
                done.add(node.name + node.output[0])
                order.append(node)
                continue
            stack.append((name, True))
            stack.extend((given, False) for given in node.input)
        read = {name for node in order for name in node.input} | {port.name for port in self.graph.input}
        kept = [tensor for tensor in self.graph.initializer if tensor.name in read]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(order)
        self.graph.initializer.extend(kept)


def gelus(kind: str) -> Callable[[Editor], None]:
    """MatMul, Add, Gelu as MatMul and one operator with the bias."""

    def change(editor: Editor) -> None:
        for node in [node for node in editor.graph.node if node.op_type == "Gelu"]:
            add = editor.made[node.input[0]]
            editor.put(node.output[0], kind, list(add.input))

    return change


def bert_attention(editor: Editor) -> None:
    """The contrib operator over all three products."""
    mask = helper.make_node("Cast", ["attention_mask/Expand"], ["mask32"], "mask32", to=6)
    editor.graph.node.append(mask)
    for layer in range(12):
        path = f"encoder.layer.{layer}.attention.self"
        parts = [f"{path}.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([editor.array(f"{part}.weight/transposed") for part in parts], 1)
        bias = np.concatenate([editor.array(f"{part}.bias") for part in parts])
        x = editor.made[f"{parts[0]}/MatMul"].input[0]
        merged = editor.add(f"{path}.w", weight), editor.add(f"{path}.b", bias)
        editor.put(path, "Attention", [x, *merged, "mask32"], num_heads=HEADS, mask_filter_value=-1e30)


def gpt2_attention(editor: Editor) -> None:
    """The contrib operator over the one product."""
    for layer in range(12):
        path = f"transformer.h.{layer}.attn"
        product = editor.made[f"{path}.c_attn/MatMul"]
        inputs = [*product.input, f"{path}.c_attn.bias"]
        editor.put(f"{path}.reshape_3", "Attention", inputs, num_heads=HEADS, unidirectional=1)


def vit_attention(editor: Editor) -> None:
    """The contrib operator over the one product."""
    for layer in range(12):
        path = f"encoder.layers.encoder_layer_{layer}.self_attention"
        inputs = [*editor.made[f"{path}/MatMul"].input, f"{path}.in_proj_bias"]
        editor.put(f"{path}/Reshape_3", "Attention", inputs, num_heads=HEADS)


def without_expand(editor: Editor) -> None:
    """States that are given are not expanded to the size that they have."""
    for node in [node for node in editor.graph.node if node.op_type == "Expand" and node.input[0].startswith("past")]:
        editor.rename(node.output[0], node.input[0])


def cached(kind: str) -> Callable[[Editor], None]:
    """Attention of the runtime that appends keys and values itself."""

    def change(editor: Editor) -> None:
        without_expand(editor)
        for layer in range(12):
            path = f"transformer.h.{layer}.attn"
            parts = [f"{path}.split/{place}" for place in range(3)]
            past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
            present = (f"present.{layer}.key", f"present.{layer}.value")
            inputs = [*parts, "", "", "", *past]
            editor.put(f"{path}.reshape_3", kind, inputs, present, num_heads=HEADS, unidirectional=1)

    return change


def both(*changes: Callable[[Editor], None]) -> Callable[[Editor], None]:
    """One change after another."""

    def change(editor: Editor) -> None:
        for one in changes:
            one(editor)

    return change


Form = tuple[str, Stored, tuple[str, ...], dict[str, str]]


def rewritten(net: str, attention: Callable[[Editor], None], gelu: str) -> Iterator[Form]:
    """A Transformer with other operators."""
    yield "as compiled", Stored(net), (), QUIET
    yield "contrib Attention", Stored(net, attention), (), QUIET
    yield gelu, Stored(net, gelus(gelu)), (), QUIET
    yield f"contrib Attention, {gelu}", Stored(net, both(attention, gelus(gelu))), (), QUIET
    unfused = {"disabled": "SkipLayerNormFusion BiasGeluFusion"}
    yield "without BiasGeluFusion", Stored(net), (), unfused
    yield "contrib Attention, without BiasGeluFusion", Stored(net, attention), (), unfused
    yield "SkipLayerNormFusion", Stored(net), (), {}
    yield f"contrib Attention, {gelu}, SkipLayerNormFusion", Stored(net, both(attention, gelus(gelu))), (), {}


def steps() -> Iterator[Form]:
    """GPT-2 with a past."""
    net = "gpt2_step"
    yield "as compiled", Stored(net), (), QUIET
    yield "no Expand of states", Stored(net, without_expand), (), QUIET
    yield "no Expand, MultiHeadAttention", Stored(net, cached("MultiHeadAttention")), (), QUIET
    changed = both(cached("MultiHeadAttention"), gelus("FastGelu"))
    yield "no Expand, MultiHeadAttention, FastGelu", Stored(net, changed), (), QUIET


OPTIONS: dict[str, dict[str, str]] = {
    "as specc runs it": {},
    "all the runtime's rewrites": {"disabled": ""},
    "denormals as zero": {"session.set_denormal_as_zero": "1"},
    "no prepacking": {"session.disable_prepacking": "1"},
    "no memory pattern": {"memory_pattern": "0"},
    "no arena": {"arena": "0"},
    "no arena for weights": {"session.use_device_allocator_for_initializers": "1"},
    "parallel": {"parallel": "2"},
    "no spinning": {"session.intra_op.allow_spinning": "0"},
    "no MatMulAddFusion": {"disabled": "SkipLayerNormFusion MatMulAddFusion"},
    "no NchwcTransformer": {"disabled": "SkipLayerNormFusion NchwcTransformer"},
    "basic rewrites": {"level": "ENABLE_BASIC"},
    "extended rewrites": {"level": "ENABLE_EXTENDED"},
    "dynamic block base 4": {"session.dynamic_block_base": "4"},
}


def sessions(net: str) -> Iterator[Form]:
    """One model under other options of the session."""
    for name, options in OPTIONS.items():
        yield name, Stored(net), (), {**QUIET, **options}


NETS: dict[str, Callable[[], Iterator[Form]]] = {
    "net_bert_base_128": lambda: rewritten("bert_base_128", bert_attention, "BiasGelu"),
    "net_bert_base_512": lambda: rewritten("bert_base_512", bert_attention, "BiasGelu"),
    "net_gpt2_prompt": lambda: rewritten("gpt2_prompt", gpt2_attention, "FastGelu"),
    "net_vit_b_16": lambda: rewritten("vit_b_16", vit_attention, "BiasGelu"),
    "net_gpt2_step": steps,
    **{
        f"session_{net}": lambda net=net: sessions(net)  # type: ignore[misc]
        for net in ("resnet50", "mobilenet_v2", "bert_base_128", "gpt2_step", "lstm", "unet")
    },
}
