"""Every number answers when asked where it comes from, down to a file and a line that say so."""

from __future__ import annotations

import csv
import html
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

import lca
from lca import explain, measurements, units
from lca.datasets import Datasets
from lca.figure import Derived, Figure, Given, walk
from lca.inventory import Inventory
from lca.report.document import Document
from lca.report.numbers import anchor

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path.parent.name for path in (ROOT / "reports").glob("*/case.yaml"))
CASES = [*EXAMPLES, "everything"]
DATA = Datasets()

SEED = """\
lca: 1
title: Ten hours on four devices
facilities:
  hall: {pue: 1.5, grid: 450 gCO2e/kWh}
hardware:
  gpus: {count: 4, facility: hall}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}
"""


LOCATED = SEED.replace("facilities:", "period: {start: 2024-03-02, end: 2024-03-04}\nfacilities:").replace(
    "grid: 450 gCO2e/kWh", "location: FR"
)


@pytest.fixture(scope="module")
def paths(everything):
    return {**{name: ROOT / "reports" / name / "case.yaml" for name in EXAMPLES}, "everything": everything}


@pytest.fixture(scope="module")
def inventories(paths) -> dict[str, Inventory]:
    return {name: lca.run(path, DATA) for name, path in paths.items()}


def tree(inventory: Inventory) -> list[Figure]:
    return list(walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)]))


# --------------------------------------------------------------------------------------------------
# In words


def test_lines__of_the_seed__from_the_total_to_what_was_written(account):
    """10 h × 4 × 0.3 kW = 12 kWh, × 1.5 = 18 kWh, × 0.45 kg = 8.1 kg."""
    said = "\n".join(explain.lines(explain.explain(account(SEED), "operational")))
    for words in (
        "C_loc = E_site × f",
        "= 18 kWh × 0.45 kgCO2e/kWh",
        "= 8.1 kgCO2e",
        "E_site = E_it × PUE",
        "= 12 kWh × 1.5",
        "E_acc = P × t_dev",
        "= 0.3 kW × 40 h",
        "t_dev = n × t",
        "= 4 × 10 h",
        "declared by the case",
        "at case.yaml:4:15",
        "at case.yaml:4:26; written 450 gCO2e/kWh",
        "at case.yaml:8:63",
    ):
        assert words in said, words


def test_lines__what_was_explained_above__is_not_explained_again(account):
    text = SEED.replace("facility: hall}", "facility: hall, owned: colocated}")
    said = list(explain.lines(explain.explain(account(text), "total")))
    assert sum("[facilities.hall.grid]" in line for line in said) == 2
    assert sum("[facilities.hall.grid]" in line and "(as above)" in line for line in said) == 1


def test_find__an_id_nearly_right__names_the_right_one(account):
    with pytest.raises(KeyError, match=r"no figure is called `energy.sit`; did you mean `energy.site`"):
        explain.find(account(SEED), "energy.sit")


def test_told__a_decision__with_all_that_it_took(account):
    """The mix of a country is one choice of many figures; whose the hardware is, one of none."""
    inventory = account(LOCATED)
    mix = list(explain.told(inventory, "facilities.hall.mix"))
    assert mix[0].startswith("Electricity generation of France [facilities.hall.mix]: ember-2026:FR:2024")
    assert mix[1] == "    taken: Published for FR, 2024."
    took = next(item for item in inventory.decisions if item.id == "facilities.hall.mix").figures
    assert len(took) > 5
    for figure in took:
        assert any(f"[{figure.id}]" in line for line in mix)
    owned = "\n".join(explain.told(inventory, "hardware.gpus.owned"))
    assert "owned" in owned
    assert "The case does not say" in owned
    for item in inventory.decisions:
        assert list(explain.told(inventory, item.id))


