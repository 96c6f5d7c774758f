"""The workbook, computed again by LibreOffice from formulas alone: it is the engine, and follows a changed cell."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

import lca
from lca import expression as maths
from lca.compute import evaluate
from lca.figure import Derived, Figure, Given
from lca.report import xlsx
from lca.report.formulas import LONGEST
from lca.report.workbook import workbook

REPORTS = Path(__file__).resolve().parent.parent / "reports"
OFFICE = shutil.which("soffice")
EPOCH = datetime.fromtimestamp(0, UTC)
NEAR = 1e-9

needs_office = pytest.mark.skipif(
    OFFICE is None, reason="LibreOffice is not installed (Debian: apt-get install libreoffice-calc-nogui)"
)

LEDGER = """\
lca: 1
title: A year of twelve hundred rides
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control, country: FR}
activities:
  ledger: ledger.csv
"""
RIDES = "kind,name,month,mode,amount [km],factor\n" + "".join(
    f"travel,Visit {row},2025-{row % 12 + 1:02},taxi,{row + 1},0.{row % 7 + 1} kgCO2e/km\n" for row in range(1200)
)

HOSTILE = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x.example","y")', "\t=1+1", "=cmd|' /C calc'!A0")
INERT = """\
lca: 1
title: "=1+1"
period: {start: 2025-01-01, end: 2025-12-31}
facilities:
  site: {location: FR, pue: {value: 1.25, note: "@SUM(A1)", source: "=HYPERLINK(\\"http://x.example\\",\\"y\\")"}}
hardware:
  gpus: {device: h100-sxm, count: {value: 8, note: "=cmd|' /C calc'!A0"}, facility: site}
workloads:
  "=1+1": {title: "+1+1", kind: training, runs_on: gpus, duration: 10 h, energy: {value: 60 kWh, note: "-1+1"}}
"""


@dataclass(frozen=True)
class Book:
    """A workbook as written, what LibreOffice makes of its formulas alone, and what the engine says."""

    inventory: lca.Inventory
    content: bytes
    values: dict[Figure, Any]
    changed: Figure | None = None


def book(inventory: lca.Inventory, id: str = "", factor: float = 2.0) -> Book:
    """A workbook, perhaps with one leaf to be changed in it by a factor."""
    content = workbook(inventory, "0", EPOCH)
    leaf = next((figure for figure in inventory.values if figure.id == id), None)
    if not leaf:
        assert not id
        return Book(inventory, content, dict(inventory.values))
    assert isinstance(leaf.reason, Given)
    assert leaf.reason.value
    return Book(inventory, content, evaluate(inventory.values, {leaf: factor * leaf.reason.value}), leaf)


def recalculated(books: dict[str, Path], to: Path) -> dict[str, Any]:
    """What LibreOffice computes; the files hold no value of any formula, since openpyxl writes none."""
    profile = f"-env:UserInstallation={(to / 'profile').as_uri()}"
    command = [OFFICE or "", "--headless", profile, "--convert-to", "xlsx", "--outdir", str(to / "out")]
    done = subprocess.run(
        [*command, *map(str, books.values())], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return {name: openpyxl.load_workbook(to / "out" / path.name, data_only=True) for name, path in books.items()}


def rows(sheet: Any) -> Iterator[dict[str, Any]]:
    """The rows of a sheet by the heads of its columns."""
    heads = [cell.value for cell in sheet[xlsx.HEADER]]
    for cells in sheet.iter_rows(min_row=xlsx.HEADER + 1, values_only=True):
        yield dict(zip(heads, cells, strict=True))


def names(content: Any) -> dict[str, tuple[str, str]]:
    """Where each name of a workbook lies, by the id of its figure: sheet and cell."""
    return {
        row["Id"]: (sheet, f"{letter(content[sheet], 'Value')}{position}")
        for sheet in ("Inputs", "Factors", "Figures")
        for position, row in enumerate(rows(content[sheet]), xlsx.HEADER + 1)
    }


def letter(sheet: Any, head: str) -> str:
    return next(str(cell.column_letter) for cell in sheet[xlsx.HEADER] if cell.value == head)


def opened(content: bytes, to: Path, **options: Any) -> Any:
    to.write_bytes(content)
    return openpyxl.load_workbook(to, **options)


CHANGES = {
    "training-run": ["", "ember-2026:FR:2025", "facilities.lyon.pue"],
    "annual-2025": ["", "ember-2026:US:2023", "activities.travel.long-haul.amount"],
}
KEYS = [f"{report} {id}".strip() for report, ids in CHANGES.items() for id in ids]


@pytest.fixture(scope="module")
def inventories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, lca.Inventory]:
    folder = tmp_path_factory.mktemp("ledger")
    (folder / "ledger.csv").write_text(RIDES, encoding="utf-8")
    (folder / "case.yaml").write_text(LEDGER, encoding="utf-8")
    made = {report: lca.run(REPORTS / report / "case.yaml") for report in CHANGES}
    made["ledger"] = lca.run(folder / "case.yaml")
    assert not any(inventory.failed for inventory in made.values())
    return made


@pytest.fixture(scope="module")
def books(inventories: dict[str, lca.Inventory]) -> dict[str, Book]:
    made = {f"{report} {id}".strip(): book(inventories[report], id) for report, ids in CHANGES.items() for id in ids}
    with pytest.MonkeyPatch.context() as small:  # every formula in the smallest cells that it can be cut into
        small.setattr("lca.report.formulas.ARGUMENTS", 1)
        small.setattr("lca.report.formulas.LONGEST", 40)
        small_cells = book(inventories["training-run"])
    return {**made, "ledger": book(inventories["ledger"]), "small cells": small_cells}


@pytest.fixture(scope="module")
def computed(books: dict[str, Book], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("office")
    written: dict[str, Path] = {}
    for name, made in books.items():
        path = written[name] = folder / f"{len(written)}.xlsx"
        content = opened(made.content, path)
        if made.changed:
            sheet, cell = names(content)[made.changed.id]
            content[sheet][cell].value = made.values[made.changed]
        content.save(path)
    wiped = openpyxl.load_workbook(written["training-run"], data_only=True)
    assert all(row["Value"] is None for sheet in ("Figures", "Lines", "Totals") for row in rows(wiped[sheet]))
    path = written["powers"] = folder / "powers.xlsx"
    powers(path)
    openpyxl.load_workbook(path).save(path)
    return recalculated(written, folder)


COUNTS = sorted({2**power + more for power in range(35) for more in (-1, 0, 1)} - {0})
"""Beyond, the logarithm of a count and of the next are the same to a spreadsheet."""


def powers(path: Path) -> None:
    """The least power of two that is not below a count, as formulas."""
    spelt = maths.cell(maths.Call("power_of_two", (maths.Symbol("n"),)), {})
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for row, count in enumerate(COUNTS):
            sheet.write_number(row, 0, count)
            sheet.write_formula(row, 1, "=" + re.sub(r"\bn\b", f"A{row + 1}", spelt))


def near(value: object, wanted: float | None) -> bool:
    return value == pytest.approx(wanted, rel=NEAR, abs=1e-300)


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("name", [*KEYS, "ledger", "small cells"])
def test_recalculated__every_figure_line_and_total_is_the_engines(name, books, computed):
    made, content = books[name], computed[name]
    by_id = {figure.id: value for figure, value in made.values.items()}
    figures = {row["Id"]: row["Value"] for row in rows(content["Figures"])}
    assert figures.keys() == {figure.id for figure in made.values if isinstance(figure.reason, Derived)}
    assert {id: value for id, value in figures.items() if not near(value, by_id[id])} == {}

    lines = list(rows(content["Lines"]))
    assert len(lines) == len(made.inventory.lines)
    for row, line in zip(lines, made.inventory.lines, strict=True):
        assert near(row["Value"], made.values[line.figure]), line

    totals = list(rows(content["Totals"]))
    listed = {row["Total of the tree"]: row["Value"] for row in totals if row["View"] is None}
    assert listed.keys() == made.inventory.totals.keys()
    for id, figure in made.inventory.totals.items():
        assert near(listed[id], made.values[figure]), id
    for row in totals:
        if row["Tree"] is not None:
            wanted = made.values[made.inventory.totals[row["Total of the tree"]]]
            assert near(row["Value"], wanted), row["Total"]
            assert near(row["Tree"], wanted), row["Total"]


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("name", [key for key in KEYS if " " in key])
def test_changed_cell__moves_the_total_and_is_said_to(name, books, computed):
    made = books[name]
    main = made.inventory.totals[made.inventory.main]
    assert abs(made.values[main] - (made.inventory.value(main) or 0)) > 1e-3 * abs(made.values[main])
    row = next(row for row in rows(computed[name]["Totals"]) if row["Total of the tree"] == made.inventory.main)
    assert row["Difference"] == pytest.approx(made.values[main] - row["Engine"], rel=1e-6)


@needs_office
@pytest.mark.slow
def test_difference__as_written__is_rounding(computed):
    for name in (*CHANGES, "ledger"):
        said = {row[0].value: row[1].value for row in computed[name]["Read me"].iter_rows()}
        assert 0 <= said["Largest relative difference"] < 1e-12
        for sheet in ("Figures", "Lines", "Totals"):
            assert all(abs(row["Relative"]) < 1e-12 for row in rows(computed[name][sheet]))


@needs_office
@pytest.mark.slow
def test_power_of_two__in_cells__is_the_engines(computed):
    found = {row[0].value: row[1].value for row in computed["powers"].active.iter_rows()}
    assert {count: value for count, value in found.items() if value != maths.power_of_two(count)} == {}


# --------------------------------------------------------------------------------------------------


def test_sums_of_an_inventory__each_has_its_total_of_the_tree(inventories, tmp_path):
    content = opened(book(inventories["annual-2025"]).content, tmp_path / "book.xlsx", data_only=True)
    sums = [row for row in rows(content["Totals"]) if row["View"] == "inventory"]
    ids = {row["Total of the tree"] for row in sums}
    assert None not in {row["Tree"] for row in sums}
    assert ids >= {"scope1", "scope2.location", "scope2.market", "scope3", "scope3.market", "total.location"}
    assert ids >= {"total.market", "scope3.cat1", "scope3.cat15.market", "iso.1", "iso.5.market", "biogenic_co2"}


def test_values__are_there_without_recalculation(inventories, tmp_path):
    for report in CHANGES:
        inventory = inventories[report]
        content = opened(book(inventory).content, tmp_path / "book.xlsx", data_only=True)
        found = {row["Id"]: row["Value"] for name in ("Inputs", "Factors", "Figures") for row in rows(content[name])}
        assert found == pytest.approx({figure.id: value for figure, value in inventory.values.items()}, rel=1e-14)
        assert all(row["Value"] is not None for name in ("Lines", "Totals") for row in rows(content[name]))


CELL = r"\$?[A-Z]\$?\d+"
REFERENCE = rf"(?:(?:IN|EF|FG)_\d{{4,}}|(?:'(?:Terms|Lines|Figures)'!)?{CELL}(?::{CELL})?)"
FUNCTION = r"(?:SUMIFS|SUM|MAX|MIN|EXP|LN|SQRT|POWER|ROUNDUP|LOG|IF|ABS|NA)\("
FORMULA = re.compile(rf'=(?:{REFERENCE}|{FUNCTION}|"both"|[0-9]|[-+*/(),=])+')


def test_formulas__hold_names_ranges_and_functions_only__and_fit(books, tmp_path):
    for name, made in books.items():
        content = opened(made.content, tmp_path / "book.xlsx")
        formulas = [
            cell.value for sheet in content for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]
        assert len(formulas) > 3 * len(made.inventory.lines)
        assert [formula for formula in formulas if not FORMULA.fullmatch(formula)] == []
        assert max(map(len, formulas)) < LONGEST
        assert all(formula.count(",") < 255 for formula in formulas)
        if name == "small cells":
            of_figures = [cell.value for cell in content["Figures"]["I"] if cell.data_type == "f"]
            assert max(map(len, of_figures)) <= len("=POWER(2,ROUNDUP(LOG(MAX(1,'Terms'!$D$1000),2),0))")


def test_sum_of_more_than_a_function_takes__is_a_range_of_terms(books, tmp_path):
    content = opened(books["ledger"].content, tmp_path / "book.xlsx")
    total = next(row for row in rows(content["Figures"]) if row["Id"] == "total.location")
    assert re.fullmatch(r"=SUM\('Terms'!\$D\$5:\$D\$1204\)", total["Value"])
    assert content["Terms"].max_row == 1204  # the category, scope 3 and the total add up the very same rows


def test_leaves__stand_with_their_source(books, tmp_path):
    content = opened(books["training-run"].content, tmp_path / "book.xlsx")
    pue = next(row for row in rows(content["Inputs"]) if row["Id"] == "facilities.lyon.pue")
    grid = next(row for row in rows(content["Factors"]) if row["Id"] == "ember-2026:FR:2025")
    assert (pue["Quality"], pue["As written"], pue["Place"].partition(":")[0]) == ("declared", "1.25", "case.yaml")
    assert (grid["Region"], grid["Year"], grid["Licence"], grid["Row"]) == ("FR", "2025", "CC BY 4.0", grid["Id"])
    assert grid["Publisher"] == "Our World in Data, Ember 2026"
    assert grid["Low"] < grid["Value"] < grid["High"]
    given = [figure for figure in books["training-run"].values if isinstance(figure.reason, Given)]
    assert len(list(rows(content["Inputs"]))) + len(list(rows(content["Factors"]))) == len(given)


def test_names__lie_on_the_cells_and_look_like_none(books, tmp_path):
    content = opened(books["annual-2025"].content, tmp_path / "book.xlsx")
    for sheet in ("Inputs", "Factors", "Figures"):
        for position, row in enumerate(rows(content[sheet]), xlsx.HEADER + 1):
            assert re.fullmatch(r"(IN|EF|FG)_\d{4}", row["Cell"])
            place = f"'{sheet}'!${letter(content[sheet], 'Value')}${position}"
            assert content.defined_names[row["Cell"]].value.replace("'", "") == place.replace("'", "")


def test_sheets__can_be_read(books, tmp_path):
    content = opened(books["annual-2025"].content, tmp_path / "book.xlsx")
    assert content.sheetnames == ["Read me", "Inputs", "Factors", "Figures", "Terms", "Lines", "Totals"]
    for sheet in content:
        assert sheet.freeze_panes == f"A{xlsx.HEADER + 1}"
        assert len(sheet["A2"].value) > 60
        assert all(sheet.column_dimensions[cell.column_letter].width >= 7 for cell in sheet[xlsx.HEADER])
    for sheet in ("Inputs", "Factors"):
        column = content[sheet][letter(content[sheet], "Value")][xlsx.HEADER :]
        assert {cell.fill.fgColor.rgb for cell in column} == {"FF" + xlsx.YELLOW.removeprefix("#")}
    said = {row[0].value: row[1].value for row in content["Read me"].iter_rows()}
    assert said["Case"] == books["annual-2025"].inventory.case.title
    assert len(said["SHA-256 of case.yaml"]) == 64


def test_bytes__are_the_same_every_time(inventories, books):
    again = workbook(inventories["training-run"], "0", EPOCH)
    assert again == books["training-run"].content


def test_hostile_words__stay_text(account, tmp_path):
    content = opened(workbook(account(INERT), "0", EPOCH), tmp_path / "book.xlsx")
    cells = [cell for sheet in content for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert texts >= {"=1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","y")'}
    for cell in cells:
        if cell.data_type == "s" and cell.value[0] in "=+-@\t\r\n":
            assert cell.quotePrefix, cell.value
        assert cell.hyperlink is None
        assert cell.data_type != "f" or FORMULA.fullmatch(cell.value), cell.value


# --------------------------------------------------------------------------------------------------


def test_format__xlsx_comes_beside_the_usual_files(command, tmp_path):
    case = REPORTS / "training-run" / "case.yaml"
    ran = command("run", case, "--to", tmp_path / "all", "--format", "xlsx")
    assert ran.status == 0, ran.err
    usual = {"report.html", "report.pdf", "result.json", "model-card.yaml", "methods.txt", "methods.tex"}
    assert {path.name for path in (tmp_path / "all").iterdir()} | {"report.pdf"} == usual | {"workbook.xlsx"}
    assert f"written: {tmp_path / 'all' / 'workbook.xlsx'}" in ran.out


@pytest.mark.parametrize(
    ("formats", "files"),
    [
        (("json",), {"result.json"}),
        (("html",), {"report.html"}),
        (("html", "xlsx", "json"), {"report.html", "result.json", "workbook.xlsx"}),
    ],
)
def test_format__of_the_usual_files_those_named(formats, files, command, tmp_path):
    case = REPORTS / "training-run" / "case.yaml"
    ran = command("run", case, "--to", tmp_path / "some", *(word for name in formats for word in ("--format", name)))
    assert ran.status == 0, ran.err
    assert {path.name for path in (tmp_path / "some").iterdir()} == files


def test_format__without_a_folder(command):
    ran = command("run", REPORTS / "training-run" / "case.yaml", "--format", "xlsx")
    assert (ran.status, ran.err) == (2, "lca run: --format says what to write; say where with --to DIR\n")


def test_format__xlsx_without_xlsxwriter__says_what_to_install(command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ran = command("run", REPORTS / "training-run" / "case.yaml", "--to", tmp_path / "none", "--format", "xlsx")
    assert ran.status == 1
    assert "XlsxWriter is missing. Install it with\n    pip install 'lca-toolkit[excel]'" in ran.err
    assert not (tmp_path / "none").exists()


def test_more_rows_than_a_sheet__is_refused(books, monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 100)
    with pytest.raises(xlsx.TooLarge, match="The sheet Figures would have 124 rows"):
        workbook(books["training-run"].inventory, "0", EPOCH)
