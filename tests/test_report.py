"""The page: one sheet of A4, the same bytes every time, complete in itself, every number a way to its reasons."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import runpy
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

import lca
from lca import cli
from lca.datasets import Datasets
from lca.figure import Figure, Given, Place, walk
from lca.report import html as screen
from lca.report import json as formats
from lca.report import numbers, outline
from lca.report.document import Document
from lca.report.pdf import Unavailable, _weasyprint

ROOT = Path(__file__).resolve().parent.parent
ALL_EXAMPLES = sorted(path.parent.name for path in (ROOT / "reports").glob("*/case.yaml"))
EXAMPLES = [name for name in ALL_EXAMPLES if (ROOT / "reports" / name / "model-card.yaml").is_file()]
"""Those of a workload, which is audited on one page."""
DATA = Datasets()

MINIMAL = """\
lca: 1
title: Ten hours on four devices
facilities: {hall: {pue: 1.5, grid: 450 gCO2e/kWh}}
hardware: {gpus: {count: 4, facility: hall}}
workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}}
"""
STATED = """\
lca: 1
title: What somebody else stated, beside what is computed
facilities: {hall: {pue: 1.5, grid: 450 gCO2e/kWh}}
hardware: {gpus: {count: 4, facility: hall, embodied: 150 kgCO2e, lifetime: 4 years}}
workloads:
  ours: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}
  theirs: {kind: training, runs_on: gpus, operational: 3 kgCO2e, embodied: 1 kgCO2e}
"""
NOTHING = MINIMAL.replace("450 gCO2e/kWh", "0 gCO2e/kWh")
HUGE = MINIMAL.replace("count: 4", "count: 400000").replace("10 h", "9 months")
TINY = MINIMAL.replace("10 h", "1 s").replace("0.3 kW", "1 mW")
CASES = ["minimal", *EXAMPLES, "everything", "stated", "nothing", "huge", "tiny"]


def needs_pango() -> None:
    try:
        _weasyprint()
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def rendered(tmp_path_factory, everything):
    """The folder of the rendered report of one of `CASES`; each is rendered once."""
    texts = {"minimal": MINIMAL, "stated": STATED, "nothing": NOTHING, "huge": HUGE, "tiny": TINY}
    folders: dict[str, Path] = {}
    refused: dict[str, str] = {}

    def render(name: str) -> None:
        to = folders[name] = tmp_path_factory.mktemp(name)
        if name in texts:
            (to / "case.yaml").write_text(texts[name], encoding="utf-8")
        else:
            source = everything.parent if name == "everything" else ROOT / "reports" / name
            shutil.copytree(source, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("report.*", "result.json"))
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if cli.main(["run", str(to / "case.yaml"), "--to", str(to)]) != 0:
                refused[name] = said.getvalue()

    def folder(name: str) -> Path:
        needs_pango()
        if name not in folders:
            render(name)
        assert name not in refused, refused[name]
        return folders[name]

    return folder


class Page(HTMLParser):
    """What a page holds, as far as tests ask: tags with their attributes, ids, text of scripts and styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside: list[tuple[str, str]] = []
        self.within = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.inside.append((self.within, data))

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def links(self) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == "a"]


@pytest.fixture
def page(rendered):
    return lambda name: Page(rendered(name) / "report.html")


# --------------------------------------------------------------------------------------------------
# The sheet


@pytest.mark.parametrize("name", CASES)
def test_pdf__is_one_page_of_a4(rendered, name):
    with pikepdf.open(rendered(name) / "report.pdf") as pdf:
        assert len(pdf.pages) == 1
        left, bottom, right, top = (float(edge) for edge in pdf.pages[0].mediabox)
    # ISO 216: 210 mm × 297 mm, at 72 points to 25.4 mm
    assert right - left == pytest.approx(595.28, abs=0.1)
    assert top - bottom == pytest.approx(841.89, abs=0.1)


@pytest.mark.parametrize("name", CASES)
def test_pdf__carries_its_case_its_evidence_and_its_result(rendered, name):
    folder = rendered(name)
    with pikepdf.open(folder / "report.pdf") as pdf:
        attached = {key: file.get_file().read_bytes() for key, file in pdf.attachments.items()}
    assert attached.pop("lca-manifest.json")
    files = [file["path"] for file in json.loads(attached["result.json"])["case"]["files"]]
    assert attached == {file: (folder / file).read_bytes() for file in (*files, "result.json")}