def test_explain__equal_symbols__are_told_apart(account):
    text = SEED + "  more: {kind: training, runs_on: gpus, duration: 5 h, power: 0.3 kW}\n"
    whole = explain.explain(account(text), "energy.it")
    assert whole.formula == "E_it₁ + E_it₂" or re.fullmatch(r"(\S+)₁ \+ \1₂", whole.formula)
    assert whole.numbers == "12 kWh + 6 kWh"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8.1, "8.1"),
        (12.0, "12"),
        (0.0, "0"),
        (57378.6789699, "57\u202f378.7"),
        (1234567.8, "1\u202f234\u202f568"),
        (-0.25, "−0.25"),
        (0.000123456789, "0.000123457"),
        (1.5e-7, "1.5×10^-7"),
        (2e12, "2×10^12"),
        (None, "unknown"),
    ],
)
def test_number__six_digits__thousands_apart(value, text):
    assert explain.number(value) == text


# --------------------------------------------------------------------------------------------------
# Every figure


@pytest.mark.parametrize("name", CASES)
def test_find__every_total_and_every_figure__by_its_id(inventories, name):
    inventory = inventories[name]
    for id, figure in inventory.totals.items():
        assert explain.find(inventory, id) is figure
    for figure in walk(inventory.totals.values()):
        assert explain.find(inventory, figure.id) is figure, figure.id


@pytest.mark.parametrize("name", CASES)
def test_page__every_id_that_it_shows_or_links__answers_to_explain(inventories, name):
    """As rendered now: what the page calls `x-…` is a figure, or a total, of the inventory."""
    inventory = inventories[name]
    document = Document(inventory)
    anchors = {anchor(figure.id) for figure in walk(inventory.totals.values())}
    anchors |= {anchor(id) for id in inventory.totals}
    assert len(anchors) >= len(inventory.totals)
    for entry in document.explained():
        assert explain.find(inventory, entry.figure.id) is entry.figure
    for kept in (ROOT / "reports").glob(f"{name}/report.html"):
        source = kept.read_text(encoding="utf-8")
        assert set(re.findall(r'(?:id|data-same|href)="#?(x-[^"]+)"', source)) <= anchors
        shown = {html.unescape(id) for id in re.findall(r'<span class="id">([^<]+)</span>', source)}
        figures = shown - {found.slug for found in inventory.findings} - set(inventory.sources)
        assert {figure.id for figure in walk(inventory.totals.values())} <= figures
        for id in figures:
            explain.find(inventory, id)


def test_explain__in_the_command__every_total_and_every_figure(command, paths, inventories):
    path, inventory = paths["teenytinyllama-460m"], inventories["teenytinyllama-460m"]
    for id in inventory.totals:
        ran = command("explain", path, id)
        assert ran.status == 0, ran.err
        assert ran.out.startswith(inventory.totals[id].name)


@pytest.mark.parametrize("name", CASES)
def test_explain__numbers_in_the_formula_give_the_value(inventories, name):
    """What is shown is rounded to six digits; a reader's calculator agrees to five."""
    inventory = inventories[name]
    for entry in explain.register(inventory):
        if not entry.formula or " − " in entry.formula or " more … " in entry.formula:
            continue  # a difference loses digits, and of a long sum only some terms are shown
        wanted = inventory.value(entry.figure)
        assert wanted is not None
        assert _calculated(entry.numbers) == pytest.approx(wanted, rel=2e-5, abs=1e-9), entry.numbers


def _calculated(numbers: str) -> float:
    """What a calculator makes of `18 kWh × 0.45 kgCO2e/kWh`: units left out, ∕ divides, brackets hold."""
    text = numbers.removeprefix("Σ ").replace("\u202f", "").replace("−", "-")
    text = re.sub(r"(\d)×10\^(-?\d+)", r"\1e\2", text)
    text = re.sub(r"(?<=\d) (?:1/)?[A-Za-z][\w/*]*", "", text)
    text = text.replace("×", "*").replace("∕", "/").replace("√", "root")
    assert re.fullmatch(r"(?:[\d.e+\-*/() ]|exp\(|root\(|least\(|most\(|, )+", text), numbers
    return float(eval(text, {"__builtins__": {}, "exp": math.exp, "root": math.sqrt, "least": min, "most": max}))


