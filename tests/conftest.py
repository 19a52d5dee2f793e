"""Hypothesis profiles (`make test` is quick, `make parity` full), and the records of what comparisons showed."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent / "parity"))
sys.path.insert(0, str(Path(__file__).parent / "zoo"))

import record
import zoo_record

settings.register_profile("quick", max_examples=12, deadline=None, derandomize=True, database=None)
settings.register_profile("full", max_examples=200, deadline=None, derandomize=True, database=None)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-messages", action="store_true", help="write the messages of tests/errors anew")
    parser.addoption("--parity-table", metavar="FILE", help="write what the parity cases showed to FILE")
    parser.addoption("--zoo-table", metavar="FILE", help="write what the comparisons of the zoo showed to FILE")


LARGE = (
    "test_overfeat[", "test_fcn[8-4096]", "test_classifiers[vgg11_bn]", "[bert_base_mlm-", "[bert_base_classifier-",
    "test_small_and_dense_nets[efficientnet_b5]", "test_small_and_dense_nets[densenet161]",
    "test_inception[inception_v4]", "test_inception[inception_resnet_v2]", "test_depth_50[wide_resnet50_2-1-128]",
    "test_zoo_clip.py::test_clip_rn50", "test_zoo_gpt.py::test_gpt1", "test_keras[xception]",
)  # fmt: skip
"""Models whose kind a smaller one or a neighbour stands for: compared by `make zoo` alone, which takes them all."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--zoo-table") or any("::" in argument for argument in config.args):
        return
    large = {item for item in items if any(name in item.nodeid for name in LARGE)}
    if large:
        config.hook.pytest_deselected(items=[item for item in items if item in large])
        items[:] = [item for item in items if item not in large]


def pytest_collection_finish() -> None:
    """The libraries that the tests import stay: looking through their objects for cycles again and again took longer
    than many a test."""
    gc.collect()
    gc.freeze()


class Gathered:
    """Adds up the records of all workers."""

    def pytest_testnodedown(self, node: object) -> None:
        output = getattr(node, "workeroutput", {})
        record.add(output.get("parity", {}))
        zoo_record.add_plain(output.get("zoo", {}))


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Gathered())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["parity"], output["zoo"] = record.as_plain(), zoo_record.as_plain()
        return
    for option, table in (("--parity-table", record.table), ("--zoo-table", zoo_record.table)):
        path = session.config.getoption(option)
        if path and exitstatus == 0:
            Path(path).write_text(table(), encoding="utf-8")