def test_pdf__carries_every_file_that_the_case_is_written_in(case, tmp_path):
    """What is included is part of the case, and so is evidence, unless it is to stay where it is."""
    needs_pango()
    log = "timestamp, power.draw [W]\n2026/03/02 10:00:00, 300 W\n2026/03/02 11:00:00, 300 W\n"
    head, hardware = MINIMAL.partition("hardware:")[::2]
    hardware, workloads = hardware.partition("workloads:")[::2]
    parts = {"parts/hardware.yaml": f"hardware:{hardware}", "log.csv": log}
    text = f"{head}include: [parts/hardware.yaml]\nworkloads:{workloads}"
    path = case(text.replace("duration: 10 h, power: 0.3 kW", "power: {log: log.csv}"), parts, name="run.yaml")
    assert cli.main(["run", str(path), "--to", str(tmp_path / "to")]) == 0
    with pikepdf.open(tmp_path / "to" / "report.pdf") as pdf:
        attached = {key: file.get_file().read_bytes() for key, file in pdf.attachments.items()}
    assert attached.keys() == {"run.yaml", "parts/hardware.yaml", "log.csv", "result.json", "lca-manifest.json"}
    assert cli.main(["run", str(path), "--to", str(tmp_path / "bare"), "--without-evidence"]) == 0
    with pikepdf.open(tmp_path / "bare" / "report.pdf") as pdf:
        assert attached.keys() - pdf.attachments.keys() == {"log.csv"}
    assert attached["parts/hardware.yaml"] == parts["parts/hardware.yaml"].encode()
    assert {file["path"] for file in json.loads(attached["result.json"])["case"]["files"]} == {
        "run.yaml",
        "parts/hardware.yaml",
        "log.csv",
    }


def test_pdf__has_its_title__its_fonts__and_says_that_it_can_be_archived(rendered):
    with pikepdf.open(rendered("minimal") / "report.pdf") as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Ten hours on four devices"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        fonts = [font for _, font in pdf.pages[0].resources.Font.items()]
        assert fonts
        for font in fonts:
            (descendant,) = font.DescendantFonts
            assert "/FontFile2" in descendant.FontDescriptor or "/FontFile3" in descendant.FontDescriptor
            assert "Inter" in str(descendant.BaseFont)


def test_pdf__the_whole_text_is_on_the_sheet(rendered):
    """Nothing is cut off at the foot: the last line and the first are both there."""
    text = " ".join(text_of(rendered("minimal") / "report.pdf"))
    for words in ("Ten hours on four devices", "8.1", "lca-toolkit", "Not verified"):
        assert words in text


# --------------------------------------------------------------------------------------------------
# The same bytes


@pytest.mark.slow
def test_run__two_processes__write_the_same_bytes(tmp_path, everything):
    """Another seed of hashes, another time zone, another language, another folder: the same files."""
    needs_pango()
    written = []
    for position, (seed, zone, language) in enumerate([("1", "UTC", "C.UTF-8"), ("2", "Asia/Tokyo", "de_DE.UTF-8")]):
        folder = tmp_path / str(position) / "a folder"
        shutil.copytree(everything.parent, folder)
        settings = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "lca", "run", "case.yaml", "--to", "out"]
        done = subprocess.run(command, cwd=folder, env={**os.environ, **settings}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        written.append({path.name: path.read_bytes() for path in (folder / "out").iterdir()})
    assert written[0].keys() == written[1].keys()
    for name, content in written[0].items():
        assert content == written[1][name], name


def test_run__at_another_date_of_the_source__changes_the_dates_of_the_pdf_only(rendered, tmp_path, monkeypatch):
    """SOURCE_DATE_EPOCH (reproducible-builds.org): 1 700 000 000 is 14 November 2023, 22:13:20 UTC."""
    first = rendered("minimal")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert cli.main(["run", str(first / "case.yaml"), "--to", str(tmp_path)]) == 0
    for name in ("result.json", "report.html", "methods.txt"):
        assert (tmp_path / name).read_bytes() == (first / name).read_bytes()
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        dates = {file.get_file().creation_date for file in pdf.attachments.values()}
    assert dates == {datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)}


def text_of(pdf: Path) -> list[str]:
    return pypdf.PdfReader(pdf).pages[0].extract_text().split()


