"""The page in a real browser: headless Chromium, from a file, with the network off."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lca import cli

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--allow-file-access-from-files"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--virtual-time-budget=4000"),
]
DARK = "--blink-settings=preferredColorScheme=0"
EXAMPLES = sorted(path.parent.name for path in (ROOT / "reports").glob("*/model-card.yaml"))
"""Those of a workload, which is audited on one page."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]

PROBE = """
<script>
addEventListener("load", async function () {
  await document.fonts.ready;
  const told = await (async function () { %s })();
  const element = document.createElement("pre");
  element.id = "told";
  element.textContent = JSON.stringify(told);
  document.body.append(element);
});
</script>
</body>"""

FRAMES = """
<!DOCTYPE html>
<body>
<script>
const widths = %s, told = [];
for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.src = "probed.html";
  frame.width = width;
  frame.onload = function wait() {
    const said = frame.contentDocument.getElementById("told");
    if (!said) return setTimeout(wait, 20);
    told.push(JSON.parse(said.textContent));
    if (told.length === widths.length) {
      said.textContent = JSON.stringify(told);
      document.body.append(said);
    }
  };
  document.body.append(frame);
}
</script>
</body></html>"""
"""A window has a least width; a frame has none."""

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def pages(tmp_path_factory, everything) -> Callable[[str], Path]:
    """The path of the page of an example, or of the case that uses everything."""
    made: dict[str, Path] = {name: ROOT / "reports" / name / "report.html" for name in EXAMPLES}

    def page(name: str) -> Path:
        if name not in made:
            to = tmp_path_factory.mktemp(name)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
                assert cli.main(["run", str(everything), "--to", str(to)]) == 0, said.getvalue()
            made[name] = to / "report.html"
        return made[name]

    return page


