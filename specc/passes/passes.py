"""Every pass, in the order in which they run. A new one is its file and one line here."""

from __future__ import annotations

from specc.passes.drop_identity import DropIdentity
from specc.passes.fold_ahead import FoldAhead
from specc.passes.fold_arithmetic import FoldArithmetic
from specc.passes.fold_batchnorm import FoldBatchnorm
from specc.passes.fold_constants import FoldConstants
from specc.passes.fold_pad import FoldPad
from specc.passes.fold_weight_norm import FoldWeightNorm
from specc.passes.fuse_cache import FuseCache
from specc.passes.fuse_projections import FuseProjections
from specc.passes.join_heads import JoinHeads
from specc.passes.merge_branches import MergeBranches
from specc.passes.merge_casts import MergeCasts
from specc.passes.merge_linear import MergeLinear
from specc.passes.merge_reshapes import MergeReshapes
from specc.passes.merge_scales import MergeScales
from specc.passes.merge_siblings import MergeSiblings
from specc.passes.merge_transposes import MergeTransposes
from specc.passes.recognise_activations import RecogniseActivations
from specc.passes.recognise_log_softmax import RecogniseLogSoftmax
from specc.passes.recognise_norms import RecogniseNorms
from specc.passes.remove_dead import RemoveDead
from specc.passes.rewrite import Pass
from specc.passes.share_equal import ShareEqual
from specc.passes.simplify_pooling import SimplifyPooling
from specc.passes.sink_transposes import SinkTransposes

PASSES: tuple[Pass, ...] = (
    RemoveDead(),
    DropIdentity(),
    ShareEqual(),
    JoinHeads(),
    FuseCache(),
    FuseProjections(),
    FoldConstants(),
    RecogniseActivations(),
    RecogniseNorms(),
    RecogniseLogSoftmax(),
    MergeTransposes(),
    SinkTransposes(),
    MergeReshapes(),
    MergeCasts(),
    MergeScales(),
    SimplifyPooling(),
    FoldWeightNorm(),
    FoldArithmetic(),
    FoldBatchnorm(),
    MergeBranches(),
    FoldAhead(),
    FoldPad(),
    MergeLinear(),
    MergeSiblings(),
)


def passes_at(level: int, without: frozenset[str] = frozenset()) -> tuple[Pass, ...]:
    """The passes of `-O LEVEL`, but for those whose names are in `without`."""
    return tuple(one for one in PASSES if one.level <= level and one.name not in without)
