"""What layers are called elsewhere: PyTorch, Keras, ONNX and papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specc.base.suggest import nearest

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "averagepooling2d": ("avgpool",),
    "avgpool2d": ("avgpool",),
    "bmm": ("matmul",),
    "bn": ("batchnorm",),
    "cat": ("concat",),
    "chunk": ("split",),
    "clip": ("clamp",),
    "concatenate": ("concat",),
    "conv2dtranspose": ("conv_transpose",),
    "convtranspose2d": ("conv_transpose",),
    "deconv": ("conv_transpose",),
    "deconvolution": ("conv_transpose",),
    "dense": ("linear",),
    "divide": ("div",),
    "dot": ("matmul",),
    "fc": ("linear",),
    "fulllike": ("full",),
    "fullyconnected": ("linear",),
    "gap": ("global_avgpool",),
    "gemm": ("linear",),
    "globalaveragepool": ("global_avgpool",),
    "indexselect": ("gather",),
    "interpolate": ("resize", "upsample"),
    "leakyrelu": ("leaky_relu",),
    "maxpool2d": ("maxpool",),
    "maxpooling2d": ("maxpool",),
    "mha": ("multihead_attention",),
    "mm": ("matmul",),
    "multiheadattention": ("multihead_attention",),
    "multiply": ("mul",),
    "narrow": ("slice",),
    "oneslike": ("ones",),
    "permute": ("transpose",),
    "power": ("pow",),
    "repeat": ("tile", "repeat_interleave"),
    "scaleddotproductattention": ("attention",),
    "sdpa": ("attention",),
    "std": ("stddev",),
    "subtract": ("sub",),
    "swish": ("silu",),
    "swapaxes": ("swap",),
    "view": ("reshape",),
    "zeroslike": ("zeros",),
}
"""Names in lower case and without underscores."""


def suggested(name: str, words: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """What `name` may have meant: a word that fits there, a layer of another name, or what resembles it."""
    return nearest(name, words) or ELSEWHERE.get(name.lower().replace("_", ""), ()) or nearest(name, known)
