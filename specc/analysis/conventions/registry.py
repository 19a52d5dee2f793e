"""The counters, by name."""

from __future__ import annotations

from collections.abc import Mapping

from specc.analysis.conventions import deepspeed, fvcore, ptflops, thop, torchinfo
from specc.analysis.conventions.convention import Convention

CONVENTIONS: Mapping[str, Convention] = {
    module.CONVENTION.package: module.CONVENTION for module in (fvcore, thop, ptflops, deepspeed, torchinfo)
}
