"""`--node-tests-table FILE` writes how the node tests ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import node_record

OPTION = "--node-tests-table"
KEY = "node_tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, metavar="FILE", help="write how the node tests of ONNX ended to FILE")


class Gathered:
    """Puts together the outcomes of all workers."""

    def pytest_testnodedown(self, node: object) -> None:
        node_record.add(getattr(node, "workeroutput", {}).get(KEY, {}))


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Gathered())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[KEY] = node_record.as_plain()
        return
    path = session.config.getoption(OPTION, None)
    if path and exitstatus == 0:
        from node_table import table

        Path(path).write_text(table(), encoding="utf-8")
