"""Hypothesis profiles (`make test` is quick, `make parity` full), and the record of what the parity cases showed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent / "parity"))

import record

settings.register_profile("quick", max_examples=12, deadline=None, derandomize=True, database=None)
settings.register_profile("full", max_examples=200, deadline=None, derandomize=True, database=None)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-messages", action="store_true", help="write the messages of tests/errors anew")
    parser.addoption("--parity-table", metavar="FILE", help="write what the parity cases showed to FILE")


class Gathered:
    """Adds up the records of all workers."""

    def pytest_testnodedown(self, node: object) -> None:
        record.add(getattr(node, "workeroutput", {}).get("parity", {}))


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Gathered())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["parity"] = record.as_plain()
        return
    path = session.config.getoption("--parity-table")
    if path and exitstatus == 0:
        Path(path).write_text(record.table(), encoding="utf-8")