@pytest.fixture
def browser(tmp_path) -> Callable[..., str]:
    """The document that Chromium has made of an address, after its scripts have run."""

    def dump(address: str, *flags: str) -> str:
        assert CHROMIUM is not None
        command = [CHROMIUM, *QUIET, *flags, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert "</html>" in done.stdout, done.stderr
        return done.stdout

    return dump


@pytest.fixture
def ask(tmp_path, pages, browser) -> Ask:
    """What a script says that is run in a page: `ask("training-run", "return document.title")`."""

    def answer(name: str, script: str, *flags: str, anchor: str = "", widths: Sequence[int] = ()) -> Any:
        source = pages(name).read_text(encoding="utf-8")
        assert source.count("</body>") == 1
        probed, frames = tmp_path / "probed.html", tmp_path / "frames.html"
        probed.write_text(source.replace("</body>", PROBE % script), encoding="utf-8")
        frames.write_text(FRAMES % list(widths), encoding="utf-8")
        dumped = browser((frames if widths else probed).as_uri() + anchor, *flags)
        told = re.search(r'<pre id="told"[^>]*>(.*?)</pre>', dumped, flags=re.DOTALL)
        assert told, dumped[-500:]
        return json.loads(html.unescape(told.group(1)))

    return answer


OPEN = "return Array.from(document.querySelectorAll('details[open]')).map(entry => entry.id)"


# --------------------------------------------------------------------------------------------------
# Figures open


def test_address__that_names_a_total__opens_its_explanation(pages, browser):
    """As a link from elsewhere does: `report.html#x-energy.site`."""
    dumped = browser(pages("training-run").as_uri() + "#x-energy.site")
    (opened,) = re.findall(r'<details id="([^"]+)" open(?:="")?>', dumped)
    assert opened.endswith("energy.site")
    explanation = dumped.partition(f'id="{opened}"')[2].partition("</details>")[0]
    assert "E_site = E_it × PUE" in explanation
    assert "69.1596 kWh" in explanation


@pytest.mark.parametrize("name", EXAMPLES)
def test_address__of_every_number_on_the_page__opens_one_explanation(ask, name):
    """Follow each link of a figure, one after another, and count what has opened since."""
    script = """
      const links = new Set(Array.from(document.querySelectorAll("a.fig")).map(link => link.getAttribute("href")));
      const lacking = [];
      for (const link of links) {
        for (const entry of document.querySelectorAll("details[open]")) entry.open = false;
        location.hash = link;
        await new Promise(done => setTimeout(done, 1));
        if (document.querySelectorAll("details[open]").length !== 1) lacking.push(link);
      }
      return [links.size, lacking];
    """
    count, lacking = ask(name, script)
    assert count > 20
    assert lacking == []


def test_figure__clicked_again_after_it_was_closed__opens_again(ask):
    script = """
      const opened = () => document.querySelectorAll("details[open]").length;
      const told = [];
      for (const turn of [1, 2]) {
        document.querySelector('a.fig[href="#x-total"]').click();
        await new Promise(done => setTimeout(done, 20));
        told.push(opened());
        for (const entry of document.querySelectorAll("details[open]")) entry.open = false;
      }
      return told;
    """
    assert ask("training-run", script) == [1, 1]


def test_address__that_names_nothing__opens_nothing_and_breaks_nothing(ask):
    assert ask("training-run", OPEN, anchor="#x-no-such-figure") == []
    assert ask("training-run", OPEN, anchor="#%E0%A4%A") == []


def test_figure__looked_at__says_how_it_came_about(ask):
    """By pointer or by keyboard: the words stand in `data-how` and are shown beside the number."""
    script = """
      const link = document.querySelector('a.fig[href="#x-total"]');
      const before = getComputedStyle(link, "::after").content;
      link.focus();
      return [before, getComputedStyle(link, "::after").content];
    """
    before, after = ask("training-run", script)
    assert before in ("none", "normal")
    assert "C = " in after
    assert "5.305" in after


def test_search__leaves_what_holds_all_the_words(ask):
    script = """
      const field = document.getElementById("search");
      const shown = () => Array.from(document.querySelectorAll("details[id]")).filter(entry => !entry.hidden).length;
      const type = words => { field.value = words; field.dispatchEvent(new Event("input")); return shown(); };
      return [shown(), type("coal share"), type("no such words"), type("")];
    """
    everything, some, none, again = ask("training-run", script)
    assert everything == again > 50
    assert 0 < some < everything / 4
    assert none == 0


# --------------------------------------------------------------------------------------------------
# Alone


@pytest.mark.parametrize("name", [*EXAMPLES, "everything"])
def test_page__with_the_network_off__loads_its_fonts_and_asks_for_nothing(ask, name):
    script = """
      const asked = performance.getEntriesByType("resource").map(entry => entry.name);
      const loaded = Array.from(document.fonts).filter(face => face.status === "loaded");
      return {
        asked: asked.filter(name => !name.startsWith("data:")),
        fonts: loaded.map(face => face.family + face.weight),
        broken: Array.from(document.images).filter(image => !image.naturalWidth).length,
      };
    """
    told = ask(name, script)
    assert told["asked"] == []
    assert {"Inter400", "Inter600"} <= {face.replace('"', "") for face in told["fonts"]}
    assert told["broken"] == 0


def test_page__its_script_runs_without_a_mistake(ask):
    """None is reported while an explanation is opened by its address."""
    script = """
      const mistakes = [];
      addEventListener("error", event => mistakes.push(event.message));
      addEventListener("unhandledrejection", event => mistakes.push(String(event.reason)));
      location.hash = "#x-total";
      await new Promise(done => setTimeout(done, 50));
      return mistakes;
    """
    assert ask("training-run", script) == []


# --------------------------------------------------------------------------------------------------
# Any screen

WIDTHS = [1600, 1280, 1024, 861, 860, 768, 480, 390, 320]
OVERFLOW = """
  const width = document.documentElement.clientWidth;
  const beyond = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = (node.nodeType === 3 ? range : node).getBoundingClientRect();
    const holder = node.nodeType === 3 ? node.parentElement : node;
    if (box.width > 0 && box.right > width + 1 && !holder.closest(".skip, pre#told"))
      beyond.push(holder.tagName + "." + holder.getAttribute("class") + " " + node.textContent.trim().slice(0, 40));
  }
  return {
    width: width,
    wide: document.documentElement.scrollWidth,
    beyond: beyond.slice(0, 5),
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  };
"""


@pytest.mark.parametrize("name", [*EXAMPLES, "everything"])
def test_page__at_any_width__does_not_overflow(ask, name):
    for told in ask(name, OVERFLOW, widths=WIDTHS):
        assert told["wide"] <= told["width"], (told["width"], told["beyond"])
        assert told["beyond"] == [], told["width"]


def test_page__in_the_dark__does_not_overflow(ask):
    for told in ask("training-run", OVERFLOW, DARK, widths=[1280, 390]):
        assert told["dark"]
        assert (told["wide"], told["beyond"]) == (told["width"], [])


@pytest.mark.parametrize("name", [*EXAMPLES, "everything"])
def test_charts__no_label_is_cut_off(ask, name):
    """What leaves its drawing is not drawn, on the screen and on paper alike."""
    script = """
      return Array.from(document.querySelectorAll("svg text")).filter(label => {
        const [words, drawing] = [label, label.closest("svg")].map(element => element.getBoundingClientRect());
        return words.left < drawing.left - 1 || words.right > drawing.right + 1;
      }).map(label => label.textContent);
    """
    assert ask(name, script) == []


CONTRAST = """
  const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = {};
  for (const element of document.body.querySelectorAll("*")) {
    const words = Array.from(element.childNodes).some(node => node.nodeType === 3 && node.textContent.trim());
    if (!words || !element.getClientRects().length || element.closest("title, desc, pre#told")) continue;
    const style = getComputedStyle(element);
    const ink = channels(element.closest("svg") ? style.fill : style.color);
    const pair = [light(ink), light(ground(element))].sort((one, other) => other - one);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) poor[element.tagName + "." + element.getAttribute("class")] = Math.round(100 * ratio) / 100;
  }
  return poor;
"""


@pytest.mark.parametrize("flags", [[], [DARK]], ids=["light", "dark"])
def test_page__its_words_stand_out_from_their_ground(ask, flags):
    """WCAG 2.2, 1.4.3: text has a contrast of 4.5 to 1 at least."""
    assert ask("training-run", CONTRAST, *flags) == {}


def test_page__on_paper__is_without_the_register(ask):
    """Printed from the browser it is the page, not the hundred explanations under it."""
    script = """
      const rules = Array.from(document.styleSheets).flatMap(sheet => Array.from(sheet.cssRules));
      return rules.filter(rule => rule.media && rule.media.mediaText === "print").map(rule => rule.cssText).join(" ");
    """
    assert re.search(r"\.appendix[^{]*\{ display: none", ask("training-run", script))
