"""Convolutions as what the runtime computes with fewer products."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TypeAlias

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.ir.relayout import MatrixProduct, Numbers, Reshaped, Stored, Transposed
from specc.layers.common.windows import windows
from specc.layers.common.winograd import POINTS, TAPS, TILE, halved
from specc.layers.conv import Conv
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType

Matrix: TypeAlias = tuple[tuple[Fraction, ...], ...]

FINITE = tuple(Fraction(*point) for point in ((0, 1), (2, 3), (-2, 3), (3, 2), (-3, 2)))
"""Points at which polynomials are multiplied, beside infinity. With these the error in single precision is that of a
plain convolution; with the usual 0, 1, -1, 2 and -2 it is several times as large."""


def winograd(operation: Operation, build: Builder, site: Site) -> tuple[str, ...] | None:
    """A 3x3 convolution with half the products: along the rows, 4 outputs of 3 taps each take 6 instead of 12.

    A depthwise convolution for each point makes what is multiplied, one convolution with a group for each point
    multiplies and sums over channels and columns, and a product with a 4 x 6 matrix makes rows of it. The kernel is
    brought to the points when the model is written.

    Formula: y = A (G w * B x) with 4 x 6, 6 x 3 and 6 x 6 matrices of Toom and Cook, for each 4 rows of y
    Source: Lavin and Gray 2016, arXiv:1509.09308; the choice of points: Barabasz et al. 2020, arXiv:1803.10986
    """
    assert isinstance(operation, Conv)
    if not halved(operation, site.types[0], site.outputs[0]) or not _stored(operation, build, site):
        return None
    up, left = windows("conv", 2, operation.kernel, operation.stride, operation.padding, operation.dilation)
    batch, channels, height = site.types[0].shape[:3]
    rows, columns = site.outputs[0].shape[2:]
    assert isinstance(channels, int) and isinstance(height, int) and isinstance(rows, int) and isinstance(columns, int)
    tiles = -(-rows // TILE)
    below = TILE * tiles + TAPS - 1 - height - up.before
    points = tuple(
        _at_point(build, site.inputs[0], index, channels, (up.before, 0, below, 0)) for index in range(POINTS)
    )
    weight, bias = _at_points(build, site, channels, operation.out)
    products = build.op(
        "Conv",
        build.op("Concat", *points, axis=1),
        weight,
        bias,
        kernel_shape=(1, TAPS),
        pads=(0, left.before, 0, left.after),
        group=POINTS,
    )
    result = _woven(build, products, batch, operation.out, tiles, columns)
    if TILE * tiles != rows:
        result = build.op("Slice", result, build.ints(0), build.ints(rows), build.ints(2))
    return (result,)


def _stored(operation: Conv, build: Builder, site: Site) -> bool:
    """Whether the kernel and the bias are known when the model is written, and have no other names."""
    if not build.root().with_weights or set(site.stored) != ({"weight", "bias"} if operation.bias else {"weight"}):
        return False
    return not any(weight.aliases for weight in site.stored.values())


def _at_point(build: Builder, tensor: str, index: int, channels: int, pads: tuple[int, ...]) -> str:
    """What each tile of rows, with those around it, is at a point: [N, C, tiles, W]."""
    taps = tuple(float(tap) for tap in rows_to_points()[index])
    kernel = build.floats(taps * channels, (channels, 1, POINTS, 1), DType.FLOAT32)
    return build.op("Conv", tensor, kernel, kernel_shape=(POINTS, 1), strides=(TILE, 1), pads=pads, group=channels)


def _at_points(build: Builder, site: Site, channels: int, out: int) -> tuple[str, str | None]:
    """The kernel at all points, [6 out, C, 1, 3], and a bias that has come out as it was when rows are made."""
    weight, bias = site.stored["weight"], site.stored.get("bias")
    columns = Reshaped(Transposed(Stored(weight.name), (2, 0, 1, 3)), (TAPS, out * channels * TAPS))
    shape = (POINTS * out, channels, 1, TAPS)
    matrix = Numbers(_flat(kernel_to_points()), (POINTS, TAPS))
    kernel = build.derived(
        f"{weight.name}/points", Reshaped(MatrixProduct(matrix, columns), shape), DType.FLOAT32, shape
    )
    if bias is None:
        return kernel, None
    spread = MatrixProduct(Numbers(_flat((ones_at_points(),)), (POINTS, 1)), Reshaped(Stored(bias.name), (1, out)))
    name = f"{bias.name}/points"
    return kernel, build.derived(name, Reshaped(spread, (POINTS * out,)), DType.FLOAT32, (POINTS * out,))


def _woven(build: Builder, products: str, batch: Dim, out: int, tiles: int, columns: int) -> str:
    """Rows from their values at the points: [N, 6 out, tiles, W] to [N, out, 4 tiles, W]."""
    plane = out * tiles
    apart = build.reshape(products, (batch, POINTS * out, tiles, columns), (batch, POINTS, plane * columns))
    matrix = build.floats(_flat(points_to_rows()), (TILE, POINTS), DType.FLOAT32)
    turned = build.op("MatMul", matrix, apart)
    split = build.reshape(turned, (batch, TILE, plane * columns), (batch, TILE, plane, columns))
    woven = build.op("Transpose", split, perm=(0, 2, 1, 3))
    return build.reshape(woven, (batch, plane, TILE, columns), (batch, out, TILE * tiles, columns))


def _flat(matrix: Matrix) -> tuple[float, ...]:
    return tuple(float(number) for row in matrix for number in row)


def points_to_rows() -> Matrix:
    """4 x 6: row i has the i-th powers of the points."""
    return tuple((*(point**row for point in FINITE), Fraction(row == TILE - 1)) for row in range(TILE))


def kernel_to_points() -> Matrix:
    """6 x 3: a kernel as a polynomial at each point, over the product of the distances to the other points."""
    finite = tuple(tuple(point**tap / _distances(point) for tap in range(TAPS)) for point in FINITE)
    return (*finite, tuple(Fraction(tap == TAPS - 1) for tap in range(TAPS)))


def rows_to_points() -> Matrix:
    """6 x 6: coefficients of the polynomials that are 0 at all finite points but one, and at all of them."""
    finite = tuple((*_with_roots([other for other in FINITE if other != point]), Fraction(0)) for point in FINITE)
    return (*finite, _with_roots(list(FINITE)))


def ones_at_points() -> tuple[Fraction, ...]:
    """What becomes a 1 in each row: values at the finite points that interpolate the powers of 1."""
    return (*(prod(((1 - q) / (p - q) for q in FINITE if q != p), start=Fraction(1)) for p in FINITE), Fraction(0))


def _distances(point: Fraction) -> Fraction:
    return prod((point - other for other in FINITE if other != point), start=Fraction(1))


def _with_roots(roots: list[Fraction]) -> tuple[Fraction, ...]:
    """Coefficients of the monic polynomial with these roots, from the constant on."""
    made = [Fraction(1)]
    for root in roots:
        made = [shifted - root * kept for shifted, kept in zip([Fraction(0), *made], [*made, Fraction(0)], strict=True)]
    return tuple(made)
