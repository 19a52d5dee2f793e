"""Every pass, in the order in which they run. A new one is its file and one line here."""

from __future__ import annotations

from specc.passes.drop_identity import DropIdentity
from specc.passes.fold_batchnorm import FoldBatchnorm
from specc.passes.remove_dead import RemoveDead
from specc.passes.rewrite import Pass
from specc.passes.share_equal import ShareEqual

PASSES: tuple[Pass, ...] = (
    DropIdentity(),
    ShareEqual(),
    FoldBatchnorm(),
    RemoveDead(),
)


def passes_at(level: int, without: frozenset[str] = frozenset()) -> tuple[Pass, ...]:
    """The passes of `-O LEVEL`, but for those whose names are in `without`."""
    return tuple(one for one in PASSES if one.level <= level and one.name not in without)