def test_examples__the_log_that_is_made_up__is_made_again_by_its_script():
    folder = ROOT / "reports" / "training-run"
    made = runpy.run_path(str(folder / "make_log.py"))["log"]()
    assert made == (folder / "evidence" / "nvidia-smi.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples__rebuilt__are_what_is_kept(rendered, name):
    """JSON, HTML and words byte for byte; the PDF by its text and attachments, since font libraries differ."""
    again, kept = rendered(name), ROOT / "reports" / name
    for file in ("result.json", "report.html", "model-card.yaml", "methods.txt", "methods.tex"):
        assert (again / file).read_bytes() == (kept / file).read_bytes(), f"reports/{name}/{file}: run `make reports`"
    assert text_of(again / "report.pdf") == text_of(kept / "report.pdf")
    with pikepdf.open(kept / "report.pdf") as pdf:
        attached = {key: file.get_file().read_bytes() for key, file in pdf.attachments.items()}
    assert attached.pop("lca-manifest.json")
    files = [file["path"] for file in json.loads(attached["result.json"])["case"]["files"]]
    assert attached == {file: (kept / file).read_bytes() for file in (*files, "result.json")}


def test_example__the_power_log__is_what_its_script_makes(tmp_path):
    script = ROOT / "reports" / "training-run" / "make_log.py"
    shutil.copytree(script.parent, tmp_path / "training-run")
    log = tmp_path / "training-run" / "evidence" / "nvidia-smi.csv"
    log.unlink()
    done = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path / "training-run", capture_output=True, check=False
    )
    if not log.exists():  # it may print instead of writing
        log.write_bytes(done.stdout)
    assert log.read_bytes() == (script.parent / "evidence" / "nvidia-smi.csv").read_bytes()


def test_result__one_byte_of_evidence__is_another_hash(rendered, tmp_path):
    shutil.copytree(rendered("everything"), tmp_path / "changed")
    log = tmp_path / "changed" / "evidence" / "power.csv"
    log.write_text(log.read_text(encoding="utf-8").replace("500.50", "500.51", 1), encoding="utf-8")

    def digests(folder: Path) -> dict[str, str]:
        result = formats.result(lca.run(folder / "case.yaml", DATA), lca.__version__)
        return {file["path"]: file["sha256"] for file in result["case"]["files"]}

    before, after = digests(rendered("everything")), digests(tmp_path / "changed")
    assert before["case.yaml"] == after["case.yaml"]
    assert before["evidence/power.csv"] != after["evidence/power.csv"]


# --------------------------------------------------------------------------------------------------
# One file, no network


@pytest.mark.parametrize("name", CASES)
def test_html__asks_for_nothing_from_anywhere(page, name):
    found = page(name)
    for tag, attributes in found.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}, tag
        for key, value in attributes.items():
            if key != "xmlns":
                assert not re.match(r"\s*([a-z]+:)?//|\s*(https?|javascript|file|data:text):", value), (tag, key, value)
            assert not key.startswith("on"), (tag, key)
    for tag, text in found.inside:
        if tag == "style":
            assert "@import" not in text
            assert set(re.findall(r"url\((.{0,20})", text)) <= {"data:font/woff2;base"}
        if tag == "script":
            assert not re.search(r"fetch|XMLHttpRequest|import\b|WebSocket|sendBeacon|eval|https?:", text)


@pytest.mark.parametrize("name", CASES)
def test_html__every_link_has_its_target__and_every_target_one_name(page, name):
    found = page(name)
    assert len(found.ids) == len(set(found.ids))
    links = [attributes for attributes in found.links if "href" in attributes]
    assert links
    for attributes in links:
        assert attributes["href"].removeprefix("#") in found.ids, attributes


@pytest.mark.parametrize("name", CASES)
def test_html__every_figure_says_how_it_came_about(page, name):
    found = page(name)
    figures = [attributes for attributes in found.links if attributes.get("class", "").split()[:1] == ["fig"]]
    assert len(figures) >= 5
    for attributes in figures:
        assert attributes["href"].startswith("#x-")
        assert len(attributes["data-how"].splitlines()) >= 2, attributes


