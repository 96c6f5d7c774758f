"""An organisation's year: the example, what must add up in it, and what must not change it."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca
from lca.datasets import Datasets
from lca.figure import walk
from lca.report import outline

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "reports" / "annual-2025"
DATA = Datasets()


@pytest.fixture(scope="module")
def year():
    return lca.run(EXAMPLE / "case.yaml", DATA)


def test_example__rebuilt__is_what_is_kept(year, tmp_path):
    outline.render(year, EXAMPLE / "case.yaml", tmp_path, None)
    for name in ("result.json", "report.html"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), f"{name}: run `make reports`"
    pages = [
        [page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages] for folder in (tmp_path, EXAMPLE)
    ]
    assert pages[0] == pages[1]


def test_evidence__is_made_again_by_its_script():
    made = runpy.run_path(str(EXAMPLE / "make_evidence.py"))
    for site in made["SITES"]:
        kept = (EXAMPLE / "evidence" / f"meter-{site}-2025.csv").read_text(encoding="utf-8")
        assert made["meter"](site) == kept


@pytest.mark.parametrize(("basis", "suffix"), [("location", ""), ("market", ".market")])
def test_totals__by_scope_and_by_iso_category__are_sums_of_the_same_lines(year, basis, suffix):
    whole = year.value(f"total.{basis}")
    lines = [line for line in year.lines if line.view == "inventory" and line.scope and line.basis in (basis, "both")]
    assert sum(year.value(line.figure) for line in lines) == pytest.approx(whole, rel=1e-12)
    scopes = year.value("scope1") + year.value(f"scope2.{basis}") + year.value(f"scope3{suffix}")
    assert scopes == pytest.approx(whole, rel=1e-12)
    categories = [id for id in year.totals if id.startswith("scope3.cat") and id.count(".") == (2 if suffix else 1)]
    categories = [id for id in categories if id.endswith(".market") == bool(suffix)]
    assert sum(year.value(id) for id in categories) == pytest.approx(year.value(f"scope3{suffix}"), rel=1e-12)
    iso = [f"iso.{number}{suffix}" for number in range(1, 7) if f"iso.{number}{suffix}" in year.totals]
    assert sum(year.value(id) for id in iso) == pytest.approx(whole, rel=1e-12)


def test_scope_1__by_gas__adds_up(year):
    gases = [id for id in year.totals if id.startswith("scope1.") and id.count(".") == 1]
    together = sum(
        year.value(id)
        for id in gases
        if id.split(".")[1] in ("CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3", "together")
    )
    assert together == pytest.approx(year.value("scope1"), rel=1e-12)


def test_figures__have_an_id_of_their_own(year):
    named = Counter(figure.id for figure in walk(year.roots))
    assert [id for id, times in named.items() if times > 1] == []


def test_bridge__opening_and_acquired_are_used_up_written_off_or_left(year):
    step = {name: year.value(f"capital.{name}") for name in ("opening", "recognised", "amortised", "closing")}
    assert step["opening"] + step["recognised"] - step["amortised"] == pytest.approx(step["closing"], rel=1e-12)


def test_bridge__recognises_what_the_category_of_capital_goods_holds(year):
    bought = sum(year.value(line.figure) for line in year.lines if line.part == "capital" and line.facility == "dublin")
    assert bought == pytest.approx(year.value("capital.recognised"), rel=1e-12)
    classes = [year.value(f"capital.{name}.recognised") for name in ("gpu", "host")]
    assert sum(classes) == pytest.approx(bought, rel=1e-12)
    steps = [year.value(f"capital.reconciled.{name}") for name in ("hardware", "goods")]
    assert sum(steps) == pytest.approx(year.value("scope3.cat2"), rel=1e-12)


@pytest.mark.parametrize("facility", ["dublin", "ashburn"])
@pytest.mark.parametrize("pool", ["energy", "location", "market", "direct", "upstream", "embodied"])
def test_attribution__loses_nothing(year, facility, pool):
    prefix = f"attribution.{facility}."
    parts = [id for id in year.totals if id.startswith(prefix) and id.endswith(f".{pool}") and id.count(".") == 3]
    assert len(parts) > 1
    assert sum(year.value(id) for id in parts) == pytest.approx(year.value(f"{prefix}{pool}"), rel=1e-9)


def test_attribution__has_the_manufacture_of_the_workloads_own_view(year):
    for facility, run in (("dublin", "model-a"), ("dublin", "model-b"), ("ashburn", "assistant")):
        own = [line.figure for line in year.lines if line.activity == run and line.part.startswith("embodied")]
        assert year.value(f"attribution.{facility}.{run}.embodied") == sum(year.value(figure) for figure in own)


SITE = """\
lca: 1
title: A site
subject: organisation
period: {{start: 2025-01-01, end: 2025-12-31}}
facilities:
  hall:
    pue: 1.2
    grid: {{value: 0.4 kgCO2e/kWh, boundary: generation}}
    electricity: {{metered: {metered} MWh}}
    other_energy: {office} MWh
    water: 900 m3
    attribution:
      key: {key}
      idle: {idle}
      pools:
        network: {{key: {of_network}, energy: {network} MWh, embodied: 3 tCO2e}}
        shell: {{key: {of_shell}, embodied: 7 tCO2e}}
