"""Options of quantisation."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from specc.quantise.choice import BLOCKS, DTYPES, FORMS, METHODS


def add_quantisation(parser: ArgumentParser) -> None:
    """`--dtype` and all that says how a model becomes integers."""
    parser.add_argument(
        "--dtype",
        choices=DTYPES,
        default="float32",
        help="float16 and bfloat16 but for layers that are safer in float32; int8 computes in integers, int4 stores "
        "weights in blocks of four bits (default: float32)",
    )
    parser.add_argument(
        "--keep",
        metavar="LAYER",
        action="append",
        default=[],
        help="keep a layer, and all below it, in float32 (repeatable)",
    )
    group = parser.add_argument_group("quantisation, with --dtype int8 or int4")
    group.add_argument(
        "--quantise",
        choices=FORMS,
        help="static: ranges of activations are found beforehand; dynamic: in every run; weights: weights alone, in "
        "blocks (default: static with --calibrate and for convolutional nets, else dynamic; weights for int4)",
    )
    group.add_argument(
        "--calibrate", metavar="DATA", help="a .npz file of arrays by input, or a folder of such or of INPUT.npy files"
    )
    group.add_argument("--method", choices=METHODS, help="how ranges are found (default: minmax)")
    group.add_argument(
        "--accuracy",
        type=fraction,
        metavar="COSINE",
        help="keep layers that hurt in floating point until the outputs are as near as this: --accuracy 0.99",
    )
    group.add_argument(
        "--block", type=int, choices=BLOCKS, metavar="INT", help="weights that share a scale, along a row (default: 32)"
    )


def fraction(text: str) -> float:
    """A number above 0, at most 1."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise ArgumentTypeError(f"`{text}` is not above 0 and at most 1")
    return value
