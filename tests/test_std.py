"""The standard library: what it offers is documented and has a parity test, and wrong use gets a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from std_records import load
from std_table import definitions, documentation, parts, tables, written

import specc
from specc.base.assets import asset_folder, read_asset
from specc.layers.registry import LAYERS

IMAGE = "input x: float32[N, 16, H, W]\n"
EVEN = f"{IMAGE}require H % 4 == 0 and W % 4 == 0\n"
TOKENS = "input x: float32[N, T, 32]\n"
SOUND = "input x: float32[N, 16, T]\n"
PLAIN = {"affine", "conv_chain", "dense_synthesizer", "pooled_conv", "random_synthesizer", "wkv_step"}
"""Blocks that are only parts of others, whose parity tests show them, too."""


def offered(index: str) -> set[str]:
    return {name for names in parts(index).values() for name in names}


def files() -> set[str]:
    found = {f"std.{path.stem}" for path in asset_folder("specs").joinpath("std").glob("*.specc")}
    return found - {"std.vision"}


def shown() -> str:
    """Texts of all specs that parity tests compare."""
    tests = (Path(__file__).parent / "parity").glob("test_std_*.py")
    return "\n".join([*(record.text for record in load()), *(test.read_text(encoding="utf-8") for test in tests)])


def check(text: str) -> None:
    specc.loads(f"model one\n{text}\n", syntax="text").check()


def test_every_block_is_offered() -> None:
    assert set(parts()) == files()
    for part, names in parts().items():
        assert set(names) == {definition.name for definition in definitions(part)}, part
    assert offered("std.vision") < offered("std")


def test_no_block_is_named_as_a_layer() -> None:
    assert offered("std") & set(LAYERS) == set()


def test_the_tables_of_the_documentation_are_those_of_the_files() -> None:
    assert written() == tables(), "run `python tests/std_table.py`"


@pytest.mark.parametrize("part", sorted(files()))
def test_every_block_names_its_source(part: str) -> None:
    header = read_asset("specs", f"{part.replace('.', '/')}.specc").partition("\n\n")[0]
    for definition in definitions(part):
        text = documentation(definition)
        assert text, definition.name
        assert re.search(r"\b(19|20)\d\d\b|arXiv:\d{4}\.\d{5}", header + text), definition.name


def test_every_block_has_a_parity_test() -> None:
    text = shown()
    missing = {name for name in offered("std") - PLAIN if not re.search(rf'[>"] ?{name}\b|\b{name}\(', text)}
    assert missing == set()


def test_an_import_reads_no_more_than_it_needs() -> None:
    text = f"from std import conv_bn_act\n{IMAGE}output y = x -> conv_bn_act(4, 3)\noutput z = x -> std.fire(1, 2, 3)"
    with pytest.raises(specc.SpecError) as caught:
        check(text)
    assert caught.value.diagnostics[0].code == "SP2001"
    check(f"import std\nimport std.vision as v\n{IMAGE}output y = x -> v.fire(1, 2, 3) -> std.cbam(2)")


WRONG = {
    f"{EVEN}output y = x -> shuffle_unit_v2(24)": ("SP2016", "at stride 1 the channels must stay the same"),
    f"{EVEN}output y = x -> shuffle_unit_v2(25, 2)": ("SP2016", "the number of channels must be even"),
    f"{EVEN}output y = x -> shuffle_unit(32)": ("SP2016", "at stride 1 the channels must stay the same"),
    f"{TOKENS}output y = x -> conformer_conv(30)": (
        "SP2016",
        "the kernel must be odd, so that the length is kept",
    ),
    f"{TOKENS}output y = x -> vit_block(5)": (
        "SP3301",
        "`attention`: 5 heads do not divide the 32 elements of `query`",
    ),
    f"{TOKENS}output y = x -> mixer_block(8, 64)": (
        "SP3002",
        "`linear` has weights whose shape depends on `T`, which is known only at run time",
    ),
    f"{IMAGE}output y = x -> dense_transition(8)": (
        "SP3102",
        "the window of `avgpool` spans 2, but the padded input may be H on axis 2",
    ),
    f"{IMAGE}output y = x -> aspp(8, rates=[0])": (
        "SP2006",
        "`dilation` of `conv` must be an integer of at least 1, or a list with one for each axis, and is the number 0",
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_use(text: str) -> None:
    name = text.rpartition("-> ")[2].partition("(")[0]
    with pytest.raises(specc.SpecError) as caught:
        check(f"from std import {name}\n{text}")
    found = caught.value.diagnostics[0]
    assert (found.code, found.message) == WRONG[text]


def test_unet_rejects_odd_sizes() -> None:
    text = f"""from std import unet_down, unet_up
{IMAGE}require H >= 9 and W >= 9
down, skip = x -> unet_down(8) as down
output y = (down, skip) -> unet_up(8) as up
"""
    with pytest.raises(specc.SpecError) as caught:
        check(text)
    assert caught.value.diagnostics[0].code == "SP3212"