hardware:
  gpus: {{count: 8, embodied: 150 kgCO2e, lifetime: 4 years, acquired: 2024-05-03, facility: hall, owned: owned}}
workloads:
  a: {{kind: training, runs_on: gpus, device_hours: {hours} h, energy: {energy} MWh, price: 30 EUR}}
  b: {{kind: training, runs_on: gpus, device_hours: 9000 h, energy: 20 MWh, price: 70 EUR}}
"""
KEYS = st.sampled_from(["energy", "reserved-time", "price"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.tuples(KEYS, KEYS, KEYS),
    idle=st.sampled_from(["kept", "spread"]),
    office=st.integers(0, 40),
    network=st.integers(1, 40),
    hours=st.integers(1, 50000),
    energy=st.integers(1, 60),
)
def test_attribution__of_any_keys_and_pools__adds_up(tmp_path, keys, idle, office, network, hours, energy):
    key, of_network, of_shell = keys
    words = {"key": key, "of_network": of_network, "of_shell": of_shell, "idle": idle, "metered": 400}
    amounts = {"office": office, "network": network, "hours": hours, "energy": energy}
    path = tmp_path / "case.yaml"
    path.write_text(SITE.format(**words, **amounts), encoding="utf-8")
    result = lca.run(path, DATA)
    assert "attribution-not-whole" not in {found.slug for found in result.findings}
    for pool in ("energy", "location", "water", "embodied"):
        rows = [id for id in result.totals if id.startswith("attribution.hall.") and id.endswith(f".{pool}")]
        rows.remove(f"attribution.hall.{pool}")
        whole = result.value(f"attribution.hall.{pool}")
        assert sum(result.value(id) or 0.0 for id in rows) == pytest.approx(whole, rel=1e-9)


def test_consolidation__names_the_same_organisation_three_times(year):
    own = year.value("total.location")
    venture = year.value("equity-share.total.location")
    # The venture's scope 3 counts by equity and not as an investment: all else is one company under either approach.
    assert year.value("financial-control.total.location") == pytest.approx(own, rel=1e-12)
    assert venture > own


def test_explain__takes_every_total_to_its_leaves(year):
    for id in year.totals:
        told = "\n".join(lca.explain.told(year, id))
        assert id in told or year.totals[id].id in told


def test_json__says_where_each_line_belongs(year):
    lines = json.loads((EXAMPLE / "result.json").read_text(encoding="utf-8"))["lines"]
    of_inventory = [line for line in lines if line["view"] == "inventory"]
    assert all(line["rule"] for line in of_inventory)
    assert {line["scope"] for line in of_inventory} == {0, 1, 2, 3}


CASE = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
facilities:
  hall:
    location: DE
    electricity: {metered: 1000 MWh}
    fuels: [{fuel: natural-gas, amount: 200 MWh, basis: gross}]
activities:
  travel:
    rail: {mode: rail-national, amount: 300000 pkm}
"""


def total(tmp_path, text: str, id: str = "total.location") -> float:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    value = lca.run(path, DATA).value(id)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [("1000 MWh", "3600 GJ"), ("1000 MWh", "1 GWh"), ("200 MWh", "720 GJ"), ("300000 pkm", "300 000 passenger.km")],
)
def test_units__spelt_otherwise__change_nothing(tmp_path, written, otherwise):
    assert total(tmp_path, CASE) == pytest.approx(total(tmp_path, CASE.replace(written, otherwise)), rel=1e-12)


def test_activities__twice_as_many__are_twice_the_emissions(tmp_path):
    once = total(tmp_path, CASE, "scope3.cat6")
    assert total(tmp_path, CASE.replace("300000", "600000"), "scope3.cat6") == pytest.approx(2 * once, rel=1e-12)


def test_activities__split_or_in_another_order__are_the_same(tmp_path):
    split = CASE.replace("    rail: {mode: rail-national, amount: 300000 pkm}\n", "")
    split += "    b: {mode: rail-national, amount: 120000 pkm}\n    a: {mode: rail-national, amount: 180000 pkm}\n"
    assert total(tmp_path, split) == pytest.approx(total(tmp_path, CASE), rel=1e-12)


def test_gwp_set__changes_only_what_is_known_by_gas(tmp_path):
    five, six = (CASE.replace("subject:", f"gwp: {name}\nsubject:") for name in ("AR5", "AR6"))
    assert total(tmp_path, five, "scope1.CO2") == total(tmp_path, six, "scope1.CO2")
    assert total(tmp_path, five, "scope1.CH4") != total(tmp_path, six, "scope1.CH4")
    assert total(tmp_path, five, "scope2.location") == total(tmp_path, six, "scope2.location")
