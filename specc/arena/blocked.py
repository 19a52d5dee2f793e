"""Convolutions over blocks of channels (`NchwcTransformer` of onnxruntime): which tensors have such a layout, padded to
whole blocks, and where they are reordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from specc.arena.nodes import Run, Work, in_order
from specc.emit.sized import SizedTensor

ALIGNED = 4
"""Channels of an image have to be a multiple of this."""
POOLS = frozenset(("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"))


def in_blocks(run: Run, block: int) -> None:
    """Rewrite `run` for blocks of `block` channels."""
    layout = _Layout(run, block)
    for node in in_order(run):
        rule = _RULES.get(node.op)
        if rule is not None:
            rule(layout, node)
    layout.finish()


@dataclass(slots=True)
class _Layout:
    """Blocked twins of tensors by the name of the tensor, with the node that makes them, and how many readers still
    want the tensor itself."""

    run: Run
    block: int
    twins: dict[str, str] = field(default_factory=dict)
    makers: dict[str, Work] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)
    first_uses: dict[str, int] = field(default_factory=dict)
    inserted: list[Work] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first_uses.update(self.run.uses())

    def channels(self, name: str) -> int:
        """Channels of an image; 0 for what is none."""
        shape = self.run.shape(name)
        return shape[1] if shape is not None and len(shape) == 4 else 0

    def whole(self, name: str) -> bool:
        """Whether the channels fill their blocks."""
        channels = self.channels(name)
        return channels > 0 and channels % self.block == 0

    def twin(self, name: str) -> str:
        """The blocked twin of a tensor, its channels padded."""
        made, tensor = f"{name}\0", self.run.tensors[name]
        count, channels, *rest = tensor.shape
        self.run.tensors[made] = SizedTensor((count, -(-channels // self.block) * self.block, *rest), tensor.width)
        return made

    def read(self, node: Work, place: int) -> None:
        """Make `node` read the blocked twin of an input, which is made where there is none."""
        name = node.inputs[place]
        if name not in self.twins:
            made = Work("ReorderInput", [name], [self.twin(name)], {}, self.run.next_index())
            self.inserted.append(made)
            self.twins[name], self.wanted[name] = made.outputs[0], self.first_uses[name]
        self.wanted[name] -= 1
        node.inputs[place] = self.twins[name]

    def write(self, node: Work) -> None:
        """Make `node` write the blocked twin of its output."""
        name = node.outputs[0]
        node.outputs, node.index = [self.twin(name), *node.outputs[1:]], self.run.next_index()
        self.twins[name], self.makers[name], self.wanted[name] = node.outputs[0], node, self.first_uses[name]

    def take_in(self, node: Work, before: str) -> None:
        """`node` becomes part of the convolution that makes `before`."""
        conv, name = self.makers[before], node.outputs[0]
        self.gone.add(id(node))
        self.wanted[before] -= 1
        self.twins[name], self.makers[name], self.wanted[name] = self.twins[before], conv, self.first_uses[name]

    def open_conv(self, name: str) -> Work | None:
        """The convolution that makes a tensor which nothing else reads, where it has no activation."""
        conv = self.makers.get(name)
        open_ = conv is not None and conv.op == "NchwcConv" and self.first_uses[name] == 1 and not conv.taken
        return conv if open_ else None

    def finish(self) -> None:
        """Reorder what others read, and drop what was taken in."""
        for name, twin in self.twins.items():
            if name in self.makers and self.wanted[name] > 0:
                self.inserted.append(Work("ReorderOutput", [twin], [name], {}, self.run.next_index()))
        self.run.nodes = [node for node in (*self.run.nodes, *self.inserted) if id(node) not in self.gone]


def _conv(layout: _Layout, node: Work) -> None:
    weight = layout.run.shape(node.inputs[1])
    if weight is None or len(weight) != 4 or node.inputs[1] not in layout.run.constants:
        return
    out, each, groups, block = weight[0], weight[1], node.number("group", 1), layout.block
    image = layout.run.tensors.get(node.inputs[0])
    if image is None or len(image.shape) != 4 or image.width != 4 or node.outputs[0] not in layout.run.tensors:
        return
    direct = False
    if groups > 1:
        depthwise = each == 1 and out == groups
        if not depthwise and (out % block or each % block or (out // groups) % block):
            return
    elif each < block:
        direct = True
    elif each % ALIGNED:
        return
    node.op = "NchwcConv"
    if not direct:
        layout.read(node, 0)
    layout.write(node)


def _batch_norm(layout: _Layout, node: Work) -> None:
    """A batch norm over blocks is a depthwise convolution of one position."""
    if node.inputs[0] in layout.makers and all(name in layout.run.constants for name in node.inputs[1:]):
        layout.read(node, 0)
        node.op, node.inputs = "NchwcConv", [node.inputs[0], *node.inputs[1:3]]
        layout.write(node)


def _pool(layout: _Layout, node: Work) -> None:
    image = layout.run.tensors.get(node.inputs[0])
    floats = image is not None and image.width == 4
    if floats and len(node.outputs) == 1 and layout.whole(node.inputs[0]) and node.outputs[0] in layout.run.tensors:
        layout.read(node, 0)
        layout.write(node)


def _sum(layout: _Layout, node: Work) -> None:
    if len(node.inputs) != 2 or not _joined(layout, node):
        return
    for place in (0, 1):
        conv = layout.open_conv(node.inputs[place]) if node.op == "Add" else None
        if conv is not None and len(conv.inputs) < 4:
            other = node.inputs[1 - place]
            conv.inputs = [*conv.inputs, *("",) * (3 - len(conv.inputs)), layout.twins[other]]
            conv.index = layout.run.next_index()
            layout.wanted[other] -= 1
            layout.take_in(node, node.inputs[place])
            return
    for place in (0, 1):
        layout.read(node, place)
    layout.write(node)


def _joined(layout: _Layout, node: Work) -> bool:
    """Whether all inputs have twins, of one shape."""
    return all(name in layout.makers for name in node.inputs) and len(set(map(layout.run.shape, node.inputs))) == 1


def _activation(layout: _Layout, node: Work) -> None:
    name = node.inputs[0]
    if name not in layout.makers:
        return
    conv = layout.open_conv(name) if node.op != "QuickGelu" else None
    if conv is not None:
        conv.taken.append(node.op)
        layout.take_in(node, name)
        return
    layout.read(node, 0)
    layout.write(node)


def _concat(layout: _Layout, node: Work) -> None:
    if node.number("axis", 0) == 1 and all(name in layout.makers and layout.whole(name) for name in node.inputs):
        for place in range(len(node.inputs)):
            layout.read(node, place)
        layout.write(node)


def _resize(layout: _Layout, node: Work) -> None:
    if node.inputs[0] in layout.makers and node.outputs[0] in layout.run.tensors:
        layout.read(node, 0)
        layout.write(node)


_RULES: dict[str, Callable[[_Layout, Work], None]] = {
    "Conv": _conv,
    **dict.fromkeys(POOLS, _pool),
    **dict.fromkeys(("Add", "Mul"), _sum),
    **dict.fromkeys(("Relu", "Sigmoid", "Tanh", "QuickGelu"), _activation),
    "BatchNormalization": _batch_norm,
    "Concat": _concat,
    "Resize": _resize,
}