@pytest.mark.parametrize("name", CASES)
def test_html__is_well_formed(page, name):
    """Every element that needs an end has one, in the right order."""
    void = {"meta", "br", "input", "img", "hr", "col", "rect", "line", "circle", "path"}
    source = re.sub(r"<(script|style)>.*?</\1>", "", page(name).source, flags=re.DOTALL)
    open_tags: list[str] = []
    for slash, tag, empty in re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s(?:[^<>\"]|\"[^\"]*\")*?)?(/?)>", source):
        if slash:
            assert open_tags.pop() == tag, f"</{tag}>"
        elif not empty and tag.lower() not in void:
            open_tags.append(tag)
    assert open_tags == []


def test_html__foreign_words_are_words(page):
    """Titles, notes and claims of the case are text, never markup."""
    source = page("everything").source
    assert "<dropout>" not in source
    assert "<tag>" not in source
    assert "&lt;tag&gt;" in source


# --------------------------------------------------------------------------------------------------
# What the page says


@pytest.mark.parametrize("name", CASES)
def test_document__the_parts_of_the_total__are_in_one_unit(rendered, name):
    document = Document(lca.run(rendered(name) / "case.yaml", DATA))
    assert len({part.shown.unit for part in document.parts()}) <= 1


@pytest.mark.parametrize(
    ("unit", "each"),
    [
        *(("tokens", "token"), ("queries", "query"), ("batches", "batch"), ("training runs", "training run")),
        *(("EFLOP", "EFLOP"), ("FLOPS", "FLOPS"), ("process", "process"), ("analysis", "analysis"), ("Mtok", "Mtok")),
    ],
)
def test_intensity__is_per_one_of_what_is_delivered(account, unit, each):
    text = MINIMAL.replace("power: 0.3 kW", f"power: 0.3 kW, produces: {{count: 3, unit: {unit}}}")
    assert account(text).totals["intensity"].name == f"Footprint per {each}"


@pytest.mark.parametrize("name", CASES)
def test_document__the_parts_shown_are_the_whole_total(rendered, name):
    """Bars laid end to end reach the end: a part that is missing would be a total that nobody can check."""
    document = Document(lca.run(rendered(name) / "case.yaml", DATA))
    if document.inventory.value("total"):
        assert sum(part.share for part in document.parts()) == pytest.approx(1, rel=1e-9)


TOGETHER = """\
lca: 1
title: Two runs of own hardware in a rented room, one in the cloud
facilities:
  hall: {pue: 1.5, grid: {value: 400 gCO2e/kWh, boundary: generation}, upstream: 50 gCO2e/kWh, losses: 5 %}
  away: {location: "aws:eu-west-1"}
hardware:
  own: {count: 4, facility: hall, owned: colocated, embodied: 150 kgCO2e, lifetime: 4 years}
  rented: {count: 4, facility: away, embodied: 150 kgCO2e, lifetime: 4 years}
workloads:
  one: {kind: training, runs_on: own, duration: 10 h, energy: 40 kWh}
  two: {kind: training, runs_on: own, duration: 5 h, energy: 10 kWh}
  three: {kind: training, runs_on: rented, duration: 5 h, energy: 10 kWh}
"""


def test_tables__every_sum__is_a_figure_that_explains_itself(account):
    """Two runs share a cell of the table; own equipment draws 50 kWh at 0.4 kg, its room half as much."""
    inventory = account(TOGETHER)
    document = Document(inventory)
    cells = {(group.where, row.name): row.location for group in document.placements() for row in group.rows}
    assert all(cell and document.is_figure(cell.id) for cell in cells.values())
    totals = {id: inventory.value(id) for id in inventory.totals}
    assert totals["scope3.cat8.operational"] == pytest.approx(10)
    assert totals["scope3.cat3.upstream"] == pytest.approx(50 * 0.05)
    assert "8 kgCO2e + 2 kgCO2e" in document.how("scope3.cat8.operational")


def test_page__of_the_seed(rendered):
    text = " ".join(text_of(rendered("minimal") / "report.pdf"))
    for words in ("12 kWh", "18 kWh", "450 g/kWh", "1.5", "33 %", "Scope 2"):
        assert words in text.replace("\u202f", " "), words


def test_page__of_everything__names_what_a_reader_must_know(rendered):
    text = " ".join(text_of(rendered("everything") / "report.pdf")).replace("\u202f", " ")
    for words in (
        "location-based",
        "market-based",
        "Scope 2",
        "Scope 3, category 8",
        "Scope 3, category 1",
        "95 % interval",
        "Model card",
        "1 GWh",
        "Water on site",
        "GWP AR6",
        "Not verified",
        "assumed",
        "A note with",
    ):
        assert words in text, words


def test_page__of_a_modelled_grid__says_so__with_its_sum_its_year_and_its_error(rendered):
    """Germany 2023: 280.27 + 82.65 = 362.92 g, what is published."""
    text = " ".join(text_of(rendered("teenytinyllama-460m") / "report.pdf")).replace("\u202f", " ")
    for words in (
        "grid, generation, modelled",
        "280 g/kWh generation + 82.7 g/kWh upstream = 363 g/kWh published life cycle of DE 2023",
        "11 to 19 % too little into generation",
        "Our World in Data, Ember 2026",
        "losses: World Bank 2023",
        "EcoLogits, after WRI, 2026",
        "report not opened",
        "paper not opened",
        "beyond the minimum boundary of category 3(b)",
        "within the published range of plants",
        "no GWP applied by this tool",
        "113 kWh, 2.3 % less",
        "the processor at a constant power",
    ):
        assert words in text, words
    assert "Biogenic CO" in text


def test_page__with_contracts__says_what_stays_of_the_grid_average(rendered):
    text = " ".join(text_of(rendered("training-run") / "report.pdf"))
    assert "Upstream and losses are of the grid average on both bases" in text


@pytest.mark.parametrize(
    ("place", "potentials", "upstream", "told"),
    [
        # DESNZ prints its gases under AR5, which are weighed again; its upstream and losses stay as printed.
        ("GB", "GWP AR6 for single gases; other CO2e as published (AR5)", " (fuels)", "published"),
        ("US-CAMX", "GWP AR6 for single gases; other CO2e as published", " (fuels and plants)", "published"),
        ("FR", "CO2e as published; no GWP applied by this tool", " (fuels and plants)", "split"),
        ("CF", "CO2e as published; no GWP applied by this tool", " (fuels and plants)", "mix"),
    ],
)
def test_document__of_a_place__names_potentials__upstream__and_how_its_factor_came_about(
    case, place, potentials, upstream, told
):
    text = MINIMAL.replace("grid: 450 gCO2e/kWh", f"location: {place}").replace("title:", "gwp: AR6\ntitle:")
    document = Document(lca.run(case(text), DATA))
    assert document.gwp_words() == potentials
    assert document.upstream_words() == upstream
    assert [item.way for item in document.electricities()] == [told]
    assert document.biogenic_unknown() is (place != "CF")  # the Central African Republic: water alone


def test_document__of_a_declared_grid__claims_to_know_nothing_of_it(case):
    document = Document(lca.run(case(MINIMAL), DATA))
    assert (document.electricities(), document.upstream_words(), document.biogenic_unknown()) == ([], "", False)


@pytest.mark.parametrize(("claimed", "slug"), [("0.2 kWh", "claim-holds"), ("0.3 kWh", "claim-differs")])
def test_claims__the_page_and_the_finding__judge_alike(account, claimed, slug):
    """0.2 − 0.15 is 0.05000000000000002 in binary: what the last digit of 0.2 can hide."""
    claims = f"claims: [{{total: energy.it, value: {claimed}, source: card}}]\n"
    inventory = account(MINIMAL.replace("duration: 10 h, power: 0.3 kW", "energy: 0.15 kWh") + claims)
    (shown,) = Document(inventory).claims()
    assert slug in {found.slug for found in inventory.findings}
    assert shown.difference == ("" if slug == "claim-holds" else "50 % less")


def test_page__what_is_doubtful_about_a_record__is_on_the_sheet(tmp_path, command):
    needs_pango()
    seconds = [*range(60), *range(600, 660)]
    rows = [
        f"2025/03/02 10:{s // 60:02}:{s % 60:02}, 0, NVIDIA A100, {'[N/A]' if s == 30 else '1500.00'}" for s in seconds
    ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["timestamp, index, name, power.draw", *rows, ""]), encoding="utf-8")
    ran = command("audit", log, "--device", "a100-80gb", "--location", "FR", "--to", tmp_path / "out")
    assert ran.status == 0, ran.err
    text = " ".join(text_of(tmp_path / "out" / "report.pdf")).replace("\u202f", " ")
    for words in (
        "Warnings: ",
        "1 more in the HTML page",
        "the record is silent for 9.02 min",
        "samples without power",
        "above the rated power",
    ):
        assert words in text, words
    assert "names no unit" not in text  # that which seldom moves a number is left to the HTML page first


