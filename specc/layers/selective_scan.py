"""The selective scan of Mamba (S6)."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, attribute, layer
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FUSED
from specc.layers.common.errors_recurrent import GroupsDoNotShare
from specc.layers.common.loop import Along, Loop, Names
from specc.tensor.dims import Dim, exact_quotient
from specc.tensor.types import TensorType

U, DELTA, A, B, C, D, Z, DELTA_BIAS, H0 = range(9)


@layer
class SelectiveScan(Operation):
    """Selective scan: a state space model of each channel whose step, input and output depend on the sequence.

    `B` and `C` are [N, S, T], [N, G, S, T] where groups of the channels have their own, or [D, S] where they are fixed.
    Results are all steps [N, D, T], and the last state [N, D, S].

    Formula: h_t = exp(delta_t * A) * h_t-1 + delta_t * B_t * u_t; y_t = (sum over S of C_t * h_t + D * u_t) * silu(z_t)
    Source: Gu, Dao 2023, arXiv:2312.00752; selective_scan_ref of state-spaces/mamba
    Example:
        input u: float32[N, 16, T]
        input delta: float32[N, 16, T]
        input B: float32[N, 4, T]
        input C: float32[N, 4, T]
        param A: float32[16, 4] = -1
        y, h = selective_scan(u, delta, A, B, C, delta_softplus=true)
    """

    name: ClassVar[str] = "selective_scan"
    primary: ClassVar[bool] = True
    ports: ClassVar[tuple[Port, ...]] = (
        Port("u", doc="[N, D, T]"),
        Port("delta", doc="[N, D, T]"),
        Port("A", doc="[D, S]"),
        Port("B", doc="[N, S, T], [N, G, S, T] or [D, S]"),
        Port("C", doc="[N, S, T], [N, G, S, T] or [D, S]"),
        Port("D", optional=True, doc="[D], 0 by default"),
        Port("z", optional=True, doc="[N, D, T], no gate by default"),
        Port("delta_bias", optional=True, doc="[D], 0 by default"),
        Port("h0", optional=True, doc="[N, D, S], first state, zeros by default"),
    )

    delta_softplus: bool = attribute(BOOL, "whether softplus is applied to delta and its bias", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """All steps [N, D, T], and the last state [N, D, S]."""
        FUSED.need_one(self.name, inputs)
        need_rank(self.name, inputs[U], 3, 3, "[N, D, T]")
        need_rank(self.name, inputs[A], 2, 2, "[D, S]", A)
        for port in (U, A):
            need_some(self.name, inputs[port], range(inputs[port].rank), port)
        whole = inputs[U].shape
        state = (*whole[:2], inputs[A].shape[1])
        wanted = {DELTA: whole, A: state[1:], D: whole[1:2], Z: whole, DELTA_BIAS: whole[1:2], H0: state}
        for port in (B, C):
            wanted[port] = self._selection(inputs, port, whole, state)
        for port, shape in wanted.items():
            self._need_shape(inputs, port, shape)
        return inputs[U], inputs[U].with_shape(state)

    def _selection(
        self, inputs: Arguments[TensorType], port: int, whole: tuple[Dim, ...], state: tuple[Dim, ...]
    ) -> tuple[Dim, ...]:
        """The shape that `B` or `C` has to have, by its number of dims."""
        tensor = inputs[port]
        need_rank(self.name, tensor, 2, 4, "[N, S, T], [N, G, S, T] or [D, S]", port)
        if tensor.rank == 2:
            return state[1:]
        if tensor.rank == 3:
            return whole[0], state[2], whole[2]
        groups = tensor.shape[1]
        if exact_quotient(whole[1], groups) is None:
            raise Rejected(GroupsDoNotShare(self.name, groups, whole[1], self.ports[port].name), Blame(port, 1))
        return whole[0], groups, state[2], whole[2]

    def _need_shape(self, inputs: Arguments[TensorType], port: int, wanted: tuple[Dim, ...]) -> None:
        given, name = inputs.get(port), self.ports[port].name
        if given is None:
            return
        shown = f"[{', '.join(map(str, wanted))}]"
        need_rank(self.name, given, len(wanted), len(wanted), shown, port)
        for axis, (left, right) in enumerate(zip(wanted, given.shape, strict=True)):
            need_equal(self.name, f"{shown} and axis {axis} of `{name}`", left, right, Blame(port, axis))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs of the product with C: N x D x T x S. Further FLOPs: five for each element of a state and step."""
        elements = inputs[U].size
        macs = elements * inputs[A].shape[1]
        single = 1 + sum(count for port, count in ((D, 2), (Z, 3), (DELTA_BIAS, 1)) if inputs.get(port) is not None)
        return Cost(macs, 7 * macs + (single + (3 if self.delta_softplus else 0)) * elements)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Scan, and the rest over all steps at once."""
        u, step = site.inputs[U], site.types[U].with_shape(site.types[U].shape[:2])
        delta = self._delta(build, site)
        sequences = [Along(delta, 2, step), Along(build.op("Mul", delta, u), 2, step)]
        varied = [port for port in (B, C) if site.types[port].rank > 2]
        sequences += [_along(site, port) for port in varied]
        state = site.outputs[1]
        start = site.inputs.get(H0) or build.expand(build.scalar(0.0, state.dtype), (), state.shape, state.dtype)

        def one(inner: Builder, before: Names, slices: Names) -> tuple[Names, Names]:
            size, entering = (inner.op("Unsqueeze", name, inner.ints(2)) for name in slices[:2])
            given = {port: _spread(inner, site, port, name) for port, name in zip(varied, slices[2:], strict=True)}
            kept = inner.op("Mul", inner.op("Exp", inner.op("Mul", size, site.inputs[A])), before[0])
            after = inner.op("Add", kept, inner.op("Mul", entering, given.get(B, site.inputs[B])))
            shown = inner.op("Mul", after, given.get(C, site.inputs[C]))
            return (after,), (inner.op("ReduceSum", shown, inner.ints(2), keepdims=0),)

        (last,), (made,) = Loop(((start, state),), tuple(sequences), ((step, 2),)).emit(build, one)
        return self._finished(build, site, made), last

    def _delta(self, build: Builder, site: Site) -> str:
        """The sizes of all steps."""
        delta, bias = site.inputs[DELTA], site.inputs.get(DELTA_BIAS)
        if bias is not None:
            delta = build.op("Add", delta, build.op("Unsqueeze", bias, build.ints(1)))
        return build.op("Softplus", delta) if self.delta_softplus else delta

    def _finished(self, build: Builder, site: Site, made: str) -> str:
        """With what goes past the state, and the gate."""
        past, gate = site.inputs.get(D), site.inputs.get(Z)
        if past is not None:
            column = build.op("Unsqueeze", past, build.ints(1))
            made = build.op("Add", made, build.op("Mul", site.inputs[U], column))
        if gate is not None:
            made = build.op("Mul", made, build.op("Mul", gate, build.op("Sigmoid", gate)))
        return made


def _along(site: Site, port: int) -> Along:
    """`B` or `C`, step by step."""
    tensor = site.types[port]
    return Along(site.inputs[port], tensor.rank - 1, tensor.with_shape(tensor.shape[:-1]))


def _spread(inner: Builder, site: Site, port: int, name: str) -> str:
    """`B` or `C` of one step, [N, S] or [N, G, S], as it fits [N, D, S]."""
    tensor, channels = site.types[port], site.types[U].shape[1]
    if tensor.rank == 3:
        return inner.op("Unsqueeze", name, inner.ints(1))
    share = exact_quotient(channels, tensor.shape[1])
    assert share is not None
    wide = inner.op("Unsqueeze", name, inner.ints(2))
    wide = inner.op("Expand", wide, inner.shape((1, 1, share, 1)))
    before = (*tensor.shape[:2], share, tensor.shape[2])
    return inner.reshape(wide, before, (tensor.shape[0], channels, tensor.shape[2]))