# --------------------------------------------------------------------------------------------------
# Down to the place


def line_at(given: Given, case: Path) -> str:
    """The line that a leaf's place names: of the data sets, or of a file beside the case."""
    home = ROOT if given.place.file.startswith("datasets/") else case.parent
    path = home / given.place.file
    assert path.is_file(), given.place
    if given.place.line == 0:
        return ""
    return path.read_text(encoding="utf-8").splitlines()[given.place.line - 1]


@pytest.mark.parametrize("name", CASES)
def test_leaves__have_a_place_that_holds_their_value(inventories, paths, name):
    """The line of a data set holds the number that was taken; the line of the case holds it at that column."""
    for figure in tree(inventories[name]):
        given = figure.reason
        if not isinstance(given, Given):
            continue
        line = line_at(given, paths[name])
        if given.quality in ("measured", "assumed") and given.place.line == 0:
            assert given.source == given.place.file  # a record is read as a whole; `page` names rows and columns
            assert given.page
            continue
        assert given.written, figure
        assert line, f"{figure} at {given.place}"
        if given.place.file.startswith("datasets/"):
            assert given.source
            assert given.written.partition(" ")[0] in re.split(r'[,\s:{}"]+', line), f"{given.written} not in {line}"
        else:
            assert line[given.place.column - 1 :].lstrip("'\"").startswith(given.written), f"{given.place}: {line}"


@pytest.mark.parametrize("name", CASES)
def test_leaves__of_the_data_sets__are_the_cell_converted_exactly(inventories, name):
    """The row is read again here, by another program: value × unit of the cell is the value of the leaf."""
    for figure in tree(inventories[name]):
        given = figure.reason
        if isinstance(given, Given) and given.place.file.endswith(".csv") and given.place.file.startswith("datasets/"):
            path = ROOT / given.place.file
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            row = rows[given.place.line - 2]
            of_a_gas = "/gwp/" in f"/{given.place.file}"  # per kilogram of a gas, whose group is the kind of the figure
            column = figure.id.partition("#")[2] or "value"  # of measured inference the columns beside it count too
            unit = row["unit"] if column == "value" else measurements.UNITS[column, path.parent.name]
            factor = 1 if of_a_gas else units.factor(unit or "1", _plain(figure.unit))
            value = Fraction(row[column]) * factor
            assert given.value == float(value), figure
            assert given.source == row["source"]


def _plain(unit: str) -> str:
    return units.plain(unit) if unit != "kWh_site/kWh_it" else "1"


@pytest.mark.parametrize("name", CASES)
def test_figures__cite_a_source_of_the_bibliography__or_the_case_itself(inventories, paths, name):
    for figure in tree(inventories[name]):
        reason = figure.reason
        if isinstance(reason, Derived):
            assert reason.equation.source.partition("#")[0] in DATA.sources, reason.equation.name
        elif reason.place.file.startswith("datasets/"):
            assert reason.source in DATA.sources, figure
            assert reason.quality in ("dataset", "assumed", "declared"), figure
        elif reason.source and (paths[name].parent / reason.source).exists():
            assert reason.quality in ("measured", "declared") or reason.attributes.get("estimated") == "1"


@pytest.mark.parametrize("name", CASES)
def test_explanations__are_complete_sentences_of_who_says_so(inventories, name):
    inventory = inventories[name]
    for entry in explain.register(inventory):
        assert entry.value
        assert entry.source, entry.figure
        assert not re.match(r"[a-z0-9-]+$", entry.source) or entry.quality, f"{entry.figure}: a key is no title"
        if entry.formula:
            assert entry.symbol
            assert len(entry.inputs) == len(entry.figure.inputs)
        else:
            assert entry.place