def test_page__without_a_period__says_of_what_year_the_grid_is(tmp_path, command):
    needs_pango()
    flags = ("--device", "h100-sxm", "--count", "8", "--duration", "2 h", "--utilisation", "85 %", "--location", "FR")
    assert command("audit", *flags, "--to", tmp_path).status == 0
    assert "no period, grid factors of 20" in " ".join(text_of(tmp_path / "report.pdf"))
    assert "Year of the factors: 20" in command("assumptions", tmp_path / "case.yaml").out


def test_page__of_a_run_that_delivers_something__has_it_per_unit(rendered):
    text = " ".join(text_of(rendered("training-run") / "report.pdf"))
    for words in ("Footprint per training run", "SCI per training run", "Footprint per device-hour"):
        assert words in text


@pytest.mark.parametrize("name", CASES)
def test_page__never_shows_a_number_that_is_none(rendered, name):
    text = (rendered(name) / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r"\b(nan|inf|Undefined)\b|\bNone\b(?! is)|\{\{|\}\}|−0\b(?![.,])", text)


def test_model_card__the_block_of_a_model_card_in_grams(rendered):
    """https://huggingface.co/docs/hub/model-cards-co2: emissions in grams of CO2eq."""
    block = yaml.safe_load((rendered("minimal") / "model-card.yaml").read_text(encoding="utf-8"))["co2_eq_emissions"]
    assert float(block["emissions"]) == 8100
    assert set(block) == {"emissions", "source", "geographical_location", "hardware_used"}  # nobody said pre-training


