"""Every node test of ONNX, through layers and by name: it passes, or is left out for one of the reasons."""

from __future__ import annotations

import node_record
import pytest
from node_tests import NodeTest, node_tests
from node_ways import by_layers, by_name, outcome
from translations import FAMILIES, TRANSLATIONS

TESTS = tuple(test for test in node_tests() if not test.is_body)
each = pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)


@each
def test_through_layers(test: NodeTest) -> None:
    node_record.note("layers", test.name, outcome(test, by_layers))


@each
def test_by_name(test: NodeTest) -> None:
    node_record.note("names", test.name, outcome(test, by_name))


def test_bodies_are_those_of_operators_that_have_other_tests() -> None:
    names = {test.name for test in TESTS}
    bodies = [test.name for test in node_tests() if test.is_body]
    assert len(bodies) + len(names) == len(node_tests())
    assert [name for name in bodies if name.partition("_expanded")[0] not in names] == []


def test_translations_are_for_operators_that_have_tests() -> None:
    assert set(TRANSLATIONS) - {test.operator for test in TESTS} == set()
    assert {translation.__module__ for translation in TRANSLATIONS.values()} == {f.__name__ for f in FAMILIES}
