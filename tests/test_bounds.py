"""What bounds an organisation's inventory: leases by approach, contracts applied in part, targets, what is left out."""

from __future__ import annotations

import pytest

import lca
from lca.datasets import Datasets
from lca.inventory import Inventory
from lca.questions.completeness import assessed
from lca.questions.unused import applied

DATA = Datasets()


def leased(approach: str, terms: str) -> str:
    """A hall that burns, leaks and draws, and vans, all on the same terms."""
    lines = terms.replace(", ", "\n    ")
    return f"""\
lca: 1
title: A year
subject: organisation
period: {{start: 2025-01-01, end: 2025-12-31}}
organisation: {{name: Acme, consolidation: {approach}}}
facilities:
  hall:
    {lines}
    location: DE
    electricity: {{metered: 1000 MWh}}
    fuels: [{{fuel: natural-gas, amount: 200 MWh, basis: gross}}]
    refrigerants: [{{gas: R-134a, released: 2 kg}}]
activities:
  vehicles:
    vans: {{vehicle: car-average-petrol, amount: 90000 km, region: GB, {terms}}}
"""


def run(tmp_path, text: str) -> Inventory:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return lca.run(path, DATA)


def slugs(inventory: Inventory) -> set[str]:
    return {found.slug for found in inventory.findings}


@pytest.mark.parametrize(
    ("approach", "control", "lease", "held"),
    [
        # Corporate Standard, appendix F: operational control asks who operates, the others ask for the kind of lease.
        ("operational-control", "operational", "operating", True),
        ("operational-control", "operational", "finance", True),
        ("operational-control", "none", "operating", False),
        ("financial-control", "operational", "operating", False),
        ("financial-control", "operational", "finance", True),
        ("equity-share", "operational", "operating", False),
        ("equity-share", "none", "finance", True),
    ],
)
def test_lease__electricity_fuel_gas_and_vehicles_follow_one_rule(tmp_path, approach, control, lease, held):
    inventory = run(tmp_path, leased(approach, f"owned: leased, control: {control}, lease: {lease}"))
    assert not inventory.failed
    places = {line.category for line in inventory.lines if line.view == "inventory" and line.scope}
    assert places == ({"1", "2", "3.3"} if held else {"3.8"})
    owned = run(tmp_path, leased(approach, "owned: owned"))
    assert inventory.value("total.location") == pytest.approx(owned.value("total.location"), rel=1e-12)


def test_lease__unsaid_control_is_on_record(tmp_path):
    inventory = run(tmp_path, leased("operational-control", "owned: leased"))
    taken = {decision.id: decision.taken for decision in inventory.decisions}
    assert taken["facilities.hall.control"] == taken["activities.vehicles.vans.control"] == "operational"
    assert "control-unsaid" in slugs(inventory)


PLAIN = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
facilities:
  hall:
    location: DE
    residual_mix: 700 gCO2e/kWh
    electricity: {metered: 100 MWh}
"""
MET = "criteria: {conveys: yes, sole_claim: yes, retired: yes, vintage: yes, market: yes}"


def test_contract__of_another_market__covers_nothing(tmp_path):
    contract = f"    instruments: [{{name: Hydro, kind: ppa, market: NO, covers: 100 %, factor: 0 gCO2e/kWh, {MET}}}]\n"
    inventory = run(tmp_path, PLAIN + contract)
    assert inventory.value("scope2.market") == pytest.approx(70_000)
    assert "instrument-other-market" in slugs(inventory)


def test_contract__of_no_market__is_of_the_only_one(tmp_path):
    contract = f"instruments: [{{name: Wind, kind: certificate, volume: 40 MWh, factor: 0 gCO2e/kWh, {MET}}}]\n"
    assert run(tmp_path, PLAIN + contract).value("scope2.market") == pytest.approx(42_000)


def test_contract__beside_certificates__is_applied_in_part(tmp_path):
    contracts = (
        f"    instruments:\n      - {{name: Wind, kind: ppa, covers: 100 %, factor: 0 gCO2e/kWh, {MET}}}\n"
        f"      - {{name: Hydro, kind: certificate, volume: 40 MWh, factor: 0 gCO2e/kWh, {MET}}}\n"
    )
    shares = {key: use.share for key, use in applied(run(tmp_path, PLAIN + contracts)).items()}
    assert shares == pytest.approx({"facilities.hall.instruments.1": 0.6, "facilities.hall.instruments.2": 1.0})


def test_target__on_its_path__by_hand(tmp_path):
    target = "name: Two, base: 90 tCO2e, base_year: 2022, year: 2030, method: fixed, rate: 4 %/year"
    inventory = run(tmp_path, PLAIN + f"targets: [{{{target}, scopes: [2], basis: market}}]\n")
    # 90 × (1 − 3 × 4 %) = 79.2; 100 MWh × 0.7 = 70
    assert inventory.value("targets.1.path") == pytest.approx(79_200)
    assert inventory.value("targets.1.gap") == pytest.approx(-9_200)


def test_target__is_never_below_nothing(tmp_path):
    target = "{name: Two, base: 90 tCO2e, base_year: 2022, year: 2050, method: fixed, rate: 50 %/year}"
    inventory = run(tmp_path, PLAIN + f"targets: [{target}]\n")
    # 90 × (50 % + 0 …)
    assert inventory.value("targets.1.budget") == pytest.approx(45_000)
    assert inventory.value("targets.1.value") == 0


def test_left_out__its_size_and_share(tmp_path):
    left = "exclusions: [{what: Paper, reason: Little of it., screening: 3 tCO2e, categories: [3.1, 3.10]}]\n"
    inventory = run(tmp_path, PLAIN + left)
    total = inventory.value("total.location")
    assert total is not None
    assert inventory.value("left_out.share") == pytest.approx(3_000 / total)
    states = {item.category: item.state for item in assessed(inventory)}
    assert (states["2"], states["3.1"], states["3.10"], states["3.9"]) == (
        "computed",
        "excluded",
        "excluded",
        "not assessed",
    )


def test_place__country_of_the_organisation__before_a_stand_in(tmp_path):
    travel = "activities: {travel: {trains: {mode: rail-national, amount: 20000 pkm}}}\n"
    assert "place-unsaid" in slugs(run(tmp_path, PLAIN + travel))
    assert "place-unsaid" not in slugs(run(tmp_path, (PLAIN + travel).replace("Acme,", "Acme, country: GB,")))