def test_model_card__of_fine_tuning__says_so(account):
    assert Document(account(MINIMAL.replace("kind: training", "kind: fine-tuning"))).training_type() == "fine-tuning"


@pytest.mark.parametrize("name", CASES)
def test_model_card__of_any_case__can_be_read(rendered, name):
    block = yaml.safe_load((rendered(name) / "model-card.yaml").read_text(encoding="utf-8"))["co2_eq_emissions"]
    result = json.loads((rendered(name) / "result.json").read_text(encoding="utf-8"))
    (total,) = [total["value"] for total in result["totals"] if total["id"] == "total"]
    assert float(block["emissions"]) == pytest.approx(1000 * total, rel=0.06)
    assert all(block.values()) or name in ("minimal", "stated", "nothing", "huge", "tiny")


def test_methods__a_sentence_for_a_paper(rendered):
    text = (rendered("minimal") / "methods.txt").read_text(encoding="utf-8")
    tex = (rendered("minimal") / "methods.tex").read_text(encoding="utf-8")
    assert text.startswith("We estimate 8.1")
    assert " for the workload “" in text
    assert " for the workload ``" in tex
    assert "18\u202fkWh at the site" in text
    assert text.count("\n") == 1
    assert r"CO\textsubscript{2}e" in tex
    assert not re.search(r"(?<!\\)[%&#_]", tex)


# --------------------------------------------------------------------------------------------------
# The result as data


def test_result__form_and_units(rendered):
    result = json.loads((rendered("everything") / "result.json").read_text(encoding="utf-8"))
    assert result["schema"] == "lca-result/1"
    assert {"case", "versions", "totals", "lines", "figures", "decisions", "findings"} <= result.keys()
    wanted = {"energy": "kWh", "operational": "kgCO2e", "embodied": "kgCO2e", "total": "kgCO2e", "scope2": "kgCO2e"}
    for total in result["totals"]:
        unit = wanted.get(total["id"].partition(".")[0])
        assert unit in (None, total["unit"]), total
    units = {total["id"]: total["unit"] for total in result["totals"]}
    assert (units["water.site"], units["water.source"], units["device_hours"]) == ("L", "L", "h")


def test_result__every_id_can_be_followed(rendered):
    """Totals and lines name figures; figures name their inputs, down to what was given, at its place."""
    result = json.loads((rendered("everything") / "result.json").read_text(encoding="utf-8"))
    figures = {figure["id"]: figure for figure in result["figures"]}
    assert len(figures) == len(result["figures"])
    for item in (*result["totals"], *result["lines"]):
        assert figures[item["figure"]]["value"] == item["value"]
    for figure in figures.values():
        if "derived" in figure:
            assert all(id in figures for ids in figure["derived"]["inputs"].values() for id in ids)
            assert figure["derived"]["source"].partition("#")[0] in result["sources"]
        else:
            assert figure["given"]["place"]
            assert figure["given"]["quality"] in ("measured", "declared", "dataset", "assumed")


@pytest.mark.parametrize("name", CASES)
def test_result__lines_add_up_to_the_total(rendered, name):
    """Location-based lines and those of both bases, of the workload view."""
    result = json.loads((rendered(name) / "result.json").read_text(encoding="utf-8"))
    totals = {total["id"]: total["value"] for total in result["totals"]}
    for basis, id in (("location", "total"), ("market", "total.market")):
        if id in totals:
            lines = [
                line for line in result["lines"] if line["view"] == "workload" and line["basis"] in (basis, "both")
            ]
            assert sum(line["value"] for line in lines) == pytest.approx(totals[id], rel=1e-11), basis


def test_result__keeps_full_precision(rendered):
    result = json.loads((rendered("training-run") / "result.json").read_text(encoding="utf-8"))
    inventory = lca.run(rendered("training-run") / "case.yaml", DATA)
    assert {total["id"]: total["value"] for total in result["totals"]} == {
        id: inventory.value(id) for id in inventory.totals
    }


# --------------------------------------------------------------------------------------------------
# Any case: it is refused, or the page is whole


