"""The page of the node tests lists every operator and every reason."""

from __future__ import annotations

from pathlib import Path

from node_outcomes import Reason
from node_tests import node_tests

PAGE = Path(__file__).resolve().parents[2] / "docs" / "onnx-node-tests.md"


def test_every_operator_is_listed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    operators = {test.operator for test in node_tests() if not test.is_body}
    assert [name for name in sorted(operators) if f"| `{name}` |" not in text] == []


def test_every_reason_is_listed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| {reason.value} |" not in text] == []
