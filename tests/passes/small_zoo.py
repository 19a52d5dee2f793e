"""Every spec of the zoo, small: its parameters, and two bindings."""

from __future__ import annotations

from specc.zoo import zoo

IMAGE = ({"N": 1}, {"N": 2})
TEXT = ({"N": 1, "T": 4}, {"N": 2, "T": 7})
PAIR = ({"N": 1, "S": 5, "T": 3}, {"N": 2, "S": 3, "T": 6})

SMALL: dict[str, tuple[dict[str, object], tuple[dict[str, int], ...]]] = {
    "generative/dcgan_discriminator": ({"width": 8}, IMAGE),
    "generative/dcgan_generator": ({"width": 8}, IMAGE),
    "generative/gansformer": ({"latents": 4, "width": 8, "resolution": 16, "channels": 16}, IMAGE),
    "language/bert": ({"vocab": 9, "width": 16, "layers": 2, "num_heads": 2, "intermediate": 32, "types": 3}, TEXT),
    "language/bigbird": (
        {
            "vocab": 9,
            "width": 16,
            "layers": 1,
            "num_heads": 2,
            "intermediate": 32,
            "length": 64,
            "block_size": 4,
            "types": 3,
        },
        IMAGE,
    ),
    "language/gpt1": ({"vocab": 9, "positions": 16, "width": 16, "layers": 2, "num_heads": 2}, TEXT),
    "language/gpt2": ({"vocab": 9, "positions": 16, "width": 16, "layers": 2, "num_heads": 2}, TEXT),
    "language/llama": (
        {"vocab": 9, "width": 16, "layers": 2, "num_heads": 4, "num_kv_heads": 2, "hidden": 24, "qk_norm": True},
        TEXT,
    ),
    "language/t5": ({"vocab": 9, "width": 16, "layers": 2, "num_heads": 2, "head_dim": 8, "hidden": 32}, PAIR),
    "language/transformer": ({"vocab": 9, "width": 16, "layers": 2, "num_heads": 2, "hidden": 32}, PAIR),
    "language/transformer_core": ({"width": 16, "layers": 2, "num_heads": 2, "hidden": 32}, PAIR),
    "language/whisper": (
        {"width": 16, "layers": 2, "num_heads": 2, "mels": 8, "vocab": 9, "places": 20, "longest": 16},
        TEXT,
    ),
    "sequence/linformer": ({"width": 16, "length": 32, "depth": 2, "projected": 8, "num_heads": 2}, IMAGE),
    "sequence/lstm_lm": ({"vocab": 9, "width": 8, "hidden": 8}, TEXT),
    "sequence/performer": ({"width": 16, "depth": 2, "num_heads": 2, "head_dim": 8, "features": 12}, TEXT),
    "sequence/bytenet_lm": ({"vocab": 9, "width": 16, "sets": 1}, TEXT),
    "sequence/rnnsearch": (
        {"source_vocab": 9, "target_vocab": 9, "embed": 6, "hidden": 10, "align": 10, "maxout_size": 5},
        PAIR,
    ),
    "sequence/synthesizer": ({"width": 16, "length": 8}, IMAGE),
    "vision/alexnet": ({"wide": 32, "classes": 10}, IMAGE),
    "vision/alexnet_2012": ({"wide": 32, "classes": 10}, IMAGE),
    "vision/bn_inception": ({"classes": 10}, IMAGE),
    "vision/clip": (
        {"embed": 8, "image_size": 64, "width": 16, "layers": 2, "num_heads": 2, "vocab": 9, "context": 8}
        | {"text_width": 16, "text_layers": 2, "text_heads": 2},
        ({"N": 1, "M": 1, "T": 4}, {"N": 2, "M": 3, "T": 8}),
    ),
    "vision/clip_resnet": (
        {"embed": 64, "layout": [1, 1, 1, 1], "width": 8, "image_size": 64, "vocab": 9, "context": 8}
        | {"text_width": 64, "text_layers": 1},
        ({"N": 1, "M": 1, "T": 4}, {"N": 2, "M": 3, "T": 8}),
    ),
    "vision/convnext": ({"widths": [8, 16, 24, 32], "depths": [1, 1, 2, 1], "classes": 10}, IMAGE),
    "vision/densenet": ({"classes": 10}, IMAGE[:1]),
    "vision/efficientnet": ({"classes": 10}, IMAGE),
    "vision/enet": ({"classes": 5}, ({"N": 1, "H": 32, "W": 64}, {"N": 2, "H": 64, "W": 32})),
    "vision/fcn": ({"wide": 32, "classes": 5}, ({"N": 1, "H": 32, "W": 32},)),
    "vision/fractalnet": ({"widths": [8, 12, 16, 16, 16]}, IMAGE),
    "vision/googlenet": ({"classes": 10}, IMAGE[:1]),
    "vision/googlenet_2014": ({"classes": 10}, IMAGE[:1]),
    "vision/inception_resnet_v2": ({"classes": 10}, IMAGE[:1]),
    "vision/inception_v3": ({"classes": 10}, IMAGE[:1]),
    "vision/inception_v4": ({"classes": 10}, IMAGE[:1]),
    "vision/lenet5": ({}, IMAGE),
    "vision/mobilenet_v1": ({"width": 0.25, "classes": 10}, IMAGE),
    "vision/mobilenet_v2": ({"width": 0.35, "classes": 10}, IMAGE),
    "vision/mobilenet_v3": ({"classes": 10}, IMAGE),
    "vision/resnet": ({"depth": 18, "classes": 10}, IMAGE[:1]),
    "vision/squeezenet": ({"classes": 10}, IMAGE),
    "vision/unet": ({"width": 4}, ({"N": 1, "H": 32, "W": 64}, {"N": 2, "H": 64, "W": 32})),
    "vision/vgg": ({"depth": 11, "batch_norm": True, "wide": 32, "classes": 10}, IMAGE[:1]),
    "vision/vit": ({"width": 16, "layers": 2, "num_heads": 2, "mlp_dim": 32, "classes": 10}, IMAGE),
    "vision/xception": ({"classes": 10}, IMAGE[:1]),
    "vision/yolov8": ({"classes": 5}, ({"N": 1, "H": 64, "W": 32}, {"N": 2, "H": 32, "W": 64})),
}
"""By the file of the spec, without its ending; a spec that is not here runs as its model of the zoo says."""
USUAL = ({"N": 1, "T": 4, "S": 5}, {"N": 2, "T": 7, "S": 3})


def small(name: str) -> tuple[dict[str, object], tuple[dict[str, int], ...]]:
    """Parameters and bindings of the spec `name`."""
    if name in SMALL:
        return SMALL[name]
    entry = next(model for model in zoo().values() if model.spec.startswith(f"{name}."))
    return {}, tuple(
        {**entry.at, **{symbol: usual[symbol] for symbol in usual if symbol in entry.at}} for usual in USUAL
    )


LARGE = ("vision/inception_resnet_v2", "vision/inception_v4", "vision/overfeat")
"""Those that take ten seconds and more: left out of the suite."""
