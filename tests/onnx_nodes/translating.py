"""The table of translations: what spec stands for a node test, by the operator's name."""

from __future__ import annotations

from collections.abc import Callable

from node_outcomes import Excluded, Reason
from node_spec import NodeSpec
from node_tests import NodeTest

Translation = Callable[[NodeTest], NodeSpec]
TRANSLATIONS: dict[str, Translation] = {}


def translates(*operators: str) -> Callable[[Translation], Translation]:
    """Enter a function under the names of the operators whose node tests it turns into specs."""

    def enter(translation: Translation) -> Translation:
        for operator in operators:
            assert operator not in TRANSLATIONS, operator
            TRANSLATIONS[operator] = translation
        return translation

    return enter


def through_layers(test: NodeTest) -> NodeSpec:
    """The spec of layers that stands for `test`. Raises `Excluded` where there is none."""
    if test.operator not in TRANSLATIONS:
        raise Excluded(Reason.NO_LAYER, f"no layer for `{test.operator}`")
    return TRANSLATIONS[test.operator](test)
