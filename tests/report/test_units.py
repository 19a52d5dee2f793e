"""Numbers as people read them."""

from __future__ import annotations

import pytest

from specc.report.units import amount, cell, exact_count, short_bytes, short_count
from specc.tensor.dims import Domain

COUNTS = {
    0: "0",
    999: "999",
    1_000: "1.00K",
    9_994: "9.99K",
    9_996: "10.0K",
    99_960: "100K",
    999_499: "999K",
    999_500: "1.00M",
    25_557_032: "25.6M",
    4_089_184_256: "4.09G",
    10**18: "1.00E",
    10**22: "10000E",
}
BYTES = {0: "0 B", 1023: "1023 B", 1024: "1.00 KiB", 246_824: "241 KiB", 102_228_128: "97.5 MiB", 5 << 30: "5.00 GiB"}


@pytest.mark.parametrize(("value", "text"), COUNTS.items())
def test_counts_are_decimal(value: int, text: str) -> None:
    assert short_count(value) == text


@pytest.mark.parametrize(("value", "text"), BYTES.items())
def test_bytes_are_binary(value: int, text: str) -> None:
    assert short_bytes(value) == text


def test_totals_are_exact() -> None:
    assert exact_count(61_706) == "61,706"
    assert exact_count(25_557_032) == "25,557,032 (25.6M)"


def test_formulas_stand_in_for_unknown_numbers() -> None:
    domain = Domain()
    n, t = domain.symbol("N"), domain.symbol("T")
    assert amount(None, 416_520 * n) == "416,520*N"
    assert cell(None, 1_000 * n * t + 5) == "1,000*N*T + 5"
    assert cell(None, 123_456_789 * n * t + 123_456_789 * n + 123) == "123,456,789*N*T + 123,456,789..."
    assert cell(7, 7 * n) == "7"
