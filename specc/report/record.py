"""A report: the results of the analyses of one model at one set of sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.analysis.advice.advice import Advice
from specc.analysis.conventions.convention import Tally
from specc.analysis.cost import CostReport, LayerCost, OutputShape, Parameters
from specc.analysis.critical import CriticalPath, Stretch
from specc.analysis.decoding import Cache
from specc.analysis.memory import Memory
from specc.analysis.roofline import Roofline
from specc.analysis.training import Training
from specc.arena.use import ArenaUse
from specc.base.jsonable import Json
from specc.layers.common.attributes import Raw


@dataclass(frozen=True, slots=True)
class Report:
    """What a model costs. Numbers are None while `bindings` leave a symbol in them free."""

    model: str
    parameters: Mapping[str, Raw]
    bindings: Mapping[str, int]
    cost: CostReport
    memory: Memory
    roofline: Roofline | None = None
    cache: Cache | None = None
    largest_batch: int | None = None
    training: Training | None = None
    advice: tuple[Advice, ...] = ()
    critical: CriticalPath | None = None
    stretches: tuple[Stretch, ...] = ()
    dtype: str = "float32"
    conventions: tuple[Tally, ...] = ()
    arena: ArenaUse | None = None

    @property
    def params(self) -> Parameters:
        """Elements of the stored tensors."""
        return self.cost.params

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates of one run."""
        return self.cost.macs

    @property
    def flops(self) -> int | None:
        """2 x MACs + other arithmetic of one run."""
        return self.cost.flops

    @property
    def outputs(self) -> tuple[OutputShape, ...]:
        """The model's outputs."""
        return self.cost.outputs

    @property
    def layers(self) -> tuple[LayerCost, ...]:
        """One entry for each layer, in the order of a run."""
        return self.cost.layers

    def to_dict(self) -> dict[str, Json]:
        """The fields of `specc report --format json`."""
        from specc.report.as_json import report_json

        return report_json(self)
