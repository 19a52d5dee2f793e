"""What onnxruntime's arena takes for a run on the CPU, before anything runs.

The model is rewritten as the runtime rewrites it (`rewriting`, `blocked`). Its tensors get memory as the runtime's plan
gives it (`core/framework/allocation_planner.cc`): an output may take the memory of an input that nothing reads any
more, or of a dead tensor of the same shape. All else comes from the arena (`bfc`), as do the buffers of kernels
(`kernels`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from specc.arena.bfc import Arena, Chunk
from specc.arena.blocked import in_blocks
from specc.arena.kernels import VIEWS, in_place, workspace
from specc.arena.nodes import Run, Work, in_order, outer_reads, run_of
from specc.arena.rewriting import rewritten
from specc.arena.use import ArenaUse
from specc.emit.sized import SizedGraph, SizedTensor

BLOCK = 16
"""Channels of a block with AVX-512."""


def arena_use(graph: SizedGraph, block: int, threads: int = 0) -> ArenaUse:
    """The memory of a run of `graph`, for convolutions over blocks of `block` channels; 0 threads are one for each
    core."""
    arena = Arena()
    run = run_of(graph)
    rewritten(run)
    in_blocks(run, block)
    _simulate(run, arena, threads or os.cpu_count() or 1)
    return ArenaUse(arena.total, arena.most_used, tuple(arena.growths))


@dataclass(slots=True)
class _Plan:
    """Which tensors share the memory of another, and after which node each piece of memory is dead."""

    run: Run
    order: list[Work]
    owner: dict[str, str] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)
    dead: dict[SizedTensor, list[str]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def make(self) -> None:
        """Go over the nodes in order."""
        self.uses = dict(self.run.uses())
        fixed = {*self.run.inputs, *self.run.constants}
        for name in fixed:
            self.uses[name] = self.uses.get(name, 0) + 1
        for place, node in enumerate(self.order):
            for index, name in enumerate(node.outputs):
                if name:
                    self._place(node, index, name)
            for name in (*node.inputs, *outer_reads(node), *node.outputs):
                if name and name not in fixed:
                    self.last[self.root(name)] = place
            for name in (*node.inputs, *outer_reads(node)):
                self._read(name)
            for name in node.outputs:
                if name and not self.uses.get(name):
                    self._bury(self.root(name))

    def root(self, name: str) -> str:
        """The tensor whose memory `name` has."""
        while name in self.owner:
            name = self.owner[name]
        return name

    def _read(self, name: str) -> None:
        if not name:
            return
        root = self.root(name)
        self.uses[root] = self.uses.get(root, 1) - 1
        if not self.uses[root]:
            self._bury(root)

    def _bury(self, root: str) -> None:
        tensor = self.run.tensors.get(root)
        if tensor is not None:
            self.dead.setdefault(tensor, []).append(root)

    def _place(self, node: Work, index: int, name: str) -> None:
        if name in self.run.outputs:
            return
        if index == 0 and node.op in VIEWS and node.inputs[0]:
            self._share(name, node.inputs[0])
            return
        for place in in_place(node) if index == 0 else ():
            given = node.inputs[place]
            if given and self.uses.get(self.root(given)) == 1 and self._alike(given, name):
                self._share(name, given)
                return
        tensor = self.run.tensors.get(name)
        if tensor is not None and self.dead.get(tensor):
            self._share(name, self.dead[tensor].pop())

    def _share(self, name: str, other: str) -> None:
        root = self.root(other)
        self.owner[name] = root
        self.uses[root] = self.uses.get(root, 0) + self.uses.get(name, 0)

    def _alike(self, one: str, other: str) -> bool:
        first, second = self.run.tensors.get(one), self.run.tensors.get(other)
        return first is not None and first == second


def _simulate(run: Run, arena: Arena, threads: int) -> None:
    """The nodes in order: outputs, buffers, then what is dead."""
    plan = _Plan(run, in_order(run))
    plan.make()
    held: dict[str, Chunk] = {}
    ends: dict[int, list[str]] = {}
    for name, place in plan.last.items():
        if name not in run.outputs:
            ends.setdefault(place, []).append(name)
    for place, node in enumerate(plan.order):
        for name in node.outputs:
            tensor = run.tensors.get(name)
            if name and tensor is not None and tensor.bytes and name not in plan.owner:
                held[name] = arena.take(tensor.bytes)
        buffers = [arena.take(size) for size in workspace(run, node, threads)]
        for body in node.bodies:
            _body(body, arena, threads)
        for chunk in reversed(buffers):
            arena.give_back(chunk)
        for name in ends.get(place, ()):
            if name in held:
                arena.give_back(held.pop(name))


def _body(graph: SizedGraph, arena: Arena, threads: int) -> None:
    """One round of a loop or a branch, all of which is dead after it."""
    inner, before = Arena(), arena.used
    run = run_of(graph)
    rewritten(run)
    _simulate(run, inner, threads)
    arena.give_back(arena.take(inner.most_used))
    assert arena.used == before
