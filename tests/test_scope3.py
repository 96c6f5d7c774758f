"""Scope 3: every category can be reached from a case, no line is in two, and the rule that put it there is shown."""

from __future__ import annotations

import pytest

import lca
from lca.figure import Given
from lca.statement import CATEGORIES

YEAR = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
gwp: AR6
organisation: {name: Acme, consolidation: operational-control}
"""
WHOLE = (
    YEAR
    + """\
facilities:
  hall:
    location: GB
    electricity: {metered: 100 MWh}
activities:
  freight:
    racks: {mode: air, amount: 100 t·km, factor: 1 kgCO2e/tkm}
    shipped: {mode: air, amount: 100 t·km, factor: 1 kgCO2e/tkm, paid_by: others}
  travel:
    visit: {mode: taxi, amount: 100 km, factor: 0.1 kgCO2e/km}
  commuting:
    office: {mode: bus, amount: 100 passenger·km, factor: 0.1 kgCO2e/pkm}
  waste:
    nodes: {waste: servers, amount: 100 kg, factor: 0.1 kgCO2e/kg, credit: 2 kgCO2e/kg}
  purchases:
    paper: {what: paper, amount: 100 kg, factor: 1 kgCO2e/kg}
  capital:
    hall: {what: concrete, amount: 100 t, factor: 0.1 kgCO2e/kg}
  cloud:
    training: {location: 2 tCO2e, market: 1 tCO2e}
  leased:
    cage: {other: 1 tCO2e}
  leased_out:
    racks: {other: 1 tCO2e}
  franchises:
    shop: {other: 1 tCO2e}
  investments:
    venture: {other: 1 tCO2e}
  sold:
    box: {count: 10, energy: 1 MWh, grid: 400 gCO2e/kWh, mass: 30 kg, end_of_life: 0.1 kgCO2e/kg, processing: 1 kgCO2e}
"""
)


def test_category__every_one_is_reached(case):
    inventory = lca.run(case(WHOLE))
    assert not inventory.failed, "\n".join(map(str, inventory.findings))
    reached = {line.category for line in inventory.lines if line.scope == 3}
    assert reached == {f"3.{number}" for number in CATEGORIES}


def test_line__is_in_one_category_and_says_by_which_rule(case):
    inventory = lca.run(case(WHOLE))
    posted = [(id(line.figure), line.basis) for line in inventory.lines]
    assert len(set(posted)) == len(posted)
    assert all(line.rule for line in inventory.lines)
    for basis in ("", ".market"):
        whole = inventory.total(f"scope3{basis}").m
        parts = [f"scope3.cat{number}{basis}" for number in CATEGORIES]
        assert sum(inventory.total(part).m for part in parts) == pytest.approx(whole, rel=1e-12)


def test_rule__is_shown_by_explain(case, command):
    ran = command("explain", case(WHOLE), "scope3.cat9")
    assert ran.status == 0, ran.err
    assert "Transport after the sale that others pay for: downstream." in ran.out


def test_credit__is_in_no_total(case):
    with_credit, without = (lca.run(case(text)) for text in (WHOLE, WHOLE.replace(", credit: 2 kgCO2e/kg", "")))
    assert with_credit.total("memo.avoided").m == 200
    assert with_credit.total("total.location") == without.total("total.location")


LEDGER = """\
activities:
  ledger: ledger.csv
"""


def test_ledger__keeps_the_month_and_the_line_of_each_row(case):
    rows = "kind,name,date,mode,amount [km],factor\ntravel,Visit,2025-03-14,taxi,1 200,0.1 kgCO2e/km\n"
    inventory = lca.run(case(YEAR + LEDGER, {"ledger.csv": rows}))
    (activity,) = inventory.case.activities
    assert activity.words["month"] == "2025-03"
    amount = activity.figures["amount"].reason
    assert isinstance(amount, Given)
    assert str(amount.place) == "ledger.csv:2"
    assert len(inventory.case.files["ledger.csv"]) == 64
    assert inventory.total("scope3.cat6").m == pytest.approx(120)


def test_ledger__says_every_mistake_in_one_run(case):
    rows = "\n".join(  # noqa: FLY002 -- a row a line is what one reads
        (
            "kind,name,month,mode,amount [km],facility,colour",
            "travel,Visit,2025-13,taxi,1200,,",
            "voyage,Visit,2025-03,taxi,1200,,",
            "travel,Visit,2025-03,taxi,12 parsecs,,",
            "travel,Visit,2025-03,taxi,1200,nowhere,",
            "travel,Visit,2025-03,taxi,,,",
            "waste,Rubbish,2025-03,taxi,1200,,",
        )
    )
    with pytest.raises(lca.CaseError) as raised:
        lca.load(case(YEAR + LEDGER, {"ledger.csv": rows}))
    found = {(item.place.line, item.slug) for item in raised.value.findings if item.place.file == "ledger.csv"}
    assert found >= {
        (1, "ledger-column"),
        (2, "bad-date"),
        (3, "unknown-choice"),
        (4, "unknown-unit"),
        (5, "unknown-reference"),
        (6, "missing-key"),
        (7, "unknown-key"),
        (7, "wrong-unit"),
        (7, "missing-key"),
    }
