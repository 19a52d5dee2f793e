"""The page of `specc report --format html` in a headless Chromium: what is seen, clicked and pressed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser, chromium

from specc.cli.main import main

pytestmark = pytest.mark.xdist_group("browser")
DEEP = """
model deep
input x: float32[N, 8]
for i in range(50_000):
    x = x -> linear(8 + i % 7) as stages.{i // 500}.blocks.{i}.fc -> relu
output y = x
"""
BOXES = "[...document.querySelectorAll('.box .name')].map((one) => one.textContent)"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        reason = "there is no Chromium: `apt-get install chromium`, which `make test` tries, has not worked"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    with browser(program) as made:
        yield made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    wanted = {
        "resnet": ("zoo:resnet50", "-b", "N=8", "--target", "h100"),
        "bert": ("zoo:bert_base", "-b", "N=1", "-b", "T=128", "--target", "h100"),
        "free": ("zoo:gpt2",),
    }
    for name, options in wanted.items():
        assert main(["report", *options, "--format", "html", "-o", str(folder / f"{name}.html")]) == 0
    return {name: folder / f"{name}.html" for name in wanted}


@pytest.fixture
def resnet(chrome: Browser, pages: dict[str, Path]) -> Iterator[Browser]:
    chrome.problems.clear()
    chrome.open(pages["resnet"])
    yield chrome
    assert chrome.problems == []


def text(page: Browser, selector: str) -> str:
    return str(page.run(f"document.querySelector({selector!r}).textContent"))


def box(page: Browser, label: str) -> str:
    """A selector of the box in the graph whose description begins with `label`."""
    begins = f"one.getAttribute('aria-label').startsWith({label!r})"
    found = page.run(f"[...document.querySelectorAll('.box')].find((one) => {begins}).dataset.id")
    return f'.box[data-id="{found}"]'


def test_a_block_opens_and_closes(resnet: Browser) -> None:
    resnet.run("document.querySelector('#graph-tools button:nth-of-type(2)').click()")
    names = resnet.run(BOXES)
    assert "▸ layer1" in names and not any("×2" in name for name in names)
    resnet.click(box(resnet, "layer1,"))
    names = resnet.run(BOXES)
    assert "▾ layer1" in names and "▸ 1..2 ×2" in names
    resnet.click(box(resnet, "layer1.1..2,"))
    names = resnet.run(BOXES)
    assert {"conv1", "bn3", "add", "relu_2"} <= set(names)
    assert "10 layers" in text(resnet, "#details") or "20 layers" in text(resnet, "#details")
    resnet.run(f"document.querySelector({box(resnet, 'layer1,')!r}).focus()")
    resnet.press("Enter")
    assert "▸ layer1" in resnet.run(BOXES)
    assert "layer1," in resnet.run("document.activeElement.getAttribute('aria-label')")


def test_a_click_on_a_layer_fills_the_details(resnet: Browser) -> None:
    resnet.click(box(resnet, "conv1,"))
    details = text(resnet, "#details")
    # 64 filters of 7 x 7 over 3 channels at 112 x 112, for 8 images
    macs = 8 * 112 * 112 * 64 * 3 * 7 * 7
    facts = ("conv1", "float32[8, 64, 112, 112]", "float32[64, 3, 7, 7]", f"{macs:,}", "9,408", "resnet.specc:")
    for fact in facts:
        assert fact in details, fact
    assert text(resnet, "#details .code mark").startswith("conv(")
    assert resnet.run("document.querySelectorAll('tr.chosen').length") == 1
    resnet.press("Escape")
    assert "the whole model" in text(resnet, "#details")


def test_the_table_sorts_and_filters(resnet: Browser) -> None:
    paths = "[...document.querySelectorAll('tr[data-row] td.path')].map((one) => one.textContent)"
    assert resnet.run(paths)[:2] == ["conv1", "bn1"]
    resnet.click('th[data-key="params"] button')
    assert resnet.run("document.querySelector('th[data-key=params]').getAttribute('aria-sort')") == "descending"
    # 512 x 512 x 9, before the classifier of 2048 x 1000
    assert resnet.run(paths)[:3] == ["layer4.0.conv2", "layer4.1.conv2", "layer4.2.conv2"]
    resnet.click('th[data-key="params"] button')
    assert resnet.run(paths)[0] == "relu"
    resnet.click('th[data-key="path"] button')
    assert resnet.run(paths)[:2] == ["bn1", "conv1"]
    resnet.click("#filter")
    for letter in "fc lin":
        resnet.press(letter, letter)
    assert resnet.run(paths) == ["fc"] and text(resnet, "#table-tools .status") == "1 of 175 layers"
    resnet.click("tr[data-row] td.path")
    assert "2,049,000" in text(resnet, "#details")


def test_themes(resnet: Browser, pages: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = resnet.run(ground)
    resnet.click("#theme")
    dark = resnet.run(ground)
    assert light != dark and text(resnet, "#theme").endswith("dark")
    resnet.click("#theme")
    assert resnet.run(ground) == light
    resnet.open(pages["resnet"], dark=True)
    assert resnet.run(ground) == dark


def test_charts_are_filled(resnet: Browser) -> None:
    assert resnet.run("document.querySelectorAll('#roofline-view .point').length") > 8
    assert "peak 66.9 TFLOP/s" in text(resnet, "#roofline-view")
    assert "peak 78.1 MiB at layer1.0.downsample.1" in text(resnet, "#memory-view")
    shares = "[...document.querySelectorAll('#cost-view .cell')].map((one) => one.getAttribute('aria-label'))"
    assert any(one.startswith("layer3.1..5 ×5, time") for one in resnet.run(shares))
    resnet.run("document.querySelectorAll('#cost-tools button')[2].click()")
    # 23.5 of 25.6 million parameters are those of convolutions
    assert "conv 23.5M, 91.8 %" in text(resnet, "#cost-legend")
    assert any(one.startswith("fc, parameters 2.05M, 8.0 %") for one in resnet.run(shares))


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_is_cut_off_at_the_side(chrome: Browser, pages: dict[str, Path], width: int) -> None:
    for name in ("bert", "free"):
        chrome.problems.clear()
        chrome.open(pages[name], width)
        assert chrome.run("document.documentElement.scrollWidth") <= width
        over = "one.getBoundingClientRect().right > one.closest('.panel').getBoundingClientRect().right"
        assert chrome.run(f"[...document.querySelectorAll('.chart svg')].filter((one) => {over}).length") == 0
        assert chrome.problems == []


def test_free_sizes_are_formulas(chrome: Browser, pages: dict[str, Path]) -> None:
    chrome.problems.clear()
    chrome.open(pages["free"])
    assert "Some sizes are free" in text(chrome, "#free")
    assert "*N" in text(chrome, "#totals") and "Bind all sizes" in text(chrome, "#memory-view")
    assert "N*T" in text(chrome, "tr[data-row='6']")
    assert chrome.problems == []


def test_a_hundred_thousand_layers(chrome: Browser, tmp_path: Path) -> None:
    (tmp_path / "deep.specc").write_text(DEEP)
    made = tmp_path / "deep.html"
    limits = ("--limit", "nodes=200_000", "--limit", "steps=100_000_000")
    options = ("-b", "N=1", *limits, "--format", "html", "-o", str(made))
    assert main(["report", str(tmp_path / "deep.specc"), *options]) == 0
    assert made.stat().st_size < 20 << 20
    chrome.problems.clear()
    chrome.open(made)
    assert chrome.run("document.querySelectorAll('*').length") < 6000
    assert text(chrome, "#table-tools .status") == "100,000 layers"
    chrome.run("specc.revealInGraph(specc.fold.ofLayer(specc.model.layerAt('stages.38.blocks.19444.fc')))")
    chosen = "document.querySelector('.box.chosen').getAttribute('aria-label')"
    assert "stages.38.blocks.19444.fc" in chrome.run(chosen)
    chrome.run("document.querySelector('#table-view').scrollTop = 99_990 * 28")
    rows = "new Promise((done) => setTimeout(() => done(document.querySelectorAll('tr[data-row]').length), 200))"
    assert chrome.run(rows) < 100
    assert chrome.run("document.querySelector('#table-view tbody').textContent.includes('100000')")
    assert chrome.problems == []