def amount(unit: str, least: float, most: float) -> some.SearchStrategy[Any]:
    """A quantity of a case, in short or with its range."""
    value = some.sampled_from([least, most]) | some.floats(least, most).map(lambda number: float(f"{number:.3g}"))
    short = value.map(lambda number: f"{number} {unit}".strip())
    spread = value.map(
        lambda number: {
            "value": f"{number} {unit}".strip(),
            "low": f"{number * 0.9} {unit}".strip() if number * 0.9 >= least else f"{least} {unit}".strip(),
            "high": f"{number * 1.2} {unit}".strip(),
            "quality": "measured",
        }
    )
    return short | spread


def table(**fields: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
    """A section with some of the fields."""
    return some.fixed_dictionaries({}, optional=fields)


def one_of(*words: str) -> some.SearchStrategy[str]:
    return some.sampled_from(words)


CONTRACT = some.fixed_dictionaries(
    {
        "name": one_of("wind", "sun"),
        "kind": one_of("ppa", "certificate"),
        "factor": amount("gCO2e/kWh", 0, 50),
        "covers": amount("%", 0, 50),
    }
)
FACILITY = table(
    pue=amount("", 1, 3),
    wue=amount("L/kWh", 0, 5),
    grid=amount("gCO2e/kWh", 0, 900) | some.just({"value": "60 gCO2e/kWh", "boundary": "generation"}),
    upstream=amount("gCO2e/kWh", 0, 90),
    losses=amount("%", 0, 40),
    residual_mix=amount("gCO2e/kWh", 0, 900),
    scarcity=amount("", 0, 50),
    instruments=some.lists(CONTRACT, max_size=2),
    refrigerants=some.just([{"gas": "SF6", "released": "0.2 kg"}]),
)
HARDWARE = table(
    host=one_of("server/dgx-a100", "server/generic"),
    owned=one_of("owned", "leased", "colocated", "cloud"),
    control=one_of("operational", "none"),
    lifetime=amount("years", 1, 9),
    power=amount("W", 1, 900),
    idle_power=amount("W", 0, 90),
    host_power=amount("W", 0, 300),
    per_node=amount("", 1, 8),
    memory=amount("GB", 1, 2000),
    embodied=amount("kgCO2e", 0, 900),
    host_embodied=amount("kgCO2e", 0, 6000),
    lifetime_utilisation=amount("%", 1, 100),
    reserved=amount("%", 1, 100),
)
ENERGY = some.one_of(
    *(
        some.fixed_dictionaries({key: amount(unit, 0, most)})
        for key, unit, most in (
            ("power", "W", 900),
            ("utilisation", "%", 100),
            ("energy", "kWh", 5e5),
            ("accelerator_energy", "kWh", 5e5),
            ("site_energy", "MWh", 50),
            ("operational", "tCO2e", 5),
        )
    )
)
WORKLOAD = table(
    measured_at=one_of("accelerators", "node", "site"),
    embodied=amount("kgCO2e", 0, 99),
    produces=some.lists(
        some.fixed_dictionaries({"count": amount("", 0.5, 1e6), "unit": one_of("EFLOP", "image & <text>")}), max_size=2
    ),
)


@some.composite
def cases(draw: some.DrawFn) -> dict[str, Any]:
    """Up to two facilities with hardware, up to three workloads, each of its own energy and of some fields."""
    places, names = ("FR", "US-CAMX", "GB", "aws:eu-west-3", "azure:uksouth"), ("a", "b")[: draw(some.integers(1, 2))]
    devices = some.sampled_from([{}, {"device": "h100"}, {"device": "gpu/nvidia-a100-sxm4-80gb"}, {"device": "T4"}])
    return {
        "lca": 1,
        "title": "Any case",
        "period": {"start": "2024-01-01", "end": "2024-03-01"},
        "gwp": draw(one_of("AR4", "AR5", "AR6", "AR6-7SM7")),
        "facilities": {name: {"location": draw(one_of(*places)), **draw(FACILITY)} for name in names},
        "hardware": {
            name: {"facility": name, "count": draw(some.integers(1, 9999)), **draw(devices), **draw(HARDWARE)}
            for name in names
        },
        "workloads": {
            f"run-{position}": {
                "kind": "training",
                "runs_on": draw(some.sampled_from(names)),
                "duration": draw(amount("h", 0.01, 9000)),
                **draw(ENERGY),
                **draw(WORKLOAD),
            }
            for position in range(draw(some.integers(1, 3)))
        },
        "conventions": {"memory_power": draw(one_of("codecarbon", "boavizta", "green-algorithms"))},
    }


def in_a_row(inventory: lca.Inventory, basis: str) -> float:
    lines = [line for line in inventory.lines if line.view == "workload" and line.basis in (basis, "both")]
    return math.fsum(inventory.value(line.figure) or 0.0 for line in lines)


@pytest.mark.slow
@settings(max_examples=60, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(cases())
def test_any_case__is_refused__or_the_page_is_whole(tmp_path_factory, written):
    """No crash; every id means one figure; lines and parts add up; every link leads somewhere; no number is none."""
    path = tmp_path_factory.mktemp("any") / "case.yaml"
    path.write_text(json.dumps(written), encoding="utf-8")  # every JSON is YAML
    inventory = lca.run(path, DATA)
    if inventory.failed:
        assert inventory.totals == {}
        return
    document = Document(inventory)
    ids = [figure.id for figure in walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)])]
    assert len(ids) == len(set(ids)), {id for id in ids if ids.count(id) > 1}
    total = inventory.value("total")
    assert in_a_row(inventory, "location") == pytest.approx(total, rel=1e-9, abs=1e-9)
    if "total.market" in inventory.totals:
        assert in_a_row(inventory, "market") == pytest.approx(inventory.value("total.market"), rel=1e-9, abs=1e-9)
    assert not total or sum(part.share for part in document.parts()) == pytest.approx(1, rel=1e-9)
    json.loads(formats.text(formats.result(inventory, "0", document.analysis)))
    words = outline.context(inventory, document, "Audit")
    source = screen.page("audit/page.html.j2", {**words, "medium": "screen"})
    anchors = re.findall(r' id="([^"]+)"', source)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', source)) <= set(anchors)
    shown = re.sub(r"<(script|style)>.*?</\1>", "", source, flags=re.DOTALL)
    assert not re.search(r"\b(nan|inf|None|Undefined)\b|\{\{", shown)


