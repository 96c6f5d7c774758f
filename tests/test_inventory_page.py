"""The page of an organisation: what its tables say is what the inventory holds."""

from __future__ import annotations

from pathlib import Path

import pytest

import lca
from lca.assumptions import register
from lca.datasets import Datasets
from lca.figure import Figure
from lca.report.document import Document
from lca.report.html import gases
from lca.report.numbers import NARROW, fixed

EXAMPLE = Path(__file__).resolve().parent.parent / "reports" / "annual-2025" / "case.yaml"


@pytest.fixture(scope="module")
def year():
    return lca.run(EXAMPLE, Datasets())


@pytest.fixture(scope="module")
def document(year):
    return Document(year)


def test_gases__add_up_to_scope_1__each_by_its_own_name(year, document):
    rows = document.organisation.gases()
    assert [row.name for row in rows] == ["CO2, fossil", "CH4", "N2O", "HFCs", "SF6"]
    assert sum(year.value(row.emissions.id) for row in rows) == pytest.approx(year.value("scope1"), rel=1e-12)
    assert year.value("scope1.SF6.mass") == pytest.approx(0.6)


def test_sums__take_no_name_from_their_first_line(year):
    named: dict[str, Figure] = {
        id: figure for id, figure in year.totals.items() if id.startswith(("scope", "biogenic"))
    }
    lines = {line.figure.name.casefold() for line in year.lines if line.view == "inventory" and line.scope != 2}
    assert not [id for id, figure in named.items() if figure.name.rpartition(": ")[2].casefold() in lines]


def test_supplies__of_scope_2__are_products_that_add_up_to_it(year, document):
    rows = [row for row in document.organisation.supplies() if row.category == "2"]
    for basis, factor in (("location", "location_factor"), ("market", "market_factor")):
        products = [year.values[figure(year, row.energy.id)] * number(getattr(row, factor)) / 1000 for row in rows]
        assert sum(products) == pytest.approx(year.value(f"scope2.{basis}"), rel=1e-4)


def figure(year, id: str) -> Figure:
    found: Figure = next(figure for figure in year.values if figure.id == id)
    return found


def number(shown) -> float:
    return float(shown.value.replace(NARROW, ""))


def test_methods__of_scope_3__add_up_to_it(year):
    parts = [
        year.value(f"scope3.{method}")
        for method in ("supplier", "activity", "spend")
        if f"scope3.{method}" in year.totals
    ]
    assert sum(parts) == pytest.approx(year.value("scope3"), rel=1e-12)


def test_workloads__beside_an_inventory__have_scores_of_their_own(year):
    tokens = 3.1e12
    assert year.value("workload.assistant.intensity") == pytest.approx(year.value("workload.assistant.total") / tokens)
    parts = [year.value(f"workload.model-a.{part}") for part in ("operational", "beyond", "embodied")]
    assert sum(parts) == pytest.approx(year.value("workload.model-a.total"), rel=1e-12)


def test_assumptions__of_an_organisation__are_ranked_by_its_own_total(year, document):
    by_command = [entry.id for entry in register(year)]
    assert by_command == [entry.id for entry, _ in document.assumptions()]
    assert any(entry.influence and entry.id.startswith("desnz") for entry in register(year))


@pytest.mark.parametrize(
    ("value", "text"), [(4268.0, f"4{NARROW}268.0"), (0.02, "< 0.1"), (0.0, "0.0"), (-1234.56, f"−1{NARROW}234.6")]
)
def test_fixed__sets_thousands_apart_and_says_less(value, text):
    assert fixed(value, 1) == text


def test_gases__in_words__have_their_numbers_below():
    assert gases("CH4 and N2O as kgCO2e") == "CH<sub>4</sub> and N<sub>2</sub>O as kgCO<sub>2</sub>e"
