"""Numbers for people: counts in decimal units, bytes in binary ones, formulas with grouped digits."""

from __future__ import annotations

from specc.tensor.dims import Dim, format_dim

DECIMAL = ("", "K", "M", "G", "T", "P", "E")
BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
FORMULA_WIDTH = 32


def short_count(value: int) -> str:
    """Three significant digits and a decimal unit: `25.6M`; exact below a thousand."""
    return _scaled(value, 1000, DECIMAL, "")


def short_bytes(value: int) -> str:
    """Three significant digits and a binary unit: `97.7 MiB`; exact below a KiB."""
    return _scaled(value, 1024, BINARY, " ")


def short_seconds(value: float) -> str:
    """Three significant digits and a unit: `1.23 ms`."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "us")):
        if value * factor >= 0.9995:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def short_rate(value: float, unit: str) -> str:
    """Three significant digits and a decimal unit: `1.98 PFLOP/s`."""
    for factor, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M")):
        if value >= 0.9995 * factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def _scaled(value: int, base: int, units: tuple[str, ...], space: str) -> str:
    power = 0
    while power + 1 < len(units) and _rounded(value, base**power, base)[0] >= base:
        power += 1
    if not power:
        return f"{value}{space}{units[0]}"
    number, digits = _rounded(value, base**power, base)
    return f"{number:.{digits}f}{space}{units[power]}"


def _rounded(value: int, unit: int, base: int) -> tuple[float, int]:
    """`value / unit` rounded to three digits, and how many of them are decimals."""
    number = value / unit
    for digits, limit in ((2, 9.995), (1, 99.95)):
        if number < limit and unit > 1:
            return round(number, digits), digits
    return float(round(number)), 0


def exact_count(value: int) -> str:
    """Every digit, in groups, with the short form where it is shorter: `25,557,032 (25.6M)`."""
    return f"{value:,} ({short_count(value)})" if value >= 100_000 else f"{value:,}"


def formula(dim: Dim) -> str:
    """The polynomial with grouped digits."""
    return format_dim(dim, ",")


def cell(value: int | None, dim: Dim) -> str:
    """A table's cell: the short count, or the formula as far as it fits."""
    if value is not None:
        return short_count(value)
    text = formula(dim)
    return text if len(text) <= FORMULA_WIDTH else text[: FORMULA_WIDTH - 3] + "..."


def amount(value: int | None, dim: Dim) -> str:
    """A total: the exact count, or the whole formula."""
    return formula(dim) if value is None else exact_count(value)