# --------------------------------------------------------------------------------------------------
# Numbers as a reader sees them


@pytest.mark.parametrize(
    ("value", "half_width", "text"),
    [
        (5.78202, 1.9, "5.8"),  # to a tenth of the leading digit of its half width
        (5.78202, 0.19, "5.78"),
        (57_378.68, 13_000, "57\u202f000"),
        (123.456, 0.0001, "123.5"),  # never more than four digits
        (5.78202, None, "5.78"),  # else three
        (0.000123456, None, "0.000123"),
        (12_345.6, None, "12\u202f300"),
        (1234.5, None, "1230"),
        (0.99996, None, "1.00"),
        (999.96, None, "1000"),
        (12.0, None, "12"),  # a whole number is not made finer than it is
        (-3.14159, None, "−3.14"),
        (0.0, None, "0"),
        (0.0, 3.0, "0"),
        (-0.3, 20, "0"),
    ],
)
def test_rounded__by_its_uncertainty(value, half_width, text):
    assert numbers.rounded(value, half_width) == text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (539_000, "kgCO2e", (539, "t CO₂e")),
        (8.1, "kgCO2e", (8.1, "kg CO₂e")),
        (0.45, "kgCO2e", (0.45, "kg CO₂e")),
        (0.045, "kgCO2e", (45, "g CO₂e")),
        (2.5e6, "kgCO2e", (2.5, "kt CO₂e")),
        (1500, "kWh", (1.5, "MWh")),
        (0.02, "kWh", (20, "Wh")),
        (1e-3, "kgCO2e/kWh", (1, "g/kWh")),
        (0, "kgCO2e", (0, "kg CO₂e")),
    ],
)
def test_scale_of__the_unit_in_which_a_number_reads_best(value, unit, shown):
    divisor, name = numbers.scale_of(value, unit)
    assert (pytest.approx(value / divisor), name) == shown


@pytest.mark.parametrize("name", CASES)
def test_shown__never_more_than_four_digits(rendered, name):
    document = Document(lca.run(rendered(name) / "case.yaml", DATA))
    for id in document.inventory.totals:
        shown = document.figure(id)
        digits = re.sub(r"[^0-9]", "", shown.value).lstrip("0")
        assert len(digits.rstrip("0")) <= 4, (id, shown.value)


@pytest.mark.parametrize(("hours", "text"), [(8760, "1 year"), (17520, "2 years"), (9636, "1.10 years")])
def test_lifetime__of_one_year__is_singular(hours, text):
    lifetime = Figure("lifetime", "Lifetime", "h", Given(hours, Place("case.yaml"), "declared"))
    assert numbers.shown(lifetime, "lifetime", hours).text.replace(numbers.NARROW, " ") == text
